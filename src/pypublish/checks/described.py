"""Metadata and where each field is set: what the checks of metadata judge, before the build and after it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from pypublish.findings import Location
from pypublish.pypi.metadata import Metadata, Mistake

PYPROJECT = "pyproject.toml"

KEYS: Mapping[str, tuple[str, ...]] = {
    "author": ("authors",),
    "author-email": ("authors",),
    "classifier": ("classifiers",),
    "description": ("readme",),
    "description-content-type": ("readme.content-type", "readme"),
    "entry-points": ("scripts", "gui-scripts", "entry-points"),
    "home-page": ("urls",),
    "import-name": ("import-names",),
    "import-namespace": ("import-namespaces",),
    "keywords": ("keywords",),
    "license": ("license",),
    "license-expression": ("license",),
    "license-file": ("license-files",),
    "maintainer-email": ("maintainers",),
    "name": ("name",),
    "project-url": ("urls",),
    "provides-extra": ("optional-dependencies",),
    "requires-dist": ("dependencies", "optional-dependencies"),
    "requires-python": ("requires-python",),
    "summary": ("description",),
    "version": ("version",),
}
"""Field of the metadata, or entry points -> the keys of `[project]` that it comes from."""


class Described(Protocol):
    """A project's metadata: as a finished file has them, or as pyproject.toml declares them."""

    @property
    def filename(self) -> str:
        """The name of the file that has them, as PyPI would name it."""

    @property
    def metadata(self) -> Metadata | None:
        """What the metadata say, as written; None where there are none."""

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What PyPI's rules object to in them."""

    @property
    def entry_points(self) -> bytes | None:
        """What entry_points.txt says; None where there is none."""

    @property
    def readme(self) -> str:
        """The file that the description is, as pyproject.toml names it; empty where that is not known."""

    def set_by(self, field: str, words: str = "") -> Location:
        """Return where a field is set; of several items, where the one is that `words` quote.

        Without words: where it ought to be set.
        """


def readme_file(project: Mapping[str, object]) -> str:
    """Return the readme that a `[project]` table names; empty where it names none."""
    readme = project.get("readme")
    named = readme.get("file") if isinstance(readme, Mapping) else readme
    return named if isinstance(named, str) else ""


def in_pyproject(
    field: str, words: str, *, lines: Mapping[str, int], dynamic: Collection[object] = ()
) -> Location | None:
    """Return the line that sets a field, or the item of a list that `words` quote; None where it is set elsewhere.

    Without words it is the line of `[project]` where the field ought to be set but is not. `lines` are those of
    `toml_lines.key_lines`; `dynamic` names what the build backend sets.
    """
    keys = KEYS.get(field, ())
    for key in keys:
        if (line := lines.get(f"project.{key}")) is not None:
            return Location(file=PYPROJECT, line=_line_of_item(keys, words, lines) or line)
    if not words and "project" in lines and keys and not any(key.partition(".")[0] in dynamic for key in keys):
        return Location(file=PYPROJECT, line=lines["project"])
    return None


def _line_of_item(keys: Collection[str], words: str, lines: Mapping[str, int]) -> int | None:
    squeezed = _squeezed(words)
    quoted = [
        (len(item), line) for item, line in _items(keys, lines) if item and squeezed and _squeezed(item) in squeezed
    ]
    return max(quoted, default=(0, None))[1]


def _items(keys: Collection[str], lines: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the strings and the keys within these keys, each with its line."""
    for path, line in lines.items():
        for key in keys:
            rest = path.removeprefix(f"project.{key}")
            if rest != path and rest.startswith((".", "[")):
                inner, _, item = rest.partition("[")
                yield item.removesuffix("]") or inner.removeprefix("."), line


def _squeezed(text: str) -> str:
    """Leave out what build backends write otherwise: blanks and the kind of quotes."""
    return "".join(text.split()).translate(_QUOTES)


_QUOTES = str.maketrans("", "", "'\"")
