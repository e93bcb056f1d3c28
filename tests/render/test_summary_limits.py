"""The job summary of releases that are large, long or hostile: still one screen, still shown, nothing broken out."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pypublish.findings import Location, Outcome, Step
from pypublish.model import Manifest
from pypublish.render.summary import LIMIT, as_markdown
from tests.factories import wheel
from tests.render import releases
from tests.render.test_markdown import MARKUP, rendered, tags_in

ONE_SCREEN = 30
"""Lines of text on a screen, beside the chart, before anything is opened."""


def test_a_hundred_wheels_fit_on_one_screen_too() -> None:
    markdown = as_markdown(releases.prepared(releases.many_wheels(200), last=releases.old_release()))
    text = re.sub(r"```mermaid.*?```", "", releases.shown_at_once(markdown), flags=re.DOTALL)
    assert len(text.strip().splitlines()) <= ONE_SCREEN
    assert "**201 files, " in markdown
    assert markdown.count("```text") == 2, "the sdist and one wheel stand for all: the others hold the same"
    assert "199 more files not shown: others like these." in markdown
    assert len(markdown.encode()) < 60_000


def test_whatever_is_found_the_summary_is_not_dropped() -> None:
    many = releases.failed(20_000)
    markdown = as_markdown(many)
    assert len(markdown.encode()) < LIMIT
    assert "… and 19,700 more: the log has them all." in markdown


def test_huge_files_are_cut_before_github_cuts_the_summary() -> None:
    names = {f"hello/{'long' * 45}/{one}/{'n' * 150}.py": "" for one in range(3000)}
    files = [wheel({f"x{number}{name}": "" for name in names}, tag=f"cp3{number}-none-any") for number in range(10, 16)]
    markdown = as_markdown(releases.prepared(files))
    assert len(markdown.encode()) < LIMIT
    assert "<details><summary>What is in the 6 files</summary>" in markdown


def test_a_fold_that_is_too_long_is_left_out_whole() -> None:
    long = tuple(replace(releases.NOTE, message="x" * 5000 + str(one)) for one in range(170))
    markdown = as_markdown(replace(releases.prepared(), findings=long))
    assert len(markdown.encode()) < LIMIT + 1000
    assert markdown.count("<details>") == markdown.count("</details>")


@settings(max_examples=25)
@given(MARKUP | st.text())
def test_nothing_foreign_breaks_out(text: str) -> None:
    plain = rendered(as_markdown(everything_is_called("x"), repository=releases.REPOSITORY))
    shown = rendered(as_markdown(everything_is_called(text), repository=releases.REPOSITORY))
    assert tags_in(shown) <= tags_in(plain) | {"code"}
    for tag in ("details", "summary", "table", "pre", "ul", "h2", "img", "script"):
        assert shown.count(f"<{tag}") == plain.count(f"<{tag}")
        assert shown.count(f"</{tag}>") == plain.count(f"</{tag}>")


def everything_is_called(text: str) -> Outcome[object]:
    """A release in which every text that may be somebody else's is this one."""
    whole = releases.prepared(last=releases.old_release())
    sealed = next(one for one in whole.all_exhibits if isinstance(one, Manifest))
    sealed = replace(
        sealed,
        release=replace(sealed.release, tag=text or "x"),
        artifacts=tuple(replace(artifact, filename=f"a{text}") for artifact in sealed.artifacts),
    )
    found = tuple(
        replace(finding, message=f"m{text}", hint=f"h{text}", where=Location(file=f"f{text}", member=f"n{text}"))
        for finding in (releases.WARNING, releases.WAIVED, releases.NOTE)
    )
    changes = releases.changes_named(f"c{text}")
    parts = tuple(replace(part, summary=f"s{text}", exhibits=(), findings=()) for part in whole.parts)
    steps = (*whole.steps, Step(stage="check", what=f"w{text}", began=10.0, seconds=1.0))
    return replace(whole, parts=parts, findings=found, steps=steps, exhibits=(sealed, changes))
