"""Waiting for the index: against a page that changes with a clock of the test's own, and against one that misbehaves."""

from __future__ import annotations

from dataclasses import replace
from statistics import mean

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, NotVisibleError
from pypublish.listing import PublishState
from tests.faulty_server import Chunk, Request, drip, reply
from tests.stages.appearing import JSON, SDIST, WHEEL, FakeIndex, gives_up, waiting

# Everything goes well


def test_what_is_visible_at_once_takes_one_request(world: World) -> None:
    waited, paths = waiting(world, FakeIndex())
    assert (waited.plan.state, waited.findings, waited.visible_after) == (PublishState.PUBLISHED, (), 0)
    assert paths == ["/simple/hello/"]


def test_every_look_is_noted(world: World) -> None:
    fake = FakeIndex(visible={SDIST.filename: 2.0, WHEEL.filename: 20.0})
    waited, paths = waiting(world, fake)
    assert waited.plan.state is PublishState.PUBLISHED
    assert 20 <= waited.visible_after <= 27
    assert len(waited.sightings) == len(paths) == paths.count("/simple/hello/") + 1
    assert [sighting.seen for sighting in waited.sightings if sighting.asked.endswith("/json")] == ["2 of 2 files same"]
    first, last = waited.sightings[0], waited.sightings[-1]
    assert (first.at, first.seen, first.serial, first.served_by) == (0, "2 of 2 files absent", 40, "cache-fra-7")
    assert (last.seen, last.serial, last.served_by) == ("2 of 2 files same", 42, "cache-fra-7")


@pytest.mark.parametrize(
    ("delay", "mean_lag", "requests"),
    [(0, 0.0, 1), (1, 0.4, 8), (5, 0.75, 8), (30, 4.5, 22), (120, 8, 22), (600, 8, 90)],
)
def test_it_sees_soon_what_becomes_visible(world: World, delay: float, mean_lag: float, requests: int) -> None:
    lags = []
    for _ in range(6):
        fake = FakeIndex(visible={SDIST.filename: delay, WHEEL.filename: delay})
        waited, paths = waiting(world, fake)
        assert waited.plan.state is PublishState.PUBLISHED
        assert len(paths) <= requests
        lags.append(waited.visible_after - delay)
    assert min(lags) >= 0
    assert mean(lags) <= max(2 * mean_lag, 0)  # six draws; the plan's own test has thousands


# Not visible, and not published


def test_published_but_not_visible_here(world: World) -> None:
    error, words = gives_up(world, FakeIndex(visible={SDIST.filename: 3.0}))
    assert (type(error), error.exit_code) == (NotVisibleError, 5)
    assert words == snapshot("""\
Hello 1.2.0 is published (serial 42), but after 1800 s http://HOST/simple/hello/ still shows serial 41, from the node cache-fra-7
The release is whole and stored; only its page is old here, and others may see it already. Run this job again later: it takes up from here. If it lasts for hours, look at the index's status page.\
""")


def test_not_published_is_told_soon_and_apart(world: World) -> None:
    fake = FakeIndex(visible={}, uploaded=())
    waited, paths = waiting(world, fake)
    assert waited.plan.state is PublishState.PENDING
    assert [f"{f.check} {f.where} {f.message}" for f in waited.findings] == snapshot(
        [
            "every-file-is-published hello-1.2.0-py3-none-any.whl PyPI does not have it",
            "every-file-is-published hello-1.2.0.tar.gz PyPI does not have it",
        ]
    )
    assert 130 < fake.now < 180
    assert paths.count("/pypi/hello/1.2.0/json") == 2


def test_published_in_part(world: World) -> None:
    fake = FakeIndex(visible={WHEEL.filename: 0}, uploaded=(WHEEL,))
    waited, _ = waiting(world, fake)
    assert waited.plan.state is PublishState.PUBLISHING
    assert [f"{f.check} {f.where} {f.message}" for f in waited.findings] == snapshot(
        ["every-file-is-published hello-1.2.0.tar.gz PyPI does not have it"]
    )


def test_a_release_that_can_no_longer_be_completed(world: World) -> None:
    files = [
        {
            "filename": WHEEL.filename,
            "url": "/x",
            "hashes": {"sha256": WHEEL.sha256},
            "upload-time": "1969-12-01T00:00:00Z",
        }
    ]
    waited, _ = waiting(world, FakeIndex(uploaded=(WHEEL,), page={"files": files}))
    assert {finding.check for finding in waited.findings} == {"every-file-is-published", "release-is-open"}


def test_little_patience_is_enough_to_tell(world: World) -> None:
    waited, _ = waiting(world, FakeIndex(visible={}, uploaded=()), patience=5)
    assert {finding.check for finding in waited.findings} == {"every-file-is-published"}
    error, _ = gives_up(world, FakeIndex(visible={}), patience=5)
    assert type(error) is NotVisibleError
    error, _ = gives_up(world, FakeIndex(visible={}), patience=0)
    assert type(error) is NotVisibleError


def test_a_remembered_404_does_not_hide_a_release(world: World) -> None:
    """Whoever asked too early left a "not there" behind: the page and the JSON API say so for two minutes."""
    fake = FakeIndex()
    fake.trouble = lambda _: reply(status=404) if fake.now < 119 else None
    waited, _ = waiting(world, fake)
    assert waited.plan.state is PublishState.PUBLISHED


