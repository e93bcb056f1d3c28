"""Running a program: what it gets, what comes back, and that nothing of it is left."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from pypublish.edges import output
from pypublish.edges.process import Completed, run
from pypublish.edges.running import Running, end_strays
from pypublish.errors import ToolError, ToolMissingError, ToolTimeoutError
from tests.processes import has_ended

ENV = {"PATH": os.environ["PATH"]}
pytestmark = pytest.mark.skipif(os.name == "nt", reason="groups of processes are POSIX's")


def python(code: str, **options: object) -> Completed:
    return run([sys.executable, "-S", "-c", code], env=ENV, **options)  # type: ignore[arg-type] # as they come


def test_what_it_prints_and_how_it_ends_come_back() -> None:
    done = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")

    assert (done.stdout, done.stderr, done.returncode, done.tail) == ("out\n", "err\n", 3, "err")


def test_it_sees_the_environment_that_it_is_given_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")

    done = run([sys.executable, "-c", "import os; print(sorted(os.environ))"], env={"LC_ALL": "C"})

    assert done.stdout == "['LC_ALL']\n"


def test_it_reads_what_it_is_given() -> None:
    assert python("import sys; print(sys.stdin.read().upper())", stdin=b"hello").stdout == "HELLO\n"
    assert python("import sys; print(repr(sys.stdin.read()))").stdout == "''\n"
    assert python("pass", stdin=b"x" * 1_000_000).returncode == 0


def test_each_line_is_shown_as_it_comes() -> None:
    lines: list[str] = []

    python(
        "print('a\\r\\nb', flush=True); import sys; sys.stdout.buffer.write(b'\\xff\\xfe no newline')",
        sink=lines.append,
    )

    assert lines == ["a", "b", "�� no newline"]


def test_bytes_come_back_as_they_are() -> None:
    assert python("import sys; sys.stdout.buffer.write(bytes(range(256)))").out == bytes(range(256))


def test_100_mb_of_log_are_drained_but_neither_kept_nor_shown() -> None:
    shown = 0

    def count(line: str) -> None:
        nonlocal shown
        shown += len(line) + 1

    chatter = "import sys\nfor _ in range(1000): sys.stdout.write(('x' * 999 + '\\n') * 100)\nprint('the end')"
    done = python(chatter, sink=count)

    assert done.returncode == 0
    assert len(done.out) < output.KEPT + output.LINE_LIMIT
    assert "bytes dropped" in done.stdout
    assert done.stdout.endswith("the end\n")
    assert shown < output.SHOWN + 2000


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(ToolMissingError, match="no-such-tool is not on this machine") as error:
        run(["no-such-tool"], env=ENV)
    assert error.value.hint == "Install no-such-tool, or put it on PATH."


def test_a_program_that_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "no-program").write_text("text")

    with pytest.raises(ToolError, match="could not be started: Permission denied"):
        run([tmp_path / "no-program"], env=ENV)
    with pytest.raises(ToolError, match="there is no folder"):
        run(["ls"], env=ENV, cwd=tmp_path / "nowhere")


def test_a_failure_is_an_error_where_success_was_asked_for() -> None:
    with pytest.raises(ToolError, match="failed with exit code 1") as error:
        python("raise SystemExit('because')", check=True)
    assert error.value.output == "because"


def test_its_time_is_limited() -> None:
    began = time.monotonic()
    with pytest.raises(ToolTimeoutError, match="time limit of 2 s") as error:
        python("print('began', flush=True); import time; time.sleep(60)", timeout=2)
    assert error.value.output == "began"
    assert time.monotonic() - began < 30


CHILD = "import subprocess, sys\np = subprocess.Popen(['sleep', '60']{}); print(p.pid, flush=True)\n"


@pytest.mark.parametrize("ending", ["", "sys.exit(1)", "import os; os.abort()", "import time; time.sleep(60)"])
def test_what_it_started_ends_with_it(ending: str) -> None:
    pids: list[int] = []
    with contextlib.suppress(ToolTimeoutError):
        python(CHILD.format("") + ending, timeout=3, sink=lambda line: pids.append(int(line)))

    assert len(pids) == 1
    assert has_ended(pids[0])


def test_a_daemon_that_keeps_the_output_open_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "PATIENCE", 0.1)

    done = run(
        [sys.executable, "-c", CHILD.format(", start_new_session=True")],
        env={**ENV, "MARK": "test-daemon"},
    )

    assert end_strays("MARK", "test-daemon") == 1
    assert has_ended(int(done.stdout))


def test_strays_are_known_by_the_whole_variable(tmp_path: Path) -> None:
    assert end_strays("PATH", os.environ["PATH"][:-1]) == 0


def test_another_thread_can_end_it() -> None:
    running = Running()
    ended: list[type[BaseException]] = []
    pids: list[int] = []
    began = threading.Event()

    def show(line: str) -> None:
        pids.append(int(line))
        began.set()

    def work() -> None:
        try:
            python(CHILD.format("") + "p.wait()", sink=show, running=running)
        except BaseException as error:  # noqa: BLE001 - whichever it is
            ended.append(type(error))

    worker = threading.Thread(target=work)
    worker.start()
    assert began.wait(30)
    running.end()
    worker.join(30)

    assert ended == [KeyboardInterrupt]
    assert has_ended(pids[0])
    with pytest.raises(KeyboardInterrupt):
        python("", running=running)
