"""The content of files as git keeps it, as it writes it into a working tree, and as it packs it into an archive."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from pypublish import archive
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World
from pypublish.errors import ToolError

BATCH = 16 << 20
"""Bytes that are asked for at a time."""


def kept(folder: Path, blobs: Sequence[str], *, largest: int, world: World) -> Iterator[tuple[str, bytes]]:
    """Yield each blob of at most `largest` bytes with its content; those that a partial clone lacks are passed over.

    Raises:
        ToolError: git failed.

    """
    for batch in _batches(_sizes(folder, blobs, world), largest):
        answer = ask(folder, "cat-file", "--batch", world=world, stdin=_lines(batch)).out
        yield from zip(batch, _answers(answer, batch), strict=True)


def written(folder: Path, files: Mapping[str, str], *, as_user: bool, world: World) -> Iterator[tuple[str, bytes]]:
    """Yield files, given with their blobs, as git writes them into the working tree `folder`: line ends, encodings.

    `as_user` is whether it does so by the user's own configuration.

    Raises:
        ToolError: git failed.

    """
    asked = {path: blob for path, blob in files.items() if "\n" not in path}
    if asked:
        # The size that git says is that of the blob, not of what it writes, so each answer is ended by another: no.
        end = secrets.token_hex(20)
        lines = _lines(f"{blob} {path}\n{end} {path}" for path, blob in asked.items())
        answer = ask(folder, "cat-file", "--batch", "--filters", world=world, stdin=lines, as_user=as_user).out
        for path, part in zip(asked, answer.split(f"\n{end} missing\n".encode()), strict=False):
            yield path, part.partition(b"\n")[2]


def archived(folder: Path, commit: str, paths: Iterable[str], *, world: World) -> Iterator[tuple[str, bytes]]:
    """Yield files of a commit as `git archive` packs them: with export-subst. An attribute may leave some out.

    Raises:
        ToolError: git is missing.

    """
    literal = [f":(literal){path}" for path in paths]
    packed = ask(folder, "archive", "--format=tar", commit, "--", *literal, world=world, check=False)
    if packed.returncode == 0:
        yield from archive.read(io.BytesIO(packed.out), format="tar", keep=lambda _: True).texts.items()


def _sizes(folder: Path, blobs: Sequence[str], world: World) -> Iterator[tuple[str, int]]:
    if not blobs:
        return
    asked = ask(folder, "cat-file", "--batch-check", world=world, stdin=_lines(blobs))
    for line in text(asked.out).splitlines():
        blob, _, rest = line.partition(" ")
        kind, _, size = rest.partition(" ")
        if kind == "blob":
            yield blob, int(size)


def _batches(sizes: Iterable[tuple[str, int]], largest: int) -> Iterator[list[str]]:
    batch: list[str] = []
    total = 0
    for blob, size in sizes:
        if size > largest:
            continue
        if batch and total + size > BATCH:
            yield batch
            batch, total = [], 0
        batch.append(blob)
        total += size
    if batch:
        yield batch


def _answers(answer: bytes, blobs: Iterable[str]) -> Iterator[bytes]:
    """Take the contents off what `git cat-file --batch` answers."""
    at = 0
    for blob in blobs:
        end = answer.index(b"\n", at)
        header = answer[at:end].split(b" ")
        if header[0].decode() != blob or len(header) != 3:  # noqa: PLR2004 - id, type, size
            raise ToolError(f"git cat-file did not answer for {blob}", hint="Run git fsck in the repository.")
        at = end + 1 + int(header[2])
        yield answer[end + 1 : at]
        at += 1


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines)
