"""The rules of gates: that what they name is there, and how it is said what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pypublish.checks.catalog import OF_ANY_NAME, Rule, check, rule
from pypublish.checks.project import Source
from pypublish.findings import Finding, Problem, Severity
from pypublish.gates import AUDIT, LOWEST, Gates
from pypublish.pypi.names import normalise

GATE = rule(
    f"gate{OF_ANY_NAME}",
    Severity.ERROR,
    """Every gate's command succeeds where the sealed wheel is installed.

    It is the project's own word on whether a release may go out: [tool.pypublish.gates] declares it, and the finding
    bears the gate's name, as in gate:tests.

    Fix: read the gate's log above; what it imports is the installed wheel, so a file that the wheel lacks is missing.
    """,
)
GATE_LOWEST = rule(
    "gate:lowest",
    Severity.ERROR,
    """The tests succeed with the lowest versions of the direct dependencies that the wheel allows.

    A user who has an older version of one of them installed gets just that.

    Fix: raise the lower bound of the dependency that is too old to what the project needs.
    """,
)
GATE_AUDIT = rule(
    "gate:audit",
    Severity.ERROR,
    """Nothing that the wheel installs has a known vulnerability.

    Users get it with the release. Found by pip-audit, which asks PyPI.

    Fix: require the fixed version; where there is none, or it does not concern the project, say why under
    [tool.pypublish.gates.audit.ignore].
    """,
)
GATE_API = rule(
    "gate:api",
    Severity.WARNING,
    """A version with breaking changes says so: 2.0 after 1.9, or 0.5 after 0.4.

    Users who ask for a compatible version (~=1.8) get it without a warning. Found by griffe, which compares the public
    objects of the wheel with those of the last release; it runs neither.

    Fix: raise the major version (in 0.x the minor one), or keep what was there beside the new; say why it does not
    matter under [tool.pypublish.gates.api.ignore].
    """,
)
PYTHONS = rule(
    "gate-pythons-are-there",
    Severity.WARNING,
    """A Python that a gate runs on is installed on this machine.

    On the others nobody knows whether the gate would succeed. One that was asked for by name has to be there.

    Fix: install it (uv python install 3.13; in a workflow by a setup-python step before this one), or take it out of
    the gate's `pythons`.
    """,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The subject: the gates, and the pyproject.toml that declares them."""

    source: Source
    gates: Gates


@check(Severity.ERROR)
def gate_groups_exist(subject: Declared) -> Iterator[Problem]:
    """Every dependency group that a gate names is one of pyproject.toml's.

    The gate could not be run.

    Fix: add it under [dependency-groups] (PEP 735), or name one that is there.

    Example:
        [dependency-groups]
        test = ["pytest"]

        [tool.pypublish.gates.tests]
        command = "pytest -q"
        groups = ["test"]

    """
    known = {normalise(name): name for name in subject.source.table("dependency-groups")}
    for name, gate in subject.gates.running_commands.items():
        yield from _missing(subject, name, "dependency group", gate.groups, known)


@check(Severity.ERROR)
def gate_extras_exist(subject: Declared) -> Iterator[Problem]:
    """Every extra that a gate names is one of the project's.

    It would be left out without a word, and with it what the gate needs.

    Fix: add it under [project.optional-dependencies], or name one that is there.

    Example:
        [project.optional-dependencies]
        cli = ["click"]

        [tool.pypublish.gates.tests]
        command = "pytest -q"
        extras = ["cli"]

    """
    metadata = subject.source.table("project")
    dynamic = metadata.get("dynamic")
    if not metadata or (isinstance(dynamic, list) and "optional-dependencies" in dynamic):
        return  # the build will tell
    known = {normalise(name): name for name in subject.source.table("project", "optional-dependencies")}
    for name, gate in subject.gates.running_commands.items():
        yield from _missing(subject, name, "extra", gate.extras, known)
    if subject.gates.audit is not None:
        yield from _missing(subject, AUDIT, "extra", subject.gates.audit.extras, known)


def _missing(
    subject: Declared, gate: str, what: str, named: Iterable[str], known: Mapping[str, str]
) -> Iterator[Problem]:
    there = f"there are {', '.join(sorted(known.values()))}" if known else "there are none"
    for one in named:
        if normalise(one) not in known:
            yield Problem(
                message=f"the gate '{gate}' names the {what} '{one}', which is not in pyproject.toml; {there}",
                where=subject.source.where(f"tool.pypublish.gates.{gate}"),
            )


def check_name(gate: str) -> str:
    """Return the name that a gate's findings bear."""
    return f"gate:{gate}"


def rule_of(gate: str) -> Rule:
    """Return the rule that a gate's findings are of."""
    return {LOWEST: GATE_LOWEST}.get(gate, GATE)


def failed(gate: str, message: str, *, hint: str = "") -> Finding:
    """Make the finding for a gate that did not succeed."""
    rule = rule_of(gate)
    return Finding(check=check_name(gate), severity=rule.severity, message=message, hint=hint or rule.fix)


def found(rule: Rule, message: str, *, severity: Severity | None = None, hint: str | None = None) -> Finding:
    """Make a finding by a rule of these."""
    said = rule.fix if hint is None else hint
    return Finding(check=rule.id, severity=severity or rule.severity, message=message, hint=said)


def to_see_it_again(gate: str, python: str) -> str:
    """Return the hint with the commands that run one gate as it was run."""
    return (
        "To see it again on your machine: pypublish prepare --index dry-run && pypublish gates"
        f" --gate {gate} --python-version {python}"
    )


def last_words(log: str, limit: int = 160) -> str:
    """Return the last line of a log that says something, cut off where it is long."""
    lines = [line.strip() for line in log.splitlines()]
    said = next((line for line in reversed(lines) if any(char.isalnum() for char in line)), "")
    said = said.strip("= ")
    return said if len(said) <= limit else said[: limit - 1] + "…"
