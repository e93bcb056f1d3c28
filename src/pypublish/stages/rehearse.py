"""rehearse: the whole release on one machine — prepare, publish to the embedded index, verify."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pypublish.checks.gate_pythons import select
from pypublish.checks.project import Source
from pypublish.checks.publisher import publishers, repository_of, template_publisher
from pypublish.checks.uploading import UPLOAD_IS_ACCEPTED, refused
from pypublish.edges import git
from pypublish.edges.build_room import Room
from pypublish.edges.uploading import understand
from pypublish.edges.workflows import read_workflows
from pypublish.edges.world import Transport, World
from pypublish.findings import Finding, Outcome, note
from pypublish.model import PYPI, Index, Intent, Publisher, Release
from pypublish.rehearsal.client import upload
from pypublish.rehearsal.environment import shell_exports
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from pypublish.settings import Settings
from pypublish.stages.gate_outputs import pythons_of
from pypublish.stages.observer import Observer
from pypublish.stages.prepare import prepare
from pypublish.stages.stage import Staged
from pypublish.stages.validate import Valid
from pypublish.stages.verify import verify

NOBODY = ("you", "your-repository")
"""Owner and name where the project has no GitHub remote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """As whom the release will be published, and where that was read."""

    publisher: Publisher
    read_in: str
    """The workflow file; empty where there is none and the template's is assumed."""


def rehearse(
    source: Source,
    settings: Settings,
    intent: Intent,
    world: World,
    observer: Observer,
    *,
    out: Path | None = None,
    environment: Room | None = None,
    packages_dir: Path | None = None,
    port: int = 0,
    runner: str = "",
    hold: Callable[[str], None] | None = None,
    look_back: bool = False,
    pythons: Sequence[str] = (),
) -> Outcome[Staged]:
    """Go through the whole release; nothing leaves this machine but requests for dependencies.

    `out` keeps what was staged. `pythons` are those to run the gates and to install on. `look_back` and
    `packages_dir` are for `prepare`.
    `hold` is called at the end with what makes a shell a client of the index, which runs until it returns.

    Raises:
        PypublishError: as the stages do.

    """
    began = world.clock.monotonic()
    if settings.gates.names:
        select(settings.gates, pythons_of(source, settings, asked=pythons))  # what cannot be is refused at once
    staging = out or world.scratch / "staging"
    prepared = prepare(
        source,
        settings,
        intent,
        world,
        observer,
        out=staging,
        environment=environment,
        packages_dir=packages_dir,
        runner=runner,
        look_back=look_back,
    )
    parts = list(prepared.parts)
    if prepared.ok and prepared.value is not None and settings.gates.names:
        from pypublish.stages.gates import gates

        judged = gates(source, settings, prepared.value, world, observer, pythons=pythons)
        observer.done(judged)
        parts.append(judged)
    if prepared.value is not None and all(part.ok for part in parts):
        staged, index = prepared.value, intent.index if intent.index.is_pypi else PYPI
        expected = expected_publisher(source.tree.root, index, world)
        observer.started("publish")
        registration = Registration(
            publisher=expected.publisher,
            project=staged.manifest.release.name,
            index=index.name,
            # A project that exists has its name for good, also one that PyPI would refuse today.
            pending=not _exists(prepared),
        )
        job = _job(expected.publisher, staged.manifest.release)
        with serve(
            world.scratch / "index",
            job=job,
            registrations=[registration],
            port=port,
            local_versions=not intent.binding,  # version tools make one for every commit without a tag
        ) as rehearsal:
            parts += _publish_and_verify(
                staged, expected, index, rehearsal, settings=settings, world=world, observer=observer, pythons=pythons
            )
            if hold is not None and all(part.ok for part in parts):
                hold(_how_to_reach(rehearsal, world))
    outcome = replace(prepared, stage="rehearse", parts=tuple(parts), closing=(), outputs={})
    return replace(outcome, closing=_closing(outcome, intent)).taking(world.clock.monotonic() - began, began=began)


def _exists(prepared: Outcome[Staged]) -> bool:
    answers = (part.value.released for part in prepared.parts if isinstance(part.value, Valid))
    return any(answer is not None and answer.project_exists for answer in answers)


