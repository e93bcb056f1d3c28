"""The child process of `tools`: answers orders, one line of JSON each, with what the borrowed tools say.

The tools are imported while the parent waits for the build; a file that hangs or kills them does not hang the parent.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from pypublish.edges import check_manifest, twine, wheel_contents


def answer(order: Mapping[str, object]) -> list[dict[str, object]]:
    """Return the remarks of one tool on one file."""
    match order["tool"]:
        case "twine":
            if "pkg_info" not in order:
                return twine.remarks(str(order["file"]))
            filename = Path(str(order["file"])).name
            return twine.remarks_on_sdist(filename, str(order["member"]), str(order["pkg_info"]))
        case "check-wheel-contents":
            source = order["source"]
            return wheel_contents.remarks(str(order["file"]), source=None if source is None else str(source))
        case "check-manifest":
            os.chdir(str(order["source"]))
            members = order["members"]
            assert isinstance(members, list)  # noqa: S101 - the parent is ours
            return check_manifest.remarks(members)
        case tool:
            raise ValueError(f"no such tool: {tool}")


def serve(orders: IO[str], answers: IO[str]) -> None:
    """Answer each order in turn until there are no more."""
    for line in orders:
        try:
            reply: object = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - a tool that breaks over a file is reported, and the next file tried
            frame = traceback.extract_tb(error.__traceback__)[-1]
            reply = f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


def main() -> None:
    """Serve standard input; what the tools print goes to standard error."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    twine.load()
    wheel_contents.load()
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()
