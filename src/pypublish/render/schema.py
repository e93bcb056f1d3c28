"""A dataclass as JSON Schema, so that other programs can read what pypublish writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from inspect import cleandoc
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: dict[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def json_schema(cls: type, *, identifier: str, title: str, read: bool) -> dict[str, object]:
    """Return the schema of `cls`.

    With `read`, fields that have a default may be missing, as for what pypublish reads; what it writes is complete.
    """
    definitions: dict[str, object] = {}
    body = _object(cls, definitions, read=read)
    return {"$schema": DRAFT, "$id": identifier, "title": title, **body, "$defs": definitions}


def _object(cls: Any, definitions: dict[str, object], *, read: bool) -> dict[str, object]:
    hints = get_type_hints(cls)
    members = fields(cls)
    required = [f.name for f in members if not read or (f.default is MISSING and f.default_factory is MISSING)]
    return {
        "description": cleandoc(cls.__doc__ or "").partition("\n\n")[0].replace("\n", " "),
        "type": "object",
        "properties": {f.name: _of(hints[f.name], definitions, read=read) for f in members},
        "required": required,
        "additionalProperties": False,
    }


def _of(hint: Any, definitions: dict[str, object], *, read: bool) -> dict[str, object]:
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return {"anyOf": [_of(arg, definitions, read=read) for arg in args]}
    if origin is tuple:
        return {"type": "array", "items": _of(args[0], definitions, read=read)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _of(args[1], definitions, read=read)}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [member.value for member in hint]}
    if is_dataclass(hint):
        name = str(getattr(hint, "__name__", hint))
        if name not in definitions:
            definitions[name] = {}  # it may refer to itself
            definitions[name] = _object(hint, definitions, read=read)
        return {"$ref": f"#/$defs/{name}"}
    raise TypeError(f"no JSON Schema for {hint!r}")
