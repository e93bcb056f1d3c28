"""What a project that setup.py and setup.cfg describe must keep when it gets a pyproject.toml: it builds as before."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pypublish.checks import setup_files
from pypublish.checks.setup_files import FIELDS, Declared
from pypublish.layout import Layout


def is_old(layout: Layout) -> bool:
    """Whether setup.py or setup.cfg describe the project already, and have released it so."""
    of_cfg = setup_files.read(layout.setup_cfg, None)
    return layout.setup_py is not None or bool(of_cfg.values or of_cfg.computed)


def imported_from_beside(layout: Layout) -> str:
    """Return what setup.py imports from its own folder; empty where it does not, or makes that possible itself.

    Where a build backend is named, the folder is not on the path (PEP 517); without one setuptools puts it there, as
    it always did (`setuptools.build_meta:__legacy__`).
    """
    text = layout.setup_py or ""
    if re.search(r"\bsys\.path\b", text):
        return ""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        for name in names:
            if name.partition(".")[0] in layout.beside - {"setup"}:
                return name
    return ""


def leaves_data_out(layout: Layout, declared: Declared) -> bool:
    """Whether the wheel has no data by MANIFEST.in; with a [project] table setuptools would add them."""
    known = "include_package_data" in declared.values or "include_package_data" in declared.computed
    return is_old(layout) and layout.has_manifest_in and not known and not declared.computed >= FIELDS.keys()


def old_advice(layout: Layout, declared: Declared, imported: str) -> Iterator[str]:
    """Yield what of the old files a person has to decide on; `imported` is what keeps a backend from being named."""
    if not is_old(layout):
        return
    yield from import_advice(imported)
    if "python_requires" not in {*declared.values, *declared.computed}:
        yield 'Nothing says which Pythons the project runs on; requires-python would, as in requires-python = ">=3.11".'
    yield from _about_the_readme(layout, declared)
    of_cfg = setup_files.read(layout.setup_cfg, None).values.keys() & FIELDS.keys()
    of_script = setup_files.read(None, layout.setup_py).values.keys() & FIELDS.keys()
    files = [name for name, said in (("setup.cfg", of_cfg), ("setup.py", of_script)) if said]
    if files:
        yield f"What [project] has now can go from {' and '.join(files)}: setuptools takes it from pyproject.toml."


def import_advice(imported: str) -> Iterator[str]:
    """Yield why no backend is named, where setup.py imports something from its own folder."""
    if imported:
        yield (
            f"setup.py imports {imported} from its own folder, which works only where no build-backend is named: so"
            " none is. To name one, begin setup.py with: import os, sys; sys.path.insert(0, os.path.dirname(__file__))"
        )


def _about_the_readme(layout: Layout, declared: Declared) -> Iterator[str]:
    if not layout.readme:
        return
    file = "setup.cfg" if "long_description" in setup_files.read(layout.setup_cfg, None).computed else "setup.py"
    said = declared.text("long_description")
    if "long_description" in declared.computed:
        yield (
            f"{file} puts the description together (long_description); [project] takes {layout.readme} alone."
            " Compare: pypublish preview shows the page."
        )
    elif said and said != layout.readme_text.strip():
        yield f"{file} has a description of its own; [project] takes {layout.readme} instead."