def test_an_index_without_a_json_api_is_taken_at_its_word(world: World) -> None:
    waited, paths = waiting(world, FakeIndex(visible={}), patience=60, name="own")
    assert {finding.check for finding in waited.findings} == {"every-file-is-published"}
    assert set(paths) == {"/simple/hello/"}


# What no waiting mends


OTHER = replace(SDIST, sha256="f" * 64)


@pytest.mark.parametrize(
    ("page", "check"),
    [
        ({"project-status": {"status": "quarantined"}}, "project-takes-files"),
        (
            {"files": [{"filename": SDIST.filename, "url": "/x", "hashes": {"sha256": "f" * 64}}]},
            "published-files-are-the-sealed-ones",
        ),
        (
            {"files": [{"filename": "hello-1.2-py2-none-any.whl", "url": "/x", "hashes": {}}]},
            "published-files-are-all-ours",
        ),
        (
            {"files": [{"filename": SDIST.filename, "url": "/x", "hashes": {"sha256": "b" * 64}, "yanked": True}]},
            "published-files-are-not-yanked",
        ),
    ],
)
def test_it_stops_at_once(world: World, page: dict[str, object], check: str) -> None:
    waited, paths = waiting(world, FakeIndex(page=page))
    assert {finding.check for finding in waited.findings} == {check}
    assert len(paths) == 1


def test_other_bytes_are_seen_before_the_page_shows_them(world: World) -> None:
    waited, _ = waiting(world, FakeIndex(visible={}, uploaded=(OTHER, WHEEL)))
    assert {finding.check for finding in waited.findings} == {"published-files-are-the-sealed-ones"}
    assert waited.visible_after < 20


# Trouble on the way


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(reply(status=503), id="503"),
        pytest.param(reply(status=429), id="429"),
        pytest.param([None], id="reset"),
        pytest.param([], id="nothing"),
        pytest.param(reply(b"<a href='/login'>"), id="a login page"),
        pytest.param(reply(b"{}", length=10_000, content_type=JSON), id="cut off"),
        pytest.param(reply(status=302, headers={"Location": "https://example.net/"}), id="elsewhere"),
    ],
)
def test_trouble_that_passes_is_waited_out(world: World, answer: list[Chunk]) -> None:
    fake = FakeIndex()
    fake.trouble = lambda _: answer if fake.now < 20 else None
    waited, _ = waiting(world, fake)
    assert waited.plan.state is PublishState.PUBLISHED
    assert 20 <= waited.visible_after <= 30
    assert all(sighting.seen.startswith("no answer: ") for sighting in waited.sightings[:-1])


def test_trouble_that_stays_is_told_with_its_cause(world: World) -> None:
    error, words = gives_up(world, FakeIndex(trouble=lambda _: reply(status=503)), patience=60)
    assert (type(error), error.exit_code) == (IndexUnavailableError, 4)
    assert words == snapshot("""\
http://HOST/simple/hello/ could not be read: HOST is in trouble (HTTP 503); asked N times in N s
Whether Hello 1.2.0 can be installed is not known, and nothing was changed: run this job again when the index answers.\
""")


def test_it_is_told_when_the_upload_cannot_be_learnt(world: World) -> None:
    fake = FakeIndex(visible={}, trouble=lambda request: reply(status=503) if "json" in request.path else None)
    error, words = gives_up(world, fake, patience=60)
    assert type(error) is IndexUnavailableError
    assert words == snapshot("""\
the index's page does not show Hello 1.2.0, and whether it was uploaded could not be learnt: http://HOST/pypi/hello/1.2.0/json could not be read: HOST is in trouble (HTTP 503); asked N times in N s
Whether Hello 1.2.0 can be installed is not known, and nothing was changed: run this job again when the index answers.\
""")


def test_the_index_is_left_alone_as_long_as_it_asks(world: World) -> None:
    fake = FakeIndex()
    asked: list[float] = []

    def trouble(_: Request) -> list[Chunk] | None:
        asked.append(fake.now)
        return reply(status=429, headers={"Retry-After": "120"}) if fake.now < 100 else None

    fake.trouble = trouble
    waited, _ = waiting(world, fake)
    assert waited.plan.state is PublishState.PUBLISHED
    assert len(asked) == 2
    assert asked[0] == 0
    assert asked[1] >= 120


def test_a_slow_server_takes_nobody_hostage(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pypublish.edges.http.EXCHANGE_LIMIT", 0.2)
    slow: list[list[Chunk]] = [list(drip(reply(b"x" * 10_000))), [30.0]]

    def trouble(_: Request) -> list[Chunk] | None:
        if not slow:
            return None
        if len(slow) == 1:  # who asks after this one gets an answer, however loaded the machine is
            monkeypatch.setattr("pypublish.edges.http.EXCHANGE_LIMIT", 60.0)
        return slow.pop(0)

    waited, _ = waiting(world, FakeIndex(trouble=trouble))
    assert (waited.plan.state, slow) == (PublishState.PUBLISHED, [])
    *before, last = [sighting.seen.partition(":")[0] for sighting in waited.sightings]
    assert last == "2 of 2 files same"
    assert len(before) >= 2
    assert set(before) == {"no answer"}
