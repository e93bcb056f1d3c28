"""What was installed where to prove a release, as a folded table."""

from __future__ import annotations

from collections.abc import Iterable

from pypublish.model import Installation, Use
from pypublish.render.markdown import code, escape, folded, table
from pypublish.sizes import plural


def installations_section(installations: tuple[Installation, ...]) -> str:
    """Return the section; empty where nothing was installed."""
    if not installations:
        return ""
    rows = [
        (
            code(one.artifact),
            escape(one.python),
            escape(one.installer),
            "could not be installed" if one.failure else _used(one),
        )
        for one in installations
    ]
    return folded(
        f"{plural(len(rows), 'installation')} tried", table(("file", "Python", "by", "imported and loaded"), rows)
    )


def _used(one: Installation) -> str:
    parts = [_worked(one.imports, "module"), _worked(one.entry_points, "entry point")]
    parts.append("the smoke command failed" if one.command is not None else "")
    return ", ".join(filter(None, parts))


def _worked(uses: Iterable[Use], noun: str) -> str:
    tried = [use for use in uses if not use.skipped]
    failed = sum(bool(use.failure) for use in tried)
    if not tried:
        return ""
    return f"{failed} of {plural(len(tried), noun)} failed" if failed else plural(len(tried), noun)
