"""A fault that a release has to survive, in words: what happens, what is seen of it, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from inspect import cleandoc

from pypublish.errors import UsageError

_SEEN = "\nSeen: "
_REMEDY = "\nDo: "
_TRIED = "\nTried: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. Its number is its place in the list of faults that a release is tried against (F1 and on)."""

    number: str
    name: str
    """As it is asked for; some faults have one name for each of their forms, and so share a number."""
    what: str
    """What happens."""
    seen: str
    """What the maintainer sees of it."""
    remedy: str
    """What to do."""
    tried: str = ""
    """How it is tried: the tests, each as `file::name` in backquotes; `not run: …` says what is not, and why."""
    argument: str = ""
    """What the fault can be told, as `SECONDS=3600`; empty where it is always the same."""
    times: int | None = None
    """How often it strikes, unless told otherwise; None for always."""

    @property
    def rank(self) -> int:
        """The number, to sort by."""
        return int(self.number.removeprefix("F"))

    @property
    def usage(self) -> str:
        """How it is asked for: `name`, or `name[:ARGUMENT]`."""
        return f"{self.name}[:{self.argument.partition('=')[0]}]" if self.argument else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a docstring says of a fault."""

    what: str
    seen: str
    remedy: str
    tried: str


def words(text: str, name: str) -> Words:
    """Take a docstring apart: what happens, then a line that begins with `Seen:`, one with `Do:`, maybe one `Tried:`.

    Raises:
        TypeError: one of the first three is missing.

    """
    what, seen_marker, rest = cleandoc(text).partition(_SEEN)
    seen, remedy_marker, rest = rest.partition(_REMEDY)
    remedy, _, tried = rest.partition(_TRIED)
    if not (what and seen_marker and remedy_marker):
        raise TypeError(f"fault {name} needs what happens, a line 'Seen: …' and a line 'Do: …'")
    return Words(what=" ".join(what.split()), seen=_sentence(seen), remedy=_sentence(remedy), tried=_sentence(tried))


def _sentence(text: str) -> str:
    line = " ".join(text.split())
    return line[:1].upper() + line[1:]


def no_such_fault(name: str, known: Iterable[str]) -> UsageError:
    """Make the error for a name that no fault has; the nearest is suggested."""
    near = get_close_matches(name, list(known), n=1)
    return UsageError(
        f"there is no fault {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        hint="pypublish index faults lists them all.",
    )
