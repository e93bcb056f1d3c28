"""What the files that git tracks hold, as digests: to compare with what was packed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath

from pypublish.edges import blobs, git
from pypublish.edges.git_command import ask, text
from pypublish.edges.world import World

REGULAR = ("100644", "100755")
LINK = "120000"

LFS_POINTER = re.compile(rb"version https://git-lfs\.github\.com/spec/v1\n(?:.*\n)*?oid sha256:([0-9a-f]{64})\n")

SUBSTITUTED = b"$Format:"
"""What `git archive` replaces in files with the attribute export-subst."""

REWRITTEN = "setup.cfg"
"""The file whose content is kept, because setuptools rewrites it."""

TEXT_LIMIT = 1 << 16
"""Bytes of such a file, and of the target of a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What was packed."""

    digests: Mapping[str, str]
    """Path from the top level of the repository -> SHA-256."""
    largest: int
    """Bytes of the largest file."""

    @property
    def names(self) -> frozenset[str]:
        """The names of the files, without their folders."""
        return frozenset(path.rpartition("/")[2] for path in self.digests)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """What git tracks, by paths from the top level of the repository."""

    content: Mapping[str, frozenset[str]]
    """File -> SHA-256 that it may have; none where it is larger than everything that was packed."""
    submodules: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    """Files that are not as the last commit has them; empty where it is a commit that was asked for."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """The content of each setup.cfg."""


def of_commit(
    repository: git.Repository, commit: str, packed: Packed, world: World, *, built_in: Path, in_place: bool
) -> Tracked:
    """Return what the files of a commit hold, as far as files of their names were packed.

    `built_in` is a folder of the tree that was built, and `in_place` whether that is the user's own.

    Raises:
        ToolError: git failed.

    """
    listed = ask(repository.toplevel, "ls-tree", "-r", "-z", "--full-tree", commit, world=world)
    entries = tuple(_entries(text(listed.out), blob_at=2))
    return _Reading(repository.toplevel, commit, packed, world, built_in, in_place).of(entries)


def of_tree(repository: git.Repository, packed: Packed, world: World, *, in_place: bool) -> Tracked:
    """Return what the tracked files hold as they were built, changes that are not committed included.

    `in_place` is whether the build was in the user's own tree: then the files that he changed count as they lie there.

    Raises:
        ToolError: git failed.

    """
    top = repository.toplevel
    listed = ask(top, "ls-files", "--stage", "-z", world=world)
    entries = tuple(_entries(text(listed.out), blob_at=1))
    found = _Reading(top, repository.commit, packed, world, top, in_place).of(entries)
    how = () if in_place else ("--cached",)
    answer = ask(top, "diff", *how, "--name-only", "--no-renames", "-z", "HEAD", world=world, as_user=in_place)
    changed = tuple(text(answer.out).split("\0")[:-1])
    if not in_place:
        return replace(found, changed=changed)
    as_they_lie = {path: _digest(top / path) for path in changed if path in found.content}
    return replace(found, changed=changed, content={**found.content, **as_they_lie})


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the content is found out."""

    top: Path
    commit: str | None
    packed: Packed
    world: World
    built_in: Path
    in_place: bool

    def of(self, entries: Sequence[tuple[str, str, str]]) -> Tracked:
        """Read the blobs that matter, each once; git is asked how it writes only those that differ from it."""
        files = {path: blob for mode, path, blob in entries if mode in REGULAR}
        files |= self._aliases(files, {path: blob for mode, path, blob in entries if mode == LINK})
        names = self.packed.names
        wanted = {path: blob for path, blob in files.items() if path.rpartition("/")[2] in names}
        digests: dict[str, frozenset[str]] = {}
        texts = {blob: b"" for path, blob in wanted.items() if _is_rewritten(path)}
        substituted: set[str] = set()
        for blob, content in self._kept(wanted, self.packed.largest):
            digests[blob] = frozenset(_digests(content))
            if blob in texts and len(content) <= TEXT_LIMIT:
                texts[blob] = content
            if SUBSTITUTED in content:
                substituted.add(blob)
        known = {path: digests.get(blob, frozenset()) for path, blob in wanted.items()}
        differing = {
            path: wanted[path]
            for path, own in known.items()
            if own and path in self.packed.digests and self.packed.digests[path] not in own
        }
        for path, content in self._otherwise(differing, substituted):
            known[path] |= {sha256(content).hexdigest()}
        return Tracked(
            content=known,
            submodules=tuple(path for mode, path, _ in entries if mode == git.SUBMODULE),
            texts={path: texts[blob] for path, blob in wanted.items() if _is_rewritten(path)},
        )

    def _kept(self, files: Mapping[str, str], largest: int) -> Iterator[tuple[str, bytes]]:
        return blobs.kept(self.top, sorted(set(files.values())), largest=largest, world=self.world)

    def _otherwise(self, differing: Mapping[str, str], substituted: set[str]) -> Iterator[tuple[str, bytes]]:
        yield from blobs.written(self.built_in, differing, as_user=self.in_place, world=self.world)
        archived = [path for path, blob in differing.items() if blob in substituted]
        if archived and self.commit is not None:
            for path, content in blobs.archived(self.top, self.commit, archived, world=self.world):
                if path in differing:
                    yield path, content

    def _aliases(self, files: Mapping[str, str], links: Mapping[str, str]) -> dict[str, str]:
        """Return the packed files that are there by a symbolic link, which backends follow, and their blobs."""
        targets = dict(self._kept(links, TEXT_LIMIT)) if links else {}
        found = {}
        for path in self.packed.digests:
            for link in _beginnings(path):
                if link in links and links[link] in targets:
                    goal = normpath(join(dirname(link), text(targets[links[link]])) + path[len(link) :])
                    if goal in files:
                        found[path] = files[goal]
        return found


def _entries(listing: str, *, blob_at: int) -> Iterator[tuple[str, str, str]]:
    """Yield mode, path and blob of each entry of a list."""
    for entry in listing.split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        columns = facts.split(" ")
        yield columns[0], path, columns[blob_at]


def _is_rewritten(path: str) -> bool:
    return path.rpartition("/")[2] == REWRITTEN


def _beginnings(path: str) -> Iterator[str]:
    """Yield a path and the folders that it is in."""
    while path:
        yield path
        path = dirname(path)


def _digests(content: bytes) -> Iterator[str]:
    yield sha256(content).hexdigest()
    elsewhere = LFS_POINTER.match(content)
    if elsewhere is not None:
        yield elsewhere[1].decode()


def _digest(path: Path) -> frozenset[str]:
    return frozenset({sha256(path.read_bytes()).hexdigest()}) if path.is_file() else frozenset()
