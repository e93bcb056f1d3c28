"""The templates and our own workflows, read as GitHub reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES_FOLDER = ROOT / "workflows-templates"
TEMPLATES = sorted(TEMPLATES_FOLDER.glob("*.yml"))
OWN = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

each_workflow = pytest.mark.parametrize("path", [*TEMPLATES, *OWN], ids=lambda path: f"{path.parent.name}/{path.name}")
each_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.name))
each_release = pytest.mark.parametrize(
    "path",
    [path for path in (*TEMPLATES, *OWN) if path.name.startswith("release")],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)


def load(path: Path) -> dict[str, Any]:
    # BaseLoader reads every scalar as text, so that `on` is a word.
    loaded: dict[str, Any] = yaml.load(path.read_text(), Loader=yaml.BaseLoader)  # noqa: S506 - it makes text only
    return loaded


def steps_of(path: Path) -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in load(path)["jobs"].items() for step in job.get("steps", [])]


def is_ours(step: dict[str, Any]) -> bool:
    return "pypublish-action@" in step.get("uses", "") or step.get("uses") == "./"


COMPARISON = load(TEMPLATES_FOLDER / "release.yml")["jobs"]["publish"]["steps"][1]
"""What test_comparison.py runs."""
