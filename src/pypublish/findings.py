"""What is wrong with a release, as data: a problem, a finding, and a stage's outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Severity(StrEnum):
    """How much a finding matters. Errors stop a release; with `strict`, warnings do too."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for what a reader has to see first."""
        return tuple(Severity).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where something has to change: a file, a member of an archive, a line (counted from 1)."""

    file: str | None = None
    member: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        """Write it as compilers do: `file::member:line`."""
        place = "::".join(part for part in (self.file, self.member) if part)
        return f"{place}:{self.line}" if self.line is not None else place


NOWHERE = Location()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What a check found: what is wrong, what to do, and where."""

    message: str
    hint: str = ""
    where: Location = NOWHERE
    severity: Severity | None = None
    """Only where one check finds things of different weight; else the check's own severity counts."""
    answer: str = ""
    """What PyPI would say to it, status and words; empty where it says nothing, or we cannot know what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem with the name of the check that found it, and whether the maintainer has waived it."""

    check: str
    severity: Severity
    message: str
    hint: str = ""
    where: Location = NOWHERE
    ignored: str | None = None
    """The maintainer's reason from `[tool.pypublish.ignore]`; None where it counts."""
    answer: str = ""
    """What PyPI is expected to answer to an upload, status and words; empty where it is not known to refuse it."""

    @property
    def defies(self) -> bool:
        """Whether it is waived although PyPI is expected to refuse the upload over it."""
        return self.ignored is not None and self.severity is Severity.ERROR and bool(self.answer)

    def stops(self, *, strict: bool) -> bool:
        """Say whether this finding alone stops a release."""
        if self.ignored is not None:
            return False
        return self.severity is Severity.ERROR or (strict and self.severity is Severity.WARNING)


def note(check: str, message: str, *, hint: str = "", where: Location = NOWHERE) -> Finding:
    """Make a finding that informs and stops nothing."""
    return Finding(check=check, severity=Severity.NOTE, message=message, hint=hint, where=where)


def by_file(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Group findings by file: the file with the weightiest first, errors first in each; waived ones last."""
    groups: dict[tuple[bool, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.ignored is not None, finding.where.file or ""), []).append(finding)
    for group in groups.values():
        group.sort(key=lambda f: (f.severity.rank, f.where.line or 0, f.where.member or ""))
    return [groups[key] for key in sorted(groups, key=lambda key: (key[0], groups[key][0].severity.rank, key[1]))]


def in_reading_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings for a person: grouped by file, errors first; waived ones last."""
    return [finding for group in by_file(findings) for finding in group]


def unsaid(findings: Iterable[Finding], before: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that say something new: not what the same check said in these words, or of this line."""
    said = {key for finding in before for key in _sayings(finding)}
    return tuple(finding for finding in findings if said.isdisjoint(_sayings(finding)))


def _sayings(finding: Finding) -> set[tuple[str, object]]:
    line: set[tuple[str, object]] = {(finding.check, finding.where)} if finding.where.line is not None else set()
    return line | {(finding.check, finding.message)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that a stage did, for the timeline. Times in seconds, on the clock of the stage's outcome."""

    stage: str
    what: str
    """In a few words: `making the wheel`."""
    began: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T_co]):
    """What a stage did: its value (None where it could not make one) and everything it found."""

    stage: str
    value: T_co | None = None
    summary: str = ""
    """One line for a person: what the stage made or learnt."""
    findings: tuple[Finding, ...] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    """What later jobs read, named like the action's outputs."""
    seconds: float = 0.0
    began: float | None = None
    """When the stage began, in seconds on a clock that is good for comparing it with others of the run alone."""
    steps: tuple[Step, ...] = ()
    """What took how long, of this stage and of its parts."""
    exhibits: tuple[object, ...] = ()
    """What there is to look at besides: the manifest, what is in the files, what has changed. Surfaces pick by type."""
    parts: tuple[Outcome[object], ...] = ()
    """The outcomes of the stages that this one conducted, in order."""
    closing: tuple[str, ...] = ()
    """What the end of the command says to a person when all went well: the verdict, and what comes next."""
    strict: bool = False

    @property
    def ok(self) -> bool:
        """Whether the release may go on."""
        return not any(finding.stops(strict=self.strict) for finding in self.all_findings)

    @property
    def all_findings(self) -> tuple[Finding, ...]:
        """The findings of this stage and of its parts, in order."""
        return (*(found for part in self.parts for found in part.all_findings), *self.findings)

    @property
    def all_exhibits(self) -> tuple[object, ...]:
        """The exhibits of this stage and of its parts, in order."""
        return (*(shown for part in self.parts for shown in part.all_exhibits), *self.exhibits)

    def taking(self, seconds: float, *, began: float | None = None) -> Outcome[T_co]:
        """Return this outcome with the time it took, and when that began."""
        return replace(self, seconds=seconds, began=began)
