"""The sections of a changelog, as Markdown or reST, whichever tool or hand wrote it: which version each is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pypublish.checks.tags import parse_version

if TYPE_CHECKING:
    from packaging.version import Version

HEADING = 500
"""Characters of a heading that are looked at."""

Markup = Literal["markdown", "rest"]

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*")
_LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])")
_REST_LINK = re.compile(r"`([^`<]*?)\s*(?:<[^>]*>)?`_{0,2}")
_TRAILING_ANCHOR = re.compile(r"\s*(?:<a\s[^>]*>\s*</a>|<a\s[^>]*/>|\.\. _[^:]+:|<!--[^>]*-->|---+|\*\*\*+)?\s*")
_WORDS_BEFORE = frozenset({"v", "version", "release", "released", "changes", "changelog", "in", "for", "notes", "to"})
_DATE = re.compile(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}/\d{1,2}/\d{4}")
"""Not with dots: those are versions too."""
_MAY_FOLLOW = re.compile(
    r"\d|(?:released|unreleased|yanked|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b", re.IGNORECASE
)
_TOKEN = re.compile(r"[vV]?\d[\w.!+-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading: its level from 1 on, its words, and the lines (from 0) of itself and of what follows it."""

    level: int
    words: str
    line: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What a changelog says of one version, or of what is not released yet."""

    version: str | None
    """As PEP 440 normalises it; None where it is of what is not released yet, under no version."""
    heading: str
    line: int
    """Of the heading, counted from 1."""
    text: str
    """Without the heading."""
    unreleased: bool
    """Whether the heading says so, or the line below it."""


def sections(text: str, markup: Markup, name: str) -> tuple[Section, ...]:
    """Return the sections of versions in a changelog of the project `name`, in their order."""
    lines = text.splitlines()
    headings = _headings(lines, markup)
    found = []
    for number, heading in enumerate(headings):
        version = version_of(heading.words, name)
        if version is not None or is_unreleased(heading.words):
            found.append(_section(lines, headings, number, version, name))
    return tuple(found)


def mentioning(text: str, markup: Markup, name: str, version: Version) -> Section | None:
    """Return the first section whose heading has the version in it, whatever else it says.

    Only a heading of the level of versions will do: one below it speaks of the version in another's section.
    """
    lines = text.splitlines()
    headings = _headings(lines, markup)
    deepest = min((one.level for one in headings if version_of(one.words, name) is not None), default=2)
    for number, heading in enumerate(headings):
        if heading.level <= deepest and any(
            parse_version(_bare(token[0])) == version for token in _TOKEN.finditer(_plain(heading.words))
        ):
            return _section(lines, headings, number, version, name)
    return None


def _headings(lines: Sequence[str], markup: Markup) -> tuple[Heading, ...]:
    return tuple(_markdown_headings(lines) if markup == "markdown" else _rest_headings(lines))


def _section(
    lines: Sequence[str], headings: Sequence[Heading], number: int, version: Version | None, name: str
) -> Section:
    heading = headings[number]
    end = next((later.line for later in headings[number + 1 :] if _ends(heading, later, name)), len(lines))
    body = _without_edges(lines[heading.after : end])
    first = body[0].strip(" .*_()").lower() if body else ""
    return Section(
        version=None if version is None else str(version),
        heading=heading.words,
        line=heading.line + 1,
        text="\n".join(body),
        unreleased=is_unreleased(heading.words) or first == "unreleased",
    )


def _ends(heading: Heading, later: Heading, name: str) -> bool:
    if later.level <= heading.level:
        return True
    # Some tools give a patch release a deeper heading than the minor one before it.
    version = version_of(later.words, name)
    return version is not None and len(version.release) > 1


def is_unreleased(words: str) -> bool:
    """Whether a heading says that this is not released yet."""
    return re.search(r"\bunreleased\b", words, re.IGNORECASE) is not None


def version_of(words: str, name: str) -> Version | None:
    """Return the version that a heading is of: alone, after the project's name or `Version`, before a date or a dash.

    A heading that only mentions a version, as `Python 3.14 support` does, is of none.
    """
    plain = _plain(words)
    for token in _TOKEN.finditer(plain):
        if _DATE.match(token[0]):
            continue
        version = parse_version(_bare(token[0]))
        if version is None:
            return None
        before, after = plain[: token.start()], plain[token.end() :]
        return version if _may_precede(before, name) and _may_follow(after) else None
    return None


def _plain(words: str) -> str:
    return re.sub(r"[`*\[\]\"]|__", " ", _REST_LINK.sub(r"\1", _LINK.sub(r"\1", words[:HEADING])))


def _bare(token: str) -> str:
    return token.rstrip(".,-+!_")


def _may_precede(before: str, name: str) -> bool:
    words = re.sub(r"[^\w.+-]", " ", _DATE.sub(" ", before)).lower().split()
    own = re.split(r"[-_.\s]+", name.lower())
    squeezed = "".join(re.split(r"[-_.\s]+", " ".join(word for word in words if word not in _WORDS_BEFORE)))
    return squeezed in {"", "".join(own)}


def _may_follow(after: str) -> bool:
    rest = after.strip()
    return not rest or not rest[0].isalnum() or _MAY_FOLLOW.match(rest) is not None


def _markdown_headings(lines: Sequence[str]) -> Iterator[Heading]:
    """Yield the headings outside code blocks and comments."""
    fence = ""
    comment = False
    for number, line in enumerate(lines):
        if comment:
            comment = "-->" not in line
            continue
        if found := _FENCE.fullmatch(line):
            if not fence:
                fence = found[1] if not (found[1][0] == "`" and "`" in found[2]) else ""
            elif found[1].startswith(fence) and not found[2].strip():
                fence = ""
            continue
        if fence:
            continue
        if line.lstrip().startswith("<!--"):
            comment = "-->" not in line
            continue
        if found := _ATX.fullmatch(line):
            yield Heading(level=len(found[1]), words=found[2] or "", line=number, after=number + 1)
        elif number and (found := _SETEXT.fullmatch(line)) and _is_paragraph(lines[number - 1]):
            level = 1 if found[1][0] == "=" else 2
            yield Heading(level=level, words=lines[number - 1].strip(), line=number - 1, after=number + 1)


def _is_paragraph(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(("    ", "\t", "|", ">", "- ", "* ", "#"))


def _rest_headings(lines: Sequence[str]) -> Iterator[Heading]:
    """Yield the headings; their levels are in the order in which their kinds of lines first appear."""
    kinds: list[tuple[str, bool]] = []
    for number, (title, under) in enumerate(pairwise(lines)):
        if not title.strip() or not _ADORNMENT.fullmatch(under) or _ADORNMENT.fullmatch(title):
            continue
        above = lines[number - 1] if number else ""
        over = bool(_ADORNMENT.fullmatch(above)) and above[:1] == under[:1]
        indented = title[:1].isspace() and not over
        if indented or (above.strip() and not over) or len(under.rstrip()) < min(len(title.strip()), 4):
            continue
        kind = (under[0], over)
        if kind not in kinds:
            kinds.append(kind)
        yield Heading(
            level=kinds.index(kind) + 1, words=title.strip(), line=number - 1 if over else number, after=number + 2
        )


def _without_edges(lines: Sequence[str]) -> Sequence[str]:
    """Leave out blank lines at both ends, and the anchor that belongs to the section below."""
    begin, end = 0, len(lines)
    while begin < end and not lines[begin].strip():
        begin += 1
    while end > begin and _TRAILING_ANCHOR.fullmatch(lines[end - 1]):
        end -= 1
    return lines[begin:end]
