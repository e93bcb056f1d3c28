"""What the reader of archives finds: its flaws as findings, its rules as rules of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.archive.contents import Contents
from pypublish.archive.rules import RULES as READERS_RULES
from pypublish.checks.catalog import Rule
from pypublish.checks.words import expected
from pypublish.findings import Finding, Location, Severity
from pypublish.pypi.archives import archive_answer

ROWS = {
    "archive-is-readable": "V1:zip V1:tar V1:unreadable Z:malformed",
    "archive-is-one-format": "V1:both",
    "archive-has-members": "V1:top V1:WHEEL",
    "archive-is-no-bomb": "V1:ratio",
    "member-names-are-plain": "Z:control",
    "member-names-are-unique": "Z:local-twice Z:directory-twice",
    "only-files-and-folders": "V1:sparse",
    "zip-has-nothing-else": "Z:unknown Z:trailing",
    "zip-records-agree": "Z:packed Z:size Z:not-in-directory Z:only-in-directory Z:mismatch",
    "zip-end-is-consistent": "Z:records Z:offset Z:directory-size Z:extensible",
    "zip-extra-fields-are-sound": "Z:malformed Z:local-repeated Z:second-name-utf8",
    "zip-names-are-utf8": "Z:not-utf8",
    "zip-has-no-data-descriptors": "Z:descriptor",
    "zip-has-no-member-comments": "Z:comment",
    "zip-uses-deflate": "V1:compression",
    "zip-content-is-intact": "V1:unreadable",
}
"""Rule of the reader -> the rows of PyPI's rules that break where it is broken; the others are ours alone."""

RULES = tuple(
    Rule(
        id=rule.id,
        severity=Severity.ERROR if rule.refused else Severity.WARNING,
        pypi=ROWS.get(rule.id, ""),
        title=rule.title,
        reason=rule.reason,
        fix=rule.fix,
    )
    for rule in READERS_RULES.values()
)


def findings(filename: str, contents: Contents) -> Iterator[Finding]:
    """Yield the flaws of an archive; PyPI's answer is one to them all."""
    answer = expected(archive_answer(filename, contents)) if contents.flaws else ""
    for flaw in contents.flaws:
        yield Finding(
            check=flaw.rule,
            severity=Severity.ERROR if flaw.refused else Severity.WARNING,
            message=flaw.message,
            hint=flaw.hint,
            where=Location(file=filename, member=flaw.member),
            answer=answer if flaw.rule in ROWS else "",
        )
