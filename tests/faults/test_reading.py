"""Faults of reading: a published release that the index shows late, wrongly, or not at all; nothing is changed by it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges import http
from pypublish.errors import ExitCode
from pypublish.rehearsal.cdn import Behaviour
from pypublish.rehearsal.faults import TOPICS
from pypublish.rehearsal.faults import read as read_fault
from tests.faults.scene import Begin, Scene, build
from tests.rehearsal.parts import http_client

pytestmark = pytest.mark.slow

FINE, FOUND, NO_ANSWER, NOT_VISIBLE = ExitCode.OK, ExitCode.FINDINGS, ExitCode.INDEX, ExitCode.NOT_VISIBLE

AGAIN = "run the same command again: nothing was changed"
LATER = "nothing was changed: run this job again when the index answers"


@dataclass(frozen=True, kw_only=True)
class Case:
    """One fault, and how plan and verify end under it."""

    fault: str
    plan: ExitCode = FINE
    verify: ExitCode = FINE
    says: str = ""
    """What verify says is wrong."""
    do: str = ""
    """What it says to do."""

    def __str__(self) -> str:
        return f"{read_fault(self.fault).fault.number} {self.fault}"


DIGESTS = "published-files-are-the-sealed-ones hello-1.0.0-py3-none-any.whl"
OF_PAGES = (
    Case(fault="page-missing"),
    Case(
        fault="page-stale",
        verify=NOT_VISIBLE,
        says="hello 1.0.0 is published (serial 3), but after 20 s https://pypi.org/simple/hello/ still shows serial 0",
        do="Run this job again later: it takes up from here.",
    ),
    Case(fault="page-rate-limited"),
    *(
        Case(
            fault=f"page-unavailable:{status}",
            plan=NO_ANSWER,
            verify=NO_ANSWER,
            says=f"pypi.org is in trouble (HTTP {status})",
            do=LATER,
        )
        for status in (500, 502, 503, 504)
    ),
    Case(fault="page-unavailable:503/3"),
    Case(fault="json-unavailable", plan=NO_ANSWER),
    Case(fault="page-reset"),
    Case(fault="page-reset/always", plan=NO_ANSWER, verify=NO_ANSWER, says="the connection to pypi.org", do=LATER),
    Case(fault="page-hangs", plan=NO_ANSWER, verify=NO_ANSWER, says="did not answer in time", do=LATER),
    Case(fault="page-drips", plan=NO_ANSWER, verify=NO_ANSWER, says="did not answer in time", do=LATER),
    Case(fault="page-cut-off", plan=NO_ANSWER, verify=NO_ANSWER, says="without sending complete message", do=LATER),
    Case(fault="page-bomb", plan=NO_ANSWER, verify=NO_ANSWER, says="larger than 104,857,600 bytes", do=LATER),
    Case(fault="page-login-page", plan=NO_ANSWER, verify=NO_ANSWER, says="is no index", do=LATER),
    Case(fault="page-other-digest", plan=FOUND, verify=FOUND, says=DIGESTS, do="Find the run that published it"),
    Case(
        fault="page-other-host",
        verify=FOUND,
        says="PyPI leads to files.example.net for it",
        do="else tell the index's operators",
    ),
    Case(
        fault="page-extra-file",
        plan=FOUND,
        verify=FOUND,
        says="published-files-are-all-ours hello-1.0.0-py2-none-any.whl",
        do="Find out who uploaded it",
    ),
    Case(
        fault="page-yanked:a-mistake",
        plan=FOUND,
        verify=FOUND,
        says="it is yanked on PyPI: a-mistake",
        do="un-yank it on the project's page",
    ),
    Case(
        fault="project-status",
        plan=FOUND,
        verify=FOUND,
        says="hello is quarantined on PyPI",
        do="read the index's mail to the owners",
    ),
    Case(fault="project-status:archived"),
)

FILE = "https://files.pythonhosted.org/packages/"
OF_FILES = (
    Case(fault="file-unavailable/2"),
    Case(fault="file-unavailable", verify=NO_ANSWER, says="is in trouble (HTTP 503) (4 attempts", do=AGAIN),
    Case(fault="file-missing", verify=NO_ANSWER, says="HTTP 404 instead of the file", do="in a few minutes"),
    Case(fault="file-reset"),
    Case(fault="file-reset/always", verify=NO_ANSWER, says="without sending complete message body", do=AGAIN),
    Case(fault="file-redirected", verify=NO_ANSWER, says="redirects to login.example.net", do="log in to the network"),
    Case(
        fault="file-other-bytes",
        verify=FOUND,
        says="served-files-are-the-sealed-ones hello-1.0.0-py3-none-any.whl",
        do="Do not use the release",
    ),
)


def published(begin: Begin) -> Scene:
    scene = begin()
    scene.put()
    return scene


def arm(scene: Scene, fault: str) -> None:
    scene.index.faults.disarm()
    scene.index.faults.arm(fault)


@pytest.mark.parametrize("case", OF_PAGES, ids=str)
def test_the_page_is_disturbed(begin: Begin, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    if "in time" in case.says:
        monkeypatch.setattr(http, "EXCHANGE_LIMIT", 0.4)  # the one clock that cannot be moved
    scene = published(begin)
    arm(scene, case.fault)
    assert scene.plan().exit_code == case.plan
    arm(scene, case.fault)
    verify = scene.wait(patience=20)
    assert (verify.exit_code, scene.published()) == (case.verify, scene.sealed)
    assert case.says in verify.words
    assert case.do in verify.words
    scene.index.faults.disarm()
    assert (scene.plan().exit_code, scene.wait().exit_code) == (FINE, FINE)


@pytest.mark.parametrize("case", OF_FILES, ids=str)
def test_a_file_is_disturbed(begin: Begin, case: Case) -> None:
    scene = published(begin)
    arm(scene, case.fault)
    verify = scene.verify(patience=20)
    assert (verify.exit_code, scene.published()) == (case.verify, scene.sealed)
    assert case.says in verify.words
    assert case.do in verify.words
    if case.verify is NO_ANSWER:
        assert "hello-1.0.0" in verify.words
    scene.index.faults.disarm()
    again = scene.verify()
    assert again.exit_code == FINE, again.words
    assert "Verified: hello 1.0.0 can be installed from PyPI." in again.words


def test_the_json_api_is_needed_where_the_page_is_behind(begin: Begin) -> None:
    scene = published(begin)
    scene.index.faults.arm("page-stale", "json-unavailable")
    verify = scene.wait()
    assert verify.exit_code == NO_ANSWER
    assert "whether it was uploaded could not be learnt" in verify.words
    assert LATER in verify.words


def test_the_index_is_left_alone_as_long_as_it_asks(begin: Begin) -> None:
    scene = published(begin)
    scene.index.faults.arm("page-rate-limited:120")
    before = scene.time.now
    assert scene.wait(patience=600).exit_code == FINE
    assert 120 <= scene.time.now - before <= 140


# The CDN: the index is well, and its readers see it late


def with_an_old_page(begin: Begin, behaviour: Behaviour, tmp_path: Path) -> Scene:
    """Publish a version whose page everybody has read, and then ours."""
    scene = begin(cdn=behaviour)
    first = scene.with_files(*build(tmp_path / "dist", "0.9.0"))
    first.put()
    assert first.wait().exit_code == FINE
    assert scene.plan().exit_code == FINE
    scene.put()
    return scene


@pytest.mark.parametrize("delay", [0, 1, 5, 30, 120])
def test_a_late_purge_is_waited_for(begin: Begin, delay: float, tmp_path: Path) -> None:
    scene = with_an_old_page(begin, Behaviour(purge_delay=delay), tmp_path)
    before = scene.time.now
    assert scene.wait(patience=600).exit_code == FINE
    assert delay <= scene.time.now - before <= delay + 4 + min(0.6 * delay, 30)


@pytest.mark.parametrize(
    "behaviour", [Behaviour(purge_delay=math.inf), Behaviour(shield_later=2)], ids=["lost", "shield told late"]
)
def test_a_purge_that_is_lost_is_told_apart(begin: Begin, behaviour: Behaviour, tmp_path: Path) -> None:
    scene = with_an_old_page(begin, behaviour, tmp_path)
    verify = scene.wait(patience=1800)
    assert verify.exit_code == NOT_VISIBLE
    assert verify.words == snapshot("""\
