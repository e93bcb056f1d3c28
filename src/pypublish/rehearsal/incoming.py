"""An upload as it comes in: fields into memory, bounded; the file to disk, digested on its way."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from werkzeug.datastructures import FileStorage
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Request

from pypublish.pypi import form, limits

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

FIELDS_LIMIT: Final = 64 << 20
"""Bytes of all fields together, without the file."""
PARTS_LIMIT: Final = 20_000


class IncomingFile(io.FileIO):
    """A file of an upload, on disk under a name of ours; knows its digests when all is written."""

    def __init__(self, folder: Path) -> None:
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            self.place = Path(file.name)
        super().__init__(self.place, "w+b")
        self.size = 0
        self.md5 = hashlib.md5(usedforsecurity=False)
        self.sha256 = hashlib.sha256()
        self.blake2b_256 = hashlib.blake2b(digest_size=32)

    def write(self, data: ReadableBuffer, /) -> int:
        """Write all of `data`, and digest it."""
        view = memoryview(data)
        for digest in (self.md5, self.sha256, self.blake2b_256):
            digest.update(view)
        self.size += len(view)
        written = 0
        while written < len(view):
            written += super().write(view[written:])
        return written


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The file of an upload, with what its part of the form says of it."""

    filename: str
    content_type: str
    file: IncomingFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A form that was received whole."""

    fields: dict[str, list[str]]
    content: Content | None
    sent_as_files: tuple[str, ...]


@contextmanager
def receive(request: Request, folder: Path) -> Iterator[Received]:
    """Receive a form; its files lie under `folder`, and are gone at the end unless somebody moved them.

    Raises:
        werkzeug.exceptions.HTTPException: it is too much, or breaks off.

    """
    with tempfile.TemporaryDirectory(dir=folder) as place, ExitStack() as opened:

        def begin(*_: object, **__: object) -> IncomingFile:
            return opened.enter_context(IncomingFile(Path(place)))

        parser = FormDataParser(
            stream_factory=begin,
            max_form_memory_size=FIELDS_LIMIT,
            max_content_length=limits.FILE_SIZE_AT_MOST + FIELDS_LIMIT,
            max_form_parts=PARTS_LIMIT,
        )
        _, fields, files = parser.parse_from_environ(request.environ)
        yield Received(
            fields=form.gather(fields.items(multi=True)),
            content=_content(files.get("content")),
            sent_as_files=tuple(files.keys()),
        )


def _content(sent: FileStorage | None) -> Content | None:
    if sent is None or not isinstance(sent.stream, IncomingFile):
        return None
    # A part that does not say what it is, is text.
    kind = sent.content_type if sent.content_type is not None else "text/plain"
    return Content(filename=sent.filename or "", content_type=kind, file=sent.stream)
