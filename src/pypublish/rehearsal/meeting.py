"""One request that meets a fault: what it is for, and what the index would have answered."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import IO, TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import get_input_stream

from pypublish.edges.world import Clock
from pypublish.pypi.answers import Answer
from pypublish.rehearsal import simple
from pypublish.rehearsal.incoming import receive
from pypublish.rehearsal.oidc import TOKEN_PATH, Issuer
from pypublish.rehearsal.records import ProjectRecord
from pypublish.rehearsal.responses import answer_response
from pypublish.rehearsal.sites import Part, Site, find
from pypublish.rehearsal.store import Store

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

IN_MEMORY: Final = 1 << 20
"""Bytes of an upload that are kept in memory, when it is sent on more than once; the rest goes to disk."""


CONDITIONS: Final = frozenset({"HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE"})
"""What a client says so as not to get everything."""


class Target(StrEnum):
    """What a request is for, and so which faults can strike it."""

    UPLOAD = "upload"
    AUDIENCE = "audience"
    MINT = "mint"
    IDENTITY = "identity"
    PAGE = "page"
    JSON = "json"
    FILE = "file"


_PATHS: Final = (
    (Part.UPLOAD, "/legacy/", Target.UPLOAD),
    (Part.UPLOAD, "/_/oidc/audience", Target.AUDIENCE),
    (Part.UPLOAD, "/_/oidc/mint-token", Target.MINT),
    (Part.UPLOAD, "/_/oidc/github/mint-token", Target.MINT),
    (Part.PAGES, "/simple/", Target.PAGE),
    (Part.PAGES, "/pypi/", Target.JSON),
    (Part.FILES, "/packages/", Target.FILE),
)


def target_of(request: Request) -> Target | None:
    """Return what a request is for; None where no fault can strike it."""
    if request.scheme == "http":
        return Target.IDENTITY if request.path == TOKEN_PATH else None
    parts = find(request.host)[1]
    for part, path, target in _PATHS:
        if part in parts and request.path.startswith(path):
            return target
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What an upload says of its file."""

    project: str
    version: str
    filename: str
    is_sdist: bool


class Meeting:
    """One request that meets a fault; to be closed, since it may keep the request's body."""

    def __init__(
        self,
        environ: WSGIEnvironment,
        app: WSGIApplication,
        *,
        stores: Mapping[str, Store],
        issuer: Issuer,
        clock: Clock,
    ) -> None:
        """Take the request, and what it would meet without the fault: `app` is the index, which would answer."""
        self.environ = environ
        self.request = Request(environ)
        self.site = find(self.request.host)[0]
        self.issuer = issuer
        self.clock = clock
        self.argument: float | str = 0.0
        self._app = app
        self._stores = stores
        self._body: IO[bytes] | None = None

    @property
    def store(self) -> Store:
        """What the index has that the request is for."""
        return self._stores[self.site.name]

    @property
    def number(self) -> float:
        """What the fault was told, as a number."""
        return float(self.argument)

    @cached_property
    def sent(self) -> Sent:
        """What the upload brings."""
        with receive(Request(self._again()), self.store.incoming) as received:
            fields = {name: values[0] for name, values in received.fields.items()}
            filename = received.content.filename if received.content else ""
        return Sent(
            project=fields.get("name", ""),
            version=fields.get("version", ""),
            filename=filename,
            is_sdist=fields.get("filetype") == "sdist",
        )

    @property
    def project(self) -> ProjectRecord | None:
        """The project that the upload is for, or that the page is of."""
        name = self.sent.project if self.request.path == "/legacy/" else self.request.path.split("/")[2]
        return self.store.project(name)

    def pass_on(self) -> Response:
        """Let the index answer as it would, and in full; an upload may be passed on again and again."""
        environ = {name: value for name, value in self._again().items() if name not in CONDITIONS}
        return Response.from_app(self._app, environ, buffered=True)

    def page(self, alter: Callable[[ProjectRecord], ProjectRecord], site: Site | None = None) -> Response:
        """Show the project's page as if the project, or the index, were another one."""
        found = self.project
        name = self.request.path.split("/")[2]
        return simple.project(self.request, site or self.site, alter(found) if found else None, name)

    def refuse(self, answer: Answer | None) -> Response:
        """Write a refusal of the index's own."""
        assert answer is not None  # noqa: S101 - the rule was asked about what it refuses
        return answer_response(self.request, answer.on(self.site.domain))

    def close(self) -> None:
        """Let go of the request's body."""
        if self._body is not None:
            self._body.close()

    def _again(self) -> WSGIEnvironment:
        """Return the request, to be read from its start."""
        if self._body is None:
            self._body = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - `close` closes it
            shutil.copyfileobj(get_input_stream(self.environ), self._body)
        length = self._body.seek(0, 2)
        self._body.seek(0)
        environ = {name: value for name, value in self.environ.items() if not name.startswith("werkzeug.")}
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ.pop("wsgi.input_terminated", None)
        return {**environ, "wsgi.input": self._body, "CONTENT_LENGTH": str(length)}
