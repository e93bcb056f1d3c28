"""A change of a text file as a diff that people read and `git apply` takes."""

from __future__ import annotations

import difflib

from pypublish.render.text import printable


def diff(path: str, before: str, after: str) -> str:
    """Return the unified diff of one file; a new file has no name before, and an empty one is said to be new."""
    old = f"a/{path}" if before else "/dev/null"
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), old, f"b/{path}", lineterm="", n=3)) or [
        f"--- {old}",
        f"+++ b/{path}",
        "(a new, empty file)",
    ]
    return "\n".join(map(printable, lines))
