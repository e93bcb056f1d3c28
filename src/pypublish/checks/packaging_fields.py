"""What goes into [project], found in what a tree has: one function for each field that takes thought."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from pypublish.checks.license_text import LICENSE_CLASSIFIER, agrees, license_of_classifiers, license_of_text
from pypublish.checks.packaging_backend import alike
from pypublish.checks.pythons import MAINTAINED, allows, classifier, named_by, specifier
from pypublish.checks.setup_files import Declared
from pypublish.layout import ImportPackage, Layout

SUMMARY_LENGTH = 512
"""Characters that PyPI takes."""

_NO_PROSE = re.compile(r"""^(?:[#<>|!`]|\[!|[-*+]\s|[=~^*_-]{2,}$|\.\.|:[\w-]+:|$)""")
"""Lines of a readme that are headings, rules, badges, tables, markup."""
_LINK = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])|`([^`<]+)(?:\s<[^>]*>)?`_{0,2}")
_MARKUP = re.compile(r"[*_`]{1,3}(\S(?:.*?\S)?)[*_`]{1,3}")


def project_name(layout: Layout, packages: Sequence[ImportPackage]) -> str:
    """Return a name for the project: the repository's where the package is called so, else the package's."""
    name = layout.repository.rpartition("/")[2] or layout.folder
    if packages and not alike(name, packages[0].name):
        name = packages[0].name
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "project"


def description(layout: Layout, declared: Declared, packages: Sequence[ImportPackage]) -> str:
    """Return one line on what the project is for: as declared, else from the readme, else from the package."""
    found = declared.text("description") or _first_sentence(layout.readme_text)
    if not found and packages:
        found = packages[0].summary
    return " ".join(found.split())[:SUMMARY_LENGTH]


def _first_sentence(readme: str) -> str:
    lines = readme.splitlines()
    for number, line in enumerate(lines):
        if _NO_PROSE.match(line.strip()):
            continue
        under = lines[number + 1].strip() if number + 1 < len(lines) else ""
        if len(under) > 2 and len(set(under)) == 1 and under[0] in "=-~^":  # noqa: PLR2004 - it is a heading's rule
            continue
        paragraph = []
        for part in lines[number:]:
            if not part.strip():
                break
            paragraph.append(part.strip())
        words = _MARKUP.sub(r"\1", _LINK.sub(r"\1\2", " ".join(paragraph)))
        return re.split(r"(?<=[^.].[.!?])\s+(?=[A-Z])", words, maxsplit=1)[0]
    return ""


def pythons(classifiers: Iterable[str], requires_python: str = "") -> tuple[str, ...]:
    """Return the versions of Python 3 that classifiers name; else what `requires_python` allows, or all that live."""
    named = tuple(minor for minor in named_by(classifiers) if minor.startswith("3."))
    allowed = specifier(requires_python) if requires_python else None
    if named or allowed is None:
        return named or MAINTAINED
    newest = int(MAINTAINED[-1].partition(".")[2])
    return tuple(minor for minor in (f"3.{number}" for number in range(newest + 1)) if allows(allowed, minor))


def license_of(layout: Layout, declared: Declared, classifiers: Sequence[str]) -> str:
    """Return the SPDX identifier of the licence: of its text, which a classifier may make more precise."""
    of_text, of_classifiers = license_of_text(layout.license_text), license_of_classifiers(classifiers)
    if of_text:
        return of_classifiers if agrees(of_text, of_classifiers) else of_text
    return of_classifiers or _expression(declared.text("license"))


def _expression(text: str) -> str:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    try:
        return str(canonicalize_license_expression(text)) if text else ""
    except InvalidLicenseExpression:
        return ""


def classifiers_of(
    given: Sequence[str],
    packages: Iterable[ImportPackage],
    *,
    version: str,
    requires_python: str,
    licensed: bool,
    old: bool,
) -> Iterator[str]:
    """Yield the classifiers that are given, but for what a licence expression says; or the first for a new project.

    An `old` one has been released without: only what it says of the Pythons is said again.
    """
    yield from (one for one in given if not (licensed and one.startswith(LICENSE_CLASSIFIER)))
    if not given and old:
        yield from map(classifier, pythons(given, requires_python) if requires_python else ())
    elif not given:
        if version.startswith("0"):
            yield "Development Status :: 3 - Alpha"
        yield "Programming Language :: Python :: 3 :: Only"
        yield from map(classifier, pythons(given, requires_python))
    typed = any(package.typed or (package.annotated and not package.is_module) for package in packages)
    if typed and "Typing :: Typed" not in given:
        yield "Typing :: Typed"


def authors(declared: Declared, role: str, otherwise: tuple[str, str] = ("", "")) -> list[dict[str, str]]:
    """Return the author, or the maintainer, as [project] has them."""
    name, email = declared.text(role), declared.text(f"{role}_email")
    if not name and not email:
        name, email = otherwise
    person = {"name": name, "email": email if "@" in email and "," not in email else ""}
    kept = {key: value for key, value in person.items() if value}
    return [kept] if kept else []


def keywords(declared: Declared) -> list[str]:
    """Return the keywords, which may be one text with commas or spaces."""
    given = declared.values.get("keywords")
    if isinstance(given, str):
        between = r"[,\n]" if "," in given or "\n" in given.strip() else r"\s+"
        return [word.strip() for word in re.split(between, given) if word.strip()]
    return list(declared.texts("keywords"))


def dependencies(given: Iterable[str]) -> list[str]:
    """Return requirements as PEP 508 has them, without the comments of the file that they are from."""
    lines = (line.partition(" #")[0].strip() for line in given)
    return [line for line in lines if line and not line.startswith("#")]


def urls(layout: Layout, declared: Declared) -> dict[str, str]:
    """Return the links of the side bar."""
    given = {label: value[0] for label, value in declared.table("project_urls").items() if value}
    home = declared.text("url")
    if home and home not in given.values():
        given = {"Homepage": home, **given}
    source = layout.repository
    if not source:
        return given
    known = {label.lower() for label in given}
    found = {"Source": source, "Issues": f"{source}/issues"}
    if layout.changelog:
        found["Changelog"] = f"{source}/blob/HEAD/{layout.changelog}"
    fresh = {label: url for label, url in found.items() if label.lower() not in known and url not in given.values()}
    return {**given, **fresh}
