"""Which job is which publisher."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.model import Publisher
from pypublish.pypi import publishers
from pypublish.pypi.publishers import GITHUB, Refusal, Registered

ANY = Registered(publisher=Publisher(owner="acme", repository="hello", workflow="r.yml", environment=""), owner_id="1")
PYPI = replace(ANY, publisher=replace(ANY.publisher, environment="pypi"))
CLAIMS: dict[str, object] = {
    "iss": GITHUB,
    "aud": "pypi",
    "iat": 1000,
    "nbf": 1000,
    "exp": 1300,
    "jti": "once",
    "repository": "acme/hello",
    "repository_owner": "acme",
    "repository_owner_id": "1",
    "job_workflow_ref": "acme/hello/.github/workflows/r.yml@refs/tags/v1",
    "ref": "refs/tags/v1",
    "sha": "abc",
    "event_name": "push",
    "environment": "pypi",
}


@pytest.mark.parametrize("order", [(ANY, PYPI), (PYPI, ANY)])
def test_the_publisher_with_the_jobs_environment_goes_first(order: tuple[Registered, ...]) -> None:
    assert publishers.find(CLAIMS, order, ()) == PYPI
    assert publishers.find({**CLAIMS, "environment": None}, order, ()) == ANY
    assert publishers.find({**CLAIMS, "environment": "other"}, order, ()) == ANY


@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"jti": None}, "Missing claim 'jti'"),
        ({"repository_owner": "other"}, "Check failed for required claim 'repository_owner'"),
        ({"repository": "acme/Hello"}, "Publisher with matching claims was not found"),
        ({"job_workflow_ref": "r.yml"}, "Could not job extract workflow filename from OIDC claims"),
        ({"ref": "", "sha": ""}, "The ref and sha claims are empty"),
        ({"environment": "test"}, "Publisher with matching claims was not found"),
    ],
)
def test_what_does_not_match(change: dict[str, object], detail: str) -> None:
    found = publishers.find({**CLAIMS, **change}, [PYPI], ())
    expected = f"valid token, but no corresponding publisher ({detail})"
    assert found == Refusal(code="invalid-publisher", description=expected)


def test_a_token_is_used_once() -> None:
    assert publishers.find(CLAIMS, [PYPI], {"once"}) == publishers.REUSED_TOKEN


@pytest.mark.parametrize(
    ("change", "holds"),
    [
        ({}, True),
        ({"aud": ["pypi"]}, False),
        ({"aud": "testpypi"}, False),
        ({"exp": None}, False),
        ({"exp": "1300"}, False),
        ({"iat": 1131}, False),
        ({"nbf": 1131}, False),
        ({"nbf": None}, False),
        ({"exp": 1070}, False),
        ({"exp": 1071}, True),
    ],
)
def test_times_and_audience(change: dict[str, object], holds: bool) -> None:
    assert publishers.claims_hold({**CLAIMS, **change}, audience="pypi", now=1100) is holds


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(sorted(CLAIMS)), json_values))
def test_no_claims_are_too_odd(odd: dict[str, object]) -> None:
    claims = {**CLAIMS, **odd}
    publishers.find(claims, [ANY, PYPI], {"x": 1.0})
    publishers.claims_hold(claims, audience="pypi", now=1100)
    publishers.issuer_is_known(claims)
    publishers.token_in(odd)
