"""Have new versions of actions proposed: the entry for Dependabot, put into a file without touching other lines."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pypublish.checks.jobs import is_mapping
from pypublish.workflows import WorkflowFile

DAYS = 7
"""How long a new version waits: most poisoned releases are found in their first days."""

PATHS = (".github/dependabot.yml", ".github/dependabot.yaml")
RENOVATE = frozenset(
    {"renovate.json", "renovate.json5", ".renovaterc", ".renovaterc.json", ".github/renovate.json",
     ".github/renovate.json5"}
)  # fmt: skip
"""Files by which another tool does the same."""

_ECOSYSTEM = "package-ecosystem"

_ENTRY = f"""\
- package-ecosystem: github-actions
  directory: /
  schedule:
    interval: weekly
  cooldown:
    default-days: {DAYS}
  groups:
    actions:
      patterns: ["*"]
"""
_COOLDOWN = f"""\
cooldown:
  default-days: {DAYS}
"""
_NEW = """\
# New versions are proposed some days after they came out: most poisoned releases are found in their first days.
version: 2
updates:
{entry}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What is to become of the file: a new text; or, where that cannot be had safely, why, and what to add by hand."""

    text: str = ""
    """Empty where nothing is to be written."""
    expected: object = None
    """What a reader has to find in the new text; else it is not to be written."""
    why_not: str = ""
    by_hand: str = ""


NOTHING = Addition()
"""It is as it should be."""


def new() -> str:
    """Return the file where there is none yet."""
    return _NEW.format(entry=_indented(_ENTRY, "  "))


def addition(file: WorkflowFile) -> Addition:
    """Say how a file of the user's gets an entry for actions, or that entry its cooldown."""
    updates = file.data.get("updates")
    if file.mistake or not isinstance(updates, list) or str(file.data.get("version")) != "2":
        why = f"does not read: {file.mistake}" if file.mistake else "has no list `updates` of version 2"
        return Addition(why_not=why, by_hand=_indented(_ENTRY, "  "))
    for number, entry in enumerate(updates):
        if is_mapping(entry) and entry.get(_ECOSYSTEM) == "github-actions" and _is_of_the_root(entry):
            return NOTHING if entry.get("cooldown") else _with_cooldown(file, updates, number)
    return _with_entry(file, updates)


def _with_entry(file: WorkflowFile, updates: list[object]) -> Addition:
    lines = file.text.split("\n")
    at, first = file.lines.get(("updates",)), file.lines.get(("updates", 0))
    found = re.match(r"(\s*)- ", lines[first - 1]) if first else None
    if at is None or found is None or not re.fullmatch(r"updates:\s*(#.*)?", lines[at - 1].rstrip()):
        return Addition(why_not="has its list in another form", by_hand=_indented(_ENTRY, "  "))
    lines[at:at] = _indented(_ENTRY, found[1]).splitlines()
    expected = {**file.data, "updates": [_ENTRY_DATA, *updates]}
    return Addition(text="\n".join(lines), expected=expected, by_hand=_indented(_ENTRY, found[1]))


def _with_cooldown(file: WorkflowFile, updates: list[object], number: int) -> Addition:
    lines = file.text.split("\n")
    at = file.lines.get(("updates", number, _ECOSYSTEM))
    found = re.match(r"(?P<indent>\s*(?:- +)?)package-ecosystem:", lines[at - 1]) if at else None
    if at is None or found is None:
        return Addition(why_not="has the entry for actions in another form", by_hand=_indented(_COOLDOWN, "    "))
    lines[at:at] = _indented(_COOLDOWN, " " * len(found["indent"])).splitlines()
    entry = updates[number]
    changed = {**(entry if is_mapping(entry) else {}), "cooldown": {"default-days": DAYS}}
    expected = {**file.data, "updates": [*updates[:number], changed, *updates[number + 1 :]]}
    return Addition(text="\n".join(lines), expected=expected, by_hand=_indented(_COOLDOWN, "    "))


_ENTRY_DATA = {
    _ECOSYSTEM: "github-actions",
    "directory": "/",
    "schedule": {"interval": "weekly"},
    "cooldown": {"default-days": DAYS},
    "groups": {"actions": {"patterns": ["*"]}},
}


def _is_of_the_root(entry: object) -> bool:
    if not is_mapping(entry):
        return False
    folders = entry.get("directories")
    named = folders if isinstance(folders, list) else [entry.get("directory")]
    return any(str(folder).strip("/*") in {"", "."} for folder in named)


def _indented(text: str, indent: str) -> str:
    return "".join(f"{indent}{line}\n" for line in text.splitlines())
