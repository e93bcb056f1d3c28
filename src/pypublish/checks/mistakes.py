"""All mistakes in a file's metadata at once, where PyPI names one of one of its two steps."""

from __future__ import annotations

from dataclasses import replace

from packaging.version import InvalidVersion, Version

from pypublish.pypi.metadata import Metadata, Mistake
from pypublish.pypi.metadata_demands import demands
from pypublish.pypi.metadata_fields import specification

OLD_LICENSE_FILE = "license-file introduced in metadata version"
"""setuptools wrote License-File before there was such a field; publishers leave it out, so PyPI never sees it."""


def find_mistakes(metadata: Metadata) -> tuple[Mistake, ...]:
    """Return what PyPI's metadata rules object to, in either step, in the order of the fields.

    The second step cannot read a field that the first one objects to: there it is asked about the others.
    """
    first = [
        mistake
        for mistake in (*metadata.unreadable, *_specification(metadata))
        if not mistake.message.startswith(OLD_LICENSE_FILE)
    ]
    second = demands(_without({mistake.field for mistake in first}, metadata))
    return tuple(sorted((*first, *second), key=lambda mistake: mistake.field))


def _specification(metadata: Metadata) -> list[Mistake]:
    """Return what the specification objects to; of a list, not in its first wrong item alone, as PyPI does."""
    found: dict[Mistake, None] = {}
    for mistake in specification(metadata):
        items = metadata.lists.get(mistake.field, ())
        of_items = [one for item in items for one in _of(mistake.field, item, metadata)]
        found |= dict.fromkeys(of_items or [mistake])
    return list(found)


def _of(field: str, item: str, metadata: Metadata) -> list[Mistake]:
    alone = replace(metadata, lists={field: (item,)}, present=frozenset({"metadata-version", field}))
    return [mistake for mistake in specification(alone) if mistake.field == field]


def _without(fields: set[str], metadata: Metadata) -> Metadata:
    texts = {name: text for name, text in metadata.texts.items() if name not in fields}
    try:
        Version(texts.get("version", ""))
    except InvalidVersion:
        texts["version"] = "0"
    return replace(
        metadata,
        texts=texts,
        lists={
            name: values if name not in fields else tuple(item for item in values if not _of(name, item, metadata))
            for name, values in metadata.lists.items()
        },
        urls={} if "project-url" in fields else metadata.urls,
    )
