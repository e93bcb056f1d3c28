"""What the files that git tracks hold, as digests: to compare with what was packed."""

from __future__ import annotations

import io
import re
import tarfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

from pypublish.edges import git
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World
from pypublish.errors import ToolError

REGULAR = ("100644", "100755")
LINK = "120000"

BATCH = 64 << 20
"""Bytes of blobs that are asked for at a time."""

LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")

SUBSTITUTED = b"$Format:"
"""What `git archive` replaces in files with the attribute export-subst."""

KEPT = "setup.cfg"
KEPT_LIMIT = 1 << 16
"""Bytes of such a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What git tracks, by paths from the top level of the repository."""

    content: Mapping[str, frozenset[str]]
    """File -> SHA-256 that it may have where git writes it; none where it is larger than any file that was packed."""
    submodules: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """Files that are not as the last commit has them; empty where a commit was asked for."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """The content of each setup.cfg, which setuptools rewrites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was packed: path from the top level of the repository -> SHA-256, and the size of the largest."""

    digests: Mapping[str, str]
    largest: int


def of_commit(repository: git.Repository, commit: str, packed: Packed, world: World, *, built_in: Path) -> Tracked:
    """Return what the files of a commit hold, as far as files of their names were packed.

    `built_in` is a folder of the tree that was built: git says there how it writes a file where that is not as it
    keeps it (line ends, encodings).

    Raises:
        ToolError: git failed.

    """
    listed = ask(repository.toplevel, "ls-tree", "-r", "-z", "--full-tree", commit, world=world)
    entries = tuple(_entries(text(listed.out), blob_at=2))
    return _tracked(repository, entries, packed, world, commit=commit, built_in=built_in)


def of_tree(repository: git.Repository, packed: Packed, world: World, *, in_place: bool) -> Tracked:
    """Return what the tracked files hold as they were built, changes that are not committed included.

    `in_place` is whether the build was in the user's own tree: then the files that he changed count as they lie there.

    Raises:
        ToolError: git failed.

    """
    listed = ask(repository.toplevel, "ls-files", "--stage", "-z", world=world)
    entries = tuple(_entries(text(listed.out), blob_at=1))
    found = _tracked(repository, entries, packed, world, commit=repository.commit, built_in=repository.toplevel)
    how = () if in_place else ("--cached",)
    differing = ask(repository.toplevel, "diff", *how, "--name-only", "--no-renames", "-z", "HEAD", world=world)
    changed = tuple(text(differing.out).split("\0")[:-1])
    as_they_lie = _as_they_lie(repository.toplevel, [path for path in changed if path in found.content])
    return Tracked(
        content={**found.content, **(as_they_lie if in_place else {})},
        submodules=found.submodules,
        changed=changed,
        texts=found.texts,
    )


def _tracked(
    repository: git.Repository,
    entries: Sequence[tuple[str, str, str]],
    packed: Packed,
    world: World,
    *,
    commit: str | None,
    built_in: Path,
) -> Tracked:
    names = {path.rpartition("/")[2] for path in packed.digests}
    files = {path: blob for mode, path, blob in entries if mode in REGULAR}
    links = {path: blob for mode, path, blob in entries if mode == LINK}
    targets = _contents(repository.toplevel, sorted(set(links.values())), KEPT_LIMIT, world)
    aliases = dict(_aliases(files, {path: targets[blob] for path, blob in links.items() if blob in targets}))
    wanted = {path: blob for path, blob in {**files, **aliases}.items() if path.rpartition("/")[2] in names}
    blobs = sorted(set(wanted.values()))
    known = _Known(texts={blob for path, blob in wanted.items() if path.rpartition("/")[2] == KEPT})
    for blob, content in _each(repository.toplevel, blobs, packed.largest, world):
        known.add(blob, content)
    digests = {path: known.digests.get(blob, frozenset()) for path, blob in wanted.items()}
    differing = [path for path, own in digests.items() if own and packed.digests.get(path, next(iter(own))) not in own]
    written = _as_written(built_in, {path: wanted[path] for path in differing}, world)
    substituted = [path for path in differing if wanted[path] in known.substituted]
    archived = _as_archived(repository.toplevel, commit, substituted, world) if commit and substituted else {}
    return Tracked(
        content={
            path: own | {other[path] for other in (written, archived) if path in other}
            for path, own in digests.items()
        },
        submodules=tuple(path for mode, path, _ in entries if mode == git.SUBMODULE),
        texts={path: known.kept[blob] for path, blob in wanted.items() if blob in known.kept},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What was learnt of blobs, each of which is read once."""

    texts: Collection[str]
    digests: dict[str, frozenset[str]] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)
    substituted: set[str] = field(default_factory=set)

    def add(self, blob: str, content: bytes) -> None:
        own = {sha256(content).hexdigest()}
        if (elsewhere := LFS_POINTER.match(content)) is not None:
            own.add(elsewhere[1].decode())
        self.digests[blob] = frozenset(own)
        if blob in self.texts and len(content) <= KEPT_LIMIT:
            self.kept[blob] = content
        if SUBSTITUTED in content:
            self.substituted.add(blob)


