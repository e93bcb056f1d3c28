"""`pypublish init` as somebody meets it: in a pipe, at a terminal, and where it cannot do its job."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from inline_snapshot import snapshot

import pypublish
from pypublish import REPOSITORY
from pypublish.checks.written import PATH
from pypublish.cli import main
from pypublish.edges import templates
from pypublish.errors import ExitCode
from tests import projects
from tests.edges.test_own_action import COMMIT, answer
from tests.github_api import GitHubApi
from tests.setting_up import ORIGIN, Shape, make, pyproject

PLAIN = Shape(files={"pyproject.toml": pyproject()})
PIN = ("--pin", COMMIT)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "it", PLAIN)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHubApi]:
    with GitHubApi(repository=REPOSITORY) as running:
        monkeypatch.setenv("GITHUB_API_URL", running.url)
        # As if it were installed: in a checkout of ours the commit is known without asking.
        assert templates.names()
        monkeypatch.setattr(pypublish, "__file__", "/site-packages/pypublish/__init__.py")
        yield running


def said(captured: str) -> str:
    return re.sub(r"  +\d+\.\d s", "", captured)


def test_what_is_said_at_the_end(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["init", str(root), *PIN]) == ExitCode.OK
    assert said(capsys.readouterr().out) == snapshot("""\
 ✓ init       6 files written

Written:
  .github/workflows/release.yml
  .github/workflows/rehearse.yml
  PUBLISHING.md
  .github/dependabot.yml
  pyproject.toml
  .github/pypublish.json

Left to do by hand:

 1. Read what was written, and commit it.

 2. Make the environments that the workflow publishes from:
      https://github.com/acme/hello/settings/environments
      pypi: with a required reviewer, who is not the one that pushes the tag if you are several;
        deployment branches and tags: v*, and the branch main, from which stopped releases are
        finished
      testpypi: without reviewers, for every branch

 3. Protect the tags: who may push one may start a release. Make a ruleset:
      https://github.com/acme/hello/settings/rules/new?target=tag
      target v*; restrict creations, updates and deletions; who releases may bypass it.

 4. Tell PyPI who publishes. What it does not have yet is entered here, with the values below:
      https://pypi.org/manage/account/publishing/
        PyPI project name  hello
        Owner              acme
        Repository name    hello
        Workflow name      release.yml
        Environment name   pypi
      If it has hello already, here, with the form filled in:
      https://pypi.org/manage/project/hello/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release.yml&environment=pypi

 5. Tell TestPyPI who publishes. What it does not have yet is entered here, with the values below:
      https://test.pypi.org/manage/account/publishing/
        PyPI project name  hello
        Owner              acme
        Repository name    hello
        Workflow name      release.yml
        Environment name   testpypi
      If it has hello already, here, with the form filled in:
      https://test.pypi.org/manage/project/hello/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release.yml&environment=testpypi

 6. Try it at home, where nothing is published: uvx pypublish-action rehearse
    Then push a tag like v1.2.0. PUBLISHING.md has the rest.
""")


def test_the_commit_of_our_own_action_is_asked_for(root: Path, api: GitHubApi) -> None:
    api.next_answers = [answer("commit", COMMIT)]
    assert main.run(["init", str(root)]) == ExitCode.OK
    text = (root / ".github" / "workflows" / "release.yml").read_text()
    assert text.count(f"uses: {REPOSITORY}@{COMMIT} # v0.1.0\n") == text.count(f"uses: {REPOSITORY}@") > 4


def test_without_an_answer_it_is_said_what_is_left(
    root: Path, api: GitHubApi, capsys: pytest.CaptureFixture[str]
) -> None:
    api.private = True
    assert main.run(["init", str(root)]) == ExitCode.OK
    text = (root / ".github" / "workflows" / "release.yml").read_text()
    assert text.count(f"uses: {REPOSITORY}@v0.1.0 # zizmor: ignore[unpinned-uses]") == text.count(f"{REPOSITORY}@")
    step = capsys.readouterr().out.partition(" 2. ")[2].partition(" 3. ")[0]
    assert step == snapshot("""\
