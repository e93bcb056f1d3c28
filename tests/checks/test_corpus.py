"""Whether the checks of finished files agree with PyPI, by material that nobody of this project wrote."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pypublish.checks import subjects
from pypublish.checks.catalog import Check
from pypublish.checks.subjects import Dist
from pypublish.findings import Severity
from pypublish.pypi.contents import dist_info
from pypublish.stages.judging import OF_CONTENT, OF_METADATA, OF_NAMES
from tests.factories import Made, metadata, sdist, tar_of, wheel, zip_of

Corpus = Callable[[str], Path]


def cases(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return found


def verdict(case: Mapping[str, Any]) -> bool:
    return bool((case.get("pypi") or case["expected"])["accept"])


def is_refused(dist: Dist, checks: Iterable[Check[Dist]]) -> bool:
    found = [finding for check in checks for finding in check(dist)]
    return dist.contents.refused or any(finding.severity is Severity.ERROR for finding in found)


def disagreements(path: Path, refused: Callable[[Mapping[str, Any]], bool]) -> list[str]:
    return [case["id"] for case in cases(path) if refused(case["input"]) is verdict(case)]


def test_file_names(corpus: Corpus) -> None:
    def refused(case: Mapping[str, Any]) -> bool:
        name, meta = case["filename"], metadata(name=case["metadata_name"], version=case["metadata_version_field"])
        if subjects.kind_of(name) is None:
            return True
        if name.lower().endswith(".zip"):
            return is_refused(Made(filename=name, content=zip_of({"a/PKG-INFO": meta})).dist(), OF_NAMES)
        if name.lower().endswith(".whl"):
            made = wheel(filename=name, info=dist_info(name), meta=meta)
        else:
            made = sdist(filename=name, meta=meta)
        return is_refused(made.dist(), OF_NAMES)

    assert disagreements(corpus("filename_cases.json"), refused) == []


def test_entry_points(corpus: Corpus) -> None:
    def refused(case: Mapping[str, Any]) -> bool:
        text = b64decode(case["entry_points_b64"]).decode("utf-8", "surrogateescape")
        dist = wheel(entry_points=text).dist()
        return is_refused(dist, OF_CONTENT[dist.kind])

    assert disagreements(corpus("entry_points_cases.json"), refused) == []


@pytest.mark.parametrize("file", ["metadata_file_cases.json", "metadata_file_cases_twine.json"])
def test_metadata(corpus: Corpus, file: str) -> None:
    def refused(case: Mapping[str, Any]) -> bool:
        text = case.get("text") or b64decode(case["metadata_b64"]).decode("utf-8", "surrogateescape")
        return is_refused(wheel(meta=text).dist(), OF_METADATA)

    assert disagreements(corpus(file), refused) == []


def test_descriptions(corpus: Corpus) -> None:
    def refused(case: Mapping[str, Any]) -> bool:
        meta = metadata({"Description-Content-Type": case["content_type"]}, description=case["description"])
        return is_refused(wheel(meta=meta).dist(), OF_METADATA)

    assert disagreements(corpus("description_render_cases.json"), refused) == []


def test_what_is_missing_in_an_archive_is_refused(corpus: Corpus) -> None:
    """The ones that PyPI accepts there are not whole distributions: only what it refuses can be compared."""
    for case in cases(corpus("wheel_sdist_content_cases.json")):
        made = case["input"]
        plain = all(len(member) == 2 and isinstance(member[1], str) for member in made["members"])
        if verdict(case) or not plain:
            continue
        content = (tar_of if made["container"] == "tar.gz" else zip_of)(dict(made["members"]))
        dist = Made(filename=made["filename"], content=content).dist()
        assert is_refused(dist, (*OF_NAMES, *OF_METADATA, *OF_CONTENT[dist.kind])), case["id"]
