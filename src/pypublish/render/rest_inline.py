"""What stands within a line of reST, as Markdown: links, literals, roles, and nothing that Markdown takes otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_INLINE = re.compile(
    r"""
      ``(?P<literal>.+?)``(?!`)
    | :(?P<role>[A-Za-z][\w:.+-]*):`(?P<argument>[^`]+)`
    | `(?P<label>[^`]+?)`(?P<reference>__?)(?!\w)
    | `(?P<interpreted>[^`]+)`
    | (?P<url><?https?://[^\s<>`]+>?)
    | (?<![\w`])(?P<name>[A-Za-z0-9](?:[\w.+-]*[A-Za-z0-9])?)_(?![\w_])
    | \|(?P<substitution>[^|\s][^|\n]*)\|_{0,2}
    | \[(?P<footnote>\#?\w*|\*)\]_(?!\w)
    | \\(?P<escaped>\s)
    | (?P<angle><)
    """,
    re.VERBOSE | re.DOTALL,
)
_EMBEDDED = re.compile(r"(?P<text>.*?)\s*<(?P<target>[^<>]+)>", re.DOTALL)
_TARGET = re.compile(r"\s*\.\. _(?P<name>`[^`]+`|[^:`]+): *(?P<url>\S+)?\s*")
_ANONYMOUS = re.compile(r"\s*(?:\.\. __:|__) +(?P<url>\S+)\s*")
_SUBSTITUTION = re.compile(r"\s*\.\. \|(?P<name>[^|]+)\| replace:: *(?P<text>.*)")

_NUMBERS = re.compile(r"#?\d+(?:, *#?\d+)*", re.ASCII)
_NUMBERED = frozenset(
    {"issue", "issues", "pr", "pull", "gh", "ghissue", "ghpull", "gh-issue", "gh-pr", "bug", "pull-request"}
)
_PLAIN = frozenset(
    {"doc", "ref", "term", "sub", "sup", "emphasis", "strong", "abbr", "guilabel", "menuselection", "cve"}
)
_PAGES = {
    "pep": ("PEP", "https://peps.python.org/pep-{:04}/"),
    "rfc": ("RFC", "https://www.rfc-editor.org/rfc/rfc{}"),
}


@dataclass(slots=True, kw_only=True)
class Targets:
    """What a document defines for its links; anonymous ones are used up in their order."""

    named: Mapping[str, str]
    substitutions: Mapping[str, str]
    anonymous: list[str] = field(default_factory=list)


def targets(whole: str, text: str) -> Targets:
    """Collect what links lead to: named targets of the whole document, anonymous ones of the text itself."""
    named, substitutions = {}, {}
    for line in whole.splitlines():
        if (found := _TARGET.fullmatch(line)) and found["url"]:
            named[_normal(found["name"].strip("`"))] = found["url"]
        elif found := _SUBSTITUTION.fullmatch(line):
            substitutions[_normal(found["name"])] = found["text"].strip()
    anonymous = [found["url"] for line in text.splitlines() if (found := _ANONYMOUS.fullmatch(line))]
    return Targets(named=named, substitutions=substitutions, anonymous=anonymous)


def inline(text: str, known: Targets) -> str:
    """Return a paragraph of reST as Markdown."""

    def write(found: re.Match[str]) -> str:
        result = found[0]
        if found["role"]:
            result = _role(found["role"].rpartition(":")[2].lower(), _joined(found["argument"]))
        elif found["label"]:
            result = _reference(_joined(found["label"]), found["reference"] == "__", known)
        elif code := found["literal"] or found["interpreted"]:
            result = _code(_joined(code))
        elif found["name"]:
            url = known.named.get(_normal(found["name"]))
            result = f"[{found['name']}]({url})" if url else found[0]
        elif found["substitution"]:
            result = known.substitutions.get(_normal(found["substitution"]), found[0])
        elif found["footnote"]:
            result = f"[{found['footnote']}]"
        elif found["escaped"]:
            result = ""
        elif found["angle"]:
            result = "&lt;"
        return result

    return _INLINE.sub(write, text)


def _reference(label: str, anonymous: bool, known: Targets) -> str:
    embedded = _EMBEDDED.fullmatch(label)
    if embedded:
        text, target = embedded["text"] or embedded["target"], embedded["target"]
        if target.endswith("_") and "/" not in target:
            target = known.named.get(_normal(target[:-1]), "")
    else:
        text = label
        target = known.named.get(_normal(label), "")
        if anonymous and not target and known.anonymous:
            target = known.anonymous.pop(0)
    words = text.replace("[", r"\[").replace("]", r"\]").replace("<", "&lt;")
    return f"[{words}]({''.join(target.split())})" if target else words


def _role(role: str, argument: str) -> str:
    embedded = _EMBEDDED.fullmatch(argument)
    text = embedded["text"] if embedded and embedded["text"] else argument
    digits = argument.lstrip("#")
    if role in _PAGES and digits.isascii() and digits.isdigit():
        title, url = _PAGES[role]
        return f"[{title} {digits}]({url.format(int(digits))})"
    if role in _NUMBERED and _NUMBERS.fullmatch(argument):
        return re.sub(r"#?(\d+)", r"#\1", argument)
    if role in _NUMBERED or role in _PLAIN:
        return text.replace("<", "&lt;")
    if role in {"user", "ghuser"}:
        return f"@{text.lstrip('@')}"
    name = text.lstrip("!")
    return _code(name[1:].rpartition(".")[2] if name.startswith("~") else name)


def _code(text: str) -> str:
    ticks = "``" if "`" in text else "`"
    pad = " " if ticks == "``" else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def _joined(text: str) -> str:
    return " ".join(text.split())


def _normal(name: str) -> str:
    return " ".join(name.lower().split())
