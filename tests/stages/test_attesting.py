"""Where the files come from, end to end: attested by a Sigstore of our own, uploaded to the embedded index, verified."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from inline_snapshot import snapshot

from pypublish.edges import attestations
from pypublish.edges.http import Session
from pypublish.edges.index import read_page
from pypublish.edges.world import Transport, World
from pypublish.errors import IndexUnavailableError
from pypublish.model import PYPI, Manifest, Publisher
from pypublish.rehearsal.oidc import Job
from pypublish.rehearsal.records import FileRecord
from pypublish.rehearsal.server import Registration, Rehearsal, serve
from pypublish.stages.attesting import Learnt, in_words, learn_provenance
from pypublish.stages.verify import verify
from tests.rehearsal.parts import JOB, PUBLISHER, UPLOAD, form_of, http_client
from tests.sigstore_standin import Sigstore
from tests.stages.released import artifact, make_sdist, make_wheel, seal

pytestmark = pytest.mark.slow

EVIL = Publisher(owner="mallory", repository="hello", workflow="release.yml", environment="pypi")
ABSENT: list[dict[str, object]] = []


@dataclass(kw_only=True)
class Scene:
    """An index, and who publishes there."""

    index: Rehearsal
    world: World
    sigstore: Sigstore
    wheel: Path
    sdist: Path
    as_: Publisher = PUBLISHER

    @property
    def manifest(self) -> Manifest:
        return replace(seal(self.wheel, self.sdist), publisher=PUBLISHER, attests=True)

    def publish(self, *, attested: Callable[[Path], list[dict[str, object]]] | None = None) -> None:
        """Publish as the publishing action does: an attestation with each file, by a token for this job."""
        with http_client(self.index) as client:
            identity = httpx.get(
                f"{self.index.request_url}&audience=pypi",
                headers={"Authorization": f"bearer {self.index.request_token}"},
                trust_env=False,
            ).json()["value"]
            minted = client.post("https://upload.pypi.org/_/oidc/mint-token", json={"token": identity}).json()
            for path in (self.wheel, self.sdist):
                each = attested(path) if attested else [self.sigstore.attest(path, self.as_)]
                fields = {name: value for name, value in form_of(path).items() if value is not None}
                answer = client.post(
                    UPLOAD,
                    data={**fields, **({"attestations": json.dumps(each)} if each else {})},
                    files={"content": (path.name, path.read_bytes(), "application/octet-stream")},
                    auth=("__token__", minted["token"]),
                )
                assert answer.status_code == 200, answer.text

    def tamper(self, change: Callable[[str], str]) -> None:
        """Change what the index serves as provenance."""

        def changed(file: FileRecord) -> FileRecord:
            return replace(file, provenance=change(file.provenance))

        store = self.index.stores["pypi"]
        store.change(
            "greeter",
            lambda project: replace(
                project,
                releases={
                    version: replace(release, files=tuple(map(changed, release.files)))
                    for version, release in project.releases.items()
                },
            ),
        )

    def learn(self, readers: Executor, manifest: Manifest | None = None) -> Learnt:
        with Session(self.world) as session:
            page = read_page(session, PYPI, "greeter")
            return learn_provenance(session, manifest or self.manifest, PYPI, page, self.world, readers=readers)


@contextmanager
def scene(folder: Path, world: World, *, publisher: Publisher = PUBLISHER) -> Iterator[Scene]:
    job = Job(publisher=publisher, ref=JOB.ref, sha=JOB.sha)
    # Both may publish, as far as the index knows; the release is meant to come from the first.
    registrations = tuple(
        Registration(publisher=one, project="greeter", pending=False) for one in dict.fromkeys((PUBLISHER, publisher))
    )
    sigstore = Sigstore()
    sigstore.trusted_by(world)
    dist = folder / "dist"
    dist.mkdir()
    wheel = make_wheel(dist, "greeter", "1.2.0", "")
    with serve(folder / "index", job=job, registrations=registrations) as index:
        there = replace(world, transport=Transport(proxy=index.proxy_url, ca_file=index.ca_file))
        yield Scene(index=index, world=there, sigstore=sigstore, wheel=wheel, sdist=make_sdist(wheel), as_=publisher)


@pytest.fixture
def ours(tmp_path: Path, world: World) -> Iterator[Scene]:
    with scene(tmp_path, world) as begun:
        yield begun


@pytest.fixture
def readers() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def said(learnt: Learnt) -> list[str]:
    return [f"{f.severity} {f.check} {f.where}: {f.message}" for f in learnt.findings]


def test_what_our_job_published_is_attested(ours: Scene, readers: Executor) -> None:
    ours.publish()
    learnt = ours.learn(readers)
    assert said(learnt) == []
    assert [[one.verified for one in file.attestations] for file in learnt.files] == [[True], [True]]
    assert in_words(learnt.files) == snapshot("attested by acme/hello, release.yml, environment pypi")


def test_nothing_is_attested(ours: Scene, readers: Executor) -> None:
    ours.publish(attested=lambda _: ABSENT)
    learnt = ours.learn(readers)
    assert said(learnt) == snapshot(
        [
            "warning files-are-attested : PyPI has no attestation of 2 files (greeter-1.2.0-py3-none-any.whl, greeter-1.2.0.tar.gz); what published them cannot be proven"
        ]
    )
    assert [file.attestations for file in learnt.files] == [(), ()]
    assert in_words(learnt.files) == ""


def test_somebody_elses_job_published_it(tmp_path: Path, world: World, readers: Executor) -> None:
    with scene(tmp_path, world, publisher=EVIL) as theirs:
        theirs.publish()
        learnt = theirs.learn(readers)
    assert said(learnt) == snapshot(
        [
            "error attestations-name-the-publisher greeter-1.2.0-py3-none-any.whl: PyPI says that mallory/hello, release.yml, environment pypi published it: repository mallory/hello, expected acme/hello (and so of 1 more file)"
        ]
    )


def test_the_index_names_us_and_somebody_else_signed(ours: Scene, readers: Executor) -> None:
    ours.publish(attested=lambda path: [ours.sigstore.attest(path, EVIL)])
    assert said(ours.learn(readers)) == snapshot(
        [
            "error attestations-are-genuine greeter-1.2.0-py3-none-any.whl: its attestation by acme/hello, release.yml, environment pypi does not hold: its certificate is for https://github.com/mallory/hello/.github/workflows/release.yml@refs/tags/v1.2.0 (and so of 1 more file)"
        ]
    )


def test_an_attestation_that_was_changed(ours: Scene, readers: Executor) -> None:
    ours.publish()
    ours.tamper(lambda text: text.replace('"signature": "ME', '"signature": "MF'))
    assert said(ours.learn(readers)) == snapshot(
        [
            "error attestations-are-genuine greeter-1.2.0-py3-none-any.whl: its attestation by acme/hello, release.yml, environment pypi does not hold: Verification failed: DSSE: invalid signature (and so of 1 more file)"
        ]
    )


def test_a_provenance_that_does_not_read(ours: Scene, readers: Executor) -> None:
    ours.publish()
    ours.tamper(lambda text: text.replace('"version": 1', '"version": 7'))
    found = said(ours.learn(readers))
    assert len(found) == 1
    assert "attestations-are-genuine" in found[0]
    assert "no provenance by PEP 740" in found[0]


def test_what_is_no_provenance_is_no_answer(ours: Scene, readers: Executor) -> None:
    ours.publish()
    ours.tamper(lambda _: "[]")
    with pytest.raises(IndexUnavailableError, match="is no provenance"):
        ours.learn(readers)


def test_bytes_that_were_not_attested(ours: Scene, readers: Executor) -> None:
    ours.publish()
    others = tuple(replace(artifact(path), sha256="0" * 64) for path in (ours.wheel, ours.sdist))
    assert said(ours.learn(readers, replace(ours.manifest, artifacts=others))) == snapshot(
        [
            "error attestations-are-genuine greeter-1.2.0-py3-none-any.whl: its attestation by acme/hello, release.yml, environment pypi does not hold: Verification failed: subject does not match distribution digest (and so of 1 more file)"
        ]
    )


def test_without_the_library_the_publisher_is_compared_all_the_same(
    ours: Scene, readers: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours.publish()
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setattr(sys, "path_importer_cache", {})
    assert not attestations.can_be_verified()
    learnt = ours.learn(readers)
    assert said(learnt) == snapshot(
        [
            "note attestations-are-verified : the signatures of 2 files were not verified: pypi-attestations is not installed here"
        ]
    )
    assert in_words(learnt.files) == snapshot("by acme/hello, release.yml, environment pypi (by the index's word)")
    other = replace(ours.manifest, publisher=replace(PUBLISHER, workflow="publish.yml"))
    assert said(ours.learn(readers, other)) == snapshot(
        [
            "error attestations-name-the-publisher greeter-1.2.0-py3-none-any.whl: PyPI says that acme/hello, release.yml, environment pypi published it: workflow release.yml, expected publish.yml (and so of 1 more file)",
            "note attestations-are-verified : the signatures of 2 files were not verified: pypi-attestations is not installed here",
        ]
    )


def test_verify_tells_who_attested(ours: Scene) -> None:
    ours.publish()
    outcome = verify(ours.manifest, PYPI, ours.world)
    assert outcome.findings == ()
    assert outcome.summary.replace(sys.version.split()[0], "3.X") == snapshot(
        "2 files, the same bytes; attested by acme/hello, release.yml, environment pypi; wheel and sdist installed and run on Python 3.X"
    )
    assert outcome.value is not None
    assert [file.filename for file in outcome.value.provenance] == [ours.wheel.name, ours.sdist.name]
    assert outcome.closing[:2] == snapshot(
        (
            "Verified: greeter 1.2.0 can be installed from PyPI.",
            "Published from commit cccccccccccc by https://github.com/acme/hello/actions/runs/7/attempts/1.",
        )
    )


def test_verify_is_red_where_somebody_else_published(tmp_path: Path, world: World) -> None:
    with scene(tmp_path, world, publisher=EVIL) as theirs:
        theirs.publish()
        outcome = verify(theirs.manifest, PYPI, theirs.world)
    assert not outcome.ok
    assert outcome.outputs == {"verified": "false"}
    assert {finding.check for finding in outcome.findings} == {"attestations-name-the-publisher"}
