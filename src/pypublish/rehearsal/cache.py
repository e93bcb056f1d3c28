"""One node of the CDN: keeps answers by address and variant, until they are old or purged."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from werkzeug.datastructures import Headers

LIFETIME: Final = 86_400.0
"""Seconds for which a page is fresh where nobody purges it."""
WHILE_REVALIDATE: Final = 300.0
"""Seconds for which an old page is still given out, once, while the new one is fetched."""
IF_ERROR: Final = 86_400.0
"""Seconds for which an old page is given out where what lies behind is in trouble."""
UNKEYED: Final = 60.0
"""Seconds for which any other answer is remembered, "not there" above all; no purge reaches it."""

_REMEMBERED: Final = frozenset({200, 203, 300, 301, 302, 404, 410})
_TROUBLE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request as a cache sees it: what for, and what may make the answer another one."""

    url: str
    """Host and path; a query makes no difference."""
    headers: Mapping[str, str]
    """`Accept` and `Accept-Encoding`, each put down to one of the few values that matter."""
    key: str
    """By which a purge finds the answer; empty where none does."""
    lifetime: float = LIFETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, whole."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def code(self) -> int:
        """The status as a number."""
        return int(self.status[:3])

    def header(self, name: str) -> str:
        """Return a header; empty where there is none."""
        return Headers(list(self.headers)).get(name, "")

    def by_way_of(self, **added: str) -> Answer:
        """Return this answer with one more station in the headers that list them."""
        headers = Headers(list(self.headers))
        for name, value in added.items():
            spelled = name.replace("_", "-")
            there = headers.get(spelled)
            headers[spelled] = f"{there}, {value}" if there else value
        return replace(self, headers=tuple(headers.to_wsgi_list()))


Fetch = Callable[[], Answer]
"""Asks what lies behind a node."""


@dataclass(slots=True, kw_only=True)
class _Kept:
    """An answer that a node has, for one variant."""

    answer: Answer
    asked: Asked
    stale_at: float
    """When it is old; a purge makes that now."""
    hits: int = 0

    @property
    def keyed(self) -> bool:
        """Whether it is a page: what can be purged is also what may be given out old."""
        return bool(self.asked.key) and self.answer.code == 200  # noqa: PLR2004

    def suits(self, asked: Asked) -> bool:
        """Whether it answers this request: all that it varies by is the same. A 404 varies by nothing."""
        varies = {name.strip() for name in self.answer.header("Vary").split(",")} & asked.headers.keys()
        return all(self.asked.headers[name] == asked.headers[name] for name in varies)


class Node:
    """A cache; an edge gives out an old page while it fetches the new one, a shield does not."""

    def __init__(self, name: str, *, gives_old: bool) -> None:
        self._name = name
        self._gives_old = gives_old
        self._kept: dict[str, list[_Kept]] = {}

    def answer(self, asked: Asked, now: float, fetch: Fetch) -> Answer:
        """Answer at a time, in seconds since 1970. One thread at a time may ask."""
        kept = next((one for one in self._kept.get(asked.url, ()) if one.suits(asked)), None)
        if kept is None:
            return self._miss(self._fetch(asked, now, fetch))
        if now < kept.stale_at:
            return self._hit(kept)
        old = now - kept.stale_at
        if kept.keyed and self._gives_old and old < WHILE_REVALIDATE:
            answer = self._hit(kept)
            self._fetch(asked, now, fetch)
            return answer
        fetched = self._fetch(asked, now, fetch)
        if fetched.code >= _TROUBLE and kept.keyed and old < IF_ERROR:
            return self._hit(kept)
        return self._miss(fetched)

    def purge(self, key: str, at: float) -> None:
        """Make every page of this key old from a time on."""
        for several in self._kept.values():
            for kept in several:
                if kept.keyed and kept.asked.key == key:
                    kept.stale_at = min(kept.stale_at, at)

    def _fetch(self, asked: Asked, now: float, fetch: Fetch) -> Answer:
        answer = fetch()
        if answer.code in _REMEMBERED:
            fresh = _Kept(answer=answer, asked=asked, stale_at=now)
            fresh.stale_at += asked.lifetime if answer.code == 200 else UNKEYED  # noqa: PLR2004
            others = [one for one in self._kept.get(asked.url, ()) if not (one.suits(asked) or fresh.suits(one.asked))]
            self._kept[asked.url] = [*others, fresh]
        return answer

    def _hit(self, kept: _Kept) -> Answer:
        kept.hits += 1
        return kept.answer.by_way_of(X_Served_By=self._name, X_Cache="HIT", X_Cache_Hits=str(kept.hits))

    def _miss(self, answer: Answer) -> Answer:
        return answer.by_way_of(X_Served_By=self._name, X_Cache="MISS", X_Cache_Hits="0")
