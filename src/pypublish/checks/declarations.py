"""What `[project]` declares beyond the metadata: files that are there, and nothing twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pypublish.checks.catalog import check
from pypublish.checks.declared import Declared
from pypublish.findings import Problem, Severity
from pypublish.pypi.names import normalise


@check(Severity.ERROR)
def readme_is_there(declared: Declared) -> Iterator[Problem]:
    """The readme that [project] names is there.

    Some build backends end over it; others make a release whose page on PyPI is empty.

    Fix: name the file as it is spelled, from the folder of pyproject.toml on.

    Example:
        - readme = "Readme.md"
        + readme = "README.md"

    """
    if declared.readme in declared.unmatched:
        yield Problem(
            message=f"readme names {declared.readme!r}, but there is no such file",
            where=declared.set_by("description", declared.readme),
        )


@check(Severity.WARNING)
def license_files_are_there(declared: Declared) -> Iterator[Problem]:
    """Every pattern of license-files, or the file that `license` names, fits a file of the project.

    A licence that is missing from the release may be why others cannot use it. The specification wants the build to
    end over it (PEP 639); not every build backend does.

    Fix: name the files as they are spelled, from the folder of pyproject.toml on.

    Example:
        - license-files = ["LICENCE*"]
        + license-files = ["LICENSE*"]

    """
    for pattern in declared.license_patterns:
        leads_out = pattern.startswith("/") or ".." in pattern.split("/")
        if not leads_out and pattern not in declared.unmatched:
            continue
        yield Problem(
            message=f"the licence file {pattern!r} is outside of the project"
            if leads_out
            else f"no file of the project fits the licence file {pattern!r}",
            hint="Patterns start in the folder of pyproject.toml and do not lead out of it: copy the file there."
            if leads_out
            else "",
            where=declared.set_by("license-file" if "license-files" in declared.table else "license", pattern),
        )


@check(Severity.WARNING)
def nothing_is_declared_twice(declared: Declared) -> Iterator[Problem]:
    """No classifier, dependency, extra or script is there twice.

    Of two that contradict each other, one wins without a word.

    Fix: remove one of them.

    Example:
        [project.optional-dependencies]
        dev_tools = ["pytest"]
        - dev-tools = ["ruff"]

    """
    metadata = declared.metadata
    for classifier in _twice(metadata.lists.get("classifier", ())):
        yield _problem(declared, "classifier", "the classifier", classifier)
    for requirement in _twice(map(_requirement, metadata.lists.get("requires-dist", ()))):
        yield _problem(declared, "requires-dist", "the dependency", requirement)
    for extra in _twice(map(normalise, metadata.lists.get("provides-extra", ()))):
        yield _problem(declared, "provides-extra", "the extra", extra)
    scripts = [name for key in ("scripts", "gui-scripts") for name in _names(declared.table.get(key))]
    for script in _twice(scripts):
        yield _problem(declared, "entry-points", "the script", script)


def _problem(declared: Declared, field: str, what: str, item: str) -> Problem:
    return Problem(message=f"{what} {item!r} is there twice", where=declared.set_by(field, item))


def _twice(items: Iterable[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


def _requirement(text: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return str(Requirement(text))
    except InvalidRequirement:
        return text


def _names(table: object) -> Iterable[str]:
    return map(str, table) if isinstance(table, Mapping) else ()
