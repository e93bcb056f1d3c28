"""Which variables a build may see: by name, and those that nothing but their own name lets through."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.edges.allowlist import build_variables


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "LC_ALL",
        "CC",
        "CFLAGS",
        "MACOSX_DEPLOYMENT_TARGET",
        "CMAKE_ARGS",
        "SKBUILD_CMAKE_ARGS",
        "CARGO_HOME",
        "RUSTFLAGS",
        "PKG_CONFIG_PATH",
        "SETUPTOOLS_SCM_PRETEND_VERSION",
        "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_HELLO",
        "HATCH_BUILD_HOOKS_ENABLE",
        "PDM_BUILD_SCM_VERSION",
        "https_proxy",
        "NO_PROXY",
        "SSL_CERT_FILE",
        "REQUESTS_CA_BUNDLE",
        "PIP_INDEX_URL",
        "UV_DEFAULT_INDEX",
        "UV_OFFLINE",
        "SYSTEMROOT",
        "PROGRAMFILES(X86)",
    ],
)
def test_what_builds_need_is_let_through(name: str) -> None:
    assert build_variables({name: "1"})[name] == "1"


@pytest.mark.parametrize(
    "name",
    [
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "ACTIONS_RUNTIME_TOKEN",
        "GITHUB_TOKEN",
        "GITHUB_OUTPUT",
        "GITHUB_ENV",
        "GH_TOKEN",
        "RUNNER_TEMP",
        "PYPUBLISH_GITHUB_TOKEN",
        "TWINE_PASSWORD",
        "TWINE_USERNAME",
        "UV_PUBLISH_TOKEN",
        "UV_INDEX_PRIVATE_PASSWORD",
        "HATCH_INDEX_AUTH",
        "POETRY_PYPI_TOKEN_PYPI",
        "PDM_PUBLISH_PASSWORD",
        "FLIT_PASSWORD",
        "MATURIN_PYPI_TOKEN",
        "CARGO_REGISTRY_TOKEN",
        "CARGO_NET_GIT_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "NPM_TOKEN",
        "SSH_AUTH_SOCK",
        "PYTHONPATH",
        "PYTHONSTARTUP",
        "VIRTUAL_ENV",
        "LD_PRELOAD",
        "ANYTHING_ELSE",
        "XPATH",
        "path",
    ],
)
def test_everything_else_is_not(name: str) -> None:
    assert build_variables({name: "1"}) == {}


def test_what_the_user_names_is_let_through_whatever_it_is() -> None:
    environ = {"MY_TOKEN": "1", "OTHER_TOKEN": "2"}

    assert build_variables(environ, ["MY_TOKEN", "NOT_SET"]) == {"MY_TOKEN": "1"}


def test_uv_finds_the_index_that_only_pip_is_told_of() -> None:
    environ = {
        "PIP_INDEX_URL": "https://a/simple",
        "PIP_EXTRA_INDEX_URL": "https://b/simple https://c/simple",
        "PIP_FIND_LINKS": "/d /e",
        "PIP_CERT": "/ca.pem",
    }

    added = {name: value for name, value in build_variables(environ).items() if name not in environ}

    assert added == {
        "UV_DEFAULT_INDEX": "https://a/simple",
        "UV_EXTRA_INDEX_URL": "https://b/simple https://c/simple",
        "UV_FIND_LINKS": "/d,/e",
        "SSL_CERT_FILE": "/ca.pem",
    }


@pytest.mark.parametrize("name", ["UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"])
def test_what_uv_is_told_itself_counts_alone(name: str) -> None:
    environ = {"PIP_INDEX_URL": "https://pip/simple", name: "mine"}

    assert build_variables(environ) == environ


def test_the_users_places_stay_where_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert build_variables({"UV_CACHE_DIR": ".cache/uv"}) == {"UV_CACHE_DIR": str(tmp_path / ".cache/uv")}


def test_what_is_empty_is_not_set() -> None:
    assert build_variables({"UV_DEFAULT_INDEX": "", "PIP_INDEX_URL": "https://pip/simple", "CFLAGS": ""}) == {
        "PIP_INDEX_URL": "https://pip/simple",
        "UV_DEFAULT_INDEX": "https://pip/simple",
    }
