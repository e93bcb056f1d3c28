"""Which version a tag stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.checks.tags import parse_version, tag_of_version, version_of_tag


@pytest.mark.parametrize(
    ("tag", "tag_format", "version"),
    [
        ("v1.2.0", "v{version}", "1.2.0"),
        ("v0.2.0-beta1", "v{version}", "0.2.0b1"),
        ("v1.0", "v{version}", "1.0"),
        ("v1.2.0.post1", "v{version}", "1.2.0.post1"),
        ("v2!1.0", "v{version}", "2!1.0"),
        ("1.2.0", "{version}", "1.2.0"),
        ("v1.2.0", "{version}", "1.2.0"),  # PEP 440 itself allows the v
        ("release-1.2", "release-{version}", "1.2"),
        ("hello-1.2", "{name}-{version}", "1.2"),
        ("Hello_World-v1.2", "{name}-v{version}", "1.2"),
        ("hello-world@1.2", "{name}@{version}", "1.2"),
        ("1.2-final", "{version}-final", "1.2"),
        ("V1.2.0", "v{version}", None),
        ("1.2.0", "v{version}", None),
        ("vnext", "v{version}", None),
        ("v", "v{version}", None),
        ("v1.2.0\n", "v{version}", None),
        ("v1.2.0 ", "v{version}", None),
        ("v１.2", "v{version}", None),  # noqa: RUF001 - a digit that is none of ASCII's
        ("other-1.2", "{name}-{version}", None),
        ("vv1.2$(id)", "v{version}", None),
    ],
)
def test_a_tag_stands_for_a_version(tag: str, tag_format: str, version: str | None) -> None:
    name = "hello-world" if "orld" in tag else "hello"
    found = version_of_tag(tag, tag_format, name)
    assert found == (parse_version(version) if version else None)


@given(st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}((a|b|rc)[0-9])?", fullmatch=True))
def test_the_tag_of_a_version_stands_for_it(version: str) -> None:
    for tag_format in ("v{version}", "{name}-{version}", "{version}"):
        tag = tag_of_version(version, tag_format, "my.pkg")
        assert version_of_tag(tag, tag_format, "my.pkg") == parse_version(version)


@given(st.text())
def test_no_text_breaks_the_reader(tag: str) -> None:
    version_of_tag(tag, "v{version}", "name")
