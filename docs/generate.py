"""Write what follows from the code and the lock into docs/ and src/; with --check, fail where it is out of date."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from pypublish.checks.all import CATALOGUE, TOPICS, rules
from pypublish.checks.mint_answers import TOPICS as MINT_TOPICS
from pypublish.model import Manifest
from pypublish.pypi import rows
from pypublish.rehearsal.faults import FAULTS
from pypublish.rehearsal.faults import TOPICS as FAULT_TOPICS
from pypublish.render.catalogue import page
from pypublish.render.faults import page as faults_page
from pypublish.render.mint_answers import answers_page
from pypublish.render.report import Report
from pypublish.render.rules import rules_page
from pypublish.render.schema import json_schema
from pypublish.render.settings import settings_page
from pypublish.stages.announcing import Announcement

DOCS = Path(__file__).parent
HOME = "https://github.com/org/pypublish-action/blob/main/docs"
TOOLS = ("audit", "api")
"""The dependency groups of programs that are run from an environment of their own."""


def pages() -> dict[str, str]:
    """Return every generated file by its name."""
    schemas = {
        "manifest.schema.json": json_schema(
            Manifest, identifier=f"{HOME}/manifest.schema.json", title="The manifest of a release", read=True
        ),
        "webhook.schema.json": json_schema(
            Announcement,
            identifier=f"{HOME}/webhook.schema.json",
            title="What pypublish release tells a webhook",
            read=False,
        ),
        "report.schema.json": json_schema(
            Report, identifier=f"{HOME}/report.schema.json", title="What pypublish --format json prints", read=False
        ),
    }
    return {
        "checks.md": page({topic: rules(*modules) for topic, modules in TOPICS.items()}),
        "faults.md": faults_page(FAULT_TOPICS, FAULTS.values()),
        "pypi-rules.md": rules_page(rows.TOPICS, CATALOGUE.values()),
        "settings.md": settings_page(),
        "trusted-publishing.md": answers_page(MINT_TOPICS),
        **{name: json.dumps(schema, indent=2) + "\n" for name, schema in schemas.items()},
        **{f"../src/pypublish/requirements/{group}.txt": requirements(group) for group in TOOLS},
    }


def requirements(group: str) -> str:
    """Return a dependency group as uv.lock has it, each file with its digests, for who has pypublish alone."""
    import uv

    exported = subprocess.run(
        [uv.find_uv_bin(), "export", "--frozen", "--offline", "--no-header", "--no-annotate", "--only-group", group],
        cwd=DOCS.parent,
        check=True,
        capture_output=True,
        text=True,
    )
    return f"# The dependency group `{group}`, exported from uv.lock by docs/generate.py.\n{exported.stdout}"


def main() -> int:
    """Write what has changed; with --check, name it instead."""
    outdated = []
    for name, text in pages().items():
        path = DOCS / name
        if not path.exists() or path.read_text("utf-8") != text:
            outdated.append(name)
            if "--check" not in sys.argv[1:]:
                path.write_text(text, "utf-8")
    if outdated and "--check" in sys.argv[1:]:
        print(f"Out of date: {', '.join(outdated)}. Run python docs/generate.py and commit the result.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
