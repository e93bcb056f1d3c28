"""Ask GitHub to do something: each request once, again only where that does no harm, and every refusal in words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pypublish.edges import route
from pypublish.edges.github_api import (
    ANSWER_LIMIT,
    GitHub,
    GitHubRefusedError,
    GitHubUnavailableError,
    asked_to_wait,
    malformed,
    refused,
    said,
    too_many_requests,
)
from pypublish.edges.http import ATTEMPTS, Answer
from pypublish.edges.retrying import pause_after
from pypublish.edges.trouble import Trouble
from pypublish.errors import IndexUnavailableError

WITHIN = 60.0
"""Seconds for one request."""
PATIENCE = 600.0
"""Seconds that limits of requests are waited for, all together: a hundred files come near the limit by the minute."""
STATUS_PAGE = "Look at https://www.githubstatus.com. Then run this again: it goes on where this ended."

_IN_TROUBLE = frozenset({408, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 307, 308})
_UPLOADS = re.compile(r"api\.(?P<rest>github\.com|[a-z0-9-]+\.ghe\.com)")

Method = Literal["GET", "POST", "PATCH", "DELETE"]


class UnsureError(Exception):
    """Nobody knows whether what was asked for has been done: look, before it is asked for again."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class ObjectedError(GitHubRefusedError):
    """GitHub objects to what a request says (HTTP 422); `codes` are its words for why, as in `already_exists`."""

    def __init__(self, message: str, *, hint: str, codes: frozenset[str]) -> None:
        super().__init__(message, hint=hint, status=422)
        self.codes = codes


def request(
    github: GitHub,
    method: Method,
    url: str,
    *,
    deed: str,
    content: bytes | Path = b"",
    media_type: str = "application/json",
    within: float = WITHIN,
    again: bool = True,
    taken: frozenset[int] = frozenset(),
) -> Answer:
    """Ask for a deed, as in `publish the release v1.2.0`, and return the answer: one of success, or `taken`.

    With `again`, it may be asked for again where nobody knows whether it was done.

    Raises:
        UnsureError: without `again`, there was no answer, or GitHub is in trouble.
        GitHubUnavailableError: there was no answer, or none that can be taken.
        GitHubRefusedError: GitHub does not do it.

    """
    headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
    if content:
        headers["Content-Type"] = media_type
    clock = github.world.clock
    waited, failures = 0.0, 0
    while True:
        try:
            answer = _attempt(github, method, url, content=content, headers=headers, within=within)
        except Trouble as trouble:
            failures += 1
            if trouble.passing and not again:
                raise UnsureError(trouble.cause) from None
            if not trouble.passing or failures >= ATTEMPTS:
                raise unavailable(deed, trouble.cause) from None
            clock.sleep(pause_after(failures))
            continue
        pause = asked_to_wait(answer, clock.now())
        if pause is None:
            return _judged(github, answer, deed, taken)
        if waited + pause > PATIENCE:
            raise too_many_requests(github, clock.now() + pause)
        with github.world.doing("waiting, as GitHub asks", seconds=pause):
            clock.sleep(pause)
        waited += pause


def unavailable(deed: str, cause: str) -> GitHubUnavailableError:
    """Make the error for what GitHub does not do because it does not answer."""
    return GitHubUnavailableError(f"GitHub did not {deed}: {cause}", hint=STATUS_PAGE)


def document(github: GitHub, answer: Answer) -> object:
    """Return the JSON of an answer.

    Raises:
        GitHubUnavailableError: it is none.

    """
    if answer.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise malformed(github, "it does not answer with JSON")
    try:
        found: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise malformed(github, "the JSON is cut off or malformed") from None
    return found


def as_object(github: GitHub, found: object) -> Mapping[str, object]:
    """Return what has to be an object of JSON.

    Raises:
        GitHubUnavailableError: it is none.

    """
    if not isinstance(found, dict):
        raise malformed(github, "the JSON is no object")
    return found


