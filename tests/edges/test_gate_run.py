"""A gate's command: what it sees, how its end is told, and that nothing is left of it."""

from __future__ import annotations

import os
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from pypublish.edges import environment as environments
from pypublish.edges.gate_room import GateRoom
from pypublish.edges.gate_run import LOG_LIMIT, GateEnd, run_command
from pypublish.edges.output import LINE_LIMIT
from pypublish.edges.world import World
from pypublish.gates import Gate
from tests import projects
from tests.processes import has_ended


@pytest.fixture
def room(tmp_path: Path, world: World) -> GateRoom:
    root = tmp_path / "room"
    tree = projects.write(root / "tree", {"hello.txt": "hello\n"})
    environment = environments.create(root / "env", world=world, env=dict(world.environ))
    return GateRoom(root=root, tree=tree, environment=environment)


def run(room: GateRoom, world: World, code: str, **more: object) -> GateEnd:
    (room.tree / "gate.py").write_text(code)
    return run_command(Gate(command="python gate.py", **more), room, world)  # type: ignore[arg-type]


def test_it_runs_in_the_tree_and_what_it_prints_is_in_order(room: GateRoom, world: World) -> None:
    code = "import sys\nfor n in range(3):\n  print(n, flush=True)\n  print('e', n, file=sys.stderr, flush=True)\nprint(open('hello.txt').read())"
    assert run(room, world, code) == GateEnd(log="0\ne 0\n1\ne 1\n2\ne 2\nhello")


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "was ended by signal 9"),
    ],
)
def test_how_it_ended(room: GateRoom, world: World, code: str, trouble: str) -> None:
    assert run(room, world, code).trouble == trouble


def test_it_sees_no_credential_and_no_home_of_the_users(room: GateRoom, world: World) -> None:
    environ = {
        **world.environ,
        "PYPI_TOKEN": "pypi-secret",
        "GITHUB_TOKEN": "ghs-secret",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "oidc-secret",
        "UV_DEFAULT_INDEX": "https://me:uv-secret@example.org/",
        "DATABASE_URL": "postgres://",
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "OTHER": "other",
    }
    code = "import os, json; print(json.dumps(dict(os.environ)))"
    ended = run(room, replace(world, environ=environ), code, env={"A": "b c"}, pass_env=("DATABASE_URL", "NOT_SET"))
    assert "secret" not in ended.log
    assert '"DATABASE_URL": "postgres://"' in ended.log
    assert '"A": "b c"' in ended.log
    assert '"CI": "true"' in ended.log
    assert f'"HOME": "{room.root / "home"}"' in ended.log
    assert f'"TMPDIR": "{room.root / "tmp"}"' in ended.log
    assert "OTHER" not in ended.log
    assert "GITHUB" not in ended.log


def test_one_that_hangs_is_stopped_with_all_that_it_started(room: GateRoom, world: World) -> None:
    code = (
        "import subprocess, sys\nchild = subprocess.Popen(['sleep', '600'])\nprint(child.pid, flush=True)\nchild.wait()"
    )
    ended = run(room, world, code, timeout=3)
    assert ended.trouble == "was stopped after its time limit of 3 s"
    assert has_ended(int(ended.log))


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found under /proc")
def test_what_it_leaves_running_is_ended(room: GateRoom, world: World) -> None:
    code = (
        "import subprocess\nprint(subprocess.Popen(['sleep', '600'], start_new_session=True, stdout=-3, stderr=-3).pid)"
    )
    ended = run(room, world, code)
    assert (ended.trouble, ended.left_running) == ("", 1)
    assert has_ended(int(ended.log))


@pytest.mark.slow
def test_a_gigabyte_of_output_is_bounded_and_its_end_is_kept(room: GateRoom, world: World) -> None:
    code = "import sys\nprint('begin')\nfor _ in range(1000): sys.stdout.write(('x' * 99 + '\\n') * 10_000)\nprint('end')\nraise SystemExit(1)"
    ended = run(room, world, code)
    assert ended.trouble == "ended with exit code 1"
    assert ended.log.startswith("begin")
    assert ended.log.endswith("end")
    assert "bytes dropped" in ended.log
    assert len(ended.log) < LOG_LIMIT + LINE_LIMIT + 100


def test_what_is_no_text_is_shown_as_far_as_it_is(room: GateRoom, world: World) -> None:
    assert run(room, world, "import os; os.write(1, b'\\xff\\xfea\\n')").log == "\ufffd\ufffda"


def test_a_program_that_is_not_there(room: GateRoom, world: World) -> None:
    ended = run_command(Gate(command="no-such-program -q"), room, world)
    assert ended.trouble == "there is no program 'no-such-program', neither in the gate's environment nor on PATH"
    assert ended.is_missing


def test_a_script_of_another_python_is_not_run(room: GateRoom, world: World, tmp_path: Path) -> None:
    own = projects.write(tmp_path / "bin", {"pytest": f"#!{sys.executable}\nprint('the wrong one')\n"}) / "pytest"
    own.chmod(0o755)
    environ = {**world.environ, "PATH": f"{own.parent}{os.pathsep}{world.environ['PATH']}"}
    ended = run_command(Gate(command="pytest -q"), room, replace(world, environ=environ))
    assert ended.trouble == (
        f"'pytest' is not in the gate's environment, and the one on PATH ({own}) is of another Python, which does not"
        " see the wheel"
    )
    assert ended.is_missing


def test_a_script_of_the_tree_is_run(room: GateRoom, world: World) -> None:
    script = projects.write(room.tree, {"bin/gate.sh": "#!/bin/sh\ncat hello.txt\n"}) / "bin" / "gate.sh"
    script.chmod(0o755)
    assert run_command(Gate(command="./bin/gate.sh"), room, world) == GateEnd(log="hello")


def test_the_words_are_split_as_by_a_shell_and_nothing_is_expanded(room: GateRoom, world: World) -> None:
    gate = Gate(command="""python -c "import sys; print(sys.argv[1:])" 'a b' $HOME *.txt ~""")
    assert run_command(gate, room, world).log == "['a b', '$HOME', '*.txt', '~']"


def test_the_user_can_interrupt_it(room: GateRoom, world: World) -> None:
    timer = threading.Timer(0.5, world.running.end)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        run_command(Gate(command="sleep 600"), room, world)
    timer.join()
