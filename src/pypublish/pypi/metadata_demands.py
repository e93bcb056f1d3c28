"""What PyPI demands of the metadata beyond the specification, in its words."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from typing import Final

from pypublish.pypi.metadata import FIELDS, Metadata, Mistake

LOCAL_VERSIONS: Final = (
    "https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers"
)
SUMMARY_LIMIT: Final = 512
LABEL_LIMIT: Final = 32
_NEVER_DYNAMIC: Final = frozenset({"metadata-version", "name", "version", "dynamic"})


def demands(metadata: Metadata) -> tuple[Mistake, ...]:
    """Return all that PyPI objects to in metadata that keep to the specification, in its order."""
    found: list[Mistake] = []
    for demand in _DEMANDS:
        try:
            found += demand(metadata)
        except RecursionError:  # parentheses in parentheses, which nobody there catches either
            found.append(Mistake(field="", message="", crashes=True))
    return tuple(found)


def _version(metadata: Metadata) -> Iterator[Mistake]:
    from packaging.version import Version

    version = Version(metadata.version)
    if version.local:
        message = f"The use of local versions in '{version}' is not allowed."
        yield Mistake(field="version", message=message, url=LOCAL_VERSIONS)


def _summary(metadata: Metadata) -> Iterator[Mistake]:
    if len(metadata.texts.get("summary", "")) > SUMMARY_LIMIT:
        yield Mistake(field="summary", message=f"'summary' field must be {SUMMARY_LIMIT} characters or less.")


def _addresses(metadata: Metadata) -> Iterator[Mistake]:
    for name in ("author-email", "maintainer-email"):
        _, address = parseaddr(metadata.texts.get(name, ""))
        if address and (reason := _no_address(address)):
            yield Mistake(field=name, message=f"{address!r} is not a valid email address: {reason}")


def _no_address(address: str) -> str | None:
    """Say why this is no e-mail address; whether anybody reads it is not asked."""
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError as error:
        return str(error)
    return None


def _classifiers(metadata: Metadata) -> Iterator[Mistake]:
    from trove_classifiers import all_classifiers, deprecated_classifiers

    given = set(metadata.lists.get("classifier", ()))
    for classifier in sorted(given - set(all_classifiers)):
        yield Mistake(field="classifier", message=f"{classifier!r} is not a valid classifier.")
    for classifier in sorted(given & set(deprecated_classifiers)):
        instead = deprecated_classifiers[classifier]
        advice = f", use one of {instead} instead." if instead else "."
        yield Mistake(field="classifier", message=f"The classifier {classifier!r} has been deprecated{advice}")


def _urls(metadata: Metadata) -> Iterator[Mistake]:
    for name in ("home-page", "download-url"):
        if name in metadata.texts and not is_web_address(metadata.texts[name]):
            yield Mistake(field=name, message=f"{metadata.texts[name]!r} is not a valid url.")


def _project_urls(metadata: Metadata) -> Iterator[Mistake]:
    for label, url in metadata.urls.items():
        if not label:
            message = "Must have a label"
        elif len(label) > LABEL_LIMIT:
            message = f"{label!r} must be {LABEL_LIMIT} characters or less."
        elif not url:
            message = "Must have a URL"
        elif not is_web_address(url):
            message = f"{url!r} is not a valid url"
        else:
            continue
        yield Mistake(field="project-url", message=message)


def is_web_address(text: str) -> bool:
    """Whether PyPI takes this for a URL: http or https, and well-formed (RFC 3986)."""
    from rfc3986 import exceptions, uri_reference, validators  # type: ignore[import-untyped]

    validator = validators.Validator().allow_schemes("http", "https").require_presence_of("scheme")
    validator.check_validity_of("scheme", "host", "port", "path", "query")
    try:
        validator.validate(uri_reference(text).normalize())
    except exceptions.ValidationError:
        return False
    return True


def _old_dependencies(metadata: Metadata) -> Iterator[Mistake]:
    from packaging.requirements import InvalidRequirement, Requirement

    for name in ("provides-dist", "obsoletes-dist"):
        for text in metadata.lists.get(name, ()):
            try:
                requirement = Requirement(text)
            except InvalidRequirement as error:
                yield Mistake(field=name, message=f"{text!r} is invalid: {error}")
            else:
                if requirement.url is not None:
                    yield Mistake(field=name, message=f"Can't have direct dependency: {text!r}")


def _dependencies(metadata: Metadata) -> Iterator[Mistake]:
    from packaging.requirements import Requirement

    for requirement in map(Requirement, metadata.lists.get("requires-dist", ())):
        if requirement.url is not None:
            yield Mistake(field="requires-dist", message=f"Can't have direct dependency: {requirement}")


def _dynamic(metadata: Metadata) -> Iterator[Mistake]:
    for name in map(str.lower, metadata.lists.get("dynamic", ())):
        if name not in FIELDS or name in _NEVER_DYNAMIC:
            yield Mistake(field="dynamic", message=f"Dynamic field {name!r} is not a valid dynamic field.")


def _license(metadata: Metadata) -> Iterator[Mistake]:
    if metadata.texts.get("license") and metadata.texts.get("license-expression"):
        message = "License is deprecated when License-Expression is present."
        yield Mistake(field="license", message=f"{message} Only License-Expression should be present.")


_DEMANDS: Final = (
    _version,
    _summary,
    _addresses,
    _classifiers,
    _urls,
    _project_urls,
    _old_dependencies,
    _dependencies,
    _dynamic,
    _license,
)
