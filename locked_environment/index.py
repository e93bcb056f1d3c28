"""The pages on which an index offers its files (PEP 503, PEP 691)."""

import json
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from locked_environment.trouble import Stop
from locked_environment.web import Web


def offer(web: Web, index: str, name: str, sha256: str) -> str:
    """Return the URL under which an index has a wheel of uv, by its digest or else by its name."""
    page = f"{index.rstrip('/')}/uv/" + ("index.html" if index.startswith("file:") else "")
    accept = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
    files = links(*web.fetch(page, accept))
    urls = [url for url, _, told in files if told == sha256] or [url for url, named, _ in files if named == name]
    if not urls:
        raise Stop(f"{page} does not have {name}.")
    return urls[0]


def links(page: bytes, kind: str, base: str) -> "list[tuple[str, str, str]]":
    """List what a page of an index (PEP 503, PEP 691) offers: URL, filename, and sha256 where it is told."""
    found, page_url = [], base

    class Page(HTMLParser):
        def handle_starttag(self, tag: str, attrs: "list[tuple[str, str | None]]") -> None:
            nonlocal base
            href = dict(attrs).get("href") or ""
            if tag == "base":
                base = urljoin(base, href)
            elif tag == "a":
                url, fragment = urldefrag(urljoin(base, href))
                found.append((url, unquote(urlsplit(url).path.rpartition("/")[2]), fragment.partition("sha256=")[2]))

    try:
        if kind.endswith("json"):
            files = json.loads(page)["files"]
            return [(urljoin(base, file["url"]), file["filename"], file["hashes"].get("sha256", "")) for file in files]
        Page().feed(page.decode("utf-8", "replace"))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise Stop(f"{page_url} is no page of a package index.") from None
    return found
