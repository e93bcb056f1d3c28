"""packaging: propose what a project lacks to be a package, and write it when a person agrees."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pypublish.checks.packaging import Proposal, propose
from pypublish.edges.layout import look
from pypublish.edges.world import World
from pypublish.errors import ToolError, UsageError
from pypublish.findings import Finding, Outcome, note
from pypublish.sizes import plural


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file as it is and as it would be."""

    path: str
    """From the project's folder, with slashes."""
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The changes that are proposed to a project."""

    root: Path
    changes: tuple[Change, ...]


def packaging(root: Path, world: World) -> Outcome[Proposed]:
    """Look at the tree at `root`, and propose what its pyproject.toml lacks; nothing is written.

    Raises:
        UsageError: there is no such folder, or its pyproject.toml does not read.

    """
    from tomlkit.exceptions import TOMLKitError

    layout = look(root, world)
    try:
        proposal = propose(layout)
    except TOMLKitError as error:
        raise UsageError(
            f"pyproject.toml does not read: {error}", hint="Mend that line first; https://toml.io describes the format."
        ) from None
    changes = tuple(_changes(layout.pyproject or "", proposal))
    return Outcome(
        stage="packaging",
        value=Proposed(root=root, changes=changes),
        summary=_summary(changes, proposal),
        findings=tuple(map(_advice, proposal.advice)),
    )


def _summary(changes: tuple[Change, ...], proposal: Proposal) -> str:
    if changes:
        return f"{plural(len(changes), 'file')} to write"
    return "nothing is proposed" if proposal.advice else "nothing is missing"


def write(proposed: Proposed) -> None:
    """Write the changes.

    Raises:
        ToolError: a file cannot be written; those before it have been.

    """
    for change in proposed.changes:
        target = proposed.root / change.path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(change.after.encode())
        except OSError as error:
            raise ToolError(
                f"{target} cannot be written: {error.strerror}", hint="Mend that, and start again: nothing is lost."
            ) from None


def _changes(before: str, proposal: Proposal) -> list[Change]:
    after = proposal.pyproject
    if "\r\n" in before:
        after = after.replace("\r\n", "\n").replace("\n", "\r\n")
    changes = [Change(path="pyproject.toml", before=before, after=after)]
    changes += [Change(path=path, before="", after=content) for path, content in proposal.files.items()]
    return [change for change in changes if change.before != change.after or not change.after]


def _advice(words: str) -> Finding:
    return note("packaging", words)
