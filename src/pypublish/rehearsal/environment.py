"""The environment of the rehearsal's clients: made from nothing, so that no credential of the user's is in it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pypublish.model import PYPI
from pypublish.rehearsal.listener import HOST
from pypublish.rehearsal.server import Rehearsal

MACHINE: Final = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "TEMP", "TMP"),
    *("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE"),
)
"""What a program needs to run at all."""

UNSET: Final = (
    *("ALL_PROXY", "all_proxy", "SSL_CERT_DIR"),
    *("TWINE_USERNAME", "TWINE_PASSWORD", "TWINE_API_TOKEN", "TWINE_REPOSITORY", "TWINE_REPOSITORY_URL", "TWINE_CERT"),
    *("UV_PUBLISH_TOKEN", "UV_PUBLISH_USERNAME", "UV_PUBLISH_PASSWORD", "UV_PUBLISH_URL", "UV_PUBLISH_INDEX"),
    *("UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_NO_INDEX"),
    *("UV_OFFLINE", "UV_CONFIG_FILE", "UV_EXCLUDE_NEWER"),
    *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_PROXY", "PIP_CACHE_DIR"),
)
"""What a user's shell may hold that would lead a client elsewhere, or hand a credential over."""


_FAULT: Final = (
    'curl -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$REHEARSAL_FAULTS_URL"'
    " -d upload-unavailable:502/3"
)


def environment_for_clients(rehearsal: Rehearsal, environ: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return the whole environment for a client of the rehearsal; its home and caches are under `scratch`.

    Of the user's environment only what a program needs to run at all is taken.
    """
    scratch = scratch.absolute()
    home = scratch / "home"
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: environ[name] for name in MACHINE if name in environ}
    return kept | _home(home) | _settings(rehearsal, scratch) | {"NO_COLOR": "1"}


def shell_exports(rehearsal: Rehearsal, scratch: Path) -> str:
    """Return lines for `sh` that make its programs clients of the rehearsal; their caches are under `scratch`.

    The home stays the user's: a `.pypirc` in it goes before Trusted Publishing, and a comment says so.
    """
    scratch = scratch.absolute()
    settings = _settings(rehearsal, scratch) | _addresses(rehearsal)
    exports = (f"export {name}={shlex.quote(value)}" for name, value in sorted(settings.items()))
    empty = shlex.quote(str(_empty_file(scratch, "pypirc")))
    lines = (
        *exports,
        f"unset {' '.join(sorted(UNSET))}",
        f"# twine reads ~/.pypirc, and prefers what it says to Trusted Publishing: twine upload --config-file {empty}",
        f"# To let something go wrong (-X DELETE ends it): {_FAULT}",
    )
    return "\n".join(lines) + "\n"


def _addresses(rehearsal: Rehearsal) -> dict[str, str]:
    """Return the addresses by name, for scripts: PyPI's own, and where they lead."""
    return {
        "REHEARSAL_UPLOAD_URL": PYPI.upload_url,
        "REHEARSAL_SIMPLE_URL": PYPI.simple_url,
        "REHEARSAL_DIRECT_URL": rehearsal.url,
        "REHEARSAL_ISSUER_URL": rehearsal.issuer_url,
        "REHEARSAL_FAULTS_URL": rehearsal.faults_url,
        "REHEARSAL_CA_FILE": str(rehearsal.ca_file),
    }


def _home(home: Path) -> dict[str, str]:
    """Return what says where a user's own files are: in a home that is empty."""
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "APPDATA": str(home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(home / "AppData" / "Local"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_DATA_HOME": str(home / ".local" / "share"),
        "XDG_CONFIG_DIRS": str(home / ".config"),
    }


def _settings(rehearsal: Rehearsal, scratch: Path) -> dict[str, str]:
    return _route(rehearsal) | _job(rehearsal) | _tools(scratch)


def _route(rehearsal: Rehearsal) -> dict[str, str]:
    """Return what leads to the index: in both spellings, since the lower-case one wins in some clients."""
    ca_file, proxy, direct = str(rehearsal.ca_file), rehearsal.proxy_url, f"{HOST},localhost"
    spelled = {"HTTPS_PROXY": proxy, "HTTP_PROXY": proxy, "NO_PROXY": direct}
    return {
        **spelled,
        **{name.lower(): value for name, value in spelled.items()},
        "SSL_CERT_FILE": ca_file,
        "REQUESTS_CA_BUNDLE": ca_file,
        "CURL_CA_BUNDLE": ca_file,
        "PIP_CERT": ca_file,
    }


def _job(rehearsal: Rehearsal) -> dict[str, str]:
    """Return what GitHub tells a job with `id-token: write`."""
    job = rehearsal.job
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": rehearsal.request_url,
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": rehearsal.request_token,
        "GITHUB_REPOSITORY": job.repository,
        "GITHUB_REPOSITORY_ID": job.repository_id,
        "GITHUB_REPOSITORY_OWNER": job.publisher.owner,
        "GITHUB_REPOSITORY_OWNER_ID": job.owner_id,
        "GITHUB_WORKFLOW": job.publisher.workflow,
        "GITHUB_WORKFLOW_REF": job.workflow_ref,
        "GITHUB_WORKFLOW_SHA": job.sha,
        "GITHUB_REF": job.ref,
        "GITHUB_REF_NAME": job.ref.split("/", 2)[-1],
        "GITHUB_REF_TYPE": "tag" if job.ref.startswith("refs/tags/") else "branch",
        "GITHUB_SHA": job.sha,
        "GITHUB_EVENT_NAME": job.event,
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": "1",
        "GITHUB_RUN_NUMBER": "1",
        "GITHUB_RUN_ATTEMPT": "1",
    }


def _tools(scratch: Path) -> dict[str, str]:
    """Return what keeps clients from the user's settings, keyrings and caches, and from asking questions."""
    return {
        "TWINE_NON_INTERACTIVE": "1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "NETRC": str(_empty_file(scratch, "netrc")),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_CACHE_DIR": "1",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_NO_CONFIG": "1",
        "UV_CACHE_DIR": str(scratch / "uv-cache"),
        "UV_KEYRING_PROVIDER": "disabled",
        "UV_NO_PROGRESS": "1",
    }


def _empty_file(scratch: Path, name: str) -> Path:
    scratch.mkdir(parents=True, exist_ok=True)
    file = scratch / name
    file.write_bytes(b"")
    return file
