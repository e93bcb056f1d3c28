"""What a check is: a function with a docstring, and everything that follows from it.

From one function come its id, its title, its severity, its remedy, its row in `docs/checks.md`, what `explain`
prints and its key under `[tool.pypublish.ignore]`. What finds without being such a function - the reader of archives,
a borrowed tool - has a rule alone: the words without the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from textwrap import dedent
from types import ModuleType
from typing import Generic, TypeVar

from pypublish.findings import Finding, Location, Problem, Severity

Subject = TypeVar("Subject")
Subject_contra = TypeVar("Subject_contra", contravariant=True)
Judge = Callable[[Subject], Iterable[Problem]]

UNKNOWN_IGNORE = "ignored-check-exists"

OF_ANY_NAME = ":NAME"
"""What ends the id of a rule whose findings have names that the project gives: gate:tests is one of gate:NAME."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule for releases, in words."""

    id: str
    severity: Severity
    pypi: str
    """The rows of PyPI's rules that it anticipates, with blanks between; empty where the rule is not PyPI's."""
    title: str
    """The rule, in one sentence."""
    reason: str
    """Why it is a rule."""
    fix: str
    example: str = ""
    """What is wrong and what is right, or the command that mends it, as it is typed; empty where words are enough."""

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows of PyPI's rules, one by one."""
        return tuple(self.pypi.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Rule, Generic[Subject_contra]):
    """A rule, and how to judge a subject by it."""

    judge: Judge[Subject_contra]

    def __call__(self, subject: Subject_contra) -> Iterable[Finding]:
        """Judge `subject`: each problem becomes a finding that bears this check's name."""
        for problem in self.judge(subject):
            yield Finding(
                check=self.id,
                severity=problem.severity or self.severity,
                message=problem.message,
                hint=problem.hint or self.fix,
                where=problem.where,
                answer=problem.answer,
            )


def check(severity: Severity, *, pypi: str = "") -> Callable[[Judge[Subject]], Check[Subject]]:
    """Make a check of a function: its name is the id, its docstring is title, reason, `Fix:` and maybe `Example:`.

    `pypi` names rows of PyPI's rules (`pypi/rows.py`).

    Raises:
        TypeError: the docstring lacks one of the three.

    """

    def decorate(judge: Judge[Subject]) -> Check[Subject]:
        name = judge.__name__
        title, reason, fix, example = _read(judge.__doc__ or "", name)
        return Check(
            id=name.replace("_", "-"),
            severity=severity,
            pypi=pypi,
            title=title,
            reason=reason,
            fix=fix,
            example=example,
            judge=judge,
        )

    return decorate


def rule(id: str, severity: Severity, words: str, *, pypi: str = "") -> Rule:  # noqa: A002 - it is the field's name
    """Make a rule of words that are written as a check's docstring is."""
    title, reason, fix, example = _read(words, id)
    return Rule(id=id, severity=severity, pypi=pypi, title=title, reason=reason, fix=fix, example=example)


def collect(module: ModuleType, subject: type[Subject]) -> tuple[Check[Subject], ...]:
    """Return the checks of a module in the order of their definition; `subject` is what they judge."""
    _ = subject  # gives the checks their type
    return tuple(value for value in vars(module).values() if isinstance(value, Check))


def run(checks: Iterable[Check[Subject]], subject: Subject, *, ignore: Mapping[str, str]) -> tuple[Finding, ...]:
    """Judge `subject` by every check; waived findings stay, with the maintainer's reason."""
    return waive((finding for check in checks for finding in check(subject)), ignore)


def waive(findings: Iterable[Finding], ignore: Mapping[str, str]) -> tuple[Finding, ...]:
    """Mark the findings that the maintainer waives under `[tool.pypublish.ignore]`, each with its reason."""
    from dataclasses import replace

    return tuple(
        replace(finding, ignored=ignore[finding.check]) if finding.check in ignore else finding for finding in findings
    )


def _sentence(text: str) -> str:
    line = _one_line(text)
    return line[:1].upper() + line[1:]


def family(check: str) -> str:
    """Return the id of the rule that a check is of, where the project gives it its name."""
    return check.partition(":")[0] + OF_ANY_NAME


def unknown_ignores(ignore: Mapping[str, str], known: Iterable[str]) -> Iterator[Finding]:
    """Yield a warning for each waived check that does not exist: a typing mistake there waives nothing."""
    from difflib import get_close_matches

    names = sorted(known)
    for name in ignore:
        if name not in names and family(name) not in names:
            near = get_close_matches(name, names, n=1)
            yield Finding(
                check=UNKNOWN_IGNORE,
                severity=Severity.WARNING,
                message=f"[tool.pypublish.ignore] names {name!r}, but there is no such check",
                hint=f"Did you mean {near[0]!r}?" if near else "docs/checks.md lists them; remove the line otherwise.",
                where=Location(file="pyproject.toml"),
            )


def _read(words: str, name: str) -> tuple[str, str, str, str]:
    body, marker, rest = cleandoc(words).partition("\nFix: ")
    title, _, reason = body.partition("\n\n")
    if not (title and reason and marker):
        raise TypeError(f"check {name} needs a title, a reason and a line that begins with 'Fix: '")
    fix, _, example = rest.partition("\nExample:\n")
    return _one_line(title), _one_line(reason), _sentence(fix), dedent(example).strip("\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())
