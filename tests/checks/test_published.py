"""The index beside the manifest: the plan of a release, and each check with what it finds and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.checks import catalog, published
from pypublish.checks.publish_plan import Published, compare, plan
from pypublish.checks.tried import sdist_for, wheel_for
from pypublish.findings import Severity
from pypublish.listing import IndexFile, IndexPage, PublishState
from pypublish.model import PYPI, Artifact, ArtifactKind, FileState, Index, Manifest, Release, VerifySettings

NOW = datetime(2026, 11, 20, tzinfo=UTC).timestamp()
WHEEL, SDIST = "hello-1.2.0-py3-none-any.whl", "hello-1.2.0.tar.gz"
OWN = Index(name="own", upload_url="https://i.example/up/", simple_url="https://i.example/simple/", oidc_audience="own")


def artifact(filename: str, digit: str = "a", *, requires_python: str = ">=3.9") -> Artifact:
    kind = ArtifactKind.WHEEL if filename.endswith(".whl") else ArtifactKind.SDIST
    return Artifact(
        filename=filename,
        kind=kind,
        size=100,
        sha256=digit * 64,
        blake2b_256=digit * 64,
        python_tag="py3",
        requires_python=requires_python,
    )


MANIFEST = Manifest(
    schema=1,
    release=Release(name="hello", version="1.2.0", tag="v1.2.0", commit="c" * 40, epoch=1),
    artifacts=(artifact(SDIST, "b"), artifact(WHEEL, "a")),
    builds=(),
    verify=VerifySettings(dependencies_index=PYPI.simple_url),
)


def listed(filename: str, digit: str | None) -> IndexFile:
    return IndexFile(
        filename=filename,
        url=f"https://files.pythonhosted.org/packages/{filename}",
        sha256=digit * 64 if digit else None,
        size=100,
        requires_python=">=3.9",
        upload_time="2026-11-19T12:00:00.5Z",
    )


GOOD = (listed(SDIST, "b"), listed(WHEEL, "a"))


def subject(*files: IndexFile, index: Index = PYPI, status: str = "active", reason: str = "") -> Published:
    page = IndexPage(name="hello", files=files, status=status, status_reason=reason)
    return compare(MANIFEST, index, page, now=NOW)


OLDER = listed("hello-1.1.0.tar.gz", "e")
OTHER = listed(SDIST, "f")
EXTRA = listed("hello-1.2.0-py2-none-any.whl", "f")
UNKNOWN = listed(SDIST, None)
OLD = replace(listed(WHEEL, "a"), upload_time="2026-11-01T12:00:00Z")


@pytest.mark.parametrize(
    ("files", "state", "states", "publish"),
    [
        ((OLDER,), "pending", "AA", True),
        ((OLDER, GOOD[1]), "publishing", "SA", True),
        ((OLDER, *GOOD), "published", "SS", False),
        ((OTHER, GOOD[1]), "failed", "SD", False),
        ((OTHER,), "failed", "AD", False),
        ((UNKNOWN, GOOD[1]), "failed", "SD", False),
        ((EXTRA, *GOOD), "failed", "USS", False),
        ((EXTRA,), "failed", "UAA", False),
        ((OLD,), "publishing", "SA", False),  # closed after 14 days
    ],
)
def test_the_plan_follows_from_manifest_and_index(
    files: tuple[IndexFile, ...], state: str, states: str, publish: bool
) -> None:
    found = plan(subject(*files))
    letters = {FileState.ABSENT: "A", FileState.SAME: "S", FileState.DIFFERENT: "D", FileState.UNEXPECTED: "U"}
    assert (found.state, "".join(letters[file.state] for file in found.files)) == (state, states)
    assert found.publish is publish


@given(st.permutations([GOOD[0], GOOD[1], OLDER]), st.integers(0, 3), st.booleans())
def test_the_plan_does_not_depend_on_order_and_sees_every_file(
    files: list[IndexFile], shown: int, spoiled: bool
) -> None:
    page = [OTHER if spoiled and file.filename == SDIST else file for file in files[:shown]]
    found = plan(subject(*page))
    assert [file.filename for file in found.files] == sorted([SDIST, WHEEL])
    assert found.publish is (found.state in {PublishState.PENDING, PublishState.PUBLISHING})
    assert (found.state is PublishState.FAILED) is (OTHER in page)


def test_an_archived_project_takes_no_upload() -> None:
    assert plan(subject(GOOD[0], status="archived")).publish is False
    assert plan(subject(GOOD[0], status="deprecated")).publish is True


CASES = [
    (
        "published-files-are-the-sealed-ones",
        subject(OTHER, GOOD[1]),
        snapshot(
            [
                "hello-1.2.0.tar.gz: PyPI has other bytes: sha256 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, sealed was bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
            ]
        ),
    ),
    (
        "published-files-are-the-sealed-ones",
        subject(UNKNOWN),
        snapshot(
            [
                "hello-1.2.0.tar.gz: PyPI has other bytes: sha256 unknown, sealed was bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
            ]
        ),
    ),
    (
        "published-files-are-all-ours",
        subject(EXTRA, *GOOD),
        snapshot(
            [
                "hello-1.2.0-py2-none-any.whl: PyPI lists it for hello 1.2.0, the manifest does not (sha256 ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff)"
            ]
        ),
    ),
    (
        "published-files-are-at-the-indexs-hosts",
        subject(replace(GOOD[0], url="https://evil.example/x")),
        snapshot(["hello-1.2.0.tar.gz: PyPI leads to evil.example for it"]),
    ),
    (
        "published-files-are-not-yanked",
        subject(replace(GOOD[0], yanked="broken"), GOOD[1]),
        snapshot(["hello-1.2.0.tar.gz: it is yanked on PyPI: broken"]),
    ),
    (
        "published-files-are-not-yanked",
        subject(GOOD[0], replace(GOOD[1], yanked="")),
        snapshot(["hello-1.2.0-py3-none-any.whl: it is yanked on PyPI, without a reason"]),
    ),
    (
        "project-takes-files",
        subject(status="quarantined", reason="malware"),
        snapshot([": hello is quarantined on PyPI: malware"]),
    ),
    ("project-takes-files", subject(GOOD[0], status="archived"), snapshot([": hello is archived on PyPI"])),
    (
        "release-is-open",
        subject(OLD),
        snapshot(
            [": hello 1.2.0 was begun on 2026-11-01 and lacks hello-1.2.0.tar.gz, which PyPI does not take any more"]
        ),
    ),
    (
        "index-shows-sealed-sizes",
        subject(replace(GOOD[0], size=99), GOOD[1]),
        snapshot(["hello-1.2.0.tar.gz: PyPI shows 99 bytes, sealed were 100"]),
    ),
    (
        "index-shows-requires-python",
        subject(replace(GOOD[0], requires_python=">=3.8")),
        snapshot(["hello-1.2.0.tar.gz: PyPI shows requires-python '>=3.8', the file says '>=3.9'"]),
    ),
    (
        "index-shows-requires-python",
        subject(replace(GOOD[0], requires_python="")),
        snapshot(["hello-1.2.0.tar.gz: PyPI shows requires-python '', the file says '>=3.9'"]),
    ),
    ("every-file-is-published", subject(GOOD[0]), snapshot(["hello-1.2.0-py3-none-any.whl: PyPI does not have it"])),
]

CHECKS = {check.id: check for check in catalog.collect(published, Published)}


@pytest.mark.parametrize(("check", "bad", "words"), CASES)
def test_a_check_finds_what_it_is_for(check: str, bad: Published, words: list[str]) -> None:
    assert [f"{f.where}: {f.message}" for f in CHECKS[check](bad)] == words


@pytest.mark.parametrize("check", CHECKS)
def test_a_good_release_has_nothing_to_mend(check: str) -> None:
    assert list(CHECKS[check](subject(OLDER, *GOOD))) == []
    spelt = replace(GOOD[0], requires_python=" >=3.9 ", size=None)
    assert list(CHECKS[check](subject(spelt, GOOD[1], status="archived"))) == []


def test_every_check_has_its_example() -> None:
    assert {check for check, _, _ in CASES} == set(CHECKS)


def test_only_pypi_closes_a_release() -> None:
    assert list(published.release_is_open(subject(OLD, index=OWN))) == []


def test_an_index_that_never_says_requires_python_is_noted() -> None:
    silent = replace(GOOD[0], requires_python="")
    (finding,) = published.index_shows_requires_python(subject(silent, index=OWN))
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize(
    ("found", "hint"),
    [
        (
            subject(),
            snapshot(
                "PyPI has none of the 2 files: the log of the publishing job says why. When that is mended, run the publishing job again (Re-run failed jobs; Re-run all jobs where it is green), or `pypublish upload` with the sealed files."
            ),
        ),
        (
            subject(GOOD[1]),
            snapshot(
                "PyPI has 1 of 2 files, the same bytes, and lacks hello-1.2.0.tar.gz. To finish the release, run the publishing job again (Re-run failed jobs; Re-run all jobs where it is green), or `pypublish upload` with the sealed files: it uploads what is missing, and nothing else. PyPI takes them until 2026-12-03 12:00 UTC."
            ),
        ),
        (
            subject(replace(GOOD[1], upload_time=None)),
            snapshot(
                "PyPI has 1 of 2 files, the same bytes, and lacks hello-1.2.0.tar.gz. To finish the release, run the publishing job again (Re-run failed jobs; Re-run all jobs where it is green), or `pypublish upload` with the sealed files: it uploads what is missing, and nothing else."
            ),
        ),
        (
            subject(GOOD[1], index=OWN),
            snapshot(
                "own has 1 of 2 files, the same bytes, and lacks hello-1.2.0.tar.gz. To finish the release, run the publishing job again (Re-run failed jobs; Re-run all jobs where it is green), or `pypublish upload` with the sealed files: it uploads what is missing, and nothing else."
            ),
        ),
        (
            subject(OLD),
            snapshot(
                "PyPI has 1 of 2 files and takes no more for this release, which is older than 14 days: raise the version and release again; yank this one."
            ),
        ),
    ],
)
def test_it_is_said_how_a_release_is_finished(found: Published, hint: str) -> None:
    (said,) = {finding.hint for finding in published.every_file_is_published(found)}
    assert said == hint


# What an installer takes

TAGS = ("cp313-cp313-manylinux_2_28_x86_64", "cp313-cp313-linux_x86_64", "cp313-abi3-linux_x86_64", "py3-none-any")


@pytest.mark.parametrize(
    ("wheels", "taken"),
    [
        (["x-1-py3-none-any.whl"], 0),
        (["x-1-py2.py3-none-any.whl"], 0),
        (["x-1-py3-none-any.whl", "x-1-cp313-cp313-linux_x86_64.whl"], 1),
        (["x-1-cp313-cp313-manylinux_2_28_x86_64.manylinux2014_x86_64.whl", "x-1-py3-none-any.whl"], 0),
        (["x-1-cp312-cp312-linux_x86_64.whl"], None),
        (["x-1-cp313-cp313-win_amd64.whl"], None),
        (["nonsense.whl"], None),
        ([], None),
    ],
)
def test_the_wheel_that_fits_best_is_taken(wheels: list[str], taken: int | None) -> None:
    found = wheel_for(map(artifact, wheels), tags=TAGS, python="3.13.0")
    assert (found.filename if found else None) == (wheels[taken] if taken is not None else None)


def test_requires_python_decides_first() -> None:
    new = artifact("x-1-py3-none-any.whl", requires_python=">=3.14")
    odd = artifact("x-1-py3-none-any.whl", requires_python="odd")
    assert wheel_for([new], tags=TAGS, python="3.13.0") is None
    assert wheel_for([new], tags=TAGS, python="3.14.0rc1") is new
    assert wheel_for([odd], tags=TAGS, python="3.13.0") is odd
    assert sdist_for([artifact(SDIST), new], python="3.13.0") == artifact(SDIST)
    assert sdist_for([artifact(SDIST)], python="3.8.18") is None