The workflows name our action by v0.1.0, and a tag can be moved. Its commit is not known:
    GitHub does not have the tag v0.1.0 of org/pypublish-action, or does not show it to those
    without a token.
    Write it in later: uvx pypublish-action init --update (or, with the commit: --pin COMMIT)

""")
    api.next_answers = [answer("commit", COMMIT)]
    assert main.run(["init", "--update", str(root)]) == ExitCode.OK
    assert f"{REPOSITORY}@v" not in (root / ".github" / "workflows" / "release.yml").read_text()


def test_what_explains_the_index_is_added_beside_the_workflows(root: Path) -> None:
    assert main.run(["init", str(root), *PIN]) == ExitCode.OK
    assert main.run(["init", "--update", "--with", "diagnose", str(root), *PIN]) == ExitCode.OK
    text = (root / ".github" / "diagnose.yml").read_text()
    assert "cp .github/diagnose.yml .github/workflows/release.yml" in text
    assert f"{REPOSITORY}@{COMMIT} # v0.1.0" in text
    (root / ".github" / "diagnose.yml").unlink()
    assert main.run(["init", "--check", str(root)]) == ExitCode.FINDINGS


def test_nothing_is_asked_of_anybody_to_check(root: Path, api: GitHubApi) -> None:
    assert main.run(["init", "--check", str(root)]) == ExitCode.FINDINGS
    assert api.asked == []


def test_what_would_be_written_is_a_patch(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["init", "--dry-run", str(root), *PIN]) == ExitCode.OK
    patch = capsys.readouterr().out.partition("\n ✓")[0] + "\n"
    assert projects.git(root, "status", "--porcelain") == ""
    subprocess.run(["git", "-C", str(root), "apply", "-"], input=patch, text=True, check=True)
    assert main.run(["init", "--check", "--strict", str(root)]) == ExitCode.OK
    assert main.run(["init", str(root), *PIN]) == ExitCode.OK
    assert "nothing to write" in capsys.readouterr().out


def test_a_runner_obeys_nothing_in_a_patch(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    (root / "PUBLISHING.md").write_text("  ::warning::not ours\n##[error]nor this\n")
    assert main.run(["init", str(root), *PIN, "--force", "--dry-run"]) == ExitCode.OK
    before, fence, rest = capsys.readouterr().out.partition("::stop-commands::")
    patch, end, after = rest.partition(f"::{rest.partition(chr(10))[0]}::")
    assert fence
    assert end
    assert ("::warning::not ours" in patch, "##[error]" in patch) == (True, False)
    assert "not ours" not in f"{before}{after}"


def test_who_asks_for_json_gets_json(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["init", "--dry-run", "--format", "json", str(root), *PIN]) == ExitCode.OK
    captured = capsys.readouterr()
    assert json.loads(captured.out)["summary"] == "6 files would be written"
    assert "+name: Release" in captured.err


def test_check_and_update(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["init", str(root), *PIN, "--template", "release-testpypi-first"]) == ExitCode.OK
    assert main.run(["init", "--check", str(root)]) == ExitCode.OK
    path = root / ".github" / "workflows" / "release.yml"
    path.write_text(path.read_text().replace("permissions: {} #", "permissions: write-all #"))
    assert main.run(["init", "--check", str(root)]) == ExitCode.FINDINGS
    capsys.readouterr()
    path.write_text(path.read_text().replace("permissions: write-all #", "permissions: {} #"))
    (root / PATH).unlink()
    assert main.run(["init", "--update", str(root), *PIN]) == ExitCode.OK
    assert main.run(["init", "--check", str(root)]) == ExitCode.OK


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--check", "--update"], "--check and --update do not go together"),
        (["--force", "--update"], "--update and --force do not go together"),
        (["--check", "--pin", COMMIT], "--check and --pin do not go together"),
        (["--pin", "v1"], "--pin v1: a commit is 40 hex digits"),
        (["--repository", "hello"], "'hello' is no repository on GitHub"),
        (["--package", "other"], "there is no package 'other' in the repository"),
        (["--template", "x"], "'x' is not one of"),
    ],
)
def test_what_cannot_be_meant(args: list[str], message: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["init", str(root), *args]) == ExitCode.USAGE
    assert message in capsys.readouterr().err
    assert projects.git(root, "status", "--porcelain") == ""


def test_elsewhere_it_is_said_what_works_there(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    projects.git(root, "remote", "set-url", "origin", "git@gitlab.com:acme/hello.git")
    assert main.run(["init", str(root), *PIN]) == ExitCode.USAGE
    assert capsys.readouterr().err == snapshot("""\
