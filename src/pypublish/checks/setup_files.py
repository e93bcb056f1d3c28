"""What setup.cfg and setup.py say of a project, read without running either."""

from __future__ import annotations

import ast
import configparser
from collections.abc import Mapping
from dataclasses import dataclass, field

FIELDS = {
    "name": ("name",),
    "version": ("version",),
    "description": ("description",),
    "long_description": ("readme",),
    "python_requires": ("requires-python",),
    "license": ("license",),
    "author": ("authors",),
    "author_email": ("authors",),
    "maintainer": ("maintainers",),
    "maintainer_email": ("maintainers",),
    "keywords": ("keywords",),
    "classifiers": ("classifiers",),
    "install_requires": ("dependencies",),
    "extras_require": ("optional-dependencies",),
    "entry_points": ("scripts", "gui-scripts", "entry-points"),
    "project_urls": ("urls",),
    "url": ("urls",),
}
"""An argument of setup() -> the keys of `[project]` that have taken its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the files declare, by the names of setup()'s arguments; and which of those are computed."""

    values: Mapping[str, object] = field(default_factory=dict)
    computed: frozenset[str] = frozenset()
    """Arguments that only running setup.py would tell."""

    def text(self, name: str) -> str:
        """Return a text; empty where it is not given, or no text."""
        found = self.values.get(name)
        return found.strip() if isinstance(found, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; a text is one of several lines or, for keywords, of several words."""
        found = self.values.get(name)
        if isinstance(found, str):
            return tuple(line.strip() for line in found.splitlines() if line.strip())
        return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list | tuple) else ()

    def table(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """Return a table of lists of texts."""
        found = self.values.get(name)
        if not isinstance(found, Mapping):
            return {}
        return {str(key): Declared(values={"": value}).texts("") for key, value in found.items()}


class _Parser(configparser.ConfigParser):
    """As setuptools reads its files: a name stays as it is, since entry points and extras have capitals, too."""

    def __init__(self, delimiters: tuple[str, ...] = ("=", ":")) -> None:
        super().__init__(strict=False, delimiters=delimiters)

    def optionxform(self, optionstr: str) -> str:
        """Leave a name as it is."""
        return optionstr


def read(setup_cfg: str | None, setup_py: str | None) -> Declared:
    """Read both; what setup.cfg says counts where both say something, as it does for setuptools."""
    cfg = _read_cfg(setup_cfg) if setup_cfg is not None else Declared()
    script = _read_script(setup_py) if setup_py is not None else Declared()
    return Declared(
        values={**script.values, **cfg.values},
        computed=(script.computed - cfg.values.keys()) | cfg.computed,
    )


def _read_script(text: str) -> Declared:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Declared(computed=frozenset(FIELDS))  # setup.py of Python 2, say: nothing is known of it
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_setup(node.func):
            return _arguments(node, constants)
    return Declared()


def _is_setup(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name == "setup"


def _arguments(call: ast.Call, constants: Mapping[str, ast.expr]) -> Declared:
    values: dict[str, object] = {}
    computed: set[str] = set()
    for argument in call.keywords:
        if argument.arg is None:  # setup(**metadata): whatever is not named beside it may be in there
            computed |= FIELDS.keys()
            continue
        node = argument.value
        if isinstance(node, ast.Name) and node.id in constants:
            node = constants[node.id]
        try:
            values[argument.arg] = ast.literal_eval(node)
        except (ValueError, TypeError, RecursionError):
            computed.add(argument.arg)
    return Declared(values=values, computed=frozenset(computed - values.keys()))


def _read_cfg(text: str) -> Declared:
    parser = _Parser()
    try:
        parser.read_string(text)
        values = _values_of_cfg(parser)
    except configparser.Error:
        return Declared(computed=frozenset(FIELDS))
    if "project_urls" in values:
        values["project_urls"] = _pairs(str(values["project_urls"]))
    computed = {name for name in values if _is_looked_up(values[name])}
    return Declared(
        values={name: value for name, value in values.items() if name not in computed}, computed=frozenset(computed)
    )


def _values_of_cfg(parser: _Parser) -> dict[str, object]:
    values: dict[str, object] = {}
    for section, names in _OF_CFG.items():
        for name, argument in names.items():
            for spelled in (name, name.replace("_", "-")):
                if parser.has_option(section, spelled):
                    values[argument] = parser.get(section, spelled)
    for argument in ("extras_require", "entry_points"):
        if parser.has_section(f"options.{argument}"):
            values[argument] = dict(parser.items(f"options.{argument}"))
    return values


_OF_CFG = {
    "metadata": {
        "name": "name",
        "version": "version",
        "description": "description",
        "summary": "description",
        "home_page": "url",
        "long_description": "long_description",
        "license": "license",
        "author": "author",
        "author_email": "author_email",
        "maintainer": "maintainer",
        "maintainer_email": "maintainer_email",
        "keywords": "keywords",
        "classifier": "classifiers",
        "classifiers": "classifiers",
        "url": "url",
        "project_urls": "project_urls",
    },
    "options": {
        "python_requires": "python_requires",
        "install_requires": "install_requires",
        "include_package_data": "include_package_data",
    },
}


def _pairs(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {label.strip(): value.strip() for label, _, value in pairs}


def _is_looked_up(value: object) -> bool:
    # `attr: package.__version__`, `file: VERSION`: setuptools looks it up when it builds.
    return isinstance(value, str) and value.strip().startswith(("attr:", "file:"))


def groups(declared: Declared) -> dict[str, dict[str, str]]:
    """Return the entry points by group: name -> what it runs."""
    given = declared.values.get("entry_points")
    tables = Declared(values={"": _sections(given) if isinstance(given, str) else given}).table("")
    found = {group: _pairs("\n".join(lines)) for group, lines in tables.items()}
    return {group: points for group, points in found.items() if points}


def _sections(text: str) -> dict[str, str]:
    parser = _Parser(delimiters=("=",))  # as in entry_points.txt: a colon is part of what is run
    try:
        parser.read_string(text)
        return {name: "\n".join(f"{key} = {value}" for key, value in parser.items(name)) for name in parser.sections()}
    except configparser.Error:
        return {}
