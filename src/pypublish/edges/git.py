"""What git knows of a source tree: its commit, its tags, and how the tree differs from them.

Paths go in and come out separated by NUL; nothing that a repository contains can become an option.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pypublish.edges import process
from pypublish.edges.git_command import ask, text, trust
from pypublish.edges.world import World
from pypublish.errors import ToolError, ToolMissingError
from pypublish.model import VersionIdentifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A working tree that git keeps, and the project's place in it."""

    toplevel: Path
    prefix: str
    """The project's folder in it, with slashes; empty at the top level."""
    commit: str | None
    """None while there is no commit yet."""
    is_shallow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedFile:
    """A file of a commit."""

    path: str
    mode: str
    """Octal: 100644, 100755 (executable), 120000 (symbolic link), 160000 (submodule)."""
    blob: str


SUBMODULE = "160000"


def find_repository(path: Path, world: World) -> Repository | None:
    """Return the repository that `path` lies in; None where there is none.

    Raises:
        ToolMissingError: there is a repository, but no git.
        ToolError: git refuses to read it.

    """
    path = path.resolve()
    try:
        asked = _look(path, world)
    except ToolMissingError:
        if not any((folder / ".git").exists() for folder in (path, *path.parents)):
            return None
        raise ToolMissingError(
            f"{path} is in a git repository, but there is no git on this machine, so the commit is unknown",
            hint="Install git, or put it on PATH.",
        ) from None
    inside, shallow, up, head = (*asked.stdout.splitlines(), "", "", "", "")[:4]
    if inside != "true":
        _explain_refusal(path, asked)
        return None
    # As steps and not as a path, because a path may have any character in it.
    toplevel = path.parents[up.count("..") - 1] if up else path
    prefix = path.relative_to(toplevel).as_posix()
    return Repository(
        toplevel=toplevel,
        prefix="" if prefix == "." else prefix,
        commit=head if asked.returncode == 0 else None,
        is_shallow=shallow == "true",
    )


def _look(path: Path, world: World) -> process.Completed:
    questions = ("rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-cdup", "HEAD")
    asked = ask(path, *questions, world=world, check=False)
    if _is_somebody_elses(asked):
        trusting = ask(path, *questions, world=world, check=False, as_user=True)
        if not _is_somebody_elses(trusting):
            trust(world)
            return trusting
    return asked


def commit_time(repository: Repository, world: World) -> int:
    """Return when the commit was made, in seconds since 1970."""
    return int(ask(repository.toplevel, "log", "-1", "--format=%ct", _commit(repository), world=world).stdout)


def tags_at_commit(repository: Repository, world: World) -> tuple[str, ...]:
    """Return the tags that the commit bears, by name."""
    listed = ask(
        repository.toplevel, "tag", "--list", f"--points-at={_commit(repository)}", "--format=%(refname)", world=world
    )
    return tuple(line.removeprefix("refs/tags/") for line in text(listed.out).split("\n") if line)


def commit_of_tag(repository: Repository, tag: str, world: World) -> str | None:
    """Return the commit that a tag names; None where there is no such tag here."""
    # Not rev-parse: to that, the "tag" v1~1 is the commit before v1.
    asked = ask(
        repository.toplevel, "show-ref", "--verify", "--dereference", f"refs/tags/{tag}", world=world, check=False
    )
    return asked.stdout.splitlines()[-1].partition(" ")[0] if asked.returncode == 0 else None


