"""As whom to upload: found and named before anything is sent, and never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pypublish.edges import keyring_lookup, pypirc
from pypublish.edges.route import printable, shown
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.model import Index

TOKEN_USER = "__token__"  # noqa: S105 - it says that what follows is a token
TOKEN_START = "pypi-"  # noqa: S105 - every token begins so

_LOCATIONS = {"pypi": "AgEIcHlwaS5vcmc", "testpypi": "AgENdGVzdC5weXBpLm9yZw"}
"""How a token goes on after `pypi-`: with the name of the index that made it."""
_NO_TOKEN = re.compile(r"\s|[\x00-\x1f\x7f]")

GITHUB = ("ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_ID_TOKEN_REQUEST_TOKEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What an upload is done with. The password is in no representation of it."""

    source: str
    """Where it was found, in words: `TWINE_PASSWORD`."""
    username: str = ""
    """Empty for Trusted Publishing."""
    password: str = field(default="", repr=False)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What an uploader has to be told to get a token by Trusted Publishing."""
    unused: tuple[str, ...] = ()
    """What was found besides, and why it is not used."""

    @property
    def by_trusted_publishing(self) -> bool:
        """Whether the uploader gets a token for itself, from this machine's identity."""
        return bool(self.variables)


def find(index: Index, world: World, *, config_file: Path | None = None) -> Credentials:
    """Return the first that there is: Trusted Publishing, TWINE_*, .pypirc, keyring.

    Raises:
        UsageError: there is none, or the one that there is cannot be meant.

    """
    unused: list[str] = []
    found = _trusted(index, world.environ) if index.is_pypi else None
    if found is not None:
        left = [name for name in ("TWINE_PASSWORD", "TWINE_API_TOKEN") if world.environ.get(name)]
        return Credentials(
            source=found[0], variables=found[1], unused=tuple(f"{name} is set, and not needed" for name in left)
        )
    for source, username, password in _candidates(index, world, config_file, unused):
        _judge(source, username, password, index)
        return Credentials(source=source, username=username, password=password, unused=tuple(unused))
    raise _nothing_found(index, world, config_file, unused)


def _trusted(index: Index, environ: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
    """Return by whom this machine's job can be identified, and the variables that say so."""
    if environ.get("GITHUB_ACTIONS") and all(environ.get(name) for name in GITHUB):
        return "Trusted Publishing, as a job of GitHub Actions", _pick(environ, ("GITHUB_ACTIONS", *GITHUB))
    gitlab = f"{re.sub(r'[^A-Z0-9]', '_', index.oidc_audience.upper())}_ID_TOKEN"
    if environ.get("GITLAB_CI") and environ.get(gitlab):
        return f"Trusted Publishing, as a job of GitLab ({gitlab})", _pick(environ, ("GITLAB_CI", gitlab))
    if environ.get("GOOGLE_SERVICE_ACCOUNT_NAME"):
        return "Trusted Publishing, as a Google service account", _pick(environ, ("GOOGLE_SERVICE_ACCOUNT_NAME",))
    return None


def _pick(environ: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: environ[name] for name in names}


def _candidates(
    index: Index, world: World, config_file: Path | None, unused: list[str]
) -> Iterator[tuple[str, str, str]]:
    """Yield where a password was found, the user's name, and the password."""
    environ = world.environ
    elsewhere = _meant_for_another(index, environ)
    for name in ("TWINE_PASSWORD", "TWINE_API_TOKEN"):
        if environ.get(name) and elsewhere:
            unused.append(f"{name} is for {elsewhere}")
        elif environ.get(name):
            user = environ.get("TWINE_USERNAME") if name == "TWINE_PASSWORD" else ""
            yield name, user or TOKEN_USER, environ[name]
    for login in pypirc.logins(index, environ, config_file, unused):
        yield f"{login.file} [{login.section}]", login.username or TOKEN_USER, login.password
    kept = keyring_lookup.look(index.upload_url, environ.get("TWINE_USERNAME") or TOKEN_USER, world, unused)
    if kept is not None:
        yield f"the keyring ({kept.backend})", kept.username, kept.password


def _meant_for_another(index: Index, environ: Mapping[str, str]) -> str:
    """Return the index that TWINE_* name, where it is not this one: its password is not for us to send here."""
    url = environ.get("TWINE_REPOSITORY_URL")
    if url:
        return "" if _host(url) == _host(index.upload_url) else shown(url)
    name = environ.get("TWINE_REPOSITORY")
    return printable(name) if name and name != index.name else ""


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _judge(source: str, username: str, password: str, index: Index) -> None:
    """Refuse what cannot be the right one, before it is sent anywhere."""
    if _NO_TOKEN.search(password):
        raise UsageError(
            f"what {source} holds has a line break, a blank or a control character in it",
            hint="Paste the token alone, without what came with it.",
        )
    if not index.is_pypi:
        return
    if username != TOKEN_USER:
        raise UsageError(
            f"{source} goes with the user {printable(username)!r}, but {index.title} takes tokens alone",
            hint=f"Make a token on {index.title} (Account settings, API tokens); its user is {TOKEN_USER}.",
        )
    if not password.startswith(TOKEN_START):
        raise UsageError(
            f"what {source} holds is no token of {index.title}: those begin with {TOKEN_START}",
            hint=f"Make one on {index.title} (Account settings, API tokens).",
        )
    for other, location in _LOCATIONS.items():
        if other != index.name and password.startswith(TOKEN_START + location):
            raise UsageError(
                f"the token in {source} was made by {'TestPyPI' if other == 'testpypi' else 'PyPI'}, and is none of"
                f" {index.title}'s",
                hint="The two have nothing in common, accounts included: make a token on the right one.",
            )


def _nothing_found(index: Index, world: World, config_file: Path | None, unused: list[str]) -> UsageError:
    looked = ["TWINE_PASSWORD", "TWINE_API_TOKEN", str(pypirc.place(world.environ, config_file)), "the keyring"]
    said = "".join(f"; {remark}" for remark in unused)
    if world.environ.get("GITHUB_ACTIONS") and index.is_pypi:
        hint = "Give the job `id-token: write` and register it as trusted publisher (pypublish doctor prints the form)."
    elif index.is_pypi:
        hint = (
            f"Make a token for the project on {index.title} (Account settings, API tokens) and set TWINE_PASSWORD to"
            " it, or keep it in the keyring: keyring set "
            f"{index.upload_url} {TOKEN_USER}"
        )
    else:
        hint = f"Set TWINE_USERNAME and TWINE_PASSWORD for {shown(index.upload_url)}."
    return UsageError(
        f"there is nothing to upload to {index.title} with: looked at {', '.join(looked)}{said}", hint=hint
    )
