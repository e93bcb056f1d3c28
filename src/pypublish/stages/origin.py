"""Finding out what git has of the tree that an sdist was made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pypublish.checks import source as source_checks
from pypublish.checks.catalog import collect
from pypublish.checks.source import Origin
from pypublish.checks.subjects import Dist
from pypublish.edges import git
from pypublish.edges.tracked import tracked_content
from pypublish.edges.world import World
from pypublish.findings import Finding
from pypublish.model import Project, Release

OF_ORIGIN = collect(source_checks, Origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Where the files come from, as far as it is known."""

    source: Callable[[], Path | None] | None
    """Asked, once a file is there, for the folder of pyproject.toml in the tree that was built."""
    project: Project | None
    release: Release | None
    generated: Mapping[str, str]
    world: World

    @property
    def folder(self) -> Path | None:
        """The folder of pyproject.toml in the tree that was built."""
        return self.source() if self.source is not None else None

    def judge(self, sdist: Dist) -> tuple[Finding, ...] | None:
        """Compare an sdist with what git tracks; None where there is nothing to compare with."""
        origin = self._origin(sdist)
        return None if origin is None else tuple(finding for check in OF_ORIGIN for finding in check(origin))

    def _origin(self, sdist: Dist) -> Origin | None:
        commit = self.release.commit if self.release is not None and self.release.tag is not None else None
        # A release is compared with the user's own repository, which no build has touched.
        folder = self.project.root if self.project is not None and commit is not None else self.folder
        repository = git.find_repository(folder, self.world) if folder is not None else None
        if repository is None or repository.commit is None or not sdist.top or not sdist.whole:
            return None
        tracked = tracked_content(
            repository,
            {path.rpartition("/")[2] for path in sdist.files},
            largest=max((member.size for member in sdist.files.values()), default=0),
            commit=commit,
            world=self.world,
        )
        return Origin(
            sdist=sdist,
            prefix=repository.prefix,
            tracked=tracked.content,
            submodules=tracked.submodules,
            commit=commit,
            backend=self.project.backend if self.project is not None else "",
            generated=self.generated,
        )