def describe(repository: Repository, tag_glob: str, world: World) -> VersionIdentifier:
    """Return the nearest tag that `tag_glob` matches, the commits since, and whether tracked files changed."""
    dirty = bool(changes(repository, world))
    if repository.commit is None:
        return VersionIdentifier(tag=None, commits_since=0, commit=None, dirty=dirty, shallow=repository.is_shallow)
    asked = ask(
        repository.toplevel, "describe", "--tags", "--long", f"--match={tag_glob}", repository.commit,
        world=world, check=False,
    )  # fmt: skip
    if asked.returncode == 0:
        tag, since, _ = text(asked.out).strip().rsplit("-", 2)
    else:
        tag = ""
        since = ask(repository.toplevel, "rev-list", "--count", repository.commit, world=world).stdout
    return VersionIdentifier(
        tag=tag or None,
        commits_since=int(since),
        commit=repository.commit,
        dirty=dirty,
        shallow=repository.is_shallow,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How a tree differs from its commit; paths are relative to the top level."""

    changed: tuple[str, ...]
    """Tracked files that are not as the commit has them."""
    untracked: tuple[str, ...]
    """What is neither tracked nor ignored; a folder ends in `/`."""


def status(repository: Repository, world: World) -> Status:
    """Compare the tree with the commit."""
    # As the user's own git sees it: what his configuration filters (LFS, line endings) or ignores has not changed.
    answer = ask(
        repository.toplevel,
        "status", "--porcelain=v2", "-z", "--untracked-files=normal", "--ignore-submodules=none", "--no-renames",
        world=world, as_user=True,
    )  # fmt: skip
    changed, untracked = [], []
    for entry in text(answer.out).split("\0"):
        match entry[:1]:
            case "?":
                untracked.append(entry[2:])
            case "1":
                changed.append(entry.split(" ", 8)[-1])
            case "u":
                changed.append(entry.split(" ", 10)[-1])
            case _:
                pass  # the end
    return Status(changed=tuple(changed), untracked=tuple(untracked))


def changes(repository: Repository, world: World) -> tuple[str, ...]:
    """Return the tracked files that are not as the commit has them, relative to the top level."""
    return status(repository, world).changed


def tracked_files(repository: Repository, world: World) -> tuple[TrackedFile, ...]:
    """Return the files of the commit, relative to the top level; none while there is no commit."""
    if repository.commit is None:
        return ()
    listed = ask(repository.toplevel, "ls-tree", "-r", "-z", "--full-tree", repository.commit, world=world)
    found = []
    for entry in text(listed.out).split("\0")[:-1]:
        facts, _, path = entry.partition("\t")
        mode, _, blob = facts.split(" ")
        found.append(TrackedFile(path=path, mode=mode, blob=blob))
    return tuple(found)


def uses_lfs(repository: Repository, files: tuple[TrackedFile, ...]) -> bool:
    """Whether some of the files are kept by git-lfs, so that a plain checkout has pointers in their place."""
    attributes = (repository.toplevel / file.path for file in files if file.path.endswith(".gitattributes"))
    return any("filter=lfs" in path.read_text("utf-8", "replace") for path in attributes if path.is_file())


def remotes(repository: Repository, world: World) -> dict[str, str]:
    """Return the address of each remote, without credentials."""
    asked = ask(repository.toplevel, "config", "--null", "--get-regexp", r"^remote\..*\.url$", world=world, check=False)
    settings = (entry.partition("\n") for entry in text(asked.out).split("\0")[:-1])
    return {key.removeprefix("remote.").removesuffix(".url"): _without_credentials(url) for key, _, url in settings}


def origin_url(repository: Repository, world: World) -> str | None:
    """Return where the repository comes from: the address of `origin`, or of the only remote there is."""
    known = remotes(repository, world)
    return known.get("origin") or (next(iter(known.values())) if len(known) == 1 else None)


def clone(repository: Repository, target: Path, world: World) -> None:
    """Make a clone of the commit that borrows the objects of `repository`: all tags, no local branch, no hooks."""
    ask(
        repository.toplevel,
        "clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", str(repository.toplevel), str(target),
        world=world,
    )  # fmt: skip
    ask(target, "checkout", "--quiet", "--detach", _commit(repository), world=world)
    # A backend may ask where the project comes from; the folder that it was cloned from is no answer to that.
    url = origin_url(repository, world)
    if url is None:
        ask(target, "config", "--remove-section", "remote.origin", world=world)
    else:
        ask(target, "config", "remote.origin.url", url, world=world)


def record_all(toplevel: Path, world: World) -> None:
    """Let the index be the tree as it stands, so that those who ask git for tracked files get these."""
    ask(toplevel, "add", "--all", "--force", "--", ".", world=world)


def _commit(repository: Repository) -> str:
    if repository.commit is None:
        raise ToolError(f"{repository.toplevel} has no commit yet", hint="Commit first: git commit.")
    return repository.commit


def _is_somebody_elses(asked: process.Completed) -> bool:
    return asked.returncode != 0 and "dubious ownership" in asked.stderr


def _explain_refusal(path: Path, asked: process.Completed) -> None:
    """Raise when git found a repository that it does not read, so that it is not taken for none."""
    if asked.returncode == 0 or "not a git repository" in asked.stderr:
        return
    raise ToolError(
        f"git does not read the repository that {path} lies in",
        hint=f"It belongs to somebody else. If you trust it: git config --global --add safe.directory {path}"
        if _is_somebody_elses(asked)
        else "Run git status there and mend what it says.",
        output=asked.tail,
    )


def _without_credentials(url: str) -> str:
    return re.sub(r"^(https?://)[^/]*@", r"\1", url)
