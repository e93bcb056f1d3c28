"""Attestations, verified by the library itself: genuine ones hold, and whatever was changed in one does not."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from pypublish.edges import attestations
from pypublish.edges.provenance import Provenance
from pypublish.edges.world import World
from pypublish.listing import Attestation
from pypublish.model import Publisher
from tests.sigstore_standin import COMMIT, RUN, Sigstore, encoded

pytestmark = pytest.mark.slow

US = Publisher(owner="acme", repository="hello", workflow="release.yml", environment="pypi")
EVIL = replace(US, owner="evil")
NAMED = {"kind": "GitHub", "repository": "acme/hello", "workflow": "release.yml", "environment": "pypi", "claims": None}

Json = dict[str, Any]
Change = Callable[[Json], object]


def provenance(*attested: Json, publisher: Mapping[str, object] = NAMED) -> Provenance:
    document = {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": list(attested)}]}
    named = Attestation(publisher="acme/hello", github=US)
    return Provenance(document=json.dumps(document), attestations=(named,) * len(attested))


def judge(found: Mapping[str, Provenance], world: World, *, content: bytes = b"hello") -> dict[str, Attestation]:
    digests = dict.fromkeys(found, hashlib.sha256(content).hexdigest())
    return {name: one for name, (one,) in attestations.verify(found, digests, world).items()}


@pytest.fixture
def sigstore(world: World) -> Sigstore:
    instance = Sigstore()
    instance.trusted_by(world)
    return instance


def file(folder: Path, number: int) -> Path:
    path = folder / f"hello-1.{number}.tar.gz"
    path.write_bytes(b"hello")
    return path


def test_a_genuine_attestation_tells_who_signed(sigstore: Sigstore, world: World, tmp_path: Path) -> None:
    path = file(tmp_path, 0)
    (verdict,) = judge({path.name: provenance(sigstore.attest(path, US))}, world).values()
    assert (verdict.verified, verdict.failure) == (True, "")
    assert verdict.predicate == "https://docs.pypi.org/attestations/publish/v1"
    certificate = verdict.certificate
    assert certificate is not None
    assert (certificate.environment, certificate.commit, certificate.run) == ("pypi", COMMIT, RUN)
    assert certificate.workflow.endswith("/acme/hello/.github/workflows/release.yml@refs/tags/v1.2.0")


def entry(attestation: Json) -> Json:
    found: Json = attestation["verification_material"]["transparency_entries"][0]
    return found


def flip(holder: Json, key: str) -> None:
    text = str(holder[key])
    holder[key] = text[:20] + ("A" if text[20] != "A" else "B") + text[21:]


CHANGES: Mapping[str, tuple[Change, str]] = {
    "the signature": (lambda a: flip(a["envelope"], "signature"), "signature"),
    "the statement": (lambda a: a["envelope"].update(statement=encoded(b"{}")), "signature"),
    "the certificate": (lambda a: flip(a["verification_material"], "certificate"), "certificate"),
    "the promise of the log": (lambda a: flip(entry(a)["inclusionPromise"], "signedEntryTimestamp"), "SET"),
    "the time": (lambda a: entry(a).update(integratedTime="1600000000"), "certificate chain"),
    "the proof": (lambda a: entry(a)["inclusionProof"].update(rootHash=encoded(b"0" * 32)), "inclusion proof"),
    "no proof": (lambda a: entry(a).pop("inclusionProof"), ""),
    "no log at all": (lambda a: a["verification_material"].update(transparency_entries=[]), "PEP 740"),
    "another format": (lambda a: a.update(version=2), "PEP 740"),
    "nothing of it": (lambda a: a.clear(), "PEP 740"),
}


def test_whatever_was_changed_does_not_hold(sigstore: Sigstore, world: World, tmp_path: Path) -> None:
    found, wanted = {}, {}
    for number, (name, (change, words)) in enumerate(CHANGES.items()):
        path = file(tmp_path, number)
        changed = deepcopy(sigstore.attest(path, US))
        change(changed)
        found[path.name], wanted[path.name] = provenance(changed), (name, words)
    for path_name, verdict in judge(found, world).items():
        name, words = wanted[path_name]
        assert verdict.verified is False, name
        assert words in verdict.failure, (name, verdict.failure)
        assert verdict.failure, name


def test_what_is_true_of_another_file_does_not_hold(sigstore: Sigstore, world: World, tmp_path: Path) -> None:
    path, other = file(tmp_path, 0), file(tmp_path, 1)
    good, evil = sigstore.attest(path, US), sigstore.attest(other, EVIL)
    says = {
        name: (verdict.verified, verdict.failure)
        for name, verdict in {
            **judge({path.name: provenance(good)}, world, content=b"other bytes"),
            **judge({"hello-1.9.tar.gz": provenance(good), "hello-1.1.tar.gz": provenance(evil)}, world),
        }.items()
    }
    assert says == snapshot(
        {
            "hello-1.0.tar.gz": (False, "Verification failed: subject does not match distribution digest"),
            "hello-1.9.tar.gz": (
                False,
                "Verification failed: subject does not match distribution name: hello-1.0.tar.gz != hello-1.9.tar.gz",
            ),
            "hello-1.1.tar.gz": (
                False,
                "Verification failed: Certificate's OIDCSourceRepositoryURI does not match (got https://github.com/evil/hello, expected https://github.com/acme/hello)",
            ),
        }
    )


def test_the_public_sigstore_does_not_know_ours(world: World, tmp_path: Path) -> None:
    path = file(tmp_path, 0)
    (verdict,) = judge({path.name: provenance(Sigstore().attest(path, US))}, world).values()
    assert verdict.verified is False
    assert "certificate chain" in verdict.failure


def test_what_the_library_reads_otherwise_is_not_verified(sigstore: Sigstore, world: World, tmp_path: Path) -> None:
    path = file(tmp_path, 0)
    one = provenance(sigstore.attest(path, US))
    two = replace(one, attestations=one.attestations * 2)
    digests = {path.name: hashlib.sha256(b"hello").hexdigest()}
    verdicts = attestations.verify({path.name: two}, digests, world)[path.name]
    assert [verdict.verified for verdict in verdicts] == [False, False]


def test_a_file_without_attestations_is_not_asked_about(world: World) -> None:
    assert attestations.verify({"hello-1.0.tar.gz": provenance()}, {}, world) == {"hello-1.0.tar.gz": ()}


# What others signed with the public Sigstore: the test material of the library, from the registry


@pytest.fixture(scope="session")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of test material in the library's sdist; fetched, and never kept."""
    folder = tmp_path_factory.mktemp("genuine")
    command = ["download", "--no-deps", "--no-build-isolation", "--no-binary=:all:", "pypi-attestations==0.0.30"]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "--disable-pip-version-check", *command],
        cwd=folder,
        env=dict(os.environ),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("the registry does not give the library's sdist")
    with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
        archive.extractall(folder, filter="data")
    return next(folder.glob("*/test/assets"))


def test_what_pypi_served_holds(genuine: Path, world: World) -> None:
    found, digests = {}, {}
    for path in sorted(genuine.glob("*.provenance")):
        name = path.name.removesuffix(".provenance")
        document = json.loads(path.read_text("utf-8"))
        number = sum(len(bundle["attestations"]) for bundle in document["attestation_bundles"])
        named = Attestation(publisher="", github=None)
        found[name] = Provenance(document=json.dumps(document), attestations=(named,) * number)
        digests[name] = hashlib.sha256((genuine / name).read_bytes()).hexdigest()
    assert len(found) >= 2
    verdicts = attestations.verify(found, digests, world)
    assert {name: [(one.verified, one.failure) for one in each] for name, each in verdicts.items()} == {
        name: [(True, "")] * len(found[name].attestations) for name in found
    }
    changed = attestations.verify(found, dict.fromkeys(digests, "0" * 64), world)
    assert {one.verified for each in changed.values() for one in each} == {False}
