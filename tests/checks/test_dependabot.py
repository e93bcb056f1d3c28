"""The entry for Dependabot: put where it belongs, and no line of the user's changed."""

from __future__ import annotations

from textwrap import dedent

import pytest
from inline_snapshot import snapshot

from pypublish.checks.dependabot import NOTHING, Addition, addition, new
from pypublish.edges.github_yaml import parse

PATH = ".github/dependabot.yml"


def added(text: str) -> Addition:
    return addition(parse(dedent(text), PATH))


def test_the_file_where_there_is_none() -> None:
    assert new() == snapshot("""\
# New versions are proposed some days after they came out: most poisoned releases are found in their first days.
version: 2
updates:
  - package-ecosystem: github-actions
    directory: /
    schedule:
      interval: weekly
    cooldown:
      default-days: 7
    groups:
      actions:
        patterns: ["*"]
""")
    assert addition(parse(new(), PATH)) == NOTHING


OTHERS = """\
# Ask Jo before you change this.
version: 2   # the only one
updates:  # weekly, all of them
# our Python
- package-ecosystem: "pip"
  directory: "/"
  schedule: {interval: weekly}

- package-ecosystem: docker
  directory: /deploy
  schedule:
    interval: monthly
"""

INDENTED = """\
version: 2
updates:
    - directory: /
      package-ecosystem: pip
      schedule: {interval: daily}
"""

WITHOUT_COOLDOWN = """\
version: 2
updates:
  - package-ecosystem: pip
    directory: /
    schedule: {interval: daily}
  -   package-ecosystem: "github-actions" # pins
      directory: "/"
      schedule:
        interval: daily
"""


@pytest.mark.parametrize("text", [OTHERS, INDENTED, WITHOUT_COOLDOWN], ids=["others", "indented", "without cooldown"])
def test_every_line_of_the_users_stays(text: str) -> None:
    found = added(text)
    assert parse(found.text, PATH).data == found.expected
    lines = found.text.splitlines()
    assert [line for line in text.splitlines() if line not in lines] == []
    assert addition(parse(found.text, PATH)) == NOTHING


def test_an_entry_is_added_above_the_others_and_their_comments() -> None:
    assert added(OTHERS).text.splitlines()[:8] == snapshot(
        [
            "# Ask Jo before you change this.",
            "version: 2   # the only one",
            "updates:  # weekly, all of them",
            "- package-ecosystem: github-actions",
            "  directory: /",
            "  schedule:",
            "    interval: weekly",
            "  cooldown:",
        ]
    )


def test_an_entry_without_a_cooldown_gets_one() -> None:
    assert added(WITHOUT_COOLDOWN).text.splitlines()[5:8] == snapshot(
        [
            '  -   package-ecosystem: "github-actions" # pins',
            "      cooldown:",
            "        default-days: 7",
        ]
    )


@pytest.mark.parametrize(
    "entry",
    [
        "directory: /",
        'directory: "/"',
        "directories: [/, /.github/actions/*]",
        'directories: ["/**"]',
    ],
)
def test_what_is_there_already_is_left_alone(entry: str) -> None:
    text = f"""\
version: 2
updates:
  - package-ecosystem: github-actions
    {entry}
    schedule: {{interval: weekly}}
    cooldown: {{default-days: 14}}
"""
    assert added(text) == NOTHING


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("version: 1\nupdate_configs: []\n", "has no list `updates` of version 2"),
        ("version: 2\nupdates:\n", "has no list `updates` of version 2"),
        ("version: 2\nupdates: []\n", "has its list in another form"),
        (
            "version: 2\nupdates: [{package-ecosystem: pip, directory: /, schedule: {interval: daily}}]\n",
            "has its list in another form",
        ),
        (
            "version: 2\nupdates:\n  - {package-ecosystem: github-actions, directory: /}\n",
            "has the entry for actions in another form",
        ),
        ("version: 2\nupdates:\n  -\n    package-ecosystem: pip\n    directory: /\n", "has its list in another form"),
        ("version: 2\nupdates: [\n", "does not read: did not find expected node content"),
        ("a: &x [1]\nversion: 2\nupdates: *x\n", "has its list in another form"),
        ("", "does not read: is no mapping, so it has neither `on` nor `jobs`"),
    ],
)
def test_what_cannot_be_changed_safely_is_said(text: str, why: str) -> None:
    found = added(text)
    assert (found.text, found.why_not) == ("", why)
    assert "default-days: 7" in found.by_hand
