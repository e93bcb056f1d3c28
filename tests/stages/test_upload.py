"""upload, with the real twine against the embedded index: what is absent is sent, until the index shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.errors import ExitCode, IndexUnavailableError, NotVisibleError, SealError, UsageError
from pypublish.model import Index
from tests import factories
from tests.rehearsal.parts import API_TOKEN
from tests.stages.uploads import ALL, FILES, SDIST, TOKEN, WHEELS, Open, artifact, manifest_of, told


@pytest.mark.slow
def test_what_is_absent_is_uploaded_and_seen(place: Open) -> None:
    with place() as here:
        outcome = here()
        assert told(outcome) == []
        assert here.published == ALL
        assert [re.sub(r"twine [\d.]+", "twine X", line) for line in here.said.lines] == snapshot(
            [
                "plan …",
                "plan: hello 1.0.0 on PyPI: not published, 3 files to upload",
                "login: by TWINE_PASSWORD",
                "upload …",
                "upload: 3 files of hello 1.0.0 taken by PyPI, by twine X",
                "wait …",
                "wait: PyPI shows 3 files, the same bytes",
            ]
        )
        assert outcome.closing == snapshot(("Published: PyPI shows all files of hello 1.0.0.",))
        assert outcome.value is not None
        assert outcome.value.state == "published"


@pytest.mark.slow
def test_a_finished_release_needs_no_credentials(place: Open) -> None:
    with place(environ={}) as here:
        here.publish(*WHEELS, SDIST)
        outcome = here()
        assert outcome.ok
        assert here.said.lines == snapshot(
            ["plan …", "plan: hello 1.0.0 on PyPI: published, the same bytes; nothing to upload"]
        )
        assert outcome.closing == snapshot(("PyPI has all files of hello 1.0.0; nothing was uploaded.",))


@pytest.mark.slow
def test_what_is_there_is_left_alone(place: Open) -> None:
    lines: list[str] = []
    with place() as here:
        here.world = replace(here.world, sink=lines.append)
        here.publish(WHEELS[0])
        assert here().ok
        assert here.published == ALL
    sent = [line.split()[1] for line in lines if line.startswith("Uploading hello")]
    assert sent == [WHEELS[1], SDIST]


@pytest.mark.slow
def test_wheels_are_sent_first(place: Open) -> None:
    with place("sdist-unavailable") as here:
        with pytest.raises(IndexUnavailableError) as caught:
            here()
        assert here.published == set(WHEELS)
        assert re.sub(r"in \d+ s", "in N s", f"{caught.value}\n{caught.value.hint}") == snapshot("""\
