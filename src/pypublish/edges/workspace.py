"""What is built: a clean clone of the commit, so that neither stale build outputs nor untracked files get in.

Without a tag, the tracked files as they stand; outside git, a copy of the folder; and the tree itself where the
project wants it so, or a clone would lack files.
"""

from __future__ import annotations

import shutil
import stat
from pathlib import Path

from pypublish.building import SourceOrigin, Workspace
from pypublish.edges import git
from pypublish.edges.world import World
from pypublish.errors import ToolError

REMAINS = {
    "__pycache__", ".tox", ".nox", ".eggs", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis",
}  # fmt: skip
"""Folders that no build reads: left out of a copy wherever they are."""

PROJECT = "project"
"""The name where the folder has none."""

OUTPUTS = {"build", "dist"}
"""Left out of a copy at the top level, unless they are packages."""


def prepare(
    root: Path,
    target: Path,
    repository: git.Repository | None,
    world: World,
    *,
    in_tree: bool,
    as_it_stands: bool,
    leave_out: tuple[Path, ...] = (),
) -> Workspace:
    """Make the workspace for the project at `root` in the folder `target`, which is not there yet.

    It keeps the name of the folder that it stands for: some backends read a version or a name from that.
    `as_it_stands` takes uncommitted changes in. `leave_out` are folders of ours, never to be copied.

    Raises:
        ToolError: git failed, or files could not be copied.

    """
    root = root.resolve()
    try:
        if in_tree:
            return _in_place(root, repository, world)
        if repository is None:
            return _copy(root, target / (root.name or PROJECT), leave_out)
        files = git.tracked_files(repository, world)
        if not _is_tracked(files, repository.prefix):
            reason = "there is no commit yet" if repository.commit is None else "git does not track the folder"
            return _copy(root, target / (root.name or PROJECT), leave_out, reason=reason)
        if any(file.mode == git.SUBMODULE for file in files):
            return _in_place(root, repository, world, reason="the repository has submodules")
        if git.uses_lfs(repository, files):
            return _in_place(root, repository, world, reason="the repository keeps files in git-lfs")
        return _clone(repository, target / (repository.toplevel.name or PROJECT), world, as_it_stands=as_it_stands)
    except OSError as error:
        raise ToolError(
            f"the files to build from could not be copied: {error.filename or root}: {error.strerror or error}",
            hint="Look at the file's permissions and at the space on the disk.",
        ) from None


def _in_place(root: Path, repository: git.Repository | None, world: World, *, reason: str = "") -> Workspace:
    found = git.status(repository, world) if repository is not None else git.Status(changed=(), untracked=())
    return Workspace(
        root=root, origin=SourceOrigin.IN_TREE, changed=found.changed, untracked=found.untracked, reason=reason
    )


def _is_tracked(files: tuple[git.TrackedFile, ...], prefix: str) -> bool:
    return any(file.path.startswith(f"{prefix}/" if prefix else "") for file in files)


def _clone(repository: git.Repository, target: Path, world: World, *, as_it_stands: bool) -> Workspace:
    target.parent.mkdir(parents=True)
    git.clone(repository, target, world)
    found = git.status(repository, world)
    take_over = as_it_stands and bool(found.changed)
    if take_over:
        for path in found.changed:
            _take_over(repository.toplevel / path, target / path)
        git.record_all(target, world)
    return Workspace(
        root=target / repository.prefix,
        origin=SourceOrigin.AS_IT_STANDS if take_over else SourceOrigin.COMMIT,
        changed=found.changed,
        untracked=found.untracked,
    )


def _take_over(source: Path, target: Path) -> None:
    if target.is_symlink() or target.is_file():
        target.unlink()
    elif target.is_dir():
        shutil.rmtree(target)
    if source.is_symlink() or source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target, follow_symlinks=False)


def _copy(root: Path, target: Path, leave_out: tuple[Path, ...], *, reason: str = "") -> Workspace:
    ours = {path.resolve() for path in leave_out}

    def ignored(folder: str, names: list[str]) -> set[str]:
        paths = [Path(folder, name) for name in names]
        return {path.name for path in paths if path in ours or _is_no_source(path, at_top=path.parent == root)}

    shutil.copytree(root, target, symlinks=True, ignore=ignored)
    return Workspace(root=target, origin=SourceOrigin.COPY, reason=reason)


def _is_no_source(path: Path, *, at_top: bool) -> bool:
    mode = path.lstat().st_mode
    if not stat.S_ISDIR(mode):
        return path.suffix == ".pyc" or not (stat.S_ISREG(mode) or stat.S_ISLNK(mode))
    return (
        path.name in REMAINS
        or path.suffix == ".egg-info"
        or (path / "pyvenv.cfg").is_file()
        or (at_top and path.name in OUTPUTS and not (path / "__init__.py").exists())
    )
