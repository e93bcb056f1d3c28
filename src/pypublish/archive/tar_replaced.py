"""What headers before a member's own replace in it: extended ones of POSIX, long names of GNU."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pypublish.archive.flaws import Flaws
from pypublish.archive.member_names import shown
from pypublish.archive.tar_header import GLOBAL, LONG_LINK, LONG_NAME, Header

_EXTENDED: Final = "tar-extended-headers-are-sound"
_AGREE: Final = "tar-headers-agree"
_LONG: Final = frozenset({LONG_NAME, LONG_LINK})
_NAME_FIELD: Final = 100
"""Bytes of the plain header's fields for a name and for a link."""


@dataclass(slots=True, kw_only=True)
class Replaced:
    """The headers before a member's own, in the order in which they stand, with what each of them says."""

    headers: list[tuple[bytes, dict[bytes, bytes]]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether there is such a header."""
        return bool(self.headers)

    def add(self, header: Header, values: dict[bytes, bytes], flaws: Flaws) -> None:
        """Add one, and note where it must not stand."""
        before = {kind for kind, _ in self.headers if kind != GLOBAL}
        if before and (header.type not in _LONG or header.type in before or not before <= _LONG):
            message = "an extended header is followed by another one instead of its member"
            flaws.add(_EXTENDED, message, code="chain")
        self.headers.append((header.type, values))

    def value(self, keyword: bytes) -> bytes | None:
        """Return what replaces a field: tarfile gives the header that stands first the last word."""
        for kind, values in self.headers:
            if kind != GLOBAL and keyword in values:
                return values[keyword]
        return None

    @property
    def values(self) -> list[dict[bytes, bytes]]:
        """What each of the headers says."""
        return [values for _, values in self.headers]

    def is_long(self, keyword: bytes) -> bool:
        """Say whether it is one of GNU's long names that replaces a field."""
        kind = LONG_NAME if keyword == b"path" else LONG_LINK
        return any(kind == one for one, _ in self.headers)

    @property
    def size(self) -> int | None:
        """The size that replaces the header's; tarfile takes what is no number for 0."""
        value = self.value(b"size")
        if value is None:
            return None
        try:
            return max(int(value), 0)
        except ValueError:
            return 0

    def judge(self, header: Header, name: str, flaws: Flaws) -> None:
        """Note where the plain header says something else, although it could say the same."""
        if not self.headers:
            return
        size = self.size
        if size is not None and header.size not in {0, size}:
            message = f"the plain header says {header.size:,} bytes, the extended one {size:,}"
            flaws.add(_AGREE, message, member=name, code="size")
        self._judge_text(b"path", header.name, header.field_name, name, flaws)
        self._judge_text(b"linkpath", header.link, header.link, name, flaws)

    def _judge_text(self, keyword: bytes, whole: bytes, field_alone: bytes, name: str, flaws: Flaws) -> None:
        value = self.value(keyword)
        if value is None or not value.isascii():
            return
        if self.is_long(keyword):
            agrees = value.startswith(field_alone)
        else:
            agrees = len(value) > _NAME_FIELD or not field_alone or value.rstrip(b"/") == whole.rstrip(b"/")
        if not agrees:
            plain = shown(whole.decode(errors="replace"))
            message = f"the plain header says {plain}, the extended one {shown(value.decode(errors='replace'))}"
            flaws.add(_AGREE, message, member=name, code=keyword.decode())
