"""Trusted Publishing goes as with GitHub and PyPI, and fails in PyPI's words."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from inline_snapshot import snapshot

from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.records import EVERY_PROJECT
from pypublish.rehearsal.server import Registration
from tests.rehearsal.parts import JOB, PENDING, PUBLISHER, MovableTime, Serve, http_client, send
from tests.rehearsal.trust import errors, exchange

Identity = Callable[..., str]
Make = Callable[..., Path]
Upload = Callable[..., httpx.Response]


def test_the_audience_is_the_indexs(http: httpx.Client) -> None:
    assert http.get("https://upload.pypi.org/_/oidc/audience").json() == {"audience": "pypi"}
    assert http.get("https://test.pypi.org/_/oidc/audience").json() == {"audience": "testpypi"}


def test_the_old_address_of_the_exchange_still_works(http: httpx.Client, identity: Identity) -> None:
    answer = http.post("https://pypi.org/_/oidc/github/mint-token", json={"token": identity()})
    assert answer.json()["success"] is True


@pytest.mark.parametrize(
    ("job", "description"),
    [
        (
            replace(JOB, publisher=replace(PUBLISHER, workflow="publish.yml")),
            snapshot("valid token, but no corresponding publisher (Publisher with matching claims was not found)"),
        ),
        (
            replace(JOB, publisher=replace(PUBLISHER, environment="")),
            snapshot("valid token, but no corresponding publisher (Publisher with matching claims was not found)"),
        ),
        (
            replace(JOB, publisher=replace(PUBLISHER, repository="Hello")),
            snapshot("valid token, but no corresponding publisher (Publisher with matching claims was not found)"),
        ),
        (
            replace(JOB, owner_id="2"),
            snapshot("valid token, but no corresponding publisher (Publisher with matching claims was not found)"),
        ),
        (
            replace(JOB, claims={"job_workflow_ref": "acme/shared/.github/workflows/release.yml@refs/heads/main"}),
            snapshot(
                "valid token, but no corresponding publisher (The job_workflow_ref claim does not match, expecting one of ['acme/hello/.github/workflows/release.yml@cccccccccccccccccccccccccccccccccccccccc', 'acme/hello/.github/workflows/release.yml@refs/tags/v1.0'], got 'acme/shared/.github/workflows/release.yml@refs/heads/main')"
            ),
        ),
        (
            replace(JOB, claims={"job_workflow_ref": ""}),
            snapshot(
                "valid token, but no corresponding publisher (Could not job extract workflow filename from OIDC claims)"
            ),
        ),
        (
            replace(JOB, claims={"sha": None}),
            snapshot("valid token, but no corresponding publisher (Missing claim 'sha')"),
        ),
        (
            replace(JOB, event="pull_request_target"),
            snapshot(
                "valid token, but no corresponding publisher (Publishing from a workflow invoked via 'pull_request_target' is not supported.)"
            ),
        ),
    ],
)
def test_another_job_is_not_the_publisher(serve_index: Serve, job: Job, description: str) -> None:
    with serve_index(job=job, registrations=(replace(PENDING, pending=False),)) as index:
        assert errors(exchange(index)) == [{"code": "invalid-publisher", "description": description}]


def test_the_environment_has_no_case_and_a_publisher_without_one_takes_any(serve_index: Serve, tmp_path: Path) -> None:
    with serve_index(job=replace(JOB, publisher=replace(PUBLISHER, environment="PyPI"))) as index:
        assert exchange(index).status_code == 200
    anywhere = Registration(publisher=replace(PUBLISHER, environment=""), project="hello-there")
    with serve_index(registrations=(anywhere,), folder=tmp_path / "other") as index:
        assert exchange(index).status_code == 200


def test_one_publisher_may_have_several_projects(serve_index: Serve) -> None:
    both = tuple(Registration(publisher=PUBLISHER, project=name, pending=False) for name in ("one", "two"))
    with serve_index(registrations=both) as index:
        token = exchange(index).json()["token"]
        # What a token says is sealed, not secret.
        assert b'"one"' in base64.urlsafe_b64decode(token.removeprefix("pypi-") + "==")
        assert b'"two"' in base64.urlsafe_b64decode(token.removeprefix("pypi-") + "==")


def test_an_index_for_trials_trusts_a_publisher_for_every_project(
    serve_index: Serve, make_wheel: Make, make_sdist: Make
) -> None:
    with serve_index(registrations=(Registration(publisher=PUBLISHER, project=EVERY_PROJECT),)) as index:
        token = exchange(index).json()["token"]
        assert index.stores["pypi"].names() == {}
        with http_client(index) as http:
            for path in (make_wheel(), make_wheel(name="another")):
                assert send(http, path, token).status_code == 200
    assert index.stores["pypi"].names() == {"hello-there": "hello-there", "another": "another"}


def test_a_minted_token_uploads_and_ends_after_fifteen_minutes(
    mint: Callable[[], str], upload: Upload, make_wheel: Make, make_sdist: Make, time: MovableTime
) -> None:
    token = mint()
    assert token.startswith("pypi-")
    assert upload(make_wheel(), token=token).status_code == 200
    time.now += 899
    assert upload(make_sdist(), token=token).status_code == 200
    time.now += 1
    assert upload(make_wheel(version="1.1"), token=token).reason_phrase == "Invalid API Token: token is expired"


def test_a_token_is_good_for_its_publishers_projects_only(
    mint: Callable[[], str], upload: Upload, make_wheel: Make
) -> None:
    upload(make_wheel(name="other"))
    assert upload(make_wheel(name="other", version="2.0"), token=mint()).reason_phrase == snapshot(
        "Invalid API Token: OIDC scoped token is not valid for project 'other', project-scoped token is not valid for project: 'other'"
    )


def test_a_burnt_token_is_worthless(
    http: httpx.Client, mint: Callable[[], str], upload: Upload, make_wheel: Make
) -> None:
    token = mint()
    assert http.post("https://upload.pypi.org/_/oidc/burn-token", json={"token": token}).status_code == 202
    assert upload(make_wheel(), token=token).status_code == 403


@pytest.mark.parametrize(
    "change", [lambda token: token[:-4] + "AAAA", lambda _: f"pypi-{'AgEIcHlwaS5vcmc'}", lambda _: "pypi-é"]
)
def test_a_token_of_somebody_else_is_unknown(
    mint: Callable[[], str], upload: Upload, make_wheel: Make, change: Callable[[str], str]
) -> None:
    response = upload(make_wheel(), token=change(mint()))
    assert (response.status_code, response.reason_phrase) == (
        403,
        "Invalid or non-existent authentication information. See https://pypi.org/help/#invalid-auth for more information.",
    )


def test_a_token_is_good_on_one_index_only(mint: Callable[[], str], upload: Upload, make_wheel: Make) -> None:
    assert upload(make_wheel(), token=mint(), url="https://test.pypi.org/legacy/").status_code == 403
