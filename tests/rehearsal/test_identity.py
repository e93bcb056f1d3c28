"""The identity of a job: it says what GitHub's says, and the exchange takes no other, and each once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import jwt
import pytest
from inline_snapshot import snapshot
from jwt.types import Options

from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import JOB, MovableTime, Serve
from tests.rehearsal.trust import MINT, errors, exchange

Identity = Callable[..., str]


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


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
