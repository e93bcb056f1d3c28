"""Every way in which pypublish cannot do its job, in one tree.

A finding is not an exception: what is wrong with a release is data (`findings.py`). These are raised
when pypublish could not look, or was asked for something impossible::

    PypublishError            1
    ├── SealError             1   the manifest or its files are not what was sealed
    ├── UsageError            2   the command line, an input or a setting cannot be meant so
    │   └── SettingsError     2   [tool.pypublish], a manifest or another file of ours does not read
    ├── ToolError             3   a tool could not run: missing, failed to start, crashed
    │   ├── ToolMissingError  3
    │   └── ToolTimeoutError  3   ran into its time limit
    ├── IndexUnavailableError 4   the index did not answer, or answered what no index answers
    └── NotVisibleError       5   published, but not yet visible here

Each says cause, consequence and remedy: `str(error)` is what happened, `hint` is what to do next.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the process returns (DESIGN: exit codes)."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    TOOL = 3
    INDEX = 4
    NOT_VISIBLE = 5
    BUG = 70
    INTERRUPTED = 130


class PypublishError(Exception):
    """pypublish could not do its job; `hint` says what to do about it."""

    exit_code: ClassVar[ExitCode] = ExitCode.FINDINGS

    def __init__(self, message: str, *, hint: str = "", url: str = "") -> None:
        super().__init__(message)
        self.hint = hint
        self.url = url


class UsageError(PypublishError):
    """The command line, an input or an environment variable cannot be meant so."""

    exit_code = ExitCode.USAGE


class SettingsError(UsageError):
    """A file that pypublish reads strictly has mistakes; `mistakes` names each with its path."""

    def __init__(self, message: str, *, mistakes: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__("\n".join((message, *(f"  {mistake}" for mistake in mistakes))), hint=hint)
        self.mistakes = mistakes


class SealError(PypublishError):
    """The manifest or the files are not those that were checked; `mistakes` names each file."""

    def __init__(self, message: str, *, mistakes: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__("\n".join((message, *(f"  {mistake}" for mistake in mistakes))), hint=hint)
        self.mistakes = mistakes


class ToolError(PypublishError):
    """A tool that pypublish needs could not run; `output` is the end of what it printed."""

    exit_code = ExitCode.TOOL

    def __init__(self, message: str, *, hint: str = "", output: str = "") -> None:
        super().__init__(message, hint=hint)
        self.output = output


class ToolMissingError(ToolError):
    """A tool is not on this machine."""


class ToolTimeoutError(ToolError):
    """A tool was stopped at its time limit."""


class IndexUnavailableError(PypublishError):
    """The index did not answer, or what answered is no index.

    `retry_after` is how many seconds it asks to wait; `lasting` says that waiting alone will hardly mend it.
    """

    exit_code = ExitCode.INDEX

    def __init__(
        self, message: str, *, hint: str = "", retry_after: float | None = None, lasting: bool = False
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        self.lasting = lasting


class NotVisibleError(PypublishError):
    """The files were published, but the index does not show them here yet."""

    exit_code = ExitCode.NOT_VISIBLE
