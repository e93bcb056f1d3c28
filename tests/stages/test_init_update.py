"""init --update: what is new comes, what is the user's stays, and where both meet, that is said."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish import codec
from pypublish.checks.setup_plan import Change, Pin
from pypublish.checks.written import PATH, Record, as_written
from pypublish.edges.world import World
from pypublish.findings import Outcome
from pypublish.stages import setup_record
from pypublish.stages.checking_setup import check
from pypublish.stages.updating import update
from tests.drifting import PLAIN, RELEASE, Edit, edit, sub
from tests.setting_up import PIN, Shape, make, planned, set_up, texts

OLDER: tuple[Edit, ...] = (
    sub(r"^      actions: read .*\n", ""),
    sub(r"timeout-minutes: 30", "timeout-minutes: 20", 0),
    sub(r"checkout@[0-9a-f]{40} # v\S+", f"checkout@{'1' * 40} # v6.0.0", 0),
    sub(r"^          digest-mismatch: error\n", ""),
    sub(r"pypublish-action@\S+ # v\S+", f"pypublish-action@{'2' * 40} # v0.0.9", 0),
)
"""How an older template differed, say."""


def as_by_an_older_version(root: Path, world: World, shape: Shape = PLAIN) -> str:
    """Let the workflow, and the record of it, be what an older version wrote."""
    set_up(root, world, shape)
    text = new = (root / RELEASE).read_text()
    for change in OLDER:
        text = change(text)
    (root / RELEASE).write_text(text)
    record = setup_record.read(root)
    one = next(one for one in planned(root, world, shape).workflows if one.path == RELEASE)
    old = replace(as_written(replace(one, text=text)), version="0.0.9")
    (root / PATH).write_text(codec.dumps(Record(files={**record.files, RELEASE: old})))
    return new


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make(tmp_path / "it", PLAIN)


def updated(
    root: Path, world: World, shape: Shape = PLAIN, *, pin: Pin = PIN, dry_run: bool = False
) -> Outcome[tuple[Change, ...]]:
    made = planned(root, world, shape, pin=pin)
    return update(made, texts(made), world, dry_run=dry_run, strict=False)


def test_who_changed_nothing_gets_the_new_template(root: Path, world: World) -> None:
    new = as_by_an_older_version(root, world)
    assert (root / RELEASE).read_text() != new
    outcome = updated(root, world)
    assert (outcome.findings, [change.path for change in outcome.value or ()]) == ((), [RELEASE, PATH])
    assert (root / RELEASE).read_text() == new
    assert check(planned(root, world, PLAIN), world, strict=True).findings == ()


OWN = [
    (r"\A", "# Ask Jo before you change this.\n"),
    (r"^(      - id: prepare)$", r"      - name: Make the grammar\n        run: make grammar # ours\n\1"),
    (r"^(name: Release)$", r"\1 # the one that counts"),
    (r"^(          stage: verify)$", r"\1\n          patience: 3600"),
    (r"\Z", "\n  announce:\n    needs: release\n    runs-on: ubuntu-latest\n    steps: [{run: ./announce}]\n"),
    (r"^( +- cron: .*)?\Z", r"# the end\n"),
]


def test_the_users_comments_steps_and_jobs_stay(root: Path, world: World) -> None:
    new = as_by_an_older_version(root, world)
    for pattern, own in OWN:
        edit(root, sub(pattern, own))
        new = re.sub(pattern, own, new, count=1, flags=re.MULTILINE)
    outcome = updated(root, world)
    assert outcome.findings == ()
    assert (root / RELEASE).read_text() == new
    assert updated(root, world).value == ()


def test_line_ends_and_the_mark_at_the_beginning_stay(root: Path, world: World) -> None:
    new = as_by_an_older_version(root, world)
    path = root / RELEASE
    path.write_bytes(("\ufeff" + path.read_text().replace("\n", "\r\n")).encode())
    assert updated(root, world).findings == ()
    assert path.read_bytes() == ("\ufeff" + new.replace("\n", "\r\n")).encode()


def test_a_pin_that_dependabot_raised_stays(root: Path, world: World) -> None:
    as_by_an_older_version(root, world)
    edit(root, sub(r"checkout@[0-9a-f]{40} # v\S+", f"checkout@{'9' * 40} # v99.0.0", 0))
    assert updated(root, world).findings == ()
    text = (root / RELEASE).read_text()
    assert text.count(f"actions/checkout@{'9' * 40} # v99.0.0") == text.count("actions/checkout@")
    assert text.count(f"pypublish-action@{PIN.ref} # v0.1.0") == text.count("uses: org/pypublish-action@")


def test_a_commit_stays_where_nobody_knows_the_new_one(root: Path, world: World) -> None:
    set_up(root, world, PLAIN)
    before = (root / RELEASE).read_text()
    nobody_knows = Pin(ref="v0.1.0", version="0.1.0", why_not="GitHub did not answer")
    assert updated(root, world, pin=nobody_knows).value == ()
    assert (root / RELEASE).read_text() == before


def test_where_both_changed_a_place_yours_stands_and_the_templates_is_said(root: Path, world: World) -> None:
    as_by_an_older_version(root, world)
    edit(root, sub(r"timeout-minutes: 20", "timeout-minutes: 45"))
    outcome = updated(root, world)
    (found,) = outcome.findings
    lines = (root / RELEASE).read_text().splitlines()
    assert (lines[(found.where.line or 0) - 1], lines.count("    timeout-minutes: 45")) == (
        "    timeout-minutes: 45",
        1,
    )
    assert (found.message, found.hint) == snapshot(
        (
            "you changed this line, and the template did too; yours stands",
            """\
