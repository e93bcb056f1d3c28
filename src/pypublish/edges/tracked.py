"""What the files that git tracks hold, as digests: to compare with what was packed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from pypublish.edges import git
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World
from pypublish.errors import ToolError

REGULAR = ("100644", "100755")

BATCH = 64 << 20
"""Bytes of blobs that are asked for at a time."""


def tracked_content(
    repository: git.Repository, names: Collection[str], *, largest: int, commit: str | None, world: World
) -> dict[str, frozenset[str]]:
    """Return the SHA-256 of the tracked files that bear one of `names`, by their paths from the top level.

    They are those of `commit`, else of the index. A file has two digests where a checkout may write its lines with
    carriage returns. Files of more than `largest` bytes are listed without a digest.

    Raises:
        ToolError: git failed.

    """
    listed = _of_commit(repository, commit, world) if commit is not None else _of_index(repository, world)
    blobs = {path: blob for path, blob in listed.items() if path.rpartition("/")[2] in names}
    digests: dict[str, frozenset[str]] = {}
    for batch in _batches(_sizes(repository.toplevel, sorted(set(blobs.values())), world), largest):
        digests |= _digests(repository.toplevel, batch, world)
    return {path: digests.get(blob, frozenset()) for path, blob in blobs.items()}


def _of_commit(repository: git.Repository, commit: str, world: World) -> dict[str, str]:
    listed = ask(repository.toplevel, "ls-tree", "-r", "-z", "--full-tree", commit, world=world)
    return dict(_entries(text(listed.out), blob_at=2))


def _of_index(repository: git.Repository, world: World) -> dict[str, str]:
    listed = ask(repository.toplevel, "ls-files", "--stage", "-z", world=world)
    return dict(_entries(text(listed.out), blob_at=1))


def _entries(listing: str, *, blob_at: int) -> Iterator[tuple[str, str]]:
    for entry in listing.split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        columns = facts.split(" ")
        if columns[0] in REGULAR:
            yield path, columns[blob_at]


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
    batch, total = [], 0
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
        found[blob] = frozenset({sha256(content).hexdigest(), sha256(content.replace(b"\n", b"\r\n")).hexdigest()})
    return found


def _lines(blobs: Sequence[str]) -> bytes:
    return "".join(f"{blob}\n" for blob in blobs).encode()
