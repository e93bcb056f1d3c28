"""Read a repository's workflows and actions as GitHub reads them, each key and item with its line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from pypublish.model import WorkflowFile, Workflows

SIZE_LIMIT = 1 << 19
"""Bytes of one file; the longest workflows in use have a tenth of it."""

NODE_LIMIT = 50_000
"""Keys, items and values of one file, those that aliases repeat included: an alias of aliases grows without end."""

FILE_LIMIT = 500

_FOLDER = Path(".github", "workflows")
_SUFFIXES = {".yml", ".yaml"}
_ACTION_NAMES = ("action.yml", "action.yaml")

Path_ = tuple[str | int, ...]

# YAML 1.2's core schema, which GitHub reads by. PyYAML's own is YAML 1.1's, where `on` is true.
_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")


def read_workflows(repository: Path, *, seen_from: Path | None = None) -> Workflows:
    """Read what the repository whose root is `repository` tells GitHub to run.

    Findings name the files as seen from `seen_from`, which is the root unless it is given. A file that does not
    read is there too, with its mistake.
    """
    seen_from = seen_from or repository
    workflows = [path for path in _files(repository / _FOLDER) if path.suffix in _SUFFIXES]
    actions = [path for folder in _action_folders(repository) for path in _files(folder) if path.name in _ACTION_NAMES]
    return Workflows(
        workflows=tuple(_read(path, seen_from) for path in workflows),
        actions=tuple(_read(path, seen_from) for path in actions),
    )


def parse(text: str, path: str) -> WorkflowFile:
    """Read the text of a workflow or an action."""
    reader = _Reader()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        data = reader.value(root, ()) if root is not None else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        return _unreadable(path, text, error.problem or "is no YAML", mark.line + 1 if mark else None)
    except yaml.YAMLError as error:
        return _unreadable(path, text, str(error).partition("\n")[0])
    except RecursionError:
        return _unreadable(path, text, "is nested too deeply")
    except _MistakeError as error:
        return _unreadable(path, text, str(error), error.line)
    if not isinstance(data, dict):
        return _unreadable(path, text, "is no mapping, so it has neither `on` nor `jobs`", 1)
    return WorkflowFile(path=path, text=text, data=data, lines=reader.lines)


class _MistakeError(Exception):
    def __init__(self, message: str, node: yaml.Node) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


@dataclass(slots=True)
class _Reader:
    """Turns nodes into values and remembers where each began."""

    lines: dict[Path_, int] = field(default_factory=dict)
    nodes: int = 0

    def value(self, node: yaml.Node, path: Path_) -> object:
        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise _MistakeError(f"has more than {NODE_LIMIT} values, aliases included", node)
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node) if isinstance(node, yaml.ScalarNode) else None

    def _mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _MistakeError("has a key that is no word", key_node)
            key = str(key_node.value)
            if key in found:
                raise _MistakeError(f"has the key {key!r} twice", key_node)
            self.lines[(*path, key)] = key_node.start_mark.line + 1
            found[key] = self.value(value_node, (*path, key))
        return found


def _scalar(node: yaml.ScalarNode) -> object:
    text = str(node.value)
    if node.style is not None:  # quoted or block: a string, whatever it looks like
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    return int(text) if _INTEGER.fullmatch(text) else text


def _read(path: Path, seen_from: Path) -> WorkflowFile:
    shown = Path(os.path.relpath(path, seen_from)).as_posix()
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        return _unreadable(shown, "", f"cannot be read: {error.strerror or error}")
    if len(data) > SIZE_LIMIT:
        return _unreadable(shown, "", f"is longer than {SIZE_LIMIT} bytes")
    try:
        return parse(data.decode("utf-8-sig"), shown)
    except UnicodeDecodeError as error:
        return _unreadable(shown, "", "is not UTF-8", data[: error.start].count(b"\n") + 1)


def _unreadable(path: str, text: str, mistake: str, line: int | None = None) -> WorkflowFile:
    return WorkflowFile(path=path, text=text, data={}, lines={}, mistake=mistake, mistake_line=line)


def _action_folders(repository: Path) -> Iterator[Path]:
    """Where repositories keep their own actions: at the root, and below .github and actions."""
    yield repository
    for base in (repository / ".github", repository / "actions"):
        for folder, _, _ in os.walk(base):
            yield Path(folder)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file())[:FILE_LIMIT]