def _entries(listing: str, *, blob_at: int) -> Iterator[tuple[str, str, str]]:
    """Yield mode, path and blob of each entry of a list."""
    for entry in listing.split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        columns = facts.split(" ")
        yield columns[0], path, columns[blob_at]


def _aliases(files: Mapping[str, str], links: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield path and blob of the files that are there by a symbolic link, which backends follow."""
    for link, target in links.items():
        goal = normpath(join(dirname(link), text(target)))
        if goal in files:
            yield link, files[goal]
        elif not goal.startswith(".."):
            below = "" if goal == "." else f"{goal}/"
            yield from ((f"{link}/{path[len(below) :]}", blob) for path, blob in files.items() if path.startswith(below))


def _each(toplevel: Path, blobs: Sequence[str], largest: int, world: World) -> Iterator[tuple[str, bytes]]:
    """Yield each blob of at most `largest` bytes with its content."""
    for batch in _batches(_sizes(toplevel, blobs, world), largest):
        yield from _contents(toplevel, batch, largest, world).items()


def _sizes(toplevel: Path, blobs: Sequence[str], world: World) -> Iterator[tuple[str, int]]:
    if not blobs:
        return
    asked = ask(toplevel, "cat-file", "--batch-check", world=world, stdin=_lines(blobs))
    for line in text(asked.out).splitlines():
        blob, _, rest = line.partition(" ")
        kind, _, size = rest.partition(" ")
        if kind == "blob":  # a partial clone may lack some
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


def _contents(toplevel: Path, blobs: Sequence[str], largest: int, world: World) -> dict[str, bytes]:
    """Return the content of blobs, those of more than `largest` bytes left out."""
    if not blobs:
        return {}
    answer = ask(toplevel, "cat-file", "--batch", world=world, stdin=_lines(blobs)).out
    contents = dict(zip(blobs, _answers(answer, blobs), strict=True))
    return {blob: content for blob, content in contents.items() if len(content) <= largest}


def _as_written(folder: Path, blobs: Mapping[str, str], world: World) -> dict[str, str]:
    """Return the SHA-256 of files as git writes them into a working tree: line ends, encodings, `$Id$`."""
    asked = {path: blob for path, blob in blobs.items() if "\n" not in path}
    if not asked:
        return {}
    lines = [f"{blob} {path}" for path, blob in asked.items()]
    answer = ask(folder, "cat-file", "--batch", "--filters", world=world, stdin=_lines(lines)).out
    contents = _answers(answer, list(asked.values()))
    return {path: sha256(content).hexdigest() for path, content in zip(asked, contents, strict=True)}


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


def _as_archived(toplevel: Path, commit: str, paths: Sequence[str], world: World) -> dict[str, str]:
    """Return the SHA-256 of files as `git archive` packs them, which some backends use: with export-subst."""
    literal = [f":(literal){path}" for path in paths]
    packed = ask(toplevel, "archive", "--format=tar", commit, "--", *literal, world=world, check=False)
    if packed.returncode != 0:
        return {}  # an attribute may leave them out of archives
    with tarfile.open(fileobj=io.BytesIO(packed.out)) as archive:
        files = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        return {name: sha256(file.read()).hexdigest() for name, file in files.items() if file is not None}


def _as_they_lie(toplevel: Path, paths: Iterable[str]) -> dict[str, frozenset[str]]:
    files = {path: toplevel / path for path in paths}
    return {
        path: frozenset({sha256(file.read_bytes()).hexdigest()}) for path, file in files.items() if file.is_file()
    }


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(line.encode("utf-8", "surrogateescape") + b"\n" for line in lines)
