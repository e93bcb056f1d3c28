"""What has changed in the metadata of a release, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pypublish.checks.entry_points import entries
from pypublish.checks.requirement import spelled
from pypublish.checks.subjects import Dist
from pypublish.pypi.metadata import Metadata

OF_EVERY_RELEASE = frozenset({"version", "metadata-version", "description", "name", "dynamic"})
"""Fields that differ between any two releases, or that nobody reads in a table."""

LABELS = {
    "requires-python": "requires-python",
    "requires-dist": "dependencies",
    "provides-extra": "extras",
    "license": "licence",
    "license-expression": "licence expression",
    "license-file": "licence files",
    "classifier": "classifiers",
    "summary": "summary",
    "project-url": "links",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field of the metadata: what is new in it, and what is gone from it."""

    field: str
    """As people call it."""
    removed: tuple[str, ...]
    added: tuple[str, ...]


def changed_fields(before: Metadata | None, now: Metadata | None) -> Iterator[FieldChange]:
    """Yield what differs, field by field; nothing where one of the two is not known."""
    if before is None or now is None:
        return
    was, here = _values(before), _values(now)
    for field in sorted(was.keys() | here.keys(), key=_rank):
        removed, added = _difference(was.get(field, ()), here.get(field, ()))
        if removed or added:
            yield FieldChange(field=LABELS.get(field, field.replace("-", " ")), removed=removed, added=added)


def _rank(field: str) -> tuple[int, str]:
    return (list(LABELS).index(field) if field in LABELS else len(LABELS)), field


def _difference(was: Iterable[str], here: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    old, new = tuple(dict.fromkeys(was)), tuple(dict.fromkeys(here))
    return tuple(one for one in old if one not in new), tuple(one for one in new if one not in old)


def _values(metadata: Metadata) -> dict[str, tuple[str, ...]]:
    values = {
        **{field: (text,) for field, text in metadata.texts.items()},
        **{field: tuple(texts) for field, texts in metadata.lists.items()},
        "project-url": tuple(f"{label}, {url}" for label, url in metadata.urls.items()),
        "requires-dist": tuple(map(spelled, metadata.lists.get("requires-dist", ()))),
    }
    return {field: texts for field, texts in values.items() if field not in OF_EVERY_RELEASE}


def changed_entry_points(old: Dist, new: Dist) -> Iterator[FieldChange]:
    """Yield the entry points that came and went, if any did."""
    was, here = ([f"{group}: {name} = {value}" for group, name, value in entries(dist)] for dist in (old, new))
    removed, added = _difference(was, here)
    if removed or added:
        yield FieldChange(field="entry points", removed=removed, added=added)
