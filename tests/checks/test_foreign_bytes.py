"""Whatever is in a file: the checks find fault, they do not fall."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pypublish.checks.subjects import Dists
from pypublish.stages.inspection import OF_RELEASE
from pypublish.stages.judging import OF_CONTENT, OF_METADATA, OF_NAMES
from tests.factories import Made, make_record, metadata, sdist, wheel

FIELDS = "Metadata-Version Name Version Summary Requires-Dist Requires-Python Classifier License-Expression".split()  # noqa: SIM905
FIELDS += "License-File Description-Content-Type Author-Email Project-URL Dynamic Provides-Extra Keywords".split()  # noqa: SIM905
VALUES = [
    "",
    "2.4",
    "1.0",
    "hello",
    "hello>=1; extra == 'x'",
    ">=3",
    "MIT",
    "text/x-rst",
    "a, b",
    "{}",
    "\udcff",
    "::",
    "=?",
]

bytes_or_text = st.one_of(
    st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
lines = st.lists(
    st.tuples(st.sampled_from(FIELDS), st.one_of(st.sampled_from(VALUES), st.text(max_size=30))), max_size=12
)
relaxed = settings(max_examples=150)


def judge(*made: Made) -> None:
    dists = [one.dist() for one in made]
    for dist in dists:
        for check in (*OF_NAMES, *OF_METADATA, *OF_CONTENT[dist.kind]):
            list(check(dist))
    for together in OF_RELEASE:
        list(together(Dists(dists=tuple(dists))))


def text_of(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


@relaxed
@given(bytes_or_text)
def test_any_metadata(content: bytes) -> None:
    judge(sdist(meta=text_of(content)), wheel(meta=text_of(content)))


@relaxed
@given(lines, bytes_or_text)
def test_metadata_that_look_like_some(fields: list[tuple[str, str]], body: bytes) -> None:
    text = "\n".join(f"{name}: {value}" for name, value in fields) + "\n\n" + text_of(body)
    judge(sdist(), wheel(meta=text), sdist(meta=text), wheel(meta=metadata({}, *text.splitlines())))


@relaxed
@given(bytes_or_text, bytes_or_text, bytes_or_text)
def test_any_file_that_describes_a_wheel(record: bytes, headers: bytes, entry_points: bytes) -> None:
    judge(wheel(record=text_of(record), headers=text_of(headers), entry_points=text_of(entry_points)))


@relaxed
@given(st.lists(st.text(alphabet="hello/,=\"'\\\n", max_size=20), max_size=5))
def test_records_that_look_like_some(rows: list[str]) -> None:
    judge(wheel(record=make_record({"hello/__init__.py": ""}, "hello-1.0.0.dist-info") + "\n".join(rows)))


@relaxed
@given(st.binary(max_size=300))
def test_any_bytes_for_a_file(content: bytes) -> None:
    judge(
        Made(filename="hello-1.0.0.tar.gz", content=content),
        Made(filename="hello-1.0.0-py3-none-any.whl", content=content),
    )


@relaxed
@given(st.text(alphabet="hello-1.0_py3anyé\x00/\\ ", max_size=40), st.sampled_from([".whl", ".tar.gz", ".zip", ".WHL"]))
def test_any_file_name(stem: str, extension: str) -> None:
    content = sdist().content if extension == ".tar.gz" else wheel().content
    judge(Made(filename=stem + extension, content=content))
