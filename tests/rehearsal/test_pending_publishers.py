"""Pending publishers: each makes its project when it is used, while it lasts and the name is free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
from inline_snapshot import snapshot

from pypublish.rehearsal.server import Registration, Rehearsal
from tests.rehearsal.parts import JOB, PUBLISHER, MovableTime, Serve
from tests.rehearsal.trust import errors, exchange

Make = Callable[..., Path]
Upload = Callable[..., httpx.Response]


def test_a_pending_publisher_makes_its_project_when_it_is_used(
    http: httpx.Client, mint: Callable[[], str], index: Rehearsal
) -> None:
    assert http.get("https://pypi.org/simple/hello-there/").status_code == 404
    mint()
    page = http.get("https://pypi.org/simple/hello-there/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    assert (page.status_code, page.json()["files"]) == (200, [])
    assert [record.pending for record in index.stores["pypi"].publishers] == [False]


def test_a_project_of_another_name_is_not_made(mint: Callable[[], str], upload: Upload, make_wheel: Make) -> None:
    response = upload(make_wheel(name="hallo_there"), token=mint())
    assert response.reason_phrase == snapshot(
        "Non-user identities cannot create new projects. This was probably caused by successfully using a pending publisher but specifying the project name incorrectly (either in the publisher or in your project's metadata). Please ensure that both match. See: https://docs.pypi.org/trusted-publishers/troubleshooting/"
    )


def test_another_job_makes_no_project(serve_index: Serve) -> None:
    with serve_index(job=replace(JOB, event="pull_request_target")) as index:
        assert errors(exchange(index))[0]["code"] == "invalid-publisher"
        assert index.stores["pypi"].project("hello-there") is None


def test_a_pending_publisher_expires_after_thirty_days(index: Rehearsal, time: MovableTime) -> None:
    time.now += 30 * 86_400 + 1
    assert errors(exchange(index))[0]["code"] == "invalid-publisher"


def test_a_pending_publisher_of_a_project_that_came_first_is_gone(index: Rehearsal) -> None:
    index.stores["pypi"].create_project("Hello.There")
    assert errors(exchange(index)) == snapshot(
        [{"code": "invalid-pending-publisher", "description": "valid token, but project already exists"}]
    )
    assert index.stores["pypi"].publishers == ()


def test_a_pending_publisher_cannot_have_a_name_of_the_standard_library(serve_index: Serve) -> None:
    with serve_index(registrations=(Registration(publisher=PUBLISHER, project="xml"),)) as index:
        assert errors(exchange(index)) == snapshot(
            [
                {
                    "code": "invalid-payload",
                    "description": "The name 'xml' isn't allowed (conflict with Python Standard Library module name). See https://pypi.org/help/#project-name for more information.",
                }
            ]
        )
