"""What `[project]` declares, as the metadata that the build will make of it: judged before anything is built."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pypublish.checks.described import PYPROJECT, in_pyproject, readme_file
from pypublish.checks.mistakes import find_mistakes
from pypublish.checks.project import Source
from pypublish.findings import Location
from pypublish.pypi.metadata import VERSIONS, Metadata, Mistake

_PLACEHOLDER = {"metadata-version": VERSIONS[-1], "name": "x", "version": "0"}
"""What a form must have, and what other checks judge: the build alone knows the first, maybe the last."""

_TYPES = {".md": "text/markdown", ".rst": "text/x-rst", ".txt": "text/plain"}
"""What a readme is written in, by its name (the specification of pyproject.toml)."""

_SPECIAL = re.compile(r'[][()<>@,:;".\\]')
"""What in a name has to be quoted before an address (RFC 5322)."""

_SCRIPTS = {"scripts": "console_scripts", "gui-scripts": "gui_scripts"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The subject: the metadata that pyproject.toml declares, with what lies beside it."""

    source: Source
    metadata: Metadata
    mistakes: tuple[Mistake, ...]
    """What PyPI's rules object to in them."""
    unmatched: frozenset[str] = frozenset()
    """Of the files and patterns that pyproject.toml names, those that nothing in the tree fits."""

    @property
    def filename(self) -> str:
        """A file that is not built yet."""
        return "….whl"

    @property
    def table(self) -> Mapping[str, object]:
        """The `[project]` table."""
        return self.source.table("project")

    @property
    def readme(self) -> str:
        """The file that the description is; empty where there is none."""
        return readme_file(self.table)

    @property
    def license_patterns(self) -> tuple[str, ...]:
        """The licence files that are named, as patterns."""
        return _license_patterns(self.table)

    @property
    def entry_points(self) -> bytes | None:
        """What the build will write into entry_points.txt; None where it will write none."""
        named = {group: _words(self.table.get(key)) for key, group in _SCRIPTS.items()}
        named |= {group: _words(entries) for group, entries in self.source.table("project", "entry-points").items()}
        lines = [
            line
            for group, entries in named.items()
            if entries
            for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
        ]
        return "\n".join([*lines, ""]).encode() if lines else None

    def set_by(self, field: str, words: str = "") -> Location:
        """Return where a field is set; see `Described`."""
        found = in_pyproject(field, words, lines=self.source.lines, dynamic=_list(self.table.get("dynamic")))
        return found or Location(file=PYPROJECT)


def patterns(source: Source) -> tuple[str, ...]:
    """Return the files and patterns that `[project]` names: they ought to be there."""
    project = source.table("project")
    return tuple(name for name in (readme_file(project), *_license_patterns(project)) if name)


def _license_patterns(project: Mapping[str, object]) -> tuple[str, ...]:
    license_ = project.get("license")
    legacy = _word(license_.get("file")) if isinstance(license_, Mapping) else ""
    return tuple(name for name in (*_list(project.get("license-files")), legacy) if name)


def declare(source: Source, *, description: str | None, unmatched: frozenset[str]) -> Declared | None:
    """Make a subject of what `[project]` says; None where there is no such table.

    `description` is the readme's text, where it can be read.
    """
    project = source.table("project")
    if not project:
        return None
    metadata = _metadata(project, description)
    return Declared(source=source, metadata=metadata, mistakes=find_mistakes(metadata), unmatched=unmatched)


def _metadata(project: Mapping[str, object], description: str | None) -> Metadata:
    """Write what build backends write; what is of a wrong type is left to the schema."""
    name, summary, license_ = project.get("name"), project.get("description"), project.get("license")
    legacy = license_.get("text") if isinstance(license_, Mapping) else None
    texts = {
        **_PLACEHOLDER,
        **({"name": name} if isinstance(name, str) else {}),
        "summary": " ".join(summary.splitlines()) if isinstance(summary, str) else "",
        "requires-python": _word(project.get("requires-python")),
        "license-expression": _word(license_),
        "license": _word(legacy),
        "keywords": ",".join(_list(project.get("keywords"))),
        "author-email": _addresses(project.get("authors")),
        "maintainer-email": _addresses(project.get("maintainers")),
        "description": description or "",
        "description-content-type": _content_type(project.get("readme")) if description is not None else "",
    }
    extras = _table(project.get("optional-dependencies"))
    lists = {
        "classifier": tuple(_list(project.get("classifiers"))),
        "requires-dist": (
            *_list(project.get("dependencies")),
            *(_for_extra(text, extra) for extra, needed in extras.items() for text in _list(needed)),
        ),
        "provides-extra": tuple(extras),
        "import-name": tuple(_list(project.get("import-names"))),
        "import-namespace": tuple(_list(project.get("import-namespaces"))),
    }
    texts = {field: text for field, text in texts.items() if text}
    lists = {field: items for field, items in lists.items() if items}
    urls = _words(project.get("urls"))
    present = {*texts, *lists, *(("project-url",) if urls else ())}
    return Metadata(texts=texts, lists=lists, urls=urls, present=frozenset(present))


def _for_extra(text: str, extra: str) -> str:
    """Write a dependency of an extra as the metadata have it; as it stands where it cannot be read."""
    from packaging.markers import Marker
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(text)
        own = f"({requirement.marker}) and " if requirement.marker else ""
        requirement.marker = Marker(f'{own}extra == "{extra}"')
    except (InvalidRequirement, ValueError):
        return text
    return str(requirement)


def _addresses(people: object) -> str:
    found = [_words(person) for person in people] if isinstance(people, list) else []
    return ", ".join(_address(person.get("name", ""), person["email"]) for person in found if person.get("email"))


def _address(name: str, email: str) -> str:
    if not name:
        return email
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{email}>' if _SPECIAL.search(name) else f"{name} <{email}>"


def _content_type(readme: object) -> str:
    if isinstance(readme, Mapping):
        given = readme.get("content-type")
        return given if isinstance(given, str) else ""
    return _TYPES.get(PurePosixPath(_word(readme).lower()).suffix, "")


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _words(value: object) -> dict[str, str]:
    return {str(key): text for key, text in _table(value).items() if isinstance(text, str)}
