"""Whether an sdist is the tree that was tagged."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from pypublish.archive.contents import Member
from pypublish.checks import generated
from pypublish.checks.catalog import check
from pypublish.checks.subjects import Dist
from pypublish.checks.words import some
from pypublish.findings import Location, Problem, Severity
from pypublish.model import Project

EXAMPLES = 5
"""How many files of a kind get a finding of their own."""

REWRITTEN = "setup.cfg"
RUNS = "setup.py"
"""What runs wherever somebody builds from the sdist, whatever pyproject.toml says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The subject: an sdist, and what git has of the tree that it was made of. Paths begin at the repository's top."""

    sdist: Dist
    prefix: str
    """The project's folder in the repository; empty at its top."""
    tracked: Mapping[str, frozenset[str]]
    """Tracked files that bear a name which is in the sdist, too -> SHA-256 that they may have."""
    submodules: tuple[str, ...] = ()
    """Folders that hold other repositories."""
    changed: tuple[str, ...] = ()
    """Tracked files whose changes were built, although they are in no commit."""
    texts: Mapping[str, bytes] = field(default_factory=dict)
    """The content of tracked setup.cfg files."""
    commit: str | None
    """The commit that was built; None where changes were built that are in none."""
    may_have_moved_on: bool = False
    """Whether the tree may not be what it was when the sdist was made."""
    project: Project | None = None
    generated: Mapping[str, str] = field(default_factory=dict)
    """Pattern -> why the build makes or changes such files (`[tool.pypublish.generated]`)."""

    @property
    def tree(self) -> str:
        """Say what the sdist is compared with."""
        return f"commit {self.commit[:7]}" if self.commit is not None else "the tree"

    @property
    def files(self) -> Mapping[str, Member]:
        """The files in the sdist by their paths below its folder, without those of submodules."""
        top = f"{self.sdist.top}/"
        elsewhere = tuple(f"{folder}/" for folder in self.submodules)
        below = {path.removeprefix(top): file for path, file in self.sdist.files.items() if path.startswith(top)}
        return {path: file for path, file in below.items() if not self.in_repository(path).startswith(elsewhere)}

    def in_repository(self, path: str) -> str:
        """Return where a file of the sdist is in the repository, if it is there."""
        return f"{self.prefix}/{path}" if self.prefix else path

    def reason(self, path: str) -> str | None:
        """Return why the maintainer says that the build makes or changes a file; None where he says nothing."""
        return next((why for pattern, why in self.generated.items() if fnmatchcase(path, pattern)), None)

    def at(self, path: str | None = None) -> Location:
        """Return the place of a file of the sdist."""
        return self.sdist.at(f"{self.sdist.top}/{path}" if path is not None else None)


@check(Severity.ERROR)
def sdist_matches_commit(origin: Origin) -> Iterator[Problem]:
    """Every file in the sdist that git tracks is byte for byte what the commit has.

    Users who read the repository believe that they read what they install. A build that changes files on the way, by
    intent or by a manipulated tool, breaks that; nobody else looks.

    Fix: if the build changes it on purpose, name it with a reason under [tool.pypublish.generated]; else find out what
    changes it.

    Example:
        [tool.pypublish.generated]
        + "hello/_build.py" = "our setup.py notes the compiler in it"

    """
    changed = {path: file for path, file in origin.files.items() if _differs(path, file, origin)}
    unnamed = {path: file for path, file in changed.items() if origin.reason(path) is None}
    explained = [path for path, file in unnamed.items() if _is_rewritten(path, file, origin)]
    unexplained = [path for path in unnamed if path not in explained]
    severity = Severity.WARNING if origin.may_have_moved_on else None
    for path in unexplained[:EXAMPLES]:
        yield Problem(message=f"{path} is not as in {origin.tree}", where=origin.at(path), severity=severity)
    if len(unexplained) > EXAMPLES:
        more = len(unexplained) - EXAMPLES
        yield Problem(message=f"the same is true of {more} more files", where=origin.at(), severity=severity)
    if explained:
        message = f"changed by the build, as its tools do: {some(explained)}"
        yield Problem(message=message, where=origin.at(), severity=Severity.NOTE)
    yield from _named(changed, "changed by the build", origin)
    if origin.submodules:
        message = f"not compared, because it is another repository: {some(origin.submodules)}"
        yield Problem(message=message, where=origin.at(), severity=Severity.NOTE)
    packed = [path for path in origin.files if origin.in_repository(path) in origin.changed]
    if packed:
        message = f"compared with the tree as it was built, changes included that are not committed: {some(packed)}"
        yield Problem(message=message, where=origin.at(), severity=Severity.NOTE)


@check(Severity.WARNING)
def sdist_has_only_tracked_files(origin: Origin) -> Iterator[Problem]:
    """Every file in the sdist is tracked, or it is known where it comes from.

    A file that is in no commit was made by the build, or lay around; nobody can review it.

    Fix: commit it, or leave it out; if the build makes it, name it with a reason under [tool.pypublish.generated].

    Example:
        [tool.pypublish.generated]
        + "src/hello/_parser.py" = "made of hello.lark by hatch_build.py"

    """
    known = frozenset().union(*origin.tracked.values())
    files = origin.files
    # A licence from the repository's top, or a file that was moved, has the content of a tracked one.
    extra = [path for path in files if not _is_tracked(path, origin) and files[path].sha256 not in known]
    stray = [
        path
        for path in extra
        if origin.reason(path) is None and not generated.is_made(path, files[path], origin.project, files.keys())
    ]
    if RUNS in stray and not origin.may_have_moved_on:
        message = f"{RUNS} is not in {origin.tree}, and it runs wherever somebody builds from the sdist"
        yield Problem(message=message, where=origin.at(RUNS), severity=Severity.ERROR)
        stray.remove(RUNS)
    if stray:
        yield Problem(message=f"not in {origin.tree}: {some(stray)}", where=origin.at(stray[0]))
    yield from _named(extra, "made by the build", origin)


def _named(paths: Collection[str], what: str, origin: Origin) -> Iterator[Problem]:
    """Yield what the maintainer has named, with his reasons."""
    by_reason: dict[str, list[str]] = {}
    for path in paths:
        reason = origin.reason(path)
        if reason is not None:
            by_reason.setdefault(reason, []).append(path)
    for reason, named in by_reason.items():
        message = f"{what}: {some(named)} ({reason})"
        yield Problem(message=message, where=origin.at(named[0]), severity=Severity.NOTE)


def _is_tracked(path: str, origin: Origin) -> bool:
    return origin.in_repository(path) in origin.tracked


def _differs(path: str, file: Member, origin: Origin) -> bool:
    return _is_tracked(path, origin) and file.sha256 not in origin.tracked[origin.in_repository(path)]


def _is_rewritten(path: str, file: Member, origin: Origin) -> bool:
    if path == REWRITTEN:
        packed, tracked = origin.sdist.text(f"{origin.sdist.top}/{path}"), origin.texts.get(origin.in_repository(path))
        return packed is not None and tracked is not None and generated.is_same_configuration(packed, tracked)
    return generated.is_rewritten(path, file, origin.project)
