"""YAML and TOML in the pages read, and the workflow of the README is one that GitHub takes and that publishes rightly."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from pypublish.cli.main import run
from pypublish.settings import parse
from tests import projects
from tests.docs.pages import ROOT, page, pages
from tests.templates.files import COMPARISON, TEMPLATES_FOLDER, load

BLOCKS = [(one.path, block) for one in pages() for block in one.blocks]
YAML = [pytest.param(block.text, id=path) for path, block in BLOCKS if block.language in {"yaml", "yml"}]
TOML = [pytest.param(block.text, id=path) for path, block in BLOCKS if block.language == "toml"]
MINIMAL = ROOT / "examples" / "minimal.yml"
WORKFLOW: dict[str, Any] = load(MINIMAL)


@pytest.mark.parametrize("text", YAML)
def test_yaml_is_a_workflow_or_a_part_of_one(text: str) -> None:
    document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    parts = {"name", "on", "permissions", "concurrency", "jobs", "steps", "with", "uses", "env", "stage"}
    assert document.keys() <= parts


@pytest.mark.parametrize("text", TOML)
def test_toml_reads_and_the_settings_are_ours(text: str) -> None:
    settings = tomllib.loads(text).get("tool", {}).get("pypublish", {})
    if settings.get("gates", {}).get("lowest") is True:
        settings["gates"].setdefault("tests", "pytest")  # stands further up on the page
    parse(settings)


def test_the_readme_shows_the_file() -> None:
    assert [block.text for block in page("README.md").blocks if block.language == "yaml"] == [
        MINIMAL.read_text("utf-8")
    ]


def test_github_takes_the_workflow() -> None:
    program = Path(sys.executable).parent / "check-jsonschema"
    command = [str(program), "--builtin-schema", "vendor.github-workflows", str(MINIMAL)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_doctor_has_nothing_against_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = projects.write(tmp_path / "it", {"pyproject.toml": '[project]\nname = "hello"\nversion = "1"\n'})
    projects.write(root, {".github/workflows/release.yml": MINIMAL.read_text("utf-8")})
    projects.git(tmp_path, "init", "--quiet", str(root))
    projects.git(root, "remote", "add", "origin", "https://github.com/acme/hello")
    assert run(["doctor", str(root), "--strict"]) == 0
    said = capsys.readouterr().out
    assert "warning" not in said
    assert "Workflow name      release.yml" in said


def test_its_pins_and_its_grants_are_those_of_the_template() -> None:
    pin = re.compile(r"uses: ([\w-]+/[\w-]+@[0-9a-f]{40} # \S+)")
    template = TEMPLATES_FOLDER / "release.yml"
    assert set(pin.findall(MINIMAL.read_text())) == set(pin.findall(template.read_text()))
    jobs = load(template)["jobs"]
    assert {name: job["permissions"] for name, job in WORKFLOW["jobs"].items()} == {
        name: jobs[name]["permissions"] for name in WORKFLOW["jobs"]
    }


@pytest.mark.skipif(sys.platform != "linux", reason="publishing jobs run on Linux")
@pytest.mark.parametrize("changed", ["", "other bytes", "one more", "one less"])
def test_its_comparison_stops_what_the_templates_stops(changed: str, tmp_path: Path) -> None:
    dist = tmp_path / "staging" / "dist"
    dist.mkdir(parents=True)
    for name in ("hello-1.tar.gz", "hello-1-py3-none-any.whl"):
        (dist / name).write_text(name)
    (tmp_path / "staging" / "manifest.json").write_text("{}")
    listed = subprocess.run(["sh", "-c", "sha256sum -- *"], cwd=dist, capture_output=True, text=True, check=True).stdout
    manifest = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    match changed:
        case "other bytes":
            (dist / "hello-1.tar.gz").write_text("other")
        case "one more":
            (dist / "more.whl").write_text("")
        case "one less":
            (dist / "hello-1.tar.gz").unlink()
        case _:
            pass
    own = WORKFLOW["jobs"]["publish"]["steps"][1]
    for step in (own, COMPARISON):
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=tmp_path / step["working-directory"],
            env={"PATH": "/usr/bin:/bin", "CHECKSUMS": listed, "MANIFEST_SHA256": manifest},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode == 0) == (not changed), done.stdout + done.stderr
