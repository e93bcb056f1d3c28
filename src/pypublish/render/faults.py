"""The faults in words: those that the embedded index can be asked for, and all of them as docs/faults.md."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from pypublish.faults import Fault

WIDTH = 100

HEAD = """\
# Faults

What can go wrong with a release from outside, what you see of it, and what to do. Generated from the faults themselves.
Each is tried against the release's own stages: nothing is lost, one message says what happened and what to do, and the
same job, run again, ends where an undisturbed release does; where only a new version does, it says so. The last column
names the tests, and says what was not run because a Linux machine cannot show it.

*On request* is how the embedded index is asked for a fault: `pypublish index serve --fault NAME[:ARGUMENT][/TIMES]`, or
a POST to its `/_/faults` while it runs. `pypublish index faults` lists those.
"""


def listing(faults: Iterable[Fault]) -> str:
    """Return the faults that can be asked for, for a terminal."""
    return "\n".join(_entry(fault) for fault in faults)


def page(topics: Mapping[str, Iterable[Fault]], injected: Iterable[Fault]) -> str:
    """Return docs/faults.md; `injected` are those that the embedded index can be asked for."""
    names = {fault.name for fault in injected}
    return "\n".join([HEAD, *(_topic(title, tuple(faults), names) for title, faults in topics.items())])


def _entry(fault: Fault) -> str:
    argument = f", {fault.argument} unless given" if fault.argument else ""
    head = f"{fault.usage}   {fault.number}, {_times(fault.times)}{argument}"
    what = textwrap.fill(fault.what, WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
    return f"{head}\n{what}\n"


def _times(times: int | None) -> str:
    if times is None:
        return "always"
    return "once" if times == 1 else f"{times} times"


def _topic(title: str, faults: tuple[Fault, ...], injected: set[str]) -> str:
    head = "| | what happens | what you see | what to do | on request | how it is tried |"
    lines = [f"## {title}", "", head, "|---|---|---|---|---|---|"]
    for fault in faults:
        asked = f"`{fault.usage}`" if fault.name in injected else ""
        lines.append(
            f"| {fault.number} | {_cell(fault.what)} | {_cell(fault.seen)} | {_cell(fault.remedy)} | {asked} |"
            f" {_cell(fault.tried)} |"
        )
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
