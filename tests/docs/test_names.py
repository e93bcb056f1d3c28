"""What stands in backticks is there: checks, settings, inputs, outputs, options, stages, exit codes, templates."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from pypublish.checks.all import CATALOGUE
from pypublish.cli.main import cli
from pypublish.edges.world import World
from pypublish.errors import ExitCode
from pypublish.gates import Gate
from pypublish.pypi import rows
from pypublish.rehearsal.faults import FAULTS
from pypublish.settings import Settings
from tests import setting_up
from tests.docs.pages import ROOT, Page, page, pages
from tests.docs.shown import OURS, commands
from tests.templates.files import load

FOREIGN = ("CHANGELOG.md", "docs/popular.md", "docs/popular-locked.md")
"""What was so once, and what other people's projects say."""
WRITTEN = [one for one in pages() if one.path not in FOREIGN]
each_page = pytest.mark.parametrize("one", WRITTEN, ids=lambda one: str(one.path))

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))


def dashed(cls: type) -> set[str]:
    return {field.name.replace("_", "-") for field in fields(cls)}


def below(command: click.Command) -> list[click.Command]:
    """Return the commands of a group; ours are loaded when they are asked for."""
    if not isinstance(command, click.Group):
        return []
    context = click.Context(command)
    return [one for name in command.list_commands(context) if (one := command.get_command(context, name))]


def options(command: click.Command) -> set[str]:
    own = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)}
    return own.union(*map(options, below(command))) | {"--help", "-h"}


def command_of(line: str) -> click.Command:
    """Return the command of a line, with its group's."""
    found: click.Command = cli
    for word in re.split(r"pypublish(?:-action)? ", line, maxsplit=1)[1].split():
        named = next((one for one in below(found) if one.name == word), None)
        if named is None:
            break
        found = named
    return found


OURS_WITH_DASHES = {
    *CATALOGUE,
    *dashed(Settings),
    *dashed(Gate),
    *ACTION["inputs"],
    *ACTION["outputs"],
    *(command.name or "" for command in below(cli)),
    *FAULTS,
    *("upload-url", "simple-url", "oidc-audience", "file-hosts", "repository-url"),
}
THEIRS_WITH_DASHES = {
    # of pyproject.toml
    *(
        "requires-python",
        "license-files",
        "build-system",
        "build-backend",
        "optional-dependencies",
        "dependency-groups",
    ),
    *("dynamic-version", "import-names", "import-namespaces"),
    # of GitHub's workflows and of actions
    *("id-token", "fetch-depth", "persist-credentials", "timeout-minutes", "cancel-in-progress", "runs-on"),
    *("artifact-ids", "digest-mismatch", "skip-existing", "merge-multiple", "stop-commands", "dry-run", "run-id"),
    # of programs and indexes
    *("pip-audit", "setuptools-scm", "hatch-vcs", "check-manifest", "check-wheel-contents", "validate-pyproject"),
    *("invalid-publisher", "invalid-pending-publisher", "invalid-reuse-token", "invalid-token", "invalid-payload"),
    *(
        "not-enabled",
        "pypi-attestations",
        "lint-imports",
        "delocate-wheel",
        "wheels-sdist",
        "ignore-bad-ideas",
        "release-1",
        "pypublish-action",
        "examples/hello",
        "readme-renderer",
    ),
}


@each_page
def test_names_with_dashes_are_known(one: Page) -> None:
    names = {span for span in one.spans if re.fullmatch(r"[a-z]+(-[a-z0-9]+)+", span)}
    assert names - OURS_WITH_DASHES - THEIRS_WITH_DASHES == set()


@each_page
def test_checks_that_are_asked_about_exist(one: Page) -> None:
    asked = set(re.findall(r"pypublish explain ([a-z][a-z:-]+)", one.text))
    assert {name for name in asked if ":" not in name} <= CATALOGUE.keys()


@each_page
def test_options_of_shown_commands_exist(one: Page) -> None:
    for line in commands(one):
        if "pypublish" in line and "bootstrap" not in line:
            given = set(re.findall(r"(?<!\S)(--?[a-z][a-z0-9-]*)", line))
            assert given <= options(command_of(line)) | {"--version"}, line


