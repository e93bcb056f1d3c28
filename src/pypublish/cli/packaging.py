"""`pypublish init --packaging`: what a project lacks to be a package, as a diff, and written when you say yes."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from pypublish.cli.session import Session


def propose(run: Session, path: Path, *, dry_run: bool, yes: bool) -> int:
    """Show what is proposed, ask where somebody can answer, and return the exit code."""
    from pypublish.render.diff import diff
    from pypublish.stages.packaging import packaging, write

    outcome = packaging(path.resolve(), run.world)
    changes = outcome.value.changes if outcome.value is not None else ()
    run.surface.close()
    for change in changes:
        run.show_text(f"{diff(change.path, change.before, change.after)}\n")
    agreed = bool(changes) and not dry_run and (yes or _agrees(run))
    if agreed and outcome.value is not None:
        write(outcome.value)
    closing = _closing([change.path for change in changes], agreed=agreed, whole=not outcome.findings)
    return run.finish(replace(outcome, closing=tuple(closing)))


def _agrees(run: Session) -> bool:
    asks = run.format == "text" and sys.stdin.isatty() and sys.stdout.isatty()
    return asks and click.confirm("Write that?", default=False)


def _closing(paths: list[str], *, agreed: bool, whole: bool) -> list[str]:
    if not paths:
        return ["pyproject.toml has what it needs." if whole else "Nothing was written; see the notes."]
    if not agreed:
        return ["Nothing was written; --yes writes it."]
    return ["Written:", *(f"  {path}" for path in paths), "", "Look it over; then `pypublish rehearse` builds it."]
