"""Why an exchange failed: the cause in words, what to do about it, and whether trying again may help."""

from __future__ import annotations

import email.utils
import socket
import ssl
from collections.abc import Iterator, Mapping

from pypublish.edges.route import printable

AGAIN = "Then run the same command again: nothing was changed."

RETRY_AFTER_LIMIT = 300.0
"""Seconds of a Retry-After that are honoured; beyond that the caller's patience decides."""

TRANSIENT = frozenset({429, 500, 502, 503, 504})

NETWORK_LOGIN_REQUIRED = 511
PROXY_LOGIN_REQUIRED = 407


class Trouble(Exception):  # noqa: N818 - not an error yet: it may pass
    """One attempt failed; `passing` where another may succeed, after `retry_after` seconds if the server said so."""

    def __init__(self, cause: str, hint: str, *, passing: bool, retry_after: float | None = None) -> None:
        super().__init__(cause)
        self.cause = cause
        self.hint = hint
        self.passing = passing
        self.retry_after = retry_after


def of_connection(error: BaseException, host: str, proxy: str | None, *, timed_out: bool) -> Trouble:
    """Explain why there was no answer, or half of one: from what lies beneath the client's exception."""
    chain = tuple(_chain(error))
    # Where there is a proxy, it is the only one whom this machine looks up and connects to.
    nearest = host if proxy is None else f"the proxy {proxy}"
    host = host if proxy is None else f"{host}, asked through the proxy {proxy},"
    for link in chain:
        if isinstance(link, socket.gaierror):
            return Trouble(
                f"the name of {nearest} does not resolve",
                f"Check the spelling of the index's address, the network, and the proxy settings. {AGAIN}",
                passing=True,
            )
        if isinstance(link, ssl.SSLCertVerificationError):
            return _untrusted(link, host)
        if isinstance(link, ConnectionRefusedError):
            return Trouble(
                f"{nearest} refuses the connection",
                f"Check the address and port, and whether it runs. {AGAIN}",
                passing=True,
            )
    if timed_out or any(isinstance(link, TimeoutError) for link in chain):
        return Trouble(
            f"{host} did not answer in time",
            f"Check the network and the proxy settings, and the index's status page. {AGAIN}",
            passing=True,
        )
    if any(isinstance(link, ssl.SSLError) for link in chain):
        return Trouble(
            f"{host} does not speak TLS as it should ({_words(chain)})",
            "Check the index's address and port, and whether a proxy is in the way.",
            passing=True,
        )
    return Trouble(
        f"the connection to {host} broke ({_words(chain)})",
        f"This usually passes. {AGAIN}",
        passing=True,
    )


def of_proxy(error: BaseException, proxy: str) -> Trouble:
    """Explain why the proxy would not pass the request on."""
    words = str(error)
    login = words.startswith(str(PROXY_LOGIN_REQUIRED))
    return Trouble(
        f"the proxy {proxy} {'wants a login' if login else f'refused ({printable(words)})'}",
        "Put user and password into the proxy's address, as http://user:password@proxy:port."
        if login
        else "Check the proxy's address and whether it lets this host through; no_proxy names hosts to reach directly.",
        passing=False,
    )


def of_status(status: int, headers: Mapping[str, str], host: str, *, now: float) -> Trouble | None:
    """Explain an HTTP status that is no answer; None where the status is one. `now` is seconds since 1970."""
    if status == NETWORK_LOGIN_REQUIRED:
        return Trouble(
            "the network wants a login first (HTTP 511)",
            f"Log in to the network with a browser. {AGAIN}",
            passing=False,
        )
    if status not in TRANSIENT:
        return None
    retry_after = _seconds(headers.get("retry-after", ""), now)
    if status == 429:  # noqa: PLR2004
        return Trouble(
            f"{host} asks for fewer requests (HTTP 429{_asked(retry_after)})",
            f"Wait a little. {AGAIN}",
            passing=True,
            retry_after=retry_after,
        )
    return Trouble(
        f"{host} is in trouble (HTTP {status}{_asked(retry_after)})",
        f"Look at the index's status page. {AGAIN}",
        passing=True,
        retry_after=retry_after,
    )


def of_missing_file(status: int) -> Trouble:
    """Explain a status that came in place of a file that an index lists."""
    return Trouble(
        f"HTTP {status} instead of the file",
        "The index lists the file but does not serve it: run the same command again in a few minutes.",
        passing=True,
    )


def _untrusted(error: ssl.SSLCertVerificationError, host: str) -> Trouble:
    return Trouble(
        f"{host} shows a certificate that is not trusted here ({error.verify_message})",
        "Where a company's proxy reads along, or the index has an authority of its own, let SSL_CERT_FILE name the"
        " file of that authority's certificate. Anywhere else, do not trust this network.",
        passing=False,
    )


def _seconds(value: str, now: float) -> float | None:
    """Read a Retry-After, which is a number of seconds or a date; at most `RETRY_AFTER_LIMIT`."""
    if value.isascii() and value.isdigit():
        return min(float(value), RETRY_AFTER_LIMIT)
    try:
        when = email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(when - now, 0.0), RETRY_AFTER_LIMIT)


def _asked(retry_after: float | None) -> str:
    return "" if retry_after is None else f", again in {retry_after:.0f} s"


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _words(chain: tuple[BaseException, ...]) -> str:
    last = chain[-1]
    return printable(getattr(last, "strerror", None) or str(last) or type(last).__name__)
