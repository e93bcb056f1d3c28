"""The releases of GitHub's API, for the stand-in: drafts, assets and tags, and the refusals that come with them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tests.github_answers import Answer, Asked, as_json, invalid, message, part_of

BODY_LIMIT = 125_000


@dataclass(slots=True, kw_only=True)
class HostedAsset:
    id: int
    name: str
    content: bytes
    label: str = ""
    state: str = "uploaded"
    says_digest: bool = True

    def as_document(self) -> dict[str, object]:
        whole = self.state == "uploaded"
        digest = f"sha256:{hashlib.sha256(self.content).hexdigest()}" if self.says_digest and whole else None
        return {
            "id": self.id,
            "name": self.name,
            "label": self.label or None,
            "state": self.state,
            "size": len(self.content),
            "digest": digest,
        }


@dataclass(slots=True, kw_only=True)
class Hosted:
    id: int
    tag_name: str
    name: str = ""
    body: str = ""
    draft: bool = False
    prerelease: bool = False
    immutable: bool = False
    make_latest: str = ""
    assets: list[HostedAsset] = field(default_factory=list)

    @property
    def files(self) -> dict[str, bytes]:
        return {asset.name: asset.content for asset in self.assets if asset.state == "uploaded"}


@dataclass(slots=True, kw_only=True)
class Fault:
    """What happens to the next request of a kind: `did` says whether it is carried out all the same."""

    method: str
    path: str
    """A pattern that is looked for in the path."""
    answer: Answer = (502, {"Content-Type": "text/html"}, b"<html>Bad Gateway</html>")
    did: bool = False
    stub: bool = False
    """Of an upload: an empty asset of state `starter` stays behind."""


@dataclass(slots=True, kw_only=True)
class Releases:
    """What one repository has; what tests put into it is what it has."""

    hosted: list[Hosted] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    """Tag -> commit."""
    annotated: set[str] = field(default_factory=set)
    may_write: bool = True
    archived: bool = False
    immutable_releases: bool = False
    notes: str = "## What's Changed\n* Say hello by @jo in https://github.com/acme/hello/pull/7\n"
    says_digests: bool = True
    upload_url: str = ""
    """Where uploads are said to go, if elsewhere than they should."""
    faults: list[Fault] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    """What was changed, in order."""
    sent: list[str] = field(default_factory=list)
    """Requests that would change something, whether they did or not."""
    watch: Callable[[str], object] = str
    """Is told of each of them before it is answered."""
    notes_asked: list[Mapping[str, str]] = field(default_factory=list)
    _numbers: int = 100

    def answer(self, asked: Asked, rest: str, query: Mapping[str, str], *, url: str, token: bool) -> Answer | None:
        """Answer what is about releases; None for what is not."""
        if not rest.startswith(("/releases", "/git/")):
            return None
        if asked.method != "GET":
            self.sent.append(f"{asked.method} {rest}")
            self.watch(asked.path)
            if refusal := self._refuse(token=token):
                return refusal
        fault = next(
            (one for one in self.faults if one.method == asked.method and re.search(one.path, asked.path)), None
        )
        if fault is not None:
            self.faults.remove(fault)
            if fault.stub:
                self._release(int(re.findall(r"\d+", rest)[0])).assets.append(
                    HostedAsset(id=self._number(), name=query["name"], content=b"", state="starter")
                )
            if not fault.did:
                return fault.answer
        answer = self._carry_out(asked, rest, query, url=url, token=token)
        return answer if fault is None else fault.answer

    def _refuse(self, *, token: bool) -> Answer | None:
        if not token:
            return message(401, "Requires authentication")
        if self.archived:
            return message(403, "Repository was archived so is read-only.")
        return None if self.may_write else message(403, "Resource not accessible by integration")

    def _carry_out(self, asked: Asked, rest: str, query: Mapping[str, str], *, url: str, token: bool) -> Answer:
        routes: dict[str, Any] = {
            r"GET /releases": lambda: self._list(query, url, token=token),
            r"GET /releases/tags/(.+)": lambda tag: self._by_tag(tag, url),
            r"GET /releases/(\d+)/assets": lambda number: self._assets(int(number), query),
            r"POST /releases": lambda: self._create(json.loads(asked.body), url),
            r"POST /releases/generate-notes": lambda: self._notes(json.loads(asked.body)),
            r"POST /releases/(\d+)/assets": lambda number: self._upload(int(number), query, asked),
            r"PATCH /releases/(\d+)": lambda number: self._change(int(number), json.loads(asked.body), url),
            r"DELETE /releases/assets/(\d+)": lambda number: self._delete(int(number)),
            r"GET /git/ref/tags/(.+)": self._ref,
            r"GET /git/tags/([0-9a-f]+)": self._tag,
        }
        for pattern, answer in routes.items():
            if found := re.fullmatch(pattern, f"{asked.method} {rest}"):
                made: Answer = answer(*found.groups())
                return made
        return message(404, "Not Found")

    def _list(self, query: Mapping[str, str], url: str, *, token: bool) -> Answer:
        shown = [one for one in reversed(self.hosted) if not one.draft or (token and self.may_write)]
        return as_json([self._document(one, url) for one in part_of(shown, query) if isinstance(one, Hosted)])

    def _by_tag(self, tag: str, url: str) -> Answer:
        found = [one for one in self.hosted if one.tag_name == tag and not one.draft]
        return as_json(self._document(found[0], url)) if found else message(404, "Not Found")

    def _assets(self, number: int, query: Mapping[str, str]) -> Answer:
        release = self._find(number)
        if release is None:
            return message(404, "Not Found")
        return as_json(part_of([asset.as_document() for asset in release.assets], query))

    def _create(self, wanted: Mapping[str, Any], url: str) -> Answer:
        tag = wanted["tag_name"]
        if any(one.tag_name == tag and not one.draft for one in self.hosted):
            return invalid("Release", "tag_name", "already_exists")
        if refusal := _objection(wanted):
            return refusal
        made = Hosted(id=self._number(), tag_name=tag)
        self.hosted.append(made)
        self.deeds.append(f"create {tag}{' as a draft' if wanted.get('draft') else ''}")
        made.draft = True
        return self._set(made, {"draft": False, **wanted}, url, 201)

    def _change(self, number: int, wanted: Mapping[str, Any], url: str) -> Answer:
        release = self._find(number)
        if release is None:
            return message(404, "Not Found")
        if release.immutable and wanted.keys() - {"name", "body"}:
            return message(422, "Cannot change an immutable release.")
        self.deeds.append(f"change {release.tag_name}: {', '.join(wanted)}")
        return _objection(wanted) or self._set(release, wanted, url, 200)

    def _set(self, release: Hosted, wanted: Mapping[str, Any], url: str, status: int) -> Answer:
        if wanted.get("prerelease") and wanted.get("make_latest") == "true":
            return invalid("Release", "make_latest", "custom", "Latest release cannot be draft or prerelease")
        publishes = release.draft and wanted.get("draft") is False
        for name, value in wanted.items():
            setattr(release, name, value)
        if publishes:
            self.tags.setdefault(release.tag_name, "0" * 40)  # at the head of the default branch
            release.immutable = self.immutable_releases
        return as_json(self._document(release, url), status)

    def _upload(self, number: int, query: Mapping[str, str], asked: Asked) -> Answer:
        release = self._find(number)
        if release is None:
            return message(404, "Not Found")
        if release.immutable:
            return message(422, "Cannot upload assets to an immutable release.")
        if "content-length" not in asked.headers or "content-type" not in asked.headers:
            return message(400, "Bad Content-Length")
        name = re.sub(r"[^A-Za-z0-9._-]", ".", query["name"])
        if any(asset.name == name for asset in release.assets):
            return invalid("ReleaseAsset", "name", "already_exists")
        made = HostedAsset(
            id=self._number(),
            name=name,
            content=asked.body,
            label=query.get("label", ""),
            says_digest=self.says_digests,
        )
        release.assets.append(made)
        self.deeds.append(f"attach {name}")
        return as_json(made.as_document(), 201)

    def _delete(self, number: int) -> Answer:
        for release in self.hosted:
            for asset in release.assets:
                if asset.id == number:
                    if release.immutable:
                        return message(422, "Cannot delete asset from an immutable release.")
                    release.assets.remove(asset)
                    self.deeds.append(f"delete {asset.name}")
                    return 204, {}, b""
        return message(404, "Not Found")

    def _notes(self, wanted: Mapping[str, str]) -> Answer:
        self.notes_asked.append(wanted)
        if wanted.get("previous_tag_name", wanted["tag_name"]) not in self.tags:
            return invalid("Release", "previous_tag_name", "invalid")
        return as_json({"name": wanted["tag_name"], "body": self.notes})

    def _ref(self, quoted: str) -> Answer:
        tag = unquote(quoted)
        if tag not in self.tags:
            return message(404, "Not Found")
        if tag in self.annotated:
            named = {"type": "tag", "sha": hashlib.sha1(tag.encode(), usedforsecurity=False).hexdigest()}
        else:
            named = {"type": "commit", "sha": self.tags[tag]}
        return as_json({"ref": f"refs/tags/{tag}", "object": named})

    def _tag(self, sha: str) -> Answer:
        for tag in self.annotated:
            if hashlib.sha1(tag.encode(), usedforsecurity=False).hexdigest() == sha:
                return as_json({"tag": tag, "object": {"type": "commit", "sha": self.tags[tag]}})
        return message(404, "Not Found")

    def _find(self, number: int) -> Hosted | None:
        return next((one for one in self.hosted if one.id == number), None)

    def _release(self, number: int) -> Hosted:
        found = self._find(number)
        assert found is not None
        return found

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _document(self, one: Hosted, url: str) -> dict[str, object]:
        where = f"untagged-{one.id}" if one.draft else one.tag_name
        return {
            "id": one.id,
            "tag_name": one.tag_name,
            "name": one.name or None,
            "body": one.body or None,
            "draft": one.draft,
            "prerelease": one.prerelease,
            "immutable": one.immutable,
            "html_url": f"https://github.com/acme/hello/releases/tag/{where}",
            "upload_url": self.upload_url or f"{url}/releases/{one.id}/assets{{?name,label}}",
            "assets": [asset.as_document() for asset in one.assets],
        }


def _objection(wanted: Mapping[str, Any]) -> Answer | None:
    if len(wanted.get("body", "")) > BODY_LIMIT:
        return invalid("Release", "body", "custom", f"body is too long (maximum is {BODY_LIMIT} characters)")
    return None
