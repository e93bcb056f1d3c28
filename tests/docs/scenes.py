"""In what scene each command of the pages is run, and what it says there. A command that is not here fails the tests.

A command is run as it is shown. Where a page leaves out what a command is about ("`pypublish check`"), `more` stands behind
it; where it shows a place for something of the reader's (CHECK), `given` says what the reader has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A project with a tag, its sealed files in staging/, its files in dist/, an index that has nothing of it."""

    says: str
    """Part of what it says when it ends well."""
    more: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """What has to be typed before."""
    published: bool = False
    """The index has the release already."""
    untagged: bool = False
    job: bool = False
    """It runs in a job that has an identity, instead of at a desk with an API token."""
    stays: bool = False
    """It runs until Ctrl-C."""
    leaves: str = ""
    """A file that is there afterwards."""
    own_checkout: bool = False
    """It runs in a checkout of pypublish-action, and installs what is locked."""


EXPLAINED = "Fix"
TOKEN = "PyPI would let this job publish; nothing was uploaded"
REHEARSED = "Rehearsed: pushing the tag v1.2.0 would release hello 1.2.0. Nothing was published."
UPLOADED = "Published: PyPI shows all files of hello 1.2.0."
RELEASED = "Released: https://github.com/acme/hello/releases/tag/v1.2.0"
READY = "Ready: hello 1.2.0, 2 files in staging/dist"
SEALED = "staging/manifest.json"
NOTHING_YET = "rm -r staging dist"
WHEELS_FROM_ELSEWHERE = ("mkdir wheelhouse", "cp dist/*.whl wheelhouse")
A_PACKAGE_BELOW = ("mkdir -p packages/a", "cp .gitignore *.* LICENSE packages/a", "git add .", "git commit -qm more")
WORKFLOW = ".github/workflows/release.yml"
ASK = "uv publish --dry-run --trusted-publishing always --publish-url $UPLOAD_URL dist/* 2> "

