"""Markdown for where GitHub takes every line break for one: paragraphs on one line, whole links, nothing left open."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

_FENCE = re.compile(r"\s*(`{3,}|~{3,})(.*)")
_ITEM = re.compile(r"\s*(?:[-*+] |\d+[.)] )")
_BEGINS_A_BLOCK = re.compile(
    r"\s*(?:[-*+] |\d+[.)] |#{1,6}(?: |$)|>|\||<|\[[^\]]+\]:|=+\s*$|-+\s*$|\*\s*\*\s*\*|:?-+:? *\|)"
)
_STANDS_ALONE = re.compile(r"\s*(?:#{1,6}(?: |$)|\||<[!/a-zA-Z]|\[[^\]]+\]:|>|=+\s*$|-+\s*$|.*\|.*\|)")
_LINK = re.compile(
    r"(?P<begin>!?\[)(?P<words>(?:[^\[\]\\]|\\.|\[[^\[\]]*\])*)\]\((?P<target>[^)\s<>]++)(?P<after>[^)]*+\))"
)
_DEFINITION = re.compile(r" {0,3}\[(?P<label>[^\]]+)\]:\s*(?P<target>\S+).*")
_ABSOLUTE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#|/")
_TICKS = re.compile(r"`+")


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the lines; with each, whether it is in a block of code or one of its fences."""
    fence = ""
    for line in text.splitlines():
        found = _FENCE.fullmatch(line)
        if fence:
            yield True, line
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and not (found[1][0] == "`" and "`" in found[2]):
            fence = found[1]
            yield True, line
        else:
            yield False, line


def unwrapped(text: str) -> str:
    """Return the text with each paragraph and each item of a list on one line."""
    lines: list[str] = []
    joins = in_list = False
    for code, line in pieces(text):
        if code or not line.strip():
            if code or (lines and lines[-1].strip()):
                lines.append(line if code else "")
            joins = False
            continue
        if _ITEM.match(line) or not line[0].isspace():
            in_list = _ITEM.match(line) is not None or (in_list and joins)
        if line.startswith("    ") and not joins and not in_list:  # a block of code, by its indentation
            lines.append(line)
            continue
        if joins and not _BEGINS_A_BLOCK.match(line):
            lines[-1] = f"{lines[-1].rstrip()} {line.lstrip()}"
        else:
            lines.append(line)
        # Two blanks, or a backslash, at the end of a line are a break that was meant.
        joins = not _STANDS_ALONE.match(lines[-1]) and not line.endswith(("  ", "\\"))
    return "\n".join(lines).rstrip("\n")


def with_definitions(text: str, whole: str) -> str:
    """Return the text with those definitions of links below it that it uses and that stand elsewhere in the whole."""
    used = {_label(label) for label in re.findall(r"\[([^\[\]]+)\]", text)} - _definitions(text).keys()
    missing = [line for label, line in _definitions(whole).items() if label in used]
    return "\n\n".join(filter(None, (text, "\n".join(missing))))


def _definitions(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, line in pieces(text):
        if not code and (definition := _DEFINITION.fullmatch(line)):
            found.setdefault(_label(definition["label"]), line.strip())
    return found


def _label(text: str) -> str:
    return " ".join(text.casefold().split())


def with_whole_links(text: str, base: str, folder: str = "") -> str:
    """Return the text with links that are relative to a file of `folder` made whole by the address of the tree."""

    def whole(target: str) -> str:
        if _ABSOLUTE.match(target):
            return target
        path, mark, rest = target.partition("#")
        joined = posixpath.normpath(posixpath.join(folder, path))
        return target if joined.startswith("..") else f"{base.rstrip('/')}/{joined}{mark}{rest}"

    def link(found: re.Match[str]) -> str:
        words = _LINK.sub(link, found["words"])  # a link may have a picture for its words
        return f"{found['begin']}{words}]({whole(found['target'])}{found['after']}"

    lines = []
    for code, line in pieces(text):
        if code:
            lines.append(line)
        elif definition := _DEFINITION.fullmatch(line):
            lines.append(line.replace(definition["target"], whole(definition["target"]), 1))
        else:
            lines.append(_outside_code(line, link))
    return "\n".join(lines)


def _outside_code(line: str, link: Callable[[re.Match[str]], str]) -> str:
    done: list[str] = []
    at = 0
    for begin, end in _code_spans(line):
        done += [_LINK.sub(link, line[at:begin]), line[begin:end]]
        at = end
    return "".join([*done, _LINK.sub(link, line[at:])])


def _code_spans(line: str) -> Iterator[tuple[int, int]]:
    """Yield where code begins and ends: from a run of backticks to the next that is as long."""
    runs = [found.span() for found in _TICKS.finditer(line)]
    ends: dict[int, int] = {}
    partners: list[int | None] = []
    for begin, end in reversed(runs):
        partners.append(ends.get(end - begin))
        ends[end - begin] = end
    at = 0
    for (begin, _), partner in zip(runs, reversed(partners), strict=True):
        if begin >= at and partner is not None:
            yield begin, partner
            at = partner


def closed(text: str) -> str:
    """Return the text with everything ended that it leaves open, so that what stands below it is not swallowed."""
    fence, comment, folds = "", False, 0
    for code, line in pieces(text):
        if code:
            found = _FENCE.fullmatch(line)
            if not fence and found:
                fence = found[1]
            elif found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
            continue
        comment = (line.rfind("<!--") > line.rfind("-->")) if "<!--" in line or "-->" in line else comment
        folds += len(re.findall(r"<details\b", line)) - line.count("</details>")
    ends = [fence, "-->" if comment else "", *(["</details>"] * folds)]
    return "\n".join([text, *filter(None, ends)])


def cut(text: str, limit: int, note: str) -> str:
    """Return the text, cut after a whole line where it is longer than `limit` characters; then `note` says so."""
    if len(text) <= limit:
        return text
    room = max(limit - len(note) - 200, 0)  # what is left open is ended below it
    lines = text[:room].splitlines()[:-1]
    return closed("\n".join(lines)) + f"\n\n{note}"
