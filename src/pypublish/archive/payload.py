"""The content of members as it passes by: digested, kept where asked for, searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256

from pypublish.archive.contents import Limits, Member, Search
from pypublish.archive.flaws import Flaws

Keep = Callable[[Member], bool]
"""Says of a member, its digest not yet known, whether its content is needed."""


class Payloads:
    """What came of the content of all members so far."""

    def __init__(self, *, keep: Keep, search: Search | None, limits: Limits, flaws: Flaws) -> None:
        self.texts: dict[str, bytes] = {}
        self.found: dict[str, frozenset[bytes]] = {}
        self._keep = keep
        self._search = search
        self._limits = limits
        self._flaws = flaws
        self._room = limits.texts

    def digest(self, member: Member, pieces: Iterable[bytes | memoryview]) -> Member:
        """Take a file's content, and return the member with the digest of it."""
        total = sha256()
        kept = bytearray() if self._is_kept(member) else None
        finder = _Finder(self._search) if self._search and self._search.wanted(member) else None
        lines = _UnixLines() if self._search and self._search.unix_lines else None
        for piece in pieces:
            total.update(piece)
            if kept is not None:
                kept += piece
            if finder is not None:
                finder.feed(piece)
            if lines is not None:
                lines.feed(piece)
        if kept is not None:
            self._room -= len(kept)
            self.texts[member.name] = bytes(kept)
        if finder is not None and finder.found:
            self.found[member.name] = frozenset(finder.found)
        return Member(
            name=member.name,
            kind=member.kind,
            size=member.size,
            sha256=total.hexdigest(),
            unix_sha256=lines.sha256() if lines is not None else "",
            mode=member.mode,
            link=member.link,
        )

    def _is_kept(self, member: Member) -> bool:
        if not self._keep(member):
            return False
        most = min(self._limits.text, self._room)
        if member.size <= most:
            return True
        message = f"has {member.size:,} bytes, more than the {most:,} that are read of such a file"
        self._flaws.add("archive-is-bounded", message, member=member.name, code="text")
        return False


class _Finder:
    """Looks for byte strings in a content that comes in pieces."""

    def __init__(self, search: Search) -> None:
        self.found: set[bytes] = set()
        self._needles = search.by_beginning
        self._overlap = max(map(len, search.needles), default=1) - 1
        self._tail = b""

    def feed(self, piece: bytes | memoryview) -> None:
        text = self._tail + piece
        for beginning, needles in self._needles.items():
            if beginning in text:
                self.found.update(needle for needle in needles if needle in text)
        self._tail = text[-self._overlap :] if self._overlap else b""


class _UnixLines:
    """Digests a content that comes in pieces as it would be with the line ends of Unix."""

    def __init__(self) -> None:
        self._total = sha256()
        self._held = b""
        self._found = False

    def feed(self, piece: bytes | memoryview) -> None:
        text = self._held + piece
        self._held = b"\r" if text.endswith(b"\r") else b""  # the rest of this line end may be in the next piece
        if b"\r\n" in text:
            self._found = True
            text = text.replace(b"\r\n", b"\n")
        self._total.update(text[: len(text) - len(self._held)])

    def sha256(self) -> str:
        """Return the digest in hex; empty where the content has no line end of Windows."""
        self._total.update(self._held)
        return self._total.hexdigest() if self._found else ""
