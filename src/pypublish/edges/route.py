"""The way to a host: through which proxy, trusting which authorities, and how an address is shown."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from pypublish.edges.world import Transport, World
from pypublish.errors import IndexUnavailableError, UsageError

CA_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE")
"""Where users of uv, pip and requests name their own certificate authorities; the first that is set counts."""

SHOWN_LENGTH = 200
"""Characters of foreign text that a message repeats."""


def split(url: str) -> SplitResult:
    """Take an address apart that came from outside.

    Raises:
        IndexUnavailableError: it is no http or https address, or plain http to another machine.

    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # judged only when it is asked for
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or not url.isprintable():
        raise IndexUnavailableError(
            f"{shown(url)!r} is no address that can be fetched",
            hint="An index and its files have addresses that begin with https://.",
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise IndexUnavailableError(
            f"{shown(url)} is not encrypted, so anybody on the way could change the answer",
            hint="Use the https:// address; plain http is accepted on this machine alone.",
        )
    return parts


def authority(parts: SplitResult) -> str:
    """Return `host`, or `host:port` where the port is not the scheme's own: what an allow-list names."""
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    default = 443 if parts.scheme == "https" else 80
    return host if parts.port in {None, default} else f"{host}:{parts.port}"


def shown(url: str) -> str:
    """Return an address as messages may show it: without credentials, without the query that may hold a signature."""
    # By hand, because an address that does not read may hold a password too.
    address, query, _ = url.partition("?")
    scheme, slashes, rest = address.partition("//")
    host, slash, path = rest.partition("/")
    address = "".join((scheme, slashes, host.rpartition("@")[2], slash, path.partition("#")[0]))
    return printable(f"{address}?…" if query else address)


def printable(text: str) -> str:
    """Return foreign text on one line, without control characters, cut off where it is long."""
    cleaned = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[: SHOWN_LENGTH + 1])
    return cleaned if len(cleaned) <= SHOWN_LENGTH else cleaned[:SHOWN_LENGTH] + "…"


def is_address(host: str) -> bool:
    """Whether `host` is an IP address, not a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    return ipaddress.ip_address(host).is_loopback if is_address(host) else host.lower() == "localhost"


def proxy_for(parts: SplitResult, world: World) -> str | None:
    """Return the proxy by which an address is reached: the transport's own, else the user's; None for none.

    Raises:
        UsageError: the user's proxy is of a kind that pypublish does not speak.

    """
    if is_loopback(parts.hostname or ""):
        return None
    return world.transport.proxy or _users_proxy(parts, world.environ)


def _users_proxy(parts: SplitResult, environ: Mapping[str, str]) -> str | None:
    def value(name: str) -> str:
        # As everywhere, the lower-case spelling wins.
        return environ.get(name, "") or environ.get(name.upper(), "")

    proxy = value(f"{parts.scheme}_proxy") or value("all_proxy")
    if not proxy or _is_direct(parts, value("no_proxy")):
        return None
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in {"http", "https"}:
        raise UsageError(
            f"the proxy {shown(proxy)} is of a kind that pypublish does not speak",
            hint=f"Set {parts.scheme}_proxy to an http:// or https:// proxy, or name"
            f" {parts.hostname} in no_proxy if it can be reached directly.",
        )
    return proxy


def _is_direct(parts: SplitResult, no_proxy: str) -> bool:
    """Read `no_proxy` as curl and requests do: hosts, domains, networks, `*`; separated by commas."""
    host = (parts.hostname or "").lower()
    return any(
        entry == "*" or _names(entry.strip("[]"), host) or entry == authority(parts)
        for entry in (part.strip().lower() for part in no_proxy.split(","))
        if entry
    )


def _names(entry: str, host: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        domain = entry.removeprefix("*").removeprefix(".")
        return host == domain or host.endswith(f".{domain}")


def authorities(world: World) -> ssl.SSLContext:
    """Return the authorities to trust: the transport's alone, else those that the user names, else the machine's.

    Raises:
        UsageError: what the user names cannot be read.

    """
    own = _own_authorities(world.transport, world.environ)
    if own is None:
        import certifi

        context = ssl.create_default_context()
        # Not every Python finds the machine's store: python.org's on macOS has none.
        context.load_verify_locations(certifi.where())
        return context
    name, path = own
    try:
        if path.is_dir():
            return ssl.create_default_context(capath=path)
        return ssl.create_default_context(cafile=path)
    except (OSError, ssl.SSLError) as error:
        reason = "holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        raise UsageError(
            f"{name} names {printable(str(path))}, which cannot be used: {reason}",
            hint=f"Let {name} name a file of certificates in PEM form, or unset it.",
        ) from None


def _own_authorities(transport: Transport, environ: Mapping[str, str]) -> tuple[str, Path] | None:
    if transport.ca_file is not None:
        return "the transport's ca_file", transport.ca_file
    for name in CA_VARIABLES:
        if environ.get(name):
            return name, Path(environ[name])
    return None
