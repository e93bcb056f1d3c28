"""The releases of a repository on GitHub: find them, make a draft, attach files, publish; each step may be repeated."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urlencode

from pypublish.edges import redirect, route
from pypublish.edges.github_api import (
    PER_PAGE,
    Account,
    GitHub,
    GitHubUnavailableError,
    connect,
    malformed,
    number_of,
    text_of,
)
from pypublish.edges.github_writing import (
    ObjectedError,
    UnsureError,
    as_object,
    document,
    request,
    unavailable,
    uploads_origin,
)
from pypublish.edges.http import ATTEMPTS
from pypublish.edges.retrying import pause_after
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.hosting import Asset, Attachment, HostedRelease

PAGES = 50
"""Pages of releases that are read: five thousand releases."""
UPLOAD_WITHIN = 900.0
"""Seconds for one file."""
DIGEST_KIND = "sha256:"


@contextmanager
def open_releases(account: Account, world: World) -> Iterator[GitHub]:
    """Make ready to read and write releases.

    Raises:
        UsageError: the repository's name, the API's address or the token cannot be meant so.

    """
    with connect(account, world) as github:
        if account.token:
            github.session.authorise(uploads_origin(account.api_url), account.token)
        yield github


def list_releases(github: GitHub) -> tuple[HostedRelease, ...]:
    """Ask for all releases; drafts are among them where the token may write. No other question finds drafts.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: there is no such repository, or the token may not see it.

    """
    listed = _list(github, "/releases", deed=f"show the releases of {github.repository}")
    return tuple(_release(github, one) for one in listed)


def commit_of_tag(github: GitHub, tag: str) -> str | None:
    """Ask which commit a tag names; None where GitHub has no such tag.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: the token may not see it.

    """
    path, kinds = f"/git/ref/tags/{quote(tag, safe='/')}", ("commit", "tag")
    for _ in range(5):  # a tag may name a tag
        answer = request(github, "GET", github.url(path), deed=f"show the tag {tag}", taken=frozenset({404}))
        if answer.status == 404:  # noqa: PLR2004
            return None
        named = as_object(github, as_object(github, document(github, answer)).get("object"))
        kind, sha = text_of(github, named, "type"), text_of(github, named, "sha")
        if kind not in kinds:
            return None
        if kind == "commit":
            return sha
        path = f"/git/tags/{quote(sha, safe='')}"
    return None


def write_notes(github: GitHub, tag: str, *, previous: str | None) -> str:
    """Let GitHub write notes from the pull requests and commits since the previous tag; nothing is changed by it.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: the token may not have them.

    """
    asked = {"tag_name": tag} | ({"previous_tag_name": previous} if previous else {})
    url = github.url("/releases/generate-notes")
    answer = request(github, "POST", url, deed="write the notes", content=json.dumps(asked).encode())
    return text_of(github, as_object(github, document(github, answer)), "body")


def create_draft(github: GitHub, tag: str, *, title: str, body: str, prerelease: bool) -> HostedRelease:
    """Make a draft for the tag, once: where nobody knows whether it was made, it is looked for.

    Raises:
        GitHubUnavailableError: GitHub is in trouble.
        GitHubRefusedError: the token may not, or GitHub takes no release for this tag.

    """
    deed = f"make a draft of the release {tag}"
    asked = {"tag_name": tag, "name": title, "body": body, "draft": True, "prerelease": prerelease}
    cause = ""
    for number in range(1, ATTEMPTS + 1):
        try:
            answer = request(
                github, "POST", github.url("/releases"), deed=deed, content=json.dumps(asked).encode(), again=False
            )
        except UnsureError as unsure:
            cause = unsure.cause
        else:
            return _release(github, as_object(github, document(github, answer)))
        github.world.clock.sleep(pause_after(number))
        made = next((one for one in list_releases(github) if one.tag == tag and one.draft), None)
        if made is not None:
            return made
    raise unavailable(deed, cause)


def change(github: GitHub, release: HostedRelease, deed: str, **fields: str | bool) -> HostedRelease:
    """Change fields of a release, as the REST API calls them.

    Raises:
        GitHubUnavailableError: GitHub is in trouble.
        GitHubRefusedError: the token may not, or GitHub objects.

    """
    url = github.url(f"/releases/{release.id}")
    answer = request(github, "PATCH", url, deed=deed, content=json.dumps(fields).encode())
    return _release(github, as_object(github, document(github, answer)))


def delete(github: GitHub, asset: Asset) -> None:
    """Delete an asset; that it is gone already is as good.

    Raises:
        GitHubUnavailableError: GitHub is in trouble.
        GitHubRefusedError: the token may not, or the release is immutable.

    """
    url = github.url(f"/releases/assets/{asset.id}")
    request(github, "DELETE", url, deed=f"delete the asset {asset.name}", taken=frozenset({404}))


def attach(github: GitHub, release: HostedRelease, wanted: Attachment) -> Asset:
    """Upload a file to a release that has none of its name, and see that it has arrived whole.

    Where nobody knows whether it arrived, or something else is there under its name, it is looked for; what came in
    part is deleted, and sent again.

    Raises:
        GitHubUnavailableError: GitHub is in trouble, or leads elsewhere.
        GitHubRefusedError: the token may not, or GitHub does not take the file.

    """
    deed, cause = f"attach {wanted.name}", ""
    url = _upload_url(github, release, wanted)
    for number in range(1, ATTEMPTS + 1):
        try:
            answer = request(
                github,
                "POST",
                url,
                deed=deed,
                content=wanted.path,
                media_type=wanted.media_type,
                within=UPLOAD_WITHIN,
                again=False,
            )
        except UnsureError as unsure:
            cause = unsure.cause
        except ObjectedError as error:
            if "already_exists" not in error.codes:
                raise
            cause = str(error)
        else:
            found = _asset(github, as_object(github, document(github, answer)))
            if wanted.is_same_as(found):
                return found
            cause = f"it did not arrive whole: {found.size:,} bytes of {wanted.size:,}, sha256 {found.sha256}"
        github.world.clock.sleep(pause_after(number))
        for asset in assets_of(github, release):
            if wanted.is_called_like(asset):
                if wanted.is_same_as(asset):
                    return asset
                delete(github, asset)
    raise unavailable(deed, cause)


def assets_of(github: GitHub, release: HostedRelease) -> tuple[Asset, ...]:
    """Ask for the files of a release.

    Raises:
        GitHubUnavailableError: there was no answer.
        GitHubRefusedError: the release is gone.

    """
    listed = _list(github, f"/releases/{release.id}/assets", deed=f"show the files of the release {release.tag}")
    return tuple(_asset(github, one) for one in listed)


def _upload_url(github: GitHub, release: HostedRelease, wanted: Attachment) -> str:
    """Return where to upload a file: at the host that takes uploads for this API, and at no other.

    Raises:
        GitHubUnavailableError: GitHub's answer leads elsewhere.

    """
    address = release.upload_url.partition("{")[0]
    try:
        origin = redirect.origin(route.split(address))
    except IndexUnavailableError:
        origin = ""
    if origin != uploads_origin(github.api_url):
        raise GitHubUnavailableError(
            f"the release's files are to be uploaded to {route.shown(address)}, which is no host of this GitHub",
            hint="The token is not sent there. Check GITHUB_API_URL, and whether a proxy changes answers.",
        )
    named = {"name": wanted.name} | ({"label": wanted.label} if wanted.label else {})
    return f"{address.partition('?')[0]}?{urlencode(named)}"


def _list(github: GitHub, path: str, *, deed: str) -> Iterator[Mapping[str, object]]:
    for page in range(1, PAGES + 1):
        answer = request(github, "GET", github.url(path, per_page=PER_PAGE, page=page), deed=deed)
        items = document(github, answer)
        if not isinstance(items, list):
            raise malformed(github, "the JSON is no list")
        for item in items:
            yield as_object(github, item)
        if len(items) < PER_PAGE:
            return
    raise malformed(github, "the list does not end")


def _release(github: GitHub, found: Mapping[str, object]) -> HostedRelease:
    assets = found.get("assets")
    return HostedRelease(
        id=number_of(github, found, "id"),
        tag=text_of(github, found, "tag_name"),
        title=text_of(github, found, "name") if found.get("name") else "",
        body=text_of(github, found, "body") if found.get("body") else "",
        draft=found.get("draft") is True,
        prerelease=found.get("prerelease") is True,
        immutable=found.get("immutable") is True,
        url=text_of(github, found, "html_url"),
        upload_url=text_of(github, found, "upload_url"),
        assets=tuple(_asset(github, as_object(github, one)) for one in assets) if isinstance(assets, list) else (),
    )


def _asset(github: GitHub, found: Mapping[str, object]) -> Asset:
    digest = found.get("digest")
    return Asset(
        id=number_of(github, found, "id"),
        name=text_of(github, found, "name"),
        label=text_of(github, found, "label") if found.get("label") else "",
        size=number_of(github, found, "size"),
        sha256=digest.removeprefix(DIGEST_KIND) if isinstance(digest, str) and digest.startswith(DIGEST_KIND) else "",
        whole=found.get("state") == "uploaded",
    )
