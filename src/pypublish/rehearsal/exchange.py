"""Trusted Publishing at the index: an identity token comes in, an upload token goes out, or PyPI's refusal."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from werkzeug.wrappers import Request, Response

from pypublish.edges.world import Clock
from pypublish.pypi import names, publishers
from pypublish.pypi.limits import PENDING_PUBLISHER_LIFETIME, TOKEN_LIFETIME
from pypublish.pypi.publishers import Refusal, Registered
from pypublish.rehearsal.oidc import Issuer
from pypublish.rehearsal.records import EVERY_PROJECT, PublisherRecord
from pypublish.rehearsal.responses import json_response
from pypublish.rehearsal.sites import Site
from pypublish.rehearsal.store import Store
from pypublish.rehearsal.tokens import Tokens


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One index's side of Trusted Publishing."""

    site: Site
    store: Store
    tokens: Tokens
    issuer: Issuer
    clock: Clock

    def audience(self) -> Response:
        """Say for whom identity tokens have to be."""
        return json_response({"audience": self.site.index.oidc_audience})

    def mint(self, request: Request) -> Response:
        """Exchange an identity token for an upload token."""
        with self.store.changing():
            minted = self._mint(_parsed(request.get_data()))
        if isinstance(minted, Refusal):
            return refused(minted)
        token, expires = minted
        return json_response({"success": True, "token": token, "expires": expires})

    def burn(self, request: Request) -> Response:
        """Make an upload token worthless; what is no token is passed over in silence."""
        body = _parsed(request.get_data())
        if isinstance(body, dict) and isinstance(token := body.get("token"), str):
            self.tokens.burn(token)
        return json_response({"message": "Accepted"}, 202)

    def _mint(self, body: object) -> tuple[str, int] | Refusal:
        token = publishers.token_in(body)
        if isinstance(token, Refusal):
            return token
        claims = self._verified(token)
        if isinstance(claims, Refusal):
            return claims
        if refusal := self._create_project(claims):
            return refusal
        found = publishers.find(claims, self._registered(pending=False), self.store.used_tokens)
        if isinstance(found, Refusal):
            return found
        now = self.clock.now()
        self.store.use_token(str(claims["jti"]), float(str(claims["exp"])), now)
        expires = int(now) + TOKEN_LIFETIME
        trusted = [r.project for r in self.store.publishers if not r.pending and _registered(r) == found]
        projects = None if EVERY_PROJECT in trusted else frozenset(map(names.normalise, trusted))
        return self.tokens.mint(self.site.name, projects, expires, publisher=found.publisher), expires

    def _verified(self, token: str) -> publishers.Claims | Refusal:
        import jwt

        try:
            unverified = jwt.decode(token, options={"verify_signature": False})
        except jwt.PyJWTError:
            return publishers.MALFORMED_JWT
        if refusal := publishers.issuer_is_known(unverified):
            return refusal
        claims = self.issuer.read(token)
        audience = self.site.index.oidc_audience
        if claims is None or not publishers.claims_hold(claims, audience=audience, now=self.clock.now()):
            return publishers.INVALID_TOKEN
        return claims

    def _create_project(self, claims: publishers.Claims) -> Refusal | None:
        """Make the project that a pending publisher waits to make, if the claims are its."""
        found = publishers.find(claims, self._registered(pending=True), self.store.used_tokens)
        if isinstance(found, Refusal):
            return None
        pending = next(record for record in self._pending() if _registered(record) == found)
        if self.store.project(pending.project) is not None:
            self.store.forget(lambda record: record == pending)
            return publishers.PROJECT_EXISTS
        answer = names.judge(pending.project, existing=self.store.names())
        if answer is not None:
            return Refusal(code="invalid-payload", description=answer.on(self.site.domain).message)
        self.store.create_project(pending.project)
        wanted = names.normalise(pending.project)
        self.store.forget(lambda record: record.pending and names.normalise(record.project) == wanted)
        self.store.register(replace(pending, pending=False))
        return None

    def _pending(self) -> tuple[PublisherRecord, ...]:
        oldest = self.clock.now() - PENDING_PUBLISHER_LIFETIME
        return tuple(record for record in self.store.publishers if record.pending and record.registered >= oldest)

    def _registered(self, *, pending: bool) -> tuple[Registered, ...]:
        records = self._pending() if pending else (r for r in self.store.publishers if not r.pending)
        return tuple(map(_registered, records))


def refused(refusal: Refusal) -> Response:
    """Write why no token is minted."""
    error = {"code": refusal.code, "description": refusal.description}
    return json_response({"message": "Token request failed", "errors": [error]}, 422)


def _registered(record: PublisherRecord) -> Registered:
    environment = publishers.normalise_environment(record.publisher.environment)
    return Registered(publisher=replace(record.publisher, environment=environment), owner_id=record.owner_id)


def _parsed(body: bytes) -> object:
    """Return what a body says in JSON; None where it says nothing."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value
