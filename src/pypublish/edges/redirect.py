"""Where a redirect leads, and whether it may: to no host that was not named, and with nobody's login."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import SplitResult, urljoin

from pypublish.edges import route
from pypublish.edges.trouble import Trouble
from pypublish.errors import IndexUnavailableError

FILE_HOSTS_HINT = (
    "Where the index's files really lie there, name the host in file-hosts of that index in [tool.pypublish.index]."
)


def follow(at: SplitResult, location: str, allowed: Collection[str] | None) -> SplitResult:
    """Return where `location` leads from `at`; `allowed` are the hosts that it may lead to, None for any.

    Raises:
        Trouble: it leads elsewhere, or nowhere.

    """
    try:
        target = route.split(urljoin(at.geturl(), location))
    except (ValueError, IndexUnavailableError):
        raise Trouble(
            f"it redirects to {route.shown(location)}, which is not a place for an index",
            "Check the index's address with a browser; log in to the network first if it asks for that.",
            passing=False,
        ) from None
    host = route.authority(target)
    if allowed is not None and host not in allowed:
        raise Trouble(
            f"it redirects to {route.printable(host)}, which is no host of this index",
            f"Where that is a login page, log in to the network first. {FILE_HOSTS_HINT}",
            passing=False,
        )
    return without_login(target)


def without_login(parts: SplitResult) -> SplitResult:
    """Return an address without user and password."""
    return parts._replace(netloc=parts.netloc.rpartition("@")[2])


def origin(parts: SplitResult) -> str:
    """Return what a login belongs to: scheme, host and port."""
    return f"{parts.scheme}://{route.authority(parts)}"
