"""Compare the public objects of two versions of some modules by griffe; a program, run where griffe is installed.

The arguments are the folder of the old version, that of the new one, and the modules. Both are read, neither is run.
The answer is a list in JSON on standard output: of each breaking change path, kind, title, what, file and line.
"""

# griffe is no dependency of ours: it is in an environment of its own.
# mypy: disable-error-code="import-not-found"

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import cast

import griffe

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
VALUE = "Attribute value was changed"
"""A change that breaks nobody, as of `__version__`."""
LIMIT = 500


def load(folder: str, module: str) -> griffe.Module | griffe.Alias:
    """Read a module's sources; raises an ImportError where there is none."""
    loader = griffe.GriffeLoader(search_paths=[folder], allow_inspection=False)
    loaded = loader.load(module, try_relative_path=False)
    loader.resolve_aliases(implicit=True, external=False)
    return cast("griffe.Module | griffe.Alias", loaded)


def described(change: griffe.Breakage, folders: tuple[str, ...]) -> dict[str, object]:
    """Return what is said of one change."""
    gone = change.kind is griffe.BreakageKind.OBJECT_REMOVED
    file = str(change.obj.parent.filepath if change.obj.is_alias and change.obj.parent else change.obj.filepath)
    inside = next((Path(file).relative_to(one).as_posix() for one in folders if Path(file).is_relative_to(one)), "")
    title, old, new = (
        COLOURS.sub("", str(text or ""))
        for text in (change._format_title(), change._format_old_value(), change._format_new_value())  # noqa: SLF001
    )
    return {
        "path": change.obj.path,
        "kind": change.kind.value,
        "title": title,
        "what": f"{old} -> {new}" if old and new else old or new,
        "file": "" if gone else inside,
        "line": None if gone else change.obj.lineno,
    }


def main(old: str, new: str, modules: list[str]) -> None:
    """Print what has changed."""
    found: list[dict[str, object]] = []
    for module in modules:
        before = load(old, module)
        try:
            after = load(new, module)
        except ImportError:
            nothing = dict.fromkeys(("title", "what", "file"), "")
            found.append({"path": module, "kind": "Module was removed", **nothing, "line": None})
            continue
        changes = griffe.find_breaking_changes(before, after)
        found += [described(one, (old, new)) for one in changes if one.kind.value != VALUE]
    json.dump(found[:LIMIT], sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
