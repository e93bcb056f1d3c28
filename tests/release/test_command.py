"""`pypublish release` as people and runners start it: what it prints, what it wants, and that it may end anywhere."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges import staging
from tests.github_api import TOKEN
from tests.github_releases_api import Fault
from tests.release.scene import TAG, WHEEL, Place, is_right, listening, sealed_manifest

pytestmark = pytest.mark.slow


def shown(at: Place, *args: str, **env: str) -> str:
    """Run it, and return what was printed, without what differs each time."""
    done = at.command(*args, **env)
    text = f"{done.stdout}{done.stderr}"
    assert TOKEN not in text
    assert "Traceback" not in text
    text = re.sub(r"(?!0{64})[0-9a-f]{64}", "(a digest)", text)  # packers differ
    lines = [line.rstrip() for line in text.replace(str(at.root.parent), "…").splitlines()]
    return "\n".join(
        [
            f"exit code {done.returncode}",
            *(line.rpartition("  ")[0].rstrip() if line.endswith(" s") else line for line in lines),
        ]
    )


def test_it_prints_what_it_made(at: Place) -> None:
    with listening() as listener:
        assert shown(at, PYPUBLISH_WEBHOOK=listener.url) == snapshot("""\
exit code 0
 ✓ release    v1.2.0 of acme/hello is published, notes from CHANGELOG.md, line 5

Released: https://github.com/acme/hello/releases/tag/v1.2.0\
""")
        assert shown(at, PYPUBLISH_WEBHOOK=listener.url) == snapshot("""\
exit code 0
 ✓ release    v1.2.0 of acme/hello was there already, and nothing was changed

Released: https://github.com/acme/hello/releases/tag/v1.2.0\
""")
    assert [told["verdict"] for told in listener.told] == ["released", "unchanged"]
    is_right(at)


def test_a_dry_run_prints_the_notes(at: Place) -> None:
    text = shown(at, "--dry-run", GITHUB_TOKEN="")
    assert text.partition("### Files")[0] == snapshot("""\
exit code 0
 ✓ release    v1.2.0 of acme/hello: notes from CHANGELOG.md, line 5

This would make the release 'hello 1.2.0' for the tag v1.2.0, as a draft first.
It would attach hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl, SHA256SUMS, manifest.json.
It would publish it as the latest release.
Without a token, GitHub shows no drafts: there may be one.
Nothing was changed.

### Added

