"""Dataclass <-> JSON and TOML, strictly: nothing is guessed, every mistake is named with its path.

Keys are the field names; in TOML they are written with hyphens, as pyproject.toml does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from functools import cache
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin

from pypublish.errors import SettingsError

if TYPE_CHECKING:
    from cattrs import Converter

T = TypeVar("T")
Style = Literal["json", "toml"]
Hook = Callable[[Any, Any], object]


def load(cls: type[T], data: object, *, what: str, style: Style = "json", hint: str = "") -> T:
    """Turn parsed JSON or TOML into `cls`.

    Raises:
        SettingsError: `what` has mistakes; all of them are named, each with its path.

    """
    from cattrs.errors import BaseValidationError

    try:
        return _converter(style).structure(data, cls)
    except BaseValidationError as error:
        mistakes = tuple(_mistakes(error, "", style))
    except (TypeError, ValueError) as error:
        mistakes = (str(error),)
    raise SettingsError(f"{what} does not read", mistakes=mistakes, hint=hint)


def loads(cls: type[T], text: bytes | str, *, what: str, hint: str = "") -> T:
    """Turn JSON text into `cls`; raises `SettingsError` as `load` does."""
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{what} is no JSON", mistakes=(str(error),), hint=hint) from None
    return load(cls, data, what=what, hint=hint)


def dump(value: object) -> object:
    """Turn a dataclass into what `json.dumps` takes."""
    return _converter("json").unstructure(value)


def dumps(value: object) -> str:
    """Turn a dataclass into JSON text, the same text every time, with a newline at its end."""
    return json.dumps(dump(value), indent=2, ensure_ascii=False) + "\n"


def warm_up() -> None:
    """Import what reading and writing need: a worker may do it while there is time."""
    _converter("json")


@cache
def _converter(style: Style) -> Converter:
    from cattrs import Converter
    from cattrs.cols import list_structure_factory
    from cattrs.gen import make_dict_structure_fn, make_mapping_structure_fn, override

    converter = Converter(forbid_extra_keys=True, detailed_validation=True)

    def table(cls: Any) -> Hook:
        names = [field.name for field in fields(cls)] if style == "toml" else []
        renames: Any = {name: override(rename=_spelled(name, style)) for name in names}
        return _only_of(Mapping, make_dict_structure_fn(cls, converter, **renames))

    def mapping(cls: Any) -> Hook:
        return _only_of(Mapping, make_mapping_structure_fn(cls, converter))

    def sequence(cls: Any) -> Hook:
        as_list: Any = GenericAlias(list, get_args(cls)[:1])
        structure = list_structure_factory(as_list, converter)
        return _only_of(list, lambda data, target: tuple(structure(data, target)))

    for scalar in (str, int, bool, float):
        converter.register_structure_hook(scalar, _exactly(scalar))
    converter.register_structure_hook(StrEnum, _one_of)
    converter.register_structure_hook_factory(_is_mapping, mapping)
    converter.register_structure_hook_factory(is_dataclass, table)
    converter.register_structure_hook_factory(_is_tuple, sequence)
    return converter


def _only_of(kind: type, structure: Hook) -> Hook:
    """Refuse what is of another kind before it is looked into: a string iterates too, letter by letter."""
    wanted = "a list" if kind is list else "a table"

    def strictly(data: Any, target: Any) -> object:
        if not isinstance(data, kind):
            raise TypeError(f"must be {wanted}, not {_kind(data)}")
        return structure(data, target)

    return strictly


def _is_mapping(cls: object) -> bool:
    return get_origin(cls) in {dict, Mapping}


def _is_tuple(cls: object) -> bool:
    return get_origin(cls) is tuple


def _exactly(scalar: type) -> Callable[[object, object], object]:
    def structure(data: object, _: object) -> object:
        # bool is an int to Python, not to a reader of the file.
        if type(data) is scalar or (scalar is float and type(data) is int):
            return data
        raise TypeError(f"must be {_NAMES[scalar]}, not {_kind(data)}")

    return structure


def _one_of(data: object, cls: type[StrEnum]) -> StrEnum:
    allowed = [member.value for member in cls]
    if isinstance(data, str) and data in allowed:
        return cls(data)
    raise ValueError(f"must be one of {', '.join(allowed)}, not {data!r}")


_NAMES = {
    str: "a string",
    int: "a whole number",
    bool: "true or false",
    float: "a number",
    dict: "a table",
    list: "a list",
}


def _kind(data: object) -> str:
    return "nothing" if data is None else _NAMES.get(type(data), type(data).__name__)


def _mistakes(error: BaseException, path: str, style: Style) -> list[str]:
    from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

    if isinstance(error, ClassValidationError):
        noted, others = error.group_exceptions()
        found = [m for e, n in noted for m in _mistakes(e, _join(path, _spelled(n.name, style)), style)]
        return [*found, *(m for e in others for m in _mistakes(e, path, style))]
    if isinstance(error, IterableValidationError):
        noted_items, others = error.group_exceptions()
        found = [m for e, n in noted_items for m in _mistakes(e, f"{path}[{n.index!r}]", style)]
        return [*found, *(m for e in others for m in _mistakes(e, path, style))]
    if isinstance(error, ForbiddenExtraKeysError):
        return [
            f"{_join(path, key)}: no such key{_nearest(key, error.cl, style)}" for key in sorted(error.extra_fields)
        ]
    if isinstance(error, KeyError):
        return [f"{path or error.args[0]}: is missing"]
    return [f"{path}: {error}" if path else str(error)]


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _spelled(name: str, style: Style) -> str:
    return name.replace("_", "-") if style == "toml" else name


def _nearest(key: str, cls: Any, style: Style) -> str:
    from difflib import get_close_matches

    names = [_spelled(field.name, style) for field in fields(cls)]
    near = get_close_matches(key, names, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
