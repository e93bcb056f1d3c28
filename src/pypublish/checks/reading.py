"""Rules about what is found on the way to a judgement: files that cannot be read, tools that break."""

from __future__ import annotations

from pypublish.checks.catalog import UNKNOWN_IGNORE, rule
from pypublish.findings import Finding, Location, Severity

FILE_IS_READABLE = rule(
    "file-is-readable",
    Severity.ERROR,
    """A file that is named is there, is a regular file, and may be read.

    What cannot be read cannot be judged, nor published.

    Fix: look at the path; a pattern in quotes is not expanded.
    """,
)
FILE_IS_A_DISTRIBUTION = rule(
    "file-is-a-distribution",
    Severity.ERROR,
    """Every file is an sdist (.tar.gz) or a wheel (.whl).

    PyPI takes nothing else, and whatever lies in the folder would be uploaded.

    Fix: remove the file, or put it elsewhere: checksums, signatures and notes belong beside dist, not into it.
    """,
    pypi="F3",
)
TOOLS_RUN = rule(
    "borrowed-tools-run",
    Severity.ERROR,
    """twine, check-wheel-contents and check-manifest get through the file.

    It is twine that uploads the file; what breaks it here would break it there.

    Fix: run the tool on the file by hand to see more; report it to the tool if the file is sound.
    """,
)
SMOKE_INSTALL_IS_TRIED = rule(
    "smoke-install-is-tried",
    Severity.ERROR,
    """The wheel is installed in a clean environment and used before it is published.

    It is the proof that it works for anybody but you. A wheel for another platform can be tried there alone: a note.

    Fix: run it where the index of the dependencies can be reached, or set `dependencies-index`.
    """,
)
IGNORES_EXIST = rule(
    UNKNOWN_IGNORE,
    Severity.WARNING,
    """Every check that [tool.pypublish.ignore] names exists.

    A misspelled one waives nothing.

    Fix: copy the name from the finding.
    """,
)
RULES = (FILE_IS_READABLE, FILE_IS_A_DISTRIBUTION, TOOLS_RUN, SMOKE_INSTALL_IS_TRIED, IGNORES_EXIST)


def unreadable(filename: str, reason: str) -> Finding:
    """Make the finding for a file that cannot be read."""
    return Finding(
        check=FILE_IS_READABLE.id,
        severity=FILE_IS_READABLE.severity,
        message=f"{filename} {reason}",
        hint=FILE_IS_READABLE.fix,
        where=Location(file=filename),
    )


def no_distribution(filename: str) -> Finding:
    """Make the finding for a file that is neither an sdist nor a wheel."""
    return Finding(
        check=FILE_IS_A_DISTRIBUTION.id,
        severity=FILE_IS_A_DISTRIBUTION.severity,
        message=f"{filename} is neither an sdist nor a wheel",
        hint=FILE_IS_A_DISTRIBUTION.fix,
        where=Location(file=filename),
    )


def broken_tool(filename: str, error: Exception) -> Finding:
    """Make the finding for a tool that broke over a file."""
    return Finding(
        check=TOOLS_RUN.id,
        severity=TOOLS_RUN.severity,
        message=str(error),
        hint=TOOLS_RUN.fix,
        where=Location(file=filename),
    )


def not_tried(reason: str, *, hint: str = "", severity: Severity = Severity.NOTE) -> Finding:
    """Make the finding for a smoke install that was not tried."""
    return Finding(check=SMOKE_INSTALL_IS_TRIED.id, severity=severity, message=reason, hint=hint)
