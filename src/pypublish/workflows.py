"""What a repository tells GitHub to run: its workflows, and the actions of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowFile:
    """One YAML file that tells GitHub what to run: a workflow, or an action of the repository itself."""

    path: str
    """As findings name it, with slashes."""
    text: str
    data: Mapping[str, object]
    """What GitHub reads in it: YAML 1.2, where `on` is a word. Empty where it does not read."""
    lines: Mapping[tuple[str | int, ...], int]
    """The line of each key and each item of a list: `("jobs", "publish", "steps", 0)`."""
    mistake: str = ""
    """Why it does not read; `mistake_line` says where, as far as it is known."""
    mistake_line: int | None = None

    @property
    def name(self) -> str:
        """The file name alone, as PyPI wants it."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workflows:
    """Everything that a repository tells GitHub to run."""

    workflows: tuple[WorkflowFile, ...]
    actions: tuple[WorkflowFile, ...] = ()
    """The repository's own actions: every action.yml that a step of it may name by `./`."""