The template has here:
    timeout-minutes: 30\
""",
        )
    )
    assert not outcome.ok
    # Everything else was merged, and the decision stands.
    assert "digest-mismatch: error" in "\n".join(lines)
    assert updated(root, world).findings == ()


def test_what_the_user_took_out_stays_out_and_is_said_while_it_matters(root: Path, world: World) -> None:
    set_up(root, world, PLAIN)
    edit(root, sub(r"^          digest-mismatch: error\n", ""))
    outcome = updated(root, world)
    assert [found.check for found in outcome.findings] == ["workflow-does-what-its-template-does"]
    assert outcome.value == ()


def test_without_a_record_it_merges_what_it_can(root: Path, world: World) -> None:
    new = as_by_an_older_version(root, world)
    (root / PATH).unlink()
    edit(root, lambda text: "# Ask Jo before you change this.\n" + text)
    outcome = updated(root, world)
    text = (root / RELEASE).read_text()
    assert text.startswith("# Ask Jo before you change this.\n")
    # The lines that the template has more than the user's are there; those that differ are conflicts.
    assert "digest-mismatch: error" in text
    conflicts = [found for found in outcome.findings if found.check == "merged-without-conflict"]
    assert len(conflicts) == new.count("timeout-minutes: 30")
    assert updated(root, world).findings == ()


@pytest.mark.parametrize("text", ["on: [push]\n", "jobs: [\n", "\xff"])
def test_what_init_did_not_write_is_not_touched(text: str, root: Path, world: World) -> None:
    path = root / RELEASE
    path.parent.mkdir(parents=True)
    path.write_bytes(text.encode("latin-1"))
    outcome = updated(root, world)
    assert path.read_bytes() == text.encode("latin-1")
    assert [found.check for found in outcome.findings] == ["existing-file-stays"]


def test_what_would_not_read_when_merged_is_not_written(root: Path, world: World) -> None:
    as_by_an_older_version(root, world)
    edit(root, sub(r"^on:$", "on: [push, {"))
    before = (root / RELEASE).read_text()
    outcome = updated(root, world)
    assert (root / RELEASE).read_text() == before
    assert [found.message.partition(":")[0] for found in outcome.findings] == snapshot(
        ["merged, it would not read, line 10"]
    )


def test_the_page_is_merged_too(root: Path, world: World) -> None:
    set_up(root, world, PLAIN)
    edit(root, lambda text: text.replace("## Before a release\n", "## Before a release\n\nAsk Jo.\n"), "PUBLISHING.md")
    edit(root, sub('name = "hello"', 'name = "howdy"'), "pyproject.toml")
    outcome = updated(root, world)
    page = (root / "PUBLISHING.md").read_text()
    assert outcome.findings == ()
    assert ("Ask Jo." in page, "howdy" in page, "hello-" in page) == (True, True, False)


def test_a_page_of_the_users_own_is_left_alone(root: Path, world: World) -> None:
    (root / "PUBLISHING.md").write_text("Ask Jo.\n")
    set_up(root, world, PLAIN)
    updated(root, world)
    assert (root / "PUBLISHING.md").read_text() == "Ask Jo.\n"


def test_what_is_missing_comes(root: Path, world: World) -> None:
    set_up(root, world, PLAIN)
    (root / ".github" / "workflows" / "rehearse.yml").unlink()
    outcome = updated(root, world)
    assert [change.path for change in outcome.value or ()] == [".github/workflows/rehearse.yml"]


def test_nothing_is_written_to_try(root: Path, world: World) -> None:
    as_by_an_older_version(root, world)
    before = (root / RELEASE).read_bytes()
    outcome = updated(root, world, dry_run=True)
    assert [change.path for change in outcome.value or ()] == [RELEASE, PATH]
    assert (root / RELEASE).read_bytes() == before


def test_another_kind_of_release_keeps_the_users_lines_too(root: Path, world: World) -> None:
    set_up(root, world, PLAIN)
    edit(root, lambda text: "# Ask Jo before you change this.\n" + text)
    hardened = replace(PLAIN, template="release-hardened")
    updated(root, world, hardened)
    text = (root / RELEASE).read_text()
    assert text.startswith("# Ask Jo before you change this.\n")
    assert check(planned(root, world, hardened), world, strict=True).findings == ()
