"""What there is to show of a release before it is one: PyPI's page of it, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pypublish.checks.declared import declare
from pypublish.checks.project import Source
from pypublish.checks.readme_flaws import Flaw, flaws_of
from pypublish.findings import Severity
from pypublish.pypi import descriptions
from pypublish.pypi.metadata import Metadata
from pypublish.pypi.project_page import ListedFile, ProjectPage, page_of
from pypublish.pypi.release_history import PastRelease

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The page, what was made of its description, and what is to be said of it."""

    page: ProjectPage
    rendered: str | None
    """The description as HTML; None where there is no description, or it does not render."""
    complaint: str = ""
    """Why the description does not render: PyPI refuses the release."""
    flaws: tuple[Flaw, ...] = ()
    remarks: tuple[tuple[Severity, str], ...] = ()
    """What else has to be said at the top."""
    readme: str = ""
    """The name of the description's file; empty where it is not known."""
    repository: str = ""
    """`owner/name` of the repository that counts for verified links; empty where none is known."""


def preview_of(
    metadata: Metadata,
    *,
    readme: str = "",
    repository: tuple[str, str] | None = None,
    files: Iterable[ListedFile] = (),
    history: Iterable[PastRelease] = (),
    remarks: Iterable[tuple[Severity, str]] = (),
) -> Preview:
    """Return what there is to show of a release with these metadata."""
    text = metadata.texts.get("description", "")
    written_as = metadata.texts.get("description-content-type", "")
    is_there = text.strip() not in {"", "UNKNOWN"}
    refused = is_there and descriptions.renders(metadata) is not None
    return Preview(
        page=page_of(metadata, repository=repository, files=files, history=history),
        rendered=descriptions.render(text, written_as) if is_there and not refused else None,
        complaint=_complaint(text, readme or "The readme") if refused else "",
        flaws=flaws_of(metadata, readme=readme) if not refused else (),
        remarks=tuple(remarks),
        readme=readme,
        repository="/".join(repository) if repository else "",
    )


def _complaint(text: str, readme: str) -> str:
    line, words = descriptions.complaint(text)
    return f"{readme}, line {line}: {words}" if line is not None else f"{readme}: {words}"


def declared_by(source: Source, *, description: str | None) -> Metadata | None:
    """Return the metadata that pyproject.toml declares, name and version included; None without a `[project]`."""
    declared = declare(source, description=description, unmatched=frozenset())
    if declared is None:
        return None
    project = source.table("project")
    name = project.get("name")
    own = {
        "name": name if isinstance(name, str) else "",
        "version": _version(project.get("version")),
        "author": _names_alone(project.get("authors")),
    }
    return replace(declared.metadata, texts={**declared.metadata.texts, **own})


def brought_up_to_date(built: Metadata, *, then: Metadata, now: Metadata) -> Metadata:
    """Return the metadata that a build would write now: those of the build, with what has been declared anew since.

    `then` was declared when the build began.
    """
    return replace(
        built,
        texts=_taken(built.texts, then.texts, now.texts),
        lists=_taken(built.lists, then.lists, now.lists),
        urls=built.urls if then.urls == now.urls else now.urls,
    )


def _taken(built: Mapping[str, Value], then: Mapping[str, Value], now: Mapping[str, Value]) -> dict[str, Value]:
    changed = {field for field in {*then, *now} if then.get(field) != now.get(field)}
    kept = {field: value for field, value in built.items() if field not in changed}
    return kept | {field: value for field, value in now.items() if field in changed}


def _version(written: object) -> str:
    """Return a version as a build backend writes it; as it stands where that is none."""
    from packaging.version import InvalidVersion, Version

    text = written if isinstance(written, str) else ""
    try:
        return str(Version(text))
    except InvalidVersion:
        return text


def _names_alone(people: object) -> str:
    found = [person for person in people if isinstance(person, dict)] if isinstance(people, list) else []
    return ", ".join(str(person["name"]) for person in found if person.get("name") and not person.get("email"))
