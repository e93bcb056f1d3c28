"""stage: seal the files that were checked with a manifest beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pypublish.checks.expected_publisher import ExpectedPublisher
from pypublish.edges import staging
from pypublish.edges.world import World
from pypublish.findings import Finding, Outcome
from pypublish.model import MANIFEST_SCHEMA, Artifact, BuildRecord, Index, Manifest, Release, VerifySettings
from pypublish.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """A sealed release: where it lies, what it is, and the digest that must travel apart from it."""

    out: Path
    manifest: Manifest
    manifest_sha256: str

    @property
    def files(self) -> tuple[Path, ...]:
        """The distributions, sdist first."""
        return tuple(self.out / staging.DIST / artifact.filename for artifact in self.manifest.artifacts)


def stage(
    files: Iterable[Path],
    artifacts: Iterable[Artifact],
    release: Release,
    builds: tuple[BuildRecord, ...],
    *,
    index: Index,
    settings: Settings,
    world: World,
    publisher: ExpectedPublisher | None = None,
    findings: Iterable[Finding] = (),
    out: Path,
) -> Outcome[Staged]:
    """Put the files and their manifest into `out`, whole or not at all; `publisher` is who will publish them.

    Raises:
        UsageError: `out` cannot be written, or is no folder of ours.
        SealError: a file is no longer the one that was checked.

    """
    began = world.clock.monotonic()
    described = tuple(artifacts)
    counted = Counter(finding.severity.value for finding in findings if finding.ignored is None)
    manifest = Manifest(
        schema=MANIFEST_SCHEMA,
        release=release,
        artifacts=described,
        builds=builds,
        index=index,
        verify=VerifySettings(
            dependencies_index=settings.dependencies_index,
            smoke_command=settings.smoke_command,
            smoke_timeout=settings.smoke_timeout,
            import_names=settings.smoke_imports,
            extras=settings.smoke_extras,
            pythons=settings.python,
            patience=settings.patience,
            lowest=settings.smoke_lowest,
        ),
        publisher=publisher.publisher if publisher is not None else None,
        attests=publisher is not None and publisher.attests,
        findings=dict(counted),
    )
    digest = staging.write(out, manifest, files)
    # The build's processes are gone by now, but whether they left the files alone is to be seen, not assumed.
    staging.compare(out / staging.DIST, described)
    staged = Staged(out=out, manifest=manifest, manifest_sha256=digest)
    return Outcome(
        stage="stage",
        value=staged,
        summary=f"sealed, manifest sha256 {digest[:8]}…",
        outputs=outputs(staged),
        exhibits=(manifest,),
        strict=settings.strict,
    ).taking(world.clock.monotonic() - began, began=began)


def outputs(staged: Staged) -> dict[str, str]:
    """Return what the jobs after this one compare the files with."""
    return {
        "packages-dir": str(staged.out / staging.DIST),
        "manifest-sha256": staged.manifest_sha256,
        "checksums": staging.checksums(staged.manifest.artifacts),
    }
