"""entry_points.txt: the commands and plug-ins that a wheel installs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from configparser import Error as ParserError
from dataclasses import replace

from pypublish.checks.catalog import check
from pypublish.checks.described import Described
from pypublish.checks.packages import library
from pypublish.checks.subjects import Dist
from pypublish.checks.words import expected, lower_first
from pypublish.findings import Problem, Severity
from pypublish.pypi import contents

FILE = "entry_points.txt"

_LINE = re.compile(r"\[line +(?P<line>\d+)\]: '(?P<text>.*?)(\\n)?'$")
"""How the parser of INI files names a line."""

_SCRIPT = re.compile(r"Invalid entry point name (?P<name>'.*'|\".*\") in '(?P<group>.*)'$")
"""How PyPI's rule names a script."""

_MODULE = re.compile(r"\s*(?P<module>\w+(\.\w+)*)\s*(:|\[|$)")
"""The module that an entry point refers to (entry points specification)."""

SCRIPTS = frozenset({"console_scripts", "gui_scripts"})
"""The groups of commands: what they refer to has to be there, while a plug-in may be absent on purpose."""

_EXTENSION = re.compile(r"(\.[^./]+)*\.(py|pyc|so|pyd)$")


@check(Severity.ERROR, pypi="W9")
def entry_points_are_readable(described: Described) -> Iterator[Problem]:
    """entry_points.txt is an INI file in UTF-8, and no script's name is a path.

    PyPI refuses it, and installers would make scripts of a wrong name, or outside the folder of scripts.

    Fix: mend `[project.scripts]` or `[project.entry-points]` in pyproject.toml.

    Example:
        [project.scripts]
        - "say hello" = "hello:main"
        + say-hello = "hello:main"

    """
    content = described.entry_points
    if content is not None and (mistake := contents.entry_points_mistake(content)) is not None:
        at, named = _LINE.search(mistake), _SCRIPT.match(mistake)
        if at is not None:
            message = f"entry_points.txt has a line that is no `name = value`: {at['text']}"
        elif named is not None:
            message = f"{named['name']} is no name for a script ({named['group']})"
        else:
            message = lower_first(mistake)
        where = described.set_by("entry-points", message)
        if where.member is not None and at is not None:
            where = replace(where, line=int(at["line"]))
        answer = contents.entry_points_are_valid(described.filename, content)
        hint = "Write it with letters, digits, `.`, `_` and `-`, without blanks." if named is not None else ""
        yield Problem(message=message, hint=hint, where=where, answer=expected(answer))


@check(Severity.ERROR)
def entry_points_resolve(wheel: Dist) -> Iterator[Problem]:
    """Every entry point refers to a module that is in the wheel, or to somebody else's.

    A command whose module was renamed or left out ends with a traceback for everybody.

    Fix: correct the reference under `[project.scripts]` or `[project.entry-points]`, or include the module.

    Example:
        [project.scripts]
        - hello = "hello.command:main"
        + hello = "hello.cli:main"

    """
    modules = {_EXTENSION.sub("", path).removesuffix("/__init__").replace("/", ".") for path, _ in library(wheel)}
    tops = {module.partition(".")[0] for module in modules}
    for group, name, value in entries(wheel):
        found = _MODULE.match(value)
        if found is None or found["module"].partition(".")[0] not in tops:
            continue
        folders = {module[: len(found["module"])] for module in modules if module.startswith(f"{found['module']}.")}
        is_script = group in SCRIPTS
        # Who reads a group of his own may take `module.object` for an object, as fsspec does.
        is_object = not is_script and ":" not in value and found["module"].rpartition(".")[0] in modules
        if found["module"] not in modules | folders and not is_object:
            yield Problem(
                message=f"{group}: {name} = {value} refers to {found['module']}, which is not in the wheel",
                where=wheel.at(f"{wheel.top}/{FILE}"),
                severity=None if is_script else Severity.WARNING,
            )


RESOLVE = entry_points_resolve.id


def entries(wheel: Dist) -> Iterator[tuple[str, str, str]]:
    """Yield group, name and value of each entry point; nothing where the file does not read."""
    try:
        parser = contents.read_entry_points(wheel.text(f"{wheel.top}/{FILE}") or b"")
    except (ParserError, UnicodeError):
        return
    for group in parser.sections():
        yield from ((group, name, value) for name, value in parser.items(group))
