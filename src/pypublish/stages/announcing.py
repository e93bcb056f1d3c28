"""Tell a webhook what came of a release: as JSON, whose schema stands in docs/webhook.schema.json."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pypublish import codec
from pypublish.checks.github_release import WEBHOOK_TAKES_THE_OUTCOME
from pypublish.edges import webhook
from pypublish.edges.world import World
from pypublish.findings import Finding, Outcome, Severity
from pypublish.hosting import HostedRelease
from pypublish.model import Index, Manifest

ANNOUNCEMENT_SCHEMA = 1


class Verdict(StrEnum):
    """What came of it."""

    RELEASED = "released"
    """The release on GitHub was made, or completed, and is published."""
    UNCHANGED = "unchanged"
    """It was there already, with the same files."""
    STOPPED = "stopped"
    """Something stands in its way; `findings` says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedFile:
    """One file of the release."""

    filename: str
    size: int
    """Bytes."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """What a webhook is told of a release."""

    schema: int
    verdict: Verdict
    name: str
    version: str
    tag: str
    commit: str | None
    prerelease: bool
    index: str
    """Its name: `pypi`, or that of an index of your own."""
    project_url: str
    """The release's page on the index."""
    release_url: str
    """The release's page on GitHub; empty where there is none."""
    files: tuple[AnnouncedFile, ...]
    findings: tuple[str, ...]
    """Errors and warnings, in words."""


def announce(
    url: str,
    outcome: Outcome[HostedRelease],
    manifest: Manifest,
    world: World,
    *,
    index: Index,
    tag: str,
    project_url: str,
    changed: bool,
) -> tuple[Finding, ...]:
    """Tell the webhook; that it does not take it is a warning, and stops nothing even where warnings do."""
    made = outcome.value if outcome.ok else None
    verdict = Verdict.STOPPED if not outcome.ok else Verdict.RELEASED if changed else Verdict.UNCHANGED
    weighty = [one for one in outcome.findings if one.severity is not Severity.NOTE and one.ignored is None]
    release = manifest.release
    told = Announcement(
        schema=ANNOUNCEMENT_SCHEMA,
        verdict=verdict,
        name=release.name,
        version=release.version or "",
        tag=tag,
        commit=release.commit,
        prerelease=outcome.outputs.get("is-prerelease") == "true",
        index=index.name,
        project_url=project_url,
        release_url=made.url if made is not None else "",
        files=tuple(
            AnnouncedFile(filename=one.filename, size=one.size, sha256=one.sha256) for one in manifest.artifacts
        ),
        findings=tuple(f"{f'{one.where}: ' if str(one.where) else ''}{one.message}" for one in weighty),
    )
    with world.step("release", "telling the webhook"):
        why = webhook.tell(url, codec.dumps(told), world)
    if not why:
        return ()
    rule, host = WEBHOOK_TAKES_THE_OUTCOME, webhook.host_of(url)
    message = f"the webhook{f' at {host}' if host else ''} was not told: {why}"
    severity = Severity.NOTE if outcome.strict else rule.severity
    return (Finding(check=rule.id, severity=severity, message=message, hint=rule.fix),)
