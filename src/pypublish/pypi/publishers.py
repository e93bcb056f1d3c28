"""Trusted Publishing as PyPI does it for GitHub: which job is which publisher, and every way to be refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pypublish.model import Publisher

GITHUB: Final = "https://token.actions.githubusercontent.com"
"""The issuer of GitHub's tokens, as the claim `iss` names it."""
KNOWN_ISSUERS: Final = frozenset(
    {GITHUB, "https://gitlab.com", "https://accounts.google.com", "https://platform.activestate.com/api/v1/oauth/oidc"}
)
LEEWAY: Final = 30
"""Seconds by which the clocks of issuer and index may differ."""

Claims = Mapping[str, object]

_WORKFLOW = re.compile(r"[^/]+\.(?:yml|yaml)(?=@)")
_REQUIRED: Final = (
    "repository",
    "repository_owner",
    "repository_owner_id",
    "job_workflow_ref",
    "jti",
    "event_name",
    "ref",
    "sha",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why no token is minted: PyPI's code, and its words."""

    code: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A publisher as PyPI keeps it: with the owner's number, which renaming and re-registering do not keep."""

    publisher: Publisher
    owner_id: str


INVALID_TOKEN: Final = Refusal(code="invalid-token", description="malformed or invalid token")
MALFORMED_JWT: Final = Refusal(code="invalid-payload", description="malformed JWT")
UNKNOWN_ISSUER: Final = Refusal(code="invalid-payload", description="unknown trusted publishing issuer")
REUSED_TOKEN: Final = Refusal(code="invalid-reuse-token", description="invalid token: already used")
NOT_ENABLED: Final = Refusal(code="not-enabled", description="github trusted publishing functionality not enabled")
PROJECT_EXISTS: Final = Refusal(code="invalid-pending-publisher", description="valid token, but project already exists")


def token_in(body: object) -> str | Refusal:
    """Return the JWT in the parsed body of a request to mint; None stands for a body that is no JSON."""
    token = body.get("token") if isinstance(body, dict) else None
    if isinstance(token, str):
        return token
    wanted = "Input should be a valid string" if isinstance(body, dict) else "Input should be an object"
    return Refusal(code="invalid-payload", description=f"1 validation error for TokenPayload: {wanted}")


def issuer_is_known(claims: Claims) -> Refusal | None:
    """Whether PyPI has heard of who issued a token; its claims are not verified yet."""
    if "iss" not in claims:
        return MALFORMED_JWT
    return None if str(claims["iss"]) in KNOWN_ISSUERS else UNKNOWN_ISSUER


def claims_hold(claims: Claims, *, audience: str, now: float) -> bool:
    """Whether a token with a good signature is for this index alone, and of now."""
    issued, expires = _time(claims, "iat"), _time(claims, "exp")
    begins = _time(claims, "nbf") if "nbf" in claims else issued
    if issued is None or expires is None or begins is None:
        return False
    return claims.get("aud") == audience and max(issued, begins) <= now + LEEWAY and expires > now - LEEWAY


def _time(claims: Claims, name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) else None


def workflow_filename(job_workflow_ref: str) -> str | None:
    """Return the workflow's file name from `owner/repository/.github/workflows/FILE@ref`."""
    match = _WORKFLOW.search(job_workflow_ref)
    return match[0] if match else None


def find(claims: Claims, publishers: Iterable[Registered], used: Collection[str]) -> Registered | Refusal:
    """Find the publisher that the verified claims belong to; `used` are the `jti` of tokens that were exchanged.

    Owner, repository and file name are compared letter by letter. A publisher with the job's environment goes
    before one without any.
    """
    found = _look_up(claims, publishers)
    if isinstance(found, str):
        return _no_publisher(found)
    detail = _verify(claims, found, used)
    if isinstance(detail, Refusal):
        return detail
    return _no_publisher(detail) if detail else found


def _no_publisher(detail: str) -> Refusal:
    return Refusal(code="invalid-publisher", description=f"valid token, but no corresponding publisher ({detail})")


def _look_up(claims: Claims, publishers: Iterable[Registered]) -> Registered | str:
    repository, reference = str(claims.get("repository", "")), str(claims.get("job_workflow_ref", ""))
    owner, _, name = repository.partition("/")
    workflow = workflow_filename(reference)
    if workflow is None:
        return "Could not job extract workflow filename from OIDC claims"
    same = [
        registered
        for registered in publishers
        if (registered.publisher.owner, registered.publisher.repository) == (owner, name)
        and registered.owner_id == claims.get("repository_owner_id")
        and registered.publisher.workflow == workflow
    ]
    environment = str(claims.get("environment") or "").lower()
    for wanted in dict.fromkeys((environment, "")):
        for registered in same:
            if registered.publisher.environment == wanted:
                return registered
    return "Publisher with matching claims was not found"


def _verify(claims: Claims, registered: Registered, used: Collection[str]) -> str | Refusal | None:
    """Check every claim of a publisher that was looked up; what is wrong, where something is."""
    publisher = registered.publisher
    if missing := next((name for name in _REQUIRED if claims.get(name) is None), None):
        return f"Missing claim {missing!r}"
    identity = {
        "repository": is_repository(f"{publisher.owner}/{publisher.repository}", claims["repository"]),
        "repository_owner": claims["repository_owner"] == publisher.owner,
        "repository_owner_id": claims["repository_owner_id"] == registered.owner_id,
    }
    if failed := next((name for name, holds in identity.items() if not holds), None):
        return f"Check failed for required claim {failed!r}"
    return (
        job_workflow_ref_mistake(publisher, claims)
        or (REUSED_TOKEN if str(claims["jti"]) in used else None)
        or _event_mistake(claims)
        or _environment_mistake(publisher, claims)
    )


def _event_mistake(claims: Claims) -> str | None:
    if claims["event_name"] != "pull_request_target":
        return None
    return "Publishing from a workflow invoked via 'pull_request_target' is not supported."


def _environment_mistake(publisher: Publisher, claims: Claims) -> str | None:
    if is_environment(publisher.environment, claims.get("environment")):
        return None
    return "Check failed for optional claim 'environment'"


def is_repository(registered: str, claim: object) -> bool:
    """Whether the claim names the registered repository; GitHub's names have no case."""
    return bool(claim) and str(claim).lower() == registered.lower()


def is_environment(registered: str, claim: object) -> bool:
    """Whether the job's environment is the registered one; where none is registered, any is."""
    return not registered or (bool(claim) and str(claim).lower() == registered.lower())


def job_workflow_ref_mistake(publisher: Publisher, claims: Claims) -> str | None:
    """Say what is wrong with the claim that names the workflow: it must be the publisher's, at the job's ref or sha."""
    claim = claims.get("job_workflow_ref")
    if not claim:
        return "The job_workflow_ref claim is empty"
    at = [str(claims[name]) for name in ("ref", "sha") if claims.get(name)]
    if not at:
        return "The ref and sha claims are empty"
    path = f"{publisher.owner}/{publisher.repository}/.github/workflows/{publisher.workflow}"
    expected = sorted({f"{path}@{where}" for where in at})
    if claim in expected:
        return None
    return f"The job_workflow_ref claim does not match, expecting one of {expected!r}, got {claim!r}"


ENVIRONMENT_LIMIT: Final = 255
_ENVIRONMENT_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f'\"`,;\\]")


def normalise_environment(environment: str | None) -> str:
    """Write an environment's name as PyPI keeps it."""
    return (environment or "").lower()


def registration_mistakes(publisher: Publisher) -> Iterator[str]:
    """Say what PyPI's form would object to, were this publisher registered; whether the owner exists is not asked."""
    if not publisher.owner:
        yield "Specify GitHub owner name"
    if not publisher.repository or not re.fullmatch(r"[a-zA-Z0-9-_.]+", publisher.repository):
        yield "Invalid repository name"
    if not publisher.workflow.endswith((".yml", ".yaml")):
        yield "Workflow name must end with .yml or .yaml"
    elif "/" in publisher.workflow:
        yield "Workflow filename must be a filename only, without directories"
    environment = publisher.environment
    if len(environment) > ENVIRONMENT_LIMIT:
        yield f"Environment name is too long (maximum is {ENVIRONMENT_LIMIT} characters)"
    elif environment.startswith(" "):
        yield "Environment name may not start with whitespace"
    elif environment.endswith(" "):
        yield "Environment name may not end with whitespace"
    elif _ENVIRONMENT_FORBIDDEN.search(environment):
        yield (
            "Environment name must not contain non-printable characters"
            ' or the characters "\'", """, "`", ",", ";", "\\"'
        )
