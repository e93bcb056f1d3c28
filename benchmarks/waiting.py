"""How long verify waits for a release that PyPI's CDN shows late, and how often it asks; a fixed sleep beside it.

The waiting is verify's own, over loopback, against the embedded index behind its simulated CDN. Nobody sleeps: index
and verify live by one clock, which is moved. The release is a new version of a project whose page the CDN has.

The lag is from the moment at which the page is visible, when the purge has arrived, to that at which verify sees it.
The first reader after a purge gets the old page once more, while the CDN fetches the new one. With a project that has
users that is somebody else ("read by others"); with one that has none it is verify ("read by nobody"). "Plan alone"
is the mean lag of the times at which verify looks, over many more draws than loopback has time for.

    python3 bootstrap.py --dev python benchmarks/waiting.py [--draws 100] [DELAY...]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from statistics import mean

from pypublish.edges.http import Session
from pypublish.edges.index import read_page
from pypublish.edges.polling import look_times
from pypublish.edges.world import Clock, Transport, World
from pypublish.listing import PublishState, files_of_version
from pypublish.model import PYPI, Artifact, ArtifactKind, Manifest, Publisher, Release, VerifySettings
from pypublish.rehearsal.cdn import Behaviour
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.records import FileRecord, ProjectRecord, ReleaseRecord
from pypublish.rehearsal.server import Rehearsal, serve
from pypublish.stages.waiting import wait

NAME = "hello"
FIXED = 60.0
PATIENCE = 1800.0
DELAYS = (0.0, 1.0, 5.0, 30.0, 120.0, 600.0)
SHORT = 30.0
FEW_LOOKS = 4
"""How many times as often a short delay is drawn, since it takes few looks."""
PLAN_DRAWS = 20_000
MOST_REQUESTS = {5.0: 8, 120.0: 22}


def goal(delay: float) -> float:
    """Return how long the mean lag may be, in seconds."""
    return 0.4 if delay <= 1 else min(0.15 * delay, 8.0)


class Time:
    """A clock that is moved by who sleeps, and at which something can happen on the way."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self._then: tuple[float, Callable[[], object]] | None = None

    @property
    def clock(self) -> Clock:
        """The clock for index and verify."""
        return Clock(now=lambda: self.now, monotonic=lambda: self.now, sleep=self.sleep)

    def at(self, moment: float, happens: Callable[[], object]) -> None:
        """Let something happen when that moment comes."""
        self._then = (moment, happens)
        self.sleep(0.0)

    def sleep(self, seconds: float) -> None:
        """Move the clock."""
        until = self.now + seconds
        if self._then is not None and self._then[0] <= until:
            (self.now, happens), self._then = self._then, None
            happens()
        self.now = until


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """One release: seconds from visible to seen, None where it was not seen at all; and how often was asked."""

    lag: float | None
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """An index behind its CDN, told of changes `delay` seconds late, and a world that reaches it."""

    index: Rehearsal
    world: World
    time: Time
    delay: float
    others: bool
    """Whether others read the page when it has become visible."""

    def release(self, session: Session, number: int) -> tuple[str, float]:
        """Publish a new version of a project whose page the CDN has; return it, and when its page is visible."""
        for _ in range(2):
            read_page(session, PYPI, NAME)
        version = f"1.{number}"
        self.index.stores["pypi"].change(NAME, lambda project: with_release(project, version, self.time.now))
        visible = self.time.now + self.delay
        if self.others:
            self.time.at(visible, lambda: read_page(session, PYPI, NAME))
        return version, visible

    def by_verify(self, session: Session, number: int) -> Draw:
        """Wait as verify does."""
        version, visible = self.release(session, number)
        began = self.time.now
        waited = wait(session, manifest(version), PYPI, self.world, patience=PATIENCE)
        if waited.plan.state is not PublishState.PUBLISHED:
            raise AssertionError(f"{version} was taken for {waited.plan.state}")
        return Draw(lag=began + waited.visible_after - visible, requests=len(waited.sightings))

    def by_fixed_sleep(self, session: Session, number: int) -> Draw:
        """Wait as a workflow does that sleeps a minute and installs."""
        version, visible = self.release(session, number)
        self.world.clock.sleep(FIXED)
        seen = files_of_version(read_page(session, PYPI, NAME), version)
        return Draw(lag=self.time.now - visible if seen else None, requests=1)


