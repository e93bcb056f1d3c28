"""What the reader of archives finds: its flaws as findings, its rules as rules of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.archive.contents import Contents
from pypublish.archive.rules import RULES as READERS_RULES
from pypublish.checks.catalog import Rule
from pypublish.findings import Finding, Location, Severity

PYPI_ROW = "V1"

RULES = tuple(
    Rule(
        id=rule.id,
        severity=Severity.ERROR if rule.refused else Severity.WARNING,
        pypi=PYPI_ROW if rule.refused else "",
        title=rule.title,
        reason=rule.reason,
        fix=rule.fix,
    )
    for rule in READERS_RULES.values()
)


def findings(filename: str, contents: Contents) -> Iterator[Finding]:
    """Yield the flaws of an archive."""
    for flaw in contents.flaws:
        yield Finding(
            check=flaw.rule,
            severity=Severity.ERROR if flaw.refused else Severity.WARNING,
            message=flaw.message,
            hint=flaw.hint,
            where=Location(file=filename, member=flaw.member),
        )
