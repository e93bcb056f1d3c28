"""All faults that the embedded index can be asked for, by name, and those that it has been asked for."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Final

from pypublish.errors import UsageError
from pypublish.faults import Fault, no_such_fault
from pypublish.rehearsal import artifact_faults, machine_faults, page_faults, trust_faults, upload_faults, wire_faults
from pypublish.rehearsal.fault import Injected
from pypublish.rehearsal.meeting import Target

ALWAYS: Final = "always"
_STATUSES: Final = range(400, 600)


def _of(*modules: ModuleType) -> tuple[Fault, ...]:
    faults = (value for module in modules for value in vars(module).values() if isinstance(value, Fault))
    return tuple(sorted(faults, key=lambda fault: fault.rank))


TOPICS: Final[Mapping[str, tuple[Fault, ...]]] = {
    "The upload": _of(upload_faults),
    "Trusted Publishing": _of(trust_faults),
    "Reading the index": _of(page_faults, wire_faults),
    "The artifact between the jobs": _of(artifact_faults),
    "The machine, and who else is there": _of(machine_faults),
}
"""Every fault, those too that are not the index's to make."""
FAULTS: Final[Mapping[str, Injected]] = {
    one.name: one for several in TOPICS.values() for one in several if isinstance(one, Injected)
}
"""Those that the index can be asked for, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One fault as it was asked for."""

    fault: Injected
    argument: float | str | None
    times: int | None
    """How often it strikes; None for always."""

    def __str__(self) -> str:
        """Write it as it is asked for, with everything said."""
        argument = f"{self.argument:g}" if isinstance(self.argument, float) else self.argument
        return "".join((self.fault.name, f":{argument}" if argument is not None else "", f"/{self.times or ALWAYS}"))


def read(text: str) -> Order:
    """Read `NAME[:ARGUMENT][/TIMES]`, where TIMES is a number or `always`.

    Raises:
        UsageError: there is no such fault, or it cannot be told this.

    """
    rest, slash, times = text.strip().partition("/")
    name, colon, argument = rest.partition(":")
    fault = FAULTS.get(name)
    if fault is None:
        raise no_such_fault(name, FAULTS)
    return Order(
        fault=fault,
        argument=_argument(fault, argument) if colon else fault.default,
        times=_times(times) if slash else fault.times,
    )


def _argument(fault: Injected, text: str) -> float | str:
    if fault.default is None or not text:
        raise UsageError(
            f"the fault {fault.name} takes no argument {text!r}",
            hint=f"Write {fault.usage}; pypublish index faults says what each takes.",
        )
    if isinstance(fault.default, str):
        return text
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    is_status = fault.argument.startswith("STATUS=")
    if not math.isfinite(number) or (is_status and number not in _STATUSES):
        what = "an HTTP status from 400 to 599" if is_status else "a number"
        raise UsageError(
            f"the fault {fault.name} cannot be told {text!r}", hint=f"{fault.argument.partition('=')[0]} is {what}."
        )
    return number


def _times(text: str) -> int | None:
    if text == ALWAYS:
        return None
    if not (text.isascii() and text.isdigit() and int(text)):
        raise UsageError(f"{text!r} is not how often a fault strikes", hint=f"Give a number, or {ALWAYS}.")
    return int(text)


@dataclass(slots=True, kw_only=True, eq=False)
class Armed:
    """A fault that was asked for, and how often it still strikes; None for always."""

    order: Order
    left: int | None


class Faults:
    """The faults that an index has been asked for, in that order; for many threads."""

    def __init__(self, orders: Iterable[Order] = ()) -> None:
        self._lock = threading.Lock()
        self._armed: list[Armed] = []
        self._arm(orders)

    def arm(self, *texts: str) -> None:
        """Ask for faults: for all of them or, where one cannot be read, for none.

        Raises:
            UsageError: there is no such fault, or it cannot be told this.

        """
        self._arm([read(text) for text in texts])

    def disarm(self) -> None:
        """Let the index be well again; what faults have left behind stays."""
        with self._lock:
            self._armed = []

    def __iter__(self) -> Iterator[str]:
        """Iterate over what still strikes, as it would be asked for."""
        with self._lock:
            still = [replace(one.order, times=one.left) for one in self._armed if one.left != 0]
        return map(str, still)

    def against(self, target: Target) -> list[Armed]:
        """Return what may strike a request, in order."""
        with self._lock:
            return [one for one in self._armed if one.order.fault.target is target and one.left != 0]

    def claim(self, armed: Armed) -> bool:
        """Take one strike; False where there is none left."""
        with self._lock:
            if armed.left == 0:
                return False
            if armed.left is not None:
                armed.left -= 1
            return True

    def give_back(self, armed: Armed) -> None:
        """Give back a strike that met nothing to strike."""
        with self._lock:
            if armed.left is not None:
                armed.left += 1

    def _arm(self, orders: Iterable[Order]) -> None:
        with self._lock:
            self._armed += [Armed(order=order, left=order.times) for order in orders]
