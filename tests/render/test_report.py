"""The report that other programs read: complete, and as its schema says."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pypublish import codec
from pypublish.errors import UsageError
from pypublish.findings import Finding, Location, Outcome, Severity
from pypublish.listing import PublishPlan, PublishState
from pypublish.model import Manifest, Release, VerifySettings
from pypublish.render.contents import IN_REPORT
from pypublish.render.report import Report, as_json, error_as_json
from tests.factories import wheel
from tests.render import releases

FINDING = Finding(
    check="a-check",
    severity=Severity.ERROR,
    message="wrong",
    hint="mend",
    where=Location(file="a.whl", member="b", line=3),
)
PART: Outcome[object] = Outcome(stage="check", findings=(FINDING,), seconds=0.12345)
PLAN = PublishPlan(index="pypi", name="a", version="1", state=PublishState.PENDING, files=(), publish=True)

OUTCOMES: dict[str, Outcome[object]] = {
    "a stage": PART,
    "a stage of stages": Outcome(stage="prepare", parts=(PART,), outputs={"publish": "true"}, summary="a 1"),
    "a plan": Outcome(stage="plan", value=PLAN),
    "a release": releases.prepared(last=releases.old_release()),
    "a verification": releases.verified(),
}


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_report_is_as_its_schema_says(name: str, root: Path) -> None:
    document = json.loads(as_json(OUTCOMES[name]))
    jsonschema.validate(document, json.loads((root / "docs" / "report.schema.json").read_text()))
    assert codec.load(Report, document, what="report").stage == OUTCOMES[name].stage


def test_a_finding_in_full(root: Path) -> None:
    document = json.loads(as_json(OUTCOMES["a stage of stages"]))
    assert document["findings"] == [
        {
            "check": "a-check",
            "severity": "error",
            "message": "wrong",
            "hint": "mend",
            "where": {"file": "a.whl", "member": "b", "line": 3},
            "ignored": None,
            "answer": "",
        }
    ]
    assert document["parts"] == [{"stage": "check", "ok": False, "summary": "", "seconds": 0.123}]
    assert not document["ok"]


def test_a_release_in_full() -> None:
    document = json.loads(as_json(OUTCOMES["a release"]))
    assert document["timeline"][1] == {
        "stage": "validate",
        "what": "asking PyPI",
        "begin": 0.1,
        "seconds": 0.2,
        "ok": True,
    }
    assert [(one["filename"], one["members"]) for one in document["contents"]] == [
        ("hello-1.0.0.tar.gz", 3),
        ("hello-1.0.0-py3-none-any.whl", 5),
    ]
    assert document["contents"][1]["listed"][1] == {"path": "hello/cli.py", "size": 16}
    assert (document["changes"]["since"], document["changes"]["compared"]) == ("0.9.0", "hello-1.0.0-py3-none-any.whl")
    assert [change["field"] for change in document["changes"]["fields"]][:2] == ["requires-python", "dependencies"]


def test_a_report_lists_no_more_than_anybody_reads() -> None:
    half = {f"hello/{number}": "" for number in range(IN_REPORT * 3 // 4)}
    files = [wheel(half, tag=f"cp31{number}-none-any", record="") for number in range(2)]
    document = json.loads(as_json(releases.prepared(files)))
    assert sum(len(one["listed"]) for one in document["contents"]) == IN_REPORT
    assert all(one["members"] > len(half) for one in document["contents"])


def test_an_error_is_a_report_too(root: Path) -> None:
    document = json.loads(error_as_json("verify", UsageError("no", hint="yes")))
    jsonschema.validate(document, json.loads((root / "docs" / "report.schema.json").read_text()))
    assert (document["ok"], document["error"], document["hint"]) == (False, "no", "yes")


def test_a_manifest_is_as_its_schema_says(root: Path) -> None:
    manifest = Manifest(
        schema=1,
        release=Release(name="a", version="1", tag=None, commit=None, epoch=0),
        artifacts=(),
        builds=(),
        verify=VerifySettings(dependencies_index=""),
    )
    jsonschema.validate(codec.dump(manifest), json.loads((root / "docs" / "manifest.schema.json").read_text()))
