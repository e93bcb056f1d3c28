"""Judge sdist and wheel of 200 well-known projects, as `pypublish check --no-smoke` does: an error is a false alarm.

Those that are true are listed below with the reason; any other ends the script with 1. What it found stands in
docs/popular.md (`--page` writes it anew).

    python3 bootstrap.py --dev env PYTHONPATH=src python benchmarks/popular.py [--page] [--locked] [--folder FOLDER]
        [NAME ...]

It fetches the newest files one after the other and keeps them; with `--folder` it takes the newest of those that are
there instead, and asks no index. With `--locked` it judges sdist and wheel of every package in our own uv.lock instead
(docs/popular-locked.md).
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version
from projects import locked_files, newest_files

from pypublish.checks.all import CATALOGUE
from pypublish.edges.world import World
from pypublish.findings import Finding, Severity
from pypublish.model import PYPI
from pypublish.settings import Settings
from pypublish.stages.check import check

ROOT = Path(__file__).resolve().parent.parent
PAGES = {False: ROOT / "docs" / "popular.md", True: ROOT / "docs" / "popular-locked.md"}
"""Of the well-known projects, and of those that are locked."""

NAMES = Path(__file__).with_suffix(".txt")
"""One name a line."""

TRUE = {
    ("coverage", "no-startup-hooks"): "a1_coverage.pth measures subprocesses, where a variable asks for it",
    ("setuptools", "no-startup-hooks"): "distutils-precedence.pth puts setuptools' distutils before Python's own",
}
OLD_NAME = "published before PyPI asked for the normalised name; an upload of today is refused"
OLD_HEADER = "the sdist has its readme in an indented header, as twine reads it too; an upload of today is refused"
TRUE |= {
    (name, broken): OLD_NAME
    for name, rules in {
        "backports-tarfile": ("wheel-filename-is-normalised",),
        "jaraco-classes": ("sdist-filename-is-canonical", "wheel-filename-is-normalised"),
        "pip-requirements-parser": ("sdist-filename-is-canonical",),
        "pysocks": ("sdist-filename-is-canonical", "wheel-filename-is-normalised"),
        "pywin32-ctypes": ("sdist-filename-is-canonical",),
        "requests-toolbelt": ("sdist-filename-is-canonical",),
    }.items()
    for broken in rules
}
TRUE |= {(name, "description-renders"): OLD_HEADER for name in ("defusedxml", "sortedcontainers")}
"""(project, check) -> why the error is right; their maintainers would name the reason under [tool.pypublish.ignore]."""


OF_WHAT_WAS_FETCHED = frozenset({"release-has-an-sdist", "release-has-a-wheel"})
"""Checks that say nothing of a project here, but of which of its files were judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of a project's files."""

    name: str
    version: str
    backend: str
    files: tuple[Path, ...]
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What would stop a release."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.ERROR)

    @property
    def false_alarms(self) -> tuple[Finding, ...]:
        """The errors that nobody has explained."""
        return tuple(finding for finding in self.errors if (self.name, finding.check) not in TRUE)


def judge(name: str, files: Sequence[Path], world: World) -> Judged:
    """Judge the files of one project together."""
    began = time.perf_counter()
    outcome = check(files, Settings(), world, index=PYPI, smoke=False)
    return Judged(
        name=name,
        version=outcome.value.version if outcome.value is not None else "",
        backend=backend(files),
        files=tuple(files),
        findings=outcome.findings,
        seconds=time.perf_counter() - began,
    )


def backend(files: Iterable[Path]) -> str:
    """Return what made the wheel, as it says itself; nothing where there is none."""
    for path in files:
        if path.suffix == ".whl":
            with zipfile.ZipFile(path) as wheel:
                (said,) = (
                    wheel.read(name) for name in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/WHEEL", name)
                )
            match = re.search(rb"^Generator: *([\w.-]+)", said, re.MULTILINE)
            made_by = match[1].decode().lower() if match else "unknown"
            return "setuptools" if made_by == "bdist_wheel" else made_by
    return ""


def at_hand(folders: Iterable[Path]) -> dict[str, list[list[Path]]]:
    """Return the newest sdist and the newest wheel of each project in the folders: together, if of one version."""
    newest: dict[tuple[str, bool], tuple[Version, Path]] = {}
    for path in sorted(path for folder in folders for path in folder.iterdir()):
        for name, version in _name_and_version(path):
            known = newest.get((name, _is_wheel(path)))
            if known is None or known[0] < version:
                newest[name, _is_wheel(path)] = version, path
    found: dict[str, dict[Version, list[Path]]] = {}
    for (name, _), (version, path) in sorted(newest.items()):
        found.setdefault(name, {}).setdefault(version, []).append(path)
    return {name: list(versions.values()) for name, versions in found.items()}


