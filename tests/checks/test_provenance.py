"""Where the files come from: what is said of it, in which words and with what weight."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from pypublish.checks import catalog, provenance
from pypublish.checks.provenance import Attested
from pypublish.listing import Attestation, Certificate, FileProvenance
from pypublish.model import PYPI, TESTPYPI, Artifact, ArtifactKind, Index, Manifest, Publisher, Release, VerifySettings

US = Publisher(owner="acme", repository="hello", workflow="release.yml", environment="pypi")
WHEEL, SDIST = "hello-1.2.0-py3-none-any.whl", "hello-1.2.0.tar.gz"
OWN = Index(name="own", upload_url="https://i.example/up/", simple_url="https://i.example/simple/", oidc_audience="own")
BASE = "https://github.com/acme/hello"
CERTIFICATE = Certificate(
    repository=BASE,
    workflow=f"{BASE}/.github/workflows/release.yml@refs/tags/v1.2.0",
    environment="pypi",
    commit="c" * 40,
    run=f"{BASE}/actions/runs/7",
)


def artifact(filename: str) -> Artifact:
    kind = ArtifactKind.WHEEL if filename.endswith(".whl") else ArtifactKind.SDIST
    return Artifact(filename=filename, kind=kind, size=1, sha256="a" * 64, blake2b_256="b" * 64, python_tag="py3")


MANIFEST = Manifest(
    schema=1,
    release=Release(name="hello", version="1.2.0", tag="v1.2.0", commit="c" * 40, epoch=1),
    artifacts=(artifact(SDIST), artifact(WHEEL)),
    builds=(),
    verify=VerifySettings(dependencies_index=PYPI.simple_url),
    publisher=US,
    attests=True,
)
GOOD = Attestation(
    publisher="acme/hello, release.yml, environment pypi",
    github=US,
    verified=True,
    predicate="https://docs.pypi.org/attestations/publish/v1",
    certificate=CERTIFICATE,
)


def by(**changed: str) -> Attestation:
    publisher = replace(US, **changed)
    words = f"{publisher.owner}/{publisher.repository}, {publisher.workflow}, environment {publisher.environment}"
    return replace(GOOD, publisher=words, github=publisher, certificate=None)


def said(
    sdist: Attestation | None, wheel: Attestation | None, *, manifest: Manifest = MANIFEST, index: Index = PYPI
) -> list[str]:
    files = tuple(
        FileProvenance(filename=name, attestations=(one,) if one is not None else ())
        for name, one in ((SDIST, sdist), (WHEEL, wheel))
    )
    subject = Attested(manifest=manifest, index=index, files=files)
    found = catalog.run(catalog.collect(provenance, Attested), subject, ignore={})
    return [f"{f.severity} {f.check} {f.where}: {f.message}" for f in found]


@pytest.mark.parametrize(
    ("attestation", "manifest"),
    [
        (GOOD, MANIFEST),
        (GOOD, replace(MANIFEST, publisher=None, attests=False)),
        (replace(GOOD, certificate=None), MANIFEST),
        (by(owner="ACME"), MANIFEST),  # GitHub's names have no case
        (by(environment=""), MANIFEST),  # registered without one: it takes the jobs of all
        (by(environment="live"), replace(MANIFEST, publisher=replace(US, environment=""))),
        (by(owner="anybody"), replace(MANIFEST, publisher=None)),
    ],
)
def test_a_good_release_has_nothing_to_mend(attestation: Attestation, manifest: Manifest) -> None:
    assert said(attestation, attestation, manifest=manifest) == []


def test_on_another_index_than_it_was_sealed_for_another_environment_publishes() -> None:
    """The same files go to TestPyPI first, from the environment testpypi."""
    trial = by(environment="testpypi")
    assert said(trial, trial, index=TESTPYPI) == []
    assert len(said(by(owner="evil"), trial, index=TESTPYPI)) == 1


def test_another_publisher() -> None:
    gitlab = replace(GOOD, publisher="GitLab, acme/hello, .gitlab-ci.yml", github=None)
    assert said(by(owner="evil"), by(owner="evil")) == snapshot(
        [
            "error attestations-name-the-publisher hello-1.2.0.tar.gz: PyPI says that evil/hello, release.yml, environment pypi published it: repository evil/hello, expected acme/hello (and so of 1 more file)"
        ]
    )
    assert said(GOOD, by(workflow="Release.yml", environment="live")) == snapshot(
        [
            "error attestations-name-the-publisher hello-1.2.0-py3-none-any.whl: PyPI says that acme/hello, Release.yml, environment live published it: workflow Release.yml, expected release.yml; environment live, expected pypi"
        ]
    )
    assert said(GOOD, gitlab) == snapshot(
        [
            "error attestations-name-the-publisher hello-1.2.0-py3-none-any.whl: PyPI says that GitLab, acme/hello, .gitlab-ci.yml published it: expected acme/hello on GitHub"
        ]
    )


def test_the_certificate_tells_the_environment_where_the_publisher_has_none() -> None:
    certified = replace(by(environment=""), certificate=replace(CERTIFICATE, environment="playground"))
    assert said(GOOD, certified) == snapshot(
        [
            "error attestations-name-the-publisher hello-1.2.0-py3-none-any.whl: PyPI says that acme/hello, release.yml, environment  published it: environment playground, expected pypi"
        ]
    )


def test_what_does_not_hold() -> None:
    forged = replace(GOOD, verified=False, failure="Verification failed: DSSE: invalid signature")
    assert said(GOOD, forged) == snapshot(
        [
            "error attestations-are-genuine hello-1.2.0-py3-none-any.whl: its attestation by acme/hello, release.yml, environment pypi does not hold: Verification failed: DSSE: invalid signature"
        ]
    )
    stranger = replace(CERTIFICATE, workflow="https://github.com/evil/hello/.github/workflows/release.yml@refs/heads/x")
    assert said(GOOD, replace(forged, certificate=stranger)) == snapshot(
        [
            "error attestations-are-genuine hello-1.2.0-py3-none-any.whl: its attestation by acme/hello, release.yml, environment pypi does not hold: its certificate is for https://github.com/evil/hello/.github/workflows/release.yml@refs/heads/x"
        ]
    )
    assert said(GOOD, replace(forged, certificate=None)) == snapshot(
        [
            "error attestations-are-genuine hello-1.2.0-py3-none-any.whl: its attestation by acme/hello, release.yml, environment pypi does not hold: Verification failed: DSSE: invalid signature"
        ]
    )


def test_absent_is_said_as_absent() -> None:
    assert said(None, None) == snapshot(
        [
            "warning files-are-attested : PyPI has no attestation of 2 files (hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl); what published them cannot be proven"
        ]
    )
    assert said(None, GOOD) == snapshot(
        [
            "warning files-are-attested hello-1.2.0.tar.gz: PyPI has no attestation of it; what published it cannot be proven"
        ]
    )
    assert said(None, None, index=TESTPYPI) == snapshot(
        [
            "warning files-are-attested : TestPyPI has no attestation of 2 files (hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl); what published them cannot be proven"
        ]
    )


def test_where_none_is_due_it_is_a_note() -> None:
    assert said(None, None, manifest=replace(MANIFEST, attests=False)) == snapshot(
        [
            "note files-are-attested : PyPI has no attestation of 2 files (hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl); what published them cannot be proven"
        ]
    )
    assert said(None, None, manifest=replace(MANIFEST, publisher=None, attests=False)) == snapshot(
        [
            "note files-are-attested : PyPI has no attestation of 2 files (hello-1.2.0.tar.gz, hello-1.2.0-py3-none-any.whl); what published them cannot be proven"
        ]
    )
    assert said(None, None, index=OWN) == []


def test_the_job_that_publishes_to_testpypi_first_has_an_environment_of_its_own() -> None:
    elsewhere = by(environment="testpypi")
    assert said(elsewhere, elsewhere, index=TESTPYPI) == []
    assert len(said(elsewhere, elsewhere)) == 1


def test_what_was_only_read_is_said_to_be_that() -> None:
    read = replace(GOOD, verified=None, certificate=None, predicate="")
    assert said(read, read) == snapshot(
        [
            "note attestations-are-verified : the signatures of 2 files were not verified: pypi-attestations is not installed here"
        ]
    )
