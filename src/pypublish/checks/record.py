"""RECORD, the list of a wheel's files with their digests: what is installed is what was built."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.archive.contents import Member
from pypublish.checks.catalog import check
from pypublish.checks.subjects import Dist
from pypublish.checks.wheel_files import Row, is_listed_without_digest, is_unlisted, record
from pypublish.checks.words import expected
from pypublish.findings import Problem, Severity
from pypublish.pypi import contents

EXAMPLES = 5
"""How many files of a kind get a finding of their own."""

STRONG = ("sha256", "sha384", "sha512")


@check(Severity.ERROR, pypi="W7")
def record_is_readable(dist: Dist) -> Iterator[Problem]:
    """A wheel has a RECORD of its files, comma-separated and in UTF-8.

    PyPI refuses the wheel otherwise; an installer could not uninstall it.

    Fix: build the wheel with a build backend, and do not edit it.

    Example:
        $ python -m build --wheel

    """
    where = f"{dist.top}/RECORD"
    if (answer := contents.record_is_readable(dist.filename, dist.text(where))) is not None:
        message = f"there is no {where}" if where not in dist.files else f"{where} does not read"
        yield Problem(message=message, where=dist.at(where), answer=expected(answer))


@check(Severity.ERROR, pypi="W8")
def record_names_every_file(dist: Dist) -> Iterator[Problem]:
    """RECORD names every file of the wheel, and nothing else.

    PyPI takes such a wheel, but writes to the owners: a file that is not in RECORD may have been slipped in.

    Fix: build the wheel anew; what adds files to a finished wheel has to rewrite RECORD (`python -m wheel pack` does).

    Example:
        $ python -m wheel unpack hello-1.2.0-py3-none-any.whl
        $ python -m wheel pack hello-1.2.0

    """
    rows = record(dist)
    if rows is None:
        return
    listed, present = {row.path for row in rows}, set(dist.files)
    unlisted = sorted(path for path in present - listed if not is_unlisted(dist, path))
    absent = sorted(path for path in listed - present if not path.endswith("/"))
    for message, paths in (("is in the wheel, but not in RECORD", unlisted), ("is in RECORD, but not there", absent)):
        for path in paths[:EXAMPLES]:
            yield Problem(message=f"{path} {message}", where=dist.at(path))
        if len(paths) > EXAMPLES:
            yield Problem(message=f"the same is true of {len(paths) - EXAMPLES} more files", where=dist.at())


@check(Severity.ERROR)
def record_digests_match(dist: Dist) -> Iterator[Problem]:
    """Digest and size in RECORD are those of the file.

    Nobody else looks before the users do: not PyPI, not twine; by the specification the installation then fails.

    Fix: build the wheel anew; a step that changes files of a wheel has to rewrite RECORD (`python -m wheel pack`).

    Example:
        $ python -m wheel unpack hello-1.2.0-py3-none-any.whl
        $ python -m wheel pack hello-1.2.0

    """
    wrong = [
        (row, trouble)
        for row in record(dist) or ()
        if (member := dist.files.get(row.path)) is not None
        and not is_listed_without_digest(dist, row.path)
        and not is_unlisted(dist, row.path)
        and (trouble := _trouble(row, member))
    ]
    for row, trouble in wrong[:EXAMPLES]:
        yield Problem(message=f"{row.path} {trouble}", where=dist.at(f"{dist.top}/RECORD", row.line))
    if len(wrong) > EXAMPLES:
        yield Problem(message=f"so do {len(wrong) - EXAMPLES} more files", where=dist.at(f"{dist.top}/RECORD"))


def _trouble(row: Row, member: Member) -> str:
    if not row.algorithm:
        return "has no digest in RECORD"
    if row.algorithm not in STRONG:
        return f"has a digest by {row.algorithm} in RECORD, where sha256 or better is asked for"
    if row.algorithm == "sha256" and member.sha256 and row.digest != member.sha256:
        return "has another digest than RECORD says"
    if row.size and row.size != str(member.size):
        return f"has {member.size} bytes, where RECORD says {row.size}"
    return ""


@check(Severity.ERROR)
def record_names_each_file_once(dist: Dist) -> Iterator[Problem]:
    """RECORD names each file once.

    Two lines can say two things of one file.

    Fix: build the wheel anew with a current build backend.

    Example:
        - hello/__init__.py,sha256=47DEQp…,0
        - hello/__init__.py,sha256=n4bQgY…,4
        + hello/__init__.py,sha256=n4bQgY…,4

    """
    seen: set[str] = set()
    for row in record(dist) or ():
        if row.path in seen:
            yield Problem(message=f"{row.path} is in RECORD twice", where=dist.at(f"{dist.top}/RECORD", row.line))
        seen.add(row.path)
