"""gates: a project's own commands against its sealed wheel, with real environments; nothing of a registry is needed."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, SealError, UsageError
from pypublish.findings import Outcome, Severity
from pypublish.gates import Log
from tests import projects
from tests.gated import Watcher, artifact, make

pytestmark = pytest.mark.slow

HERE = ".".join(map(str, sys.version_info[:2]))
ELSEWHERE = "3.12" if HERE != "3.12" else "3.11"


@pytest.fixture
def world(world: World, uv_cache: Path) -> World:
    return replace(world, environ={**world.environ, "UV_CACHE_DIR": str(uv_cache)})


def told(outcome: Outcome[None]) -> list[str]:
    """Return what is found, with the versions of this machine left out."""
    full = ".".join(map(str, sys.version_info[:3]))
    return [
        f"{found.severity} {found.check}: {found.message} -> {found.hint}".replace(full, "X.Y.Z").replace(HERE, "X.Y")
        for found in outcome.all_findings
    ]


def log(outcome: Outcome[object]) -> str:
    return "\n".join(one.text for one in outcome.exhibits if isinstance(one, Log))


def test_the_wheel_is_judged_and_not_the_tree(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        """
        [tool.pypublish.gates]
        tests = "python check.py"
        "run-as-module" = "python -m hello"
        """,
        wheel={"hello/__init__.py": "where = 'wheel'\n", "hello/__main__.py": "print('wheel')\n"},
        tree={
            "hello/__init__.py": "where = 'tree'\n",
            "hello/__main__.py": "print('tree')\n",
            "check.py": "import hello\nassert hello.where == 'wheel'\nopen('hello/__init__.py', 'w').write('x')\n",
        },
    )
    watcher = Watcher()
    outcome = gated.run(world, watcher=watcher)
    assert outcome.ok, told(outcome)
    assert [part.stage for part in outcome.parts] == ["gate:tests", "gate:run-as-module"]
    assert all(part.seconds > 0 for part in outcome.parts)
    assert sorted(part.stage for part in watcher.ended) == ["gate:run-as-module", "gate:tests"]
    assert log(outcome.parts[1]) == "wheel"
    assert outcome.closing == ("Passed: tests, run-as-module, against the sealed files of hello 1.2.0.",)
    assert (gated.tree / "hello" / "__init__.py").read_text() == "where = 'tree'\n"


def test_what_fails_is_found_with_the_way_to_see_it_again(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        """
        [tool.pypublish.gates]
        fine = "python -c pass"
        tests = "python -c 'print(1); print(\\"2 failed\\"); raise SystemExit(1)'"
        quiet = "python -c 'raise SystemExit(2)'"
        lint = "no-such-linter ."
        """,
        wheel={"hello.py": ""},
    )
    outcome = gated.run(world)
    assert not outcome.ok
    assert told(outcome) == snapshot(
        [
            "error gate:tests: 'python -c \\'print(1); print(\"2 failed\"); raise SystemExit(1)\\'' ended with exit code 1 on Python X.Y.Z; its last words: 2 failed -> To see it again on your machine: pypublish prepare --index dry-run && pypublish gates --gate tests --python-version X.Y",
            "error gate:quiet: \"python -c 'raise SystemExit(2)'\" ended with exit code 2 on Python X.Y.Z; it said nothing -> To see it again on your machine: pypublish prepare --index dry-run && pypublish gates --gate quiet --python-version X.Y",
            "error gate:lint: 'no-such-linter .' was not run: there is no program 'no-such-linter', neither in the gate's environment nor on PATH -> Put what has the program into a dependency group, and name that in the gate: groups = ['test'].",
        ]
    )
    assert log(outcome.parts[1]) == "1\n2 failed"


def test_groups_and_extras_are_installed_and_the_project_in_them_is_the_wheel(world: World, tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    for name in ("helper", "extra", "hello"):
        projects.put_wheel(shelf, name, {f"{name}.py": "where = 'index'\n"}, version="9.0")
    gated = make(
        tmp_path,
        """
        [project.optional-dependencies]
        more = ["extra"]
        [dependency-groups]
        test = [{ include-group = "base" }, "hello[more]"]
        base = ["helper"]
        [tool.uv.sources]
        hello = { workspace = true }
        [tool.pypublish.gates.tests]
        command = "python -c 'import hello, helper, extra; print(hello.where, helper.where, extra.where)'"
        groups = ["test"]
        [tool.pypublish.gates.bare]
        command = "python -c 'import helper'"
        """,
        wheel={"hello.py": "where = 'wheel'\n"},
        needs=("extra; extra == 'more'\nProvides-Extra: more",),
        dependencies=shelf,
    )
    outcome = gated.run(world)
    assert log(outcome.parts[0]) == "wheel index index"
    assert [finding.check for finding in outcome.all_findings] == ["gate:bare"]


def test_what_cannot_be_installed_is_said_in_uvs_words(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        """
        [dependency-groups]
        test = ["no-such-package-anywhere>3"]
        [tool.pypublish.gates.tests]
        command = "python -c pass"
        groups = ["test"]
        """,
        wheel={"hello.py": ""},
    )
    (found,) = gated.run(world).all_findings
    assert found.check == "gate:tests"
    assert "what it needs cannot be installed on Python" in found.message
    assert "no-such-package-anywhere" in found.message
    assert found.hint.startswith("Mend what uv names in the dependency groups")


def test_a_group_that_is_not_there_is_said_with_those_that_are(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        """
        [dependency-groups]
        dev = []
        [tool.pypublish.gates]
        tests = { command = "python -c pass", groups = ["test"] }
        """,
        wheel={"hello.py": ""},
    )
    outcome = gated.run(world)
    assert [found.message for found in outcome.all_findings] == [
        "the gate 'tests' names the dependency group 'test', which is not in pyproject.toml; there are dev"
    ]
    assert not outcome.parts


def test_what_is_waived_keeps_no_gate_from_running(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        """
        [tool.pypublish.gates]
        tests = { command = "python -c pass", extras = ["more"] }
        [tool.pypublish.ignore]
        gate-extras-exist = "a plug-in of the backend adds it"
        """,
        wheel={"hello.py": ""},
    )
    outcome = gated.run(world)
    assert (outcome.ok, [part.stage for part in outcome.parts]) == (True, ["gate:tests"])


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="there is one core")
def test_they_run_at_the_same_time(world: World, tmp_path: Path) -> None:
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    code = """
import pathlib, sys
here = pathlib.Path(sys.argv[1])
(here / sys.argv[2]).touch()
while len(list(here.iterdir())) < 2:
    pass
