"""The host of the files: distributions, a wheel's metadata beside it, and the attestations that came with a file."""

from __future__ import annotations

from typing import Final

from packaging.utils import canonicalize_version
from packaging.version import InvalidVersion, Version
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

from pypublish.rehearsal.responses import json_response, text_response
from pypublish.rehearsal.store import METADATA_SUFFIX, Store

_FOR_EVER: Final = "max-age=365000000, immutable, public"
_INTEGRITY: Final = "application/vnd.pypi.integrity.v1+json"


def download(request: Request, store: Store, path: str) -> Response:
    """Answer for `/packages/…`: the whole file, or the ranges that are asked for."""
    metadata = path.endswith(METADATA_SUFFIX)
    record = store.find_file(path.removesuffix(METADATA_SUFFIX))
    if record is None or (metadata and not record.metadata_sha256):
        return text_response("404 Not Found", 404)
    place = store.files / path
    response = Response(
        wrap_file(request.environ, place.open("rb")),
        content_type="application/octet-stream",
        headers={"Cache-Control": _FOR_EVER, "Accept-Ranges": "bytes"},
        direct_passthrough=True,
    )
    size = place.stat().st_size
    response.content_length = size
    response.set_etag(record.metadata_sha256 if metadata else record.sha256)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    return response


def provenance(request: Request, store: Store, name: str, version: str, filename: str) -> Response:
    """Answer for `/integrity/…/provenance` (PEP 740)."""
    if request.accept_mimetypes.best_match((_INTEGRITY, "application/json")) is None:
        return json_response({"message": "Request not acceptable"}, 406)
    project = store.project(name)
    try:
        release = project.releases.get(canonicalize_version(Version(version))) if project else None
    except InvalidVersion:
        release = None
    for file in release.files if release else ():
        if file.filename == filename and file.provenance:
            return Response(file.provenance, content_type=_INTEGRITY, headers={"Cache-Control": "max-age=600, public"})
    return json_response({"message": f"No provenance available for {filename}"}, 404)
