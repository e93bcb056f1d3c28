"""The JSON API of the embedded index: `/pypi/NAME/json` and `/pypi/NAME/VERSION/json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version
from werkzeug.wrappers import Request, Response

from pypublish.pypi.names import normalise
from pypublish.rehearsal.pages import page
from pypublish.rehearsal.records import FileRecord, ProjectRecord, ReleaseRecord
from pypublish.rehearsal.responses import json_response, redirect
from pypublish.rehearsal.simple import UrlsOf, timestamp
from pypublish.rehearsal.sites import Site
from pypublish.rehearsal.store import Store

MAX_AGE: Final = 900
"""Seconds."""


def project(request: Request, site: Site, store: Store, name: str, version: str | None) -> Response:
    """Answer for a project, or for one of its releases."""
    found = store.project(name)
    release = _release(found, version) if found else None
    if found is None or release is None:
        return json_response({"message": "Not Found"}, 404)
    if name != normalise(name):
        return redirect(f"/pypi/{normalise(name)}/{f'{version}/' if version else ''}json", 301)
    urls = UrlsOf(request, site)
    body: dict[str, object] = {
        "info": _info(found, release, urls),
        "last_serial": found.serial,
        "ownership": {"organization": None, "roles": []},
        "urls": _described(release.files, urls),
        "vulnerabilities": [],
    }
    if version is None:
        body["releases"] = {one.version: _described(one.files, urls) for one in found.releases.values()}
    content = json.dumps(body, sort_keys=True)
    return page(request, content, "application/json", serial=found.serial, max_age=MAX_AGE, vary="Accept-Encoding")


def _release(found: ProjectRecord, version: str | None) -> ReleaseRecord | None:
    """Return the release of that version; without one, the newest final one not yanked, or else the newest."""
    if version is None:
        newest_first = sorted(found.releases.values(), key=lambda one: Version(one.version), reverse=True)
        final = (one for one in newest_first if not Version(one.version).is_prerelease and not _is_yanked(one))
        return next(final, next(iter(newest_first), None))
    try:
        return found.releases.get(canonicalize_version(Version(version)))
    except InvalidVersion:
        return None


def _is_yanked(release: ReleaseRecord) -> bool:
    return bool(release.files) and all(file.yanked is not None for file in release.files)


_TEXTS: Final = {
    "author": "author",
    "author_email": "author-email",
    "description": "description",
    "description_content_type": "description-content-type",
    "download_url": "download-url",
    "home_page": "home-page",
    "keywords": "keywords",
    "license": "license",
    "license_expression": "license-expression",
    "maintainer": "maintainer",
    "maintainer_email": "maintainer-email",
    "requires_python": "requires-python",
    "summary": "summary",
}
_LISTS: Final = {
    "classifiers": "classifier",
    "dynamic": "dynamic",
    "license_files": "license-file",
    "provides_extra": "provides-extra",
    "requires_dist": "requires-dist",
}


def _info(found: ProjectRecord, release: ReleaseRecord, urls: UrlsOf) -> dict[str, object]:
    page_of_project = urls.project(normalise(found.name))
    lists = {key: list(release.lists.get(field, ())) or None for key, field in _LISTS.items()}
    platforms = release.lists.get("platform", ())
    return {
        **{key: release.texts.get(field) for key, field in _TEXTS.items()},
        **lists,
        "classifiers": lists["classifiers"] or [],
        "bugtrack_url": None,
        "docs_url": None,
        "downloads": {"last_day": -1, "last_month": -1, "last_week": -1},
        "name": found.name,
        "package_url": page_of_project,
        "platform": platforms[0] if platforms else None,
        "project_url": page_of_project,
        "project_urls": dict(release.urls) or None,
        "release_url": f"{page_of_project}{release.version}/",
        "version": release.version,
        "yanked": _is_yanked(release),
        "yanked_reason": next((file.yanked for file in release.files if file.yanked), None),
    }


def _described(files: Iterable[FileRecord], urls: UrlsOf) -> list[dict[str, object]]:
    return [
        {
            "comment_text": file.comment or None,
            "core-metadata": {"sha256": file.metadata_sha256} if file.metadata_sha256 else False,
            "digests": {"blake2b_256": file.blake2b_256, "md5": file.md5, "sha256": file.sha256},
            "downloads": -1,
            "filename": file.filename,
            "has_sig": False,
            "md5_digest": file.md5,
            "packagetype": file.file_type,
            "python_version": file.python_version,
            "requires_python": file.requires_python or None,
            "size": file.size,
            "upload_time": timestamp(file.uploaded)[:19],
            "upload_time_iso_8601": timestamp(file.uploaded),
            "url": urls.file(file),
            "yanked": file.yanked is not None,
            "yanked_reason": file.yanked or None,
        }
        for file in sorted(files, key=lambda one: one.filename)
    ]