@pytest.mark.parametrize("name", setting_up.SHAPES)
def test_the_page_that_init_writes_names_what_there_is(name: str, tmp_path: Path, world: World) -> None:
    shape = setting_up.SHAPES[name]
    plan = setting_up.planned(setting_up.make(tmp_path / "it", shape), world, shape)
    written = Page(path="PUBLISHING.md", text=setting_up.texts(plan).page)
    named = [line for line in commands(written) if "pypublish" in line]
    assert len(named) > 3
    for line in named:
        assert command_of(line) is not cli, line
        assert set(re.findall(r"(?<!\S)(--?[a-z][a-z0-9-]*)", line)) <= options(command_of(line)), line


@each_page
def test_options_alone_are_options_of_some_command(one: Page) -> None:
    named = {re.split(r"[ =]", span)[0] for span in one.spans if span.startswith("--")}
    assert named <= options(cli) | {"--dev", "--pre", "--import-mode"}


@each_page
def test_commands_exist(one: Page) -> None:
    for span in one.spans:
        if span.startswith(OURS[:2]) and not span.endswith("…"):
            assert command_of(span) is not cli or "--version" in span, span


@each_page
def test_workflows_are_started_with_inputs_that_they_have(one: Page) -> None:
    for line in commands(one):
        if line.startswith("gh workflow run"):
            workflow = load(ROOT / "workflows-templates" / line.split()[3])
            given = re.findall(r"-f ([a-z-]+)=", line)
            assert given
            assert set(given) <= workflow["on"]["workflow_dispatch"]["inputs"].keys()


@each_page
def test_stages_are_stages_of_the_action(one: Page) -> None:
    stages = set(re.findall(r"[a-z]+", ACTION["inputs"]["stage"]["description"]))
    assert set(re.findall(r"`stage: ([a-z]+)`", one.text)) <= stages


@each_page
def test_exit_codes_exist(one: Page) -> None:
    assert {int(code) for code in re.findall(r"(?i)exit codes? (\d+)", one.prose)} <= set(ExitCode)


@each_page
def test_files_of_the_repository_are_there(one: Page) -> None:
    named = {
        span
        for span in one.spans
        if re.fullmatch(r"(?:src|tests|docs|workflows-templates|benchmarks|examples)/\S+\w", span)
    }
    named = {span.partition("::")[0] for span in named if "*" not in span}
    made_up = {"docs/changes.rst", "docs/guide.md", "docs/drawing.png", "src/hello/_grammar.py"}
    assert {name for name in named if not (ROOT / name).exists()} <= made_up


@each_page
def test_templates_are_there(one: Page) -> None:
    ours = {
        path.name for folder in ("workflows-templates", ".github/workflows") for path in (ROOT / folder).glob("*.yml")
    }
    named = {
        span
        for span in one.spans
        if re.fullmatch(r"(?:release|rehearse|diagnose)[\w-]*\.ya?ml", span) and "NAME" not in span
    }
    assert named <= ours


def test_the_rows_of_pypis_rules_are_named_rightly() -> None:
    known = {row.id for topic in rows.TOPICS.values() for row in topic}
    assert set(re.findall(r"(?m)^\| `([^`]+)` \|", page("docs/pypi-rules.md").text)) == known


@pytest.mark.parametrize("name", ["Inputs", "Outputs"])
def test_the_readme_has_each_in_its_table(name: str) -> None:
    section = page("README.md").prose.partition(f"## {name}\n")[2].partition("\n## ")[0]
    assert re.findall(r"(?m)^\| `([a-z0-9-]+)`", section) == list(ACTION[name.lower()])


def test_the_readme_has_every_setting_and_every_exit_code() -> None:
    prose = page("README.md").prose
    settings = prose.partition("## Settings\n")[2].partition("\n## ")[0]
    assert set(re.findall(r"(?m)^\| `([a-z-]+)`", settings)) == dashed(Settings)
    codes = prose.partition("| exit code |")[2].partition("\n\n")[0]
    assert [int(code) for code in re.findall(r"(?m)^\| (\d+) \|", codes)] == [int(code) for code in ExitCode]


def test_the_readme_shows_the_tests_as_ci_runs_them() -> None:
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert 'dev() { python3 bootstrap.py --dev "$@"; }' in lines
    assert "dev pytest" in lines
    assert "python3 bootstrap.py --dev pytest" in set(commands(page("README.md")))
