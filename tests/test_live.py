"""The live line of a terminal: there while something goes on, gone without a trace afterwards, never in a log."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest

from pypublish import codec
from pypublish.console import Console
from pypublish.edges.steps import Activity
from pypublish.errors import ExitCode
from pypublish.findings import Outcome
from pypublish.live import LiveLine, wants_live_line
from pypublish.model import Artifact, ArtifactKind, Manifest, Release, VerifySettings
from pypublish.render.live import FRAMES
from tests.faulty_server import always, reply
from tests.terminal import ERASE_BELOW, Terminal, screen, stream_to, terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")

TERM = {"TERM": "xterm-256color"}
WIDTHS = (40, 80, 200)


def drawn(written: str) -> list[str]:
    """Return the live lines that were written."""
    lines = written.replace(ERASE_BELOW, "").split("\r")
    return [line for line in lines if any(frame in line for frame in FRAMES)]


@pytest.mark.parametrize("columns", WIDTHS)
def test_it_says_what_goes_on_and_goes_away(columns: int) -> None:
    with terminal(columns) as opened, stream_to(opened) as stream:
        console = Console(stream, TERM, verbose=False)
        console.started("build")
        console.doing(Activity(stage="build", what="making the wheel"))
        opened.read(until="making the wheel")
        console.doing(Activity(stage="check", what=f"reading {'long_name' * 30}.whl"))
        opened.read(until="reading")
        console.done(Outcome(stage="build", summary="two files", seconds=1.5))
        written = opened.rest()
    assert all(len(line) < columns for line in drawn(written))
    shown = screen(written, columns=columns)
    assert [line for line in shown if line] == [f" ✓ build      two files{'1.5 s'.rjust(min(columns, 120) - 23)}"]


def test_what_others_still_do_is_shown_below_what_is_done() -> None:
    with terminal(80) as opened, stream_to(opened) as stream:
        console = Console(stream, TERM, verbose=False)
        console.started("validate")
        opened.read(until="validate")
        console.doing(Activity(stage="build", what="making the wheel"))
        console.done(Outcome(stage="validate", summary="hello 1.0"))
        written = opened.read(until="making the wheel")
        console.doing(None)
        console.close()
        shown = screen(opened.rest(), columns=80)
    assert "build" in drawn(written)[-1]
    assert [line.split() for line in shown if line] == [["✓", "validate", "hello", "1.0", "0.0", "s"]]


def test_between_two_stages_nothing_is_shown() -> None:
    with terminal(80) as opened, stream_to(opened) as stream:
        console = Console(stream, TERM, verbose=False)
        console.started("validate")
        opened.read(until="validate")
        console.done(Outcome(stage="validate", summary="hello 1.0"))
        at_the_end = len(opened.rest())
        assert drawn(opened.rest()[at_the_end:]) == []
        console.close()


def test_a_pause_is_counted_down() -> None:
    with terminal(80) as opened, stream_to(opened) as stream:
        console = Console(stream, TERM, verbose=False)
        console.started("verify")
        console.doing(Activity(stage="verify", what="waiting for PyPI", until=monotonic() + 4.4))
        written = opened.read(until="again in 4 s")
        console.close()
    assert "verify     waiting for PyPI, again in 4 s" in written


def test_what_tools_print_stands_above_it() -> None:
    with terminal(60) as opened, stream_to(opened) as stream:
        console = Console(stream, TERM, verbose=True)
        console.started("build")
        console.doing(Activity(stage="build", what="making the wheel"))
        opened.read(until="making the wheel")
        threads = [Thread(target=console.foreign, args=(f"line {number} \x1b[2J",)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        console.done(Outcome(stage="build", summary="done"))
        shown = screen(opened.rest(), columns=60)
    assert sorted(shown[:20]) == sorted(rf"     | line {number} \x1b[2J" for number in range(20))
    assert shown[20].startswith(" ✓ build      done")


def test_a_window_that_is_made_narrower() -> None:
    with terminal(200) as opened, stream_to(opened) as stream:
        console = Console(stream, TERM, verbose=False)
        console.started("build")
        console.doing(Activity(stage="build", what="x" * 300))
        opened.read(until="xxx")
        opened.resize(40)
        before = len(opened.rest())
        opened.read(until=" build xxx")
        console.close()
        after = opened.rest()[before:]
    assert len(drawn(after)[-1]) < 40
    # The cursor stands at the line's beginning, so that all of it is erased, however the terminal has wrapped it.
    assert all(erased.endswith("\r") for erased in after.split(ERASE_BELOW)[:-1])


def test_a_terminal_without_room_shows_none() -> None:
    with terminal(12) as opened, stream_to(opened) as stream:
        line = LiveLine(stream, unicode=True)
        line.begin("build")
        line.tell(Activity(stage="build", what="making"))
        with line.paused():
            pass
        line.end()
        assert opened.rest() == ""


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        (TERM, True),
        (TERM | {"NO_COLOR": "1"}, True),
        (TERM | {"CI": "true"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_who_gets_one(environ: dict[str, str], wanted: bool) -> None:
    with terminal(80) as opened, stream_to(opened) as stream:
        assert wants_live_line(stream, environ) is wanted
    assert not wants_live_line(io.StringIO(), environ | {"FORCE_COLOR": "1"})


@pytest.mark.parametrize(("environ", "coloured"), [(TERM, True), (TERM | {"NO_COLOR": "1"}, False)], ids=str)
def test_colours_are_another_thing(environ: dict[str, str], coloured: bool) -> None:
    with terminal(80) as opened, stream_to(opened) as stream:
        console = Console(stream, environ, verbose=False)
        console.finish(Outcome(stage="check", findings=(), summary="x", strict=True))
        console.foreign("not shown")
        console._print("red", "red")
        assert ("\x1b[31mred" in opened.rest()) is coloured


@pytest.mark.slow
def test_ctrl_c_while_the_index_is_waited_for(tmp_path: Path) -> None:
    columns = 40
    manifest = Manifest(
        schema=1,
        release=Release(name="hello", version="1.0", tag=None, commit=None, epoch=0),
        artifacts=(
            Artifact(
                filename="hello-1.0.tar.gz",
                kind=ArtifactKind.SDIST,
                size=1,
                sha256="0" * 64,
                blake2b_256="0" * 64,
                python_tag="source",
            ),
        ),
        builds=(),
        verify=VerifySettings(dependencies_index="http://127.0.0.1:9/simple/"),
    )
    (tmp_path / "manifest.json").write_text(json.dumps(codec.dump(manifest)))
    with always(reply(status=404)) as server, terminal(columns) as opened:
        command = ["verify", "--manifest", str(tmp_path / "manifest.json"), "--index", f"{server.url}/simple/"]
        process = start(command, opened)
        try:
            opened.read(until="again in")
            opened.type("\x03")
            assert process.wait(60) == ExitCode.INTERRUPTED
        finally:
            process.kill()
            process.wait()
        written = opened.rest()
    assert "\x1b[?25l" not in written, "the cursor is never hidden, so it needs not be brought back"
    shown = "\n".join(screen(written, columns=columns))
    assert "Interrupted." in shown
    assert not any(frame in shown for frame in FRAMES)
    assert "Traceback" not in shown


def start(args: list[str], opened: Terminal) -> subprocess.Popen[bytes]:
    """Start pypublish as a shell does that runs in the terminal."""
    environ = {**os.environ, **TERM, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        # The terminal has to be the session's own for Ctrl-C to reach it.
        [sys.executable, "-c", STARTER, *args],
        stdin=opened.slave,
        stdout=opened.slave,
        stderr=opened.slave,
        env={name: value for name, value in environ.items() if name != "COLUMNS"},
        start_new_session=True,
    )


STARTER = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.executable, [sys.executable, "-m", "pypublish", *sys.argv[1:]])
"""
