"""Faults of the upload and of Trusted Publishing: where the release stands, what is said, and that a re-run ends it.

The upload is twine's, as in the publishing job; plan and verify are what the next job does, or the maintainer asks.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.errors import ExitCode, ToolTimeoutError
from pypublish.model import PYPI, TESTPYPI
from pypublish.rehearsal import client, listener
from pypublish.rehearsal.environment import environment_for_clients
from pypublish.rehearsal.faults import TOPICS
from pypublish.rehearsal.faults import read as read_fault
from tests.faults import commands
from tests.faults.scene import Begin, Scene, build

pytestmark = pytest.mark.slow

NOTHING, WHEEL, BOTH = 0, 1, 2


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fault, and what comes of the upload."""

    fault: str
    exit_code: int | None = 1
    """The uploader's; None where it never ends."""
    says: str = ""
    """What the uploader says, its lines put together."""
    there: int = NOTHING
    """How many of wheel and sdist are on the index then."""

    def __str__(self) -> str:
        return f"{read_fault(self.fault).fault.number} {self.fault}"


def cases(*several: Case) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", several, ids=str)


PASSING = (
    Case(fault="upload-unavailable", exit_code=0, says="Retry 2 of 5"),
    Case(fault="upload-stored-then-error", exit_code=0, says="Retry 1 of 5"),
    Case(fault="file-there", exit_code=0, says="View at"),
)

STOPPING = (
    Case(fault="sdist-unavailable", says="503 Service Unavailable from", there=WHEEL),
    Case(fault="upload-unavailable/always", says="503 Service Unavailable from"),
    Case(fault="upload-rate-limited", says="429 Too Many Requests from"),
    # Through a proxy twine sends the upload once more, without a body; directly, it ends with a traceback.
    Case(fault="upload-reset", says="after connection broken by '"),
    Case(fault="upload-stored-then-reset", says="after connection broken by '", there=WHEEL),
    Case(fault="upload-login-page", exit_code=0, says="View at"),
    Case(fault="upload-redirected", says="attempted to redirect to https://login.example.net/"),
    Case(fault="upload-forbidden", says="Invalid or non-existent authentication information."),
    Case(fault="upload-hangs", exit_code=None),
    Case(fault="file-too-large", says="File too large. Limit for project 'hello' is 100 MB."),
    Case(fault="project-too-large", says="Project size too large. Limit for project 'hello'"),
    Case(fault="token-expires", says="Invalid API Token: token is expired", there=WHEEL),
    Case(fault="audience-refused", says="403 Forbidden from https://upload.pypi.org/_/oidc/audience"),
    Case(fault="audience-refused:404", says="404 Not Found from https://upload.pypi.org/_/oidc/audience"),
    Case(fault="audience-refused:502", says="too many 502 error responses"),
    Case(fault="publishing-disabled", says="`not-enabled`: github trusted publishing functionality not enabled"),
    Case(fault="mint-unavailable", says="The token-minting request returned invalid JSON"),
    Case(fault="mint-login-page", says="The token-minting request returned invalid JSON"),
    Case(fault="mint-garbage", says="The token-minting request returned invalid JSON"),
    Case(fault="mint-no-token", says="KeyError: 'token'"),
    Case(fault="publisher-unknown", says="Publisher with matching claims was not found"),
    Case(fault="identity-refused", says="Unable to retrieve an OIDC token from the CI platform"),
    Case(fault="clock-skew", says="`invalid-token`: malformed or invalid token"),
    Case(fault="clock-skew:-600", says="`invalid-token`: malformed or invalid token"),
)