SCENES: Mapping[str, Scene] = {
    # Release
    "pypublish rehearse": Scene(says="Nothing was published."),
    "pypublish rehearse packages/a": Scene(says="Nothing was published.", before=A_PACKAGE_BELOW),
    "pypublish rehearse --tag v1.2.0": Scene(says=REHEARSED),
    "pypublish rehearse --out rehearsed": Scene(says=REHEARSED, leaves="rehearsed/dist/hello-1.2.0.tar.gz"),
    "pypublish rehearse --keep --port 8080": Scene(says="REHEARSAL_UPLOAD_URL", given={"8080": "0"}, stays=True),
    "pypublish prepare": Scene(says=READY, before=(NOTHING_YET,), leaves=SEALED),
    "pypublish prepare --tag v1.2.0": Scene(says=READY, before=(NOTHING_YET,), leaves=SEALED),
    "pypublish prepare --index dry-run": Scene(says=READY, before=(NOTHING_YET,), leaves=SEALED),
    "pypublish rehearse --packages-dir wheelhouse": Scene(says="1 wheel from wheelhouse", before=WHEELS_FROM_ELSEWHERE),
    "pypublish prepare --packages-dir wheelhouse": Scene(
        says=READY, before=(*WHEELS_FROM_ELSEWHERE, NOTHING_YET), leaves=SEALED
    ),
    "pypublish gates": Scene(says="tests, against the sealed files of hello 1.2.0"),
    "pypublish gates --gate tests --verbose": Scene(says="gate:tests python -c 'import hello'"),
    "pypublish verify": Scene(says="2 files, the same bytes; wheel and sdist installed and run", published=True),
    "pypublish release": Scene(says=RELEASED, published=True),
    "pypublish release --dry-run": Scene(says="- Says hello.", published=True),
    "pypublish release --manifest staging/manifest.json --dry-run": Scene(says="- Says hello.", published=True),
    "GITHUB_TOKEN=$(gh auth token) pypublish release --manifest staging/manifest.json": Scene(
        says=RELEASED, published=True
    ),
    # Set up
    "pypublish init": Scene(says="Left to do by hand", leaves=WORKFLOW),
    "pypublish init --dry-run": Scene(says=WORKFLOW),
    "pypublish init --template release-wheels": Scene(says="something-is-compiled", leaves=WORKFLOW),
    "pypublish init --force": Scene(
        says=WORKFLOW, before=("mkdir -p .github/workflows", f"echo name: mine > {WORKFLOW}"), leaves="PUBLISHING.md"
    ),
    "pypublish init --check": Scene(says="Everything is up to date.", before=("pypublish init",)),
    "pypublish init --update": Scene(
        says="1 file written", before=("pypublish init", "rm .github/workflows/rehearse.yml")
    ),
    "pypublish init --packaging": Scene(
        says='+readme = "README.md"', more="--yes", before=("sed --in-place /readme/d pyproject.toml",)
    ),
    "pypublish init --package NAME": Scene(says="Left to do by hand", given={"NAME": "hello"}, leaves=WORKFLOW),
    "pypublish init --with diagnose": Scene(says=".github/diagnose.yml", leaves=".github/diagnose.yml"),
    "pypublish doctor": Scene(says="PyPI project name  hello"),
    "pypublish doctor --online": Scene(says="there is no environment pypi yet", before=("pypublish init",)),
    "pypublish diagnose": Scene(says=TOKEN, more="--tool-output FILE", before=(f"{ASK} FILE",), job=True),
    "pypublish diagnose --tool-output FILE": Scene(says=TOKEN, before=(f"{ASK} FILE",), job=True),
    "pypublish diagnose --tool-output tool-output.txt": Scene(says=TOKEN, before=(f"{ASK} tool-output.txt",), job=True),
    # Look
    "pypublish preview": Scene(says="Ctrl-C ends it", stays=True),
    "pypublish preview PATH": Scene(says="Ctrl-C ends it", given={"PATH": "."}, stays=True),
    "pypublish preview dist/*": Scene(says="Ctrl-C ends it", stays=True),
    "pypublish preview --packages-dir dist": Scene(says="Ctrl-C ends it", stays=True),
    "pypublish preview --open": Scene(says="Ctrl-C ends it", stays=True),
    "pypublish preview --out page.html": Scene(says="see page.html", leaves="page.html"),
    "pypublish status": Scene(says="Next: push the tag v1.2.0"),
    "pypublish status --tag v1.2.0 --run-id 123456": Scene(says="/actions/runs/123456: no sealed files"),
    "pypublish explain": Scene(says=EXPLAINED, more="tag-equals-version"),
    "pypublish explain CHECK": Scene(says=EXPLAINED, given={"CHECK": "tag-equals-version"}),
    "pypublish explain NAME": Scene(says=EXPLAINED, given={"NAME": "tag-equals-version"}),
    "pypublish explain changelog-has-the-version": Scene(says=EXPLAINED),
    "pypublish explain gate:tests": Scene(says=EXPLAINED),
    "pypublish explain new-project-may-have-its-name": Scene(says=EXPLAINED),
    "pypublish explain tag-equals-version": Scene(says=EXPLAINED),
    "pypublish --version": Scene(says="pypublish"),
    # Parts
    "pypublish validate": Scene(says="hello 1.2.0 = tag v1.2.0"),
    "pypublish build": Scene(
        says="hello-1.2.0.tar.gz", before=(NOTHING_YET,), leaves="dist/hello-1.2.0-py3-none-any.whl"
    ),
    "pypublish check": Scene(says="checks, 2 files", more="dist/*"),
    "pypublish check --no-smoke": Scene(says="checks, 2 files", more="dist/*"),
    "pypublish check dist/*": Scene(says="checks, 2 files; the wheel installed and imported"),
    "pypublish stage": Scene(says="sealed", more="dist/* --out sealed.txt", leaves="sealed.txt/manifest.json"),
    "pypublish upload": Scene(says=UPLOADED),
    "pypublish upload --manifest staging/manifest.json --manifest-sha256 DIGEST": Scene(
        says=UPLOADED, given={"DIGEST": "$(sha256sum staging/manifest.json | cut --bytes=-64)"}
    ),
    "pypublish plan": Scene(says="not published, 2 files to upload"),
    "pypublish index": Scene(says="upload-unavailable[:STATUS]", more="faults"),
    "pypublish index faults": Scene(says="upload-unavailable[:STATUS]"),
    "pypublish index serve": Scene(says="To let something go wrong", more="--dir index", stays=True),
    "pypublish index serve --dir index": Scene(says="To let something go wrong", stays=True),
    "pypublish index serve --dir index --cdn 30 --fault upload-stored-then-error --fault page-stale": Scene(
        says="To let something go wrong", stays=True
    ),
    "pypublish index serve --fault NAME[:ARGUMENT][/TIMES]": Scene(
        says="To let something go wrong",
        given={"NAME[:ARGUMENT][/TIMES]": "upload-unavailable:502/3"},
        more="--dir index",
        stays=True,
    ),
    # From a checkout of this repository
    "python3 bootstrap.py rehearse examples/hello": Scene(says="Nothing was published.", own_checkout=True),
    "python3 bootstrap.py --dev pytest": Scene(says=" passed", more="tests/test_codec.py", own_checkout=True),
    'python3 bootstrap.py --dev pytest -m "not slow"': Scene(
        says=" passed", more="tests/test_codec.py", own_checkout=True
    ),
    "python3 bootstrap.py --dev python docs/generate.py": Scene(says="", own_checkout=True),
    "python3 bootstrap.py --dev cog -r README.md": Scene(says="Cogging README.md", own_checkout=True),
    # Other people's
    "git tag -a v1.2.0 -m 1.2.0 && git push origin v1.2.0": Scene(says="v1.2.0 -> v1.2.0", untagged=True),
    'git tag -a v1.2.0 -m "1.2.0"': Scene(says="", untagged=True, leaves=".git/refs/tags/v1.2.0"),
    "git push origin v1.2.0": Scene(says="v1.2.0 -> v1.2.0"),
    "git tag -f TAG": Scene(says="", given={"TAG": "v1.2.0"}, leaves=".git/refs/tags/v1.2.0"),
    "git push -f origin TAG": Scene(
        says="v1.2.0 -> v1.2.0",
        given={"TAG": "v1.2.0"},
        before=("git push origin v1.2.0", "git commit --quiet --allow-empty --message more", "git tag -f v1.2.0"),
    ),
    "sha256sum staging/manifest.json": Scene(says="staging/manifest.json"),
    "twine upload dist/*": Scene(says="View at:", job=True),
    "twine upload staging/dist/*": Scene(says="View at:"),
    "pip download --no-deps hello": Scene(says="Saved ./hello-1.2.0-py3-none-any.whl", published=True),
    "uv publish --trusted-publishing always dist/*": Scene(says="Uploading hello-1.2.0.tar.gz", job=True),
    'uv publish --dry-run --trusted-publishing always --publish-url "$UPLOAD_URL" staging/dist/* 2> tool-output.txt': (
        Scene(says="", job=True, leaves="tool-output.txt")
    ),
}

_GH = "GitHub's own command is not to be had here, and the run is made up; inputs are held against the workflow"
NOT_RUN: Mapping[str, str] = {
    ".ci/run": "it runs these tests",
    "gh auth token": "it stands within another command, which is run",
    "gh run download 123456 --name release-1 --dir staging": _GH,
    "gh workflow run release.yml -f index=pypi -f tag=v1.2.0": _GH,
    "gh workflow run release.yml -f index=pypi -f tag=v1.2.0 -f run-id=123456": _GH,
}
"""What is not run, and why."""
