"""Wait until the index shows what was sealed, and tell "not published" from "published, not yet visible here"."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from pypublish.checks import catalog, publish_plan, published
from pypublish.checks.publish_plan import Published
from pypublish.edges import index as reading
from pypublish.edges import route
from pypublish.edges.http import Session
from pypublish.edges.index import Committed
from pypublish.edges.polling import look_times
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, NotVisibleError
from pypublish.findings import Finding
from pypublish.listing import IndexFile, IndexPage, PublishPlan, PublishState, Sighting
from pypublish.model import FileState, Index, Manifest
from pypublish.stages.plan import look

ASK_COMMITTED_AFTER = 10.0
"""Seconds without success after which PyPI's JSON API is asked whether the upload arrived at all."""
ASK_AGAIN_AFTER = 130.0
"""Seconds after a "no" until it is asked again: PyPI's CDN remembers a 404 for up to two minutes."""
NO_INDEX_FOR = 60.0
"""Seconds for which what is no index's answer - a login page, a bomb, a refusal - is borne: a CDN may stumble."""
NO_INDEX_PAUSE = 10.0
"""Seconds at least between looks at such a thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waited:
    """What came of waiting: how the index stands, what will not mend, and every look on the way."""

    plan: PublishPlan
    page: IndexPage
    findings: tuple[Finding, ...]
    sightings: tuple[Sighting, ...]

    @property
    def visible_after(self) -> float:
        """Seconds from the first look to the last."""
        return self.sightings[-1].at


def wait(session: Session, manifest: Manifest, index: Index, world: World, *, patience: float) -> Waited:
    """Look until every file is shown, something is wrong that no waiting mends, or patience (seconds) ends.

    Raises:
        NotVisibleError: patience has ended; the release was uploaded, but this page does not show it yet.
        IndexUnavailableError: patience has ended without one answer, or nothing could be learnt of the upload.

    """
    search = _Search(session=session, manifest=manifest, index=index, world=world)
    for at in look_times(patience, random.Random()):  # noqa: S311 - spreads load
        if not search.pause_until(at):
            continue
        waited = search.look()
        if waited is not None:
            return waited
    return search.give_up()


@dataclass(slots=True, kw_only=True)
class _Search:
    """The state of one wait."""

    session: Session
    manifest: Manifest
    index: Index
    world: World
    began: float = field(init=False)
    not_before: float = 0.0
    """Seconds since the beginning until which the index asked not to be asked."""
    shown: Published | None = None
    """How the page stood to the manifest when it was last seen."""
    uploaded: Published | None = None
    """How PyPI's JSON API stood to it; None where it was not asked, or did not answer."""
    committed: Committed | None = None
    ask_committed_at: float = ASK_COMMITTED_AFTER
    denials: int = 0
    """How often PyPI said that the upload is not there, or not whole."""
    silence: IndexUnavailableError | None = None
    """Why there was no answer, the last time that there was none."""
    no_index_since: float | None = None
    """When the page was first answered by what is no index; None where the last answer was one, or none at all."""
    sightings: list[Sighting] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = self.world.clock.monotonic()

    @property
    def elapsed(self) -> float:
        return self.world.clock.monotonic() - self.began

    def pause_until(self, at: float) -> bool:
        """Sleep until then; False where the index asked for longer quiet."""
        if at < self.not_before:
            return False
        pause = max(0.0, at - self.elapsed)
        with self.world.doing(f"waiting for {self.index.title}", seconds=pause):
            self.world.clock.sleep(pause)
        return True

    def look(self) -> Waited | None:
        """Look once; None where looking again may help."""
        at = self.elapsed
        url = reading.page_url(self.index, self.manifest.release.name)
        known = self.shown.page if self.shown is not None else None
        try:
            self.shown = look(self.session, self.manifest, self.index, self.world, known=known, attempts=1)
        except IndexUnavailableError as error:
            self._note_silence(at, url, error)
            self._stop_at_what_is_no_index(at, error)
            return None
        self.no_index_since = None
        plan = publish_plan.plan(self.shown)
        self._note(at, url, _seen(plan, self.shown.page), self.shown.page.serial, self.shown.page.served_by)
        findings = catalog.run(published.FINAL, self.shown, ignore={})
        if plan.state is PublishState.PUBLISHED:
            return self._waited(plan, (*findings, *catalog.run(published.SHOWN, self.shown, ignore={})))
        if findings:
            return self._waited(plan, findings)
        if self.index.is_pypi and at >= self.ask_committed_at:
            return self._ask_committed(at)
        return None

    def _stop_at_what_is_no_index(self, at: float, error: IndexUnavailableError) -> None:
        """Stop where waiting alone will not mend it: nobody should sit before a login page for half an hour."""
        if not error.lasting:
            self.no_index_since = None
            return
        self.no_index_since = at if self.no_index_since is None else self.no_index_since
        if at - self.no_index_since >= NO_INDEX_FOR:
            raise self._unknown(str(error), hint=error.hint) from None
        self.not_before = max(self.not_before, self.elapsed + NO_INDEX_PAUSE)

    def _ask_committed(self, at: float) -> Waited | None:
        """Ask PyPI's JSON API; stop where it says, twice, that the upload is not there, or that it is another one."""
        name, version = self.manifest.release.name, self.manifest.release.version or ""
        url = reading.version_url(self.index, name, version)
        try:
            self.committed = reading.read_committed(self.session, self.index, name, version, attempts=1)
        except IndexUnavailableError as error:
            self._note_silence(at, url, error)
            self.ask_committed_at = at + ASK_COMMITTED_AFTER
            return None
        self.uploaded = self._as_uploaded(self.committed)
        plan = publish_plan.plan(self.uploaded)
        serial, node = (self.committed.serial, self.committed.served_by) if self.committed else (None, "")
        self._note(at, url, _seen(plan, self.uploaded.page), serial, node)
        findings = catalog.run(published.FINAL, self.uploaded, ignore={})
        if findings:
            return self._waited(plan, findings)
        if plan.state is PublishState.PUBLISHED:
            self.ask_committed_at = float("inf")
            return None
        self.denials += 1
        self.ask_committed_at = at + ASK_AGAIN_AFTER
        return self._not_published(self.uploaded) if self.denials > 1 else None

    def give_up(self) -> Waited:
        """Say why patience has ended without the release in sight."""
        if self.shown is None:
            raise self._unknown(f"{self.silence or 'the index asked not to be asked'}")
        if not self.index.is_pypi:
            return self._not_published(self.shown)
        if self.ask_committed_at != float("inf"):
            waited = self._ask_committed(self.elapsed)
            if waited is not None:
                return waited
        if self.uploaded is None:
            raise self._unknown(
                f"the index's page does not show {self._release}, and whether it was uploaded could not be learnt:"
                f" {self.silence}"
            )
        if publish_plan.plan(self.uploaded).state is not PublishState.PUBLISHED:
            return self._not_published(self.uploaded)
        raise self._not_visible(self.shown.page)

    def _unknown(self, why: str, *, hint: str = "") -> IndexUnavailableError:
        known = f"Whether {self._release} can be installed is not known, and nothing was changed: run this job again"
        return IndexUnavailableError(
            f"{why}; asked {len(self.sightings)} times in {self.elapsed:.0f} s",
            hint=" ".join(filter(None, (hint, f"{known} when the index answers."))),
        )

    def _not_visible(self, page: IndexPage) -> NotVisibleError:
        known = self.committed.serial if self.committed is not None else None
        serial = f" (serial {known})" if known is not None else ""
        stale = f" still shows serial {page.serial}" if page.serial is not None else " does not show it yet"
        node = f", from the node {page.served_by}" if page.served_by else ""
        return NotVisibleError(
            f"{self._release} is published{serial}, but after {self.elapsed:.0f} s"
            f" {route.shown(reading.page_url(self.index, page.name))}{stale}{node}",
            hint="The release is whole and stored; only its page is old here, and others may see it already. Run this"
            " job again later: it takes up from here. If it lasts for hours, look at the index's status page.",
        )

    def _not_published(self, subject: Published) -> Waited:
        findings = catalog.run([published.every_file_is_published, published.release_is_open], subject, ignore={})
        return self._waited(publish_plan.plan(subject), findings)

    def _as_uploaded(self, found: Committed | None) -> Published:
        digests: Mapping[str, str] = found.files if found is not None else {}
        # Only the page knows since when they are there.
        times = {name: file.upload_time for name, file in self.shown.shown.items()} if self.shown is not None else {}
        files = tuple(
            IndexFile(filename=name, url="", sha256=digest, upload_time=times.get(name))
            for name, digest in digests.items()
        )
        page = IndexPage(name=reading.normalised(self.manifest.release.name), exists=found is not None, files=files)
        return publish_plan.compare(self.manifest, self.index, page, now=self.world.clock.now())

    def _waited(self, plan: PublishPlan, findings: tuple[Finding, ...]) -> Waited:
        assert self.shown is not None  # noqa: S101 - a page was seen
        return Waited(plan=plan, page=self.shown.page, findings=findings, sightings=tuple(self.sightings))

    def _note_silence(self, at: float, url: str, error: IndexUnavailableError) -> None:
        self.silence = error
        if error.retry_after is not None:
            self.not_before = self.elapsed + error.retry_after
        self._note(at, url, f"no answer: {error}")

    def _note(self, at: float, asked: str, seen: str, serial: int | None = None, served_by: str = "") -> None:
        self.world.sink(f"after {at:.1f} s, {route.shown(asked)}: {seen}")
        self.sightings.append(
            Sighting(at=round(at, 3), asked=route.shown(asked), seen=seen, serial=serial, served_by=served_by)
        )

    @property
    def _release(self) -> str:
        return f"{self.manifest.release.name} {self.manifest.release.version}"


def _seen(plan: PublishPlan, page: IndexPage) -> str:
    if not page.exists:
        return "nothing of that name"
    return ", ".join(
        f"{len(files)} of {len(plan.files)} files {state.value}"
        for state in FileState
        if (files := plan.in_state(state))
    )
