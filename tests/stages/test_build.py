"""The stage build: from a project to two files, a record of what made them, and findings."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish import __version__
from pypublish.edges.world import Clock, World
from pypublish.findings import Outcome
from pypublish.model import BuildRecord, Project, Release
from pypublish.settings import Settings
from pypublish.stages.build import Built, build, start_environment
from tests import projects
from tests.processes import has_ended

SDIST, WHEEL = "hello-1.2.0.tar.gz", "hello-1.2.0-py3-none-any.whl"


def project(root: Path) -> Project:
    return Project(
        root=root,
        name="hello",
        version="1.2.0",
        backend="own_backend",
        build_requires=(),
        metadata={},
        tool={},
        lines={},
    )


RELEASE = Release(name="hello", version="1.2.0", tag="v1.2.0", commit="1" * 40, epoch=1_700_000_000)
REHEARSAL = replace(RELEASE, tag=None)

Stage = Callable[..., Outcome[Built]]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tmp_path / "hello"


@pytest.fixture
def stage(tree: Path, world: World) -> Stage:
    here = replace(world, clock=Clock(now=lambda: 1_795_000_000.5))

    def stage(
        files: Mapping[str, str],
        *,
        release: Release = RELEASE,
        tags: tuple[str, ...] = ("v1.2.0",),
        settings: Settings | None = None,
        edits: Mapping[str, str] = {},
        **options: object,
    ) -> Outcome[Built]:
        projects.write(tree, files)
        if tags:
            release = replace(release, commit=projects.commit(tree, *tags))
        projects.write(tree, edits)
        return build(
            project(tree),
            release,
            settings or Settings(),
            here,
            out=tree.parent / "out",
            **options,  # type: ignore[arg-type] # as they come
        )

    return stage


def told(outcome: Outcome[Built]) -> list[str]:
    return [f"{found.severity} {found.check}: {found.message.splitlines()[0]}" for found in outcome.findings]


def test_two_files_and_a_record_of_what_made_them(stage: Stage, tree: Path) -> None:
    outcome = stage(projects.with_own_backend(), runner="Linux X64")

    assert outcome.ok
    assert outcome.findings == ()
    assert outcome.value is not None
    assert [file.name for file in outcome.value.files] == [SDIST, WHEEL]
    assert re.fullmatch(rf"{re.escape(SDIST)} \d\.\d kB, {re.escape(WHEEL)} \d+ B", outcome.summary)
    assert (outcome.value.source / "hello.py").exists()
    assert not outcome.value.source.is_relative_to(tree)
    record = outcome.value.record
    assert record == BuildRecord(
        backend="own_backend",
        requirements={},
        python=sys.version.split()[0],
        frontend=record.frontend,
        uv=record.uv,
        commit=projects.git(tree, "rev-parse", "HEAD").strip(),
        tag="v1.2.0",
        runner="Linux X64",
        built_at="2026-11-18T11:06:40Z",
    )
    assert record.frontend.startswith(f"pypublish {__version__} (build 1.")
    assert record.uv.count(".") == 2


def test_a_release_is_built_from_its_commit_alone(stage: Stage) -> None:
    outcome = stage(projects.with_own_backend(), edits={"hello.py": "changed", "new.py": ""})

    assert outcome.ok
    assert told(outcome) == [
        "note tree-has-no-untracked-files: left out of the build, because git does not track it: new.py"
    ]
    assert outcome.value is not None
    assert outcome.value.record.commit is not None
    assert "dirty" not in outcome.value.record.commit


def test_without_a_tag_the_tree_is_built_as_it_stands(stage: Stage) -> None:
    outcome = stage(projects.with_own_backend(), release=REHEARSAL, edits={"hello.py": "changed"})

    assert outcome.findings == ()  # validate has said it
    assert outcome.value is not None
    assert (outcome.value.source / "hello.py").read_text() == "changed"
    assert outcome.value.record.commit is not None
    assert outcome.value.record.commit.endswith("-dirty")


def test_outside_git_a_copy_is_built(stage: Stage) -> None:
    outcome = stage(projects.with_own_backend(), tags=())

    assert outcome.ok
    assert told(outcome) == ["note build-is-from-a-clone: built from a copy of the folder: it is in no git repository"]


def test_in_tree_what_is_generated_gets_in(stage: Stage, tree: Path) -> None:
    outcome = stage(projects.with_own_backend(), settings=Settings(in_tree=True), edits={"generated.py": ""})

    assert outcome.value is not None
    assert outcome.value.source == tree
    assert told(outcome) == [
        "note build-is-from-a-clone: built in the working tree; the tree has what the commit has not: generated.py"
    ]


def test_a_build_that_fails_is_a_finding_and_no_value(stage: Stage) -> None:
    outcome = stage(projects.with_own_backend("def build_wheel(*_):\n    raise RuntimeError('because')"))

    assert not outcome.ok
    assert outcome.value is None
    assert told(outcome) == [
        "error build-backend-succeeds: own_backend: build_wheel failed with exit code 1",
    ]
    assert outcome.findings[0].message.splitlines()[-1] == "RuntimeError: because"


def test_a_build_without_a_wheel_is_a_finding_and_no_value(stage: Stage) -> None:
    outcome = stage(projects.with_own_backend("def build_wheel(*_):\n    return 'gone.whl'"))

    assert not outcome.ok
    assert outcome.value is None
    assert outcome.summary.startswith(SDIST)
    assert WHEEL not in outcome.summary


def test_notes_of_the_backend_can_be_waived_with_a_reason(stage: Stage) -> None:
    warns = "print('warning: old key')"

    outcome = stage(
        projects.with_own_backend(warns), settings=Settings(ignore={"build-backend-warns-of-nothing": "known"})
    )

    assert [found.ignored for found in outcome.findings] == ["known"]


def test_files_are_delivered_while_the_build_goes_on(stage: Stage) -> None:
    delivered: list[str] = []

    stage(projects.with_own_backend(), deliver=lambda file: delivered.append(file.name))

    assert delivered == [SDIST, WHEEL]


def test_an_environment_that_was_started_before_is_used(stage: Stage, tree: Path, world: World) -> None:
    projects.write(tree, projects.with_own_backend())
    with ThreadPoolExecutor(1) as pool:
        room = start_environment(project(tree), Settings(), world, pool)
        outcome = stage({}, environment=room)

    assert outcome.ok
    assert outcome.value is not None
    assert outcome.value.source.is_relative_to(room.folder)


def test_an_environment_that_was_started_for_other_requirements_is_not(
    stage: Stage, tree: Path, tmp_path: Path, uv_cache: Path, world: World
) -> None:
    shelf = tmp_path / "shelf"
    projects.put_wheel(shelf, "helper", {"helper.py": ""})
    before = replace(world, environ={**world.environ, **projects.only(shelf, cache=uv_cache)})
    projects.write(tree, projects.with_own_backend(requires=("helper",)))
    with ThreadPoolExecutor(1) as pool:
        room = start_environment(project(tree), Settings(), before, pool)
        outcome = stage(projects.with_own_backend(), environment=room)

    assert outcome.value is not None
    assert outcome.value.record.requirements == {}


HANGS = """
    import subprocess, time
    def {hook}(*_):
        child = subprocess.Popen(["sleep", "600"])
        pathlib.Path({pids!r}).write_text(f"{{os.getpid()}} {{child.pid}}")
        open({ready!r}, "w").close()
        time.sleep(600)
    """

PYPUBLISH = """
import os, sys
from pathlib import Path
from pypublish.edges.world import World
from pypublish.model import Project, Release
from pypublish.settings import Settings
from pypublish.stages.build import build

