"""Simple reST as the Markdown that GitHub shows; what is not simple is kept as it is, in a block of code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import dedent

from pypublish.render.comment_markdown import unwrapped
from pypublish.render.markdown import block
from pypublish.render.rest_inline import Targets, inline, targets

TOP_LEVEL = 3
"""The headings of a section begin here: above it are the page's own."""

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}\s*")
_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\. (?P<name>[\w:.+-]+)::(?: +(?P<argument>.*))?")
_EXPLICIT = re.compile(r"\s*(?:\.\.(?: .*)?|__ .*)")
_ITEM = re.compile(r"(?P<indent>\s*)(?P<mark>[-*+•]|#\.|\(?\d+[.)])(?P<gap> +)(?P<text>\S.*)")
_TABLE = re.compile(r"\s*(?:\+[-=+]+\+|=+(?: +=+)+)\s*")
_OPTION = re.compile(r"\s*:[\w-]+:(?: .*)?")

_ALERTS = {
    "note": "NOTE", "seealso": "NOTE", "admonition": "NOTE", "tip": "TIP", "hint": "TIP", "important": "IMPORTANT",
    "attention": "WARNING", "warning": "WARNING", "danger": "CAUTION", "error": "CAUTION", "caution": "CAUTION",
}  # fmt: skip
_CODE = frozenset({"code-block", "code", "sourcecode", "parsed-literal", "doctest", "prompt"})
_OF_VERSIONS = {
    "versionadded": "New in version", "versionchanged": "Changed in version", "deprecated": "Deprecated since version",
}  # fmt: skip
_DROPPED = frozenset({"contents", "currentmodule", "module", "py:currentmodule", "highlight", "index", "meta"})


def to_markdown(text: str, whole: str = "") -> str:
    """Return a section of reST as Markdown; `whole` is the document that its links are defined in."""
    known = targets(whole or text, text)
    return "\n".join(_blocks(text.splitlines(), known, [])).strip("\n")


def _blocks(lines: Sequence[str], known: Targets, kinds: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            yield ""
            at += 1
        elif heading := _heading(lines, at):
            title, kind, at = heading
            if kind not in kinds:
                kinds.append(kind)
            yield f"{'#' * min(TOP_LEVEL + kinds.index(kind), 6)} {inline(title, known)}"
        elif found := _DIRECTIVE.fullmatch(line):
            end = _indented(lines, at + 1, len(found["indent"]))
            yield from _directive(found, lines[at:end], known, kinds)
            at = end
        elif _EXPLICIT.fullmatch(line):
            at = _indented(lines, at + 1, _indent(line))  # a comment or a target
        elif _TABLE.fullmatch(line):
            end = _table(lines, at)
            yield block("\n".join(lines[at:end]))
            at = end
        else:
            end = _paragraph(lines, at)
            yield from _text(lines[at:end], known)
            if lines[end - 1].rstrip().endswith("::"):
                literal = _indented(lines, end, _content_indent(lines[at]))
                yield from _literal(lines[end:literal], _content_indent(lines[at]))
                end = literal
            at = end


def _heading(lines: Sequence[str], at: int) -> tuple[str, str, int] | None:
    """Return title, kind and the line after a heading that begins here; None where there is none."""
    line, *rest = lines[at : at + 3]
    if _ADORNMENT.fullmatch(line):
        if len(rest) > 1 and rest[0].strip() and rest[1].rstrip() == line.rstrip():
            return rest[0].strip(), line[:1] * 2, at + 3
        return None
    if rest and not line[:1].isspace() and _ADORNMENT.fullmatch(rest[0]) and len(rest[0]) >= min(len(line), 4):
        return line.strip(), rest[0][:1], at + 2
    return None


def _directive(found: re.Match[str], lines: Sequence[str], known: Targets, kinds: list[str]) -> Iterator[str]:
    name, argument = found["name"].rpartition(":")[2].lower(), (found["argument"] or "").strip()
    body = lines[1:]
    while body and _OPTION.fullmatch(body[0]):
        body = body[1:]
    inner = dedent("\n".join(body)).strip("\n")
    if name in _ALERTS:
        told = "\n".join(filter(None, (argument, inner)))
        quoted = unwrapped("\n".join(_blocks(told.splitlines(), known, kinds)).strip("\n")).splitlines()
        yield from (f"> {line}".rstrip() for line in (f"[!{_ALERTS[name]}]", *quoted))
    elif name in _CODE:
        language = argument if re.fullmatch(r"[\w+-]*", argument) else ""
        yield from _fenced(inner, language)
    elif name in _OF_VERSIONS:
        version, _, more = argument.partition(" ")
        told = inline(" ".join(f"{more} {inner}".split()), known)
        yield f"*{_OF_VERSIONS[name]} {version}:* {told}" if told else f"*{_OF_VERSIONS[name]} {version}.*"
    elif name not in _DROPPED:
        yield from block("\n".join(lines)).splitlines()
    yield ""


def _fenced(text: str, language: str = "") -> Iterator[str]:
    first, *rest = block(text).splitlines()
    yield first.removesuffix("text") + language
    yield from rest


def _text(lines: Sequence[str], known: Targets) -> Iterator[str]:
    """Yield a paragraph, an item of a list with its mark as Markdown has it, or a quotation."""
    text = "\n".join(lines)
    if text.rstrip().endswith("::"):
        text = text.rstrip()[:-1]
        if text.rstrip().endswith(" :") or text.strip() == ":":
            text = text.rstrip()[:-1].rstrip()
    if found := _ITEM.match(text):
        mark = "-" if found["mark"] in "-*+•" else "1." if found["mark"] == "#." else found["mark"].strip("()") + "."
        mark = mark.replace("..", ".")
        rest = text[found.end("gap") :]
        yield f"{found['indent']}{mark}{found['gap']}{inline(rest, known)}"
    elif text.lstrip().startswith("| "):
        yield from (f"{inline(line.strip().removeprefix('|').strip(), known)}  " for line in text.splitlines())
    elif text.strip():
        yield inline(text, known)


def _literal(lines: Sequence[str], indent: int) -> Iterator[str]:
    pad = " " * indent
    yield ""
    yield from (f"{pad}{line}" for line in _fenced(dedent("\n".join(lines)).strip("\n")))
    yield ""


def _paragraph(lines: Sequence[str], at: int) -> int:
    """Return the line after the paragraph that begins here: the next item of a list begins another."""
    end = at + 1
    while end < len(lines) and lines[end].strip() and not (_ITEM.match(lines[end]) and _ITEM.match(lines[at])):
        end += 1
    return end


def _indented(lines: Sequence[str], at: int, indent: int) -> int:
    """Return the line after those that are indented deeper, blank ones between them included."""
    end = at
    while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > indent):
        at += 1
        if lines[at - 1].strip():
            end = at
    return end


def _table(lines: Sequence[str], at: int) -> int:
    """Return the line after the table that begins here: it may have blank lines in it, and ends with a border."""
    blank = [number for number in range(at + 1, len(lines)) if not lines[number].strip()] or [len(lines)]
    return next((end for end in blank if end - 1 > at and _TABLE.fullmatch(lines[end - 1])), blank[0])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _content_indent(line: str) -> int:
    found = _ITEM.match(line)
    return found.start("text") if found else _indent(line)
