"""What of the readme works on GitHub, but not on PyPI: links, images, and what PyPI leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.described import Described
from pypublish.checks.readme_flaws import Flaw, Kind, flaws_of, of_kind
from pypublish.findings import Location, Problem, Severity

LIMIT = 10
"""How many problems of a kind are named one by one."""


@check(Severity.WARNING)
def readme_links_work_on_pypi(described: Described) -> Iterator[Problem]:
    """The readme's links lead somewhere on PyPI, too.

    A relative link begins at the project's page there, which has no files beside it; and of addresses that are neither
    http, https nor mailto PyPI leaves only the words.

    Fix: write the whole address. HEAD in it stands for the default branch; a tag in its place keeps to the release.

    Example:
        - See [the guide](docs/guide.md).
        + See [the guide](https://github.com/acme/hello/blob/HEAD/docs/guide.md).

    """
    yield from _problems(described, Kind.LINK)


@check(Severity.WARNING)
def readme_images_show_on_pypi(described: Described) -> Iterator[Problem]:
    """The readme's images show on PyPI, too.

    PyPI fetches images by their whole address: a relative one, one within the page (data:), or one of a page that only
    shows the image leaves a gap.

    Fix: write the address of the file itself. HEAD in it stands for the default branch.

    Example:
        - ![How it works](docs/overview.png)
        + ![How it works](https://raw.githubusercontent.com/acme/hello/HEAD/docs/overview.png)

    """
    yield from _problems(described, Kind.IMAGE)


@check(Severity.WARNING)
def readme_anchors_are_there(described: Described) -> Iterator[Problem]:
    """Links within the readme lead to something on PyPI's page.

    PyPI gives a target to every heading, in lower case; targets that are set by hand it takes out or does not find.

    Fix: link to a heading.

    Example:
        - [Back to top](#top)   with   <a name="top"></a>
        + [Back to top](#hello)   with   # Hello

    """
    yield from _problems(described, Kind.ANCHOR)


@check(Severity.WARNING)
def readme_is_shown_whole(described: Described) -> Iterator[Problem]:
    """PyPI shows everything that is in the readme.

    It takes out what could run or be played, such as `<video>` and `<iframe>`, or shows the tag as text.

    Fix: link to it instead.

    Example:
        - <video src="https://example.org/demo.mp4"></video>
        + [Watch the demonstration](https://example.org/demo.mp4)

    """
    yield from _problems(described, Kind.LEFT_OUT)


@check(Severity.NOTE)
def readme_needs_no_github(described: Described) -> Iterator[Problem]:
    """The readme reads as well without GitHub.

    GitHub draws diagrams, formulas and maps from blocks of code; PyPI shows the code.

    Fix: where readers need the drawing, put an image of it there.

    Example:
        - ```mermaid
        + ![How it works](https://raw.githubusercontent.com/acme/hello/HEAD/docs/overview.png)

    """
    yield from _problems(described, Kind.SOURCE)


def _problems(described: Described, kind: Kind) -> Iterator[Problem]:
    if described.metadata is None:
        return
    found = of_kind(flaws_of(described.metadata, readme=described.readme), {kind})
    for flaw in found[:LIMIT]:
        yield _problem(described, flaw)
    if len(found) > LIMIT:
        more = len(found) - LIMIT
        # At the first of them, so that it comes after those that are named.
        last = found[LIMIT].line or max((flaw.line or 0 for flaw in found[:LIMIT]), default=0)
        yield Problem(
            message=f"and {more} more of the kind in the readme",
            hint="pypublish preview shows them all, in their places.",
            where=Location(file=described.readme, line=last or None)
            if described.readme
            else described.set_by("description"),
        )


def _problem(described: Described, flaw: Flaw) -> Problem:
    if described.readme:
        return Problem(message=flaw.message, hint=flaw.hint, where=Location(file=described.readme, line=flaw.line))
    place = f"line {flaw.line} of the readme: " if flaw.line is not None else ""
    return Problem(message=f"{place}{flaw.message}", hint=flaw.hint, where=described.set_by("description"))
