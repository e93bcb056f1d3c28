"""The files by which a step tells the runner its outputs and its summary. GITHUB_ENV and GITHUB_PATH are never ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

from pypublish.errors import PypublishError, ToolError

SUMMARY_LIMIT = (1 << 20) - (1 << 14)
"""Bytes of a step's summary: GitHub drops what is 1 MiB or more altogether."""

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_FENCE = re.compile(r"`{3,}")
_FOLDS = 4
_CUT = "\n\n_The summary is cut here: GitHub shows no more than 1 MiB. The log has everything._\n"
_ROOM_FOR_THE_END = 100 + len(_CUT) + _FOLDS * len("</details>")


def write_outputs(path: Path, outputs: Mapping[str, str]) -> None:
    """Append outputs to the file that GITHUB_OUTPUT names, so that no value can become another output.

    Raises:
        PypublishError: a name is none that action.yml could declare, or the file cannot be written.

    """
    _append(path, "".join(_output(name, value) for name, value in outputs.items()))


def write_summary(path: Path, markdown: str) -> None:
    """Append `markdown` to the file that GITHUB_STEP_SUMMARY names, cut between lines where it would be too long.

    Raises:
        PypublishError: the file cannot be written.

    """
    room = SUMMARY_LIMIT - (path.stat().st_size if path.exists() else 0)
    data = f"{markdown.rstrip()}\n".encode("utf-8", "replace")
    if len(data) > room:
        kept = data[: max(room - _ROOM_FOR_THE_END, 0)]
        text = kept[: kept.rfind(b"\n") + 1].decode()
        text += _end_of_fence(text)
        # A fold that stays open would swallow what other steps write.
        folds = text.count("<details>") - text.count("</details>")
        data = f"{text}{'</details>' * min(folds, _FOLDS)}{_CUT}".encode() if text else b""
    _append(path, data.decode())


def _end_of_fence(text: str) -> str:
    """Return what ends the code block that is open at the end of `text`; empty where none is."""
    fence = ""
    for line in text.splitlines():
        ticks = _FENCE.match(line)
        if ticks is not None and not fence:
            fence = ticks[0]
        elif fence and line == fence:
            fence = ""
    return f"{fence}\n" if fence else ""


def _output(name: str, value: str) -> str:
    if not _NAME.fullmatch(name):
        raise PypublishError(f"{name!r} is no name for an output of the action")
    # Runners differ in whether a carriage return ends a line of this file.
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = f"pypublish-{token_hex(16)}"
    if delimiter in value:  # nobody can foresee it: then the generator of random numbers is broken
        raise PypublishError(f"the value of the output {name} contains the delimiter that was drawn for it")
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _append(path: Path, text: str) -> None:
    try:
        with path.open("a", encoding="utf-8", newline="\n", errors="replace") as file:
            file.write(text)
    except OSError as error:
        raise ToolError(
            f"{path} cannot be written: {error.strerror or error}",
            hint="It is the runner's own file; see whether its disk is full.",
        ) from None
