"""Classifiers: known to PyPI, and at one with the Pythons that the project allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches

from pypublish.checks import pythons
from pypublish.checks.catalog import check
from pypublish.checks.described import Described
from pypublish.checks.plain_words import advice, in_plain_words
from pypublish.checks.words import expected
from pypublish.findings import Problem, Severity
from pypublish.pypi.metadata import Mistake, answer_to

PRIVATE = "Private ::"
"""How the classifiers begin that PyPI refuses for the project's own sake."""


@check(Severity.ERROR, pypi="M:classifier M:classifier-deprecated")
def classifiers_are_known(described: Described) -> Iterator[Problem]:
    """PyPI knows every classifier, and has none of them deprecated.

    It refuses the whole release over one that is misspelled.

    Fix: copy the classifier from https://pypi.org/classifiers/.

    Example:
        - classifiers = ["Programming Language :: Python 3.13"]
        + classifiers = ["Programming Language :: Python :: 3.13"]

    """
    for mistake in _about(described):
        classifier = mistake.message.partition("'")[2].rpartition("' is not")[0]
        if not classifier.startswith(PRIVATE):
            hint, severity = _about_classifier(classifier)
            hint = advice(mistake) or hint
            yield _problem(described, mistake, in_plain_words(mistake), hint=hint, severity=severity)


def _about_classifier(classifier: str) -> tuple[str, Severity | None]:
    from trove_classifiers import all_classifiers

    parent, _, last = classifier.rpartition(" :: ")
    if re.fullmatch(r"\d+(\.\d+)*", last) and any(known.startswith(f"{parent} :: ") for known in all_classifiers):
        # The list grows by such: the next Python, the next Django.
        return "It may be newer than our copy of PyPI's list: https://pypi.org/classifiers/ has the list.", (
            Severity.WARNING
        )
    near = get_close_matches(classifier, all_classifiers, n=1) if classifier else ()
    return (f"Did you mean {near[0]!r}?" if near else ""), None


@check(Severity.ERROR, pypi="M:classifier")
def project_is_not_private(described: Described) -> Iterator[Problem]:
    """No classifier says that the project is private.

    PyPI refuses every classifier that begins with `Private ::`: that is how a project makes sure that it is never
    published by mistake.

    Fix: if it is meant to be published, remove the classifier; if not, do not release it to PyPI.

    Example:
        - classifiers = ["Private :: Do Not Upload", "Typing :: Typed"]
        + classifiers = ["Typing :: Typed"]

    """
    for mistake in _about(described):
        classifier = mistake.message.partition("'")[2].rpartition("' is not")[0]
        if classifier.startswith(PRIVATE):
            yield _problem(described, mistake, f"the classifier {classifier!r} keeps the project from being published")


@check(Severity.WARNING)
def classifiers_match_requires_python(described: Described) -> Iterator[Problem]:
    """The Pythons that classifiers name are those that requires-python allows.

    Installers go by requires-python, people and search pages by the classifiers. Only Pythons that are maintained and
    released count, and only where a project names any by their minor version.

    Fix: make the two agree; a Python that you have not tried yet can be named when you have.

    Example:
        requires-python = ">=3.12"
        - classifiers = ["Programming Language :: Python :: 3.11", "Programming Language :: Python :: 3.12"]
        + classifiers = ["Programming Language :: Python :: 3.12", "Programming Language :: Python :: 3.13"]

    """
    metadata = described.metadata
    if metadata is None:
        return
    required = metadata.texts.get("requires-python", "")
    allowed = pythons.specifier(required)
    named = pythons.named_by(metadata.lists.get("classifier", ()))
    if allowed is None or not named:
        return
    unnamed = [minor for minor in pythons.MAINTAINED if pythons.allows(allowed, minor) and minor not in named]
    if unnamed:
        # Where nothing is required, everything is allowed.
        by = f"by requires-python {required!r}" if required else "where there is no requires-python"
        others = " and its like for the others" if len(unnamed) > 1 else ""
        yield Problem(
            message=f"{_and(unnamed)} {_is(unnamed)} allowed {by}, but no classifier names {_it(unnamed)}",
            hint=f'Add "{pythons.classifier(unnamed[0])}"{others} when you have tried {_it(unnamed)}, or say why not'
            " under [tool.pypublish.ignore].",
            where=described.set_by("classifier", "names"),
        )
    for minor in named:
        if not pythons.allows(allowed, minor):
            message = f"a classifier names Python {minor}, which requires-python {required!r} does not allow"
            yield Problem(
                message=message,
                hint="Remove the classifier, or allow that Python.",
                where=described.set_by("classifier", pythons.classifier(minor)),
            )


def _about(described: Described) -> Iterator[Mistake]:
    return (mistake for mistake in described.mistakes if mistake.field == "classifier")


def _problem(
    described: Described, mistake: Mistake, message: str, *, hint: str = "", severity: Severity | None = None
) -> Problem:
    return Problem(
        message=message,
        hint=hint,
        where=described.set_by(mistake.field, mistake.message),
        severity=severity,
        answer=expected(answer_to(mistake)),
    )


def _and(minors: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(minors[:-1]), minors[-1])))


def _is(minors: list[str]) -> str:
    return "is" if len(minors) == 1 else "are"


def _it(minors: list[str]) -> str:
    return "it" if len(minors) == 1 else "them"
