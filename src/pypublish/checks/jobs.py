"""The jobs of a workflow and their steps: what they run, what they may, where they upload to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeGuard

from pypublish.workflows import WorkflowFile

PUBLISHING_ACTION = "pypa/gh-action-pypi-publish"
READS_THE_TREE = frozenset({"prepare", "rehearse", "validate", "build", "check", "gates", "release"})
"""Stages of our own action that have a checkout, and so are told where in it the project lies."""

_UPLOAD = re.compile(r"\b(?:twine\s+upload|(?:uv|hatch|flit|pdm|poetry)\s+publish)\b(?!.*--dry-run)")
_TESTPYPI = re.compile(r"test\.?pypi", re.IGNORECASE)
_OUR_ENVIRONMENT = re.compile(r"\$\{\{\s*(?:needs|steps)\.[\w-]+\.outputs\.environment\s*\}\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a job."""

    index: int
    data: Mapping[str, object]

    @property
    def uses(self) -> str:
        """The action that it runs; empty where it runs a script."""
        return word(self.data, "uses")

    @property
    def script(self) -> str:
        """What it runs, without the lines that are comments."""
        return "\n".join(line for line in word(self.data, "run").splitlines() if not line.lstrip().startswith("#"))

    @property
    def is_the_publishing_action(self) -> bool:
        """Whether it is the action that PyPA makes for uploads."""
        return action_name(self.uses).lower() == PUBLISHING_ACTION

    @property
    def publishes(self) -> bool:
        """Whether it uploads to an index."""
        return self.is_the_publishing_action or any(map(_UPLOAD.search, self.script.splitlines()))

    @property
    def index_name(self) -> str | None:
        """The index it uploads to, `pypi` or `testpypi`; None where only the run will tell."""
        url = self.script
        if self.is_the_publishing_action:
            inputs = mapping(self.data, "with")
            url = word(inputs, "repository-url") or word(inputs, "repository_url")
            if "${{" in url:
                return None
        return "testpypi" if _TESTPYPI.search(url) else "pypi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job of a workflow."""

    file: WorkflowFile
    name: str
    data: Mapping[str, object]

    @property
    def steps(self) -> tuple[Step, ...]:
        """Its steps, in order."""
        found = self.data.get("steps")
        items = found if isinstance(found, list) else []
        return tuple(Step(index=index, data=step) for index, step in enumerate(items) if is_mapping(step))

    @property
    def uploads(self) -> tuple[Step, ...]:
        """Those of its steps that publish."""
        return tuple(step for step in self.steps if step.publishes)

    @property
    def may_ask_for_a_token(self) -> bool:
        """Whether it holds `id-token: write`, by itself or by its workflow."""
        return grants_id_token(self.data if "permissions" in self.data else self.file.data)

    @property
    def environment(self) -> str:
        """The environment as it is written, expressions included; empty where it names none."""
        named = self.data.get("environment")
        return word(named, "name") if is_mapping(named) else str(named or "")

    def environment_for(self, index_name: str) -> str | None:
        """Return the environment of a release to an index; None where only the run will tell."""
        if _OUR_ENVIRONMENT.fullmatch(self.environment.strip()):
            return index_name
        return None if "${{" in self.environment else self.environment

    def may_publish_to(self, index_name: str) -> bool:
        """Whether one of its steps uploads to that index, as far as the file tells."""
        return any(step.index_name in {None, index_name} for step in self.uploads)

    def line(self, *path: str | int) -> int | None:
        """Return the line of something in the job; the job's own where that is not there."""
        at: tuple[str | int, ...] = ("jobs", self.name)
        return self.file.lines.get((*at, *path)) or self.file.lines.get(at)


def jobs(file: WorkflowFile) -> Iterator[Job]:
    """Go through the jobs of a workflow."""
    for name, data in mapping(file.data, "jobs").items():
        if is_mapping(data):
            yield Job(file=file, name=name, data=data)


def events(file: WorkflowFile) -> dict[str, Mapping[str, object]]:
    """Return the events that start a workflow, each with its filters: `on` is a word, a list or a mapping."""
    on = file.data.get("on")
    if isinstance(on, str):
        return {on: {}}
    if isinstance(on, list):
        return {event: {} for event in on if isinstance(event, str)}
    return {event: filters if is_mapping(filters) else {} for event, filters in on.items()} if is_mapping(on) else {}


def grants_id_token(holder: Mapping[str, object]) -> bool:
    """Whether the `permissions` of a job or a workflow grant `id-token: write`."""
    granted = holder.get("permissions")
    return granted == "write-all" or (is_mapping(granted) and granted.get("id-token") == "write")


def action_name(uses: str) -> str:
    """Return `owner/name` of what a step uses, without folder and ref."""
    return "/".join(uses.partition("@")[0].split("/")[:2])


def is_mapping(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether a value is a mapping; the keys of all that are read are words."""
    return isinstance(value, Mapping)


def mapping(holder: Mapping[str, object], key: str) -> Mapping[str, object]:
    """Return the mapping under a key; an empty one where something else is there."""
    value = holder.get(key)
    return value if is_mapping(value) else {}


def word(holder: Mapping[str, object], key: str) -> str:
    """Return the text under a key; empty where something else is there."""
    value = holder.get(key)
    return value if isinstance(value, str) else ""
