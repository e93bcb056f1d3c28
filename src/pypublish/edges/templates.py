"""The workflow templates: in the installed package, or in the checkout that this runs from."""

from __future__ import annotations

from pathlib import Path

import pypublish
from pypublish.errors import UsageError

_PACKAGE = Path(pypublish.__file__).resolve().parent
_PLACES = (_PACKAGE / "templates", _PACKAGE.parents[1] / "workflows-templates")


def names() -> tuple[str, ...]:
    """Return the file names of all templates."""
    return tuple(sorted(path.name for path in _folder().glob("*.yml")))


def read(name: str) -> str:
    """Return the text of a template.

    Raises:
        UsageError: there is none of that name, or the installation lacks them all.

    """
    if name not in names():
        raise UsageError(f"there is no template {name!r}", hint=f"There are {', '.join(names())}.")
    return (_folder() / name).read_text("utf-8")


def _folder() -> Path:
    for place in _PLACES:
        if place.is_dir():
            return place
    raise UsageError(
        "the workflow templates are not where pypublish is installed", hint="Install pypublish-action anew."
    )
