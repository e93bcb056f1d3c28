"""What has changed since the release before, as a folded section of the summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pypublish.checks.changed_metadata import FieldChange
from pypublish.checks.changes import Changes, FileChange, MemberChange
from pypublish.findings import Outcome
from pypublish.render.markdown import code, escape, folded, table, unbroken
from pypublish.sizes import difference, plural, size

FILES = 20
MEMBERS = 40
VALUES = 30
"""Rows that a table shows; the others are counted."""

LONGEST = 300
"""Characters of one value."""


def changes_of(outcome: Outcome[object]) -> Changes | None:
    """Return the comparison with the release before; None where there was none."""
    return next((one for one in outcome.all_exhibits if isinstance(one, Changes)), None)


def changes_section(changes: Changes) -> str:
    """Return what has changed, folded; the title says how much."""
    parts = [
        _files(changes.files),
        _fields(changes.fields),
        _members(changes.members, changes.compared),
        escape(f"Not all was compared: {changes.unknown}.") if changes.unknown else "",
    ]
    if not changes.unknown and not changes.fields and not changes.members:
        parts.append("Nothing but the version has changed in its metadata, and nothing in what it contains.")
    title = f"What has changed since {changes.since} on {changes.index}"
    return folded(f"{title}: {_in_short(changes)}", "\n\n".join(filter(None, parts)))


def _in_short(changes: Changes) -> str:
    new = sum(one.before is None for one in changes.members)
    gone = sum(one.now is None for one in changes.members)
    other = len(changes.members) - new - gone
    counted = [
        f"{plural(len(changes.fields), 'field')} of the metadata" if changes.fields else "",
        *(
            f"{plural(number, 'file')} {what}"
            for number, what in ((new, "new"), (gone, "gone"), (other, "changed"))
            if number
        ),
    ]
    return ", ".join(filter(None, counted)) or ("not compared" if changes.unknown else "nothing")


def _files(found: tuple[FileChange, ...]) -> str:
    rows = [_file(one) for one in sorted(found, key=_weight)[:FILES]]
    more = _more(len(found), FILES)
    return "\n\n".join(filter(None, (table(("file", "size", "before"), rows) if rows else "", more)))


def _weight(one: FileChange) -> tuple[bool, int]:
    """Order files: what came and went first, then what has changed most."""
    both = bool(one.now and one.before)
    return both, -abs((one.size or 0) - (one.size_before or 0))


def _file(one: FileChange) -> tuple[str, ...]:
    if not one.now:
        return (code(one.before), "**gone**", _cell(one.size_before) if one.size_before is not None else "")
    now = _cell(one.size) if one.size is not None else ""
    if not one.before:
        return (code(one.now), now, "**new**")
    if one.size is None or one.size_before is None:
        return (code(one.now), now, "size unknown")
    return (code(one.now), now, f"{_cell(one.size_before)} ({_grown_by(one.size, one.size_before)})")


def _fields(found: Iterable[FieldChange]) -> str:
    rows = [(escape(one.field), _values(one.removed), _values(one.added)) for one in found]
    return table(("metadata", "gone", "new"), rows) if rows else ""


def _values(values: tuple[str, ...]) -> str:
    shown = [code(value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…") for value in values[:VALUES]]
    more = _more(len(values), VALUES)
    return "<br>".join([*shown, *([more] if more else [])])


def _members(found: tuple[MemberChange, ...], compared: str) -> str:
    if not found:
        return ""
    ordered = sorted(found, key=lambda one: -abs((one.now or 0) - (one.before or 0)))
    rows = list(_rows(ordered[:MEMBERS]))
    head = (f"in {code(compared)}", "size", "before")
    return "\n\n".join(filter(None, (table(head, rows), _more(len(found), MEMBERS))))


def _rows(found: Iterable[MemberChange]) -> Iterator[tuple[str, ...]]:
    for one in found:
        if one.now is None:
            yield code(one.name), "**gone**", _cell(one.before or 0)
        elif one.before is None:
            yield code(one.name), _cell(one.now), "**new**"
        else:
            grown = _grown_by(one.now, one.before) if one.now != one.before else "other content"
            yield code(one.name), _cell(one.now), f"{_cell(one.before)} ({grown})"


def _more(number: int, limit: int) -> str:
    return f"… and {number - limit:,} more" if number > limit else ""


def _cell(number: int) -> str:
    return unbroken(size(number))


def _grown_by(now: int, before: int) -> str:
    return unbroken(difference(now, before))
