from __future__ import annotations

import io
import re
import threading
from pathlib import Path

from inline_snapshot import snapshot

from pypublish.errors import ToolError, UsageError
from pypublish.findings import Finding, Location, Outcome, Severity, note
from pypublish.github.runner import Runner

BAD = Finding(
    check="classifier-is-known",
    severity=Severity.ERROR,
    message="'Topic :: Nonsense' is no classifier",
    hint="Choose one of those that PyPI lists.",
    where=Location(file="pyproject.toml", line=9),
)
TOKEN = re.compile(r"[0-9a-f]{32}")


def shown(log: io.StringIO) -> str:
    return TOKEN.sub("TOKEN", log.getvalue())


def surface(tmp_path: Path, **environ: str) -> tuple[Runner, io.StringIO]:
    log = io.StringIO()
    files = {"GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    return Runner(files | environ, log), log


def test_a_stage_is_folded_and_foreign_output_fenced(tmp_path: Path) -> None:
    runner, log = surface(tmp_path)
    runner.started("build")
    runner.foreign("running bdist_wheel")
    runner.foreign("::set-output name=verified::true")
    runner.done(Outcome(stage="build", summary="hello-1.2.0-py3-none-any.whl 3.2 kB", seconds=0.62))
    runner.started("check")
    runner.done(Outcome(stage="check", summary="71 checks", findings=(note("copied", "it was a copy"),)))
    assert shown(log) == snapshot("""\
::group::build
::stop-commands::TOKEN
running bdist_wheel
: :set-output name=verified::true
::TOKEN::
::endgroup::
 ✓ build      hello-1.2.0-py3-none-any.whl 3.2 kB                                                                  0.6 s
::group::check
::endgroup::
 ✓ check      71 checks                                                                                            0.0 s
     note     it was a copy [copied]
""")


def test_the_end_annotates_and_writes_outputs_and_summary(tmp_path: Path) -> None:
    runner, log = surface(tmp_path, PYPUBLISH_PATH="packages/a")
    runner.finish(Outcome(stage="prepare", summary="ready", outputs={"tag": "v1"}, findings=(BAD,), strict=False))
    assert shown(log) == snapshot("""\
 ✗ prepare    ready                                                                                                0.0 s
::error file=packages/a/pyproject.toml,line=9,title=classifier-is-known::'Topic :: Nonsense' is no classifier%0AChoose one of those that PyPI lists.
Stopped by 1 error; nothing was uploaded.
pypublish explain classifier-is-known says more about the first.
""")
    assert not (tmp_path / "output").exists()
    assert "classifier-is-known" in (tmp_path / "summary").read_text()


def test_outputs_are_written_where_the_release_may_go_on(tmp_path: Path) -> None:
    runner, _ = surface(tmp_path)
    runner.finish(Outcome(stage="prepare", summary="ready", outputs={"tag": "v1"}))
    assert re.fullmatch(r"tag<<(\S+)\nv1\n\1\n", (tmp_path / "output").read_text())


def test_an_error_is_an_annotation_with_its_remedy(tmp_path: Path) -> None:
    runner, log = surface(tmp_path)
    runner.started("build")
    runner.error(ToolError("git failed\n::add-mask::e", hint="Install git."))
    assert shown(log) == snapshot("""\
::group::build
::endgroup::
::error title=pypublish::git failed%0A::add-mask::e%0AInstall git.
""")
    assert (tmp_path / "summary").read_text() == snapshot("""\
## ❌ pypublish could not do its job

```text
git failed
::add-mask::e
```

Install git.
""")


def test_a_job_that_could_publish_is_warned_about(tmp_path: Path) -> None:
    runner, log = surface(tmp_path, ACTIONS_ID_TOKEN_REQUEST_URL="https://x")
    runner.finish(Outcome(stage="prepare", summary="ready"))
    assert "::warning title=id-token-in-reach::" in log.getvalue()


def test_foreign_lines_from_many_threads_stay_whole_and_behind_the_fence(tmp_path: Path) -> None:
    runner, log = surface(tmp_path)

    def print_much() -> None:
        for _ in range(50):
            runner.foreign("::error::x\r::error::y")

    threads = [threading.Thread(target=print_much) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runner.finish(Outcome(stage="build"))
    lines = shown(log).splitlines()
    assert lines[0] == "::stop-commands::TOKEN"
    assert lines[1:401].count(": :error::x") == lines[1:401].count(": :error::y") == 200
    assert lines[401] == "::TOKEN::"


def test_a_command_that_ends_in_the_middle_leaves_no_fence_behind(tmp_path: Path) -> None:
    """Within a fence the runner hears nothing, and so not the error that another surface says at the end."""
    runner, log = surface(tmp_path)
    runner.started("build")
    runner.foreign("it was going so well")
    runner.close()
    surface_of_errors, errors = surface(tmp_path)
    surface_of_errors.error(UsageError("it ended"))
    assert shown(log).splitlines()[-2:] == ["::TOKEN::", "::endgroup::"]
    assert errors.getvalue() == "::error title=pypublish::it ended\n"


def test_the_log_is_utf_8_whatever_the_machine_thinks(tmp_path: Path) -> None:
    pipe = io.BytesIO()
    log = io.TextIOWrapper(pipe, encoding="cp1252", newline="")
    Runner({}, log).done(Outcome(stage="build", summary="naïve ✓ \udcff"))
    assert "naïve ✓ \\udcff".encode() in pipe.getvalue()
