"""Files that pypublish reads strictly: what goes in comes out, and every mistake is named with its path."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish import codec
from pypublish.errors import SettingsError
from pypublish.model import Artifact, ArtifactKind, BuildRecord, Manifest, Release, VerifySettings

texts = st.text(max_size=20)
artifacts = st.builds(
    Artifact,
    filename=texts,
    kind=st.sampled_from(ArtifactKind),
    size=st.integers(0, 2**40),
    sha256=texts,
    blake2b_256=texts,
    python_tag=texts,
    platform_tag=texts,
    requires_python=texts,
    build=st.integers(0, 9),
)
manifests = st.builds(
    Manifest,
    schema=st.just(1),
    release=st.builds(
        Release, name=texts, version=st.none() | texts, tag=st.none() | texts, commit=st.none(), epoch=st.integers()
    ),
    artifacts=st.lists(artifacts, max_size=3).map(tuple),
    builds=st.lists(
        st.builds(
            BuildRecord,
            backend=texts,
            requirements=st.dictionaries(texts, texts, max_size=3),
            python=texts,
            frontend=texts,
            uv=texts,
            commit=st.none() | texts,
            tag=st.none() | texts,
            runner=texts,
            built_at=texts,
        ),
        max_size=2,
    ).map(tuple),
    verify=st.builds(VerifySettings, dependencies_index=texts, smoke_command=texts),
    findings=st.dictionaries(texts, st.integers(), max_size=3),
)


@given(manifests)
def test_a_manifest_survives_the_way_to_json_and_back(manifest: Manifest) -> None:
    assert codec.loads(Manifest, codec.dumps(manifest), what="manifest") == manifest


@given(st.binary(max_size=200) | texts)
def test_whatever_is_no_manifest_is_a_settings_error(text: bytes | str) -> None:
    with pytest.raises(SettingsError):
        codec.loads(Manifest, text, what="manifest")


@dataclass(frozen=True, kw_only=True)
class Inner:
    size: int
    kind: ArtifactKind = ArtifactKind.WHEEL


@dataclass(frozen=True, kw_only=True)
class Outer:
    tag_format: str = "v"
    inner: tuple[Inner, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    share: float = 1.0
    on: bool = False


def mistakes(data: object) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as raised:
        codec.load(Outer, data, what="[tool.outer]", style="toml")
    return raised.value.mistakes


def test_all_mistakes_are_named_at_once() -> None:
    data = {
        "tag-fromat": "x",
        "inner": [{"size": "1"}, {"kind": "egg"}, 3],
        "reasons": {"a": 3},
        "share": "half",
        "on": 1,
    }
    assert mistakes(data) == snapshot(
        (
            "inner[0].size: must be a whole number, not a string",
            "inner[1].size: is missing",
            "inner[1].kind: must be one of sdist, wheel, not 'egg'",
            "inner[2]: must be a table, not a whole number",
            "reasons['a']: must be a string, not a whole number",
            "share: must be a number, not a string",
            "on: must be true or false, not a whole number",
            "tag-fromat: no such key; did you mean 'tag-format'?",
        )
    )


@pytest.mark.parametrize(
    ("data", "mistake"),
    [
        ({"inner": "abc"}, "inner: must be a list, not a string"),
        ({"inner": {}}, "inner: must be a list, not a table"),
        ({"tag_format": "v"}, "tag_format: no such key; did you mean 'tag-format'?"),
        ([], "must be a table, not a list"),
        (None, "must be a table, not nothing"),
    ],
)
def test_a_mistake_says_what_is_expected(data: object, mistake: str) -> None:
    assert mistakes(data) == (mistake,)


def test_a_whole_number_is_a_number_too() -> None:
    assert codec.load(Outer, {"share": 2}, what="x").share == 2
