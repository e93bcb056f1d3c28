"""The metadata in a distribution: what PyPI refuses of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from pypublish.checks.catalog import check
from pypublish.checks.subjects import Dist
from pypublish.checks.words import lower_first
from pypublish.findings import Problem, Severity
from pypublish.pypi.metadata import Mistake

FIELDS_OF_THEIR_OWN = frozenset(
    {
        *("metadata-version", "name", "version", "summary", "description-content-type"),
        *("author-email", "maintainer-email", "classifier", "home-page", "download-url", "project-url"),
        *("requires-dist", "provides-dist", "obsoletes-dist", "requires-python"),
        *("license", "license-expression", "license-file"),
    }
)
"""Those that a check below is about; the last check is about the others."""


@check(Severity.ERROR, pypi="V1")
def metadata_are_there(dist: Dist) -> Iterator[Problem]:
    """A distribution has its metadata: PKG-INFO in an sdist's top folder, METADATA in a wheel's .dist-info folder.

    They say what project it is; PyPI and every installer refuse a file without them.

    Fix: use a build backend to make the file; an archive of the sources alone is no sdist.
    """
    if dist.metadata is None:
        yield Problem(message=f"there is no {dist.metadata_path}", where=dist.at(dist.metadata_path))


@check(Severity.ERROR, pypi="M")
def metadata_version_is_accepted(dist: Dist) -> Iterator[Problem]:
    """PyPI accepts the version of the metadata format.

    It refuses versions that it does not know, also when the build backend is ahead of it.

    Fix: use a release of the build backend that writes Metadata-Version 2.5 or older.
    """
    for mistake in _about(dist, "metadata-version"):
        yield _problem(dist, mistake, f"PyPI does not know this format of the metadata: {mistake.message}")


@check(Severity.ERROR, pypi="B2")
def name_is_valid(dist: Dist) -> Iterator[Problem]:
    """The project's name is made of ASCII letters, digits, `.`, `_` and `-`, with a letter or digit at both ends.

    PyPI takes no other names.

    Fix: change `name` in pyproject.toml.
    """
    for mistake in _about(dist, "name"):
        yield _problem(dist, mistake, f"this is no name for a project: {mistake.message}")


@check(Severity.ERROR, pypi="M")
def version_is_accepted(dist: Dist) -> Iterator[Problem]:
    """The version is a public version of PEP 440.

    PyPI refuses others, and local versions (1.0+abc), which are for builds that are not published.

    Fix: set the tag on the commit that is released, and build from a clean tree; a version tool then leaves out `+…`.
    """
    for mistake in _about(dist, "version"):
        yield _problem(dist, mistake, lower_first(mistake.message))


@check(Severity.ERROR, pypi="M")
def summary_fits(dist: Dist) -> Iterator[Problem]:
    """The summary is one line of at most 512 characters.

    PyPI refuses longer ones; the rest belongs in the readme.

    Fix: shorten `description` in pyproject.toml.
    """
    for mistake in _about(dist, "summary"):
        length = len(dist.metadata.texts.get("summary", "")) if dist.metadata is not None else 0
        yield _problem(dist, mistake, f"{mistake.message} (it has {length} characters)")


@check(Severity.ERROR, pypi="M")
def description_type_is_known(dist: Dist) -> Iterator[Problem]:
    """The readme's content type is text/markdown, text/x-rst or text/plain, in UTF-8.

    PyPI refuses all others, and `charset=utf-8` in lower case.

    Fix: set `readme = {file = "README.md", content-type = "text/markdown"}` in pyproject.toml.
    """
    for mistake in _about(dist, "description-content-type"):
        value = dist.metadata.texts.get("description-content-type", "") if dist.metadata is not None else ""
        message = mistake.message or f"PyPI answers {value!r} with a server error"
        yield _problem(dist, mistake, _field_first(mistake, message))


@check(Severity.ERROR, pypi="M")
def emails_are_valid(dist: Dist) -> Iterator[Problem]:
    """The first e-mail address of the authors and of the maintainers is one.

    PyPI refuses the release otherwise. It does not ask whether anybody reads it.

    Fix: change `email` under `authors` or `maintainers` in pyproject.toml.
    """
    for mistake in _about(dist, "author-email", "maintainer-email"):
        yield _problem(dist, mistake, mistake.message)


@check(Severity.ERROR, pypi="M")
def classifiers_are_known(dist: Dist) -> Iterator[Problem]:
    """PyPI knows every classifier, and has none of them deprecated.

    It refuses the whole release over one that is misspelled. All that begin with `Private ::` are refused: that is
    how a project makes sure that it is never published.

    Fix: copy the classifier from https://pypi.org/classifiers/.
    """
    for mistake in _about(dist, "classifier"):
        classifier = mistake.message.partition("'")[2].rpartition("' is not")[0]
        yield _problem(dist, mistake, mistake.message, *_about_classifier(classifier))


def _about_classifier(classifier: str) -> tuple[str, Severity | None]:
    if classifier.startswith("Private ::"):
        return "Remove it from `classifiers` in pyproject.toml, if this project is meant to be published.", None
    from trove_classifiers import all_classifiers

    parent, _, last = classifier.rpartition(" :: ")
    if re.fullmatch(r"\d+(\.\d+)*", last) and any(known.startswith(f"{parent} :: ") for known in all_classifiers):
        # The list grows by such: the next Python, the next Django.
        return "It may be newer than our copy of PyPI's list: https://pypi.org/classifiers/ has the list.", (
            Severity.WARNING
        )
    near = get_close_matches(classifier, all_classifiers, n=1) if classifier else ()
    return (f"Did you mean {near[0]!r}?" if near else ""), None


@check(Severity.ERROR, pypi="M")
def urls_are_valid(dist: Dist) -> Iterator[Problem]:
    """Every project URL has a label of at most 32 characters and an address with http or https.

    PyPI refuses the release otherwise.

    Fix: change `[project.urls]` in pyproject.toml.
    """
    for mistake in _about(dist, "home-page", "download-url", "project-url"):
        yield _problem(dist, mistake, _field_first(mistake, mistake.message))


@check(Severity.ERROR, pypi="M")
def dependencies_are_accepted(dist: Dist) -> Iterator[Problem]:
    """Every dependency is a requirement by name, not by address.

    PyPI refuses `name @ https://…`: what is published there must depend only on what is published, too.

    Fix: publish the dependency, or depend on a release of it; change `dependencies` in pyproject.toml.
    """
    for mistake in _about(dist, "requires-dist", "provides-dist", "obsoletes-dist"):
        yield _problem(dist, mistake, _field_first(mistake, mistake.message))


@check(Severity.ERROR, pypi="M")
def requires_python_is_valid(dist: Dist) -> Iterator[Problem]:
    """Requires-Python is a version specifier such as `>=3.11`.

    Installers choose a release by it; PyPI refuses what is none.

    Fix: change `requires-python` in pyproject.toml.
    """
    for mistake in _about(dist, "requires-python"):
        yield _problem(dist, mistake, mistake.message)


@check(Severity.ERROR, pypi="M")
def license_is_accepted(dist: Dist) -> Iterator[Problem]:
    """The licence is an SPDX expression, said once, and the paths of its files lead nowhere else.

    PyPI refuses an expression that SPDX does not know, and the old field License beside License-Expression.

    Fix: set `license = "MIT"` (or yours, by https://spdx.org/licenses/) and `license-files` in pyproject.toml.
    """
    for mistake in _about(dist, "license", "license-expression", "license-file"):
        value = dist.metadata.texts.get(mistake.field, "") if dist.metadata is not None else ""
        message = mistake.message or f"PyPI answers {value!r} with a server error"
        yield _problem(dist, mistake, _field_first(mistake, message))


@check(Severity.ERROR, pypi="M")
def metadata_fields_are_valid(dist: Dist) -> Iterator[Problem]:
    """Every field of the metadata is known, given as often as it may be, and has a value that it may have.

    PyPI refuses the release otherwise.

    Fix: mend the field's key in pyproject.toml, or update the build backend if it is none of yours.
    """
    for mistake in dist.mistakes:
        if mistake.field not in FIELDS_OF_THEIR_OWN:
            yield _problem(dist, mistake, _field_first(mistake, mistake.message or "PyPI answers with a server error"))


def _about(dist: Dist, *fields: str) -> Iterator[Mistake]:
    return (mistake for mistake in dist.mistakes if mistake.field in fields)


def _problem(dist: Dist, mistake: Mistake, message: str, hint: str = "", severity: Severity | None = None) -> Problem:
    return Problem(message=message, hint=hint, where=dist.set_by(mistake.field), severity=severity)


def _field_first(mistake: Mistake, message: str) -> str:
    """Name the field, where the message does not."""
    return message if mistake.field in message else f"{mistake.field}: {message}"
