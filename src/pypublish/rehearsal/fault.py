"""What a fault of the index is: a function with a docstring, which answers in the index's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from werkzeug.wrappers import Response

from pypublish.faults import Fault, words
from pypublish.rehearsal.meeting import Meeting, Target

_UPLOADING = "tests/faults/test_upload.py"
_READING = "tests/faults/test_reading.py"
_TRIED: Final[Mapping[Target, str]] = {
    **dict.fromkeys((Target.UPLOAD, Target.AUDIENCE, Target.MINT, Target.IDENTITY), _UPLOADING),
    **dict.fromkeys((Target.PAGE, Target.JSON, Target.FILE), _READING),
}
"""Where every fault of a target is tried: a test there holds that none is missing."""

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
        said = words(effect.__doc__ or "", name)
        return Injected(
            number=number,
            name=name,
            what=said.what,
            seen=said.seen,
            remedy=said.remedy,
            tried=f"`{_TRIED[target]}`",
            argument=f"{argument}={default:g}" if isinstance(default, float) else argument and f"{argument}={default}",
            times=times,
            target=target,
            effect=effect,
            default=default,
        )

    return decorate


def described(number: str, name: str, text: str) -> Fault:
    """Make a fault that is not the index's to make, of words that are written as a docstring is."""
    said = words(text, name)
    return Fault(number=number, name=name, what=said.what, seen=said.seen, remedy=said.remedy, tried=said.tried)
