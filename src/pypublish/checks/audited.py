"""What pip-audit's answer means for a release: findings, those that are waived, and what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pypublish.checks.gates import GATE_AUDIT, found
from pypublish.checks.words import some
from pypublish.findings import Finding, Severity
from pypublish.gate_answers import Audited, Vulnerability


def judge(answer: Audited, ignore: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each known vulnerability; `ignore` has the maintainer's reasons, by id or alias."""
    used = set()
    for one in answer.vulnerabilities:
        waived = [name for name in (one.id, *one.aliases) if name in ignore]
        used.update(waived)
        finding = found(GATE_AUDIT, _words(one), hint=_hint(one))
        yield replace(finding, ignored=ignore[waived[0]]) if waived else finding
    for name in ignore.keys() - used:
        yield found(
            GATE_AUDIT,
            f"gates.audit.ignore names {name}, which nothing that the wheel installs has",
            severity=Severity.NOTE,
            hint="Remove the line.",
        )
    if answer.skipped:
        names = some([name for name, _ in answer.skipped])
        yield found(
            GATE_AUDIT,
            f"of {names} it is not known whether there are vulnerabilities: {answer.skipped[0][1]}",
            severity=Severity.NOTE,
            hint="PyPI knows only packages that are on PyPI.",
        )


def _words(one: Vulnerability) -> str:
    known_as = f" ({', '.join(one.aliases)})" if one.aliases else ""
    fixed = f"fixed in {' and '.join(one.fixed_in)}" if one.fixed_in else "no version has it fixed"
    return f"{one.package.name} {one.package.version}, which the wheel installs, has {one.id}{known_as}; {fixed}"


def _hint(one: Vulnerability) -> str:
    reason = f"say why it does not matter under [tool.pypublish.gates.audit.ignore] as {one.id}"
    if not one.fixed_in:
        return f"Look at https://osv.dev/vulnerability/{one.id}; do without {one.package.name}, or {reason}."
    return (
        f"Require {one.package.name}>={one.fixed_in[0]}; if something else keeps the old version, update that."
        f" Or {reason}."
    )
