"""`[tool.pypublish]` as a value: every setting with its default, and nothing that is not read somewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pypublish import codec
from pypublish.errors import SettingsError
from pypublish.gates import NO_GATES, Gates
from pypublish.gates import parse as parse_gates
from pypublish.model import PYPI, TESTPYPI, Index

WHERE = "[tool.pypublish] in pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexSettings:
    """One of the user's own indexes: `[tool.pypublish.index.NAME]`."""

    upload_url: str
    simple_url: str
    oidc_audience: str = ""
    file_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a maintainer may set for a project. Times are in seconds."""

    tag_format: str = "v{version}"
    """How a tag is made of the version; `{version}` and `{name}` stand for the project's."""
    in_tree: bool = False
    """Build in the working tree instead of a clean clone of the commit."""
    build_env: tuple[str, ...] = ()
    """Further variables that the build backend may see."""
    build_timeout: int = 1800
    ignore: dict[str, str] = field(default_factory=dict)
    """Check -> the reason why its findings do not count."""
    generated: dict[str, str] = field(default_factory=dict)
    """Pattern of files in the sdist that git does not have so -> the reason why the build makes or changes them."""
    smoke_command: str = ""
    """A command that must succeed where the package is installed; split as a shell would, run without one."""
    smoke_timeout: int = 300
    smoke_imports: tuple[str, ...] = ()
    """The modules that must import; by default every top-level module of the wheel."""
    smoke_extras: tuple[str, ...] = ()
    """Extras that are installed too for the smoke test."""
    smoke_lowest: bool = False
    """Let `verify` try the release, too, with the lowest versions of its direct dependencies that it allows."""
    python: tuple[str, ...] = ()
    """The Pythons that `verify` installs on; by default the one that runs it."""
    dependencies_index: str = PYPI.simple_url
    """The only index that the dependencies of the package come from."""
    index: dict[str, IndexSettings] = field(default_factory=dict)
    patience: int = 1800
    """How long `verify` waits for the index to show the files."""
    strict: bool = False
    """Let warnings stop a release too."""
    changelog: str = ""
    """The file that the notes of a release are taken from; found by its name where none is named."""
    gates: Gates = NO_GATES
    """What has to succeed against the sealed wheel before it is published."""


def parse(table: object) -> Settings:
    """Read the table strictly; None, where there is none, makes the defaults.

    Raises:
        SettingsError: with every mistake and its path.

    """
    if table is None:
        return Settings()
    gates, plain, mistakes = _apart(table)
    hint = "docs/settings.md lists every setting with its default."
    try:
        settings = codec.load(Settings, plain, what=WHERE, style="toml", hint=hint)
    except SettingsError as error:
        raise SettingsError(f"{WHERE} does not read", mistakes=(*error.mistakes, *mistakes), hint=hint) from None
    mistakes = (*_mistakes(settings), *mistakes)
    if mistakes:
        raise SettingsError(f"{WHERE} does not read", mistakes=mistakes)
    return replace(settings, gates=gates)


def _apart(table: object) -> tuple[Gates, object, tuple[str, ...]]:
    """Return the gates, which are written in several ways, then the rest of the table, and what is wrong with them."""
    if not isinstance(table, Mapping) or "gates" not in table:
        return NO_GATES, table, ()
    plain = {key: value for key, value in table.items() if key != "gates"}
    try:
        return parse_gates(table["gates"]), plain, ()
    except SettingsError as error:
        return NO_GATES, plain, error.mistakes


IN_NO_TAG = frozenset(" ~^:?*[\\")
"""Characters that no name of git's may have (git-check-ref-format), nor any that is not printable."""


def _mistakes(settings: Settings) -> list[str]:
    found = []
    if settings.tag_format.count("{version}") != 1:
        found.append(f"tag-format: needs {{version}} once, as in 'v{{version}}', not {settings.tag_format!r}")
    if odd := sorted({char for char in settings.tag_format if char in IN_NO_TAG or not char.isprintable()}):
        found.append(f"tag-format: {settings.tag_format!r} has {', '.join(map(repr, odd))}, which git takes in no tag")
    found += [f"ignore.{check}: needs a reason" for check, reason in settings.ignore.items() if not reason.strip()]
    found += [f"generated.{path}: needs a reason" for path, reason in settings.generated.items() if not reason.strip()]
    found += [
        f"{name}: must be more than 0 seconds"
        for name, value in (
            ("build-timeout", settings.build_timeout),
            ("smoke-timeout", settings.smoke_timeout),
        )
        if value <= 0
    ]
    addresses = {"dependencies-index": settings.dependencies_index}
    for name, own in settings.index.items():
        addresses |= {f"index.{name}.upload-url": own.upload_url, f"index.{name}.simple-url": own.simple_url}
    found += [
        f"{key}: holds a login, and whoever reads the repository has it; give it by netrc or the tools' variables"
        for key, url in addresses.items()
        if "@" in urlsplit(url).netloc
    ]
    if settings.patience < 0:
        found.append("patience: must not be less than 0 seconds")
    found += [
        f"index.{name}: is known already, give yours another name" for name in settings.index if name in WELL_KNOWN
    ]
    return found


WELL_KNOWN = {index.name: index for index in (PYPI, TESTPYPI)}


def find_index(settings: Settings, name: str) -> Index | None:
    """Return the index of that name: PyPI, TestPyPI, or one of the user's own; None where there is none."""
    if name in WELL_KNOWN:
        return WELL_KNOWN[name]
    if name not in settings.index:
        return None
    own = settings.index[name]
    return Index(
        name=name,
        upload_url=own.upload_url,
        simple_url=own.simple_url,
        oidc_audience=own.oidc_audience or name,
        file_hosts=own.file_hosts,
    )
