"""Which gate runs on which Python: what a matrix of jobs goes through, and what is tried on one machine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pypublish.errors import UsageError
from pypublish.gates import DECLARED, OLDEST, ONE, Gates


@dataclass(frozen=True, slots=True, kw_only=True)
class Pythons:
    """What there is to choose from; versions as in `3.13`."""

    declared: tuple[str, ...]
    """Those that the project's classifiers declare, oldest first."""
    named: frozenset[str]
    """Those that gates name."""
    running: str
    """The one that runs pypublish."""
    asked: tuple[str, ...] = ()
    """Those that the user asks for; empty where each gate is to run once, on what there is."""

    @property
    def matrix(self) -> tuple[str, ...]:
        """All Pythons that gates run on, oldest first: a job for each."""
        return tuple(sorted({*self.declared, *self.named} or {self.running}, key=_order))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One gate to be run on one Python."""

    gate: str
    pythons: tuple[str, ...]
    """The Pythons that will do, the best first: it runs on the first that is there."""
    needed: bool
    """Whether it was asked for by name, so that it is an error if it is not there."""


def minor(version: str) -> str:
    """Return `3.13` of `3.13.1`."""
    return ".".join(version.split(".")[:2])


def select(gates: Gates, pythons: Pythons, *, only: Iterable[str] = ()) -> tuple[Run, ...]:
    """Return what is to be run, in the order of the declaration.

    With Pythons that were asked for, each gate runs on those of them that it is for; without, once. `only` names gates
    to run instead of all.

    Raises:
        UsageError: there is no such gate, or no gate runs on a Python that was asked for.

    """
    wanted = tuple(only)
    strangers = [name for name in wanted if name not in gates.names]
    if strangers:
        known = f"known are {', '.join(gates.names)}" if gates.names else "the project declares none"
        raise UsageError(f"there is no gate {strangers[0]!r}; {known}")
    known_pythons = pythons.declared or pythons.named
    asked = {minor(one) for one in pythons.asked}
    if known_pythons and (beyond := sorted(asked - set(pythons.matrix), key=_order)):
        raise UsageError(
            f"no gate runs on Python {', '.join(beyond)}; the project's classifiers and gates name"
            f" {', '.join(pythons.matrix)}",
            hint="Name one of these, or add the classifier.",
        )
    runs = []
    for name in gates.names:
        if wanted and name not in wanted:
            continue
        gate = gates.running_commands.get(name)
        runs += _runs(name, gate.pythons if gate is not None else (ONE,), pythons, insisted=bool(wanted))
    return tuple(runs)


def _runs(name: str, where: tuple[str, ...], pythons: Pythons, *, insisted: bool) -> list[Run]:
    if not pythons.asked:
        return [Run(gate=name, pythons=_once(where, pythons), needed=False)]
    # Whoever names both the gate and the Python means it.
    admitted = frozenset(map(minor, pythons.asked)) if insisted else _admitted(where, pythons)
    return [Run(gate=name, pythons=(one,), needed=True) for one in pythons.asked if minor(one) in admitted]


def _admitted(where: tuple[str, ...], pythons: Pythons) -> frozenset[str]:
    """Return on which Pythons of the matrix a gate runs; without any that is declared, on all that were asked for."""
    asked = {minor(one) for one in pythons.asked}
    known = pythons.declared or (pythons.matrix if pythons.named else tuple(sorted(asked, key=_order)))
    chosen: dict[tuple[str, ...], tuple[str, ...]] = {(DECLARED,): known, (ONE,): known[-1:], (OLDEST,): known[:1]}
    return frozenset(chosen.get(where, where))


def _once(where: tuple[str, ...], pythons: Pythons) -> tuple[str, ...]:
    """Return on which Pythons a gate may be run, the best first: the one that is running, then the newest."""
    if where == (OLDEST,):
        return (pythons.declared or pythons.matrix)[:1]
    if where == (ONE,):
        return (pythons.running,)
    may = pythons.declared or (pythons.running,) if where == (DECLARED,) else where
    return tuple(sorted(may, key=lambda one: (one == pythons.running, _order(one)), reverse=True))


def _order(version: str) -> tuple[int, ...]:
    """Order versions by their numbers, a free-threaded one (3.14t) after the same without."""
    numbers = (int("".join(filter(str.isdigit, part)) or 0) for part in version.split("."))
    return (*numbers, version.endswith("t"))
