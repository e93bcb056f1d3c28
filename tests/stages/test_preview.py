"""The stage preview: the page of a project that is built, of finished files, and how it follows what is edited."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from pypublish.checks.preview import Preview
from pypublish.checks.project import parse
from pypublish.edges.running import Running
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Transport, World
from pypublish.errors import IndexUnavailableError, UsageError
from pypublish.findings import Outcome, Severity
from pypublish.settings import Settings
from pypublish.stages.following import BUILT_BEFORE
from pypublish.stages.preview import preview_files, preview_project
from pypublish.stages.viewing import Viewing
from tests import projects
from tests.factories import metadata, wheel

README = "# hello\n\nSee [the guide](docs/guide.md).\n"


class Silent:
    """A surface that says nothing."""

    def started(self, stage: str) -> None:
        pass

    def done(self, outcome: Outcome[object]) -> None:
        pass


@pytest.fixture
def alone(world: World) -> World:
    """Reach no index: the proxy is a port that nobody listens on."""
    return replace(world, transport=Transport(proxy="http://127.0.0.1:9"))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    files = projects.with_own_backend(
        """
        INFO = (
            "Metadata-Version: 2.1\\nName: hello\\nVersion: 1.2.0\\nSummary: Built.\\nKeywords: a,b\\n"
            "Description-Content-Type: text/markdown\\n\\n" + pathlib.Path("README.md").read_text()
        )
        """
    )
    table = (
        files["pyproject.toml"].rstrip() + '\n            description = "Declared."\n            readme = "README.md"\n'
    )
    root = projects.write(tmp_path / "hello", {**files, "pyproject.toml": table})
    (root / "README.md").write_text(README)
    return root


def view(shown: list[Preview], hold: Callable[[str], None] = lambda _: None, **options: object) -> Viewing:
    def write(preview: Preview) -> str:
        shown.append(preview)
        return f'<html data-state="">{preview.page.summary} {len(preview.flaws)}'

    return Viewing(write=write, policy="", hold=hold, **options)  # type: ignore[arg-type] # as they come


def look(tree: Path, world: World, viewing: Viewing, settings: Settings | None = None) -> Outcome[Preview]:
    return preview_project(parse(read_tree(tree)), settings or Settings(), world, Silent(), viewing)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))  # as if it had taken a while


def test_the_page_is_of_the_files_that_were_built(tree: Path, alone: World) -> None:
    shown: list[Preview] = []
    outcome = look(tree, alone, view(shown, out=alone.scratch / "page.html"))
    assert outcome.ok
    assert outcome.summary == (
        f"hello 1.2.0: 1 thing in the description will not work on PyPI; see {alone.scratch / 'page.html'}"
    )
    assert (alone.scratch / "page.html").read_text().endswith("Built. 1")
    (preview,) = shown
    assert (preview.page.name, preview.page.version, preview.readme) == ("hello", "1.2.0", "README.md")
    assert [file.filename for file in preview.page.files] == ["hello-1.2.0.tar.gz", "hello-1.2.0-py3-none-any.whl"]
    assert [(flaw.target, flaw.line) for flaw in preview.flaws] == [("docs/guide.md", 3)]
    assert [f"{finding.check} {finding.where}" for finding in outcome.all_findings] == [
        "readme-links-work-on-pypi README.md:3"
    ]


def test_the_page_follows_what_is_edited(tree: Path, alone: World) -> None:
    shown: list[Preview] = []
    seen = []

    def browse(address: str) -> None:
        with httpx.Client(trust_env=False) as browser:

            def reload() -> None:
                text = browser.get(address).text
                seen.append((text.rpartition(">")[2], [words for _, words in shown[-1].remarks]))

            reload()
            edit(tree / "README.md", "docs/guide.md", "https://example.org/guide")
            reload()
            edit(tree / "pyproject.toml", "Declared.", "Edited.")
            reload()
            edit(tree / "pyproject.toml", "[project]", "[project")
            reload()
            edit(tree / "pyproject.toml", "[project", "[project]")
            edit(tree / "pyproject.toml", '"README.md"', '"OTHER.md"')
            reload()
            (tree / "OTHER.md").write_text("[a](b) [c](d)")
            reload()

    look(tree, alone, view(shown, browse))
    assert [page for page, _ in seen] == ["Built. 1", "Built. 0", "Edited. 0", "Built. 1", "Edited. 0", "Edited. 2"]
    assert [remarks for _, remarks in seen[:3]] == [[], [BUILT_BEFORE], [BUILT_BEFORE]]
    assert seen[3][1][0].startswith("pyproject.toml, line ")


def test_where_the_build_fails_the_page_is_of_what_is_declared(tree: Path, alone: World) -> None:
    (tree / "backend" / "own_backend.py").write_text("def build_sdist(*_):\n    raise SystemExit('no')\n")
    shown: list[Preview] = []
    outcome = look(tree, alone, view(shown, out=alone.scratch / "page.html"))
    assert not outcome.ok
    (preview,) = shown
    assert (preview.page.name, preview.page.version, preview.page.summary) == ("hello", "1.2.0", "Declared.")
    assert preview.page.files == ()
    assert [severity for severity, _ in preview.remarks] == [Severity.ERROR]
    assert len(preview.flaws) == 1


def test_a_readme_can_be_looked_at_without_the_index_of_the_build_requirements(tree: Path, alone: World) -> None:
    edit(tree / "pyproject.toml", "requires = []", 'requires = ["some-backend"]')
    environ = {**alone.environ, "UV_OFFLINE": "1", "UV_CACHE_DIR": str(alone.scratch / "cache")}

    def cut_off() -> World:
        return replace(alone, environ=environ, running=Running())

    outcome = look(tree, cut_off(), view([]))
    assert outcome.ok
    assert outcome.value is not None
    assert outcome.value.page.summary == "Declared."
    assert "some-backend" in outcome.value.remarks[0][1]
    with pytest.raises(IndexUnavailableError):
        look(tree, cut_off(), view([], out=alone.scratch / "page.html"))


def test_a_readme_that_pypi_refuses_is_an_error_and_is_shown(tree: Path, alone: World) -> None:
    (tree / "README.md").rename(tree / "README.rst")
    (tree / "README.rst").write_text("Hello\n====\n")
    edit(tree / "pyproject.toml", "README.md", "README.rst")
    edit(tree / "backend" / "own_backend.py", "README.md", "README.rst")
    edit(tree / "backend" / "own_backend.py", "text/markdown", "text/x-rst")
    shown: list[Preview] = []
    outcome = look(tree, alone, view(shown, out=alone.scratch / "page.html"))
    assert not outcome.ok
    assert shown[0].complaint == "README.rst, line 2: Title underline too short."
    assert [str(finding.where) for finding in outcome.all_findings] == ["README.rst:2"]


def test_a_project_that_does_not_read_has_no_page(tree: Path, alone: World) -> None:
    (tree / "pyproject.toml").write_text("[project\n")
    outcome = look(tree, alone, view([]))
    assert outcome.value is None
    assert [finding.check for finding in outcome.all_findings] == ["pyproject-is-toml"]


def test_what_is_waived_is_not_counted(tree: Path, alone: World) -> None:
    settings = Settings(ignore={"readme-links-work-on-pypi": "read on GitHub alone"}, strict=True)
    assert look(tree, alone, view([], out=alone.scratch / "page.html"), settings).ok
    assert not look(tree, alone, view([], out=alone.scratch / "page.html"), Settings(strict=True)).ok


def test_finished_files(tmp_path: Path, alone: World) -> None:
    files = [
        wheel(meta=metadata(description=README)).write(tmp_path),
        wheel(name="other").write(tmp_path),
        tmp_path / "notes.txt",
    ]
    files[-1].write_text("no distribution")
    shown: list[Preview] = []
    outcome = preview_files(files, Settings(), alone, Silent(), view(shown, out=tmp_path / "page.html"))
    assert [finding.check for finding in outcome.all_findings] == [
        "file-is-a-distribution",
        "files-are-of-one-project",
        "readme-links-work-on-pypi",
    ]
    assert shown[0].page.name == "hello"
    assert len(shown[0].page.files) == 1


def test_files_without_metadata_have_no_page(tmp_path: Path, alone: World) -> None:
    outcome = preview_files([tmp_path / "missing.whl"], Settings(), alone, Silent(), view([]))
    assert outcome.value is None
    assert not outcome.ok


def test_a_page_that_cannot_be_written(tree: Path, alone: World) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        look(tree, alone, view([], out=tree / "README.md" / "page.html"))
