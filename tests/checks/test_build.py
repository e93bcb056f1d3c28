"""The build: for each check, what it finds and what it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.building import Attempt, BuildFailure, BuildFault, Made, SourceOrigin, Workspace
from pypublish.checks import build, catalog
from pypublish.checks.build import Build
from pypublish.checks.build_hints import hint_for
from pypublish.findings import Finding, Severity
from pypublish.model import ArtifactKind

SDIST, WHEEL = "hello-1.2.0.tar.gz", "hello-1.2.0-py3-none-any.whl"
GOOD = Build(
    workspace=Workspace(root=Path("hello"), origin=SourceOrigin.COMMIT),
    attempt=Attempt(
        files=(Path(SDIST), Path(WHEEL)),
        backend="hatchling.build",
        made={
            ArtifactKind.SDIST: Made(returned=SDIST, files={SDIST: 100}),
            ArtifactKind.WHEEL: Made(returned=WHEEL, files={WHEEL: 100}),
        },
        failure=None,
        warnings=(),
        packages={"hatchling": "1.30"},
        python="3.13.0",
        uv="0.13.8",
    ),
)


def findings(subject: Build) -> tuple[Finding, ...]:
    return catalog.run(catalog.collect(build, Build), subject, ignore={})


def only(subject: Build) -> Finding:
    (found,) = findings(subject)
    return found


def told(subject: Build) -> str:
    return "\n".join(
        f"{found.severity} {found.check}{f' {found.where}' if str(found.where) else ''}: {found.message}\n  {found.hint}"
        for found in findings(subject)
    )


def failed(fault: BuildFault, reason: str, output: str = "") -> Build:
    failure = BuildFailure(fault=fault, reason=reason, output=output)
    return replace(GOOD, attempt=replace(GOOD.attempt, failure=failure, files=(), made={}))


def made(kind: ArtifactKind, returned: str, files: Mapping[str, int]) -> Build:
    return replace(
        GOOD, attempt=replace(GOOD.attempt, made={**GOOD.attempt.made, kind: Made(returned=returned, files=files)})
    )


def built_from(origin: SourceOrigin, **facts: object) -> Build:
    return replace(GOOD, workspace=replace(GOOD.workspace, origin=origin, **facts))  # type: ignore[arg-type]


def test_a_build_from_a_clean_commit_that_succeeds_leaves_nothing_to_say() -> None:
    assert findings(GOOD) == ()


def test_a_backend_that_fails_is_quoted_with_a_hint() -> None:
    output = "\n".join(f"line {number}" for number in range(20)) + "\nModuleNotFoundError: No module named 'Cython'"

    assert told(
        failed(BuildFault.HOOK, "setuptools.build_meta: build_wheel failed with exit code 1", output)
    ) == snapshot("""\
error build-backend-succeeds: setuptools.build_meta: build_wheel failed with exit code 1
line 6
line 7
line 8
line 9
line 10
line 11
line 12
line 13
line 14
line 15
line 16
line 17
line 18
line 19
ModuleNotFoundError: No module named 'Cython'
  If Cython is needed to build, add what provides it to `requires` under [build-system].\