def _name_and_version(path: Path) -> Iterator[tuple[str, Version]]:
    try:
        if _is_wheel(path):
            name, version, *_ = parse_wheel_filename(path.name)
            yield name, version
        elif path.name.endswith(".tar.gz"):
            yield parse_sdist_filename(path.name)
    except (InvalidSdistFilename, InvalidWheelFilename):
        print(f"passed over: {path.name}", file=sys.stderr)


def _is_wheel(path: Path) -> bool:
    return path.suffix == ".whl"


def main() -> int:
    """Judge, print what was found, and say by the exit code whether there was a false alarm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--samples", type=Path, default=Path(tempfile.gettempdir()) / "pypublish-benchmarks" / "files")
    parser.add_argument("--folder", type=Path, action="append", default=[])
    parser.add_argument("--locked", action="store_true")
    parser.add_argument("--page", action="store_true")
    options = parser.parse_args()
    here = at_hand(options.folder) if options.folder else None
    names = options.names or NAMES.read_text("utf-8").split()
    if options.locked:
        here = {name: [files] for name, files in locked_files(ROOT / "uv.lock", options.samples).items()}
        names = options.names or list(here)
    judged = []
    for name in map(canonicalize_name, names):
        releases = [newest_files(name, options.samples)] if here is None else here.get(name, [])
        if not releases:
            print(f"{name}: no file at hand")
        for files in releases:
            with tempfile.TemporaryDirectory() as scratch:
                one = judge(name, files, World(environ=dict(os.environ), scratch=Path(scratch)))
            judged.append(one)
            for finding in one.errors:
                why = TRUE.get((name, finding.check), "FALSE ALARM?")
                print(f"{name} {finding.check} {finding.where}: {finding.message} ({why})", flush=True)
    wrong = sum(len(one.false_alarms) for one in judged)
    print(f"{_projects(judged)} projects, {sum(len(one.files) for one in judged)} files, {wrong} unexplained errors")
    if options.page:
        source = "the newest files on PyPI" if here is None else "the newest files that were at hand"
        source = "sdist and wheel of what uv.lock names" if options.locked else source
        title = "What uv.lock names" if options.locked else "Popular projects"
        PAGES[options.locked].write_text(page(judged, title, source), "utf-8")
    return 1 if wrong else 0


def page(judged: Sequence[Judged], title: str, source: str) -> str:
    """Write the result as Markdown; `source` says where the files are from."""
    files = [file for one in judged for file in one.files]
    sdists = sum(not _is_wheel(file) for file in files)
    wheels = len(files) - sdists
    size = f"{sum(file.stat().st_size for file in files) / 1e6:,.0f} MB"
    wrong = sum(len(one.false_alarms) for one in judged)
    backends = Counter({one.name: one.backend for one in judged if one.backend}.values())
    said = Counter(
        (finding.severity, finding.check)
        for one in judged
        for finding in _once(one.findings)
        if finding.check not in OF_WHAT_WAS_FETCHED
    )
    errors = [(one, finding) for one in judged for finding in _once(one.errors)]
    return f"""\
# {title}

What `pypublish check --no-smoke` says of files that are published and work. An error that is not right would be a
defect; so would be a rule that most of them break. Made by `benchmarks/popular.py --page` on
{time.strftime("%Y-%m-%d")}, from {source}: {_projects(judged)} projects, {sdists} sdists and
{wheels} wheels, {size}, in {_minutes(judged)}. False alarms: **{wrong}**.

| backend | projects |
|---|---|
{_rows((f"| {name} | {count} |" for name, count in backends.most_common()))}

## Errors

Each is right; the reason is why it is no mishap, or why the file is on PyPI all the same.

| project | check | what | reason |
|---|---|---|---|
{_rows(_error(one, finding) for one, finding in errors)}

## Everything

How many of the projects are told what.

| severity | check | projects | |
|---|---|---|---|
{_rows(_told(said))}

## The files

{_rows(f"- {file.name}" for file in sorted(files, key=lambda path: path.name.lower()))}
"""


def _projects(judged: Iterable[Judged]) -> int:
    return len({one.name for one in judged})


def _minutes(judged: Iterable[Judged]) -> str:
    return f"{sum(one.seconds for one in judged) / 60:.0f} minutes"


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the first finding of each check."""
    yield from {finding.check: finding for finding in reversed(tuple(findings))}.values()


def _error(one: Judged, finding: Finding) -> str:
    why = TRUE.get((one.name, finding.check), "**none: a false alarm**")
    return f"| {one.name} {one.version} | `{finding.check}` | {finding.message} | {why} |"


def _told(said: Counter[tuple[Severity, str]]) -> Iterator[str]:
    for (severity, name), count in sorted(said.items(), key=lambda item: (item[0][0].rank, -item[1], item[0][1])):
        yield f"| {severity} | `{name}` | {count} | {CATALOGUE[name].title if name in CATALOGUE else ''} |"


def _rows(rows: Iterable[str]) -> str:
    return "\n".join(rows)


if __name__ == "__main__":
    raise SystemExit(main())
