"""The `[tool.pypublish]` table that init appends to a pyproject.toml: what counts now, and what is worth adding."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from pypublish.checks.pythons import declared_pythons
from pypublish.checks.setup_plan import Package
from pypublish.checks.suggested_gates import Suggestion, suggestions
from pypublish.pypi.names import normalise


def settings_table(package: Package) -> str:
    """Return the table; all but the form of the tags is a comment, to be taken out where it is wanted."""
    project = package.source.table("project")
    lines = [
        "[tool.pypublish]",
        "# A tag of this form starts a release.",
        f"tag-format = {_string(package.tag_format)}",
    ]
    scripts = package.source.table("project", "scripts")
    command = next((name for name in scripts if normalise(name) == package.slug), next(iter(scripts), ""))
    if command:
        lines += [
            "# A command that must succeed where the release is installed:",
            f"# smoke-command = {_string(f'{command} --help')}",
        ]
    pythons = declared_pythons(project)
    if len(pythons) > 1:
        lines += [
            "# The Pythons that the release is installed on, to see that it works there:",
            f"# python = [{_string(pythons[0])}, {_string(pythons[-1])}]",
        ]
    lines += _gates(suggestions(package.source))
    return "\n".join(lines) + "\n"


def _gates(suggested: tuple[Suggestion, ...]) -> list[str]:
    lines = [
        "",
        "# What has to succeed before anything is published. A command runs against the built wheel:",
        "# [tool.pypublish.gates]",
        *(line for one in suggested for line in _suggested(one)),
        "# audit = true # no known vulnerability in what the wheel installs",
        "# api = true # a breaking change shows in the version",
    ]
    if any(one.name == "tests" for one in suggested):
        lines.append("# lowest = true # the tests pass with the oldest dependencies that are allowed")
    return lines


def _suggested(one: Suggestion) -> Iterator[str]:
    program = one.command.partition(" ")[0]
    if not (one.groups or one.extras):
        # A gate has what its groups name, and nothing that lies about on the machine.
        yield f"# {program} is in no group yet; make one under [dependency-groups], called {one.name}:"
        one = replace(one, groups=(one.name,))
    yield f"# {one.name} = {_gate(one)}"


def _gate(one: Suggestion) -> str:
    needs = [("groups", one.groups), ("extras", one.extras)]
    more = "".join(f", {key} = [{', '.join(map(_string, names))}]" for key, names in needs if names)
    return f"{{ command = {_string(one.command)}{more} }}" if more else _string(one.command)


def _string(text: str) -> str:
    # A JSON string without characters beyond ASCII is a TOML string.
    return json.dumps(text)
