"""The upload tokens that the embedded index gives out: opaque to clients, limited in time and to projects."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pypublish import codec
from pypublish.model import Publisher
from pypublish.pypi.callers import Caller
from pypublish.rehearsal.disk import write_atomically

PREFIX: Final = "pypi-"
_MAC_LENGTH: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claims:
    """What a token of a publisher says, under the index's seal."""

    site: str
    projects: tuple[str, ...] | None
    """None for every project, those that do not exist yet included."""
    expires: int
    publisher: Publisher
    id: str
    """Makes each token another one."""


class Tokens:
    """Makes tokens and knows them again, also after the index was started anew in the same folder."""

    def __init__(self, folder: Path, api_tokens: Mapping[str, Caller]) -> None:
        """Take the secret from `folder`, or put one there; `api_tokens` are the users' own."""
        place = folder / "secret"
        if not place.exists():
            write_atomically(place, secrets.token_bytes(_MAC_LENGTH), secret=True)
        self._secret = place.read_bytes()
        self._api_tokens = dict(api_tokens)
        self._burnt: set[str] = set()

    def derive(self, purpose: str) -> str:
        """Return a secret for one purpose: the same at every start."""
        return hmac.new(self._secret, purpose.encode(), hashlib.sha256).hexdigest()

    def mint(self, site: str, projects: frozenset[str] | None, expires: int, *, publisher: Publisher) -> str:
        """Make the token of a publisher: good on one index, for these projects or for all, until `expires`."""
        listed = None if projects is None else tuple(sorted(projects))
        claims = _Claims(site=site, projects=listed, expires=expires, publisher=publisher, id=secrets.token_hex(8))
        payload = codec.dumps(claims).encode()
        return PREFIX + base64.urlsafe_b64encode(self._mac(payload) + payload).decode().rstrip("=")

    def burn(self, token: str) -> None:
        """Make a token worthless before its time."""
        self._burnt.add(token)

    def caller(self, token: str, site: str) -> Caller | None:
        """Return whom a token stands for on an index; None where the index does not know it."""
        if token in self._burnt:
            return None
        if token in self._api_tokens:
            return self._api_tokens[token]
        claims = self._read(token)
        if claims is None or claims.site != site:
            return None
        projects = None if claims.projects is None else frozenset(claims.projects)
        return Caller(
            user=None,
            projects=projects,
            creates=projects is None,
            expires=claims.expires,
            publisher=claims.publisher,
        )

    def _read(self, token: str) -> _Claims | None:
        encoded = token.removeprefix(PREFIX)
        try:
            raw = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except ValueError:
            return None
        mac, payload = raw[:_MAC_LENGTH], raw[_MAC_LENGTH:]
        if not hmac.compare_digest(mac, self._mac(payload)):
            return None
        return codec.loads(_Claims, payload, what="a token of ours")

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._secret, payload, "sha256")
