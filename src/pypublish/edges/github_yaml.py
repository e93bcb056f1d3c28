"""Read YAML as GitHub reads it, each key and item with its line; bounded, so that no text takes long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import yaml

from pypublish.workflows import WorkflowFile

VALUE_LIMIT = 50_000
"""Values of one file, those that aliases repeat included: an alias of aliases grows without end."""

DEPTH_LIMIT = 50

Place = tuple[str | int, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# YAML 1.2's core schema, which GitHub reads by. PyYAML's own is YAML 1.1's, where `on` is true.
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")


def parse(text: str, path: str) -> WorkflowFile:
    """Read the text of a workflow or an action."""
    reader = _Reader(text)
    try:
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # What is missing at the end is missed on the line after it.
        line = min(mark.line + 1, max(len(text.splitlines()), 1)) if mark else None
        return unreadable(path, text, error.problem or "is no YAML", line)
    except yaml.YAMLError as error:
        return unreadable(path, text, str(error).partition("\n")[0])
    except _MistakeError as error:
        return unreadable(path, text, str(error), error.line)
    if not isinstance(data, dict):
        return unreadable(path, text, "is no mapping, so it has neither `on` nor `jobs`", 1)
    return WorkflowFile(path=path, text=text, data=data, lines=reader.lines)


class _MistakeError(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class _Reader:
    """Makes values of the events of a YAML text and remembers where each began.

    Of events and not of nodes: PyYAML composes nodes by recursion, in C without an end.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[Place, int] = {}
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=_LOADER)
        self._anchors: dict[str, tuple[Place, object]] = {}
        self._values = 0

    def document(self) -> object:
        data: object = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _MistakeError("holds more than one document", _line(event))
                data = self._value(next(self._events), ())
        return data

    def _value(self, event: yaml.Event, path: Place) -> object:
        self._count(event)
        if len(path) > DEPTH_LIMIT:
            raise _MistakeError("is nested too deeply", _line(event))
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event, path)
        value: object
        if isinstance(event, yaml.MappingStartEvent):
            value = self._mapping(path)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(path)
        else:
            value = _scalar(event) if isinstance(event, yaml.ScalarEvent) else None
        anchor = getattr(event, "anchor", None)
        if isinstance(anchor, str):
            self._anchors[anchor] = (path, value)
        return value

    def _mapping(self, path: Place) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise _MistakeError("has a key that is no word", _line(event))
            key = str(event.value)
            if key in found:
                raise _MistakeError(f"has the key {key!r} twice", _line(event))
            self.lines[(*path, key)] = _line(event)
            found[key] = self._value(next(self._events), (*path, key))
        return found

    def _sequence(self, path: Place) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _repeated(self, event: yaml.AliasEvent, path: Place) -> object:
        """Return what an alias stands for; its parts are on the lines where they were written."""
        if event.anchor not in self._anchors:
            raise _MistakeError(f"has the alias *{event.anchor} before what it stands for", _line(event))
        source, value = self._anchors[event.anchor]
        parts: list[tuple[Place, object]] = [((), value)]
        while parts:
            inner, part = parts.pop()
            self._count(event)
            self.lines.setdefault((*path, *inner), self.lines[(*source, *inner)])
            parts += [((*inner, key), below) for key, below in _below(part)]
        return value

    def _count(self, event: yaml.Event) -> None:
        self._values += 1
        if self._values > VALUE_LIMIT:
            raise _MistakeError(f"has more than {VALUE_LIMIT} values, aliases included", _line(event))


def _below(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _scalar(event: yaml.ScalarEvent) -> object:
    text = str(event.value)
    is_plain = event.implicit[0]
    if not is_plain:  # quoted, a block or tagged: a string, whatever it looks like
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def unreadable(path: str, text: str, mistake: str, line: int | None = None) -> WorkflowFile:
    """Return a file that is there and does not read."""
    return WorkflowFile(path=path, text=text, data={}, lines={}, mistake=mistake, mistake_line=line)
