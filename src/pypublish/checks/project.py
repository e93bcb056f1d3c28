"""The project before its build: whether there is one, whether it reads, whether it says what it is."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pypublish.checks.catalog import check
from pypublish.checks.described import PYPROJECT
from pypublish.checks.toml_lines import key_lines
from pypublish.findings import Location, Problem, Severity
from pypublish.model import DEFAULT_BACKEND, DEFAULT_REQUIRES, Project, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The subject: a tree, and what its pyproject.toml says, as far as it reads."""

    tree: Tree
    document: Mapping[str, object] | None
    lines: Mapping[str, int]
    syntax_error: str = ""
    syntax_line: int | None = None

    def table(self, *path: str) -> Mapping[str, object]:
        """Return a table of pyproject.toml; an empty one where there is none."""
        found: object = self.document or {}
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def where(self, key: str) -> Location:
        """Return the line of pyproject.toml that sets `key`."""
        return Location(file=PYPROJECT, line=self.lines.get(key))

    @property
    def metadata_elsewhere(self) -> str:
        """Return where else the metadata stand: in another file, or in a table of the build tool's own."""
        for name in ("setup.py", "setup.cfg"):
            if name in self.tree.files:
                return name
        for tool in ("poetry", "flit"):
            if self.table("tool", tool):
                return f"[tool.{tool}]"
        return ""


def parse(tree: Tree) -> Source:
    """Parse the tree's pyproject.toml; a file that does not read makes a source without a document."""
    if tree.pyproject is None:
        return Source(tree=tree, document=None, lines={})
    try:
        text = tree.pyproject.decode("utf-8")
        return Source(tree=tree, document=tomllib.loads(text), lines=key_lines(text))
    except UnicodeDecodeError as error:
        line = tree.pyproject.count(b"\n", 0, error.start) + 1
        return Source(tree=tree, document=None, lines={}, syntax_error="is not UTF-8", syntax_line=line)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        words, line_number = _where_it_breaks(str(error))
        return Source(tree=tree, document=None, lines={}, syntax_error=words, syntax_line=line_number)


def _where_it_breaks(words: str) -> tuple[str, int | None]:
    # tomllib says "… (at line 3, column 5)"; only newer Pythons have it as attributes.
    message, _, place = words.rpartition(" (at line ")
    number = place.partition(",")[0]
    return (message, int(number)) if number.isdigit() else (words, None)


def describe(source: Source) -> Project | None:
    """Return the project that the source describes; None where it describes none."""
    if source.document is None:
        return None
    metadata, system = source.table("project"), source.table("build-system")
    own = metadata or source.table("tool", "poetry")
    name, version = own.get("name"), own.get("version")
    # Plug-ins that find the version themselves have a placeholder there.
    static = isinstance(version, str) and (bool(metadata) or version.strip("0.") != "")
    backend, requires = system.get("build-backend"), system.get("requires")
    return Project(
        root=source.tree.root,
        name=name if isinstance(name, str) else "",
        version=str(version) if static else None,
        backend=backend if isinstance(backend, str) else DEFAULT_BACKEND,
        build_requires=tuple(map(str, requires)) if isinstance(requires, list) else DEFAULT_REQUIRES,
        metadata=metadata,
        tool=source.table("tool"),
        lines=source.lines,
    )


@check(Severity.ERROR)
def project_has_pyproject(source: Source) -> Iterator[Problem]:
    """The project has a pyproject.toml.

    It names the build backend; without it every front end guesses, and pypublish has nowhere to read its settings.

    Fix: add a pyproject.toml with a [build-system] and a [project] table
    (https://packaging.python.org/en/latest/guides/writing-pyproject-toml/).

    Example:
        $ cat pyproject.toml
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"

        [project]
        name = "hello"
        version = "1.2.0"

    """
    if source.tree.pyproject is None:
        other = next((name for name in ("setup.py", "setup.cfg") if name in source.tree.files), "")
        yield Problem(
            message=f"there is no pyproject.toml in {source.tree.root}",
            hint=(
                f"{other} can stay: pypublish init --packaging proposes a pyproject.toml that builds as it does."
                if other
                else ""
            ),
            where=Location(file=PYPROJECT),
        )


@check(Severity.ERROR)
def pyproject_is_toml(source: Source) -> Iterator[Problem]:
    """The pyproject.toml is valid TOML in UTF-8.

    No build front end reads it otherwise.

    Fix: mend the line that is named; https://toml.io describes the format.

    Example:
        - classifiers = ["Typing :: Typed"
        + classifiers = ["Typing :: Typed"]

    """
    if source.syntax_error:
        yield Problem(
            message=f"pyproject.toml does not read: {source.syntax_error}",
            where=Location(file=PYPROJECT, line=source.syntax_line),
        )


@check(Severity.ERROR)
def project_has_metadata(source: Source) -> Iterator[Problem]:
    """The [project] table names the project.

    PyPI shows what it says; a package without a name cannot be uploaded.

    Fix: add a [project] table with name and version.

    Example:
        [project]
        name = "hello"
        version = "1.2.0"

    """
    if source.document is None:
        return
    elsewhere = source.metadata_elsewhere
    if "project" not in source.document:
        if elsewhere:
            yield Problem(
                message=f"pyproject.toml has no [project] table; name and version stand in {elsewhere}",
                hint="That works, and they are compared after the build; in [project] they could be judged before it.",
                where=Location(file=PYPROJECT),
                severity=Severity.NOTE,
            )
        else:
            yield Problem(message="pyproject.toml has no [project] table", where=Location(file=PYPROJECT, line=1))


@check(Severity.ERROR)
def project_has_version(source: Source) -> Iterator[Problem]:
    """The project's version is either static or dynamic.

    A version that stands nowhere makes the build fail, or makes a release called 0.0.0.

    Fix: add version = "1.2.3" to [project], or dynamic = ["version"] and tell the build backend where it comes from.

    Example:
        [project]
        name = "hello"
        + version = "1.2.0"

    """
    if source.document is None or "project" not in source.document:
        return
    metadata = source.table("project")
    dynamic = metadata.get("dynamic")
    is_dynamic = isinstance(dynamic, list) and "version" in dynamic
    if "version" not in metadata and not is_dynamic:
        yield Problem(message='[project] has neither a version nor "version" in dynamic', where=source.where("project"))


@check(Severity.WARNING)
def project_names_its_backend(source: Source) -> Iterator[Problem]:
    """The [build-system] table names the build backend and what it needs.

    Without it front ends fall back to an old way of calling setuptools (PEP 517), which differs from machine to
    machine.

    Fix: add a [build-system] table with requires and build-backend. A setup.py that imports from its own folder has to
    begin with sys.path.insert(0, os.path.dirname(__file__)) then.

    Example:
        [build-system]
        requires = ["setuptools>=77"]
        build-backend = "setuptools.build_meta"

    """
    if source.document is not None and "build-backend" not in source.table("build-system"):
        yield Problem(message="pyproject.toml names no build-backend", where=source.where("build-system"))
