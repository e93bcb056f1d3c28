"""The user's variables: what they say of indexes and authorities, and which of them uv gets."""

import os
import re

from locked_environment.files import write
from locked_environment.trouble import Stop

# uv's variables that say how the world is reached. The others could change what is installed, or where.
UV_VARIABLES = (
    "UV_(CACHE_DIR|NO_CACHE|OFFLINE|LINK_MODE|LOCK_TIMEOUT|CONCURRENT_.*|CONFIG_FILE|NO_CONFIG|CREDENTIALS_DIR"
    "|KEYRING_PROVIDER|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|HTTP.*|REQUEST_TIMEOUT|INDEX.*|DEFAULT_INDEX"
    "|EXTRA_INDEX_URL|PYTHON_.*|(NO_)?MANAGED_PYTHON)"
)
MISLEADING_VARIABLES = "VIRTUAL_ENV|CONDA_PREFIX|CONDA_DEFAULT_ENV|PYTHONHOME|PYTHONPATH|__PYVENV_LAUNCHER__|UV_.*"


def uv_environ(environ: "dict[str, str]", environment: str) -> "dict[str, str]":
    """Return the variables for uv: the user's, without what would mislead it, with what it is to know."""
    kept = {
        name: value
        for name, value in environ.items()
        if re.fullmatch(UV_VARIABLES, name) or not re.fullmatch(MISLEADING_VARIABLES, name)
    }
    bundles = [path for path in authorities(environ) if os.path.isfile(path)]
    if len(bundles) > 1:  # uv reads one file
        contents = []
        for bundle in bundles:
            with open(bundle, "rb") as file:
                contents.append(file.read())
        bundles = [environment + ".pem"]
        write(bundles[0], b"\n".join(contents))
    if bundles:
        kept["SSL_CERT_FILE"] = bundles[0]
    return {**kept, **mirrors(environ), "UV_PROJECT_ENVIRONMENT": environment}


def mirrors(environ: "dict[str, str]") -> "dict[str, str]":
    """Return what to tell uv of indexes, in the order of asking: by its own variables, or else by what pip's say."""
    own = ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX_URL")
    pips = {"UV_INDEX": "PIP_EXTRA_INDEX_URL", "UV_DEFAULT_INDEX": "PIP_INDEX_URL"}
    told = {name: environ[name] for name in own if environ.get(name)}
    return told or {name: environ[pip] for name, pip in pips.items() if environ.get(pip)}


def indexes(environ: "dict[str, str]") -> "list[str]":
    """List the URLs of the indexes in the order of asking. The empty one is PyPI, where it is not replaced."""
    told = mirrors(environ)
    named = [re.sub(r"^[\w.-]+=", "", index) for value in told.values() for index in value.split()]
    return named + [""] * told.keys().isdisjoint({"UV_DEFAULT_INDEX", "UV_INDEX_URL"})


def authorities(environ: "dict[str, str]") -> "list[str]":
    """List the files and folders of certificate authorities that pip's, requests' and OpenSSL's variables name."""
    named = {name: environ[name] for name in ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE") if environ.get(name)}
    for name, path in named.items():
        if not os.path.exists(path):
            raise Stop(f"{name} names {path}, which is not there. Correct it, or unset it.")
    return sorted(set(named.values()))
