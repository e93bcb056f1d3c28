"""Examples of what a check finds and of what it lets pass: a table for each topic, and one test for them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pypublish.checks.all import CATALOGUE
from pypublish.checks.catalog import Check
from pypublish.findings import Finding

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One subject, and what one check has to say of it: nothing, if it passes."""

    check: str
    subject: object
    says: tuple[str, ...] = ()


def fails(check: str, subject: object, *says: str) -> Example:
    """Make an example that the check finds fault with, in these words."""
    return Example(check=check, subject=subject, says=says)


def passes(check: str, subject: object) -> Example:
    """Make an example that the check lets pass."""
    return Example(check=check, subject=subject)


def findings(check: str, subject: object) -> tuple[Finding, ...]:
    """Judge a subject by one check."""
    rule = CATALOGUE[check]
    assert isinstance(rule, Check)
    return tuple(rule(subject))


def say(check: str, subject: object) -> tuple[str, ...]:
    """Return what the check says: where and what, and how grave where that differs from the usual."""
    usual = CATALOGUE[check].severity
    return tuple(
        f"{found.where}: {found.message}" + (f" [{found.severity}]" if found.severity is not usual else "")
        for found in findings(check, subject)
    )


def name_of(example: Example) -> str:
    """Name an example in the list of tests."""
    return f"{example.check}-{'fails' if example.says else 'passes'}"
