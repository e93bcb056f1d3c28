"""Start pypublish."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from pypublish.cli.main import leave, run

    leave(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