PyPI did not take the files: 503 SERVICE UNAVAILABLE (6 tries in N s). PyPI has hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, and lacks hello-1.0.0.tar.gz
Run the same command again when the index is well: it uploads what is missing, and nothing else.\
""")
        assert caught.value.exit_code is ExitCode.INDEX
        assert len(here.slept) == 5
        here.index.faults.disarm()
        assert here().ok
        assert here.published == ALL


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    ["upload-unavailable:503/9", "upload-unavailable:500/6", "upload-stored-then-error/2", "upload-rate-limited"],
)
def test_trouble_that_passes_is_no_trouble(place: Open, fault: str) -> None:
    with place(fault) as here:
        outcome = here()
        assert told(outcome) == []
        assert here.published == ALL
        if fault == "upload-rate-limited":
            assert here.slept[0] >= 30


@pytest.mark.slow
def test_other_bytes_stop_it_before_anything_is_sent(place: Open, tmp_path: Path) -> None:
    with place() as here:
        here.publish(SDIST)
        other = factories.sdist({"more.py": "x = 1"})
        other.write(here.folder / "dist")
        outcome = here(manifest=manifest_of(other, *FILES[1:]))
        assert not outcome.ok
        assert [found.check for found in outcome.all_findings] == ["published-files-are-the-sealed-ones"]
        assert artifact(other).sha256 in outcome.all_findings[0].message
        assert artifact(FILES[0]).sha256 in outcome.all_findings[0].message
        assert here.published == {SDIST}
        assert here.said.lines[-1].startswith("plan:")


@pytest.mark.slow
def test_a_login_page_is_no_success(place: Open) -> None:
    with place("upload-login-page") as here:
        outcome = here()
        assert not outcome.ok
        assert told(outcome) == snapshot(
            [
                "error taken-files-are-there : twine says that all was taken, but PyPI has no file, and lacks hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, hello-1.0.0.tar.gz"
            ]
        )
        assert here.published == set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        pytest.param(
            "upload-forbidden",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: 403 Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for more information.",
                    "PyPI does not know the token from TWINE_PASSWORD: it was revoked, cut off when it was copied, or made elsewhere.",
                ]
            ),
            id="upload-forbidden",
        ),
        pytest.param(
            "filename-used",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: 400 This filename was previously used by a file that has since been deleted. Use a different version. See https://pypi.org/help/#file-name-reuse for more information.",
                    "A file of that name was deleted on PyPI, and its name is never free again: raise the version.",
                ]
            ),
            id="filename-used",
        ),
        pytest.param(
            "file-too-large",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: 400 File too large. Limit for project 'hello' is 100 MB. See https://docs.pypi.org/project-management/storage-limits#requesting-a-file-size-limit-increase for more information.",
                    "Ask PyPI for a higher limit, or make the file smaller in a new version; what was taken already stays.",
                ]
            ),
            id="file-too-large",
        ),
        pytest.param(
            "upload-redirected",
            snapshot(
                [
                    "hello-1.0.0-cp313-cp313-win_amd64.whl",
                    "PyPI refused it: RedirectDetected: https://upload.pypi.org/legacy/ attempted to redirect to https://login.example.net/.",
                    "Correct upload-url of the index; where it is right, a proxy answers in the index's place.",
                ]
            ),
            id="upload-redirected",
        ),
    ],
)
def test_a_refusal_is_said_in_the_indexs_words(place: Open, fault: str, shown: list[str]) -> None:
    with place(fault) as here:
        outcome = here()
        assert not outcome.ok
        (refusal,) = outcome.all_findings
        assert refusal.check == "upload-is-accepted"
        assert [str(refusal.where), refusal.message, refusal.hint] == shown
        assert here.slept == []
        assert API_TOKEN not in refusal.message + refusal.hint


@pytest.mark.slow
@pytest.mark.parametrize("fault", ["filename-used", "file-too-large"])
def test_of_half_an_upload_the_rest_is_named_with_what_becomes_of_it(place: Open, fault: str) -> None:
    with place() as here:
        here.publish("hello-1.0.0-cp313-cp313-win_amd64.whl", "hello-1.0.0-py3-none-any.whl")
        here.index.faults.arm(fault)
        (refusal,) = here().all_findings[-1:]
        assert str(refusal.where) == "hello-1.0.0.tar.gz"
        assert [refusal.message.splitlines()[-1], refusal.hint] == {
            "filename-used": snapshot(
                [
                    "PyPI has hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, and lacks hello-1.0.0.tar.gz",
                    "A file of that name was deleted on PyPI, and its name is never free again: raise the version. Yank hello 1.0.0 then: it cannot be completed.",
                ]
            ),
            "file-too-large": snapshot(
                [
                    "PyPI has hello-1.0.0-cp313-cp313-win_amd64.whl, hello-1.0.0-py3-none-any.whl, and lacks hello-1.0.0.tar.gz",
                    "Ask PyPI for a higher limit, or make the file smaller in a new version; what was taken already stays. Then run the same command again: it uploads what is missing, and nothing else.",
                ]
            ),
        }[fault]


@pytest.mark.slow
def test_by_trusted_publishing(place: Open) -> None:
    with place(environ={"GITHUB_ACTIONS": "true", **TOKEN}) as here:
        outcome = here()
        assert outcome.ok, told(outcome)
        assert here.published == ALL
        assert "login: by Trusted Publishing, as a job of GitHub Actions" in here.said.lines
        assert told(outcome) == snapshot(
            [
                "note credentials-are-used : TWINE_PASSWORD is set, and not needed",
                "note publishing-job-leaves-the-token-alone : this runs on GitHub, where pypublish does not have to hold the right to publish",
            ]
        )


@pytest.mark.slow
def test_a_publisher_that_is_not_registered(place: Open) -> None:
    with place("publisher-unknown", environ={"GITHUB_ACTIONS": "true"}) as here:
        outcome = here()
        (refusal,) = [found for found in outcome.all_findings if found.stops(strict=False)]
        assert [refusal.message, refusal.hint] == snapshot(
            [
                "PyPI refused it: invalid-publisher: valid token, but no corresponding publisher (Publisher with matching claims was not found)",
                "No publisher on PyPI fits this job: compare its four values with those that pypublish doctor prints.",
            ]
        )
        assert here.published == set()


@pytest.mark.slow
def test_published_but_not_shown_yet_is_an_end_of_its_own(place: Open) -> None:
    with place("page-stale:3600") as here:
        with pytest.raises(NotVisibleError):
            here(patience=30)
        assert here.published == ALL


def test_what_is_no_longer_as_it_was_sealed_is_not_uploaded(place: Open) -> None:
    with place() as here:
        (here.folder / "dist" / SDIST).write_bytes(b"other")
        with pytest.raises(SealError):
            here()


def test_an_index_to_read_from_takes_nothing(place: Open) -> None:
    readable = Index(name="mirror", upload_url="", simple_url="https://pypi.org/simple/", oidc_audience="")
    with place() as here, pytest.raises(UsageError, match="mirror is an index to read from"):
        here(index=readable)


def test_pypi_wants_a_tag(place: Open) -> None:
    with place() as here, pytest.raises(UsageError, match="was sealed without a tag"):
        here(manifest=manifest_of(*FILES, tag=None))
