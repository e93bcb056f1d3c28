"""The order that pip gets when it installs a release by name: one index, by digest, through the transport."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from pypublish.edges.by_name import _variables
from pypublish.edges.world import Transport, World
from pypublish.model import PYPI, Index

USERS = {
    "PATH": os.defpath,
    "PIP_EXTRA_INDEX_URL": "https://extra.example/simple/",
    "PIP_FIND_LINKS": "/shelf",
    "PIP_TRUSTED_HOST": "pypi.org",
    "UV_INDEX": "https://extra.example/simple/",
    "TWINE_PASSWORD": "s3cret",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "s3cret",
    "HTTPS_PROXY": "http://users-proxy:3128",
    "all_proxy": "http://users-proxy:3128",
    "REQUESTS_CA_BUNDLE": "/users/ca.pem",
    "SSL_CERT_DIR": "/etc/ssl/certs",
}


def test_pip_sees_one_index_and_no_credential(world: World) -> None:
    seen = _variables(PYPI, replace(world, environ=USERS))
    assert {name: value for name, value in seen.items() if name.startswith("PIP_")} == {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://pypi.org/simple/",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    assert "s3cret" not in seen.values()
    assert "https://extra.example/simple/" not in seen.values()
    assert seen["HTTPS_PROXY"] == "http://users-proxy:3128"


def test_a_transport_goes_before_the_users_proxy_and_authorities(world: World) -> None:
    transport = Transport(proxy="http://127.0.0.1:8080", ca_file=Path("/rehearsal/ca.pem"))
    seen = _variables(PYPI, replace(world, environ=USERS, transport=transport))
    assert {value for name, value in seen.items() if name.lower() in {"https_proxy", "http_proxy", "all_proxy"}} == {
        "http://127.0.0.1:8080"
    }
    assert {value for name, value in seen.items() if "CERT" in name or "CA_BUNDLE" in name} == {"/rehearsal/ca.pem"}


def test_a_login_in_the_address_stays_out_of_the_command(world: World) -> None:
    own = Index(name="own", upload_url="", simple_url="https://user:pass@own.example/simple/", oidc_audience="")
    assert _variables(own, replace(world, environ=USERS))["PIP_INDEX_URL"] == own.simple_url


def test_an_index_without_a_name_is_reached_with_the_authorities_that_the_user_names(world: World) -> None:
    own = Index(name="own", upload_url="", simple_url="https://127.0.0.1:8443/simple/", oidc_audience="")
    seen = _variables(own, replace(world, environ={**USERS, "SSL_CERT_FILE": "/users/own.pem"}))
    assert (seen["PIP_CERT"], seen["PIP_USE_DEPRECATED"]) == ("/users/own.pem", "legacy-certs")
