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
from pypublish.edges.tracked import Packed, of_commit, of_tree
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
    as_it_stands: bool = False
    """Whether changes that are not committed were built, too."""
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
        built = self.folder
        if built is None or not sdist.top or not sdist.whole:
            return None
        in_place = self.project is not None and built.resolve() == self.project.root.resolve()
        commit = self._commit
        # A release is compared with the user's own repository, which no build has touched.
        folder = self.project.root if self.project is not None and commit is not None else built
        repository = git.find_repository(folder, self.world)
        if repository is None or repository.commit is None:
            return None
        top = f"{repository.prefix}/" if repository.prefix else ""
        packed = Packed(
            digests={top + path.partition("/")[2]: file.sha256 for path, file in sdist.files.items()},
            largest=max((file.size for file in sdist.files.values()), default=0),
        )
        if commit is not None:
            tracked = of_commit(repository, commit, packed, self.world, built_in=built, in_place=in_place)
        else:
            tracked = of_tree(repository, packed, self.world, in_place=in_place)
        return Origin(
            sdist=sdist,
            prefix=repository.prefix,
            tracked=tracked.content,
            submodules=tracked.submodules,
            changed=tracked.changed,
            texts=tracked.texts,
            commit=repository.commit if commit is None and not tracked.changed else commit,
            may_have_moved_on=self.release is None,
            project=self.project,
            generated=self.generated,
        )

    @property
    def _commit(self) -> str | None:
        """The commit that is released; None where it is not the commit alone that was built."""
        released = self.release is not None and self.release.tag is not None and not self.as_it_stands
        return self.release.commit if self.release is not None and released else None
