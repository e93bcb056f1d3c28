"""Look at a repository before anything is written: where it is, which packages it releases, how it tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pypublish.checks import setup_files
from pypublish.checks.compiled import compiled_by
from pypublish.checks.described import PYPROJECT
from pypublish.checks.project import Source, describe, parse, project_has_pyproject
from pypublish.checks.publishing import format_by_filters
from pypublish.checks.released_packages import Candidate, choose, is_released, workspace_patterns
from pypublish.checks.repository_host import hosting
from pypublish.checks.setup_files import Declared
from pypublish.checks.setup_plan import Package, Survey
from pypublish.checks.tag_formats import OF_ONE, OF_SEVERAL, written_so_far
from pypublish.checks.tags import version_of_tag
from pypublish.checks.version_source import Origin, VersionSource, version_source
from pypublish.edges import git, git_refs, own_files
from pypublish.edges.projects_below import members, project_folders
from pypublish.edges.tree import read_text, read_tree
from pypublish.edges.workflows import read_workflows
from pypublish.edges.world import World
from pypublish.errors import SettingsError, UsageError
from pypublish.model import Project
from pypublish.pypi.names import is_valid, normalise
from pypublish.settings import parse as parse_settings

NEWEST = 50
"""Tags that are looked at: how somebody tags is told by the last few."""

_PROPOSE = "Or let pypublish init --packaging propose it."


def survey(path: Path, names: Sequence[str], world: World) -> Survey:
    """Look at the project at `path`, or, where that is a repository of several, at all of them.

    `names` are the packages that are wanted, where not all are.

    Raises:
        UsageError: there is no such folder, no project in it, none of that name, or one that does not read.
        SettingsError: a `[tool.pypublish]` has mistakes.
        ToolMissingError: there is a repository, but no git.

    """
    path = path.resolve()
    root = read_tree(path).root
    repository = git.find_repository(root, world)
    top = repository.toplevel if repository is not None else root
    folder = root.relative_to(top).as_posix()
    found = candidates(top)
    released, left = _released(found)
    chosen = _chosen(top, found, released, folder, names)
    tags = git_refs.tags(repository, world, most=NEWEST) if repository is not None else ()
    beside = tuple(one.name for one in released if one not in chosen)
    several = len(chosen) + len(beside) > 1
    if several:
        usual = _usual_format(tags, [one.name for one in (*chosen, *released)])
    else:
        usual = (None if tags else format_by_filters(read_workflows(top), chosen[0].name)) or OF_ONE
    return Survey(
        top=top,
        in_git=repository is not None,
        hosting=hosting(git.remotes(repository, world) if repository is not None else {}),
        default_branch=git_refs.default_branch(repository, world) if repository is not None else "",
        has_no_history=repository is not None and repository.is_shallow and not tags,
        packages=tuple(_package(one, tags, usual, several=several) for one in chosen),
        others=left,
        neighbours=beside,
        files=own_files.names(top),
    )


def candidates(top: Path) -> tuple[Candidate, ...]:
    """Return every project of a repository that has a pyproject.toml which can be read from the disk."""
    found = []
    for folder in project_folders(top):
        try:
            source = parse(read_tree(top / folder))
        except UsageError:
            continue  # it is beside the one that is asked for, or is read again and said then
        found.append(Candidate(folder=folder, source=source, elsewhere=_elsewhere(source)))
    return tuple(found)


def _elsewhere(source: Source) -> Declared:
    if source.table("project") or source.tree.files.isdisjoint({"setup.cfg", "setup.py"}):
        return Declared()
    root = source.tree.root
    return setup_files.read(read_text(root, "setup.cfg"), read_text(root, "setup.py"))


def name_of(source: Source) -> str:
    """Return the name of a project, also where setup.cfg or setup.py has it; empty where nobody can tell it."""
    return Candidate(folder=".", source=source, elsewhere=_elsewhere(source)).name


def released_names(top: Path) -> tuple[str, ...]:
    """Return the names of the packages that a repository releases."""
    return tuple(one.name for one in _released(candidates(top))[0])


def _released(found: tuple[Candidate, ...]) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
    root = next((one.source for one in found if one.folder == "."), None)
    patterns, excluded = workspace_patterns(root) if root is not None else ((), ())
    return choose(found, members((one.folder for one in found), patterns, excluded))


def _chosen(
    top: Path, found: Sequence[Candidate], released: Sequence[Candidate], folder: str, names: Sequence[str]
) -> tuple[Candidate, ...]:
    here = next((one for one in found if one.folder == folder), None)
    if here is not None and here.source.syntax_error:
        line = f":{here.source.syntax_line}" if here.source.syntax_line else ""
        raise UsageError(
            f"{PYPROJECT}{line} does not read: {here.source.syntax_error}",
            hint="Mend it first: init reads from it what the project is.",
        )
    if names:
        return tuple(_named(found, name) for name in names)
    if here is not None and (folder != "." or is_released(here)):
        if not is_released(here):
            raise _nothing_to_release(here.source)
        return tuple(released) if folder == "." else (here,)
    if not released or folder != ".":
        raise _no_project(found, folder, top / folder)
    return tuple(released)


def _named(found: Sequence[Candidate], name: str) -> Candidate:
    wanted = next((one for one in found if one.name and normalise(one.name) == normalise(name)), None)
    if wanted is None:
        known = ", ".join(one.name for one in found if one.name) or "none"
        raise UsageError(f"there is no package {name!r} in the repository", hint=f"There are: {known}.")
    return wanted


def _no_project(found: Sequence[Candidate], folder: str, root: Path) -> UsageError:
    here = next((one.source for one in found if one.folder == folder), None)
    if here is not None:
        return _nothing_to_release(here)
    (lacking,) = project_has_pyproject(parse(read_tree(root)))
    return UsageError(lacking.message, hint=lacking.hint or f"{project_has_pyproject.fix} {_PROPOSE}")


def _nothing_to_release(source: Source) -> UsageError:
    project = describe(source)
    if project is None or not project.name:
        elsewhere = source.metadata_elsewhere
        where = f"; its name stands in {elsewhere}" if elsewhere else ""
        return UsageError(
            f"{PYPROJECT} does not name the project{where}",
            hint=f'Add the lines [project] and name = "…" to it: the name is what PyPI is told. {_PROPOSE}',
        )
    return UsageError(
        f"{project.name} is not meant to be published: pyproject.toml says so",
        hint="Remove the classifier that begins with Private ::, or add a [build-system] table.",
    )


def _usual_format(tags: Sequence[str], names: Sequence[str]) -> str:
    """Return how the packages of the repository that have been released are tagged: the others are likely to be so."""
    formats = (written_so_far(tags, name, several=True) for name in names)
    return next((one for one in formats if one is not None), OF_SEVERAL)


def _package(one: Candidate, tags: tuple[str, ...], usual: str, *, several: bool) -> Package:
    project, name = describe(one.source), one.name
    if project is None or is_valid(name) is not None:
        raise UsageError(
            f"{name!r} is no name for a package",
            hint="PyPI takes ASCII letters, digits, '.', '_' and '-', with a letter or digit at both ends.",
        )
    if "${{" in one.folder or not one.folder.isprintable():
        raise UsageError(f"the folder {one.folder!r} cannot be named in a workflow", hint="Rename it.")
    table = one.source.table("tool").get("pypublish")
    try:
        settings = parse_settings(table)
    except SettingsError as error:
        where = "" if one.folder == "." else f"{one.folder}: "
        raise SettingsError(f"{where}{error}", hint=error.hint) from None
    so_far = written_so_far(tags, name, several=several) or usual
    if not project.name:  # the stages that read tags know only the name in pyproject.toml
        so_far = so_far.replace("{name}", name)
    package = Package(
        name=name,
        folder=one.folder,
        source=one.source,
        settings=settings,
        has_settings=table is not None,
        tag_format=settings.tag_format,
        version=project.version or one.elsewhere.text("version") or None,
        version_source=_version_source(one, project),
        compiled_by=compiled_by(
            project.backend,
            project.build_requires,
            read_text(one.source.tree.root, "setup.py"),
            has_ext_modules="ext-modules" in one.source.table("tool", "setuptools"),
        ),
    )
    # Where a table stands already, what it says counts, also by silence: prepare reads it.
    tag_format = package.tag_format if table is not None else so_far
    own = tuple(tag for tag in tags if version_of_tag(tag, tag_format, name) is not None)
    return replace(package, tag_format=tag_format, tags=own)


def _version_source(one: Candidate, project: Project) -> VersionSource:
    found, root = version_source(project), one.source.tree.root
    if found.origin is Origin.BACKEND and one.elsewhere.text("version"):
        in_cfg = setup_files.read(read_text(root, "setup.cfg"), None).text("version")
        return VersionSource(origin=Origin.FILE, files=("setup.cfg" if in_cfg else "setup.py",), attribute="version")
    there = tuple(name for name in found.files if read_text(root, name) is not None)
    return replace(found, files=there or found.files)
