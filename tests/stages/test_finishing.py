"""A release that stopped half way is finished by prepare, run again, with the bytes that are published already."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from tests.stages.workflow import Workflow


@pytest.mark.slow
def test_a_release_that_stopped_half_way_is_finished_with_its_own_bytes(workflow: Workflow) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    assert (first.outputs["publish"], workflow.said[-1]) == snapshot(
        ("true", "plan: hello 1.2.0 on PyPI: not published, 2 files to upload")
    )
    workflow.hand_over(first)
    workflow.publish(".whl")

    second = workflow.prepare(again=True)
    assert second.ok, second.all_findings
    assert second.outputs == first.outputs
    assert [line for line in workflow.said if not line.startswith("validate")] == snapshot(
        [
            "recover: hello 1.2.0 as attempt 1 of run 7 sealed it: 2 files, the same bytes; nothing is built",
            "plan: hello 1.2.0 on PyPI: published in part, still to upload: hello-1.2.0.tar.gz",
        ]
    )
    (lacks,) = [found for found in second.all_findings if found.check == "release-is-complete"]
    assert lacks.message.partition("; it takes")[0] == snapshot(
        "PyPI has 1 of 2 files, the same bytes, and lacks hello-1.2.0.tar.gz"
    )
    workflow.hand_over(second)
    workflow.publish(".tar.gz")

    third = workflow.prepare(again=True)
    assert third.ok
    assert third.outputs == {**first.outputs, "publish": "false"}
    assert workflow.said[-1] == snapshot("plan: hello 1.2.0 on PyPI: published, the same bytes; nothing to upload")


@pytest.mark.slow
def test_other_bytes_than_were_published_stop_it(workflow: Workflow) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    workflow.hand_over(first)
    workflow.publish(".tar.gz")
    workflow.attempts.api.artifacts[0].expired = True
    outcome = workflow.prepare(again=True)
    errors = [found for found in outcome.all_findings if found.stops(strict=False)]
    assert [found.check for found in errors] == ["published-files-are-the-sealed-ones"]
    assert not outcome.ok
    sealed_then = next(line for line in first.outputs["checksums"].splitlines() if line.endswith(".tar.gz"))
    assert sealed_then.partition(" ")[0] in errors[0].message
    assert outcome.outputs["checksums"] != first.outputs["checksums"]


@pytest.mark.slow
@pytest.mark.parametrize("workflow", [False], indirect=True, ids=["a backend that makes the same bytes"])
def test_what_comes_out_the_same_again_is_finished_without_the_artifact(workflow: Workflow) -> None:
    first = workflow.prepare()
    assert first.ok, first.all_findings
    workflow.hand_over(first)
    workflow.publish(".whl")
    workflow.attempts.api.artifacts[0].expired = True
    outcome = workflow.prepare(again=True)
    assert [found.check for found in outcome.all_findings if found.stops(strict=False)] == []
    assert "sealed-artifact-is-kept" in {found.check for found in outcome.all_findings}
    assert outcome.outputs["publish"] == "true"
