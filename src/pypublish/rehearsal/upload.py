"""The legacy upload API (`/legacy/`): takes a file in, or refuses it in PyPI's words."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Final

from packaging.version import Version
from werkzeug.wrappers import Request, Response

from pypublish.edges.world import Clock
from pypublish.model import Publisher
from pypublish.pypi import callers, form, metadata, uploads
from pypublish.pypi.answers import Answer, refuse
from pypublish.pypi.callers import Caller
from pypublish.rehearsal.incoming import Content, Received, receive
from pypublish.rehearsal.inside import Inside, look
from pypublish.rehearsal.records import FileRecord, ReleaseRecord
from pypublish.rehearsal.responses import answer_response, redirect
from pypublish.rehearsal.sites import Site
from pypublish.rehearsal.store import Store
from pypublish.rehearsal.tokens import Tokens

_NO_REGISTRATION: Final = "Project pre-registration is no longer required or supported, upload your files instead."
_NO_DOCUMENTATION: Final = (
    "Uploading documentation is no longer supported, we recommend using https://readthedocs.org/."
)
_GONE: Final = {
    "submit": _NO_REGISTRATION,
    "submit_pkg_info": _NO_REGISTRATION,
    "doc_upload": _NO_DOCUMENTATION,
}
_NOT_ALLOWED: Final = refuse("1.1", "Method Not Allowed", status=405)


def without_slash() -> Response:
    """Answer for `/legacy`."""
    message = "An upload was attempted to /legacy but the expected upload URL is /legacy/ (with a trailing slash)"
    return redirect("/legacy/", 308, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadApi:
    """One index's upload API."""

    site: Site
    store: Store
    tokens: Tokens
    clock: Clock
    local_versions: bool = False
    """Whether versions with `+` are taken, as PyPI never does."""

    def __call__(self, request: Request) -> Response:
        """Answer for `/legacy/`."""
        if request.method != "POST":
            return answer_response(request, _NOT_ALLOWED)
        with receive(request, self.store.incoming) as received:
            action = received.fields.get(":action", [request.args.get(":action", "")])[-1]
            if action in _GONE:
                answer = refuse("1.1", _GONE[action], status=410)
            else:
                answer = self._take(request, received) if action == "file_upload" else _NOT_ALLOWED
        return answer_response(request, answer.on(self.site.domain))

    def _take(self, request: Request, received: Received) -> Answer:
        """Decide on an upload, and store the file where the answer is yes."""
        username, token = _credentials(request)
        if refusal := callers.username_is_token(username):
            return refusal
        content = received.content

        @cache
        def inside() -> Inside:
            assert content is not None  # noqa: S101 - asked for only where there is a file
            return look(content.file.place, content.filename)

        sent = _described(content, lambda: inside().contents) if content else None
        upload = uploads.Upload(form=received.fields, file=sent, sent_as_files=received.sent_as_files)
        with self.store.changing():
            now = self.clock.now()
            caller = self.tokens.caller(token, self.site.name)
            answer = uploads.decide(upload, caller, self.store.shelf, now, local_versions=self.local_versions)
            if answer.accepts and content and caller and not self.store.has_file(content.filename):
                self._store(form.sanitise(received.fields), content, inside().metadata, caller, now)
        return answer

    def _store(self, fields: form.Form, content: Content, inner: bytes | None, caller: Caller, now: float) -> None:
        meta = metadata.from_form(fields)
        attestations = form.first(fields, "attestations")
        release = ReleaseRecord(
            version=str(Version(meta.version)),
            created=now,
            texts=meta.texts,
            lists={name: tuple(values) for name, values in meta.lists.items()},
            urls=meta.urls,
        )
        file = FileRecord(
            filename=content.filename,
            file_type=fields["filetype"][0],
            python_version=form.first(fields, "pyversion") or "source",
            requires_python=meta.texts.get("requires-python", ""),
            size=content.file.size,
            md5=content.file.md5.hexdigest(),
            sha256=content.file.sha256.hexdigest(),
            blake2b_256=content.file.blake2b_256.hexdigest(),
            metadata_sha256=hashlib.sha256(inner).hexdigest() if inner is not None else "",
            uploaded=now,
            comment=form.first(fields, "comment") or "",
            provenance=_provenance(attestations, caller.publisher),
        )
        content.file.close()
        self.store.add_file(meta.name, release, file, content=content.file.place, metadata=inner)


def _described(content: Content, contents: uploads.LookInside) -> uploads.SentFile:
    return uploads.SentFile(
        filename=content.filename,
        content_type=content.content_type,
        size=content.file.size,
        md5=content.file.md5.hexdigest(),
        sha256=content.file.sha256.hexdigest(),
        blake2b_256=content.file.blake2b_256.hexdigest(),
        contents=contents,
    )


def _credentials(request: Request) -> tuple[str, str]:
    """Return user and password; a token that comes alone is that of `__token__`, and nothing is an unknown one."""
    authorization = request.authorization
    if authorization is None:
        return "__token__", ""
    if authorization.type == "basic":
        return authorization.username or "", authorization.password or ""
    return "__token__", authorization.token or ""


def _provenance(attestations: str | None, publisher: Publisher | None) -> str:
    """Write attestations as the Integrity API serves them, with the publisher whose token brought them."""
    if attestations is None or publisher is None:
        return ""
    named = {
        "kind": "GitHub",
        "repository": f"{publisher.owner}/{publisher.repository}",
        "workflow": publisher.workflow,
        "environment": publisher.environment or None,
        "claims": None,
    }
    bundle = {"publisher": named, "attestations": json.loads(attestations)}
    return json.dumps({"version": 1, "attestation_bundles": [bundle]})
