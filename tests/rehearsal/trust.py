"""The exchange of an identity for an upload token, as a publishing job asks for it."""

from __future__ import annotations

import httpx

from pypublish.rehearsal.server import Rehearsal
from tests.rehearsal.parts import http_client

MINT = "https://upload.pypi.org/_/oidc/mint-token"


def errors(response: httpx.Response) -> list[dict[str, str]]:
    assert response.status_code == 422
    assert response.json()["message"] == "Token request failed"
    found: list[dict[str, str]] = response.json()["errors"]
    return found


def exchange(index: Rehearsal, audience: str = "pypi") -> httpx.Response:
    """Ask for an identity token and exchange it."""
    answer = httpx.get(
        f"{index.request_url}&audience={audience}",
        headers={"Authorization": f"bearer {index.request_token}"},
        trust_env=False,
    )
    with http_client(index) as http:
        return http.post(MINT, json={"token": answer.json()["value"]})
