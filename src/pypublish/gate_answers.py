"""What the built-in gates learn from their tools: known vulnerabilities, and changes of an API."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One version of one package, as a resolution has it; the name is normalised."""

    name: str
    version: str

    def __str__(self) -> str:
        """Write it as a requirement."""
        return f"{self.name}=={self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """One known vulnerability of a package, by the id that the service gives it first."""

    package: Pin
    id: str
    aliases: tuple[str, ...] = ()
    fixed_in: tuple[str, ...] = ()
    """The versions without it, the earliest first; none where there is none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What pip-audit says of a set of packages."""

    vulnerabilities: tuple[Vulnerability, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    """The packages that the service does not know, each with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiChange:
    """One change of a public object that breaks who used it, in griffe's words."""

    path: str
    """As in `hello.greet`."""
    kind: str
    """As in `Parameter was removed`."""
    title: str = ""
    """What of it has changed, seen from its module: `greet(loud)`."""
    what: str = ""
    """Old and new value, where there are any."""
    file: str = ""
    """The module's path in the wheel; empty where it is not known."""
    line: int | None = None
    """In the new wheel; None where the object is gone."""
