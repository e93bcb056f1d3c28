"""What borrowed tools say, in the words of the catalogue and with the weight that it has here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pypublish.checks.catalog import Rule, rule
from pypublish.checks.words import EXAMPLES, some
from pypublish.findings import Finding, Location, Severity
from pypublish.model import Remark

WHEEL_CONTENTS = "https://github.com/jwodder/check-wheel-contents"
CONFIGURE = "or waive it under [tool.check-wheel-contents] in pyproject.toml."

_TITLES = {
    "W001": ("A wheel has no compiled .pyc files.", "leave them out"),
    "W002": ("A wheel has no file twice.", "leave one of them out"),
    "W003": ("Only modules and packages are at the top of a wheel.", "move the file into the package"),
    "W004": ("Every module is where it can be imported.", "rename the folder or the file"),
    "W005": ("No folder at the top of a wheel has a name that every project uses.", "leave it out"),
    "W006": ("There is no __init__.py at the top of a wheel.", "package the folder that it is in"),
    "W007": ("A wheel has something to import.", "tell the build backend where the packages are"),
    "W008": ("A wheel is not empty.", "tell the build backend where the packages are"),
    "W009": ("There is one entry at the top of a wheel.", "leave out what is not yours"),
    "W010": ("A folder at the top of a wheel has a Python module in it.", "leave it out, or move it into the package"),
    "W101": ("Every file of the source package is in the wheel.", "include it"),
    "W102": ("Every file in the wheel is in the source package.", "leave it out"),
    "W201": ("Every top-level entry that was promised is in the wheel.", "include it"),
    "W202": ("No top-level entry is in the wheel that was not promised.", "leave it out"),
}

_ONLY_IF_CONFIGURED = frozenset({"W002", "W004", "W009"})
"""What is usual in healthy projects: translations that are alike, modules that are loaded by path, two packages."""

_REASON_WHEEL = f"Found by check-wheel-contents, which explains it: {WHEEL_CONTENTS}#checks."
_REASON_MANIFEST = (
    "Found by check-manifest's comparison of the sdist with the files under version control:"
    " https://github.com/mgedmin/check-manifest."
)
_SPEAK_MANIFEST = "name it under `ignore` in [tool.check-manifest], if it is meant to be so."


def _words(title: str, reason: str, fix: str) -> str:
    return f"{title}\n\n{reason}\n\nFix: {fix}"


RULES: tuple[Rule, ...] = (
    rule(
        "validate-pyproject",
        Severity.ERROR,
        _words(
            "The [build-system], [project] and [tool.setuptools] tables keep to their specifications.",
            "Found by validate-pyproject's schemas: https://validate-pyproject.readthedocs.io.",
            "mend the key that is named.",
        ),
    ),
    *(
        rule(
            f"check-wheel-contents:{code}",
            Severity.NOTE if code in _ONLY_IF_CONFIGURED else Severity.WARNING,
            _words(title, _REASON_WHEEL, f"{fix}; {CONFIGURE}"),
        )
        for code, (title, fix) in _TITLES.items()
    ),
    rule(
        "check-wheel-contents:configuration",
        Severity.ERROR,
        _words("The configuration of check-wheel-contents reads.", _REASON_WHEEL, "mend [tool.check-wheel-contents]."),
    ),
    rule(
        "check-wheel-contents:invalid-wheel",
        Severity.WARNING,  # what installers and PyPI cannot read either is an error of our own checks
        _words(
            "check-wheel-contents can read the wheel.",
            _REASON_WHEEL,
            "build the wheel anew where our own checks find fault with it, too; else the tool knows no such wheels.",
        ),
    ),
    rule(
        "check-manifest:missing-from-sdist",
        Severity.WARNING,
        _words(
            "Every tracked file is in the sdist.",
            _REASON_MANIFEST,
            f"include it (setuptools: MANIFEST.in); or {_SPEAK_MANIFEST}",
        ),
    ),
    rule(
        "check-manifest:missing-from-vcs",
        Severity.WARNING,
        _words(
            "Every file in the sdist is tracked.",
            _REASON_MANIFEST,
            f"commit it, or leave it out of the sdist; or {_SPEAK_MANIFEST}",
        ),
    ),
    rule(
        "check-manifest:bad-idea",
        Severity.WARNING,
        _words(
            "No generated file is under version control.",
            _REASON_MANIFEST,
            "remove it with `git rm --cached`; or name it under `ignore-bad-ideas` in [tool.check-manifest].",
        ),
    ),
    rule(
        "check-manifest:manifest-line",
        Severity.WARNING,
        _words("Every line of MANIFEST.in can be understood.", _REASON_MANIFEST, "mend the line."),
    ),
    rule(
        "check-manifest:cannot-compare",
        Severity.NOTE,
        _words(
            "The sdist can be compared with the tracked files.",
            _REASON_MANIFEST,
            "release from a checkout of the repository.",
        ),
    ),
    rule(
        "twine:invalid-distribution",
        Severity.ERROR,
        _words(
            "twine can read the file and its metadata.",
            "It is twine that uploads the file.",
            "read what twine says; a newer build backend mostly helps.",
        ),
    ),
    rule(
        "twine:description-syntax",
        Severity.ERROR,
        _words(
            "The description renders, as twine sees it.",
            "Found by `twine check --strict`; PyPI refuses a description that does not render.",
            "mend the line that is named.",
        ),
    ),
    rule(
        "twine:description-warning",
        Severity.WARNING,
        _words(
            "The description is there and says what it is written in.",
            "Found by `twine check --strict`.",
            "set `readme` in pyproject.toml.",
        ),
    ),
)

_SAID = {
    "missing-from-sdist": "tracked, but not in the sdist",
    "missing-from-vcs": "in the sdist, but not tracked",
    "bad-idea": "tracked, though it is generated",
}
"""What check-manifest means by a list of files."""

_MAY_STAND_BESIDE = {"W009": 1, "W010": 0}
"""What check-wheel-contents says of the top of a wheel, and how many entries it allows there."""

BY_ID = {known.id: known for known in RULES}

_SAID_BETTER = {
    "twine:description-syntax": {"description-renders"},
    "twine:description-warning": {"description-is-there", "description-type-is-given"},
    "twine:invalid-distribution": {
        *("metadata-are-there", "metadata-version-is-accepted", "name-is-valid", "built-version-is-valid"),
        *("summary-fits", "description-type-is-known", "urls-are-valid"),
        *("classifiers-are-known", "project-is-not-private"),
        *("dependencies-are-accepted", "requires-python-is-valid", "license-is-accepted", "metadata-fields-are-valid"),
    },
}
"""Our own checks that find the same, with the place and the mend: then the tool's words would only repeat it."""