def uploads_origin(api_url: str) -> str:
    """Return scheme and host that take uploads, for the API at an address: on GitHub's own, a host beside it."""
    parts = route.split(api_url)
    found = _UPLOADS.fullmatch(route.authority(parts))
    host = f"uploads.{found['rest']}" if found else route.authority(parts)
    return f"{parts.scheme}://{host}"


def _attempt(
    github: GitHub, method: Method, url: str, *, content: bytes | Path, headers: Mapping[str, str], within: float
) -> Answer:
    try:
        answer = github.session.send(
            url, method=method, content=content, headers=headers, limit=ANSWER_LIMIT, within=within
        )
    except IndexUnavailableError as error:
        raise GitHubUnavailableError(str(error), hint=error.hint) from None
    if answer.status in _IN_TROUBLE:
        host = route.printable(urlsplit(url).hostname or "")
        raise Trouble(f"{host} is in trouble (HTTP {answer.status})", STATUS_PAGE, passing=True)
    return answer


def _judged(github: GitHub, answer: Answer, deed: str, taken: frozenset[int]) -> Answer:
    status = answer.status
    if status in {200, 201, 204} or status in taken:
        return answer
    if status == 401:  # noqa: PLR2004
        raise refused(github, status, "", said(answer))
    if status == 403 or (status == 404 and github.has_token):  # noqa: PLR2004
        raise _forbidden(github, status, deed, said(answer))
    if status == 404:  # noqa: PLR2004
        raise refused(github, status, f"the repository {github.repository}")
    if status == 422:  # noqa: PLR2004
        raise _objected(answer, deed)
    location = answer.headers.get("location", "")
    if status in _MOVED and urlsplit(location).netloc in {"", urlsplit(github.api_url).netloc}:
        raise GitHubRefusedError(
            f"GitHub has the repository {github.repository} under another name now",
            hint="Use its present name: set the git remote (git remote set-url origin …), or GITHUB_REPOSITORY.",
            status=status,
        )
    raise malformed(github, f"HTTP {status}")


def _forbidden(github: GitHub, status: int, deed: str, words: str) -> GitHubRefusedError:
    quoted = f" ({route.printable(words)})" if words and status != 404 else ""  # noqa: PLR2004
    if "archived" in words:
        hint = "An archived repository takes no changes: unarchive it in its settings."
    else:
        hint = (
            "Give the job `contents: write` under `permissions:`; on a laptop, use a token that may write to"
            f" {github.repository}: what `gh auth token` prints, or a fine-grained one with Contents: read and write."
        )
        if status == 404:  # noqa: PLR2004
            hint = f"Check that there is a repository {github.repository}. {hint}"
    return GitHubRefusedError(f"GitHub does not let this token {deed}{quoted}", hint=hint, status=status)


def _objected(answer: Answer, deed: str) -> ObjectedError:
    found = tuple(_objections(answer))
    words = "; ".join(
        " ".join(filter(None, (field, message or code.replace("_", " ")))) for field, code, message in found
    )
    words = words or said(answer) or "HTTP 422"
    hint = "Look at the release on GitHub, mend what it objects to, and run this again: it goes on where this ended."
    if "immutable" in words.lower():
        hint = (
            "An immutable release cannot be changed, and its tag serves no other one, not even after the release was"
            " deleted: raise the version."
        )
    codes = frozenset(code for _, code, _ in found)
    return ObjectedError(f"GitHub does not {deed}: {route.printable(words)}", hint=hint, codes=codes)


def _objections(answer: Answer) -> Iterator[tuple[str, str, str]]:
    """Yield field, code and words of each objection."""
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        return
    listed = found.get("errors") if isinstance(found, dict) else None
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            yield str(one.get("field") or ""), str(one.get("code") or ""), str(one.get("message") or "")
        else:
            yield "", "", str(one)