root, scratch, out = map(Path, sys.argv[1:])
project = Project(
    root=root, name="", version=None, backend="", build_requires=(), metadata={}, tool={}, lines={}
)
release = Release(name="", version=None, tag=None, commit=None, epoch=0)
try:
    build(project, release, Settings(), World(environ=dict(os.environ), scratch=scratch), out=out)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals to send")
@pytest.mark.parametrize(
    ("where", "sent"),
    [
        ("in a hook", signal.SIGINT),
        ("in a forked hook", signal.SIGINT),
        ("while a requirement is built", signal.SIGINT),
        ("in a forked hook", signal.SIGKILL),
    ],
)
def test_a_signal_leaves_no_process(where: str, sent: signal.Signals, tmp_path: Path, uv_cache: Path) -> None:
    # To pypublish alone, as a runner sends it; the terminal's goes to the group, which a build is not in.
    shelf, ready, pids = tmp_path / "shelf", tmp_path / "ready", tmp_path / "pids"
    hook = "build_wheel" if where == "while a requirement is built" else "build_sdist"
    hangs = HANGS.format(hook=hook, pids=str(pids), ready=str(ready))
    if where == "in a forked hook":
        files = projects.with_installed_backend(shelf, hangs)
    elif where == "in a hook":
        files = projects.with_own_backend(hangs)
    else:
        shelf.mkdir()
        with tarfile.open(shelf / SDIST, "w:gz") as archive:
            archive.add(projects.write(shelf / "tree", projects.with_own_backend(hangs)), "hello-1.2.0")
        files = projects.with_own_backend(requires=("hello",))
    projects.write(tmp_path / "hello", files)
    (tmp_path / "scratch").mkdir()
    os.mkfifo(ready)
    started = subprocess.Popen(
        [sys.executable, "-c", PYPUBLISH, *(str(tmp_path / name) for name in ("hello", "scratch", "out"))],
        env={**os.environ, **projects.only(shelf, cache=uv_cache), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with ready.open():
        started.send_signal(sent)

    assert started.wait(30) == (130 if sent is signal.SIGINT else -sent)
    assert [has_ended(int(pid)) for pid in pids.read_text().split()] == [True, True]
    assert not (tmp_path / "out").exists()
