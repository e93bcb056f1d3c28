"""Trusted Publishing goes as with GitHub and PyPI, and fails in PyPI's words."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from inline_snapshot import snapshot
from jwt.types import Options

from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.records import EVERY_PROJECT
from pypublish.rehearsal.server import Registration, Rehearsal
from tests.rehearsal.parts import JOB, PENDING, PUBLISHER, MovableTime, Serve, http_client, send

MINT = "https://upload.pypi.org/_/oidc/mint-token"
Identity = Callable[..., str]
Make = Callable[..., Path]
Upload = Callable[..., httpx.Response]


def errors(response: httpx.Response) -> list[dict[str, str]]:
    assert response.status_code == 422
    assert response.json()["message"] == "Token request failed"
    found: list[dict[str, str]] = response.json()["errors"]
    return found


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def exchange(index: Rehearsal, job: Job | None = None, audience: str = "pypi", **headers: str) -> httpx.Response:
    """Ask for an identity token and exchange it."""
    answer = httpx.get(
        f"{index.request_url}&audience={audience}",
        headers={"Authorization": f"bearer {index.request_token}"},
        trust_env=False,
    )
    with http_client(index) as http:
        return http.post(MINT, json={"token": answer.json()["value"]}, headers=headers)


def test_the_audience_is_the_indexs(http: httpx.Client) -> None:
    assert http.get("https://upload.pypi.org/_/oidc/audience").json() == {"audience": "pypi"}
    assert http.get("https://test.pypi.org/_/oidc/audience").json() == {"audience": "testpypi"}


def test_an_identity_token_says_what_github_says(identity: Identity) -> None:
    claims = claims_of(identity())
    assert {name: claims[name] for name in sorted(claims) if name not in {"jti", "iat", "nbf", "exp"}} == snapshot(
        {
            "actor": "acme",
            "actor_id": "1",
            "aud": "pypi",
            "base_ref": "",
            "environment": "pypi",
            "event_name": "push",
            "head_ref": "",
            "iss": "https://token.actions.githubusercontent.com",
            "job_workflow_ref": "acme/hello/.github/workflows/release.yml@refs/tags/v1.0",
            "job_workflow_sha": "cccccccccccccccccccccccccccccccccccccccc",
            "ref": "refs/tags/v1.0",
            "ref_protected": "false",
            "ref_type": "tag",
            "repository": "acme/hello",
            "repository_id": "1",
            "repository_owner": "acme",
            "repository_owner_id": "1",
            "repository_visibility": "public",
            "run_attempt": "1",
            "run_id": "1",
            "run_number": "1",
            "runner_environment": "github-hosted",
            "sha": "cccccccccccccccccccccccccccccccccccccccc",
            "sub": "repo:acme/hello:environment:pypi",
            "workflow": "release.yml",
            "workflow_ref": "acme/hello/.github/workflows/release.yml@refs/tags/v1.0",
            "workflow_sha": "cccccccccccccccccccccccccccccccccccccccc",
        }
    )


def test_the_key_that_signs_is_published(index: Rehearsal, identity: Identity) -> None:
    configuration = httpx.get(f"{index.issuer_url}/.well-known/openid-configuration", trust_env=False).json()
    keys = httpx.get(configuration["jwks_uri"], trust_env=False).json()["keys"]
    token = identity()
    key = jwt.PyJWK(next(key for key in keys if key["kid"] == jwt.get_unverified_header(token)["kid"]))
    options: Options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False}
    assert jwt.decode(token, key, algorithms=["RS256"], audience="pypi", options=options)["sub"].startswith("repo:")


@pytest.mark.parametrize("authorization", [None, "bearer wrong", "basic {token}", "{token}"])
def test_who_is_not_the_job_gets_no_identity(index: Rehearsal, authorization: str | None) -> None:
    headers = {"Authorization": authorization.format(token=index.request_token)} if authorization else {}
    assert httpx.get(index.request_url, headers=headers, trust_env=False).status_code == 401


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


def test_a_pending_publisher_makes_its_project_when_it_is_used(
    http: httpx.Client, mint: Callable[[], str], index: Rehearsal
) -> None:
    assert http.get("https://pypi.org/simple/hello-there/").status_code == 404
    mint()
    page = http.get("https://pypi.org/simple/hello-there/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    assert (page.status_code, page.json()["files"]) == (200, [])
    assert [record.pending for record in index.stores["pypi"].publishers] == [False]


def test_a_project_of_another_name_is_not_made(mint: Callable[[], str], upload: Upload, make_wheel: Make) -> None:
    response = upload(make_wheel(name="hallo_there"), token=mint())
    assert response.reason_phrase == snapshot(
        "Non-user identities cannot create new projects. This was probably caused by successfully using a pending publisher but specifying the project name incorrectly (either in the publisher or in your project's metadata). Please ensure that both match. See: https://docs.pypi.org/trusted-publishers/troubleshooting/"
    )


def test_a_token_is_good_for_its_publishers_projects_only(
    mint: Callable[[], str], upload: Upload, make_wheel: Make
) -> None:
    upload(make_wheel(name="other"))
    assert upload(make_wheel(name="other", version="2.0"), token=mint()).reason_phrase == snapshot(
        "Invalid API Token: OIDC scoped token is not valid for project 'other', project-scoped token is not valid for project: 'other'"
    )


def test_an_identity_is_exchanged_once(http: httpx.Client, identity: Identity) -> None:
    token = identity()
    assert http.post(MINT, json={"token": token}).status_code == 200
    assert errors(http.post(MINT, json={"token": token})) == snapshot(
        [{"code": "invalid-reuse-token", "description": "invalid token: already used"}]
    )


def test_a_refused_identity_may_try_again(serve_index: Serve) -> None:
    with serve_index(registrations=()) as index:
        assert errors(exchange(index))[0]["code"] == "invalid-publisher"
        assert index.stores["pypi"].used_tokens == {}


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


def test_another_job_makes_no_project(serve_index: Serve) -> None:
    with serve_index(job=replace(JOB, event="pull_request_target")) as index:
        assert errors(exchange(index))[0]["code"] == "invalid-publisher"
        assert index.stores["pypi"].project("hello-there") is None


def test_the_environment_has_no_case_and_a_publisher_without_one_takes_any(serve_index: Serve, tmp_path: Path) -> None:
    with serve_index(job=replace(JOB, publisher=replace(PUBLISHER, environment="PyPI"))) as index:
        assert exchange(index).status_code == 200
    anywhere = Registration(publisher=replace(PUBLISHER, environment=""), project="hello-there")
    with serve_index(registrations=(anywhere,), folder=tmp_path / "other") as index:
        assert exchange(index).status_code == 200


def test_the_wrong_audience_is_refused(index: Rehearsal) -> None:
    assert errors(exchange(index, audience="testpypi")) == snapshot(
        [{"code": "invalid-token", "description": "malformed or invalid token"}]
    )


@pytest.mark.parametrize(("moved", "accepted"), [(300 + 29, True), (300 + 30, False), (-30, True), (-31, False)])
def test_an_identity_is_good_for_a_while(
    http: httpx.Client, identity: Identity, time: MovableTime, moved: int, accepted: bool
) -> None:
    token = identity()
    time.now += moved
    assert (http.post(MINT, json={"token": token}).status_code == 200) is accepted


def test_a_forged_identity_is_refused(http: httpx.Client, identity: Identity) -> None:
    head, payload, signature = identity().split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "repository": "evil/hello"}).encode()).decode().rstrip("=")
    for token in (f"{head}.{forged}.{signature}", jwt.encode(claims, "secret" * 8), f"{head}.{payload}."):
        assert errors(http.post(MINT, json={"token": token}))[0]["code"] in {"invalid-token", "invalid-payload"}


@pytest.mark.parametrize(
    ("body", "code", "description"),
    [
        (b"", "invalid-payload", None),
        (b'{"token": 1}', "invalid-payload", None),
        (b'{"token": "x"}', "invalid-payload", "malformed JWT"),
        (b"[" * 100_000, "invalid-payload", None),
    ],
)
def test_what_is_no_identity_is_refused(http: httpx.Client, body: bytes, code: str, description: str | None) -> None:
    (error,) = errors(http.post(MINT, content=body))
    assert error["code"] == code
    assert description in {None, error["description"]}


def test_an_unknown_issuer_is_refused(serve_index: Serve) -> None:
    with serve_index(job=replace(JOB, claims={"iss": "https://ci.example.org"})) as index:
        assert errors(exchange(index)) == snapshot(
            [{"code": "invalid-payload", "description": "unknown trusted publishing issuer"}]
        )


def test_a_pending_publisher_expires_after_thirty_days(index: Rehearsal, time: MovableTime) -> None:
    time.now += 30 * 86_400 + 1
    assert errors(exchange(index))[0]["code"] == "invalid-publisher"


def test_a_pending_publisher_of_a_project_that_came_first_is_gone(index: Rehearsal) -> None:
    index.stores["pypi"].create_project("Hello.There")
    assert errors(exchange(index)) == snapshot(
        [{"code": "invalid-pending-publisher", "description": "valid token, but project already exists"}]
    )
    assert index.stores["pypi"].publishers == ()


def test_a_pending_publisher_cannot_have_a_name_of_the_standard_library(serve_index: Serve) -> None:
    with serve_index(registrations=(Registration(publisher=PUBLISHER, project="xml"),)) as index:
        assert errors(exchange(index)) == snapshot(
            [
                {
                    "code": "invalid-payload",
                    "description": "The name 'xml' isn't allowed (conflict with Python Standard Library module name). See https://pypi.org/help/#project-name for more information.",
                }
            ]
        )


def test_one_publisher_may_have_several_projects(serve_index: Serve) -> None:
    both = tuple(Registration(publisher=PUBLISHER, project=name, pending=False) for name in ("one", "two"))
    with serve_index(registrations=both) as index:
        token = exchange(index).json()["token"]
        # What a token says is sealed, not secret.
        assert b'"one"' in base64.urlsafe_b64decode(token.removeprefix("pypi-") + "==")
        assert b'"two"' in base64.urlsafe_b64decode(token.removeprefix("pypi-") + "==")


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


def test_the_old_address_of_the_exchange_still_works(http: httpx.Client, identity: Identity) -> None:
    answer = http.post("https://pypi.org/_/oidc/github/mint-token", json={"token": identity()})
    assert answer.json()["success"] is True


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
