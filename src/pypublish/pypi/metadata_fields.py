"""What the core metadata specification asks of each field, as PyPI's `packaging` 26.2 understands it.

Newer releases of `packaging` judge some fields otherwise (they take `charset=utf-8`, they know Metadata 2.6),
so these are written out here, in its words.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import EmailMessage
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from pypublish.pypi.metadata import FIELDS, VERSIONS, Metadata, Mistake

CONTENT_TYPES: Final = ("text/plain", "text/x-rst", "text/markdown")
MARKDOWN_VARIANTS: Final = ("GFM", "CommonMark")
_NEVER_DYNAMIC: Final = frozenset({"name", "version", "metadata-version"})


def specification(metadata: Metadata) -> Iterator[Mistake]:
    """Yield what the specification objects to: at most one mistake a field."""
    version = metadata.texts.get("metadata-version")
    known = version in VERSIONS
    if not known:
        yield _mistake("metadata-version", f"{version!r} is not a valid metadata version")
    for name in sorted((metadata.present | {"name", "version"}) - {"metadata-version"}):
        introduced = FIELDS[name][1] if name in FIELDS else VERSIONS[0]
        if known and version is not None and VERSIONS.index(introduced) > VERSIONS.index(version):
            yield Mistake(field=name, message=f"{name} introduced in metadata version {introduced}, not {version}")
        elif message := _object_to(name, metadata):
            yield _mistake(name, message)


def _object_to(name: str, metadata: Metadata) -> str | None:
    try:
        if name in _TEXT_RULES and (name in metadata.texts or name in {"name", "version"}):
            return _TEXT_RULES[name](metadata.texts.get(name, ""))
        return _LIST_RULES[name](metadata.lists.get(name, ())) if name in _LIST_RULES else None
    except _STUMBLES:
        return _CRASH


_CRASH: Final = "{crash}"
_STUMBLES: Final = (ValueError, IndexError, KeyError, AttributeError, RecursionError)
"""What PyPI's version raises, and nobody catches, over some content types, licence expressions and requirements."""


def _mistake(name: str, message: str) -> Mistake:
    """Fill the field's name in, as `packaging` 26.2 does: by a format that braces in the value break."""
    try:
        filled = message.format_map({"field": repr(name)})
    except (*_STUMBLES, TypeError):
        return Mistake(field=name, message="", crashes=True)
    return Mistake(field=name, message=filled)


def _name(value: str) -> str | None:
    from packaging.utils import InvalidName, canonicalize_name

    if not value:
        return "{field} is a required field"
    try:
        canonicalize_name(value, validate=True)
    except InvalidName:
        return f"{value!r} is invalid for {{field}}"
    return None


def _version(value: str) -> str | None:
    from packaging.version import InvalidVersion, Version

    if not value:
        return "{field} is a required field"
    try:
        Version(value)
    except InvalidVersion:
        return f"{value!r} is invalid for {{field}}"
    return None


def _summary(value: str) -> str | None:
    return "{field} must be a single line" if "\n" in value else None


def content_type(value: str) -> tuple[str, Mapping[str, str]]:
    """Split `Description-Content-Type` into type and parameters.

    Raises:
        ValueError, IndexError: Python's own parser stumbles over it.

    """
    message = EmailMessage()
    message["content-type"] = value
    return message.get_content_type().lower(), dict(message["content-type"].params)


def _description_content_type(value: str) -> str | None:
    kind, parameters = content_type(value)
    # Python's parser makes text/plain of what it cannot read.
    if kind not in CONTENT_TYPES or kind not in value.lower():
        return f"{{field}} must be one of {list(CONTENT_TYPES)}, not {value!r}"
    if (charset := parameters.get("charset", "UTF-8")) != "UTF-8":
        return f"{{field}} can only specify the UTF-8 charset, not {charset!r}"
    variant = parameters.get("variant", "GFM")
    if kind == "text/markdown" and variant not in MARKDOWN_VARIANTS:
        return f"valid Markdown variants for {{field}} are {list(MARKDOWN_VARIANTS)}, not {variant!r}"
    return None


def _requires_python(value: str) -> str | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(value)
    except InvalidSpecifier:
        return f"{value!r} is invalid for {{field}}"
    return None


def _license_expression(value: str) -> str | None:
    from pypublish.pypi.license_expressions import is_valid

    return None if is_valid(value) else f"{value!r} is invalid for {{field}}"


def _dynamic(values: Sequence[str]) -> str | None:
    for name in map(str.lower, values):
        if name in _NEVER_DYNAMIC:
            return f"{name!r} is not allowed as a dynamic field"
        if name not in FIELDS:
            return f"{name!r} is not a valid dynamic field"
    return None


def _provides_extra(values: Sequence[str]) -> str | None:
    from packaging.utils import InvalidName, canonicalize_name

    for value in values:
        try:
            canonicalize_name(value, validate=True)
        except InvalidName:
            return f"{value!r} is invalid for {{field}}"
    return None


def _requires_dist(values: Sequence[str]) -> str | None:
    from packaging.requirements import InvalidRequirement, Requirement

    for value in values:
        try:
            Requirement(value)
        except InvalidRequirement:
            return f"{value!r} is invalid for {{field}}"
    return None


def _license_file(values: Sequence[str]) -> str | None:
    for path in values:
        invalid = f"{path!r} is invalid for {{field}}, "
        if ".." in path:
            return f"{invalid}parent directory indicators are not allowed"
        if "*" in path:
            return f"{invalid}paths must be resolved"
        if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
            return f"{invalid}paths must be relative"
        if PureWindowsPath(path).as_posix() != path:
            return f"{invalid}paths must use '/' delimiter"
    return None


def _import_name(values: Sequence[str]) -> str | None:
    for value in values:
        name, semicolon, private = value.partition(";")
        name = name.rstrip()
        for part in name.split("."):
            if not part.isidentifier():
                return f"{name!r} is invalid for {{field}}; {part!r} is not a valid identifier"
            if keyword.iskeyword(part):
                return f"{name!r} is invalid for {{field}}; {part!r} is a keyword"
        if semicolon and private.lstrip() != "private":
            return f"{value!r} is invalid for {{field}}; the only valid option is 'private'"
    return None


_TEXT_RULES: Final[Mapping[str, Callable[[str], str | None]]] = {
    "name": _name,
    "version": _version,
    "summary": _summary,
    "description-content-type": _description_content_type,
    "requires-python": _requires_python,
    "license-expression": _license_expression,
}
_LIST_RULES: Final[Mapping[str, Callable[[Sequence[str]], str | None]]] = {
    "dynamic": _dynamic,
    "provides-extra": _provides_extra,
    "requires-dist": _requires_dist,
    "license-file": _license_file,
    "import-name": _import_name,
    "import-namespace": _import_name,
}
