"""What there is to upload with: where a token is found, and which is not sent where."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges import credentials
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.model import PYPI, TESTPYPI, Index

PYPI_TOKEN, TEST_TOKEN = (f"pypi-{site}-the-rest" for site in ("AgEIcHlwaS5vcmc", "AgENdGVzdC5weXBpLm9yZw"))
OWN = Index(
    name="ours",
    upload_url="https://upload.example.org/legacy/",
    simple_url="https://example.org/simple/",
    oidc_audience="ours",
)


@pytest.fixture
def find(world: World, tmp_path: Path) -> Callable[..., credentials.Credentials]:
    def find(
        environ: dict[str, str], pypirc: str = "", *, index: Index = PYPI, config_file: Path | None = None
    ) -> credentials.Credentials:
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        if pypirc:
            (home / ".pypirc").write_text(pypirc)
        keyring = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        changed = replace(world, environ={"HOME": str(home), "PATH": os.environ["PATH"], **keyring, **environ})
        return credentials.find(index, changed, config_file=config_file)

    return find


Find = Callable[..., credentials.Credentials]

IN_PYPIRC = f"[pypi]\nusername = __token__\npassword = {PYPI_TOKEN}\n"


@pytest.mark.parametrize(
    ("environ", "pypirc", "source"),
    [
        ({"TWINE_PASSWORD": PYPI_TOKEN}, "", "TWINE_PASSWORD"),
        ({"TWINE_API_TOKEN": PYPI_TOKEN}, "", "TWINE_API_TOKEN"),
        ({"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": PYPI_TOKEN}, IN_PYPIRC, "TWINE_PASSWORD"),
        ({}, IN_PYPIRC, "HOME/.pypirc [pypi]"),
        ({}, f"[distutils]\nindex-servers = a\n[pypi]\npassword = {PYPI_TOKEN}\n", "HOME/.pypirc [pypi]"),
        (
            {},
            f"[mine]\nrepository = https://upload.pypi.org/legacy/\npassword = {PYPI_TOKEN}\n",
            "HOME/.pypirc [mine]",
        ),
    ],
)
def test_where_a_token_is_found(find: Find, environ: dict[str, str], pypirc: str, source: str) -> None:
    found = find(environ, pypirc)
    assert re.sub(r"\S*/home/", "HOME/", found.source) == source
    assert (found.username, found.password) == ("__token__", PYPI_TOKEN)
    assert PYPI_TOKEN not in repr(found)


def test_a_name_and_a_password_are_for_other_indexes(find: Find) -> None:
    found = find({"TWINE_USERNAME": "jo", "TWINE_PASSWORD": "secret"}, index=OWN)
    assert (found.username, found.password, found.source) == ("jo", "secret", "TWINE_PASSWORD")
    found = find(
        {}, "[ours]\nusername = jo\npassword = secret\nrepository = https://upload.example.org/legacy/\n", index=OWN
    )
    assert (found.username, found.password) == ("jo", "secret")


@pytest.mark.parametrize(
    ("environ", "pypirc"),
    [
        ({"TWINE_PASSWORD": PYPI_TOKEN, "TWINE_REPOSITORY_URL": "https://upload.example.org/legacy/"}, ""),
        ({"TWINE_PASSWORD": PYPI_TOKEN, "TWINE_REPOSITORY": "ours"}, ""),
        ({}, f"[pypi]\nrepository = https://upload.example.org/\npassword = {PYPI_TOKEN}\n"),
    ],
)
def test_a_password_for_another_index_is_not_sent(find: Find, environ: dict[str, str], pypirc: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(environ, pypirc)
    assert re.search(r" is for (https://upload\.example\.org/|ours)", str(caught.value))
    assert PYPI_TOKEN not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    ("environ", "index", "shown"),
    [
        pytest.param(
            {"TWINE_PASSWORD": "hunter2"},
            PYPI,
            snapshot(
                (
                    "what TWINE_PASSWORD holds is no token of PyPI: those begin with pypi-",
                    "Make one on PyPI (Account settings, API tokens).",
                )
            ),
            id="a password",
        ),
        pytest.param(
            {"TWINE_USERNAME": "jo", "TWINE_PASSWORD": PYPI_TOKEN},
            PYPI,
            snapshot(
                (
                    "TWINE_PASSWORD goes with the user 'jo', but PyPI takes tokens alone",
                    "Make a token on PyPI (Account settings, API tokens); its user is __token__.",
                )
            ),
            id="a user",
        ),
        pytest.param(
            {"TWINE_PASSWORD": f"{PYPI_TOKEN}\n"},
            PYPI,
            snapshot(
                (
                    "what TWINE_PASSWORD holds has a line break, a blank or a control character in it",
                    "Paste the token alone, without what came with it.",
                )
            ),
            id="a line break",
        ),
        pytest.param(
            {"TWINE_PASSWORD": "\x16"},
            OWN,
            snapshot(
                (
                    "what TWINE_PASSWORD holds has a line break, a blank or a control character in it",
                    "Paste the token alone, without what came with it.",
                )
            ),
            id="what Windows pastes",
        ),
        pytest.param(
            {"TWINE_API_TOKEN": TEST_TOKEN},
            PYPI,
            snapshot(
                (
                    "the token in TWINE_API_TOKEN was made by TestPyPI, and is none of PyPI's",
                    "The two have nothing in common, accounts included: make a token on the right one.",
                )
            ),
            id="TestPyPI's for PyPI",
        ),
        pytest.param(
            {"TWINE_API_TOKEN": PYPI_TOKEN},
            TESTPYPI,
            snapshot(
                (
                    "the token in TWINE_API_TOKEN was made by PyPI, and is none of TestPyPI's",
                    "The two have nothing in common, accounts included: make a token on the right one.",
                )
            ),
            id="PyPI's for TestPyPI",
        ),
    ],
)
def test_what_cannot_be_the_right_one_is_not_sent(
    find: Find, environ: dict[str, str], index: Index, shown: tuple[str, str]
) -> None:
    with pytest.raises(UsageError) as caught:
        find(environ, index=index)
    assert (str(caught.value), caught.value.hint) == shown
    for secret in ("hunter2", PYPI_TOKEN, TEST_TOKEN):
        assert secret not in str(caught.value) + caught.value.hint


def test_nothing_to_upload_with(find: Find) -> None:
    with pytest.raises(UsageError) as caught:
        find({})
    assert re.sub(r"\S*/home/", "HOME/", f"{caught.value}\n{caught.value.hint}") == snapshot("""\