- Says hello in a language of your choice ([#7]).

[#7]: https://github.com/acme/hello/pull/7

<!-- pypublish: files -->
""")
    assert at.releases.sent == []


def test_on_a_runner(at: Place, tmp_path: Path) -> None:
    outputs, summary = tmp_path / "outputs", tmp_path / "summary"
    outputs.touch()
    runner = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": f"refs/tags/{TAG}",
        "GITHUB_REF_TYPE": "tag",
        "GITHUB_REF_NAME": TAG,
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_TOKEN": "",
        "PYPUBLISH_GITHUB_TOKEN": TOKEN,
    }
    at.releases.notes = "## What's Changed\n* ::set-output name=x::y by @jo\n"
    (at.root / "CHANGELOG.md").unlink()
    dry = shown(at, PYPUBLISH_DRY_RUN="true", **runner)
    assert "\n::stop-commands::" in dry
    assert shown(at, **runner).startswith("exit code 0\n")
    is_right(at)
    written = outputs.read_text()
    assert "https://github.com/acme/hello/releases/tag/v1.2.0" in written
    assert "release-notes" in written
    assert "Released: https" in summary.read_text().replace("\\", "")


@pytest.mark.parametrize(
    ("args", "env"),
    [
        (("--index", "dry-run"), {}),
        (("--index", "testpypi"), {}),
        (("--tag", "v9.9"), {}),
        (("--manifest-sha256", "0" * 64), {}),
        (("--manifest", "no/such/manifest.json"), {}),
        ((), {"GITHUB_TOKEN": ""}),
        ((), {"GITHUB_TOKEN": "two words"}),
        ((), {"GITHUB_REPOSITORY": "no-repository"}),
        ((), {"GITHUB_REPOSITORY": ""}),
        ((), {"GITHUB_TOKEN": "ghp_of-somebody-else"}),
        ((), {"GITHUB_API_URL": "http://api.example.org"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else " ".join(f"{k}={v}" for k, v in value.items()),
)
def test_what_cannot_be_meant_is_said(at: Place, args: tuple[str, ...], env: dict[str, str]) -> None:
    said = shown(at, *args, **env)
    assert at.releases.sent == []
    assert said.removeprefix("exit code ")[0] in "12"
    assert said == SAID[" ".join(args) or " ".join(f"{name}={value}" for name, value in env.items())]


SAID = {
    "--index dry-run": snapshot("""\
exit code 2
error: a dry run has published nothing that a release on GitHub could announce
  Prepare with --index pypi, publish, verify; then run this. To see the notes alone, use --dry-run
  instead of --index dry-run.\
"""),
    "--index testpypi": snapshot("""\
exit code 2
error: TestPyPI is for trials, so no release on GitHub is made of what is there
  Publish the same files to PyPI; then run this with --index pypi.\
"""),
    "--tag v9.9": snapshot("""\
exit code 2
error: the files were sealed for the tag v1.2.0, not for v9.9
  Name the manifest of v9.9, or leave out --tag.\
"""),
    "--manifest-sha256 " + "0" * 64: snapshot("""\
exit code 1
error: …/staging/manifest.json is not the manifest that was sealed: its sha256 is (a digest), expected was 0000000000000000000000000000000000000000000000000000000000000000
  Do not edit the staging folder; run pypublish prepare again, or fetch the artifact again.\
"""),
    "--manifest no/such/manifest.json": snapshot("""\
exit code 2
error: there is no manifest at no/such/manifest.json
  pypublish prepare writes it. At home, pypublish rehearse does it all.\
"""),
    "GITHUB_TOKEN=": snapshot("""\
exit code 2
error: GitHub makes no release without a token
  Set GITHUB_TOKEN: on a laptop, to what `gh auth token` prints; in a workflow, give the job
  `contents: write`, and the action takes its token. With --dry-run, none is needed.\
"""),
    "GITHUB_TOKEN=two words": snapshot("""\
exit code 2
error: the GitHub token holds a line break, a blank or another character that no token has
  Set PYPUBLISH_GITHUB_TOKEN (the input github-token) to the token alone.\
"""),
    "GITHUB_REPOSITORY=no-repository": snapshot("""\
exit code 2
error: 'no-repository' is no repository on GitHub
  Write it as owner/name.\
"""),
    "GITHUB_REPOSITORY=": snapshot("""\
exit code 2
error: it is not known which repository on GitHub this is: there is no git remote that names one
  Run this in a clone of it, or set GITHUB_REPOSITORY to owner/name.\
"""),
    "GITHUB_TOKEN=ghp_of-somebody-else": snapshot("""\
exit code 2
error: GitHub does not accept the token (Bad credentials)
  A job's own token ends with the job, a personal one expires: set PYPUBLISH_GITHUB_TOKEN to a valid
  one.\
"""),
    "GITHUB_API_URL=http://api.example.org": snapshot("""\
exit code 2
error: GITHUB_API_URL cannot be used: http://api.example.org is not encrypted, so anybody on the way could change the answer\
"""),
}


@pytest.mark.parametrize(
    ("remote", "code"),
    [
        ("git@github.com:acme/hello.git", 0),
        ("https://token@github.com/acme/hello", 0),
        ("git@gitlab.com:acme/hello.git", 2),
        ("https://gitlab.com/acme/hello", 2),
        ("/srv/git/hello", 2),
    ],
)
def test_the_repository_of_the_remote(at: Place, remote: str, code: int) -> None:
    subprocess.run(["git", "-C", str(at.root), "remote", "add", "origin", remote], check=True)
    done = at.command("--dry-run", GITHUB_REPOSITORY="")
    assert done.returncode == code, done.stderr
    assert "token@" not in f"{done.stdout}{done.stderr}"


def test_without_a_tag(at: Place) -> None:
    staging.write(at.seal.parent, sealed_manifest(None, tag=None), list((at.seal.parent / "dist").iterdir()))
    assert shown(at) == snapshot("""\
exit code 2
error: a release on GitHub needs a tag, and the files were sealed without one
  Tag the commit, and prepare and publish the release from the tag; or name the tag by --tag.\
""")
    assert shown(at, "--tag", TAG).startswith("exit code 0\n")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_killed_in_the_middle_it_goes_on_the_next_time(at: Place, number: signal.Signals) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pypublish", "release", str(at.root), "--manifest", str(at.seal)],
        env=at.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def end(path: str) -> None:
        if WHEEL in path:
            process.send_signal(number)
            process.wait(timeout=30)

    at.releases.watch = end
    text, _ = process.communicate(timeout=60)
    assert process.returncode in {-signal.SIGKILL, 130}
    if number != signal.SIGKILL:
        assert "Run the same command again" in text
        assert "Interrupted." in text
    (half,) = at.releases.hosted
    assert half.draft
    at.releases.watch = str
    assert shown(at).startswith("exit code 0\n")
    is_right(at)


def test_trouble_at_github_has_its_own_exit_code(at: Place) -> None:
    answer = (200, {"Content-Type": "text/html"}, b"<html>Log in</html>")
    at.releases.faults = [Fault(method="POST", path="/releases$", answer=answer)]
    assert shown(at) == snapshot("""\
exit code 4
error: what answers at 127.0.0.1 is not GitHub's API: it does not answer with JSON
  See whether a proxy answers in its place; then run the same command again.\
""")


def test_json_has_everything(at: Place) -> None:
    done = at.command("--format", "json")
    assert done.returncode == 0
    assert '"release-url": "https://github.com/acme/hello/releases/tag/v1.2.0"' in done.stdout
