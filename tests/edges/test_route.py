"""The way to a host: the proxy that is taken, the addresses that are refused, and what messages show of them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from pypublish.edges import route
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, UsageError

ENVIRON = {"https_proxy": "http://user:s3cret@proxy.example:3128", "NO_PROXY": "internal.example, .corp, 10.0.0.0/8"}


@pytest.mark.parametrize(
    ("environ", "url", "proxy"),
    [
        ({}, "https://pypi.org/", None),
        (ENVIRON, "https://pypi.org/", ENVIRON["https_proxy"]),
        (ENVIRON, "https://internal.example/", None),
        (ENVIRON, "https://a.internal.example:8443/", None),
        (ENVIRON, "https://index.corp/", None),
        (ENVIRON, "https://corporation/", ENVIRON["https_proxy"]),
        (ENVIRON, "https://10.1.2.3/", None),
        (ENVIRON, "https://11.1.2.3/", ENVIRON["https_proxy"]),
        (ENVIRON, "http://127.0.0.1:8080/", None),
        (ENVIRON, "https://localhost/", None),
        (ENVIRON, "https://[::1]:8443/", None),
        ({"HTTPS_PROXY": "upper:1"}, "https://pypi.org/", "http://upper:1"),
        ({"HTTPS_PROXY": "upper:1", "https_proxy": "lower:1"}, "https://pypi.org/", "http://lower:1"),
        ({"ALL_PROXY": "http://all:1"}, "https://pypi.org/", "http://all:1"),
        ({"ALL_PROXY": "http://all:1", "no_proxy": "*"}, "https://pypi.org/", None),
        ({"ALL_PROXY": "http://all:1", "no_proxy": "pypi.org:8443"}, "https://pypi.org:8443/", None),
        ({"HTTP_PROXY": "http://plain:1"}, "https://pypi.org/", None),
        ({"HTTPS_PROXY": ""}, "https://pypi.org/", None),
    ],
)
def test_the_users_proxy_variables_are_read_as_everywhere(
    world: World, environ: Mapping[str, str], url: str, proxy: str | None
) -> None:
    assert route.proxy_for(route.split(url), replace(world, environ=environ)) == proxy


def test_a_proxy_of_another_kind_is_explained_without_its_login(world: World) -> None:
    odd = replace(world, environ={"ALL_PROXY": "socks5://user:s3cret@proxy:1080"})
    with pytest.raises(UsageError) as caught:
        route.proxy_for(route.split("https://pypi.org/"), odd)
    assert f"{caught.value}\n{caught.value.hint}" == snapshot("""\
the proxy socks5://proxy:1080 is of a kind that pypublish does not speak
Set https_proxy to an http:// or https:// proxy, or name pypi.org in no_proxy if it can be reached directly.\
""")


# What is shown of foreign text


@given(st.text())
def test_foreign_text_stays_on_one_short_line(text: str) -> None:
    assert route.printable(text).isprintable()
    assert len(route.printable(text)) <= route.SHOWN_LENGTH + 1


@given(st.text())
def test_any_address_is_shown_or_refused(text: str) -> None:
    assert route.shown(text).isprintable()
    with contextlib.suppress(IndexUnavailableError):
        assert route.split(text).scheme in {"http", "https"}


@given(
    st.text().filter(lambda text: not set(text) & set("/?#")), st.sampled_from(["", ":99999", ":port", "[", "#", "?"])
)
def test_no_login_is_ever_shown(password: str, spoiled: str) -> None:
    url = f"https://user:<{password}>@index.example{spoiled}/simple/"
    assert f"<{password}>" not in route.shown(url)
    with pytest.raises(IndexUnavailableError) as caught:
        route.split(f"ftp://user:<{password}>@index.example/")
    assert f"<{password}>" not in str(caught.value)
