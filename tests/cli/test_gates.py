"""`pypublish gates`, and the gates of `prepare` and `rehearse`, as a user sees them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish import codec
from pypublish.edges import staging
from tests import projects
from tests.gated import Gated, make
from tests.processes import has_ended

pytestmark = pytest.mark.slow

HERE = ".".join(map(str, sys.version_info[:2]))


def environment(root: Path, **variables: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "100", **variables}


def pypublish(root: Path, tree: Path, *args: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "pypublish", *args],
        cwd=tree,
        env=environment(root, **variables),
        capture_output=True,
        text=True,
        check=False,
    )


def sealed(folder: Path, declared: str, **files: str) -> Gated:
    """Make a project whose sealed release lies in `staging` beside it."""
    gated = make(folder, declared, wheel={"hello.py": ""}, tree=files)
    (gated.staged.out / staging.MANIFEST).write_text(codec.dumps(gated.staged.manifest))
    return gated


def shown(text: str) -> str:
    text = re.sub(r" +[0-9.]+ s$", " *", text, flags=re.MULTILINE)
    return text.replace(".".join(map(str, sys.version_info[:3])), "X.Y.Z").replace(HERE, "X.Y")


NASTY = r"""
print("\x1b[31mred\x1b[0m", "bell\a")
print("::error::not ours\r::set-output name=x::y")
raise SystemExit(1)
"""
TWO = """
[tool.pypublish.gates]
tests = "python nasty.py"
"""


def test_what_a_person_reads(root: Path, tmp_path: Path) -> None:
    gated = sealed(tmp_path, TWO, **{"nasty.py": NASTY})
    done = pypublish(root, gated.tree, "gates", "--manifest", "../staging/manifest.json")
    assert done.returncode == 1
    assert shown(done.stdout) == snapshot("""\
 ✗ gate:tests python nasty.py on Python X.Y.Z *
     | \\x1b[31mred\\x1b[0m bell\\x07
     | ::error::not ours
     | ::set-output name=x::y
     error    'python nasty.py' ended with exit code 1 on Python X.Y.Z; its last words:
              ::set-output name=x::y [gate:tests]
              → To see it again on your machine: pypublish prepare --index dry-run && pypublish
                gates --gate tests --python-version X.Y

Stopped by 1 error; nothing was uploaded.
pypublish explain gate:tests says more about the first.
""")


def test_what_a_runner_is_told(root: Path, tmp_path: Path) -> None:
    gated = sealed(tmp_path, TWO, **{"nasty.py": NASTY})
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    done = pypublish(root, gated.tree, "gates", "--manifest", "../staging/manifest.json", **variables)
    assert done.returncode == 1
    fenced, end = False, ""
    obeyed = []
    for line in done.stdout.splitlines():
        if line.startswith("::stop-commands::"):
            fenced, end = True, f"::{line.removeprefix('::stop-commands::')}::"
        elif fenced and line == end:
            fenced = False
        elif line.startswith("::") and not fenced:
            obeyed.append(line.partition("::error ")[1] or line)
    assert obeyed == ["::group::gates", "::endgroup::", "::group::gate:tests", "::endgroup::", "::error "]
    assert "gate:tests" in (tmp_path / "summary.md").read_text()


def test_what_a_program_reads(root: Path, tmp_path: Path) -> None:
    declared = "[tool.pypublish.gates]\ntests = 'python -c pass'\nlint = 'python -c pass'\n"
    gated = sealed(tmp_path, declared)
    done = pypublish(root, gated.tree, "gates", "--manifest", "../staging/manifest.json", "--format", "json")
    report = json.loads(done.stdout)
    assert report["ok"] is True
    assert [(part["stage"], part["ok"]) for part in report["parts"]] == [("gate:tests", True), ("gate:lint", True)]
    assert all(part["seconds"] > 0 for part in report["parts"])


@pytest.mark.parametrize(
    ("declared", "args", "words"),
    [
        ("", (), "error: the project declares no gates"),
        ("[tool.pypublish.gates]\nt = 'x'\n", ("--manifest", "none.json"), "error: there is no manifest at none.json"),
        ("[tool.pypublish.gates]\nt = 'x'\n", ("--gate", "y"), "error: there is no gate 'y'; known are t"),
        ("[tool.pypublish.gates]\nt = ''\n", (), "  gates.t.command: is empty"),
        (
            'classifiers = ["Programming Language :: Python :: 3.13"]\n[tool.pypublish.gates]\nt = "x"\n',
            ("--python-version", "3.13, 3.8"),
            "error: no gate runs on Python 3.8; the project's classifiers and gates name 3.13",
        ),
        ("[tool.pypublish.gates]\nt = 'x'\n", ("--manifest-sha256", "0" * 64), "is not the manifest that was sealed"),
    ],
)
def test_what_cannot_be_meant(root: Path, tmp_path: Path, declared: str, args: tuple[str, ...], words: str) -> None:
    gated = sealed(tmp_path, declared)
    done = pypublish(root, gated.tree, "gates", "--manifest", "../staging/manifest.json", *args)
    assert words in done.stderr + done.stdout
    assert done.returncode == (1 if "--manifest-sha256" in args else 2)
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is another thing there")
def test_ctrl_c_ends_every_gate(root: Path, tmp_path: Path) -> None:
    started = tmp_path / "started"
    started.mkdir()
    code = f"import os, pathlib, time; pathlib.Path({str(started)!r}, str(os.getpid())).touch(); time.sleep(600)"
    declared = "[tool.pypublish.gates]\none = 'python wait.py'\ntwo = 'python wait.py'\n"
    gated = sealed(tmp_path, declared, **{"wait.py": code})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "pypublish", "gates", "--manifest", "../staging/manifest.json"],
        cwd=gated.tree,
        env=environment(root, TMPDIR=str(scratch)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not list(started.iterdir()):
        assert process.poll() is None
        os.sched_yield()
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted." in said
    assert all(has_ended(int(pid.name)) for pid in started.iterdir())
    assert list(scratch.iterdir()) == []


def rehearsed(tmp_path: Path, declared: str) -> Path:
    files = projects.WITH_BACKEND["hatchling"]
    root = projects.write(tmp_path / "hello", {**files, "pyproject.toml": files["pyproject.toml"] + declared})
    projects.commit(root)
    return root


def test_a_failing_gate_stops_a_rehearsal_before_anything_is_published(root: Path, tmp_path: Path) -> None:
    tree = rehearsed(tmp_path, "\n[tool.pypublish.gates]\ntests = 'python -c \"raise SystemExit(1)\"'\n")
    done = pypublish(root, tree, "rehearse", "--format", "json")
    stages = [part["stage"] for part in json.loads(done.stdout)["parts"]]
    assert done.returncode == 1
    assert stages[-2:] == ["gate:tests", "gates"]
    assert "publish" not in stages


def test_without_gates_nothing_is_shown(root: Path, tmp_path: Path) -> None:
    done = pypublish(root, rehearsed(tmp_path, ""), "rehearse", "--format", "json")
    assert not [part["stage"] for part in json.loads(done.stdout)["parts"] if part["stage"].startswith("gate")]


DECLARED = '\nclassifiers = ["Programming Language :: Python :: 3.12", "Programming Language :: Python :: 3.11"]\n'


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ("", {"gates": "false", "python-versions": "[]"}),
        (DECLARED, {"gates": "false", "python-versions": '["3.11", "3.12"]'}),
        ("\n[tool.pypublish.gates]\nt = 'x'\n", {"gates": "true", "python-versions": f'["{HERE}"]'}),
        (
            f"{DECLARED}[tool.pypublish.gates]\nt = {{ command = 'x', pythons = ['3.14t'] }}\n",
            {"gates": "true", "python-versions": '["3.11", "3.12", "3.14t"]'},
        ),
    ],
)
def test_later_jobs_learn_of_the_gates(root: Path, tmp_path: Path, declared: str, told: dict[str, str]) -> None:
    tree = rehearsed(tmp_path, declared)
    done = pypublish(root, tree, "prepare", "--index", "dry-run", "--format", "json")
    outputs = json.loads(done.stdout)["outputs"]
    assert {name: outputs[name] for name in told} == told


def test_a_group_that_is_not_there_is_found_before_anything_is_built(root: Path, tmp_path: Path) -> None:
    tree = rehearsed(tmp_path, "\n[tool.pypublish.gates]\nt = { command = 'x', groups = ['test'] }\n")
    done = pypublish(root, tree, "validate", "--format", "json")
    assert done.returncode == 1
    assert [
        (one["check"], one["where"]["line"])
        for one in json.loads(done.stdout)["findings"]
        if one["severity"] == "error"
    ] == [("gate-groups-exist", 13)]
