"""What a fault of the index is: a function with a docstring, which answers in the index's place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from werkzeug.wrappers import Response

from pypublish.faults import Fault, words
from pypublish.rehearsal.meeting import Meeting, Target

Effect = Callable[[Meeting], Response | None]
"""Answers in the index's place; None where this request is not one to strike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Injected(Fault):
    """A fault that the embedded index can be asked for."""

    target: Target
    effect: Effect
    default: float | str | None = None
    """The argument where none is given; its type says which are possible. None where there is no argument."""


def fault(
    number: str,
    target: Target,
    *,
    argument: str = "",
    default: float | str | None = None,
    times: int | None = None,
) -> Callable[[Effect], Injected]:
    """Make a fault of a function: its name is the fault's, its docstring says what happens, what is seen, what to do.

    `argument` is what its argument is called, `default` that argument's value; `times` how often it strikes.
    """

    def decorate(effect: Effect) -> Injected:
        name = effect.__name__.replace("_", "-")
        what, seen, remedy = words(effect.__doc__ or "", name)
        return Injected(
            number=number,
            name=name,
            what=what,
            seen=seen,
            remedy=remedy,
            argument=f"{argument}={default:g}" if isinstance(default, float) else argument and f"{argument}={default}",
            times=times,
            target=target,
            effect=effect,
            default=default,
        )

    return decorate


def described(number: str, name: str, text: str) -> Fault:
    """Make a fault that is not the index's to make, of words that are written as a docstring is."""
    what, seen, remedy = words(text, name)
    return Fault(number=number, name=name, what=what, seen=seen, remedy=remedy)
