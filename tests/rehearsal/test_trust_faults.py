"""Faults of Trusted Publishing, as a client meets them."""

from __future__ import annotations

import httpx
import pytest

from tests.rehearsal.scenes import Enact

AUDIENCE = "https://upload.pypi.org/_/oidc/audience"


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("audience-refused", 403, "Trusted publishing functionality not enabled"),
        ("audience-refused:404", 404, ""),
        ("audience-refused:502", 502, ""),
    ],
)
def test_the_audience_is_not_said(enact: Enact, fault: str, status: int, words: str) -> None:
    answer = enact(fault).http.get(AUDIENCE)
    assert answer.status_code == status
    assert words in answer.text


UNKNOWN = (
    '{"code": "invalid-publisher", "description":'
    ' "valid token, but no corresponding publisher (Publisher with matching claims was not found)"}'
)
INVALID = '{"code": "invalid-token", "description": "malformed or invalid token"}'
DISABLED = '{"code": "not-enabled", "description": "github trusted publishing functionality not enabled"}'
MINTED = {
    "publishing-disabled": (422, f'{{"message": "Token request failed", "errors": [{DISABLED}]}}'),
    "mint-unavailable": (503, "503 from the server before the index\n"),
    "mint-unavailable:504": (504, "504 from the server before the index\n"),
    "mint-garbage": (200, '{"success": true, "token'),
    "mint-no-token": (200, '{"success": true}'),
    "publisher-unknown": (422, f'{{"message": "Token request failed", "errors": [{UNKNOWN}]}}'),
    "clock-skew": (422, f'{{"message": "Token request failed", "errors": [{INVALID}]}}'),
    "clock-skew:-600": (422, f'{{"message": "Token request failed", "errors": [{INVALID}]}}'),
}


@pytest.mark.parametrize("fault", MINTED)
def test_no_token_is_minted(enact: Enact, fault: str) -> None:
    scene = enact(fault)
    answer = scene.mint()
    assert (answer.status_code, answer.text) == MINTED[fault]
    assert scene.index.stores["pypi"].names() == {}
    scene.index.faults.disarm()
    assert scene.mint().json()["success"] is True


def test_a_login_page_is_minted(enact: Enact) -> None:
    answer = enact("mint-login-page").mint()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_a_little_skew_is_borne(enact: Enact) -> None:
    assert enact("clock-skew:20").mint().json()["success"] is True


def test_no_identity_is_given(enact: Enact) -> None:
    assert enact("identity-refused").identity().status_code == 403
    assert enact("identity-refused:500").identity().status_code == 500


def test_a_stranger_gets_no_identity_whatever_the_clock_says(enact: Enact) -> None:
    scene = enact("clock-skew")
    assert httpx.get(scene.index.request_url, trust_env=False).status_code == 401
