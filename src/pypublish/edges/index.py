"""Read an index: the page of a project, and what PyPI says of one version when its page does not show it yet.

No address of PyPI's is asked that would be remembered as "not there": its CDN keeps a 404 for a minute or two.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urljoin, urlsplit

from pypublish.edges import route
from pypublish.edges.http import ATTEMPTS, Answer, Session
from pypublish.edges.simple_page import PageError, read_html, read_json
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.listing import IndexPage, Released, files_before, files_of_version
from pypublish.model import Index

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.2, text/html; q=0.01"
"""What installers ask for: a CDN keeps each variant by itself, and theirs is the one that counts."""

JSON_TYPES = frozenset({"application/vnd.pypi.simple.v1+json", "application/json"})
HTML_TYPES = frozenset({"application/vnd.pypi.simple.v1+html", "text/html"})

WITHIN = 30.0
"""Seconds that a question may take before it counts as unanswered, further attempts included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What PyPI's JSON API says of one version: which files were uploaded, whatever the pages show."""

    files: Mapping[str, str]
    """File name -> sha256."""
    serial: int | None
    served_by: str


def read_page(
    session: Session,
    index: Index,
    name: str,
    *,
    known: IndexPage | None = None,
    within: float = WITHIN,
    attempts: int = ATTEMPTS,
) -> IndexPage:
    """Read the page of a project; `known` is returned where the index says that it has not changed.

    Raises:
        IndexUnavailableError: the index did not answer, or what answered is no index.

    """
    project = normalised(name)
    url = page_url(index, name)
    headers = {"Accept": ACCEPT}
    if known is not None and known.etag is not None:
        headers["If-None-Match"] = known.etag
    answer = session.get(url, headers=headers, hosts=hosts(index), within=within, attempts=attempts)
    node = _node(answer)
    if answer.status == 304 and known is not None:  # noqa: PLR2004
        return replace(known, served_by=node)
    if answer.status == 404:  # noqa: PLR2004
        return IndexPage(name=project, exists=False, served_by=node)
    _expect_ok(answer)
    try:
        return replace(_page(answer, project), served_by=node)
    except PageError as error:
        raise _no_index(answer, str(error)) from None


def already_released(index: Index, name: str, version: str, world: World, *, within: float = WITHIN) -> Released:
    """Ask the index, once, for the files that it has of a version, and how it stands to the project.

    Raises:
        IndexUnavailableError: the index did not answer, or what answered is no index.

    """
    with Session(world) as session:
        if not project_exists(session, index, name, within=within):
            return Released(project_exists=False)
        page = read_page(session, index, name, within=within)
    files = files_of_version(page, version)
    last = files_before(page, version)
    sizes = [file.size for file in page.files if file.size is not None]
    return Released(
        project_exists=page.exists,
        files=tuple(file.filename for file in files),
        first_upload=min((file.upload_time for file in files if file.upload_time), default=None),
        status=page.status,
        size=sum(sizes) if len(sizes) == len(page.files) else None,
        before={file.filename: file.size for file in last if file.size is not None},
        last=last,
    )


def project_exists(session: Session, index: Index, name: str, *, within: float = WITHIN) -> bool:
    """Whether PyPI knows the project; of other indexes, whose page says so itself, it is taken for granted.

    Raises:
        IndexUnavailableError: the index did not answer.

    """
    if not index.is_pypi:
        return True
    url = _json_url(index, normalised(name))
    answer = session.get(url, method="HEAD", hosts=hosts(index), within=within)
    if answer.status != 404:  # noqa: PLR2004
        _expect_ok(answer)
    return answer.status != 404  # noqa: PLR2004