error: the repository is on gitlab.com, and the workflows run on github.com alone
  There, a job of your own runs `pypublish prepare`, `pypublish upload` and `pypublish verify`: the
  same checks, and an API token. To set up GitHub nevertheless: --repository OWNER/NAME.
""")
    assert projects.git(root, "status", "--porcelain") == ""
    assert main.run(["init", str(root), *PIN, "--repository", "acme/hello"]) == ExitCode.OK


def test_the_chosen_package_alone(tmp_path: Path) -> None:
    shape = Shape(files={"a/pyproject.toml": pyproject(name="a-1"), "b/pyproject.toml": pyproject(name="b-1")})
    root = make(tmp_path / "it", shape)
    assert main.run(["init", str(root), "--package", "B.1", *PIN]) == ExitCode.OK
    names = sorted(path.name for path in (root / ".github" / "workflows").iterdir())
    assert names == ["rehearse-b-1.yml", "release-b-1.yml"]


def at_a_terminal(root: Path, answers: str) -> tuple[int, str]:
    """Run it with a terminal for a user who answers so."""
    import pty
    import select

    ours, theirs = pty.openpty()
    code = "import sys; from pypublish.cli.main import run; sys.exit(run(sys.argv[1:]))"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "init", *PIN, str(root)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "TERM": "dumb", "PYTHONPATH": os.pathsep.join(sys.path)},
        start_new_session=True,
    )
    os.close(theirs)
    os.write(ours, answers.encode())
    shown = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            shown += os.read(ours, 1 << 16)
        except OSError:  # the other end is closed
            break
    os.close(ours)
    return process.wait(timeout=60), shown.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal to pretend")
def test_at_a_terminal_it_asks_what_it_cannot_find_out(tmp_path: Path) -> None:
    root = make(tmp_path / "it", Shape(files=PLAIN.files, remotes={}))
    code, shown = at_a_terminal(root, "hello\nacme/hello\nrelease-hardened\n")
    assert code == ExitCode.OK, shown
    assert "'hello' is no repository on GitHub. Write it as OWNER/NAME." in shown
    assert "https://github.com/acme/hello/settings/environments" in shown
    assert "  check:\n" in (root / ".github" / "workflows" / "release.yml").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal to pretend")
def test_at_a_terminal_enter_takes_what_is_proposed(tmp_path: Path) -> None:
    root = make(
        tmp_path / "it", Shape(files=PLAIN.files, remotes={"fork": "https://github.com/me/it", "origin": ORIGIN})
    )
    code, shown = at_a_terminal(root, "\n\n")
    assert code == ExitCode.OK, shown
    assert "https://github.com/acme/hello/settings/environments" in shown


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal to pretend")
def test_who_ends_it_while_it_asks_has_nothing_changed(tmp_path: Path) -> None:
    root = make(tmp_path / "it", Shape(files=PLAIN.files, remotes={}))
    code, shown = at_a_terminal(root, "\x04")
    assert code == ExitCode.INTERRUPTED, shown
    assert projects.git(root, "status", "--porcelain") == ""


COMPILED = Shape(files={"pyproject.toml": pyproject(backend="maturin"), "Cargo.toml": ""})


@pytest.mark.skipif(sys.platform == "win32", reason="no terminal to pretend")
def test_at_a_terminal_what_fits_compiled_modules_is_proposed(tmp_path: Path) -> None:
    root = make(tmp_path / "it", COMPILED)
    code, shown = at_a_terminal(root, "\n")
    assert code == ExitCode.OK, shown
    assert "How to release [release-wheels]:" in shown
    assert "  wheels:\n" in (root / ".github" / "workflows" / "release.yml").read_text()
