"""What the metadata ought to say for those who look for the project on PyPI, and whether its page renders."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.described import Described
from pypublish.checks.words import expected
from pypublish.findings import Location, Problem, Severity
from pypublish.pypi import descriptions
from pypublish.pypi.metadata import Metadata


@check(Severity.ERROR, pypi="R1")
def description_renders(described: Described) -> Iterator[Problem]:
    """The readme renders on PyPI.

    PyPI refuses a release whose reStructuredText has a mistake. Without a content type, all is taken for that.

    Fix: mend the line that is named; or say that the readme is Markdown, if it is.

    Example:
        - readme = {file = "README", content-type = "text/x-rst"}
        + readme = {file = "README.md", content-type = "text/markdown"}

    """
    typed_wrongly = any(mistake.field == _TYPE for mistake in described.mistakes)
    if described.metadata is None or typed_wrongly or (answer := descriptions.renders(described.metadata)) is None:
        return
    line, words = descriptions.complaint(described.metadata.texts["description"])
    untyped = (
        "It has no content type, so PyPI takes it for reStructuredText. If it is Markdown, set"
        ' `readme = {file = "README.md", content-type = "text/markdown"}` in pyproject.toml.'
    )
    if described.readme:
        message = f"this keeps the readme from rendering on PyPI: {words}"
    else:
        place = f"line {line} of the readme" if line is not None else "the readme"
        message = f"{place} keeps the description from rendering: {words}"
    yield Problem(
        message=message,
        hint="" if _TYPE in described.metadata.texts else untyped,
        where=Location(file=described.readme, line=line)
        if described.readme
        else described.set_by("description", words),
        answer=expected(answer),
    )


@check(Severity.WARNING)
def description_is_there(described: Described) -> Iterator[Problem]:
    """The release has a long description.

    It is the project's page on PyPI: without it, the page says that the author has not provided one.

    Fix: set `readme = "README.md"` in pyproject.toml.
    """
    metadata = described.metadata
    if metadata is not None and metadata.texts.get("description", "").strip() in {"", "UNKNOWN"}:
        yield Problem(message="there is no long description", where=described.set_by("description"))


@check(Severity.WARNING)
def description_type_is_given(described: Described) -> Iterator[Problem]:
    """The long description says what it is written in.

    Otherwise PyPI takes it for reStructuredText, in which most Markdown looks wrong, or is refused.

    Fix: set `readme = "README.md"` in [project], whose ending tells it; in setup.cfg, `long_description_content_type =
    text/markdown`, or text/x-rst.
    """
    metadata = described.metadata
    if metadata is not None and metadata.texts.get("description", "").strip() and not _says(metadata, _TYPE):
        yield Problem(message="the long description has no content type", where=described.set_by("description", _TYPE))


@check(Severity.WARNING)
def summary_is_there(described: Described) -> Iterator[Problem]:
    """The release has a summary: one line that says what it is for.

    It is what a search shows.

    Fix: set `description` in pyproject.toml.
    """
    if described.metadata is not None and not _says(described.metadata, "summary"):
        yield Problem(message="there is no summary", where=described.set_by("summary"))


@check(Severity.WARNING)
def license_is_given(described: Described) -> Iterator[Problem]:
    """The release says under which licence it is.

    Without one nobody may use it, and many companies' tools will not let them.

    Fix: set `license = "MIT"` (or yours, by https://spdx.org/licenses/) in pyproject.toml.
    """
    metadata = described.metadata
    classified = metadata is not None and any(
        classifier.startswith("License :: ") for classifier in metadata.lists.get("classifier", ())
    )
    if metadata is not None and not classified and not _says(metadata, "license-expression", "license"):
        yield Problem(message="there is no licence", where=described.set_by("license-expression"))


@check(Severity.WARNING)
def requires_python_is_given(described: Described) -> Iterator[Problem]:
    """The release says which Pythons it runs on.

    An installer on an older Python takes the newest release that fits; without this it takes one that breaks.

    Fix: set `requires-python = ">=3.11"` (or what you test on) in pyproject.toml.
    """
    if described.metadata is not None and not _says(described.metadata, "requires-python"):
        yield Problem(message="there is no requires-python", where=described.set_by("requires-python"))


@check(Severity.WARNING)
def author_is_given(described: Described) -> Iterator[Problem]:
    """The release names an author or a maintainer.

    Users have to know whom to ask, and whom they trust.

    Fix: set `authors = [{name = "…"}]` in pyproject.toml.
    """
    people = ("author", "author-email", "maintainer", "maintainer-email")
    if described.metadata is not None and not _says(described.metadata, *people):
        yield Problem(message="there is neither an author nor a maintainer", where=described.set_by("author"))


_TYPE = "description-content-type"


def _says(metadata: Metadata, *fields: str) -> bool:
    return any(metadata.texts.get(field, "").strip() not in {"", "UNKNOWN"} for field in fields)