def publish(scene: Scene, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upload, and see how the uploader ends."""
    monkeypatch.setattr(listener._Handler, "timeout", 2.0)
    if case.exit_code is None:
        monkeypatch.setattr(client, "TIME_LIMIT", 3.0)
        with pytest.raises(ToolTimeoutError):
            scene.upload()
        monkeypatch.undo()  # the next upload may take its time
        return
    completed = scene.upload()
    assert completed.returncode == case.exit_code
    assert case.says in " ".join(re.sub(r"\x1b\[\d+m", "", completed.stdout + completed.stderr).split())


def ends_as_if_undisturbed(scene: Scene) -> None:
    assert scene.published() == scene.sealed
    assert "published, the same bytes; nothing to upload" in scene.plan().words
    assert scene.wait().exit_code == ExitCode.OK


@cases(*PASSING)
def test_it_passes_by_itself(begin: Begin, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = begin(case.fault)
    publish(scene, case, monkeypatch)
    ends_as_if_undisturbed(scene)


@cases(*STOPPING)
def test_a_re_run_ends_it(begin: Begin, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = begin(case.fault)
    publish(scene, case, monkeypatch)

    there = dict([*scene.sealed.items()][: case.there])
    assert scene.published() == there
    plan, verify = scene.plan(), scene.wait()
    assert plan.exit_code == ExitCode.OK
    assert verify.exit_code == ExitCode.FINDINGS
    if case.there:
        assert "published in part, still to upload: hello-1.0.0.tar.gz" in plan.words
    else:
        assert "not published, 2 files to upload" in plan.words
    for name in scene.sealed:
        assert (name in verify.words) == (name not in there)
    assert "run the publishing job again" in verify.words

    scene.index.faults.disarm()
    assert scene.upload().returncode == 0
    ends_as_if_undisturbed(scene)


def test_the_words_for_a_release_that_is_published_in_part(begin: Begin) -> None:
    scene = begin("sdist-unavailable")
    scene.upload()
    assert scene.plan().words == snapshot("""\
hello 1.0.0 on PyPI: published in part, still to upload: hello-1.0.0.tar.gz
note release-is-complete : PyPI has 1 of 2 files, the same bytes, and lacks hello-1.0.0.tar.gz; it takes the rest until 2027-01-29 08:00 UTC
Run the publishing job; it uploads what is missing, and what is there already is left as it is.\
""")
    assert scene.wait().words == snapshot("""\

error every-file-is-published hello-1.0.0.tar.gz: PyPI does not have it
PyPI has 1 of 2 files, the same bytes, and lacks hello-1.0.0.tar.gz. To finish the release, run the publishing job again (Re-run failed jobs; Re-run all jobs where it is green), or `pypublish upload` with the sealed files: it uploads what is missing, and nothing else. PyPI takes them until 2027-01-29 08:00 UTC.\
""")


# What only a new version gets over


@dataclass(frozen=True, kw_only=True)
class Final(Case):
    """A fault that no re-run mends."""

    plan: str
    """What plan says."""
    plan_ends: ExitCode = ExitCode.FINDINGS


FINAL = (
    Final(fault="other-file-there", says="File already exists", plan="published-files-are-the-sealed-ones"),
    Final(
        fault="filename-used",
        says="This filename was previously used by a file that has since been deleted. Use a different version.",
        plan="not published, 2 files to upload",
        plan_ends=ExitCode.OK,
    ),
    Final(
        fault="release-closed",
        says="Uploading new files to releases older than 14 days is not allowed.",
        plan="not published, 2 files to upload",
        plan_ends=ExitCode.OK,
    ),
    Final(
        fault="sdist-there",
        says="Only one sdist may be uploaded per release.",
        there=WHEEL,
        plan="published-files-are-all-ours hello-1.0.0.zip",
    ),
)


@pytest.mark.parametrize("case", FINAL, ids=str)
def test_a_new_version_ends_it(begin: Begin, case: Final, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = begin(case.fault)
    publish(scene, case, monkeypatch)
    plan = scene.plan()
    assert (plan.exit_code, scene.wait().exit_code) == (case.plan_ends, ExitCode.FINDINGS)
    assert case.plan in plan.words

    scene.index.faults.disarm()
    before = scene.published()
    assert scene.upload().returncode == 1
    assert scene.published() == before
    raised = scene.with_files(*build(tmp_path / "dist", "1.0.1"))
    assert raised.upload().returncode == 0
    ends_as_if_undisturbed(raised)
    assert scene.published() == before


def test_both_digests_are_shown(begin: Begin) -> None:
    scene = begin("other-file-there")
    scene.upload()
    (there,) = scene.published().values()
    words = scene.plan().words
    assert there in words
    assert scene.sealed["hello-1.0.0-py3-none-any.whl"] in words
    assert "Find the run that published it" in words


def test_f14_fourteen_days_are_over(begin: Begin) -> None:
    scene = begin("sdist-unavailable")
    scene.upload()
    scene.index.faults.disarm()
    scene.time.now += 15 * 86_400
    plan = scene.plan()
    assert plan.exit_code == ExitCode.FINDINGS
    assert "release-is-open" in plan.words
    assert "lacks hello-1.0.0.tar.gz" in plan.words
    assert "Raise the version" in plan.words


def test_f17_it_is_on_the_other_index(begin: Begin) -> None:
    scene = begin()
    assert scene.upload(TESTPYPI).returncode == 0
    assert scene.published("testpypi") == scene.sealed
    assert "published, the same bytes" in scene.plan(TESTPYPI).words
    assert "hello 1.0.0 on PyPI: not published, 2 files to upload" in scene.plan(PYPI).words
    assert scene.wait().exit_code == ExitCode.FINDINGS
    assert scene.upload(PYPI).returncode == 0
    ends_as_if_undisturbed(scene)


def test_f21_a_job_without_the_permission(begin: Begin, tmp_path: Path) -> None:
    scene = begin()
    environ = environment_for_clients(scene.index, scene.world.environ, tmp_path / "clients")
    withheld = {"ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}
    environ = {name: value for name, value in environ.items() if name not in withheld}
    twine = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--config-file", os.devnull]
    code, said = commands.run(scene, [*twine, str(scene.wheel), str(scene.sdist)], environ)
    assert code == 1
    assert "ACTIONS_ID_TOKEN_REQUEST_TOKEN" in said
    assert "not published, 2 files to upload" in scene.plan().words
    assert scene.wait().exit_code == ExitCode.FINDINGS
    assert scene.upload().returncode == 0
    ends_as_if_undisturbed(scene)


def test_f41_another_build_does_not_finish_a_release(begin: Begin, tmp_path: Path) -> None:
    scene = begin("sdist-unavailable")
    scene.upload()
    scene.index.faults.disarm()
    rebuilt = scene.with_files(*build(tmp_path / "rebuilt", code="x = 1\n"))
    plan = rebuilt.plan()
    assert plan.exit_code == ExitCode.FINDINGS
    assert "published-files-are-the-sealed-ones" in plan.words
    assert scene.sealed["hello-1.0.0-py3-none-any.whl"] in plan.words
    assert rebuilt.sealed["hello-1.0.0-py3-none-any.whl"] in plan.words
    assert scene.upload().returncode == 0
    ends_as_if_undisturbed(scene)


def test_the_matrix_is_complete() -> None:
    """Every fault of an upload or of Trusted Publishing that can be asked for has its case here."""
    asked = {read_fault(case.fault).fault.name for case in (*PASSING, *STOPPING, *FINAL)}
    faults = (*TOPICS["The upload"], *TOPICS["Trusted Publishing"])
    others = {fault.name for fault in faults} - asked
    assert others == {"sent-to-other-index", "no-id-token-permission", "sigstore-down"}
