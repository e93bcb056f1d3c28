"""Showing a project's page: in a browser while somebody looks, or in a file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pypublish.checks.preview import Preview
from pypublish.edges.world import World
from pypublish.errors import UsageError
from pypublish.findings import Finding, Outcome
from pypublish.pypi.names import normalise
from pypublish.pypi.release_history import history_of
from pypublish.rehearsal.project_page import serve_page
from pypublish.stages.build import Built
from pypublish.stages.following import Follower, Seen
from pypublish.stages.observer import Observer
from pypublish.stages.past import Past


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing:
    """How the page is to be seen: in a browser while `hold` waits, or, with `out`, in a file."""

    write: Callable[[Preview], str]
    """Writes the page as HTML."""
    policy: str
    """The content security policy of the page."""
    hold: Callable[[str], None]
    """Gets the address, and returns when the page has been seen."""
    out: Path | None = None
    port: int = 0


def view(
    seen: Seen,
    past: Past,
    viewing: Viewing,
    *,
    world: World,
    observer: Observer,
    strict: bool,
    findings: tuple[Finding, ...],
    built: Outcome[Built] | None = None,
) -> Outcome[Preview]:
    """Show what was seen, with what was found of it; `built` is how the build ended, where there was one.

    Raises:
        UsageError: the port is taken, or the file cannot be written.

    """
    began = world.clock.monotonic()
    observer.started("page")
    version = seen.metadata.version if seen.metadata is not None else ""
    follower = Follower(seen, lambda: history_of(files, version) if (files := past.files()) else ())
    if viewing.out is not None:
        past.wait()
    preview = follower.preview()
    page = Outcome(
        stage="page",
        value=preview,
        summary=_summary(preview, viewing.out),
        findings=findings,
        strict=strict,
    ).taking(world.clock.monotonic() - began)
    if viewing.out is not None:
        _write(viewing.out, viewing.write(preview))
    observer.done(page)
    if viewing.out is None:
        name = normalise(preview.page.name) or "project"
        with serve_page(
            name, lambda: viewing.write(follower.preview()), policy=viewing.policy, port=viewing.port
        ) as address:
            viewing.hold(address)
    return Outcome(
        stage="preview",
        value=preview,
        summary=page.summary,
        parts=(page,) if built is None else (built, page),
        strict=strict,
    ).taking(page.seconds + (built.seconds if built is not None else 0))


def _summary(preview: Preview, out: Path | None) -> str:
    shown = f"{preview.page.name} {preview.page.version}".strip()
    number = len(preview.flaws)
    if preview.complaint:
        said = "the description does not render"
    elif number:
        said = f"{number} thing{'s' if number > 1 else ''} in the description will not work on PyPI"
    else:
        said = "nothing in the description will break"
    return f"{shown}: {said}" + (f"; see {out}" if out is not None else "")


def refuse_unwritable(out: Path) -> None:
    """See whether the page can be written into `out`, before anything is built for it.

    Raises:
        UsageError: a folder on the way to it is none, or nothing may be written there.

    """
    try:
        there = next((path for path in (out, *out.parents) if path.exists()), out.parent)
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from None
    if there != out and not there.is_dir():
        raise _unwritable(out, f"{there} is not a folder")
    if not os.access(there, os.W_OK):
        raise _unwritable(out, "Permission denied")


def _write(out: Path, text: str) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, "utf-8")
    except OSError as error:
        raise _unwritable(out, error.strerror or str(error)) from None


def _unwritable(out: Path, why: str) -> UsageError:
    return UsageError(f"{out} cannot be written: {why}", hint="Name another file by --out.")
