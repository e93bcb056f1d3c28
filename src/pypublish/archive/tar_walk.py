"""The way through a tar: header by header, content by content, as CPython's tarfile goes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NoReturn

from pypublish.archive import tar_extended, tar_header
from pypublish.archive.contents import Limits, Member, MemberKind
from pypublish.archive.flaws import Flaws
from pypublish.archive.payload import Payloads
from pypublish.archive.reader import Reader
from pypublish.archive.tar_header import BLOCK, EMPTY_BLOCK, BadHeaderError, Header
from pypublish.archive.tar_replaced import Replaced

_HEADERS: Final = "tar-headers-are-sound"
_EXTENDED: Final = "tar-extended-headers-are-sound"
_COMPLETE: Final = "tar-is-complete"
_READABLE: Final = "archive-is-readable"
_BOUNDED: Final = "archive-is-bounded"

_BOMB: Final = "archive-is-no-bomb"

_KINDS: Final = {
    tar_header.FILE: MemberKind.FILE,
    tar_header.OLD_FILE: MemberKind.FILE,
    tar_header.CONTIGUOUS: MemberKind.FILE,
    tar_header.DIRECTORY: MemberKind.DIRECTORY,
    tar_header.SYMLINK: MemberKind.SYMLINK,
    tar_header.HARDLINK: MemberKind.HARDLINK,
}
_LONG: Final = {tar_header.LONG_NAME: b"path", tar_header.LONG_LINK: b"linkpath"}
_EXTENDING: Final = frozenset({tar_header.EXTENDED, tar_header.EXTENDED_SOLARIS, tar_header.GLOBAL})
_FORMATS: Final = frozenset({tar_header.POSIX, tar_header.GNU})
_LINKS: Final = frozenset({MemberKind.SYMLINK, MemberKind.HARDLINK})
_UNWANTED: Final = frozenset({MemberKind.OTHER, MemberKind.HARDLINK})
_PERMISSIONS: Final = 0o7777
_SPARSE_CONTINUES: Final = 482
_SPARSE_MAP_CONTINUES: Final = 504
"""Bytes that say that another block of an old GNU sparse map follows: in the header, in such a block."""


class _StopError(Exception):
    """There is nothing more to read, or nobody can say where it is."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """One pass over a tar: what has been met, and what is wrong with it."""

    reader: Reader
    payloads: Payloads
    limits: Limits
    flaws: Flaws
    members: list[Member] = field(default_factory=list)
    names: int = 0
    """Bytes of all names so far."""
    records: int = 0
    """Records of extended headers so far."""
    magic: bytes = b""
    """The format of the first header, which the others have to be of."""

    def run(self) -> None:
        """Read to the end, or to where it makes no sense any more."""
        try:
            while True:
                self._next()
        except _StopError:
            return

    def _next(self) -> None:
        """Read one member with all headers that belong to it."""
        replaced = Replaced()
        start = self.reader.position
        while True:
            block = self.reader.take(BLOCK)
            header = self._header(block, start, replaced)
            self._judge_format(header)
            if header.type in _EXTENDING:
                content = self._content_of(header, start)
                values = self._records(header, content, start, replaced)
                replaced.add(header, values, self.flaws)
            elif header.type in _LONG:
                content = self._content_of(header, start)
                replaced.add(header, {_LONG[header.type]: self._long(content, header.size)}, self.flaws)
            else:
                break
        self._member(header, block, replaced)

    def _header(self, block: bytes, start: int, replaced: Replaced) -> Header:
        if block == EMPTY_BLOCK and not replaced:
            self._end()
        if not block and _BOMB in self.flaws:
            raise _StopError
        try:
            return tar_header.parse(block)
        except BadHeaderError as error:
            where = self.reader.position - len(block)
            self._bad_header(f"at byte {where:,} there is no header: {error}", start, block, replaced)

    def _bad_header(self, message: str, start: int, block: bytes, replaced: Replaced) -> NoReturn:
        if start == 0:
            self._stop(_READABLE, f"this is no tar: {message}", code="not-tar")
        if replaced or (not block and _READABLE in self.flaws):
            self._stop(_READABLE, message, code="truncated")
        if not block:
            self._stop(_COMPLETE, "the two empty blocks that end a tar are missing", code="no-end")
        self._stop(_COMPLETE, message, code="bad-header")

    def _stop(self, rule: str, message: str, *, code: str, member: str | None = None) -> NoReturn:
        self.flaws.add(rule, message, member=member, code=code)
        raise _StopError

    def _end(self) -> NoReturn:
        if self.reader.take(BLOCK) != EMPTY_BLOCK:
            self._stop(_COMPLETE, "one empty block stands where two should end the tar", code="one-block")
        for piece in iter(self.reader.rest_of_block, b""):
            if bytes(piece).strip(b"\0"):
                self._stop(_COMPLETE, "something follows the end of the tar", code="after-end")
        raise _StopError

    def _judge_format(self, header: Header) -> None:
        if not self.magic:
            self.magic = header.magic
        if header.magic not in _FORMATS:
            self.flaws.add(_HEADERS, "a header is of no format that is in use", code="magic")
        elif header.magic != self.magic or header.type in (_EXTENDING if header.is_gnu else _LONG):
            self.flaws.add(_HEADERS, "headers of different formats are mixed", code="mixed")
        for what in header.oddities:
            self.flaws.add(_HEADERS, f"the {what} in a header is written oddly", code="number")

    def _content_of(self, header: Header, start: int) -> bytes:
        """Take the content of a header that is about another one, with what fills its last block."""
        if header.size > self.limits.header:
            message = f"a header has {header.size:,} bytes, more than the {self.limits.header:,} that are read"
            self._stop(_BOUNDED, message, code="header")
        length = _padded(header.size)
        content = self.reader.take(length)
        if len(content) < length:
            self._stop(_READABLE, "the tar ends within a header", code="not-tar" if start == 0 else "truncated")
        return content

    def _records(self, header: Header, content: bytes, start: int, replaced: Replaced) -> dict[bytes, bytes]:
        name = header.name.decode(errors="replace")
        if header.type == tar_header.EXTENDED_SOLARIS:
            self.flaws.add(_HEADERS, "an extended header is of Solaris' own type", member=name, code="solaris")
        try:
            is_global = header.type == tar_header.GLOBAL
            values, count = tar_extended.read(content, header.size, name, self.flaws, is_global=is_global)
        except BadHeaderError as error:
            self._bad_header(str(error), start, content, replaced)
        self.records += count
        if self.records > self.limits.records:
            self._stop(
                _BOUNDED, f"there are more than {self.limits.records:,} records in extended headers", code="records"
            )
        return values

    def _long(self, content: bytes, size: int) -> bytes:
        value, _, after = content[:size].partition(b"\0")
        if len(value) == size or after or not value:
            self.flaws.add(_EXTENDED, f"a long name is not ended by one zero byte: {value[:80]!r}", code="long-name")
        return value

    def _member(self, header: Header, block: bytes, replaced: Replaced) -> None:
        raw_name = replaced.value(b"path")
        raw_name = header.name if raw_name is None else raw_name
        if header.type == tar_header.DIRECTORY or (replaced and not replaced.is_long(b"path")):
            raw_name = raw_name.rstrip(b"/")
        raw_link = replaced.value(b"linkpath")
        name, link = self._text(raw_name), self._text(header.link if raw_link is None else raw_link)
        kind = _KINDS.get(header.type, MemberKind.OTHER)
        size = header.size if replaced.size is None else replaced.size
        self._count(len(raw_name) + len(link))
        if header.type == tar_header.SPARSE:
            self._skip_sparse_map(block)
        replaced.judge(header, name, self.flaws)
        is_sparse = header.type == tar_header.SPARSE or any(map(tar_extended.is_sparse, replaced.values))
        if is_sparse:
            kind = MemberKind.OTHER
            self.flaws.add("only-files-and-folders", "it is a sparse file", member=name, code="sparse")
        member = Member(name=name, kind=kind, size=size, mode=header.mode & _PERMISSIONS, link=link)
        self._judge_member(header, member, raw_name)
        self._take_content(header, member)

    def _text(self, raw: bytes) -> str:
        try:
            return raw.decode()
        except UnicodeError:
            text = raw.decode(errors="replace")
            self.flaws.add("member-names-are-plain", f"the name {raw!r} is no UTF-8", member=text, code="not-utf8")
            return text

    def _count(self, length: int) -> None:
        self.names += length
        if len(self.members) == self.limits.members or self.names > self.limits.names:
            message = f"there are more than {len(self.members):,} members, or their names are too long"
            self._stop(_BOUNDED, message, code="members")

    def _skip_sparse_map(self, block: bytes) -> None:
        continues = block[_SPARSE_CONTINUES]
        while continues:
            block = self.reader.take(BLOCK)
            continues = len(block) == BLOCK and block[_SPARSE_MAP_CONTINUES]

    def _judge_member(self, header: Header, member: Member, raw_name: bytes) -> None:
        flaws, name = self.flaws, member.name
        has_link = member.kind in _LINKS
        if member.kind in _UNWANTED or header.type == tar_header.CONTIGUOUS:
            what = "a hard link" if member.kind is MemberKind.HARDLINK else "neither a file nor a folder"
            flaws.add("only-files-and-folders", f"it is {what} (type {header.type!r})", member=name, code="type")
        if header.type == tar_header.OLD_FILE and not header.is_gnu:
            flaws.add(_HEADERS, "a file has the type of an older format", member=name, code="old-type")
        if member.kind is MemberKind.FILE and raw_name.endswith(b"/"):
            flaws.add("member-names-are-plain", "it is named as a folder, but is a file", member=name, code="slash")
        if member.size and member.kind is not MemberKind.FILE:
            flaws.add(
                "folders-have-no-content", f"it has {member.size:,} bytes, but is no file", member=name, code="size"
            )
        if member.link and not has_link:
            flaws.add(_HEADERS, "it has the target of a link, but is none", member=name, code="link")
        if header.prefix and (not header.field_name or b"." in header.prefix.split(b"/")):
            flaws.add(_HEADERS, "the beginning of its name stands apart without need", member=name, code="prefix")
        if header.prefix and header.is_gnu:
            flaws.add("archive-reads-one-way", "some tools take another name for it", member=name, code="prefix")

    def _take_content(self, header: Header, member: Member) -> None:
        has_content = header.type in tar_header.REGULAR or header.type not in tar_header.SUPPORTED
        length = _padded(member.size) if has_content else 0
        start = self.reader.position
        if has_content and member.kind is MemberKind.FILE:
            member = self.payloads.digest(member, self.reader.pieces(member.size))
        self.reader.skip(length - (self.reader.position - start))
        self.members.append(member)
        if self.reader.position - start < length and _BOMB not in self.flaws:
            self._stop(_READABLE, "the tar ends within its content", member=member.name, code="truncated")


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK
