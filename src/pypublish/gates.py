"""Gates: commands that have to succeed against the sealed wheel, as `[tool.pypublish.gates]` declares them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from pypublish import codec
from pypublish.errors import SettingsError

DECLARED, ONE, OLDEST = "declared", "one", "oldest"
AUDIT, LOWEST, API = "audit", "lowest", "api"
BUILT_IN = (AUDIT, LOWEST, API)
TESTS = "tests"
"""The gate whose command `lowest = true` runs."""

OF_A_SHELL = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>&1"})
SET_BY_US = frozenset({"PATH", "VIRTUAL_ENV", "HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"})

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_PYTHON = re.compile(r"3\.\d{1,2}t?")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One command, and what it needs. Times in seconds."""

    command: str
    """Split as a shell would, run without one."""
    groups: tuple[str, ...] = ()
    """The dependency groups (PEP 735) that are installed beside the wheel."""
    extras: tuple[str, ...] = ()
    """The extras of the wheel that are installed."""
    timeout: int = 900
    pythons: tuple[str, ...] = (DECLARED,)
    """On which Pythons it runs: those that are named, or `declared`, `one` or `oldest` alone."""
    env: dict[str, str] = field(default_factory=dict)
    """Variables that it sees, with their values."""
    pass_env: tuple[str, ...] = ()
    """Variables of the user's that it sees too; no other gets in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Known vulnerabilities of what the wheel installs are findings."""

    extras: tuple[str, ...] = ()
    """The extras whose requirements are looked at too."""
    ignore: dict[str, str] = field(default_factory=dict)
    """Id of a vulnerability -> the reason why it does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """Breaking changes since the last release are warnings in a version that does not say so."""

    ignore: dict[str, str] = field(default_factory=dict)
    """Path of an object (`hello.greet`) -> the reason why its change does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gates:
    """All gates of a project."""

    commands: dict[str, Gate] = field(default_factory=dict)
    """The project's own, by name, in their order."""
    audit: Audit | None = None
    lowest: Gate | None = None
    """What is run with the lowest direct dependencies that the wheel allows."""
    api: Api | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all that are declared: the project's own, then those that are built in."""
        built_in = ((AUDIT, self.audit), (LOWEST, self.lowest), (API, self.api))
        return (*self.commands, *(name for name, gate in built_in if gate is not None))

    @property
    def running_commands(self) -> dict[str, Gate]:
        """The gates that run a command of the project's."""
        return self.commands | ({LOWEST: self.lowest} if self.lowest is not None else {})

    @property
    def pythons(self) -> frozenset[str]:
        """The Pythons that gates name."""
        named = (python for gate in self.running_commands.values() for python in gate.pythons)
        return frozenset(python for python in named if python not in {DECLARED, ONE, OLDEST})


NO_GATES = Gates()


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What a program printed, for a person: an exhibit of an outcome. It is foreign text."""

    text: str

    @property
    def lines(self) -> list[str]:
        """Its lines, as a terminal would end them."""
        return re.split(r"\r\n|\n|\r", self.text)


def parse(table: object) -> Gates:
    """Read `[tool.pypublish.gates]` strictly.

    Raises:
        SettingsError: with every mistake and its path.

    """
    if not isinstance(table, Mapping):
        raise _refused(["gates: must be a table of gates, as in gates.tests = 'pytest'"])
    mistakes: list[str] = []
    commands = {
        str(name): gate
        for name, value in table.items()
        if name not in BUILT_IN and (gate := _command(str(name), value, mistakes)) is not None
    }
    mistakes += [
        f"gates.{name}: a gate's name has small letters, digits and hyphens, at most 40"
        for name in commands
        if not _NAME.fullmatch(name)
    ]
    gates = Gates(
        commands=commands,
        audit=_built_in(Audit, AUDIT, table.get(AUDIT, False), mistakes),
        lowest=_lowest(table.get(LOWEST, False), commands.get(TESTS), mistakes),
        api=_built_in(Api, API, table.get(API, False), mistakes),
    )
    for name, gate in gates.running_commands.items():
        mistakes += [f"gates.{name}.{mistake}" for mistake in _mistakes(gate)]
    for name, built_in in ((AUDIT, gates.audit), (API, gates.api)):
        ignored = built_in.ignore if built_in is not None else {}
        mistakes += [f"gates.{name}.ignore.{key}: needs a reason" for key, why in ignored.items() if not why.strip()]
    if mistakes:
        raise _refused(list(dict.fromkeys(mistakes)))
    return gates


def _refused(mistakes: list[str]) -> SettingsError:
    return SettingsError("[tool.pypublish.gates] in pyproject.toml does not read", mistakes=tuple(mistakes))


def _command(name: str, value: object, mistakes: list[str]) -> Gate | None:
    if isinstance(value, str):
        return Gate(command=value)
    if not isinstance(value, Mapping):
        mistakes.append(f"gates.{name}: must be a command in quotes, or a table with one")
        return None
    return _load(Gate, name, value, mistakes)


def _built_in(cls: type[T], name: str, value: object, mistakes: list[str]) -> T | None:
    if value is False:
        return None
    if value is True:
        return cls()
    if not isinstance(value, Mapping):
        mistakes.append(f"gates.{name}: is built in: must be true, false or a table; give a command another name")
        return None
    return _load(cls, name, value, mistakes)


def _lowest(value: object, tests: Gate | None, mistakes: list[str]) -> Gate | None:
    """Return the gate: as `tests` is, but with the command that is given, on the oldest Python."""
    if value is False:
        return None
    if isinstance(value, Mapping):
        own = {"command": tests.command, **value} if tests is not None else value
        gate = _load(Gate, LOWEST, own, mistakes)
        return gate if gate is None or "pythons" in value else replace(gate, pythons=(OLDEST,))
    if isinstance(value, str):
        return replace(tests or Gate(command=value), command=value, pythons=(OLDEST,))
    if value is not True:
        mistakes.append(f"gates.{LOWEST}: is built in: must be true, false, a command in quotes or a table")
    elif tests is None:
        mistakes.append(f"gates.{LOWEST}: true runs the gate '{TESTS}', and there is none; write the command instead")
    else:
        return replace(tests, pythons=(OLDEST,))
    return None


def _load(cls: type[T], name: str, table: Mapping[str, object], mistakes: list[str]) -> T | None:
    pythons = table.get("pythons")
    plain = {**table, "pythons": [pythons]} if isinstance(pythons, str) else table
    try:
        return codec.load(cls, plain, what=name, style="toml")
    except SettingsError as error:
        mistakes += [f"gates.{name}.{mistake}" for mistake in error.mistakes]
        return None


def _mistakes(gate: Gate) -> Iterator[str]:
    """Yield what is wrong with a gate that reads."""
    try:
        words = shlex.split(gate.command)
    except ValueError as error:
        yield f"command: cannot be split into words: {error}"
        words = ["unknown"]
    if not words:
        yield "command: is empty"
    yield from (
        f"command: {word!r} means nothing without a shell; make a gate of each command, or run a script"
        for word in words
        if word in OF_A_SHELL
    )
    if gate.timeout <= 0:
        yield "timeout: must be more than 0 seconds"
    if not gate.pythons:
        yield "pythons: names none"
    if gate.pythons not in {(DECLARED,), (ONE,), (OLDEST,)}:
        yield from (
            f"pythons: {python!r} is no Python; write '3.13', or '{DECLARED}', '{ONE}' or '{OLDEST}' alone"
            for python in gate.pythons
            if not _PYTHON.fullmatch(python)
        )
    for key, names in (("env", tuple(gate.env)), ("pass-env", gate.pass_env)):
        yield from (f"{key}.{name}: is no variable's name" for name in names if not _VARIABLE.fullmatch(name))
        yield from (f"{key}.{name}: is set by pypublish" for name in names if name in SET_BY_US)
