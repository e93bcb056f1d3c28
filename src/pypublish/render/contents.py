"""What is in the files of a release: for a report in full, for the summary as folded trees of a few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypublish.checks.subjects import Dist, Dists
from pypublish.findings import Outcome
from pypublish.model import ArtifactKind, Manifest
from pypublish.render.markdown import block, folded
from pypublish.render.tree import tree
from pypublish.sizes import plural, size

TREES = 4
"""Files of which a summary shows what is in them."""

LINES = 60
"""Lines of one tree."""

IN_REPORT = 20_000
"""Members of all files together that a report lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedFile:
    """A file within a distribution, and its size in bytes when it is unpacked."""

    path: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContents:
    """What is in one file of the release. Sizes in bytes."""

    filename: str
    size: int
    unpacked: int
    """Of all members together."""
    members: int
    """How many there are."""
    listed: tuple[PackedFile, ...]
    """The members, in the order of the archive; cut where a report would become too long."""


def judged(outcome: Outcome[object]) -> tuple[Dist, ...]:
    """Return the files of a release that were read: of those that were sealed, where some were."""
    dists = tuple(dist for one in outcome.all_exhibits if isinstance(one, Dists) for dist in one.dists)
    sealed = {
        artifact.filename for one in outcome.all_exhibits if isinstance(one, Manifest) for artifact in one.artifacts
    }
    return tuple(dist for dist in dists if dist.filename in sealed) if sealed else dists


def contents(outcome: Outcome[object]) -> tuple[FileContents, ...]:
    """Return what is in the files, for a report."""
    room, found = IN_REPORT, []
    for dist in judged(outcome):
        listed = tuple(
            PackedFile(path=path, size=member.size) for path, member in list(dist.files.items())[: max(room, 0)]
        )
        room -= len(listed)
        found.append(
            FileContents(
                filename=dist.filename,
                size=dist.contents.size,
                unpacked=sum(member.size for member in dist.files.values()),
                members=len(dist.files),
                listed=listed,
            )
        )
    return tuple(found)


def trees(outcome: Outcome[object]) -> str:
    """Return the folded trees of a few files; the others are counted."""
    dists = judged(outcome)
    if not dists:
        return ""
    shown = _most_telling(dists)
    beyond = len(dists) - len(shown)
    rest = f"{plural(beyond, 'more file')} not shown: others like these." if beyond else ""
    words = "\n\n".join(filter(None, ("\n\n".join(_one(dist) for dist in shown), rest)))
    title = "What is in the file" if len(dists) == 1 else f"What is in the {len(dists)} files"
    return folded(title, words)


def _most_telling(dists: Iterable[Dist]) -> tuple[Dist, ...]:
    """Return the sdist, and wheels that differ in what they hold as far as there are such."""

    def novel(files: Iterable[Dist]) -> Iterator[Dist]:
        seen: set[frozenset[str]] = set()
        for dist in files:
            names = frozenset(dist.files)
            if names not in seen:
                seen.add(names)
                yield dist

    ordered = sorted(dists, key=lambda dist: (dist.kind is not ArtifactKind.SDIST, dist.filename))
    return tuple(novel(ordered))[:TREES]


def _one(dist: Dist) -> str:
    files = {path: member.size for path, member in dist.files.items()}
    told = f"{dist.filename}  {plural(len(files), 'file')}, {size(sum(files.values()))} unpacked"
    return block("\n".join([told, *tree(files, lines=LINES)]))
