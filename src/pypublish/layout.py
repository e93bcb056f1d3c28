"""How a source tree is laid out: what of a project is there, with or without a pyproject.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPackage:
    """One package, or one module, that users would import."""

    name: str
    path: str
    """From the root, with slashes: `src/hello`, or `hello.py` for a module."""
    annotated: bool = False
    """Whether any function of it has type annotations."""
    typed: bool = False
    """Whether it has a py.typed file."""
    version: str | None = None
    """What a literal `__version__` says."""
    summary: str = ""
    """The first line of its docstring."""
    has_main: bool = False
    """Whether `python -m` runs a function `main` of it."""

    @property
    def is_module(self) -> bool:
        """Whether it is a file, not a folder."""
        return self.path.endswith(".py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was found in a source tree."""

    folder: str
    """The name of the tree's folder."""
    pyproject: str | None = None
    setup_cfg: str | None = None
    setup_py: str | None = None
    packages: tuple[ImportPackage, ...] = ()
    readme: str = ""
    readme_text: str = ""
    beside: frozenset[str] = frozenset()
    """Names by which setup.py could import what lies beside it, where Python lets it."""
    license_files: tuple[str, ...] = ()
    license_text: str = ""
    changelog: str = ""
    repository: str = ""
    """The address of the repository on a hosting site."""
    author: tuple[str, str] = ("", "")
    """Name and e-mail, as git knows them."""
    tag: str = ""
    """The newest tag that names a version."""
    has_requirements: bool = False
    """Whether there is a requirements.txt."""
    has_manifest_in: bool = False
    """Whether there is a MANIFEST.in, which names data for setuptools to take along."""
