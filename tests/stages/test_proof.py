"""The proof of a seal: what lies in its place, and is not what was sealed, is not taken."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import staging
from pypublish.errors import PypublishError
from tests.stages.attempts import FIRST, Attempts, Files, log_of, told, zipped

OTHER = "sha256 of the manifest: " + "0" * 64


@pytest.mark.parametrize(
    ("named", "log", "severity"),
    [
        pytest.param(False, OTHER, "error", id="replaced"),
        pytest.param(True, OTHER, "error", id="replaced in a run that was named"),
        pytest.param(False, None, "warning", id="the log has expired"),
        pytest.param(True, None, "error", id="the log has expired in a run that was named"),
    ],
)
def test_what_another_job_put_there_is_not_taken(
    attempts: Attempts, named: bool, log: str | None, severity: str
) -> None:
    attempts.begin(log=log)
    # Whoever replaced it can print what he likes, but not in the log of Prepare.
    attempts.api.jobs[0].log = log_of(FIRST)
    outcome = attempts(run=7 if named else None)
    assert outcome.value is None
    assert [str(found.severity) for found in outcome.findings] == [severity]
    assert not attempts.out.exists()


def test_the_digest_that_the_user_knows_needs_no_log(attempts: Attempts) -> None:
    attempts.begin(log=None)
    digest = hashlib.sha256(FIRST["manifest.json"]).hexdigest()
    assert attempts(run=7, digest=digest.upper(), laptop=True).value is not None
    outcome = attempts(run=7, digest="0" * 64, laptop=True)
    assert told(outcome) == [
        f"error recovered-seal-is-proven release-1: its manifest has sha256 {digest}, expected was {'0' * 64}"
    ]


def test_on_a_laptop_the_digest_is_asked_for(attempts: Attempts) -> None:
    attempts.begin()
    outcome = attempts(run=7, laptop=True)
    assert outcome.value is None
    assert [f"{found.message} | {found.hint}" for found in outcome.findings] == snapshot(
        [
            "whether it is what attempt 1 of run 7 sealed cannot be told (the job that sealed it cannot be found) | Name the digest that the summary of that run's prepare shows, by manifest-sha256 (on a laptop --manifest-sha256): then no log is needed."
        ]
    )


WHEEL = "dist/hello-1.0.0-py3-none-any.whl"


def manifest_with(change: Callable[[dict[str, object]], object]) -> Files:
    document = json.loads(FIRST["manifest.json"])
    change(document)
    return FIRST | {"manifest.json": json.dumps(document).encode()}


def renamed(name: str) -> Files:
    """Let the manifest and the archive agree on a name that is none for a distribution."""

    def change(document: dict[str, object]) -> None:
        artifacts = document["artifacts"]
        assert isinstance(artifacts, list)
        artifacts[0]["filename"] = name

    files = manifest_with(change)
    return {key if key != WHEEL else f"dist/{name}": content for key, content in files.items()}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(zipped(FIRST | {"dist/evil-1.0.0.tar.gz": b"x"}), id="a file more"),
        pytest.param(zipped(FIRST | {"evil.pth": b"x"}), id="a file beside dist"),
        pytest.param(zipped(FIRST | {"../evil.pth": b"x"}), id="a file outside"),
        pytest.param(zipped({k: v for k, v in FIRST.items() if k != WHEEL}), id="a file less"),
        pytest.param(zipped(FIRST | {WHEEL: FIRST[WHEEL][:-1] + b"x"}), id="other bytes"),
        pytest.param(zipped(FIRST | {WHEEL: b"\0" * (80 << 20)}), id="a bomb"),
        pytest.param(zipped({k: v for k, v in FIRST.items() if k != "manifest.json"}), id="no manifest"),
        pytest.param(zipped(FIRST | {"manifest.json": b"{"}), id="a manifest that does not read"),
        pytest.param(zipped(manifest_with(lambda m: m.update(schema=2))), id="a manifest of another schema"),
        pytest.param(zipped(manifest_with(lambda m: m.update(artifacts=[]))), id="a manifest of nothing"),
        pytest.param(zipped(renamed("../../evil-1.0.0.tar.gz")), id="a name that leads out"),
        pytest.param(zipped(renamed("sub/evil-1.0.0.tar.gz")), id="a name with a folder"),
        pytest.param(zipped(renamed("-rf.whl")), id="a name like an option"),
        pytest.param(zipped(renamed("evil.pth")), id="a name of no distribution"),
        pytest.param(zipped(FIRST)[:-30], id="a ZIP that is cut off"),
        pytest.param(b"MZ" + zipped(FIRST), id="a ZIP with something before it"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>log in</html>", id="a page"),
    ],
)
def test_what_is_not_sealed_is_not_taken(attempts: Attempts, content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(zipped(FIRST))) as archive:
        log = log_of({"manifest.json": archive.read("manifest.json")})
    attempts.begin(content=content, log=log)
    outcome = attempts()
    assert (outcome.value, outcome.ok) == (None, False)
    assert not attempts.out.exists()
    assert not list(attempts.world.scratch.rglob("evil*"))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(place=st.integers(0, len(zipped(FIRST)) - 1), byte=st.integers(0, 255), cut=st.booleans())
def test_no_byte_can_be_changed_unseen(attempts: Attempts, place: int, byte: int, cut: bool) -> None:
    whole = zipped(FIRST)
    content = whole[:place] if cut else whole[:place] + bytes([byte]) + whole[place + 1 :]
    attempts.api.jobs.clear()
    attempts.api.artifacts.clear()
    attempts.begin(content=content)
    try:
        outcome = attempts()
    except PypublishError:
        return
    if outcome.value is not None:  # dates and modes of members do not matter
        staging.compare(attempts.out / "dist", outcome.value.manifest.artifacts)
        assert outcome.outputs["manifest-sha256"] == hashlib.sha256(FIRST["manifest.json"]).hexdigest()