def with_release(project: ProjectRecord, version: str, now: float) -> ProjectRecord:
    """Add a release of two files; nobody will fetch them."""
    files = tuple(
        FileRecord(
            filename=artifact.filename,
            file_type="sdist" if artifact.kind is ArtifactKind.SDIST else "bdist_wheel",
            python_version=artifact.python_tag,
            requires_python=artifact.requires_python,
            size=artifact.size,
            md5="0" * 32,
            sha256=artifact.sha256,
            blake2b_256=artifact.blake2b_256,
            metadata_sha256="",
            uploaded=now,
        )
        for artifact in artifacts(version)
    )
    return replace(
        project, releases={**project.releases, version: ReleaseRecord(version=version, created=now, files=files)}
    )


def artifacts(version: str) -> tuple[Artifact, Artifact]:
    """Describe the release's files."""
    sdist = Artifact(
        filename=f"{NAME}-{version}.tar.gz",
        kind=ArtifactKind.SDIST,
        size=4096,
        sha256="a" * 64,
        blake2b_256="b" * 64,
        python_tag="source",
    )
    wheel = f"{NAME}-{version}-py3-none-any.whl"
    return sdist, replace(sdist, filename=wheel, kind=ArtifactKind.WHEEL, python_tag="py3")


def manifest(version: str) -> Manifest:
    """Describe the release as it was sealed."""
    return Manifest(
        schema=1,
        release=Release(name=NAME, version=version, tag=f"v{version}", commit="c" * 40, epoch=1),
        artifacts=artifacts(version),
        builds=(),
        verify=VerifySettings(dependencies_index=PYPI.simple_url),
    )


def measure(delay: float, *, others: bool, draws: int, way: Callable[[Stage, Session, int], Draw]) -> list[Draw]:
    """Release so often, each time with the CDN told so late."""
    with tempfile.TemporaryDirectory() as folder:
        time = Time()
        job = Job(publisher=Publisher(owner="acme", repository="hello", workflow="release.yml", environment="pypi"))
        with serve(Path(folder) / "index", job=job, clock=time.clock, cdn=Behaviour(purge_delay=delay)) as index:
            index.stores["pypi"].create_project(NAME)
            transport = Transport(proxy=index.proxy_url, ca_file=index.ca_file)
            world = World(environ={}, scratch=Path(folder), clock=time.clock, transport=transport)
            stage = Stage(index=index, world=world, time=time, delay=delay, others=others)
            with Session(world) as session:
                drawn = []
                for number in range(1, draws + 1):
                    drawn.append(way(stage, session, number))
                    time.sleep(1000.0)
                return drawn


def of_plan(delay: float, *, looks: int) -> float:
    """Return the mean lag that the times to look have by themselves, where so many looks are needed to see the page."""
    chance = random.Random(0)  # noqa: S311 - a simulation
    plans = (look_times(PATIENCE, chance) for _ in range(PLAN_DRAWS))
    late = ((at for at in plan if at >= delay) for plan in plans)
    return mean(next(islice(times, looks - 1, None)) - delay for times in late)


def lag(draws: list[Draw]) -> str:
    """Write the mean lag, and the longest."""
    seen = [draw.lag for draw in draws if draw.lag is not None]
    return f"{mean(seen):.2f} ({max(seen):.1f})" if len(seen) == len(draws) else "not seen: red"


def requests(draws: list[Draw]) -> str:
    """Write the mean number of requests, and the highest."""
    asked = [draw.requests for draw in draws]
    return f"{mean(asked):.1f} ({max(asked)})"


def main() -> None:
    """Measure, and print the table that docs/performance.md shows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("delays", nargs="*", type=float, metavar="DELAY", default=DELAYS, help="seconds")
    parser.add_argument("--draws", type=int, default=100)
    options = parser.parse_args()
    print("Seconds: mean (longest). Requests: mean (most). The goal is for the mean lag, and for the most requests.\n")
    heads = ["delay", "read by others: lag", "plan alone", "goal", "requests", "goal"]
    heads += ["read by nobody: lag", "plan alone", "requests", f"sleep {FIXED:g}: lag"]
    print(f"| {' | '.join(heads)} |")
    print("|---:" * len(heads) + "|")
    for delay in options.delays:
        draws = options.draws * (FEW_LOOKS if delay <= SHORT else 1)
        others = measure(delay, others=True, draws=draws, way=Stage.by_verify)
        nobody = measure(delay, others=False, draws=draws, way=Stage.by_verify)
        fixed = measure(delay, others=True, draws=1, way=Stage.by_fixed_sleep)
        cells = (
            f"{delay:g}",
            lag(others),
            f"{of_plan(delay, looks=1):.2f}",
            f"{goal(delay):g}",
            requests(others),
            str(MOST_REQUESTS.get(delay, "")),
            lag(nobody),
            f"{of_plan(delay, looks=2):.2f}",
            requests(nobody),
            lag(fixed),
        )
        print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
