"""Tell a webhook, and no message more of its address than the host: whoever knows the rest can write there."""

from __future__ import annotations

from pypublish.edges import route
from pypublish.edges.http import Session
from pypublish.edges.trouble import TRANSIENT, Trouble
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, UsageError

WITHIN = 20.0
"""Seconds for one attempt."""
PAUSE = 3.0
ANSWER_LIMIT = 1 << 20
"""Bytes; nobody reads them."""


def host_of(url: str) -> str:
    """Return the host of a webhook, as messages may show it; empty where the address is none."""
    try:
        return route.printable(route.authority(route.split(url.strip())))
    except IndexUnavailableError:
        return ""


def tell(url: str, text: str, world: World) -> str:
    """Send JSON to a webhook, twice where that may help; return why it has not arrived, empty where it has."""
    host = host_of(url)
    if not host:
        return "its address is none that begins with https://"
    with Session(world) as session:
        why = _attempt(session, url.strip(), text, host)
        if why and why[1]:
            world.clock.sleep(PAUSE)
            why = _attempt(session, url.strip(), text, host)
    return why[0] if why else ""


def _attempt(session: Session, url: str, text: str, host: str) -> tuple[str, bool] | None:
    """Return why it has not arrived, and whether another attempt may help; None where it has arrived."""
    try:
        answer = session.send(
            url,
            method="POST",
            content=text.encode(),
            headers={"Content-Type": "application/json"},
            limit=ANSWER_LIMIT,
            within=WITHIN,
        )
    except Trouble as trouble:
        return trouble.cause, trouble.passing
    except IndexUnavailableError:
        return "its address cannot be used", False
    except UsageError as error:  # the user's proxy
        return str(error), False
    if 200 <= answer.status < 300:  # noqa: PLR2004 - what success is
        return None
    return f"{host} answers HTTP {answer.status}", answer.status in TRANSIENT
