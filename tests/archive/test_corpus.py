"""Whether the reader agrees with PyPI, pip, uv and CPython on archives that nobody of this project made."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pypublish.archive import Contents, Format, read, read_zip
from pypublish.pypi.archives import ENCRYPTED_SOURCE, archive_answer, framing_answer
from tests.archive.making import nothing

Corpus = Callable[[str], Path]
Row = dict[str, Any]

FORMATS: dict[str, Format] = {"zip": "zip", "wheel": "zip", "tar": "tar", "sdist": "tar.gz"}

MEANT = {
    "A0054": "GNU's format alone is no flaw: every sdist that Python 3.7 wrote has it, and such are accepted (A0566, A0568)",
    "A0124": "a link to another file of the tar: pip, uv and PyPI take it, sdists of PyPI have it; it is a warning",
    "zip-accept/empty.zip": "nothing in it: uv refuses it, and PyPI too, since there is no PKG-INFO and no WHEEL",
}
"""Where this project says otherwise, and why."""

NOT_ABOUT_ARCHIVES = (
    "PyPI warns: RECORD",
    "PyPI: Invalid wheel filename",
    "PyPI: filename",
    "PyPI: missing RECORD",
    "PyPI: unsupported platform",
    "RECORD hash",
    "metadata/readme:",
    "uv: Failed to parse version",
    "uv: Using CPython",
    "uv: failed to open file",
)
"""Reasons for which other rules than the reader's refuse a file."""

WORDED_OTHERWISE = {
    "A0036": "zipfile takes the name in Unicode for the name",
    "A0038": "by a newer zipfile, which knows of extensible data",
    "A0039": "by a newer zipfile, which knows of extensible data",
    "A0191": "by a newer zipfile, which knows of extensible data",
    "A0195": "by a newer zipfile, which knows of extensible data",
    "A0025": "by a newer zipfile, which compares the two ends",
    "A0302": "by a newer zipfile, which compares the two ends",
    "A0304": "by a newer zipfile, which compares the two ends",
    "A0108": "a name that is no UTF-8 is shown otherwise",
    "A0517": "a name that is no UTF-8 is shown otherwise",
    "A0272": "zipfile takes the name in Unicode for the name",
    "A0298": "zipfile takes the name in Unicode for the name",
    "A0763": "by a newer tarfile, which refuses negative sizes",
    "A0793": "the verdict does not give the name",
}
"""Where the words are not PyPI's, although both refuse."""


def rows(corpus: Corpus) -> Iterator[Row]:
    with corpus("archives.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def contents_of(row: Row) -> Contents:
    data = base64.b64decode(row["b64"])
    return read(io.BytesIO(data), format=FORMATS[row["kind"]], keep=lambda _: True, search=ENCRYPTED_SOURCE)


def is_refused(row: Row, contents: Contents) -> bool:
    if contents.refused:
        return True
    return row["kind"] in {"wheel", "sdist"} and archive_answer(row["name"], contents) is not None


def test_verdicts_agree(corpus: Corpus) -> None:
    disagreements = [
        f"{row['id']} {row['kind']} {row['name']}: {row['expected']}, because {row['why']}"
        for row in rows(corpus)
        if row["expected"] != "no-crash"
        and not all(why.startswith(NOT_ABOUT_ARCHIVES) for why in row["why"] or ["it is sound"])
        and row["id"] not in MEANT
        and is_refused(row, contents_of(row)) != (row["expected"] == "reject")
    ]
    assert disagreements == []


def test_nothing_makes_it_crash(corpus: Corpus) -> None:
    assert sum(bool(contents_of(row).sha256) for row in rows(corpus) if row["expected"] == "no-crash") > 0


def test_disagreements_that_are_meant_are_still_there(corpus: Corpus) -> None:
    meant = {row["id"] for row in rows(corpus) if row["id"] in MEANT and not contents_of(row).refused}
    assert meant == {name for name in MEANT if name.startswith("A")}


def test_answers_are_pypis(corpus: Corpus) -> None:
    """Compare the words; where PyPI's own code crashed, that there is no reason given."""
    differences = []
    for row in rows(corpus):
        said = row["verdicts"]["pypi"].replace("{PyPI}", "pypi.org")
        if row["id"] in WORDED_OTHERWISE or not said.startswith(("reject: Invalid distribution", "crash", "accept")):
            continue
        filename = {"zip": "foo-1.0.zip", "tar": "foo-1.0.tar.gz"}.get(
            row["kind"], row["name"].replace(".tgz", ".tar.gz")
        )
        answer = archive_answer(filename, contents_of(row))
        ours = "accept" if answer is None else "crash" if answer.status == 500 else f"reject: {answer.message}"
        theirs = said if said.startswith("reject") else said.partition("-")[0].partition(":")[0]
        if ours != theirs:
            differences.append(f"{row['id']} {row['name']}: PyPI {theirs}, ours {ours}")
    assert differences == []


def framing(contents: Contents) -> str | None:
    answer = framing_answer(contents)
    return answer.message.partition("not accepted: ")[2].partition(". See")[0] if answer else None


def test_framing_is_judged_as_pypi_judges_it(corpus: Corpus) -> None:
    differences = []
    for case in json.loads(corpus("zip_confusion_cases.json").read_bytes()):
        contents = read_zip(io.BytesIO(base64.b64decode(case["input"]["b64"])), keep=nothing)
        expected = case["expected"]
        if contents.refused == expected["accept"] and case["id"] not in MEANT:
            differences.append(f"{case['id']}: accepted {expected['accept']}, flaws {contents.flaws}")
        unreadable = any(flaw.rule == "archive-is-readable" for flaw in contents.flaws)
        if expected.get("message") != framing(contents) and not (unreadable and not expected["accept"]):
            differences.append(f"{case['id']}: PyPI says {expected}, ours {framing(contents)}")
    assert differences == []


@pytest.mark.parametrize("name", ["archives.jsonl", "zip_confusion_cases.json"])
def test_the_material_has_cases(corpus: Corpus, name: str) -> None:
    assert corpus(name).stat().st_size > 10_000
