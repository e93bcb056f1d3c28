"""Let `import` find the installed modules of a package before those of its source tree.

Copied into the environment of a gate, for any Python 3 that there is: the standard library only. A source tree comes
before what is installed wherever it lies on the path, as pytest and `python -m` put it, and tests would judge the tree.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

# Not by pathlib, which would slow down each start of Python.
HERE = os.path.dirname(__file__)  # noqa: PTH120


class InstalledFirst:
    """A finder of the modules that are named, beside this file alone."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module that is named; of the others nothing is known here."""
        if name not in self._names:
            return None
        return PathFinder.find_spec(name, [os.path.join(HERE, *name.split(".")[:-1])], target)  # noqa: PTH118


def install(names: Iterable[str]) -> None:
    """Be asked before all other finders."""
    sys.meta_path.insert(0, InstalledFirst(names))
