"""How grave a finding of check is: on which index, for which version, and what a waiver makes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pypublish.findings import Severity
from pypublish.model import PYPI, Index, Release
from pypublish.settings import Settings
from tests.factories import metadata, sdist, wheel
from tests.stages.bench import RELEASE, Bench, said

LOCAL = replace(RELEASE, version="1.0.0+a")
UNTAGGED = replace(LOCAL, tag=None)


def test_an_error_of_pypis_can_be_waived_and_its_answer_is_told(bench: Bench) -> None:
    settings = Settings(ignore={"sdist-filename-is-canonical": "we know better"})
    outcome = bench.outcome(sdist(filename="Hello-1.0.0.tar.gz"), wheel(), settings=settings, smoke=False)
    assert outcome.ok
    assert [finding.answer for finding in outcome.findings if finding.defies] == [
        "400 Filename 'Hello-1.0.0.tar.gz' is invalid, should be 'hello-1.0.0.tar.gz'."
    ]


def test_a_waived_finding_stays_with_its_reason_and_a_misspelled_waiver_is_told(bench: Bench) -> None:
    settings = Settings(ignore={"metadata-agree": "they are what they are", "metadata-agrees": "so"})
    outcome = bench.outcome(sdist(meta=metadata({"Requires-Python": ">=3"})), wheel(), settings=settings, smoke=False)
    assert [(found.check, found.severity, found.ignored) for found in outcome.findings] == [
        ("metadata-agree", Severity.ERROR, "they are what they are"),
        ("ignored-check-exists", Severity.WARNING, None),
    ]
    assert outcome.ok


def test_pypis_own_rules_are_notes_on_another_index(bench: Bench) -> None:
    own = Index(name="own", upload_url="https://u", simple_url="https://s", oidc_audience="own")
    local = wheel(version="1.0.0+a")
    severities = {
        index.name: {line.split()[1]: line.split()[0] for line in bench(local, index=index)} for index in (PYPI, own)
    }
    assert severities["pypi"]["built-version-is-public"] == "error"
    assert severities["own"]["built-version-is-public"] == "note"


@pytest.mark.parametrize(
    ("release", "index", "as_it_stands", "severity"),
    [
        pytest.param(None, None, False, "error", id="files alone"),
        pytest.param(LOCAL, None, False, "error", id="tag"),
        pytest.param(UNTAGGED, None, False, "note", id="no tag"),
        pytest.param(UNTAGGED, PYPI, False, "error", id="no tag, yet to PyPI"),
        pytest.param(UNTAGGED, PYPI, True, "note", id="no tag, and PyPI is rehearsed"),
    ],
)
def test_a_local_version_is_a_note_where_nothing_is_released(
    bench: Bench, release: Release | None, index: Index | None, as_it_stands: bool, severity: str
) -> None:
    made = sdist({"src/hello/__init__.py": ""}, version="1.0.0+a"), wheel(version="1.0.0+a")
    outcome = bench.outcome(*made, release=release, index=index, as_it_stands=as_it_stands)
    assert [line.split()[:2] for line in said(outcome)] == [[severity, "built-version-is-public"]]
    assert outcome.value is not None
    assert outcome.value.installation is not None
