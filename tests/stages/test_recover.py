"""recover: what an earlier attempt sealed is used again, and no other run's, release's or index's."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from pypublish.edges import staging
from pypublish.edges.github_api import Account, GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.world import Clock
from pypublish.errors import UsageError
from pypublish.model import PYPI, TESTPYPI, Release
from pypublish.stages.recover import recover
from tests.github_api import TOKEN, Run
from tests.stages.attempts import FIRST, INTENT, RELEASE, VALID, Attempts, log_of, sealed, told, zipped


def test_what_the_first_attempt_sealed_is_used_again(attempts: Attempts) -> None:
    attempts.begin()
    outcome = attempts()
    assert told(outcome) == []
    assert outcome.value is not None
    assert outcome.summary == snapshot(
        "hello 1.0.0 as attempt 1 of run 7 sealed it: 2 files, the same bytes; nothing is built"
    )
    for name, content in FIRST.items():
        assert (attempts.out / name).read_bytes() == content
    assert {path.name for path in attempts.out.iterdir()} == {"dist", "manifest.json"}
    assert len(list((attempts.out / "dist").iterdir())) == 2
    assert outcome.outputs["manifest-sha256"] == hashlib.sha256(FIRST["manifest.json"]).hexdigest()
    assert set(outcome.outputs) == {"packages-dir", "manifest-sha256", "checksums"}
    assert attempts.api.leaked == []


def test_the_oldest_that_can_be_had_is_used(attempts: Attempts) -> None:
    later = sealed(replace(RELEASE, epoch=2))
    attempts.begin()
    attempts.begin(content=zipped(later), log=log_of(later))
    assert "attempt 1 of run 7" in attempts().summary
    attempts.api.artifacts[0].expired = True
    outcome = attempts()
    assert "attempt 2 of run 7" in outcome.summary
    assert told(outcome) == snapshot(
        ["warning sealed-artifact-is-kept : attempt 1 of run 7 sealed files, but the artifact release-1 has expired"]
    )
    assert outcome.ok


def test_where_nothing_was_sealed_it_is_built(attempts: Attempts) -> None:
    attempts.begin(content=None)
    outcome = attempts()
    assert (outcome.value, outcome.ok, told(outcome)) == (None, True, [])
    assert outcome.summary == snapshot("no earlier attempt sealed this release: it is built now")
    assert not attempts.out.exists()


def test_what_has_expired_is_built_again_and_said(attempts: Attempts) -> None:
    attempts.begin()
    attempts.api.artifacts[0].expired = True
    outcome = attempts()
    assert (outcome.value, outcome.ok) == (None, True)
    assert [outcome.summary, *told(outcome)] == snapshot(
        [
            "what was sealed before cannot be had: it is built again, and compared with what the index has",
            "warning sealed-artifact-is-kept : attempt 1 of run 7 sealed files, but the artifact release-1 has expired",
        ]
    )


def test_without_the_permission_it_is_built_again_and_said(attempts: Attempts) -> None:
    attempts.begin()
    attempts.api.may_read_actions = False
    outcome = attempts()
    assert (outcome.value, outcome.ok) == (None, True)
    assert told(outcome) == snapshot(
        [
            "warning earlier-attempts-can-be-read : GitHub does not show run 7 of acme/hello to this token (Resource not accessible by integration)"
        ]
    )
    with pytest.raises(GitHubRefusedError):
        attempts(run=7)


def test_while_github_does_not_answer_nothing_is_built(attempts: Attempts) -> None:
    attempts.begin()
    attempts.world = replace(attempts.world, clock=Clock(sleep=lambda _: None))
    attempts.api.next_answers = [(502, {}, b"")] * 9
    with pytest.raises(GitHubUnavailableError):
        attempts()


def test_an_artifact_that_is_listed_but_not_handed_out_is_waited_for(attempts: Attempts) -> None:
    attempts.begin()
    attempts.api.lost = {attempts.api.artifacts[0].id}
    with pytest.raises(GitHubUnavailableError, match="lists the artifact release-1") as caught:
        attempts()
    assert "run this job again later" in caught.value.hint


@pytest.mark.parametrize(
    ("release", "shown"),
    [
        pytest.param(
            replace(RELEASE, commit="d" * 40),
            snapshot(
                "it was sealed for commit dddddddddddddddddddddddddddddddddddddddd, not cccccccccccccccccccccccccccccccccccccccc"
            ),
            id="commit",
        ),
        pytest.param(replace(RELEASE, tag="v1.0.1"), snapshot("it was sealed for tag v1.0.1, not v1.0.0"), id="tag"),
        pytest.param(
            replace(RELEASE, tag=None), snapshot("it was sealed for tag none, not v1.0.0"), id="without a tag"
        ),
        pytest.param(
            replace(RELEASE, version="1.0.1"), snapshot("it was sealed for version 1.0.1, not 1.0.0"), id="version"
        ),
        pytest.param(replace(RELEASE, name="hallo"), snapshot("it was sealed for name hallo, not hello"), id="name"),
    ],
)
def test_another_release_is_not_taken(attempts: Attempts, release: Release, shown: str) -> None:
    files = sealed(release)
    attempts.begin(content=zipped(files), log=log_of(files))
    implied, named = attempts(), attempts(run=7)
    assert (implied.value, implied.ok, named.value, named.ok) == (None, True, None, False)
    (found,) = named.findings
    assert found.check == "recovered-release-is-this-one"
    assert found.message == shown


@pytest.mark.parametrize("release", [replace(RELEASE, name="Hello"), replace(RELEASE, version="1.0")])
def test_another_spelling_is_the_same_release(attempts: Attempts, release: Release) -> None:
    files = sealed(release)
    attempts.begin(content=zipped(files), log=log_of(files))
    assert attempts().value is not None


def test_a_version_that_only_the_build_tells_is_that_of_the_seal(attempts: Attempts) -> None:
    attempts.begin()
    assert attempts(replace(VALID, release=replace(RELEASE, version=None))).value is not None


def test_for_another_index_the_same_files_are_sealed_again(attempts: Attempts) -> None:
    attempts.begin()
    outcome = attempts(replace(VALID, intent=replace(INTENT, index=TESTPYPI)), run=7)
    assert outcome.value is not None
    manifest, _ = staging.read(attempts.out / "manifest.json", sha256=outcome.outputs["manifest-sha256"])
    assert manifest.index == TESTPYPI
    staging.compare(attempts.out / "dist", manifest.artifacts)


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        pytest.param(
            Run(id=8, event="pull_request"),
            snapshot("""\
