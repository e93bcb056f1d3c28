"""What becomes of every answer that GitHub may give: again, later, or never, and then in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.github_api import GitHubRefusedError, GitHubUnavailableError
from pypublish.edges.world import World
from tests.github_answers import Answer, as_json, message
from tests.github_api import GitHubApi
from tests.github_releases_api import Fault
from tests.release.deeds import DEEDS, NOW, REQUESTS, asking, said

BAD_GATEWAY: Answer = (502, {"Content-Type": "text/html"}, b"<html>Bad Gateway</html>")
RESET: Answer = (0, {}, b"")

HTML: Answer = (200, {"Content-Type": "text/html"}, b"<html>Please log in</html>")


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("did", [False, True], ids=["undone", "done"])
@pytest.mark.parametrize("answer", [BAD_GATEWAY, RESET, (503, {}, b""), (500, {}, b"")], ids=lambda a: str(a[0]))
def test_what_fails_once_is_done_once(
    api: GitHubApi, patient: World, slept: list[float], tmp_path: Path, *, deed: str, did: bool, answer: Answer
) -> None:
    method, path = REQUESTS[deed]
    api.releases.faults = [Fault(method=method, path=path, answer=answer, did=did)]
    with asking(api.url, patient) as github:
        DEEDS[deed](github, tmp_path)
    assert api.releases.faults == []
    assert len(api.releases.hosted) == (0 if deed in {"list", "notes"} else 1)
    assert [asset.state for one in api.releases.hosted for asset in one.assets] == (
        ["uploaded"] if deed == "attach" else []
    )
    assert 1 <= len(slept) <= 2
    assert sum(slept) <= 16


@pytest.mark.parametrize(
    ("headers", "body", "pause"),
    [
        ({"Retry-After": "7"}, b"", 7),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 90:.0f}"}, b"", 90),
        ({}, b"You have exceeded a secondary rate limit", 60),
    ],
)
@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize("deed", DEEDS)
def test_a_limit_of_requests_is_waited_for(
    api: GitHubApi,
    patient: World,
    slept: list[float],
    tmp_path: Path,
    *,
    deed: str,
    status: int,
    headers: dict[str, str],
    body: bytes,
    pause: float,
) -> None:
    method, path = REQUESTS[deed]
    api.releases.faults = [Fault(method=method, path=path, answer=(status, headers, body))]
    with asking(api.url, patient) as github:
        DEEDS[deed](github, tmp_path)
    assert slept == [pause]


@pytest.mark.parametrize("deed", DEEDS)
def test_a_limit_by_the_hour_is_said(api: GitHubApi, patient: World, tmp_path: Path, deed: str) -> None:
    method, path = REQUESTS[deed]
    limit = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": f"{NOW + 3600:.0f}"}
    api.releases.faults = [Fault(method=method, path=path, answer=(403, limit, b""))]
    with asking(api.url, patient) as github, pytest.raises(GitHubUnavailableError) as raised:
        DEEDS[deed](github, tmp_path)
    assert said(raised.value).startswith("GitHub answers no more requests until 09:00 UTC\n")


ANSWERS: dict[str, Answer] = {
    "401": message(401, "Bad credentials"),
    "403": message(403, "Resource not accessible by integration"),
    "403 archived": message(403, "Repository was archived so is read-only."),
    "404": message(404, "Not Found"),
    "422": message(422, "Validation Failed", {"field": "tag_name", "code": "already_exists", "resource": "Release"}),
    "422 immutable": message(422, "Cannot upload assets to an immutable release."),
    "422 in words": (422, {"Content-Type": "text/html"}, b"<html>"),
    "301": (301, {"Location": "/repositories/7/releases"}, b""),
    "302": (302, {"Location": "https://example.org/login"}, b""),
    "200 HTML": HTML,
    "200 cut off": (200, {"Content-Type": "application/json"}, b'{"id": 7, '),
    "200 of another kind": as_json("a text"),
    "418": (418, {}, b""),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_refusal_is_said_in_plain_words(api: GitHubApi, patient: World, name: str) -> None:
    api.releases.faults = [Fault(method="PATCH", path="/releases/", answer=ANSWERS[name]) for _ in range(4)]
    with asking(api.url, patient) as github, pytest.raises((GitHubRefusedError, GitHubUnavailableError)) as raised:
        DEEDS["publish"](github, Path())
    assert said(raised.value) == REFUSALS[name]


REFUSALS = {
    "401": snapshot("""\
GitHub does not accept the token (Bad credentials)
A job's own token ends with the job, a personal one expires: set PYPUBLISH_GITHUB_TOKEN to a valid one.\
"""),
    "403": snapshot("""\
GitHub does not let this token publish the release (Resource not accessible by integration)
Give the job `contents: write` under `permissions:`; on a laptop, use a token that may write to acme/hello: what `gh auth token` prints, or a fine-grained one with Contents: read and write.\
"""),
    "403 archived": snapshot("""\
GitHub does not let this token publish the release (Repository was archived so is read-only.)
An archived repository takes no changes: unarchive it in its settings.\
"""),
    "404": snapshot("""\
GitHub does not let this token publish the release
Check that there is a repository acme/hello. Give the job `contents: write` under `permissions:`; on a laptop, use a token that may write to acme/hello: what `gh auth token` prints, or a fine-grained one with Contents: read and write.\
"""),
    "422": snapshot("""\
GitHub does not publish the release: tag_name already exists
Look at the release on GitHub, mend what it objects to, and run this again: it goes on where this ended.\
"""),
    "422 immutable": snapshot("""\
GitHub does not publish the release: Cannot upload assets to an immutable release.
An immutable release cannot be changed, and its tag serves no other one, not even after the release was deleted: raise the version.\
"""),
    "422 in words": snapshot("""\
GitHub does not publish the release: HTTP 422
Look at the release on GitHub, mend what it objects to, and run this again: it goes on where this ended.\
"""),
    "301": snapshot("""\
GitHub has the repository acme/hello under another name now
Use its present name: set the git remote (git remote set-url origin …), or GITHUB_REPOSITORY.\
"""),
    "302": snapshot("""\
what answers at 127.0.0.1 is not GitHub's API: HTTP 302
See whether a proxy answers in its place; then run the same command again.\
"""),
    "200 HTML": snapshot("""\
what answers at 127.0.0.1 is not GitHub's API: it does not answer with JSON
See whether a proxy answers in its place; then run the same command again.\
"""),
    "200 cut off": snapshot("""\
what answers at 127.0.0.1 is not GitHub's API: the JSON is cut off or malformed
See whether a proxy answers in its place; then run the same command again.\
"""),
    "200 of another kind": snapshot("""\
what answers at 127.0.0.1 is not GitHub's API: the JSON is no object
See whether a proxy answers in its place; then run the same command again.\
"""),
    "418": snapshot("""\
what answers at 127.0.0.1 is not GitHub's API: HTTP 418
See whether a proxy answers in its place; then run the same command again.\
"""),
}


@pytest.mark.parametrize("answer", [BAD_GATEWAY, RESET], ids=["502", "reset"])
@pytest.mark.parametrize("deed", DEEDS)
def test_trouble_that_does_not_pass(
    api: GitHubApi, patient: World, slept: list[float], tmp_path: Path, *, deed: str, answer: Answer
) -> None:
    method, path = REQUESTS[deed]
    api.releases.faults = [Fault(method=method, path=path, answer=answer) for _ in range(9)]
    with asking(api.url, patient) as github, pytest.raises(GitHubUnavailableError) as raised:
        DEEDS[deed](github, tmp_path)
    assert "it goes on where this ended" in said(raised.value)
    assert len(slept) <= 4
