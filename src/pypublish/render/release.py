"""Which release an outcome is about, and where people look at it."""

from __future__ import annotations

from dataclasses import dataclass

from pypublish.findings import Outcome
from pypublish.listing import PublishPlan
from pypublish.model import Index, Manifest

SITES = {"pypi": "https://pypi.org", "testpypi": "https://test.pypi.org"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is known of the release; empty where it is not."""

    name: str
    version: str
    tag: str
    index: Index | None
    manifest: Manifest | None
    dry_run: bool
    to_publish: bool
    """Whether a publishing job has something to upload."""


def shown_release(outcome: Outcome[object]) -> Shown:
    """Gather it from what the outcome and its parts carry."""
    told: dict[str, str] = {}
    for part in (*outcome.parts, outcome):
        told |= {name: text for name, text in part.outputs.items() if text}
    exhibits = outcome.all_exhibits
    manifest = next((one for one in exhibits if isinstance(one, Manifest)), None)
    index = next((one for one in exhibits if isinstance(one, Index)), manifest.index if manifest else None)
    plan = next((part.value for part in (outcome, *outcome.parts) if isinstance(part.value, PublishPlan)), None)
    release = manifest.release if manifest is not None else None
    return Shown(
        name=release.name if release is not None else told.get("package-name", ""),
        version=(release.version or "" if release is not None else "") or told.get("package-version", ""),
        tag=(release.tag or "" if release is not None else "") or told.get("tag", ""),
        index=index,
        manifest=manifest,
        dry_run=told.get("index") == "dry-run",
        to_publish=plan.publish if plan is not None else told.get("publish") == "true",
    )


def project_page(index: Index, name: str, version: str) -> tuple[str, ...]:
    """Return the address of a release's page, as `markdown.link` wants it; nothing where the index has none."""
    site = SITES.get(index.name)
    return (f"{site}/project", name, version, "") if site and name and version else ()


def management_page(index: Index, name: str, version: str) -> tuple[str, ...]:
    """Return the address at which owners of a project yank a release; nothing where the index has none."""
    site = SITES.get(index.name)
    return (f"{site}/manage/project", name, "release", version, "") if site and name and version else ()
