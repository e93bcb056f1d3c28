"""Judge pyproject.toml by the reference schema, key by key: the reference stops at its first mistake."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from pypublish.findings import Location, Problem, Severity

if TYPE_CHECKING:
    from validate_pyproject.api import Validator

CHECK = "validate-pyproject"


def schema_problems(
    pyproject: Mapping[str, object], lines: Mapping[str, int], *, said: Collection[str] = ()
) -> list[Problem]:
    """Return every mistake that validate-pyproject knows of, each once, with its line as far as it is known.

    What other checks have `said` of a value need not be said again.
    """
    found: dict[str, Problem] = {}
    for part in _parts(pyproject):
        problem = _judge(part, lines, said)
        if problem is not None:
            found.setdefault(problem.message, problem)
    return list(found.values())


def _parts(pyproject: Mapping[str, object]) -> Iterator[dict[str, object]]:
    """Take the file apart into the smallest documents that can be judged alone."""
    for table, content in pyproject.items():
        if table == "project" and isinstance(content, Mapping):
            needed: dict[str, object] = {"name": "x", "version": "0"}
            # Whether name and version are there at all, and dynamic or not, only the whole can tell.
            present = {key: value for key, value in needed.items() if key in content}
            dynamic = {"dynamic": content["dynamic"]} if "dynamic" in content else {}
            yield {"project": {**present, **dynamic}}
            for key, value in content.items():
                # A check of our own is stricter about requires-python: any name passes for a specifier there.
                if key != "dynamic" and not (key == "requires-python" and isinstance(value, str)):
                    for item in _items(value):
                        yield {"project": {**needed, key: item}}
        elif table == "tool" and isinstance(content, Mapping):
            for tool, settings in content.items():
                yield {"tool": {tool: settings}}
        else:
            yield {table: content}


def _items(value: object) -> list[object]:
    """Take a list apart, so that each of its mistakes is found."""
    return [[item] for item in value] if isinstance(value, list) and value else [value]


def _judge(part: dict[str, object], lines: Mapping[str, int], said: Collection[str]) -> Problem | None:
    from validate_pyproject.errors import ValidationError

    try:
        _validator()(part)
    except ValidationError as error:
        path = str(error.name).strip("`")
        key = path.partition("[")[0]
        # An item was judged alone, so the number it bears there says nothing.
        summary = str(error.summary).partition("\n")[0].replace("`", "").replace(path, key)
        value = getattr(error, "value", None)
        if isinstance(value, str) and any(repr(value) in words for words in said):
            return None
        shown = f"{key} = {value!r}: " if isinstance(value, str | int | float) else ""
        return Problem(
            message=shown + _in_plain_words(summary.removeprefix(f"{key} ") if shown else summary),
            hint=_hint(key),
            where=Location(file="pyproject.toml", line=lines.get(f"{key}[{value}]") or lines.get(key)),
            # The tools judge their own tables, and PyPI its list of classifiers: ours may be the older one.
            severity=Severity.WARNING if key.startswith(("tool.", "project.classifiers")) else Severity.ERROR,
        )
    return None


_PLAIN_WORDS = (
    (r"must be valid exactly by one definition.*", "is none of the forms that are allowed here"),
    (r"must not contain \{(.*)\} properties", r"has no such key: \1"),
    (r"must contain \[(.*)\] properties", r"lacks \1"),
    (
        r"must be pep508-identifier",
        "is no project name: letters, digits, '.', '_' and '-', a letter or digit first and last",
    ),
    (r"must be pep508-versionspec", "is no version specifier such as '>=3.11'"),
    (r"must be pep508", "is no dependency specifier such as 'name>=1.0'"),
    (r"must be pep440", "is no version such as '1.2.0'"),
    (r"must be trove-classifier", "is not in the list of classifiers that PyPI knows"),
    (r"must be python-entrypoint-reference", "is no object reference such as 'package.module:function'"),
    (r"must be python-entrypoint-name", "is no name for an entry point"),
    (r"must be array", "must be a list"),
)


def _in_plain_words(summary: str) -> str:
    for pattern, words in _PLAIN_WORDS:
        summary = re.sub(pattern, words, summary)
    return summary


_HINTS = {
    "project.classifiers": "PyPI refuses what is not at https://pypi.org/classifiers/, to the letter. "
    "If it stands there, it is newer than this list.",
    "project.license": 'Write an SPDX expression, as in license = "MIT" (https://spdx.org/licenses/).',
    "project.readme": 'Name the file, as in readme = "README.md".',
}


def _hint(key: str) -> str:
    table, _, name = key.partition(".")
    if key in _HINTS:
        return _HINTS[key]
    if table in {"project", "build-system"}:
        anchor = name.partition(".")[0]
        return f"See https://packaging.python.org/specifications/pyproject-toml/{f'#{anchor}' if anchor else ''}"
    return f"See the documentation of {name.partition('.')[0] or table}."


@cache
def _validator() -> Validator:
    import logging

    from validate_pyproject.api import Validator

    # It logs advice about URLs; what is a finding, we say ourselves.
    logging.getLogger("validate_pyproject").setLevel(logging.CRITICAL)
    return Validator()