run 8 is no release of acme/hello: it was started by pull_request
Name a run of this repository's release workflow. That one is https://github.com/acme/hello/actions/runs/8.\
"""),
            id="event",
        ),
        pytest.param(
            Run(id=8, head_repository="evil/hello"),
            snapshot("""\
run 8 is no release of acme/hello: it ran the code of evil/hello
Name a run of this repository's release workflow. That one is https://github.com/acme/hello/actions/runs/8.\
"""),
            id="fork",
        ),
        pytest.param(
            Run(id=8, head_repository=None),
            snapshot("""\
run 8 is no release of acme/hello: it ran the code of a repository that is gone
Name a run of this repository's release workflow. That one is https://github.com/acme/hello/actions/runs/8.\
"""),
            id="a fork that is gone",
        ),
        pytest.param(
            Run(id=8),
            snapshot("""\
run 8 of acme/hello has no artifact release-1 nor of a later attempt; it has coverage
Name the run whose prepare sealed the files (gh run list shows the numbers); artifact-name is what the workflow calls them.\
"""),
            id="without artifacts",
        ),
    ],
)
def test_a_run_that_is_no_release(attempts: Attempts, run: Run, shown: str) -> None:
    attempts.api.runs.append(run)
    if run.event == "push" and run.head_repository == "acme/hello":
        attempts.api.add(run=8, name="coverage", content=b"x")
    with pytest.raises(UsageError) as caught:
        attempts(run=8)
    assert f"{caught.value}\n{caught.value.hint}" == shown


def test_without_a_remote_on_github_no_run_can_be_found(attempts: Attempts) -> None:
    recovery = replace(attempts.recovery(run=7, laptop=True), account=Account(token=TOKEN))
    with pytest.raises(UsageError, match="no repository on GitHub"):
        recover(VALID, recovery, attempts.world, index=PYPI, out=attempts.out)