hello 1.0.0 is published (serial 6), but after 1800 s https://pypi.org/simple/hello/ still shows serial 3, from the node cache-iad-kiad7000044-IAD, cache-fra-eddf8230021-FRA
The release is whole and stored; only its page is old here, and others may see it already. Run this job again later: it takes up from here. If it lasts for hours, look at the index's status page.\
""")
    scene.time.now += 86_400
    assert scene.wait().exit_code == FINE
    assert scene.published() == scene.sealed


def test_who_asks_too_early_waits_a_minute(begin: Begin) -> None:
    scene = begin(cdn=Behaviour())
    with http_client(scene.index) as client:
        headers = {"Accept": "application/vnd.pypi.simple.v1+json", "Accept-Encoding": "gzip"}
        assert client.get("https://pypi.org/simple/hello/", headers=headers).status_code == 404
    scene.put()
    before = scene.time.now
    assert scene.wait(patience=600).exit_code == FINE
    assert 60 <= scene.time.now - before <= 80


def test_plan_does_not_ask_too_early(begin: Begin) -> None:
    """What plan asks of an unknown project is not what verify asks."""
    scene = begin(cdn=Behaviour(purge_delay=math.inf))
    assert "not published" in scene.plan().words
    scene.put()
    before = scene.time.now
    assert scene.wait().exit_code == FINE
    assert scene.time.now == before


def test_the_matrix_is_complete() -> None:
    """Every fault of reading has its case here."""
    asked = {read_fault(case.fault).fault.name for case in (*OF_PAGES, *OF_FILES)}
    assert {fault.name for fault in TOPICS["Reading the index"]} == asked