def findings(
    filename: str, remarks: Sequence[Remark], *, setuptools: bool, compared: bool = False, own: Iterable[Finding]
) -> Iterator[Finding]:
    """Yield what the tools say of a file, but not what our `own` findings say already.

    `setuptools` is whether that is the build backend: others leave tracked files out of the sdist by design.
    `compared` is whether we have compared the sdist with the tracked files ourselves.
    """
    said = {found.check for found in own}
    if compared:
        # We know what build backends make; check-manifest asks for its configuration there.
        remarks = [remark for remark in remarks if remark.code != "missing-from-vcs" or remark.configured]
    counted: Counter[str] = Counter()
    for remark in remarks:
        name = f"{remark.tool}:{remark.code}"
        if not said.isdisjoint(_SAID_BETTER.get(name, ())) or _is_about_libraries_alone(filename, remark):
            continue
        counted[name] += 1
        if counted[name] <= EXAMPLES:
            yield _finding(filename, name, remark, _message(BY_ID.get(name), remark), setuptools=setuptools)
        elif counted[name] == EXAMPLES + 1:
            more = sum(f"{other.tool}:{other.code}" == name for other in remarks) - EXAMPLES
            yield _finding(filename, name, remark, f"and {more} more of this kind", setuptools=setuptools)


def _is_about_libraries_alone(filename: str, remark: Remark) -> bool:
    """Whether it is about the folder in which auditwheel and delvewheel put the libraries that a wheel needs."""
    folder = f"{filename.partition('-')[0]}.libs/".lower()
    others = [member for member in remark.members if member.lower() != folder]
    return len(others) < len(remark.members) and len(others) <= _MAY_STAND_BESIDE.get(remark.code, -1)


def _finding(filename: str, name: str, remark: Remark, message: str, *, setuptools: bool) -> Finding:
    known = BY_ID.get(name)
    return Finding(
        check=name,
        severity=_severity(known, remark, setuptools=setuptools),
        message=message,
        hint=_hint(known, remark, setuptools=setuptools),
        where=_where(filename, remark),
    )


def _severity(known: Rule | None, remark: Remark, *, setuptools: bool) -> Severity:
    if known is None:
        return Severity.WARNING  # a newer release of the tool than we know
    if remark.configured and known.severity is Severity.NOTE:
        return Severity.WARNING
    if remark.code == "missing-from-sdist" and not (remark.configured or setuptools):
        return Severity.NOTE
    return known.severity


def _message(known: Rule | None, remark: Remark) -> str:
    shown = some(remark.members)
    said = _SAID.get(remark.code) or (" ".join(remark.message.split()) if known is not None else remark.message)
    return f"{said}: {shown}" if shown else said


def _hint(known: Rule | None, remark: Remark, *, setuptools: bool) -> str:
    if remark.code == "missing-from-sdist" and remark.message and setuptools:
        return f"These lines in MANIFEST.in include them: {'; '.join(remark.message.splitlines())}"
    return known.fix if known is not None else ""


def _where(filename: str, remark: Remark) -> Location:
    if remark.code in {"manifest-line", "configuration"}:
        return Location(file="MANIFEST.in" if remark.code == "manifest-line" else "pyproject.toml")
    if remark.tool == "check-manifest":
        return Location(file=filename)
    return Location(file=filename, member=remark.members[0] if len(remark.members) == 1 else None)
