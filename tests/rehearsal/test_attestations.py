"""Attestations that come with an upload: a publisher's are served, nobody else's and nothing else is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from inline_snapshot import snapshot

from tests.rehearsal.parts import said

Upload = Callable[..., httpx.Response]
Make = Callable[..., Path]


def test_attestations_of_a_publisher_are_served(
    upload: Upload,
    make_wheel: Make,
    http: httpx.Client,
    mint: Callable[[], str],
    attestation_for: Callable[[Path], str],
) -> None:
    wheel = make_wheel()
    assert upload(wheel, token=mint(), attestations=f"[{attestation_for(wheel)}]").status_code == 200
    page = http.get("https://pypi.org/simple/hello-there/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    (file,) = page.json()["files"]
    provenance = http.get(file["provenance"]).json()
    (bundle,) = provenance["attestation_bundles"]
    assert bundle["publisher"] == {
        "kind": "GitHub", "repository": "acme/hello", "workflow": "release.yml", "environment": "pypi", "claims": None
    }  # fmt: skip
    assert bundle["attestations"] == [json.loads(attestation_for(wheel))]


@pytest.mark.parametrize(
    ("attestations", "answer"),
    [
        ("nonsense", "Malformed attestations: Expecting value: line 1 column 1 (char 0)"),
        ("[]", "Malformed attestations: an empty attestation set is not permitted"),
        ("[{}]", "Malformed attestations: no envelope with a statement"),
    ],
)
def test_attestations_have_to_be_some(
    upload: Upload, make_wheel: Make, mint: Callable[[], str], attestations: str, answer: str
) -> None:
    response = upload(make_wheel(), token=mint(), attestations=attestations)
    assert said(response) == f"400 Invalid attestations supplied during upload: {answer}"


def test_a_users_token_brings_no_attestations(
    upload: Upload, make_wheel: Make, attestation_for: Callable[[Path], str]
) -> None:
    wheel = make_wheel()
    assert said(upload(wheel, attestations=f"[{attestation_for(wheel)}]")) == snapshot(
        "400 Invalid attestations supplied during upload: Attestations are only supported when using Trusted Publishing"
    )
