"""PyPI's CDN before the index, as readers meet it: pages are purged softly and late, "not there" is remembered.

Two nodes as PyPI has them: an edge, which readers meet, and a shield behind it. They keep what the Simple API, the
JSON API and the Integrity API answer; everything else passes through.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from werkzeug.wrappers import Request, Response

from pypublish.edges.world import Clock
from pypublish.errors import UsageError
from pypublish.pypi.names import normalise
from pypublish.rehearsal.cache import LIFETIME, Answer, Asked, Node
from pypublish.rehearsal.meeting import CONDITIONS
from pypublish.rehearsal.simple import HTML, JSON, PLAIN_HTML, wanted
from pypublish.rehearsal.sites import Part, find

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EDGE: Final = "cache-fra-eddf8230021-FRA"
SHIELD: Final = "cache-iad-kiad7000044-IAD"
LIST_LIFETIME: Final = 1_800.0
"""Seconds for which the list of all projects is fresh, in JSON."""

_PAGE = re.compile(r"/(?:simple|pypi|integrity)/(?P<project>[^/]+)/.*|/simple/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How well the CDN is told of changes. Times in seconds."""

    purge_delay: float = 0.0
    """From a change until the nodes know of it; infinite where they never do."""
    shield_later: float = 0.0
    """By how much the shield knows later than the edge, which then fetches the old page once more, to keep it."""


NEVER: Final = "never"


def read_delay(text: str) -> Behaviour:
    """Read how late purges arrive: a number of seconds, or `never`.

    Raises:
        UsageError: it is neither.

    """
    try:
        delay = float("inf") if text == NEVER else float(text)
    except ValueError:
        delay = -1.0
    if not delay >= 0:
        raise UsageError(f"{text!r} is no delay", hint=f"Give seconds, as in 30, or {NEVER}: the purge is lost.")
    return Behaviour(purge_delay=delay)


class Cdn:
    """The CDN of all indexes, as an application before another one."""

    def __init__(self, origin: WSGIApplication, clock: Clock, behaviour: Behaviour) -> None:
        self._origin = origin
        self._clock = clock
        self._behaviour = behaviour
        self._shield = Node(SHIELD, gives_old=False)
        self._edge = Node(EDGE, gives_old=True)
        self._under_way: list[tuple[float, Node, str]] = []
        """Purges: when they arrive, where, and of what."""
        self._purges = threading.Lock()
        self._nodes = threading.Lock()

    def changed(self, site: str, project: str) -> None:
        """Learn that an index has changed a project: the nodes will be told, as late as they are."""
        edge = self._clock.now() + self._behaviour.purge_delay
        key = _key(site, project)
        with self._purges:
            self._under_way += [(edge, self._edge, key), (edge + self._behaviour.shield_later, self._shield, key)]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request: from the cache where it is for a page."""
        request = Request(environ)
        asked = _asked(request) if request.method in {"GET", "HEAD"} else None
        if asked is None:
            return self._origin(environ, start_response)
        with self._nodes:
            now = self._clock.now()
            self._arrive(now)
            answer = self._edge.answer(
                asked, now, lambda: self._shield.answer(asked, now, lambda: self._fetch(asked, environ))
            )
        response = Response(answer.body, status=answer.status, headers=list(answer.headers))
        if answer.code == 200:  # noqa: PLR2004
            response.make_conditional(environ)
        return response(environ, start_response)

    def _arrive(self, now: float) -> None:
        """Purge what was to be purged by now: nothing was asked since, so later is as good as then."""
        with self._purges:
            arrived = [purge for purge in self._under_way if purge[0] <= now]
            self._under_way = [purge for purge in self._under_way if purge[0] > now]
        for at, node, key in sorted(arrived, key=lambda purge: purge[0]):
            node.purge(key, at)

    def _fetch(self, asked: Asked, environ: WSGIEnvironment) -> Answer:
        """Ask the index itself: for the whole page, whatever the reader has of it already."""
        whole = {name: value for name, value in environ.items() if name not in CONDITIONS}
        whole |= {"REQUEST_METHOD": "GET", "QUERY_STRING": ""}
        whole |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in asked.headers.items()}
        response = Response.from_app(self._origin, whole, buffered=True)
        return Answer(status=response.status, headers=tuple(response.headers.to_wsgi_list()), body=response.get_data())


def _asked(request: Request) -> Asked | None:
    """Return what a request asks the cache for; None where it is for no page."""
    page = _PAGE.fullmatch(request.path)
    site, parts = find(request.host)
    if request.scheme != "https" or page is None or Part.PAGES not in parts:
        return None
    kind = request.headers.get("Accept", "")
    if request.path.startswith("/simple/"):
        kind = PLAIN_HTML if (best := wanted(request)) == HTML else best
    project = page["project"]
    return Asked(
        url=f"{request.host}{request.path}",
        headers={
            "Accept": kind,
            "Accept-Encoding": "gzip" if request.accept_encodings.quality("gzip") else "identity",
        },
        key=_key(site.name, project) if project else "",
        lifetime=LIST_LIFETIME if project is None and kind == JSON else LIFETIME,
    )


def _key(site: str, project: str) -> str:
    return f"{site} project/{normalise(project)}"