there is nothing to upload to PyPI with: looked at TWINE_PASSWORD, TWINE_API_TOKEN, HOME/.pypirc, the keyring
Make a token for the project on PyPI (Account settings, API tokens) and set TWINE_PASSWORD to it, or keep it in the keyring: keyring set https://upload.pypi.org/legacy/ __token__\
""")
    with pytest.raises(UsageError, match="nothing to upload to ours with"):
        find({}, index=OWN)
    with pytest.raises(UsageError) as caught:
        find({"GITHUB_ACTIONS": "true"})
    assert "id-token: write" in caught.value.hint


def test_a_pypirc_that_does_not_read_is_not_quoted(find: Find, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        find({}, f"password = {PYPI_TOKEN}\n")
    assert PYPI_TOKEN not in str(caught.value) + caught.value.hint
    with pytest.raises(UsageError, match="there is no"):
        find({}, config_file=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("environ", "index", "source"),
    [
        ({"GITLAB_CI": "true", "PYPI_ID_TOKEN": "jwt"}, PYPI, "as a job of GitLab (PYPI_ID_TOKEN)"),
        ({"GITLAB_CI": "true", "TESTPYPI_ID_TOKEN": "jwt"}, TESTPYPI, "as a job of GitLab (TESTPYPI_ID_TOKEN)"),
        ({"GOOGLE_SERVICE_ACCOUNT_NAME": "x"}, PYPI, "as a Google service account"),
    ],
)
def test_who_else_can_be_identified(find: Find, environ: dict[str, str], index: Index, source: str) -> None:
    found = find(environ | {"TWINE_PASSWORD": PYPI_TOKEN}, index=index)
    assert found.source == f"Trusted Publishing, {source}"
    assert found.by_trusted_publishing
    assert found.password == ""
    assert found.unused == ("TWINE_PASSWORD is set, and not needed",)


BACKEND = """
import os, time
from keyring.backend import KeyringBackend
from keyring.credentials import SimpleCredential

class Keyring(KeyringBackend):
    priority = 9
    name = "a test's keyring"
    def get_password(self, service, username):
        if os.environ.get("KEYRING_WAITS"):
            time.sleep(600)
        return "TOKEN" if service == "https://upload.pypi.org/legacy/" and username == "__token__" else None
    def get_credential(self, service, username):
        password = self.get_password(service, username)
        return SimpleCredential(username, password) if password else None
    def set_password(self, *_): pass
    def delete_password(self, *_): pass
"""


@pytest.mark.slow
def test_the_keyring_is_asked(find: Find, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_keyring.py").write_text(BACKEND.replace("TOKEN", PYPI_TOKEN))
    backend = {"PYTHON_KEYRING_BACKEND": "a_keyring.Keyring"}
    # The asking is isolated, so its modules come from where Python's own do.
    path = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    monkeypatch.setattr("pypublish.edges.keyring_lookup.ASK", path + keyring_script())
    found = find(backend)
    assert (found.source, found.password) == ("the keyring (a test's keyring)", PYPI_TOKEN)
    monkeypatch.setattr("pypublish.edges.keyring_lookup.TIME_LIMIT", 1.0)
    with pytest.raises(UsageError, match="the keyring did not answer within 1 s"):
        find(backend | {"KEYRING_WAITS": "1"})


def keyring_script() -> str:
    from pypublish.edges.keyring_lookup import ASK

    return ASK
