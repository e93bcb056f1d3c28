"""What tools print of the exchange, taken apart: whatever it is, bounded in time, and without its tokens."""

from __future__ import annotations

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.checks import mint
from pypublish.checks.tool_output import REDACTED, take_apart
from pypublish.errors import PypublishError
from pypublish.pypi import publishers
from tests.checks.printed import CLAIMS, FAILED, HEAD, refused

UPLOAD_TOKEN = "pypi-" + "AgEIcHlwaS5vcmcCJGIwYjMwMDM3MDBlMjY2YTI0AgpQAAIqWzMsIjBiMzAw"
IDENTITY = "eyJ" + "hbGciOiJSUzI1NiJ9." + "eyJ" + "zdWIiOiJyZXBvIn0.c2lnbmF0dXJl"


def test_what_uv_says_is_taken_apart() -> None:
    output = take_apart(refused("invalid-token", "malformed or invalid token", claims=CLAIMS))
    assert (output.index_url, output.status, output.holds_token) == ("https://upload.pypi.org/legacy/", 422, False)
    assert output.refusals == (publishers.INVALID_TOKEN,)
    assert output.claims == {
        "sub": "repo:acme/hello:environment:pypi",
        "repository": "acme/hello",
        "repository_owner": "acme",
        "repository_owner_id": "1",
        "job_workflow_ref": "acme/hello/.github/workflows/release.yml@refs/tags/v1.0.0",
        "ref": "refs/tags/v1.0.0",
        "environment": "pypi",
    }


def test_colours_line_ends_and_the_runners_times_do_not_matter() -> None:
    plain = refused("invalid-token", "malformed or invalid token", claims=CLAIMS)
    coloured = plain.replace("error:", "\x1b[1m\x1b[31merror\x1b[39m\x1b[0m:")
    logged = re.sub("^", "2026-11-20T12:00:00.1234567Z ", coloured, flags=re.MULTILINE).replace("\n", "\r\n")
    assert take_apart("\ufeff" + logged).text.strip() == plain.strip()


def test_an_older_uv_is_understood() -> None:
    printed = refused("invalid-publisher", "valid token, but no corresponding publisher (x)").replace(
        "  cause: ", "  Caused by: "
    )
    output = take_apart(
        printed + 'Token claims, which must match: OidcTokenClaims {\n    repository: "acme/hello",\n}\n'
    )
    assert output.causes[-1].startswith("Server returned error code 422")
    assert dict(output.claims) == {"repository": "acme/hello"}


def test_a_token_in_the_output_is_a_finding_and_never_shown() -> None:
    for secret in (UPLOAD_TOKEN, IDENTITY):
        output = take_apart(f"::add-mask::{secret}\n{HEAD}Checking hello-1.0.0-py3-none-any.whl (961B)\n")
        assert secret not in output.text
        assert REDACTED in output.text
        (found,) = mint.findings(output)
        assert found.check == "tool-output-holds-no-token"


def explain(printed: str) -> None:
    """Whatever comes of it, it is one of the errors that are foreseen, or none."""
    with suppress(PypublishError):
        list(mint.findings(take_apart(printed)))


@given(st.text(max_size=400))
def test_no_foreign_text_stumbles(printed: str) -> None:
    explain(printed)
    explain(FAILED + printed)
    explain(refused("invalid-publisher", printed, claims=printed))


@pytest.mark.parametrize(
    "unit", ["\n", " ", "{", '{"errors"', '{"message"', "eyJ", "pypi-", "* ", '"', "\x1b[", "a: ", 'a: "\n']
)
def test_no_foreign_text_takes_long(unit: str) -> None:
    """Of each, as much as is ever read; what is quadratic in it would take minutes."""
    began = time.process_time()
    explain(unit * ((128 << 10) // len(unit)))
    assert time.process_time() - began < 10