""")


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        (BuildFault.BUILD_SYSTEM, "build-system-is-usable"),
        (BuildFault.REQUIREMENTS, "build-requirements-install"),
        (BuildFault.HOOK, "build-backend-succeeds"),
        (BuildFault.TIME_LIMIT, "build-ends-in-time"),
        (BuildFault.SDIST, "sdist-can-be-built-from"),
    ],
)
def test_each_kind_of_failure_has_its_check(fault: BuildFault, check: str) -> None:
    found = only(failed(fault, "this is why"))

    assert (found.check, found.severity, found.message) == (check, Severity.ERROR, "this is why")
    assert found.hint


SECOND = "hello-1.2.0-py2-none-any.whl"


@pytest.mark.parametrize(
    ("kind", "returned", "files", "message"),
    [
        (
            ArtifactKind.WHEEL,
            WHEEL,
            {},
            f"the backend made no wheel: it returned {WHEEL}, and there is no such file",
        ),
        (
            ArtifactKind.WHEEL,
            "../evil\n.whl",
            {"notes.txt": 3},
            "the backend made no wheel: it returned something that is no file name, and there is no such file",
        ),
        (ArtifactKind.WHEEL, WHEEL, {WHEEL: 5, SECOND: 5}, f"the backend made 2 wheels: {SECOND}, {WHEEL}"),
        (ArtifactKind.WHEEL, "x.whl", {WHEEL: 5}, f"the backend returned 'x.whl', but made {WHEEL}"),
        (ArtifactKind.WHEEL, WHEEL, {WHEEL: 0}, f"{WHEEL} is empty"),
        (ArtifactKind.SDIST, SDIST, {SDIST: 0}, f"{SDIST} is empty"),
        (ArtifactKind.SDIST, "a.zip", {"a.zip": 1}, "a.zip is no .tar.gz file"),
        (ArtifactKind.SDIST, SDIST, {SDIST: 1, "a.zip": 1}, f"the backend made 2 sdists: a.zip, {SDIST}"),
    ],
)
def test_one_file_of_each_kind(kind: ArtifactKind, returned: str, files: dict[str, int], message: str) -> None:
    found = only(made(kind, returned, files))

    assert (found.check, found.message) == (f"build-makes-one-{kind.value}", message)


def test_other_files_beside_the_wheel_do_not_matter() -> None:
    assert findings(made(ArtifactKind.WHEEL, WHEEL, {WHEEL: 5, "hello.exe": 1})) == ()


def test_what_is_built_from_is_said_aloud() -> None:
    many = tuple(f"{number}.py" for number in range(12))
    workspaces = [
        built_from(SourceOrigin.AS_IT_STANDS, changed=("a.py",), untracked=("new/",)),
        built_from(SourceOrigin.COMMIT, changed=("a.py",), untracked=many),
        built_from(SourceOrigin.IN_TREE, changed=("a.py",), untracked=("b.py",)),
        built_from(SourceOrigin.IN_TREE, reason="the repository has submodules"),
        built_from(SourceOrigin.COPY),
        built_from(SourceOrigin.COPY, reason="there is no commit yet"),
    ]

    assert "\n".join(map(told, workspaces)) == snapshot("""\
note tree-has-no-untracked-files: left out of the build, because git does not track it: new/
  Commit what belongs to the release, and name the rest in .gitignore.
note tree-has-no-untracked-files: left out of the build, because git does not track it: 0.py, 1.py, 2.py, 3.py, 4.py, 5.py, 6.py, 7.py, 8.py, 9.py and 2 more
  Commit what belongs to the release, and name the rest in .gitignore.
note build-is-from-a-clone: built in the working tree; the tree has what the commit has not: a.py, b.py
  Nothing where the checkout is fresh; else put the project under git, or check it out anew.
note build-is-from-a-clone: built in the working tree, because the repository has submodules
  Nothing where the checkout is fresh; else put the project under git, or check it out anew.
note build-is-from-a-clone: built from a copy of the folder: it is in no git repository
  Nothing where the checkout is fresh; else put the project under git, or check it out anew.
note build-is-from-a-clone: built from a copy of the folder, because there is no commit yet
  Nothing where the checkout is fresh; else put the project under git, or check it out anew.\
""")


def test_what_the_backend_warns_of_is_a_note_each() -> None:
    warned = replace(GOOD, attempt=replace(GOOD.attempt, warnings=("old key", "older key")))

    assert [(found.severity, found.message) for found in findings(warned)] == [
        (Severity.NOTE, "hatchling.build warns: old key"),
        (Severity.NOTE, "hatchling.build warns: older key"),
    ]


@pytest.mark.parametrize(
    ("output", "hint"),
    [
        ("LookupError: setuptools-scm was unable to detect version for /x.", "fetch-depth: 0"),
        ("ModuleNotFoundError: No module named 'numpy'", "If numpy is needed"),
        ("error: Multiple top-level packages discovered in a flat-layout: ['a', 'b'].", "[tool.setuptools]"),
        ("ValueError: Unable to determine which files to ship inside the wheel", "[tool.hatch.build"),
        ("x.c:1:10: fatal error: Python.h: No such file or directory", "C compiler"),
        ("error: command 'gcc' failed: No such file or directory", "C compiler"),
        ("error: can't find Rust compiler", "Rust toolchain"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'VERSION'", "not in the sdist"),
        ("RuntimeError: because", ""),
    ],
)
def test_hints(output: str, hint: str) -> None:
    found = hint_for(output)

    assert hint in found if hint else not found
