"""What the pyproject.toml of an empty or an old project lacks: the whole file as it could be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pypublish.checks import setup_files
from pypublish.checks.license_text import LICENSE_CLASSIFIER, ONLY
from pypublish.checks.packaging_backend import (
    alike,
    laid_out,
    leave_data_out,
    name_backend,
    nested,
    takes_expressions,
    tell_backend,
    texts,
)
from pypublish.checks.packaging_fields import (
    authors,
    classifiers_of,
    dependencies,
    description,
    keywords,
    license_of,
    project_name,
    pythons,
    urls,
)
from pypublish.checks.packaging_old import import_advice, imported_from_beside, is_old, leaves_data_out, old_advice
from pypublish.checks.setup_files import FIELDS, Declared, groups
from pypublish.layout import ImportPackage, Layout

if TYPE_CHECKING:
    from tomlkit.items import Table

FIRST_VERSION = "0.1.0"

_NAMELESS = (
    "setup.py computes the project's name, so no [project] table is proposed: add one with name and what else does not"
    " change, and name the rest in its dynamic list."
)

OTHER_TABLES = ("poetry", "flit")
"""Tables of [tool] with the metadata of a build tool that knows nothing of [project], or not of it alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What would be written, and what a person has to know of it."""

    pyproject: str
    files: Mapping[str, str] = field(default_factory=dict)
    """Further files that are not there yet: path from the root, with slashes -> content."""
    advice: tuple[str, ...] = ()
    """What was assumed, and what is left to do by hand."""


def propose(layout: Layout) -> Proposal:
    """Return the pyproject.toml of a tree with what it lacks; what is there stays as it is, comments included.

    Raises:
        tomlkit.exceptions.ParseError: the pyproject.toml there does not read.

    """
    import tomlkit

    document = tomlkit.parse(layout.pyproject or "")
    tool = document.get("tool")
    if other := next((name for name in OTHER_TABLES if isinstance(tool, Mapping) and name in tool), ""):
        return Proposal(
            pyproject=layout.pyproject or "",
            advice=(f"[tool.{other}] has the metadata; nothing is proposed beside it.",),
        )
    declared = setup_files.read(layout.setup_cfg, layout.setup_py)
    packages = layout.packages or (_new_package(layout),)
    files = dict(_new_files(layout, packages))
    advice: list[str] = []
    imported = "" if "build-system" in document else imported_from_beside(layout)
    backend = name_backend(
        document,
        old=layout.setup_py is not None or layout.setup_cfg is not None,
        unnamed=bool(imported),
    )
    nameless = "name" in declared.computed and "project" not in document
    if nameless and not alike(layout.repository.rpartition("/")[2], packages[0].name):
        return Proposal(pyproject=tomlkit.dumps(document), advice=(_NAMELESS, *import_advice(imported)))
    if nameless:
        advice.append(
            f"setup.py computes the project's name; {project_name(layout, packages)!r} is taken, as package and"
            " repository are called. Compare it with the one on PyPI."
        )
    project = nested(document, "project")
    proposed = _fields(project, layout, declared, packages)
    if not takes_expressions(document):
        del proposed["license"], proposed["license-files"]
        advice.append("The build requirements hold the backend below the version that knows licence expressions.")
    computed = _computed(layout, declared, packages)
    _add(project, proposed, computed, advice)
    if "version" not in declared.computed:
        tell_backend(document, backend, packages)
    if leaves_data_out(layout, declared):
        leave_data_out(document)
    advice += _by_hand(layout, declared, computed - _backends_own(packages), imported)
    return Proposal(pyproject=tomlkit.dumps(document), files=files, advice=tuple(advice))


def _fields(
    project: Table, layout: Layout, declared: Declared, packages: tuple[ImportPackage, ...]
) -> dict[str, object]:
    """Return what [project] could have, in the order in which people write it; empty where nothing is known."""
    given = declared.texts("classifiers")
    old = is_old(layout)
    version = declared.text("version") or layout.tag or FIRST_VERSION
    requires_python = declared.text("python_requires") or ("" if old else f">={pythons(given)[0]}")
    license_ = license_of(layout, declared, (*given, *texts(project.get("classifiers"))))
    return {
        "name": declared.text("name") or project_name(layout, packages),
        "version": version,
        "description": description(layout, declared, packages),
        "readme": layout.readme,
        "requires-python": requires_python,
        "license": license_,
        "license-files": list(layout.license_files),
        "authors": authors(declared, "author", layout.author),
        "maintainers": authors(declared, "maintainer"),
        "keywords": keywords(declared),
        "classifiers": list(
            classifiers_of(
                given,
                packages,
                version=str(project.get("version") or version),
                requires_python=requires_python,
                licensed=bool(license_),
                old=old,
            )
        ),
        "dependencies": dependencies(declared.texts("install_requires")),
        "optional-dependencies": {
            extra: dependencies(needed) for extra, needed in declared.table("extras_require").items() if extra
        },
        "scripts": groups(declared).get("console_scripts") or ({} if old else _scripts(project, layout, packages)),
        "gui-scripts": groups(declared).get("gui_scripts"),
        "entry-points": {
            group: points
            for group, points in groups(declared).items()
            if group not in {"console_scripts", "gui_scripts"}
        },
        "urls": urls(layout, declared),
    }


def _computed(layout: Layout, declared: Declared, packages: tuple[ImportPackage, ...]) -> set[str]:
    """Return the keys whose values only the backend can know."""
    found = {key for name in declared.computed for key in FIELDS.get(name, ())}
    if packages[0].version is not None and not declared.text("version"):
        found.add("version")
    # A name may not be dynamic, and the readme is mostly computed from the file that we have found.
    return found - ({"name", "readme"} if layout.readme else {"name"})


def _add(project: Table, proposed: Mapping[str, object], computed: set[str], advice: list[str]) -> None:
    listed = set(texts(project.get("dynamic")))
    dynamic = listed | (computed - project.keys())
    expression = proposed.get("license")
    if expression and isinstance(project.get("license"), Mapping):
        project["license"] = expression
    for key, value in proposed.items():
        if not value or key in project or key in dynamic:
            continue
        if key == "license-files" and isinstance(project.get("license"), Mapping):
            continue  # the old table and the new key exclude each other
        project.add(key, laid_out(value))
        advice += _assumed(key, value)
    if dynamic - listed:
        project["dynamic"] = sorted(dynamic)
    _one_license(project)


def _assumed(key: str, value: object) -> Iterator[str]:
    if key == "license" and str(value).endswith(ONLY):
        later = str(value).removesuffix(ONLY)
        yield f"The licence's text does not say whether later versions are meant too: if so, write {later}-or-later."
    if key == "version" and value == FIRST_VERSION:
        yield f"No version was found; {FIRST_VERSION} is a beginning."


def _one_license(project: Table) -> None:
    # A licence expression and licence classifiers exclude each other (PEP 639), and so does the old table.
    if not isinstance(project.get("license"), str):
        return
    given = project.get("classifiers")
    if isinstance(given, list):
        for classifier in [one for one in given if str(one).startswith(LICENSE_CLASSIFIER)]:
            given.remove(classifier)


def _scripts(project: Table, layout: Layout, packages: tuple[ImportPackage, ...]) -> dict[str, str]:
    name = str(project.get("name") or project_name(layout, packages))
    package = packages[0]
    if not package.has_main:
        return {}
    return {name: f"{package.name}:main" if package.is_module else f"{package.name}.__main__:main"}


def _new_package(layout: Layout) -> ImportPackage:
    words = re.sub(r"\W+", "_", project_name(layout, ()).replace("-", "_"), flags=re.ASCII)
    name = words if words.isidentifier() else f"project_{words}"
    return ImportPackage(name=name, path=f"src/{name}", typed=True)


def _new_files(layout: Layout, packages: tuple[ImportPackage, ...]) -> Iterator[tuple[str, str]]:
    if not layout.packages:
        package = packages[0]
        yield f"{package.path}/__init__.py", f'"""{package.name}: say here what it is for."""\n'
        yield f"{package.path}/py.typed", ""
        return
    for package in layout.packages:
        if package.annotated and not package.typed and not package.is_module:
            yield f"{package.path}/py.typed", ""


def _backends_own(packages: tuple[ImportPackage, ...]) -> set[str]:
    """Return the keys that the backend finds by what pyproject.toml tells it."""
    return {"version"} if packages[0].version is not None else set()


def _by_hand(layout: Layout, declared: Declared, computed: set[str], imported: str) -> Iterator[str]:
    if not layout.license_text:
        yield "There is no licence file: without one nobody may use the package. https://choosealicense.com helps."
    if not layout.readme:
        yield "There is no readme: the page on PyPI would be empty."
    if computed:
        file = "setup.py" if layout.setup_py is not None else "setup.cfg"
        yield f"{file} computes {', '.join(sorted(computed))}: that stays there, and [project] calls it dynamic."
    yield from old_advice(layout, declared, imported)
    if layout.has_requirements and not declared.texts("install_requires"):
        yield "requirements.txt was not taken over: dependencies should say what is needed, not what is pinned."
    if layout.packages and not any(package.path.startswith("src/") for package in layout.packages):
        yield (
            "The package lies beside the tests, so that they import the tree and not what was installed; "
            "moving it below src/ mends that."
        )
