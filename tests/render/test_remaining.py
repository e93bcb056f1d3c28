"""What is left to do after init: no more than is true of this repository."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.setup_plan import Plan
from pypublish.edges.world import World
from pypublish.render.remaining import remaining
from tests.setting_up import Shape, make, planned, pyproject

RAISE = "There is a tag {tag} already: raise the version, then push the tag of the new one."
NEXT = "Then push the tag of the next version; the newest tag is {tag}."

Of = Callable[[str], Plan]


@pytest.mark.parametrize(
    ("written", "to_write", "begins"),
    [
        (True, False, ("Left to do by hand:", " 1. Read what was written, and commit it.")),
        (False, True, ("Left to do by hand:", " 1. Run this without --dry-run, and commit the files.")),
        (
            False,
            False,
            (
                "To do by hand, as far as it is not done yet:",
                " 1. Make the environments that the workflow publishes from:",
            ),
        ),
    ],
    ids=["written", "to be written", "nothing new"],
)
def test_only_what_was_written_is_to_be_read(
    written: bool, to_write: bool, begins: tuple[str, str], tmp_path: Path, world: World
) -> None:
    shape = Shape(files={"pyproject.toml": pyproject()})
    plan = planned(make(tmp_path / "it", shape), world, shape)
    lines = remaining(plan, written=written, to_write=to_write)
    assert (lines[0], lines[2]) == begins


@pytest.mark.parametrize(
    ("version", "tags", "expected"),
    [
        ("1.2.0", (), "Then push a tag like v1.2.0."),
        ("1.2.0", ("v1.1.0",), "Then push a tag like v1.2.0."),
        ("1.2.0", ("v1.1.0", "v1.2.0"), RAISE.format(tag="v1.2.0")),
        ("1.2.0", ("v1.2",), RAISE.format(tag="v1.2")),
        ("1.2.0", ("hello-1.2.0",), RAISE.format(tag="hello-1.2.0")),
        (None, (), "Then push a tag like v1.2.0."),
        (None, ("v3.0",), NEXT.format(tag="v3.0")),
        (None, ("nightly",), "Then push a tag like v1.2.0."),
    ],
    ids=str,
)
def test_no_tag_is_to_be_pushed_that_is_there(
    version: str | None, tags: tuple[str, ...], expected: str, tmp_path: Path, world: World
) -> None:
    backend = "hatch-vcs" if version is None else "hatchling"
    shape = Shape(files={"pyproject.toml": pyproject(version=version, backend=backend)}, tags=tags)
    last = remaining(planned(make(tmp_path / "it", shape), world, shape), written=True)[-1]
    assert last.strip() == f"{expected} PUBLISHING.md has the rest."


def test_what_was_left_as_it_is_comes_first(of: Of) -> None:
    lines = remaining(of("hatchling, src layout, tests"), written=True, left=[".github/workflows/release.yml"])
    assert lines[2:6] == (
        " 1. Decide on .github/workflows/release.yml, as said above:",
        "    what follows is about the files that init writes.",
        "",
        " 2. Read what was written, and commit it.",
    )


def test_what_is_left_for_several_packages(of: Of) -> None:
    assert "\n".join(remaining(of("a workspace of uv's"), written=True)) == snapshot("""\
Left to do by hand:

 1. Read what was written, and commit it.

 2. Make the environments that the workflow publishes from:
      https://github.com/acme/hello/settings/environments
      pypi: with a required reviewer, who is not the one that pushes the tag if you are several;
        deployment branches and tags: acme-v*, Acme_B-v*, acme-a-v*, and the branch main, from which stopped releases are finished
      testpypi: without reviewers, for every branch

 3. Protect the tags: who may push one may start a release. Make a ruleset:
      https://github.com/acme/hello/settings/rules/new?target=tag
      target acme-v*, Acme_B-v*, acme-a-v*; restrict creations, updates and deletions; who releases may bypass it.

 4. Tell PyPI who publishes. What it does not have yet is entered here, with the values below:
      https://pypi.org/manage/account/publishing/
        PyPI project name  acme
        Owner              acme
        Repository name    hello
        Workflow name      release-acme.yml
        Environment name   pypi
      If it has acme already, here, with the form filled in:
      https://pypi.org/manage/project/acme/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release-acme.yml&environment=pypi

        PyPI project name  Acme_B
        Owner              acme
        Repository name    hello
        Workflow name      release-acme-b.yml
        Environment name   pypi
      If it has Acme_B already, here, with the form filled in:
      https://pypi.org/manage/project/Acme_B/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release-acme-b.yml&environment=pypi

        PyPI project name  acme-a
        Owner              acme
        Repository name    hello
        Workflow name      release-acme-a.yml
        Environment name   pypi
      If it has acme-a already, here, with the form filled in:
      https://pypi.org/manage/project/acme-a/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release-acme-a.yml&environment=pypi

 5. Tell TestPyPI who publishes. What it does not have yet is entered here, with the values below:
      https://test.pypi.org/manage/account/publishing/
        PyPI project name  acme
        Owner              acme
        Repository name    hello
        Workflow name      release-acme.yml
        Environment name   testpypi
      If it has acme already, here, with the form filled in:
      https://test.pypi.org/manage/project/acme/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release-acme.yml&environment=testpypi

        PyPI project name  Acme_B
        Owner              acme
        Repository name    hello
        Workflow name      release-acme-b.yml
        Environment name   testpypi
      If it has Acme_B already, here, with the form filled in:
      https://test.pypi.org/manage/project/Acme_B/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release-acme-b.yml&environment=testpypi

        PyPI project name  acme-a
        Owner              acme
        Repository name    hello
        Workflow name      release-acme-a.yml
        Environment name   testpypi
      If it has acme-a already, here, with the form filled in:
      https://test.pypi.org/manage/project/acme-a/settings/publishing/?provider=github&owner=acme&repository=hello&workflow_filename=release-acme-a.yml&environment=testpypi

 6. Try it at home, where nothing is published: uvx pypublish-action rehearse
    Then push a tag like acme-v1.2.0. PUBLISHING.md has the rest.\
""")
