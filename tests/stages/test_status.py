"""status: where a release stands, and what to do next, for each of its states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.project import parse
from pypublish.edges.github_api import Account, GitHubRefusedError
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.errors import UsageError
from pypublish.findings import Outcome
from pypublish.model import PYPI, Intent
from pypublish.rehearsal.server import Rehearsal, serve
from pypublish.settings import Settings
from pypublish.stages.status import Standing, status
from tests import factories, projects
from tests.github_api import TOKEN, GitHubApi, Run
from tests.rehearsal.parts import API_TOKEN, JOB, NOON, MovableTime, form_of, http_client
from tests.stages.uploads import FILES, SDIST, WHEELS, manifest_of

PYPROJECT = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n[project]\nname = "hello"\n'
STATIC = PYPROJECT + 'version = "1.0.0"\n'
DAY = 86400.0


@dataclass
class Place:
    root: Path
    world: World
    index: Rehearsal
    api: GitHubApi
    time: MovableTime

    def __call__(self, *, sealed: bool = False, run: int | None = None, tag: str | None = "v1.0.0") -> str:
        intent = Intent(index=PYPI, dry_run=True, tag=tag, tag_given=tag is not None)
        outcome: Outcome[Standing] = status(
            parse(read_tree(self.root)),
            Settings(),
            intent,
            self.world,
            manifest=manifest_of(*FILES) if sealed else None,
            run=run,
            account=Account(repository="acme/hello", token=TOKEN, api_url=self.api.url),
        )
        assert outcome.ok
        return "\n".join([outcome.summary, *outcome.closing])

    def publish(self, *names: str) -> None:
        with http_client(self.index) as client:
            for made in FILES:
                if made.filename in names:
                    path = made.write(self.root.parent / "made")
                    answer = client.post(
                        PYPI.upload_url,
                        data={name: value for name, value in form_of(path).items() if value is not None},
                        files={"content": (path.name, made.content, "application/octet-stream")},
                        auth=("__token__", API_TOKEN),
                    )
                    assert answer.status_code == 200, answer.text


@pytest.fixture
def place(tmp_path: Path, world: World) -> Iterator[Place]:
    root = projects.write(tmp_path / "hello", {"pyproject.toml": STATIC})
    projects.commit(root, "v1.0.0")
    time = MovableTime()
    with (
        serve(tmp_path / "index", job=JOB, api_tokens={API_TOKEN: "alice"}, clock=time.clock) as index,
        GitHubApi(runs=[Run(id=7)]) as api,
    ):
        transport = Transport(proxy=index.proxy_url, ca_file=index.ca_file)
        reached = replace(world, transport=transport, clock=Clock(now=lambda: time.now))
        yield Place(root=root, world=reached, index=index, api=api, time=time)


def test_nothing_is_published(place: Place) -> None:
    assert place() == snapshot("""\
hello 1.0.0 on PyPI: not published, nor is there a project of that name
Next: push the tag v1.0.0, or start the release workflow with it.\
""")
    place.index.stores["pypi"].create_project("hello")
    assert place(sealed=True) == snapshot("""\
hello 1.0.0 on PyPI: not published, 3 files to upload
Next: push the tag v1.0.0, or start the release workflow with it.\
""")


def test_some_of_it_is_published(place: Place) -> None:
    place.publish(WHEELS[0])
    assert place() == snapshot("""\
hello 1.0.0 on PyPI: 1 file
hello-1.0.0-cp313-cp313-win_amd64.whl, since 2027-01-15T08:00:00.000000Z
Next: pypublish plan tells whether that is all, with the manifest that prepare sealed (--manifest).\
""")
    assert place(sealed=True) == snapshot("""\
hello 1.0.0 on PyPI: published in part, still to upload: hello-1.0.0-py3-none-any.whl, hello-1.0.0.tar.gz
hello-1.0.0-cp313-cp313-win_amd64.whl, since 2027-01-15T08:00:00.000000Z
Next: run the failed jobs of the run that prepared it again; hello-1.0.0-py3-none-any.whl, hello-1.0.0.tar.gz can be added until 2027-01-29.\
""")
    place.time.now = NOON + 15 * DAY
    assert place(sealed=True) == snapshot("""\
hello 1.0.0 on PyPI: published in part, still to upload: hello-1.0.0-py3-none-any.whl, hello-1.0.0.tar.gz
hello-1.0.0-cp313-cp313-win_amd64.whl, since 2027-01-15T08:00:00.000000Z
Next: hello-1.0.0-py3-none-any.whl, hello-1.0.0.tar.gz cannot be added any more after 14 days: raise the version, and yank this one.\
""")


def test_all_of_it_is_published(place: Place) -> None:
    place.publish(*WHEELS, SDIST)
    assert place(sealed=True) == snapshot("""\
hello 1.0.0 on PyPI: published, the same bytes; nothing to upload
hello-1.0.0-cp313-cp313-win_amd64.whl, since 2027-01-15T08:00:00.000000Z
hello-1.0.0-py3-none-any.whl, since 2027-01-15T08:00:00.000000Z
hello-1.0.0.tar.gz, since 2027-01-15T08:00:00.000000Z
Next: pypublish verify tells whether users can install it.\
""")


def test_another_file_is_published(place: Place) -> None:
    other = factories.sdist({"more.py": "x = 1"})
    assert other.filename == SDIST
    with http_client(place.index) as client:
        path = other.write(place.root.parent / "made")
        client.post(
            PYPI.upload_url,
            data={name: value for name, value in form_of(path).items() if value is not None},
            files={"content": (path.name, other.content, "application/octet-stream")},
            auth=("__token__", API_TOKEN),
        )
    assert place(sealed=True).splitlines()[-1] == snapshot(
        "Next: the index has other files than were sealed: find the run that made them, or raise the version."
    )


@pytest.mark.parametrize("prepare", ["nothing", "kept", "expired"])
def test_what_a_run_has_kept(place: Place, prepare: str) -> None:
    if prepare != "nothing":
        place.api.add(run=7, name="release-1", content=b"x", expired=prepare == "expired")
    told = place(run=7).splitlines()
    assert (
        told[1:]
        == {
            "nothing": snapshot(
                [
                    "https://github.com/acme/hello/actions/runs/7: no sealed files.",
                    "Next: push the tag v1.0.0, or start the release workflow with it.",
                ]
            ),
            "kept": snapshot(
                [
                    "https://github.com/acme/hello/actions/runs/7: the sealed files are kept as release-1 until 2026-12-20T00:00:00Z.",
                    "Next: run the failed jobs of run 7 again, or start the workflow with the tag and run-id 7.",
                ]
            ),
            "expired": snapshot(
                [
                    "https://github.com/acme/hello/actions/runs/7: the sealed files have expired.",
                    "Next: push the tag v1.0.0, or start the release workflow with it.",
                ]
            ),
        }[prepare]
    )


def test_a_run_that_is_none(place: Place) -> None:
    with pytest.raises(GitHubRefusedError):
        place(run=8)


def test_a_version_that_the_build_alone_knows(place: Place) -> None:
    dynamic = PYPROJECT + 'dynamic = ["version"]\n[tool.hatch.version]\nsource = "code"\npath = "v.py"\n'
    (place.root / "pyproject.toml").write_text(dynamic)
    with pytest.raises(UsageError, match="not known before a build"):
        place(tag=None)
    assert place(sealed=True).startswith("hello 1.0.0 on PyPI: not published")
