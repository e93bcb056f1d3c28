"""Following a project while its page is looked at: the page of now, whenever it is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pypublish.checks.described import readme_file
from pypublish.checks.preview import Preview, brought_up_to_date, declared_by, preview_of
from pypublish.checks.project import Source, parse
from pypublish.checks.subjects import Dist, wheel_name
from pypublish.edges.tree import read_text, read_tree
from pypublish.errors import PypublishError
from pypublish.findings import Severity
from pypublish.pypi.metadata import Metadata
from pypublish.pypi.project_page import ListedFile
from pypublish.pypi.release_history import PastRelease

BUILT_BEFORE = "Text and details are as they stand in your files now. The files for download were built before that."


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a build, or finished files, have of a release."""

    root: Path | None
    """The project's folder, to follow its changes; None where files alone are looked at."""
    dists: tuple[Dist, ...]
    repository: tuple[str, str] | None
    """Owner and name on GitHub."""
    declared: Metadata | None = None
    """What pyproject.toml declared when the build began."""
    failure: str = ""
    """Why there are no files; empty where there are."""

    @property
    def metadata(self) -> Metadata | None:
        """The metadata that PyPI would show: those of the first file that has any."""
        return next((dist.metadata for dist in self.dists if dist.metadata is not None), None)


History = Callable[[], tuple[PastRelease, ...]]
"""Returns the release history as far as it is known by now."""


class Follower:
    """Makes the page anew when something of it has changed. Threads may share it."""

    def __init__(self, seen: Seen, history: History) -> None:
        self._seen, self._history = seen, history
        self._files = tuple(map(_listed, seen.dists))
        self._lock = threading.Lock()
        self._stamp: object = None
        self._readme = ""
        self._preview: Preview | None = None

    def preview(self) -> Preview:
        """Return what there is to show now; with a mistake in pyproject.toml, what was built, and the mistake."""
        with self._lock:
            stamp = (self._stamp_of_files(), self._history())
            if self._preview is None or stamp != self._stamp:
                self._preview = self._look()
                # The readme that was read may be another one than the one that was looked for.
                self._stamp = (self._stamp_of_files(), stamp[1])
            return self._preview

    def _look(self) -> Preview:
        remarks = [(Severity.ERROR, self._seen.failure)] if self._seen.failure else []
        metadata = self._seen.metadata
        source, why = self._source()
        if source is not None:
            self._readme = readme_file(source.table("project"))
            current = _current(self._seen, source, self._readme)
            if metadata is not None and current != metadata:
                remarks.append((Severity.NOTE, BUILT_BEFORE))
            metadata = current
        elif why:
            remarks.append((Severity.ERROR, why))
        return preview_of(
            metadata or Metadata(),
            readme=self._readme,
            repository=self._seen.repository,
            files=self._files,
            history=self._history(),
            remarks=remarks,
        )

    def _source(self) -> tuple[Source | None, str]:
        """Return what pyproject.toml says now; where it does not read, say why."""
        if self._seen.root is None:
            return None, ""
        try:
            source = parse(read_tree(self._seen.root))
        except PypublishError as error:
            return None, str(error)
        if source.document is None:
            place = f", line {source.syntax_line}" if source.syntax_line is not None else ""
            return None, f"pyproject.toml{place}: {source.syntax_error or 'is not there'}"
        return source, ""

    def _stamp_of_files(self) -> object:
        root = self._seen.root
        names = ("pyproject.toml", self._readme) if root is not None else ()
        return tuple(_stamp(root / name) for name in names if root is not None and name)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _current(seen: Seen, source: Source, readme: str) -> Metadata | None:
    now = declared_by(source, description=read_text(source.tree.root, readme) if readme else None)
    if seen.metadata is None:
        return now
    if now is None or seen.declared is None or now == seen.declared:
        return seen.metadata
    return brought_up_to_date(seen.metadata, then=seen.declared, now=now)


def _listed(dist: Dist) -> ListedFile:
    name = wheel_name(dist)
    return ListedFile(
        filename=dist.filename,
        is_sdist=name is None,
        size=dist.contents.size,
        sha256=dist.contents.sha256,
        blake2b_256=dist.contents.blake2b_256,
        tags=(".".join(name.pythons), ".".join(name.abis), ".".join(name.platforms)) if name is not None else (),
    )
