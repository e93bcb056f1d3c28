"""How an upload ended, told from what twine printed."""

from __future__ import annotations

import pytest

from pypublish.edges import uploading
from pypublish.edges.uploading import End


@pytest.mark.parametrize(
    ("output", "end", "words"),
    [
        ("ERROR    HTTPError: 503 Service Unavailable from https://x/\n", End.TROUBLE, "HTTP 503"),
        ("INFO     Response from https://x/:\n         502 Bad gateway\nERROR    HTTPError: 502 Bad Gateway from https://x/", End.TROUBLE, "502 Bad gateway"),
        ("<title>400 Only one sdist may be &lt;uploaded&gt;</title>\nHTTPError: 400 Bad Request from https://x/", End.REFUSED, "400 Only one sdist may be <uploaded>"),
        ("HTTPError: 403 Forbidden from https://x/", End.REFUSED, "HTTP 403"),
        ("HTTPError: 429 Too Many Requests from https://x/", End.TROUBLE, "HTTP 429"),
        ("Traceback (most recent call last):\n  File x\nrequests.exceptions.ConnectionError: ('Connection aborted.',)", End.TROUBLE, "ConnectionError: ('Connection aborted.',)"),
        ("ERROR    InvalidDistribution: Cannot find file", End.REFUSED, "InvalidDistribution: Cannot find file"),
        ("ERROR    TrustedPublishingFailure: The token-minting request returned invalid JSON", End.TROUBLE, "TrustedPublishingFailure: The token-minting request returned invalid JSON"),
        ("ERROR    TrustedPublishingFailure: The token request failed\n\n         * `invalid-publisher`: no such", End.REFUSED, "invalid-publisher: no such"),
        ("Killed", End.TROUBLE, "Killed"),
        ("", End.TROUBLE, "twine said nothing"),
    ],
)  # fmt: skip
def test_how_an_upload_ended(output: str, end: End, words: str) -> None:
    sent = uploading.understand(output)
    assert (sent.end, sent.words) == (end, words)
