"""Install a release the way users do: pip is told name and version, and finds the wheel on the index itself."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pypublish.edges import installers, process, route
from pypublish.edges.environment import Environment
from pypublish.edges.world import World
from pypublish.errors import ToolError
from pypublish.model import Artifact, Index

TIME_LIMIT = 300.0
PAUSES = (1.0, 3.0, 8.0)
"""Seconds between attempts: pip may meet another node of the CDN than the one that showed the release already."""


def install_by_name(
    environment: Environment,
    name: str,
    version: str,
    *,
    wheels: Iterable[Artifact],
    index: Index,
    requirements: Path,
    world: World,
) -> None:
    """Let pip install the release from `index` alone, without its dependencies.

    pip takes nothing but one of `wheels`, by digest, and reads the index without its cache. An sdist is not offered:
    for its metadata pip would run its build backend, and fetch that from this index too. `requirements` is where the
    order is written.

    Raises:
        ToolError: pip did not find it there, or found something else; its output says what.

    """
    digests = " ".join(f"--hash=sha256:{wheel.sha256}" for wheel in wheels)
    requirements.write_text(f"{name}=={version} {digests}\n", "utf-8")
    command = [*installers.pip_for(environment), "install", "--quiet", "--no-input", "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "--requirement", str(requirements)]
    said = ""
    for pause in (0.0, *PAUSES):
        world.clock.sleep(pause)
        done = process.run(
            command,
            env=_variables(index, world),
            cwd=world.scratch,
            timeout=TIME_LIMIT,
            sink=world.sink,
            running=world.running,
        )
        if done.returncode == 0:
            return
        said = done.tail
    raise ToolError(f"pip does not get {name} {version} from {index.title}", output=said)


def needs_more(environment: Environment, name: str, extras: Iterable[str]) -> bool:
    """Whether an installed distribution asks for others, so that they have to be installed too."""
    from importlib.metadata import distributions

    folders = [str(folder) for folder in environment.root.rglob("site-packages")]
    found = next(iter(distributions(name=name, path=folders)), None)
    requires = found.requires or [] if found is not None else []
    return any(extras) or any("extra" not in requirement.partition(";")[2] for requirement in requires)


def _variables(index: Index, world: World) -> dict[str, str]:
    """Return all that pip sees: this index alone, reached by the transport; an address may hold a password."""
    # Not --isolated, which would make pip blind for the address here; -I keeps Python's own variables out.
    env = {
        **installers.variables(world.environ, index.simple_url),
        "PIP_INDEX_URL": index.simple_url,
        "PIP_NO_CACHE_DIR": "1",
    }
    if "SSL_CERT_FILE" in env:
        # The first that names authorities counts, as for our own requests; pip would go by another.
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            env.pop(name, None)
    if route.is_address(urlsplit(index.simple_url).hostname or "") and "SSL_CERT_FILE" in env:
        # pip's way to the machine's authorities does not work for hosts without a name.
        env |= {"PIP_USE_DEPRECATED": "legacy-certs", "PIP_CERT": env["SSL_CERT_FILE"]}
    transport = world.transport
    if transport.ca_file is not None:
        for name in ("SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            env.pop(name, None)
        env |= {"SSL_CERT_FILE": str(transport.ca_file), "PIP_CERT": str(transport.ca_file)}
    if transport.proxy is not None:
        for name in ("all_proxy", "ALL_PROXY"):
            env.pop(name, None)
        for name in ("http_proxy", "https_proxy"):
            env |= {name: transport.proxy, name.upper(): transport.proxy}
        env |= {"no_proxy": "127.0.0.1,localhost", "NO_PROXY": "127.0.0.1,localhost"}
    return env
