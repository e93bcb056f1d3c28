"""The page of a project as HTML: what PyPI will show of a release, in a look of its own, with its flaws marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

from pypublish.checks.preview import Preview
from pypublish.checks.readme_flaws import Flaw
from pypublish.findings import Severity
from pypublish.pypi.project_page import ListedFile, Person, ProjectPage
from pypublish.pypi.release_history import PastRelease
from pypublish.render.html_description import marked
from pypublish.render.html_style import SCRIPT, STYLE, policy
from pypublish.render.text import printable
from pypublish.sizes import plural, size

OPEN_UP_TO = 5
"""How many flaws are listed at the top without being asked for."""

NO_DETAILS = '<p class="pp-quiet">None are given: neither links, nor a licence, nor an author.</p>\n'

_LOOKS = {Severity.ERROR: " pp-bad", Severity.WARNING: "", Severity.NOTE: " pp-calm"}


def page(preview: Preview, *, live: bool) -> str:
    """Return the whole document; a live one follows the changes by asking the server that it came from."""
    shown = preview.page
    title = _text(f"{shown.name} {shown.version} · preview of its page on PyPI")
    body = (
        '<a class="pp-skip" href="#pypublish-description">Skip to the description</a>\n',
        _notice(live=live),
        _head(preview),
        '<div class="pp-wide pp-columns">\n<main>\n',
        _description(preview),
        _history(shown),
        _files(shown.files),
        "</main>\n",
        _side(preview),
        "</div>\n",
        f"<script>{SCRIPT}</script>\n" if live else "",
    )
    return (
        '<!DOCTYPE html>\n<html lang="en" data-state="">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy(live=live))}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n{''.join(body)}</body>\n</html>\n"
    )


def _notice(*, live: bool) -> str:
    follows = " It follows your changes." if live else ""
    return (
        '<div class="pp-notice"><div class="pp-wide"><p>A preview by pypublish: what PyPI will show, in another look.'
        f' Nothing is published.<span id="pypublish-live" role="status">{follows}</span></p></div></div>\n'
    )


def _head(preview: Preview) -> str:
    shown = preview.page
    badge = ' <span class="pp-badge">pre-release</span>' if shown.is_prerelease else ""
    summary = (
        f'<p class="pp-summary">{_text(shown.summary)}</p>\n'
        if shown.summary
        else '<p class="pp-summary pp-quiet">There is no summary.</p>\n'
    )
    return (
        '<header class="pp-wide pp-head">\n'
        f'<h1>{_text(shown.name)} <span class="pp-version">{_text(shown.version)}</span>{badge}</h1>\n'
        f'{summary}<p class="pp-install"><code>{_text(shown.install)}</code></p>\n'
        f"{''.join(_banners(preview))}{_navigation(preview)}</header>\n"
    )


def _banners(preview: Preview) -> Iterable[str]:
    shown = preview.page
    for severity, words in preview.remarks:
        yield _banner(_text(words), severity)
    if shown.is_published:
        yield _banner("This version is on PyPI already: its page there stays as it was uploaded.", Severity.NOTE)
    if shown.yanked is not None:
        reason = f" The reason given: {_text(shown.yanked)}" if shown.yanked else ""
        yield _banner(f"This release is yanked: installers pass it over.{reason}")
    elif shown.is_prerelease:
        newest = f" They take {_text(shown.newest)}." if shown.newest else ""
        yield _banner(f"This is a pre-release: installers take it only where it is asked for.{newest}")
    elif shown.newest:
        yield _banner(f"A newer version is out: {_text(shown.newest)}.")
    if preview.flaws:
        yield _flaws(preview)


def _banner(html: str, severity: Severity = Severity.WARNING) -> str:
    return f'<div class="pp-banner{_LOOKS[severity]}"><p>{html}</p></div>\n'


def _flaws(preview: Preview) -> str:
    placed = marked(preview.rendered, preview.flaws)[1] if preview.rendered is not None else frozenset()
    items = "".join(_flaw(number, flaw, preview, number in placed) for number, flaw in enumerate(preview.flaws, 1))
    is_open = " open" if len(preview.flaws) <= OPEN_UP_TO else ""
    return (
        '<section class="pp-banner pp-bad" aria-labelledby="pypublish-flaws">\n'
        f'<details{is_open}><summary><h2 id="pypublish-flaws">{plural(len(preview.flaws), "thing")} will not work on'
        f" PyPI</h2></summary>\n<ol>\n{items}</ol>\n</details>\n</section>\n"
    )


def _flaw(number: int, flaw: Flaw, preview: Preview, is_placed: bool) -> str:
    where = f"{preview.readme or 'readme'}, line {flaw.line}: " if flaw.line is not None else ""
    message = f"{flaw.message[:1].upper()}{flaw.message[1:]}"
    there = f' <a href="#pypublish-at-{number}">Show<span class="pp-unseen"> problem {number}</span></a>'
    return (
        f'<li id="pypublish-flaw-{number}">{_text(where)}{_text(message)}.{there if is_placed else ""}'
        f' <span class="pp-hint">{_text(flaw.hint)}</span></li>\n'
    )


def _navigation(preview: Preview) -> str:
    parts = [("description", "Project description"), ("details", "Project details"), ("history", "Release history")]
    if preview.page.files:
        parts.append(("files", "Download files"))
    items = "".join(f'<li><a href="#pypublish-{name}">{title}</a></li>' for name, title in parts)
    return f'<nav class="pp-nav" aria-label="Parts of the page"><ul>{items}</ul></nav>\n'


def _description(preview: Preview) -> str:
    text = preview.page.metadata.texts.get("description", "").strip()
    if preview.rendered is not None:
        inner = f'<div class="pp-readme">\n{marked(preview.rendered, preview.flaws)[0]}\n</div>\n'
    elif preview.complaint:
        inner = (
            '<div class="pp-banner pp-bad"><p><strong>PyPI refuses this release: its description does not render.'
            f"</strong></p><p>{_text(preview.complaint)}</p></div>\n"
            f'<div class="pp-readme"><pre class="pp-source" tabindex="0">{_text(text)}</pre></div>\n'
        )
    else:
        inner = '<p class="pp-quiet">There is no project description: PyPI will say that you have not given one.</p>\n'
    return _part("description", "Project description", inner)


def _history(shown: ProjectPage) -> str:
    releases = shown.history or (
        PastRelease(version=shown.version, is_prerelease=shown.is_prerelease, is_this=True, is_published=False),
    )
    return _part("history", "Release history", f'<ul class="pp-past">\n{"".join(map(_past, releases))}</ul>\n')


def _past(release: PastRelease) -> str:
    signs = [
        sign
        for sign, holds in (("pre-release", release.is_prerelease), ("yanked", release.yanked is not None))
        if holds
    ]
    badges = "".join(f' <span class="pp-badge">{sign}</span>' for sign in signs)
    version = f"<strong>{_text(release.version)}</strong>" if release.is_this else _text(release.version)
    said = (
        _day(release.uploaded),
        "" if release.is_published else "not published yet",
        "this version" if release.is_this else "",
    )
    return f'<li>{version}{badges} <span class="pp-quiet">{", ".join(filter(None, said))}</span></li>\n'


def _files(files: Sequence[ListedFile]) -> str:
    if not files:
        return ""
    items = "".join(map(_file, files))
    return _part("files", "Download files", f'<ul class="pp-files">\n{items}</ul>\n')


def _file(file: ListedFile) -> str:
    rows = {
        "Kind": "Source distribution" if file.is_sdist else "Built distribution (wheel)",
        "Size": size(file.size),
        **({"Tags": ", ".join(file.tags)} if file.tags else {}),
        "Uploaded": file.uploaded or "not yet: the time will be here",
        "SHA256": file.sha256,
        "BLAKE2b-256": file.blake2b_256,
    }
    listed = "".join(f"<dt>{name}</dt><dd>{_value(name, value)}</dd>" for name, value in rows.items())
    return f"<li>\n<h3>{_text(file.filename)}</h3>\n<dl>{listed}</dl>\n</li>\n"


def _value(name: str, value: str) -> str:
    return f"<code>{_text(value)}</code>" if name in {"SHA256", "BLAKE2b-256"} else _text(value)


def _side(preview: Preview) -> str:
    shown = preview.page
    verified = [link for link in shown.links if link.verified]
    others = [link for link in shown.links if not link.verified]
    source = f" with the upload from {_text(preview.repository)}" if preview.repository else ""
    facts = {
        "Licence": shown.license,
        "Requires": f"Python {shown.requires_python}" if shown.requires_python else "",
    }
    meta = "".join(f"<li><strong>{name}:</strong> {_text(value)}</li>" for name, value in facts.items() if value)
    meta += "".join(map(_person, shown.people))
    unverified = (
        (_links("Project links", [(link.label, link.url) for link in others]) if others else "")
        + (f"<h3>Meta</h3>\n<ul>{meta}</ul>\n" if meta else "")
        + _tags("Tags", shown.keywords)
        + _tags("Provides-Extra", shown.extras)
    )
    return (
        '<aside class="pp-side" id="pypublish-details" aria-label="Project details">\n'
        + (f'<h2>Verified details</h2>\n<p class="pp-quiet">Verified by PyPI{source}.</p>\n' if verified else "")
        + (_links("Project links", [(link.label, link.url) for link in verified]) if verified else "")
        + f"<h2>Unverified details</h2>\n{unverified or NO_DETAILS}"
        + ("<h2>Classifiers</h2>\n" if shown.classifiers else "")
        + "".join(_list(group, items) for group, items in shown.classifiers.items())
        + "</aside>\n"
    )


def _links(title: str, links: Iterable[tuple[str, str]]) -> str:
    items = "".join(f"<li>{_link(label, url)}</li>" for label, url in links)
    return f"<h3>{title}</h3>\n<ul>{items}</ul>\n"


def _link(label: str, url: str) -> str:
    try:
        is_web = urlsplit(url).scheme.lower() in {"http", "https"}
    except ValueError:
        is_web = False
    if not is_web:
        return f"{_text(label)}: {_text(url)}"
    return f'<a href="{escape(url)}" rel="nofollow noreferrer">{_text(label)}</a>'


def _person(person: Person) -> str:
    named = person.name or person.email
    shown = f'<a href="mailto:{escape(person.email)}">{_text(named)}</a>' if person.email else _text(named)
    return f"<li><strong>{person.role.capitalize()}:</strong> {shown}</li>"


def _tags(title: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f'<h3>{title}</h3>\n<ul class="pp-tags">{listed}</ul>\n' if listed else ""


def _list(title: str, items: Iterable[str]) -> str:
    return f"<h3>{_text(title)}</h3>\n<ul>{''.join(f'<li>{_text(item)}</li>' for item in items)}</ul>\n"


def _part(name: str, title: str, inner: str) -> str:
    head = f'<h2 id="pypublish-{name}">{title}</h2>'
    return f'<section class="pp-part" aria-labelledby="pypublish-{name}">\n{head}\n{inner}</section>\n'


def _text(text: str) -> str:
    return escape(printable(text))


def _day(moment: str) -> str:
    return escape(moment[:10])
