"""What the files that git tracks hold, as digests: to compare with what was packed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pypublish.edges import git
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World
from pypublish.errors import ToolError

REGULAR = ("100644", "100755")

BATCH = 64 << 20
"""Bytes of blobs that are asked for at a time."""

LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What git tracks, by paths from the top level of the repository."""

    content: Mapping[str, frozenset[str]]
    """File -> SHA-256 that it may have where it is checked out."""
    submodules: tuple[str, ...]


def tracked_content(
    repository: git.Repository, names: Collection[str], *, largest: int, commit: str | None, world: World
) -> Tracked:
    """Return the content of the tracked files that bear one of `names`: those of `commit`, else of the index.

    A file has two digests where a checkout may write its lines with carriage returns, and none where it has more than
    `largest` bytes: then nobody looked.

    Raises:
        ToolError: git failed.

    """
    if commit is not None:
        listed = ask(repository.toplevel, "ls-tree", "-r", "-z", "--full-tree", commit, world=world)
    else:
        listed = ask(repository.toplevel, "ls-files", "--stage", "-z", world=world)
    entries = list(_entries(text(listed.out), blob_at=2 if commit is not None else 1))
    blobs = {path: blob for mode, path, blob in entries if mode in REGULAR and path.rpartition("/")[2] in names}
    digests: dict[str, frozenset[str]] = {}
    for batch in _batches(_sizes(repository.toplevel, sorted(set(blobs.values())), world), largest):
        digests |= _digests(repository.toplevel, batch, world)
    return Tracked(
        content={path: digests.get(blob, frozenset()) for path, blob in blobs.items()},
        submodules=tuple(path for mode, path, _ in entries if mode == git.SUBMODULE),
    )


def _entries(listing: str, *, blob_at: int) -> Iterator[tuple[str, str, str]]:
    """Yield mode, path and blob of each entry of a list."""
    for entry in listing.split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        columns = facts.split(" ")
        yield columns[0], path, columns[blob_at]


def _sizes(toplevel: Path, blobs: Sequence[str], world: World) -> Iterator[tuple[str, int]]:
    if not blobs:
        return
    asked = ask(toplevel, "cat-file", "--batch-check", world=world, stdin=_lines(blobs))
    for line in text(asked.out).splitlines():
        blob, _, rest = line.partition(" ")
        kind, _, size = rest.partition(" ")
        if kind == "blob":  # a partial clone may lack some
            yield blob, int(size)


def _batches(sizes: Iterator[tuple[str, int]], largest: int) -> Iterator[list[str]]:
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


def _digests(toplevel: Path, blobs: Sequence[str], world: World) -> Mapping[str, frozenset[str]]:
    answer = ask(toplevel, "cat-file", "--batch", world=world, stdin=_lines(blobs)).out
    found, at = {}, 0
    for blob in blobs:
        end = answer.index(b"\n", at)
        header = answer[at:end].split(b" ")
        if header[0].decode() != blob or len(header) != 3:  # noqa: PLR2004 - id, type, size
            raise ToolError(f"git cat-file did not answer for {blob}", hint="Run git fsck in the repository.")
        content = answer[end + 1 : end + 1 + int(header[2])]
        at = end + 1 + len(content) + 1
        kept_elsewhere = LFS_POINTER.match(content)
        found[blob] = frozenset(
            {kept_elsewhere[1].decode()}
            if kept_elsewhere is not None
            else {sha256(content).hexdigest(), sha256(content.replace(b"\n", b"\r\n")).hexdigest()}
        )
    return found


def _lines(blobs: Sequence[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in blobs).encode()
