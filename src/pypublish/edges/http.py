"""HTTP, spoken nowhere else: exact hosts, bounded bytes and seconds, retries, and failures with their cause.

Every exchange has a connection of its own, so that its deadline can end it whatever the server does.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self, TypeVar
from urllib.parse import SplitResult, unquote

from pypublish import __version__
from pypublish.edges import redirect, route, trouble
from pypublish.edges.body import read_bounded
from pypublish.edges.deadline import Deadline
from pypublish.edges.exchange import Wanted, opened, skip_httpx_command_line
from pypublish.edges.retrying import persist
from pypublish.edges.trouble import Trouble
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError

if TYPE_CHECKING:
    from ssl import SSLContext

    import httpx

T = TypeVar("T")

DOCUMENT_LIMIT = 100 << 20
"""Bytes of a document, unpacked; the largest pages of PyPI have some tens of millions."""
REDIRECT_LIMIT = 5
ATTEMPTS = 4
CONNECT_TIMEOUT = 10.0
SEND_TIMEOUT = 120.0
"""Seconds without a single byte where something is sent: what is stored before it is answered takes longer."""
EXCHANGE_LIMIT = 60.0
"""Seconds that one attempt may take for a document, redirects included."""
WITHIN = 120.0
"""Seconds that all attempts may take together."""

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said: the address that answered in the end, the status, lower-case headers and the body."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


class Session:
    """The connections of one stage to the outside: use it as a context; threads may share it.

    A login in an address (`https://user:password@host/…`) is remembered for that address's origin, sent there
    and to nobody else, and never shown.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._clients: dict[str | None, httpx.Client] = {}
        self._context: SSLContext | None = None
        self._logins: dict[str, tuple[str, str]] = {}
        self._tokens: dict[str, str] = {}
        self._exchanges: set[Deadline] = set()
        self._ended = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the session; it connects when it is asked for something."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End what still runs in other threads, and close what is open."""
        with self._lock:
            self._ended.set()
            for exchange in self._exchanges:
                exchange.expire()
        for client in self._clients.values():
            client.close()

    def authorise(self, url: str, token: str) -> None:
        """Send a bearer token with what is asked of the address's origin: there, and not to where it sends on."""
        self._tokens[redirect.origin(route.split(url))] = token

    def get(
        self,
        url: str,
        *,
        method: Literal["GET", "HEAD"] = "GET",
        headers: Mapping[str, str] = NO_HEADERS,
        hosts: Collection[str] = (),
        limit: int = DOCUMENT_LIMIT,
        within: float = WITHIN,
        attempts: int = ATTEMPTS,
    ) -> Answer:
        """Fetch a document of at most `limit` bytes, in at most `within` seconds with all attempts and pauses.

        Only `hosts` are asked, or the address's own host where none are named. Any status is an answer that is
        neither a redirect nor a sign that the server is in trouble.

        Raises:
            IndexUnavailableError: there was no answer, or none that can be taken.

        """

        def take(response: httpx.Response, at: SplitResult) -> Answer:
            return _answer(response, at, limit)

        wanted = Wanted(url=url, method=method, headers={"Accept-Encoding": "gzip", **headers}, hosts=hosts)
        return self._persist(
            url, lambda seconds: self._follow(wanted, min(seconds, EXCHANGE_LIMIT), take), within, attempts
        )

    def send(
        self,
        url: str,
        *,
        method: Literal["GET", "POST", "PATCH", "DELETE"],
        content: bytes | Path = b"",
        headers: Mapping[str, str] = NO_HEADERS,
        limit: int = DOCUMENT_LIMIT,
        within: float = WITHIN,
    ) -> Answer:
        """Ask once, with a body: whether to ask again, only who knows what it does can tell.

        Any status is an answer; a redirect too, which is not followed.

        Raises:
            Trouble: there was no answer, and nobody knows whether what was sent has arrived.
            IndexUnavailableError: the address is none.

        """
        at = self._remember_login(url)
        packed = {"Accept-Encoding": "gzip", **headers}
        wanted = Wanted(url=url, method=method, headers=packed, hosts=(), content=content, silence=SEND_TIMEOUT)
        with self._deadline(within) as deadline, self._exchange(wanted, at, deadline) as response:
            return _answer(response, at, limit)

    def stream(
        self,
        url: str,
        *,
        hosts: Collection[str],
        redirects_anywhere: bool = False,
        within: float,
        take: Callable[[Iterator[bytes]], T],
        refused: Callable[[int], Exception] = trouble.of_missing_file,
    ) -> T:
        """Give the bytes of a file, as they lie on the server, to `take`; again from the start where it broke off.

        The file is at one of `hosts`. With `redirects_anywhere` they may send on to a store of theirs: the caller
        compares digests. `refused` makes what is raised of a status that brings no file.

        Raises:
            IndexUnavailableError: there was no answer, or none that can be taken.

        """

        def accept(response: httpx.Response, _: SplitResult) -> T:
            if response.status_code != 200:  # noqa: PLR2004
                raise refused(response.status_code)
            return take(response.iter_raw())

        wanted = Wanted(
            url=url,
            method="GET",
            headers={"Accept-Encoding": "identity"},
            hosts=hosts,
            redirects_anywhere=redirects_anywhere,
        )
        return self._persist(url, lambda seconds: self._follow(wanted, seconds, accept), within, ATTEMPTS)

    def _persist(self, url: str, attempt: Callable[[float], T], within: float, attempts: int) -> T:
        return persist(
            attempt,
            what=route.shown(url),
            clock=self._world.clock,
            ended=self._ended,
            within=within,
            attempts=attempts,
        )

    def _follow(self, wanted: Wanted, seconds: float, take: Callable[[httpx.Response, SplitResult], T]) -> T:
        at = self._remember_login(wanted.url)
        own = route.authority(at)
        hosts = wanted.hosts or {own}
        if own not in hosts:
            raise Trouble(f"{route.printable(own)} is no host of this index", redirect.FILE_HOSTS_HINT, passing=False)
        allowed = None if wanted.redirects_anywhere else hosts
        with self._deadline(seconds) as deadline:
            for _ in range(REDIRECT_LIMIT):
                with self._exchange(wanted, at, deadline) as response:
                    if response.status_code not in REDIRECTS:
                        host = at.hostname or ""
                        now = self._world.clock.now()
                        if failure := trouble.of_status(response.status_code, response.headers, host, now=now):
                            raise failure
                        return take(response, at)
                    at = redirect.follow(at, response.headers.get("location", ""), allowed)
        raise Trouble(
            f"more than {REDIRECT_LIMIT} redirects", "Check the index's address with a browser.", passing=False
        )

    @contextlib.contextmanager
    def _deadline(self, seconds: float) -> Iterator[Deadline]:
        with Deadline(seconds) as deadline:
            with self._lock:
                self._exchanges.add(deadline)
                if self._ended.is_set():
                    deadline.expire()
            try:
                yield deadline
            finally:
                with self._lock:
                    self._exchanges.discard(deadline)

    @contextlib.contextmanager
    def _exchange(self, wanted: Wanted, at: SplitResult, deadline: Deadline) -> Iterator[httpx.Response]:
        skip_httpx_command_line()
        import httpx

        proxy = route.proxy_for(at, self._world)
        host, by = route.printable(at.hostname or ""), route.shown(proxy or "")
        timeout = httpx.Timeout(min(wanted.silence, deadline.seconds), connect=min(CONNECT_TIMEOUT, deadline.seconds))
        client = self._client(proxy)
        login, token = self._logins.get(redirect.origin(at)), self._tokens.get(redirect.origin(at))
        try:
            with opened(wanted.content) as body:
                try:
                    request = client.build_request(
                        wanted.method,
                        at.geturl(),
                        content=body,
                        headers={**wanted.headers, **({"Authorization": f"Bearer {token}"} if token else {})},
                        timeout=timeout,
                        extensions={"trace": deadline.trace},
                    )
                    response = client.send(request, auth=login, stream=True)
                except UnicodeError:  # a part of the host's name is longer than any may be, or not what it claims to be
                    raise httpx.InvalidURL("no host can be called so") from None
                try:
                    yield response
                finally:
                    response.close()
        except httpx.ProxyError as error:
            raise trouble.of_proxy(error, by) from None
        except httpx.TransportError as error:
            late = deadline.passed or isinstance(error, httpx.TimeoutException)
            raise trouble.of_connection(error, host, by or None, timed_out=late) from None
        except httpx.InvalidURL as error:
            raise IndexUnavailableError(f"{route.shown(at.geturl())} is no address: {error}") from None

    def _client(self, proxy: str | None) -> httpx.Client:
        import httpx

        with self._lock:
            if proxy not in self._clients:
                self._context = self._context or route.authorities(self._world)
                self._clients[proxy] = httpx.Client(
                    verify=self._context,
                    proxy=proxy,
                    trust_env=False,
                    headers={"User-Agent": f"pypublish/{__version__}", "Connection": "close"},
                    limits=httpx.Limits(max_keepalive_connections=0),
                )
            return self._clients[proxy]

    def _remember_login(self, url: str) -> SplitResult:
        parts = route.split(url)
        if parts.username is not None:
            self._logins[redirect.origin(parts)] = (unquote(parts.username), unquote(parts.password or ""))
        return redirect.without_login(parts)


def _answer(response: httpx.Response, at: SplitResult, limit: int) -> Answer:
    return Answer(
        url=at.geturl(),
        status=response.status_code,
        headers={name.lower(): value for name, value in response.headers.items()},
        body=read_bounded(response.iter_raw(), response.headers, limit),
    )