"""
    gated = make(
        tmp_path,
        f"""
        [tool.pypublish.gates]
        one = {{ command = "python meet.py {meeting} 1", timeout = 60 }}
        two = {{ command = "python meet.py {meeting} 2", timeout = 60 }}
        """,
        wheel={"hello.py": ""},
        tree={"meet.py": code},
    )
    assert told(gated.run(world)) == []


def test_each_python_that_is_asked_for(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        f"""
        classifiers = ["Programming Language :: Python :: {HERE}", "Programming Language :: Python :: {ELSEWHERE}",
          "Programming Language :: Python :: 3.4"]
        [tool.pypublish.gates]
        tests = "python -c 'import sys; print(sys.version)'"
        lowest = "python -c pass"
        """,
        wheel={"hello.py": ""},
    )
    outcome = gated.run(world, HERE, ELSEWHERE, only=("tests",))
    assert [log(part)[: len(HERE)] for part in outcome.parts] == [HERE, ELSEWHERE]
    absent = gated.run(world, "3.4")
    assert [(found.severity, found.check) for found in absent.all_findings] == [
        (Severity.ERROR, "gate-pythons-are-there"),
        (Severity.ERROR, "gate-pythons-are-there"),
    ]
    once = gated.run(world)
    assert [(found.severity, found.message) for found in once.all_findings] == [
        (Severity.WARNING, "the gate 'lowest' was not run: there is no Python 3.4 on this machine")
    ]
    nothing = gated.run(world, ELSEWHERE, only=())
    assert [part.stage for part in nothing.parts] == ["gate:tests"]


def test_uncommitted_changes_are_judged_where_there_is_no_tag(world: World, tmp_path: Path) -> None:
    for tag, seen in (("v1.2.0", "committed"), (None, "changed")):
        gated = make(
            tmp_path / seen,
            "[tool.pypublish.gates]\ntests = 'python show.py'\n",
            wheel={"hello.py": ""},
            tree={"show.py": "print('committed')\n"},
            tag=tag,
        )
        (gated.tree / "show.py").write_text("print('changed')\n")
        (gated.tree / "untracked.txt").write_text("")
        assert log(gated.run(world).parts[0]) == seen


@pytest.mark.skipif(os.name == "nt", reason="files can be written by others there, too")
def test_a_gate_that_changes_what_was_sealed_is_found_out(world: World, tmp_path: Path) -> None:
    wheel = tmp_path / "staging" / "dist" / "hello-1.2.0-py3-none-any.whl"
    gated = make(
        tmp_path,
        f'[tool.pypublish.gates]\ntests = {{ command = "python -c \'open(\\"{wheel}\\", \\"a\\").write(\\"x\\")\'" }}\n',
        wheel={"hello.py": ""},
    )
    with pytest.raises(SealError, match="is not what the manifest says"):
        gated.run(world)
    with pytest.raises(SealError, match="is not what the manifest says"):
        gated.run(world)


def test_a_waived_gate_stops_nothing(world: World, tmp_path: Path) -> None:
    gated = make(
        tmp_path,
        """
        [tool.pypublish.ignore]
        "gate:tests" = "known since yesterday"
        [tool.pypublish.gates]
        tests = "python -c 'raise SystemExit(1)'"
        """,
        wheel={"hello.py": ""},
    )
    outcome = gated.run(world)
    assert outcome.ok
    assert [found.ignored for found in outcome.all_findings] == ["known since yesterday"]


def test_the_manifest_has_to_be_of_this_project_and_commit(world: World, tmp_path: Path) -> None:
    gated = make(tmp_path, "[tool.pypublish.gates]\ntests = 'python -c pass'\n", wheel={"hello.py": ""})
    staged, manifest = gated.staged, gated.staged.manifest
    other = replace(manifest, release=replace(manifest.release, name="other"))
    with pytest.raises(UsageError, match="the manifest is of other, but the project is hello"):
        replace(gated, staged=replace(staged, manifest=other)).run(world)
    projects.commit(gated.tree)
    with pytest.raises(UsageError, match="the manifest is of commit"):
        gated.run(world)


def test_a_wheel_for_another_machine_is_not_run(world: World, tmp_path: Path) -> None:
    gated = make(tmp_path, "[tool.pypublish.gates]\ntests = 'python -c pass'\n", wheel={"hello.py": ""})
    dist = gated.staged.out / "dist"
    (wheel,) = dist.iterdir()
    renamed = wheel.rename(dist / "hello-1.2.0-cp39-cp39-win32.whl")
    manifest = replace(gated.staged.manifest, artifacts=(artifact(renamed, platform_tag="win32"),))
    (found,) = replace(gated, staged=replace(gated.staged, manifest=manifest)).run(world).all_findings
    assert found.check == "gate:tests"
    assert "nothing of the release fits Python" in found.message


def test_an_index_that_does_not_answer_is_neither_green_nor_red(world: World, tmp_path: Path) -> None:
    declared = "[tool.pypublish.gates]\ntests = 'python -c pass'\n"
    gated = make(tmp_path, declared, wheel={"hello.py": ""}, needs=("somewhere",))
    manifest = gated.staged.manifest
    nowhere = replace(manifest, verify=replace(manifest.verify, dependencies_index="http://127.0.0.1:9/simple/"))
    with pytest.raises(IndexUnavailableError, match="could not be fetched from the index"):
        replace(gated, staged=replace(gated.staged, manifest=nowhere)).run(world)
