"""The metadata in a distribution: what PyPI refuses of them."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.described import Described
from pypublish.checks.plain_words import advice, in_plain_words
from pypublish.checks.subjects import Dist
from pypublish.checks.words import expected
from pypublish.findings import Problem, Severity
from pypublish.model import ArtifactKind
from pypublish.pypi import archives, contents
from pypublish.pypi.metadata import Mistake, answer_to
from pypublish.pypi.metadata_demands import LOCAL_VERSIONS, SUMMARY_LIMIT

FIELDS_OF_THEIR_OWN = frozenset(
    {
        *("metadata-version", "name", "version", "summary", "description-content-type"),
        *("author-email", "maintainer-email", "classifier", "home-page", "download-url", "project-url"),
        *("requires-dist", "provides-dist", "obsoletes-dist", "requires-python"),
        *("license", "license-expression", "license-file"),
    }
)
"""Those that a check of their own is about; the last check is about the others."""


@check(Severity.ERROR, pypi="V1:PKG-INFO W10")
def metadata_are_there(dist: Dist) -> Iterator[Problem]:
    """A distribution has its metadata: PKG-INFO in an sdist's top folder, METADATA in a wheel's .dist-info folder.

    They say what project it is; PyPI and every installer refuse a file without them.

    Fix: use a build backend to make the file; an archive of the sources alone is no sdist.

    Example:
        $ python -m build
        $ unzip -l dist/*.whl | grep METADATA

    """
    if dist.metadata is None:
        wheel = dist.kind is ArtifactKind.WHEEL
        answer = contents.metadata_is_there(dist.filename, dist.contents.names) if wheel else None
        yield Problem(
            message=f"there is no {dist.metadata_path}",
            where=dist.at(dist.metadata_path),
            answer=expected(answer or archives.archive_answer(dist.filename, dist.contents)),
        )


@check(Severity.ERROR, pypi="M:metadata-version")
def metadata_version_is_accepted(described: Described) -> Iterator[Problem]:
    """PyPI accepts the version of the metadata format.

    It refuses versions that it does not know, also when the build backend is ahead of it.

    Fix: use a release of the build backend that writes Metadata-Version 2.5 or older.

    Example:
        [build-system]
        - requires = ["hatchling"]
        + requires = ["hatchling<1.32"]

    """
    for mistake in _about(described, "metadata-version"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="B2 M:name P4:valid")
def name_is_valid(described: Described) -> Iterator[Problem]:
    """The project's name is made of ASCII letters, digits, `.`, `_` and `-`, with a letter or digit at both ends.

    PyPI takes no other names.

    Fix: change `name` in pyproject.toml.

    Example:
        - name = "hello world!"
        + name = "hello-world"

    """
    for mistake in _about(described, "name"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:version")
def built_version_is_valid(described: Described) -> Iterator[Problem]:
    """The version is one of PEP 440.

    PyPI refuses what is none: it could not say which release is the newest.

    Fix: give a version such as 1.2.0 or 1.2.0rc1 (https://packaging.python.org/en/latest/specifications/version-specifiers/).

    Example:
        - version = "1.2-final"
        + version = "1.2.0"

    """
    for mistake in _about(described, "version"):
        if not _is_local(mistake):
            yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:local-version")
def built_version_is_public(described: Described) -> Iterator[Problem]:
    """The version is not a local one, with `+` and something after it.

    PyPI refuses local versions: they are for builds that are not published. Version tools make them where the commit
    has no tag, or files were changed.

    Fix: set the tag on the commit that is released, and build from a clean tree.

    Example:
        - hello-1.2.0+3.g3fd21c0.tar.gz
        + hello-1.2.0.tar.gz, after `git tag v1.2.0` on the commit

    """
    for mistake in _about(described, "version"):
        if _is_local(mistake):
            yield _problem(described, mistake)


def _is_local(mistake: Mistake) -> bool:
    return mistake.url == LOCAL_VERSIONS


@check(Severity.ERROR, pypi="M:summary-line M:summary-length")
def summary_fits(described: Described) -> Iterator[Problem]:
    """The summary is one line of at most 512 characters.

    PyPI refuses longer ones; the rest belongs in the readme.

    Fix: shorten `description` in pyproject.toml.

    Example:
        - description = "Says hello. It also … and … and …, and so on for 900 characters."
        + description = "Says hello."

    """
    for mistake in _about(described, "summary"):
        length = len(described.metadata.texts.get("summary", "")) if described.metadata is not None else 0
        too_long = f"the summary has {length} characters, {length - SUMMARY_LIMIT} too many"
        yield _problem(described, mistake, too_long if length > SUMMARY_LIMIT else "")


@check(Severity.ERROR, pypi="M:description-type M:description-charset M:description-variant M:crash")
def description_type_is_known(described: Described) -> Iterator[Problem]:
    """The readme's content type is text/markdown, text/x-rst or text/plain, in UTF-8.

    PyPI refuses all others, and `charset=utf-8` in lower case.

    Fix: set `readme = {file = "README.md", content-type = "text/markdown"}` in pyproject.toml.

    Example:
        - readme = {file = "README.md", content-type = "text/md"}
        + readme = {file = "README.md", content-type = "text/markdown"}

    """
    for mistake in _about(described, "description-content-type"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:email")
def emails_are_valid(described: Described) -> Iterator[Problem]:
    """The first e-mail address of the authors and of the maintainers is one.

    PyPI refuses the release otherwise. It does not ask whether anybody reads it.

    Fix: change `email` under `authors` or `maintainers` in pyproject.toml.

    Example:
        - authors = [{name = "Jo", email = "jo at example.org"}]
        + authors = [{name = "Jo", email = "jo@example.org"}]

    """
    for mistake in _about(described, "author-email", "maintainer-email"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:url M:project-url-label M:project-url-address")
def urls_are_valid(described: Described) -> Iterator[Problem]:
    """Every project URL has a label of at most 32 characters and an address with http or https.

    PyPI refuses the release otherwise.

    Fix: change `[project.urls]` in pyproject.toml.

    Example:
        [project.urls]
        - Source = "github.com/acme/hello"
        + Source = "https://github.com/acme/hello"

    """
    for mistake in _about(described, "home-page", "download-url", "project-url"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:requires-dist M:direct-dependency M:old-dependency")
def dependencies_are_accepted(described: Described) -> Iterator[Problem]:
    """Every dependency is a requirement by name, not by address.

    PyPI refuses `name @ https://…`: what is published there must depend only on what is published, too.

    Fix: publish the dependency, or depend on a release of it; change `dependencies` in pyproject.toml.

    Example:
        - dependencies = ["spam @ git+https://github.com/acme/spam"]
        + dependencies = ["spam>=1.4"]

    """
    for mistake in _about(described, "requires-dist", "provides-dist", "obsoletes-dist"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:requires-python")
def requires_python_is_valid(described: Described) -> Iterator[Problem]:
    """Requires-Python is a version specifier such as `>=3.11`.

    Installers choose a release by it; PyPI refuses what is none.

    Fix: change `requires-python` in pyproject.toml.

    Example:
        - requires-python = "3.11+"
        + requires-python = ">=3.11"

    """
    for mistake in _about(described, "requires-python"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:license-expression M:license-file M:license-twice M:crash")
def license_is_accepted(described: Described) -> Iterator[Problem]:
    """The licence is an SPDX expression, said once, and the paths of its files lead nowhere else.

    PyPI refuses an expression that SPDX does not know, and the old field License beside License-Expression.

    Fix: set `license = "MIT"` (or yours, by https://spdx.org/licenses/) and `license-files` in pyproject.toml.

    Example:
        - license = "Apache 2.0"
        + license = "Apache-2.0"

    """
    for mistake in _about(described, "license", "license-expression", "license-file"):
        yield _problem(described, mistake)


@check(Severity.ERROR, pypi="M:dynamic M:provides-extra M:import-name M:introduced M:repeated")
def metadata_fields_are_valid(described: Described) -> Iterator[Problem]:
    """Every field of the metadata is known, given as often as it may be, and has a value that it may have.

    PyPI refuses the release otherwise.

    Fix: mend the field's key in pyproject.toml, or update the build backend if it is none of yours.

    Example:
        - dynamic = ["version", "name"]
        + dynamic = ["version"]

    """
    for mistake in described.mistakes:
        if mistake.field not in FIELDS_OF_THEIR_OWN:
            yield _problem(described, mistake)


def _about(described: Described, *fields: str) -> Iterator[Mistake]:
    return (mistake for mistake in described.mistakes if mistake.field in fields)


def _problem(described: Described, mistake: Mistake, message: str = "") -> Problem:
    message = message or in_plain_words(mistake)
    if mistake.crashes and described.metadata is not None:
        message = f"{message}: {mistake.field} {described.metadata.texts.get(mistake.field, '')!r}"
    return Problem(
        message=message,
        hint=advice(mistake),
        where=described.set_by(mistake.field, mistake.message or message),
        answer=expected(answer_to(mistake)),
    )
