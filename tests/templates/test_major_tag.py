"""The tag of our own major version, as the job of our release workflow moves it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

GH = """\
#!/bin/sh
case " $* " in
  *" PATCH "*) [ -e "$MOVES" ] || { echo 'gh: Reference does not exist (HTTP 422)' >&2; exit 1; } ;;
esac
echo "$*" >> "$ASKED"
"""
"""In the place of GitHub's own command: it refuses to move a tag that there is not."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with releases of two major versions, each tag at a commit of its own."""
    repository = tmp_path / "repository"
    repository.mkdir()
    git(repository, "init", "--quiet")
    for tag in ("v1.2.3", "v1.9.0", "v1.10.0", "v1.11.0rc1", "v2.0.0"):
        git(repository, "commit", "--quiet", "--allow-empty", "--message", tag)
        git(repository, "tag", "--annotate", "--message", tag, tag)
    git(repository, "tag", "v1", "v1.2.3^{commit}")
    return repository


def git(repository: Path, *args: str) -> str:
    who = {f"GIT_{name}_{what}": "m" for name in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **who}
    done = subprocess.run(["git", *args], cwd=repository, env=environ, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def move(root: Path, repository: Path, tag: str, *, exists: bool = True) -> list[str]:
    """Run the job's script after the release of a tag; return what GitHub was asked to do."""
    workflow: dict[str, Any] = yaml.safe_load((root / ".github" / "workflows" / "release.yml").read_text())
    step = workflow["jobs"]["move-major-tag"]["steps"][1]
    programs, asked, moves = repository.parent / "bin", repository.parent / "asked", repository.parent / "moves"
    programs.mkdir()
    asked.touch()
    if exists:
        moves.touch()
    (programs / "gh").write_text(GH)
    (programs / "gh").chmod(0o755)
    subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=repository,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_REPOSITORY": "org/pypublish-action",
            "TAG": tag,
            "ASKED": str(asked),
            "MOVES": str(moves),
        },
        check=True,
        capture_output=True,
    )
    return asked.read_text().splitlines()


def test_it_moves_to_the_commit_of_the_newest_release(root: Path, clone: Path) -> None:
    commit = git(clone, "rev-parse", "v1.10.0^{commit}")
    (asked,) = move(root, clone, "v1.10.0")
    assert asked == (
        f"api --method PATCH repos/org/pypublish-action/git/refs/tags/v1 --raw-field sha={commit} --field force=true"
    )


def test_the_first_release_of_a_major_version_makes_it(root: Path, clone: Path) -> None:
    commit = git(clone, "rev-parse", "v2.0.0^{commit}")
    (asked,) = move(root, clone, "v2.0.0", exists=False)
    assert asked == (
        f"api --method POST repos/org/pypublish-action/git/refs --raw-field ref=refs/tags/v2 --raw-field sha={commit}"
    )


@pytest.mark.parametrize("tag", ["v1.9.0", "v1.11.0rc1"])
def test_neither_an_older_release_nor_a_pre_release_moves_it(root: Path, clone: Path, tag: str) -> None:
    assert move(root, clone, tag) == []
