"""Every link within the documentation leads somewhere: to a file that is there, and to a heading of it."""

from __future__ import annotations

from pathlib import PurePosixPath
from posixpath import normpath

import pytest

from pypublish import REPOSITORY
from tests.docs.pages import HOME, ROOT, Page, page, pages

LINKS = sorted(
    {
        (one.path, link)
        for one in pages()
        for link in one.links
        if not link.startswith(("http://", "https://", "mailto:"))
    }
)


@pytest.mark.parametrize(("path", "link"), LINKS)
def test_a_link_leads_somewhere(path: str, link: str) -> None:
    to, _, anchor = link.partition("#")
    target = to.removeprefix("/") if to.startswith("/") else normpath(PurePosixPath(path).parent / to) if to else path
    assert (ROOT / target).exists(), f"{path} links to {target}"
    if anchor:
        assert anchor in page(target).anchors, f"{path} links to {link}, which has no such heading"


def test_there_are_links() -> None:
    assert len(LINKS) > 60


def test_the_readme_works_on_pypi() -> None:
    relative = [link for link in page("README.md").links if not link.startswith(("/", "https://", "#"))]
    assert relative == []
    assert HOME.match(f"https://github.com/{REPOSITORY}/blob/HEAD/")


def test_every_page_is_in_the_index() -> None:
    listed = {normpath(f"docs/{link}") for link in page("docs/README.md").links}
    schemas = {path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.json")}
    assert {one.path for one in pages() if one.path.startswith("docs/")} | schemas <= listed | {"docs/README.md"}


@pytest.mark.parametrize("one", pages(), ids=lambda one: str(one.path))
def test_a_page_has_one_title_and_lists_its_sections_rightly(one: Page) -> None:
    assert one.text.startswith("# ")
    assert sum(line.startswith("# ") for line in one.prose.splitlines()) == 1


def test_the_contents_of_the_guide_are_its_sections() -> None:
    guide = page("docs/publishing-guide.md")
    sections = [line.removeprefix("## ") for line in guide.prose.splitlines() if line.startswith("## ")]
    listed = [
        line[3 : line.index("]")] for line in guide.prose.splitlines() if line.startswith("- [") and "](#" in line
    ]
    assert listed == sections
