"""The identity provider: speaks as GitHub's does to its jobs, and signs with a key of its own."""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response

from pypublish.edges.world import Clock
from pypublish.model import Publisher
from pypublish.pypi.publishers import GITHUB, Claims
from pypublish.rehearsal.responses import json_response, text_response

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from jwt.types import Options

LIFETIME: Final = 300
"""Seconds for which an identity token is good."""
KEY_ID: Final = "rehearsal"
TOKEN_PATH: Final = "/token"  # noqa: S105 - a path
CONFIGURATION_PATH: Final = "/.well-known/openid-configuration"
KEYS_PATH: Final = "/.well-known/jwks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The GitHub job that clients of the rehearsal are to be taken for."""

    publisher: Publisher
    """Its owner, repository, workflow file and environment."""
    ref: str = "refs/heads/main"
    sha: str = "0" * 40
    event: str = "push"
    owner_id: str = "1"
    repository_id: str = "1"
    claims: Mapping[str, object] = field(default_factory=dict)
    """Claims that are to be other than they follow from the rest; None takes one away."""

    @property
    def repository(self) -> str:
        """`owner/repository`."""
        return f"{self.publisher.owner}/{self.publisher.repository}"

    @property
    def workflow_ref(self) -> str:
        """The workflow at the commit or tag that runs."""
        return f"{self.repository}/.github/workflows/{self.publisher.workflow}@{self.ref}"


class Issuer:
    """Gives identity tokens to whoever has the request token, as GitHub does to jobs with `id-token: write`."""

    def __init__(self, job: Job, clock: Clock, request_token: str) -> None:
        self._job = job
        self._clock = clock
        self._request_token = request_token

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == CONFIGURATION_PATH:
            return json_response(_configuration(request.host_url.rstrip("/")))
        if request.path == KEYS_PATH:
            return json_response({"keys": [self._public_key()]})
        if request.path != TOKEN_PATH or request.method != "GET":
            return text_response("Not Found", 404)
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(token.encode(), self._request_token.encode()):
            return text_response("Unauthorized", 401)
        audience = request.args.get("audience") or f"https://github.com/{self._job.publisher.owner}"
        signed = self.sign(self.claims(audience))
        return json_response({"count": len(signed), "value": signed})

    def claims(self, audience: str) -> dict[str, object]:
        """Return the claims of a fresh token for the job."""
        now = int(self._clock.now())
        made = {**_claims(self._job), **_times(now), "aud": audience, "jti": secrets.token_hex(16)}
        return {name: value for name, value in {**made, **self._job.claims}.items() if value is not None}

    def sign(self, claims: Claims) -> str:
        """Make a token of claims."""
        import jwt

        return jwt.encode(dict(claims), _key(), algorithm="RS256", headers={"kid": KEY_ID})

    def read(self, token: str) -> dict[str, object] | None:
        """Return a token's claims if this provider signed them; times and audience are not looked at."""
        import jwt

        # When and for whom it is good is judged by the index's own clock.
        options: Options = {
            "require": ["iss", "iat", "exp", "aud"],
            "verify_exp": False,
            "verify_nbf": False,
            "verify_iat": False,
            "verify_aud": False,
        }
        try:
            if jwt.get_unverified_header(token).get("kid") != KEY_ID:
                return None
            claims: dict[str, object] = jwt.decode(
                token, _key().public_key(), algorithms=["RS256"], issuer=GITHUB, options=options
            )
        except jwt.PyJWTError:
            return None
        return claims

    def _public_key(self) -> dict[str, object]:
        from jwt.algorithms import RSAAlgorithm

        key: dict[str, object] = json.loads(RSAAlgorithm.to_jwk(_key().public_key()))
        return {**key, "kid": KEY_ID, "use": "sig", "alg": "RS256"}


@cache
def _key() -> RSAPrivateKey:
    """Make the key that signs when it is needed first, one a process: that takes a moment."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _claims(job: Job) -> dict[str, object]:
    """Return what GitHub says of a job; the environment only where there is one."""
    publisher, tag = job.publisher, job.ref.startswith("refs/tags/")
    context = f"environment:{publisher.environment}" if publisher.environment else f"ref:{job.ref}"
    return {
        "iss": GITHUB,
        "sub": f"repo:{job.repository}:{context}",
        "ref": job.ref,
        "ref_type": "tag" if tag else "branch",
        "ref_protected": "false",
        "sha": job.sha,
        "repository": job.repository,
        "repository_id": job.repository_id,
        "repository_owner": publisher.owner,
        "repository_owner_id": job.owner_id,
        "repository_visibility": "public",
        "actor": publisher.owner,
        "actor_id": job.owner_id,
        "event_name": job.event,
        "base_ref": "",
        "head_ref": "",
        "workflow": publisher.workflow,
        "workflow_ref": job.workflow_ref,
        "workflow_sha": job.sha,
        "job_workflow_ref": job.workflow_ref,
        "job_workflow_sha": job.sha,
        "run_id": "1",
        "run_number": "1",
        "run_attempt": "1",
        "runner_environment": "github-hosted",
        "environment": publisher.environment or None,
    }


def _times(now: int) -> dict[str, object]:
    return {"iat": now, "nbf": now, "exp": now + LIFETIME}


def _configuration(url: str) -> dict[str, object]:
    return {
        "issuer": GITHUB,
        "jwks_uri": f"{url}{KEYS_PATH}",
        "subject_types_supported": ["public", "pairwise"],
        "response_types_supported": ["id_token"],
        "claims_supported": ["sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "sha", "repository"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid"],
    }
