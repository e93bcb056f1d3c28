"""The whole decision: all rules, in PyPI's order, one answer."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from pypublish.pypi import attestations, limits, uploads
from pypublish.pypi.answers import refuse
from pypublish.pypi.callers import Caller
from pypublish.pypi.shelf import Shelf, ShelvedFile, ShelvedProject, ShelvedRelease
from pypublish.pypi.uploads import Contents, SentFile, Upload

NOW = 1_800_000_000.0
BYTES = b"the wheel"
SHA256, BLAKE2 = hashlib.sha256(BYTES).hexdigest(), hashlib.blake2b(BYTES, digest_size=32).hexdigest()
WHEEL = "hello-1.0-py3-none-any.whl"
INSIDE = Contents(
    refusal=None,
    names=("hello.py", "hello-1.0.dist-info/METADATA", "hello-1.0.dist-info/RECORD"),
    record=b"hello.py,,\n",
)
FILE = SentFile(
    filename=WHEEL,
    content_type="application/octet-stream",
    size=len(BYTES),
    md5=hashlib.md5(BYTES, usedforsecurity=False).hexdigest(),
    sha256=SHA256,
    blake2b_256=BLAKE2,
    contents=lambda: INSIDE,
)
FORM = {
    "metadata_version": ["2.4"],
    "name": ["hello"],
    "version": ["1.0"],
    "filetype": ["bdist_wheel"],
    "pyversion": ["py3"],
    "sha256_digest": [SHA256],
}
PUBLISHER = Caller(user=None, projects=frozenset({"hello"}), expires=NOW + 900)
EXISTING = Shelf(project=ShelvedProject(name="hello"), names={"hello"})


def shelved(filename: str = WHEEL, *, sha256: str = SHA256, blake2: str = BLAKE2, size: int = 9) -> ShelvedFile:
    kind = "bdist_wheel" if filename.endswith(".whl") else "sdist"
    return ShelvedFile(filename=filename, file_type=kind, sha256=sha256, blake2b_256=blake2, size=size)


def with_files(*files: ShelvedFile, created: float = NOW) -> Shelf:
    release = ShelvedRelease(created=created, files=files)
    return replace(
        EXISTING,
        project=ShelvedProject(name="hello", releases={"1": release}),
        by_filename={file.filename: file for file in files},
        by_blake2b_256={file.blake2b_256: file for file in files},
    )


def decide(
    *,
    form: dict[str, list[str]] | None = None,
    file: SentFile | None = FILE,
    caller: Caller | None = PUBLISHER,
    shelf: Shelf = EXISTING,
    sent_as_files: tuple[str, ...] = ("content",),
) -> tuple[int, str]:
    fields = {name: values for name, values in {**FORM, **(form or {})}.items() if values}
    upload = Upload(form=fields, file=file, sent_as_files=sent_as_files)
    answer = uploads.decide(upload, caller, lambda _: shelf, NOW)
    return answer.status, answer.row


def inside(**changes: object) -> SentFile:
    contents = replace(INSIDE, **changes)  # type: ignore[arg-type]
    return replace(FILE, contents=lambda: contents)


def test_a_good_upload_is_taken() -> None:
    assert decide() == (200, "")


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (lambda: decide(sent_as_files=("content", "name"), caller=None), (400, "A2")),
        (lambda: decide(caller=None, form={"protocol_version": ["2"]}), (403, "A5")),
        (lambda: decide(form={"protocol_version": ["2"], "name": []}), (400, "B1")),
        (lambda: decide(form={"name": [], "filetype": ["x"]}), (400, "B2")),
        (lambda: decide(form={"filetype": ["x"], "version": ["x"]}), (400, "B3")),
        (lambda: decide(form={"pyversion": [], "version": ["x"]}), (400, "B4")),
        (lambda: decide(form={"sha256_digest": [], "version": ["x"]}), (400, "B5")),
        (lambda: decide(form={"sha256_digest": ["x"], "version": ["x"]}), (400, "B6")),
        (lambda: decide(form={"version": ["x"]}, file=None), (400, "M")),
        (lambda: decide(file=None, shelf=Shelf()), (400, "D1")),
        (lambda: decide(shelf=Shelf(), form={"description": ["`x"]}), (400, "P1")),
        (lambda: decide(shelf=Shelf(), caller=Caller(user="alice"), form={"name": ["json"]}), (400, "P4")),
        (lambda: decide(caller=replace(PUBLISHER, expires=NOW), form={"description": ["`x"]}), (403, "P6")),
        (lambda: decide(caller=replace(PUBLISHER, projects=frozenset({"x"}))), (403, "P6")),
        (lambda: decide(shelf=replace(EXISTING, project=ShelvedProject(name="hello", status="archived"))), (403, "P6")),
        (lambda: decide(form={"description": ["`x"]}, file=replace(FILE, filename="a/\n")), (400, "R1")),
        (lambda: decide(file=replace(FILE, filename="a/\n")), (400, "F1")),
        (lambda: decide(file=replace(FILE, filename="a/b")), (400, "F2")),
        (lambda: decide(file=replace(FILE, filename="hello-1.0.tar.gz", content_type="")), (400, "F3")),
        (lambda: decide(file=replace(FILE, content_type="image/png", size=1 << 40)), (400, "F4")),
        (lambda: decide(file=replace(FILE, size=limits.FILE_SIZE + 1), form={"sha256_digest": ["0" * 64]}), (400, "S1")),
        (lambda: decide(shelf=with_files(shelved("x.whl", size=limits.PROJECT_SIZE, blake2="x"))), (400, "S2")),
        (lambda: decide(form={"sha256_digest": ["0" * 64]}, shelf=with_files(shelved())), (400, "H1")),
        (lambda: decide(shelf=with_files(shelved(), created=0)), (200, "")),
        (lambda: decide(shelf=with_files(shelved(sha256="x", blake2="x"), created=0)), (400, "U2")),
        (lambda: decide(shelf=with_files(shelved("other.whl"))), (400, "U2")),
        (lambda: decide(shelf=replace(with_files(created=0), deleted={WHEEL})), (400, "U3")),
        (lambda: decide(shelf=with_files(created=NOW - limits.RELEASE_OPEN - 1), file=inside(refusal=refuse("V1", ""))), (400, "U4")),
        (lambda: decide(file=replace(inside(refusal=refuse("V1", "x")), filename="x-1-py3-none-any.whl")), (400, "V1")),
        (lambda: decide(file=replace(FILE, filename="hello-1.0.whl")), (400, "W1")),
        (lambda: decide(file=replace(FILE, filename="hello-2.0-py3-none-any.whl")), (400, "W5")),
        (lambda: decide(form={"license_file": ["L"]}, file=inside(record=None)), (400, "W6")),
        (lambda: decide(file=inside(record=None, entry_points=b"x")), (400, "W7")),
        (lambda: decide(file=inside(record=b"a,,\n\n")), (500, "W7")),
        (lambda: decide(file=inside(entry_points=b"x", names=())), (400, "W9")),
        (lambda: decide(file=inside(names=())), (400, "W10")),
        (lambda: decide(form={"attestations": ["x"]}), (400, "T")),
    ],
)  # fmt: skip
def test_the_first_rule_that_refuses_speaks(attempt: Callable[[], tuple[int, str]], said: tuple[int, str]) -> None:
    assert attempt() == said


def test_a_second_sdist_is_refused_and_a_licence_is_looked_for() -> None:
    sdist = replace(FILE, filename="hello-1.0.tar.gz", contents=lambda: Contents(refusal=None, names=("hello-1.0/x",)))
    form = {"filetype": ["sdist"], "pyversion": []}
    assert decide(form=form, file=sdist) == (200, "")
    assert decide(form=form, file=sdist, shelf=with_files(shelved("hello-1.0.zip", blake2="x"))) == (400, "U5")
    assert decide(form={**form, "license_file": ["L"]}, file=sdist) == (400, "N4")
    assert decide(form=form, file=replace(sdist, filename="hello-1.0.0.tar.gz")) == (400, "N3")


def test_the_archive_is_looked_into_only_when_all_else_is_well() -> None:
    def forbidden() -> Contents:
        raise AssertionError("nobody was to look")

    assert decide(file=replace(FILE, filename="x.exe", contents=forbidden)) == (400, "F3")
    assert decide(file=replace(FILE, contents=forbidden), shelf=with_files(shelved())) == (200, "")


@pytest.mark.parametrize(("days", "accepted"), [(0, True), (14, True), (14.001, False)])
def test_a_release_closes_after_fourteen_days(days: float, accepted: bool) -> None:
    assert (limits.release_is_open(NOW - days * limits.DAY, NOW) is None) is accepted


def statement(kind: str, sha256: str = SHA256) -> dict[str, object]:
    content = {"predicateType": kind, "subject": [{"name": WHEEL, "digest": {"sha256": sha256}}]}
    return {"envelope": {"statement": base64.b64encode(json.dumps(content).encode()).decode()}}


PUBLISH, SLSA = attestations.PREDICATE_TYPES


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ([statement(PUBLISH)], snapshot(None)),
        ([statement(PUBLISH), statement(SLSA)], snapshot(None)),
        ([statement(PUBLISH), statement(PUBLISH)], snapshot("Multiple attestations for the same file with the same predicate type (https://docs.pypi.org/attestations/publish/v1) are not supported")),
        ([statement(PUBLISH)] * 3, snapshot("A maximum of 2 attestations per file are supported")),
        ([statement("other")], snapshot("Attestation with unsupported predicate type: other")),
        ([statement(PUBLISH, "0" * 64)], snapshot("Could not verify the uploaded artifact using the included attestation: Verification failed: subject does not match distribution digest")),
        ([], snapshot("Malformed attestations: an empty attestation set is not permitted")),
        ([{"envelope": {"statement": "not base64"}}], snapshot("Malformed attestations: the statement does not read: Only base64 data is allowed")),
        ([{"envelope": {"statement": "W10="}}], snapshot("Malformed attestations: the statement is no object")),
        ({}, snapshot("Malformed attestations: not a list")),
    ],
)  # fmt: skip
def test_attestations(sent: object, said: str | None) -> None:
    answer = attestations.judge(json.dumps(sent), by_publisher=True, sha256=SHA256)
    assert (answer.message.removeprefix("Invalid attestations supplied during upload: ") if answer else None) == said