def read_committed(
    session: Session, index: Index, name: str, version: str, *, within: float = WITHIN, attempts: int = ATTEMPTS
) -> Committed | None:
    """Ask PyPI's JSON API which files of a version were uploaded; None where it knows no such version.

    Never before the upload: the answer "no" would be remembered.

    Raises:
        IndexUnavailableError: the index did not answer, or what answered is no index.

    """
    url = version_url(index, name, version)
    headers = {"Accept": "application/json"}
    answer = session.get(url, headers=headers, hosts=hosts(index), within=within, attempts=attempts)
    if answer.status == 404:  # noqa: PLR2004
        return None
    _expect_ok(answer)
    if _type(answer) not in JSON_TYPES:
        raise _no_index(answer, f"it answers with {_type(answer) or 'no content type'}")
    try:
        data = json.loads(answer.body)
        return Committed(
            files={str(file["filename"]): str(file["digests"]["sha256"]) for file in data["urls"]},
            serial=_serial(answer, data.get("last_serial")),
            served_by=_node(answer),
        )
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise _no_index(answer, "the JSON is cut off or malformed") from None


def page_url(index: Index, name: str) -> str:
    """Return the address of a project's page."""
    return f"{index.simple_url.rstrip('/')}/{quote(normalised(name), safe='')}/"


def version_url(index: Index, name: str, version: str) -> str:
    """Return the address of what PyPI's JSON API says of a version."""
    return _json_url(index, normalised(name), version)


def hosts(index: Index) -> tuple[str, ...]:
    """Return the hosts that may serve this index's pages and files."""
    return (route.authority(route.split(index.simple_url)), *(host.lower() for host in index.file_hosts))


def _json_url(index: Index, *parts: str) -> str:
    return urljoin(index.simple_url, "/".join(("/pypi", *(quote(part, safe="") for part in parts), "json")))


def normalised(name: str) -> str:
    """Return a project's name as addresses have it (PEP 503)."""
    from packaging.utils import canonicalize_name

    return canonicalize_name(name)


def _page(answer: Answer, name: str) -> IndexPage:
    kind = _type(answer)
    etag = answer.headers.get("etag")
    if kind in HTML_TYPES:
        return IndexPage(name=name, files=read_html(answer.body, answer.url), etag=etag)
    if kind not in JSON_TYPES:
        raise PageError(f"it answers with {kind or 'no content type'}")
    files, page = read_json(answer.body, answer.url)
    status, meta = page.get("project-status"), page.get("meta")
    status = status if isinstance(status, dict) else {}
    return IndexPage(
        name=name,
        files=files,
        status=str(status.get("status") or "active"),
        status_reason=route.printable(str(status.get("reason") or "")),
        serial=_serial(answer, meta.get("_last-serial") if isinstance(meta, dict) else None),
        etag=etag,
    )


def _serial(answer: Answer, told: object) -> int | None:
    header = answer.headers.get("x-pypi-last-serial", "")
    if header.isascii() and header.isdigit() and len(header) < 20:  # noqa: PLR2004 - more digits than 64 bits have
        return int(header)
    return told if type(told) is int else None


def _type(answer: Answer) -> str:
    return route.printable(answer.headers.get("content-type", "").partition(";")[0].strip().lower())


def _node(answer: Answer) -> str:
    return route.printable(answer.headers.get("x-served-by", ""))


def _expect_ok(answer: Answer) -> None:
    if answer.status == 200:  # noqa: PLR2004
        return
    refused = answer.status in {401, 403}
    raise IndexUnavailableError(
        f"{route.shown(answer.url)} could not be read: HTTP {answer.status}",
        hint="The index wants a login: give its address with one, https://user:password@host/simple/, to --index; the"
        " variable PYPUBLISH_INDEX keeps it out of the command line."
        if refused
        else "Check the index's address: simple-url is the one that installers get as --index-url.",
        lasting=True,
    )


def _no_index(answer: Answer, why: str) -> IndexUnavailableError:
    host = urlsplit(answer.url).hostname or ""
    return IndexUnavailableError(
        f"what answers at {route.shown(answer.url)} is no index: {route.printable(why)}",
        hint=f"Check the index's address; open {route.printable(host)} in a browser to see whether the network wants a"
        " login first, or a proxy answers in the index's place.",
        lasting=True,
    )
