"""The sections of a changelog, in the shapes that hands and tools give it."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.checks.changelog import Changelog, read, section_of
from pypublish.checks.changelog_sections import Markup, sections, version_of


@pytest.mark.parametrize(
    ("heading", "version"),
    [
        ("1.2.0", "1.2.0"),
        ("v1.2.0", "1.2.0"),
        ("[1.2.0] - 2026-11-20", "1.2.0"),
        ("[1.2.0] - 2026-11-20 [YANKED]", "1.2.0"),
        ("[v1.2.0](https://github.com/acme/hello/compare/v1.1.0...v1.2.0) (2026-11-20)", "1.2.0"),
        ("[1.2.0][] - 2026-11-20", "1.2.0"),
        ("`1.2.0 <https://example.org/1.2.0>`_ (2026-11-20)", "1.2.0"),
        ("**1.2.0**", "1.2.0"),
        ("1.2.0 (2026-11-20)", "1.2.0"),
        ("1.2.0 — 2026-11-20", "1.2.0"),
        ("1.2.0, November 20, 2026", "1.2.0"),
        ("1.2.0 Nov 20, 2026", "1.2.0"),
        ("1.2.0 (unreleased)", "1.2.0"),
        ("2026-11-20, Version 1.2.0", "1.2.0"),
        ("Version 1.2.0", "1.2.0"),
        ("Release notes for hello 1.2.0", "1.2.0"),
        ("hello 1.2.0 (2026-11-20)", "1.2.0"),
        ("Hello v1.2.0", "1.2.0"),
        ("0.2.0-beta1", "0.2.0b1"),
        ("1!2.0", "1!2.0"),
        ("26.1.0 (2026-11-20)", "26.1.0"),
        ("2026.11.20", "2026.11.20"),
        ("2", "2"),
        ("Python 3.14", None),
        ("3.14 support", None),
        ("goodbye 1.2.0", None),
        ("2 new things", None),
        ("1. Breaking changes", None),
        ("1.2.x", None),
        ("Added", None),
        ("2026-11-20", None),
        ("", None),
    ],
)
def test_a_heading_is_of_a_version(heading: str, version: str | None) -> None:
    found = version_of(heading, "hello")
    assert (None if found is None else str(found)) == version


KEEP_A_CHANGELOG = """
    # Changelog

    ## [Unreleased]

    ## [1.2.0] - 2026-11-20

    ### Added

    - Hello.

    ```console
    # not a heading
    ## 1.1.9
    ```

    ## [1.1.0] - 2026-01-01

    - Older.

    [1.2.0]: https://example.org/1.2.0
    """
TOWNCRIER_MD = """
    <!-- towncrier release notes start -->

    # Hello 1.2.0 (2026-11-20)

    ### Features

    - Hello. (#7)


    # Hello 1.1.0 (2026-01-01)
    """
SCRIV_MD = """
    <a id='changelog-1.2.0'></a>
    # 1.2.0 — 2026-11-20

    ## Added

    - Hello.

    <a id='changelog-1.1.0'></a>
    # 1.1.0 — 2026-01-01
    """
RELEASE_PLEASE = """
    # Changelog

    ## [1.2.0](https://example.org/compare) (2026-11-20)


    ### Features

    * Hello ([abc1234](https://example.org/abc1234))

    ### [1.1.9](https://example.org/compare) (2026-10-20)

    ### Bug Fixes
    """
SETEXT = """
    Changes
    =======

    1.2.0 (2026-11-20)
    ------------------

    - Hello.

    1.1.0
    -----
    """
COMMENTED = """
    <!--
    ## 1.2.0
    a template
    -->
    ## 1.2.0

    - Hello.
    """
TOWNCRIER_RST = """
    =========
    Changelog
    =========

    .. towncrier release notes start

    hello 1.2.0 (2026-11-20)
    ========================

    Features
    --------

    - Hello. (`#7 <https://example.org/7>`__)


    hello 1.1.0 (2026-01-01)
    ========================
    """
SCRIV_RST = """
    .. _changelog-1.2.0:

    1.2.0 — 2026-11-20
    ==================

    Added
    -----

    - Hello.

    .. _changelog-1.1.0:

    1.1.0 — 2026-01-01
    ==================
    """
OVERLINED = """
    -----
    1.2.0
    -----

    * Hello.

    -----
    1.1.0
    -----
    """
WITH_A_NAME = """
    # 1.2.0 "Mercury"

    - Hello.

    # 1.1.0 "Venus"
    """


@pytest.mark.parametrize(
    ("text", "markup", "begins", "ends"),
    [
        (KEEP_A_CHANGELOG, "markdown", "### Added", "```"),
        (TOWNCRIER_MD, "markdown", "### Features", "- Hello. (#7)"),
        (SCRIV_MD, "markdown", "## Added", "- Hello."),
        (RELEASE_PLEASE, "markdown", "### Features", "* Hello ([abc1234](https://example.org/abc1234))"),
        (SETEXT, "markdown", "- Hello.", "- Hello."),
        (COMMENTED, "markdown", "- Hello.", "- Hello."),
        (WITH_A_NAME, "markdown", "- Hello.", "- Hello."),
        (TOWNCRIER_RST, "rest", "Features", "- Hello. (`#7 <https://example.org/7>`__)"),
        (SCRIV_RST, "rest", "Added", "- Hello."),
        (OVERLINED, "rest", "* Hello.", "* Hello."),
    ],
    ids=lambda value: "" if "\n" in str(value) else str(value)[:20],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_section_of_a_version_is_found(text: str, markup: Markup, begins: str, ends: str, newline: str) -> None:
    text = dedent(text).replace("\n", newline)
    changelog = Changelog(file="x", text=text, markup=markup, sections=sections(text, markup, "hello"))
    for spelled in ("1.2.0", "1.2", "v1.2.0"):
        section = section_of(changelog, "hello", spelled)
        assert section is not None
        lines = section.text.splitlines()
        assert (lines[0], lines[-1]) == (begins, ends)
    assert section_of(changelog, "hello", "1.2.1") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("## 1.2.0rc1\n\nown\n\n## [Unreleased]\n\nnext\n", "own"),
        ("## [Unreleased]\n\nnext\n\n## 1.2.0 (unreleased)\n\ncoming\n", "coming"),
        ("## [Unreleased]\n\nnext\n\n## 1.1.0\n", "next"),
        ("## [Unreleased]\n\n## 1.1.0\n", None),
    ],
)
def test_a_pre_release_is_told_by_what_is_coming(text: str, says: str | None) -> None:
    changelog = read("CHANGELOG.md", text, "hello")
    assert changelog is not None
    section = section_of(changelog, "hello", "1.2.0rc1")
    assert (None if section is None else section.text) == says


def test_a_heading_that_only_mentions_the_version_is_not_its_section() -> None:
    changelog = read("CHANGELOG.md", "## 1.1.0\n\n### Gets ready for 1.2.0\n\n- Old.\n", "hello")
    assert changelog is not None
    assert section_of(changelog, "hello", "1.2.0") is None


@given(st.text(alphabet="# \n=-`~<!>[]()1.2v_:*\t\r\x0c\u2028") | st.text())
def test_whatever_the_file_says_it_is_read(text: str) -> None:
    for markup in ("markdown", "rest"):
        changelog = Changelog(file="x", text=text, markup=markup, sections=sections(text, markup, "hello"))
        section_of(changelog, "hello", "1.2")
