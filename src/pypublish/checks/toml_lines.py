"""Find the line of a TOML file that sets a key: best effort, since the standard library's parser does not say."""

from __future__ import annotations

import re

_TABLE = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]#]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""\s*(?P<name>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")
_STRING = re.compile(r""""(?P<basic>(?:\\.|[^"\\])*)"|'(?P<literal>[^']*)'""")
_DELIMITERS = ('"' * 3, "'" * 3)


def key_lines(text: str) -> dict[str, int]:
    """Map key paths (`project.version`), and those of tables (`project`), to lines counted from 1.

    A string below a key has an entry of its own, `project.classifiers[Typing :: Typed]`: the item of a list that has to
    change is what a person looks for.
    """
    lines: dict[str, int] = {}
    table = path = ""
    closing: str | None = None
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if closing is not None:
            closing = None if closing in line else closing
            continue
        values = line
        if depth == 0:
            if header := _TABLE.match(line):
                table = _path(header["name"])
                lines.setdefault(table, number)
                continue
            key = _KEY.match(line)
            if key is None:
                continue
            path = f"{table}.{_path(key['name'])}".lstrip(".")
            lines.setdefault(path, number)
            values = line[key.end() :]
        closing = next((mark for mark in _DELIMITERS if line.count(mark) % 2), None)
        if closing is None:
            for string in _STRING.finditer(values):
                lines.setdefault(f"{path}[{string['basic'] or string['literal'] or ''}]", number)
            bare = re.sub(r""""(?:\\.|[^"\\])*"|'[^']*'|#.*""", "", line)
            depth = max(0, depth + bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}"))
    return lines


def _path(name: str) -> str:
    return ".".join(part.strip("\"'") for part in _PART.findall(name))