def _publish_and_verify(
    staged: Staged,
    expected: Expected,
    index: Index,
    rehearsal: Rehearsal,
    *,
    settings: Settings,
    world: World,
    observer: Observer,
    pythons: Sequence[str],
) -> list[Outcome[object]]:
    published = _publish(staged, expected, index, rehearsal, world, strict=settings.strict)
    observer.done(published)
    if not published.ok:
        return [published]
    observer.started("verify")
    transport = Transport(proxy=rehearsal.proxy_url, ca_file=rehearsal.ca_file, cache=world.scratch / "caches")
    verified = verify(
        staged.manifest,
        index,
        replace(world, transport=transport),
        strict=settings.strict,
        pythons=pythons or None,
        signed=False,
    )
    observer.done(verified)
    return [published, verified]


def expected_publisher(root: Path, index: Index, world: World) -> Expected:
    """Return as whom the project's release workflow will publish to `index`; the template's where there is none."""
    repository = git.find_repository(root, world)
    remote = git.origin_url(repository, world) if repository is not None else None
    owner, name = (repository_of(remote) if remote else None) or NOBODY
    found = publishers(
        read_workflows(repository.toplevel if repository else root), owner=owner, repository=name, index_name=index.name
    )
    if found:
        return Expected(publisher=found[0].publisher, read_in=found[0].job.file.path)
    return Expected(publisher=template_publisher(owner=owner, repository=name, index_name=index.name), read_in="")


def _job(publisher: Publisher, release: Release) -> Job:
    ref = f"refs/tags/{release.tag}" if release.tag else "refs/heads/main"
    return Job(publisher=publisher, ref=ref, sha=release.commit or "0" * 40)


def _publish(
    staged: Staged, expected: Expected, index: Index, rehearsal: Rehearsal, world: World, *, strict: bool
) -> Outcome[None]:
    began = world.clock.monotonic()
    publisher = expected.publisher
    with world.step("publish", "uploading with twine"):
        done = upload(staged.files, rehearsal, world, index=index)
    findings: list[Finding] = []
    if publisher.owner == NOBODY[0]:
        findings.append(
            note("publisher-is-predicted", "the repository has no remote on GitHub, so its owner is made up")
        )
    if done.returncode != 0:
        sent = understand(done.stdout + done.stderr)
        found = refused(index, sent.words, file=sent.filename, source="Trusted Publishing")
        findings.append(
            replace(
                found,
                message=f"{index.title} would refuse it: {sent.words}",
                hint="Mend what it names, and rehearse again." if found.hint == UPLOAD_IS_ACCEPTED.fix else found.hint,
            )
        )
    environment = f"environment {publisher.environment}" if publisher.environment else "no environment"
    return Outcome(
        stage="publish",
        summary=f"as {publisher.owner}/{publisher.repository}, {publisher.workflow}, {environment}, by twine"
        f" {_version_of('twine')}",
        findings=tuple(findings),
        strict=strict,
    ).taking(world.clock.monotonic() - began, began=began)


def _version_of(name: str) -> str:
    from importlib.metadata import version

    return version(name)


def _how_to_reach(rehearsal: Rehearsal, world: World) -> str:
    return f"# The index runs at {rehearsal.url}\n{shell_exports(rehearsal, world.scratch / 'clients')}"


def _closing(outcome: Outcome[Staged], intent: Intent) -> tuple[str, ...]:
    if outcome.value is None:
        return ()
    release = outcome.value.manifest.release
    name = f"{release.name} {release.version}"
    there = any(finding.check == "version-is-new" and finding.hint for finding in outcome.all_findings)
    if there:
        first = f"Rehearsed: {name}, as if it were not on {_place(intent)} already. Nothing was published."
    elif release.tag:
        first = f"Rehearsed: pushing the tag {release.tag} would release {name}. Nothing was published."
    else:
        first = f"Rehearsed: {name}, without a tag. Nothing was published."
    return (first, *(() if there else (_first_time(intent),)))


def _first_time(intent: Intent) -> str:
    return (
        f"Before the first time: register the trusted publisher on {_place(intent)} (pypublish doctor prints the form)."
    )


def _place(intent: Intent) -> str:
    return "TestPyPI" if intent.index.name == "testpypi" else "PyPI"
