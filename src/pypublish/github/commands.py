"""What is said to the runner through the log: workflow commands, and lines that can never be one.

The runner reads every line of a step's output. A line that begins with `::` (after any white space), or that
contains `##[` anywhere, may be a command to it; a carriage return ends a line for it too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from secrets import token_hex

from pypublish.render.annotations import Annotation
from pypublish.render.text import printable

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})

_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TERMINAL_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")


def command(name: str, message: str = "", properties: Mapping[str, str] | None = None) -> str:
    """Write a workflow command: always one line, whatever `message` and the values of `properties` contain."""
    written = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in (properties or {}).items() if value)
    return _one_line(f"::{name}{' ' if written else ''}{written}::{message.translate(_DATA)}")


def annotation(shown: Annotation) -> str:
    """Write an annotation: a message that GitHub shows on a line of a file, or on the run."""
    where = {"file": printable(shown.file), "line": str(shown.line) if shown.line else ""}
    return command(shown.level, printable(shown.message), where | {"title": printable(shown.title)})


def plain(text: str) -> list[str]:
    """Split foreign text into lines that no runner takes for commands and no terminal for control sequences."""
    return [_harmless(line) for line in _LINE_ENDS.split(_TERMINAL_SEQUENCE.sub("", text))]


def open_fence() -> tuple[str, str]:
    """Return the command that makes the runner deaf to commands, and the one that makes it listen again.

    What stands between cannot know the second: its token is random.
    """
    token = token_hex(16)
    return command("stop-commands", token), f"::{token}::"


def _harmless(line: str) -> str:
    shown = printable(line).replace("##[", "## [")
    indent = len(shown) - len(shown.lstrip())
    return f"{shown[:indent]}: :{shown[indent + 2 :]}" if shown.startswith("::", indent) else shown


def _one_line(written: str) -> str:
    # Python's other line ends mean nothing to the runner, but they do to those who read its log.
    return _LINE_ENDS.sub(" ", written)
