"""Ask GitHub's REST API of one repository: with a token that goes nowhere else, and as patiently as GitHub asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit

from pypublish.edges import route
from pypublish.edges.http import ATTEMPTS, Answer, Session
from pypublish.edges.world import World
from pypublish.errors import ExitCode, IndexUnavailableError, PypublishError, UsageError

API_URL = "https://api.github.com"
ANSWER_LIMIT = 16 << 20
"""Bytes of one answer; a hundred jobs with all their steps have some hundred thousand."""
WITHIN = 60.0
"""Seconds for one question, all attempts together."""
PATIENCE = 120.0
"""Seconds that a limit of requests is waited for; a limit by the hour is said instead."""
PER_PAGE = 100
PAGES = 20
"""Pages that are read of one list: more jobs than a run can have."""

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+")
_TOKEN = re.compile(r"[\x21-\x7e]+")
_NUMBER = re.compile(r"[0-9]{1,11}")
_DAY = 86400.0
_UNSAID_PAUSE = 60.0
"""Seconds to wait where GitHub asks for patience without saying how long."""


class GitHubUnavailableError(PypublishError):
    """GitHub's API did not answer, or what answered is not GitHub's API."""

    exit_code = ExitCode.INDEX


class GitHubRefusedError(UsageError):
    """GitHub's API answered no: `status` is 401, 403, 404 or 410."""

    def __init__(self, message: str, *, hint: str, status: int) -> None:
        super().__init__(message, hint=hint)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """One repository on GitHub, as the holder of a token may see it."""

    session: Session
    world: World
    repository: str
    """`owner/name`."""
    api_url: str = API_URL
    has_token: bool = False
    within: float = WITHIN
    patience: float = PATIENCE
    attempts: int = ATTEMPTS

    def url(self, path: str, **query: str | int) -> str:
        """Return the address of what lies under the repository."""
        asked = f"?{urlencode(query)}" if query else ""
        return f"{self.api_url.rstrip('/')}/repos/{self.repository}{path}{asked}"

    @property
    def hosts(self) -> tuple[str, ...]:
        """Return the host of the API, as an allow-list names it."""
        return (route.authority(route.split(self.api_url)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """As whom GitHub is asked, and where; the token is never shown."""

    repository: str = ""
    """`owner/name`; empty where it is that of the git remote."""
    token: str = field(default="", repr=False)
    api_url: str = API_URL


@contextmanager
def connect(account: Account, world: World) -> Iterator[GitHub]:
    """Make ready to ask.

    Raises:
        UsageError: the repository's name, the API's address or the token cannot be meant so.

    """
    if not _REPOSITORY.fullmatch(account.repository):
        raise UsageError(
            f"{route.printable(account.repository)!r} is no repository on GitHub", hint="Write it as owner/name."
        )
    if account.token and not _TOKEN.fullmatch(account.token):
        # What it is must not be said, not even in part.
        raise UsageError(
            "the GitHub token holds a line break, a blank or another character that no token has",
            hint="Set PYPUBLISH_GITHUB_TOKEN (the input github-token) to the token alone.",
        )
    try:
        route.split(account.api_url)
    except IndexUnavailableError as error:
        raise UsageError(f"GITHUB_API_URL cannot be used: {error}") from None
    with Session(world) as session:
        if account.token:
            session.authorise(account.api_url, account.token)
        yield GitHub(
            session=session,
            world=world,
            repository=account.repository,
            api_url=account.api_url,
            has_token=bool(account.token),
        )


def ask(github: GitHub, path: str, *, what: str, **query: str | int) -> Mapping[str, object]:
    """Ask for one document; `what` names it in messages, as in `run 7 of acme/hello`.

    Raises:
        GitHubUnavailableError: there was no answer, or none that can be taken.
        GitHubRefusedError: there is no such thing, or the token may not see it.

    """
    url = github.url(path, **query)
    clock = github.world.clock
    waited = 0.0
    while True:
        answer = _get(github, url)
        pause = asked_to_wait(answer, clock.now())
        if pause is None:
            return _document(github, answer, what)
        if waited + pause > github.patience:
            raise too_many_requests(github, clock.now() + pause)
        clock.sleep(pause)
        waited += pause


def ask_all(github: GitHub, path: str, key: str, *, what: str, **query: str | int) -> Iterator[Mapping[str, object]]:
    """Ask for a list, page by page; `key` is where its items are.

    Raises:
        GitHubUnavailableError: there was no answer, or the list has no end.
        GitHubRefusedError: there is no such thing, or the token may not see it.

    """
    for page in range(1, PAGES + 1):
        items = ask(github, path, what=what, per_page=PER_PAGE, page=page, **query).get(key)
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise malformed(github, f"it has no list {key!r}")
        yield from items
        if len(items) < PER_PAGE:
            return
    raise malformed(github, f"its list {key!r} does not end")


def text_of(github: GitHub, data: Mapping[str, object], key: str) -> str:
    """Return a text of a document.

    Raises:
        GitHubUnavailableError: it has none there.

    """
    value = data.get(key)
    if not isinstance(value, str):
        raise malformed(github, f"{key!r} is no text")
    return value


def number_of(github: GitHub, data: Mapping[str, object], key: str) -> int:
    """Return a number of a document, from 0 on.

    Raises:
        GitHubUnavailableError: it has none there.

    """
    value = data.get(key)
    if type(value) is not int or value < 0:
        raise malformed(github, f"{key!r} is no number")
    return value


def refused(github: GitHub, status: int, what: str, said: str = "") -> GitHubRefusedError:
    """Explain a status by which GitHub says no."""
    words = f" ({route.printable(said)})" if said else ""
    if status == 401:  # noqa: PLR2004
        message, hint = (
            f"GitHub does not accept the token{words}",
            "A job's own token ends with the job, a personal one expires: set PYPUBLISH_GITHUB_TOKEN to a valid one.",
        )
    elif status == 403:  # noqa: PLR2004
        message, hint = (
            f"GitHub does not show {what} to this token{words}",
            "Give the job `actions: read`; on a laptop, use a token that may read the repository's Actions.",
        )
    elif status == 410:  # noqa: PLR2004
        message, hint = f"GitHub no longer has {what}{words}", "It has expired, or somebody deleted it."
    else:
        whom = "this token" if github.has_token else "those without a token"
        message, hint = (
            f"GitHub does not have {what}, or does not show it to {whom}",
            "Check the number; of a private repository, GitHub shows nothing to a token that may not read it.",
        )
    return GitHubRefusedError(message, hint=hint, status=status)


def malformed(github: GitHub, why: str) -> GitHubUnavailableError:
    """Make the error for an answer that is none of GitHub's."""
    host = urlsplit(github.api_url).hostname or ""
    return GitHubUnavailableError(
        f"what answers at {route.printable(host)} is not GitHub's API: {why}",
        hint="See whether a proxy answers in its place; then run the same command again.",
    )


def too_many_requests(github: GitHub, until: float) -> GitHubUnavailableError:
    """Make the error for a limit of requests that lasts until then, in seconds since 1970."""
    when = datetime.fromtimestamp(until, UTC)
    without = "" if github.has_token else " With a token GitHub answers far more of them."
    return GitHubUnavailableError(
        f"GitHub answers no more requests until {when:%H:%M} UTC",
        hint=f"Run the same command again after that: nothing was changed.{without}",
    )


def unavailable(error: IndexUnavailableError) -> GitHubUnavailableError:
    """Say of GitHub what the client said of a server that did not answer."""
    return GitHubUnavailableError(
        str(error), hint="Look at https://www.githubstatus.com. Then run this again: nothing was changed."
    )


def _get(github: GitHub, url: str) -> Answer:
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    try:
        return github.session.get(
            url,
            headers=headers,
            hosts=github.hosts,
            limit=ANSWER_LIMIT,
            within=github.within,
            attempts=github.attempts,
        )
    except IndexUnavailableError as error:
        raise unavailable(error) from None


def asked_to_wait(answer: Answer, now: float) -> float | None:
    """Return how many seconds GitHub asks to wait; None where it does not.

    Both limits come as 403 or 429, and 403 is a missing permission too: only headers and words tell them apart.
    """
    if answer.status not in {403, 429}:
        return None
    after = answer.headers.get("retry-after", "")
    if _NUMBER.fullmatch(after):
        return min(float(after), _DAY)
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and _NUMBER.fullmatch(reset):
        return min(max(float(reset) - now, 1.0), _DAY)
    return _UNSAID_PAUSE if answer.status == 429 or b"secondary rate limit" in answer.body else None  # noqa: PLR2004


def _document(github: GitHub, answer: Answer, what: str) -> Mapping[str, object]:
    if answer.status in {401, 403, 404, 410}:
        raise refused(github, answer.status, what, said(answer) if answer.status != 404 else "")  # noqa: PLR2004
    if answer.status != 200:  # noqa: PLR2004
        raise malformed(github, f"HTTP {answer.status}")
    if answer.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise malformed(github, "it does not answer with JSON")
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise malformed(github, "the JSON is cut off or malformed") from None
    if not isinstance(document, dict):
        raise malformed(github, "the JSON is no object")
    return document


def said(answer: Answer) -> str:
    """Return what GitHub says of its refusal; empty where it says nothing."""
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return ""
    message = document.get("message") if isinstance(document, dict) else None
    return message if isinstance(message, str) else ""
