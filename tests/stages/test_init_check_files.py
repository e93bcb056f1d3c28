"""init --check: pins, files that do not read, records, and what is waived."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish import __version__, codec
from pypublish.checks.written import PATH, Record
from pypublish.edges.world import World
from pypublish.errors import SettingsError
from pypublish.findings import Severity
from pypublish.stages import setup_record
from tests.drifting import PLAIN, RELEASE, Edit, edit, judged, sub, told
from tests.setting_up import PIN, Shape, make, planned, set_up


@pytest.fixture
def root(tmp_path: Path, world: World) -> Path:
    made = make(tmp_path / "it", PLAIN)
    set_up(made, world, PLAIN)
    return made


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            sub(r"checkout@[0-9a-f]{40} # v\S+", f"checkout@{'1' * 40} # v6.0.0"),
            snapshot(
                [
                    "error release.yml | - uses: actions/checkout@1111111111111111111111111111111111111111 # v6.0.0: actions/checkout 6.0.0 is older than the template's 7.0.1"
                ]
            ),
        ),
        (sub(r"checkout@[0-9a-f]{40} # v\S+", f"checkout@{'1' * 40} # v99.0.0"), snapshot([])),
        (
            sub(r"checkout@[0-9a-f]{40} # (v\S+)", rf"checkout@{'1' * 40} # \1"),
            snapshot(
                [
                    "error release.yml | - uses: actions/checkout@1111111111111111111111111111111111111111 # v7.0.1: actions/checkout is not the commit of 7.0.1, which is 3d3c42e5aac5ba805825da76410c181273ba90b1"
                ]
            ),
        ),
        (
            sub(r"checkout@[0-9a-f]{40} # v\S+", "checkout@v7"),
            snapshot(
                [
                    "error release.yml | - uses: actions/checkout@v7: actions/checkout is named by v7, which can be moved, and not by a commit"
                ]
            ),
        ),
        (
            sub(r"checkout@[0-9a-f]{40} # v\S+", f"checkout@{'1' * 40}"),
            snapshot(
                [
                    "error release.yml | - uses: actions/checkout@1111111111111111111111111111111111111111: actions/checkout is of an unknown version; the template's is 7.0.1"
                ]
            ),
        ),
        (
            sub(r"pypublish-action@\S+ # v\S+", f"pypublish-action@{'1' * 40} # v0.0.9"),
            snapshot(
                [
                    "error release.yml | - uses: org/pypublish-action@1111111111111111111111111111111111111111 # v0.0.9: the action is 0.0.9, and this is pypublish 0.1.0"
                ]
            ),
        ),
        (
            sub(r"pypublish-action@\S+ # v\S+", f"pypublish-action@{'1' * 40} # v9.0.0"),
            snapshot(
                [
                    "note release.yml | - uses: org/pypublish-action@1111111111111111111111111111111111111111 # v9.0.0: the action is 9.0.0, and this is the older pypublish 0.1.0"
                ]
            ),
        ),
        (
            sub(r"pypublish-action@\S+ # v\S+", "pypublish-action@v1"),
            snapshot(["error release.yml | - uses: org/pypublish-action@v1: org/pypublish-action@v1 is no commit"]),
        ),
        (
            sub(r"pypublish-action@\S+ # v\S+", f"pypublish-action@v{__version__}"),
            snapshot(
                ["note release.yml | - uses: org/pypublish-action@v0.1.0: org/pypublish-action@v0.1.0 is no commit"]
            ),
        ),
    ],
)
def test_pins(change: Edit, expected: list[str], root: Path, world: World) -> None:
    edit(root, change)
    assert told(root, judged(root, world)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "jobs: [\n",
            snapshot(["error release.yml | jobs: [: the file does not read: did not find expected node content"]),
        ),
        (
            "",
            snapshot(
                [
                    "error .github/workflows/release.yml: the file does not read: is no mapping, so it has neither `on` nor `jobs`"
                ]
            ),
        ),
        (
            "on: &x push\non: *x\n",
            snapshot(["error release.yml | on: *x: the file does not read: has the key 'on' twice"]),
        ),
    ],
)
def test_a_workflow_that_does_not_read(text: str, expected: list[str], root: Path, world: World) -> None:
    (root / RELEASE).write_text(text)
    assert told(root, judged(root, world)) == expected


def test_a_workflow_that_somebody_else_wrote(tmp_path: Path, world: World) -> None:
    root = make(
        tmp_path / "it", Shape(files={**PLAIN.files, RELEASE: "on: push\njobs: {go: {steps: [{uses: a/b@v1}]}}\n"})
    )
    assert told(root, judged(root, world)) == snapshot(
        [
            "error .github/workflows/release.yml: the file was not made of a template",
            "error .github/workflows/rehearse.yml: the file is missing",
        ]
    )


def test_a_workflow_that_is_missing(root: Path, world: World) -> None:
    (root / RELEASE).unlink()
    assert told(root, judged(root, world)) == snapshot(["error .github/workflows/release.yml: the file is missing"])


def test_anchors_are_read_as_what_they_stand_for(root: Path, world: World) -> None:
    edit(root, sub(r"^    permissions: \{\} (.*)$", r"    permissions: &nothing {}"))
    edit(root, sub(r"^permissions: \{\}.*$", "permissions: {}"))
    edit(root, sub(r"^          persist-credentials: false$", "          persist-credentials: &no false"))
    assert told(root, judged(root, world)) == []


def test_what_is_waived_says_why(root: Path, world: World) -> None:
    reason = "workflow-does-what-its-template-does = 'our own runners cannot compare'"
    edit(root, lambda text: f"{text}\n[tool.pypublish.ignore]\n{reason}\n", "pyproject.toml")
    edit(root, sub(r"^ +digest-mismatch: error\n", ""))
    outcome = judged(root, world)
    assert [found.ignored for found in outcome.findings] == ["our own runners cannot compare"]
    assert outcome.ok


def test_a_workflow_of_an_older_template(root: Path, world: World) -> None:
    record = setup_record.read(root)
    written = record.files[RELEASE]
    old = replace(written, version="0.0.9", lines=" ".join([*written.lines.split()[5:], "00000000"]))
    (root / PATH).write_text(codec.dumps(Record(files={**record.files, RELEASE: old})))
    assert told(root, judged(root, world)) == snapshot(
        ["error .github/workflows/release.yml: pypublish 0.0.9 wrote it; 0.1.0 would write 6 lines otherwise"]
    )


def test_a_setting_that_changed_is_a_change_of_the_workflow(root: Path, world: World) -> None:
    edit(root, sub(r"tag-format = .*", 'tag-format = "release-{version}"'), "pyproject.toml")
    assert told(root, judged(root, world)) == snapshot(
        [
            'error release.yml | tags: ["v*"]: `on.push.tags` is not as in the template: `release-*`',
            "error .github/workflows/release.yml: pypublish 0.1.0 wrote it; 0.1.0 would write 2 lines otherwise",
        ]
    )


def test_action_updates_that_nobody_proposes_are_a_note(root: Path, world: World) -> None:
    (root / ".github" / "dependabot.yml").write_text("version: 2\nupdates: []\n")
    outcome = judged(root, world)
    assert [(found.severity, found.check) for found in outcome.findings] == [
        (Severity.NOTE, "action-updates-are-proposed")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "is no JSON"), ('{"schema": 99}', "was written by a newer pypublish"), ('{"files": 1}', "does not read")],
)
def test_a_record_that_does_not_read(text: str, message: str, root: Path, world: World) -> None:
    (root / PATH).write_text(text)
    with pytest.raises(SettingsError, match=message) as raised:
        judged(root, world)
    assert raised.value.hint


def test_without_a_record_the_template_is_the_one_that_it_is_most_like(tmp_path: Path, world: World) -> None:
    for template in ("release", "release-testpypi-first", "release-hardened"):
        shape = replace(PLAIN, template=template)
        root = make(tmp_path / template, shape)
        set_up(root, world, shape)
        record = setup_record.read(root)
        survey = planned(root, world, shape).survey
        assert setup_record.wanted_so_far(survey, record, PIN, template=None).template == template
        assert setup_record.wanted_so_far(survey, Record(), PIN, template=None).template == template
