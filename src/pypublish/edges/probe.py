"""Use one installed distribution: import its modules, load its entry points, and report each before the next.

Runs by itself in the Python that the distribution is installed in: standard library only, Python 3.8 and newer.
The order comes as JSON on standard input. The report is a file of JSON lines: first what is going to be tried, then
a `begin` and an `end` for each, so that whatever ends the process is known by name.
"""

from __future__ import annotations

import builtins
import faulthandler
import importlib
import importlib.machinery
import importlib.metadata
import json
import keyword
import os
import re
import sys
import traceback
from pathlib import Path
from typing import TypedDict

TESTS = {"conftest", "test", "tests"}
ASIDE = TESTS | {"benchmark", "benchmarks", "doc", "docs", "example", "examples", "noxfile", "setup", "tasks"}
"""Names that nobody means to import from the top of site-packages; the check of the wheel's contents tells of them."""

TEXT_LIMIT = 600


def installed_modules(paths: list[str], suffixes: list[str], old_namespaces: set[str]) -> dict[str, str]:
    """Find what a distribution offers for import among the `paths` of its files, relative to site-packages.

    Returns each module with the reason not to import it, or "". Of a namespace package these are its portions.
    `suffixes` are those of modules in this Python; `old_namespaces` are packages whose `__init__` only joins portions.
    """
    inits, modules = set(), set()
    for path in paths:
        parts = path.split("/")
        stem = _stem(parts[-1], suffixes)
        if stem is None or ".." in parts or not all(map(_is_name, parts[:-1])):
            continue
        if stem == "__init__" and len(parts) > 1:
            inits.add(".".join(parts[:-1]))
        elif _is_name(stem) and stem not in ("__main__", "__init__"):
            modules.add(".".join([*parts[:-1], stem]))
    packages = {package for package in inits if package not in old_namespaces}
    offered = []
    for name in sorted(packages | modules):
        parents = name.split(".")[:-1]
        if not any(".".join(parents[: i + 1]) in packages for i in range(len(parents))):
            offered.append(name)
    aside = {name for name in offered if name.split(".")[0] in ASIDE or not TESTS.isdisjoint(name.split("."))}
    if len(aside) == len(offered):
        aside = set()
    return {name: "a module of this name is not meant for import" if name in aside else "" for name in offered}


def stub_packages(paths: list[str]) -> dict[str, str]:
    """Find the packages that have nothing but stubs (PEP 561); they cannot be imported."""
    tops = {path.split("/")[0] for path in paths if path.endswith(".pyi")}
    return {top: "it has stubs for type checkers alone" for top in sorted(tops) if top.endswith("-stubs")}


def _stem(filename: str, suffixes: list[str]) -> str | None:
    for suffix in sorted(suffixes, key=len, reverse=True):
        if filename.endswith(suffix):
            stem = filename[: -len(suffix)]
            # A shared library beside the modules is not one of them.
            return None if suffix in (".so", ".dylib") and stem.startswith("lib") else stem
    return None


def _is_name(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part) and part != "__pycache__"


def find_old_namespaces(paths: list[str], root: Path) -> set[str]:
    """Find the packages whose `__init__.py` only joins the portions of a namespace, as pkgutil and pkg_resources do."""
    found = set()
    for path in paths:
        parts = path.split("/")
        if parts[-1] != "__init__.py" or len(parts) < 2 or ".." in parts:  # noqa: PLR2004 - folder and file
            continue
        try:
            text = (root / path).read_text(encoding="utf-8", errors="replace") if len(parts) < 4 else ""  # noqa: PLR2004
        except OSError:
            text = ""
        if re.search(r"extend_path\s*\(\s*__path__|declare_namespace\s*\(\s*__name__", text):
            found.add(".".join(parts[:-1]))
    return found


class Task(TypedDict):
    """One thing to try; with a reason in `skipped`, one not to."""

    kind: str
    name: str
    skipped: str


class Plan(TypedDict):
    """What a distribution is and what it has to try."""

    version: str
    python: str
    optional: list[str]
    """Names of the requirements that only extras bring."""
    own: list[str]
    """The modules that it offers: those below them are its own, too."""
    tasks: list[Task]


def survey(name: str, modules: list[str], extras: list[str]) -> Plan:
    """Find the installed distribution and what there is to try; `modules`, if there are any, instead of all of its own.

    Raises:
        importlib.metadata.PackageNotFoundError: it is not installed.

    """
    distribution = importlib.metadata.distribution(name)
    paths = [file.as_posix() for file in distribution.files or ()]
    old_namespaces = find_old_namespaces(paths, Path(str(distribution.locate_file(""))))
    offered = installed_modules(paths, importlib.machinery.all_suffixes(), old_namespaces)
    chosen = dict.fromkeys(modules, "") if modules else {**offered, **stub_packages(paths)}
    tasks = [Task(kind="module", name=module, skipped=why) for module, why in chosen.items()]
    for point in sorted(distribution.entry_points, key=lambda point: (point.group, point.name)):
        absent = [extra for extra in point.extras if extra not in extras]
        why = f"needs the extra {', '.join(absent)}, which is not installed" if absent else ""
        tasks.append(Task(kind="entry point", name=f"{point.group}: {point.name} = {point.value}", skipped=why))
    return {
        "version": distribution.version,
        "python": ".".join(map(str, sys.version_info[:3])),
        "optional": _only_for_extras(distribution.requires or []),
        "own": list(offered),
        "tasks": tasks,
    }


def _only_for_extras(requirements: list[str]) -> list[str]:
    named: dict[bool, set[str]] = {True: set(), False: set()}
    for requirement in requirements:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)
        if name is not None:
            optional = re.search(r"\bextra\s*==", requirement.partition(";")[2]) is not None
            named[optional].add(re.sub(r"[-_.]+", "-", name.group()).lower())
    return sorted(named[True] - named[False])


def attempt(kind: str, name: str, own: list[str]) -> dict[str, str]:
    """Import the module, or load the entry point, that is called `name`; say what came of it."""
    try:
        if kind == "module":
            module = importlib.import_module(name)
            version = getattr(module, "__version__", "")
            return {"version": version if isinstance(version, str) else ""}
        group, _, value = name.partition(": ")
        key, _, value = value.partition(" = ")
        importlib.metadata.EntryPoint(key, value, group).load()
    except BaseException as error:  # noqa: BLE001 - SystemExit and KeyboardInterrupt are what imports do, too
        return {"failure": describe(error), "missing": missing_module(error, own)}
    return {}


def missing_module(error: BaseException | None, own: list[str]) -> str:
    """Return the module of others whose absence is behind an ImportError; "" where that is not the reason."""
    while isinstance(error, ImportError):
        if isinstance(error, ModuleNotFoundError) and error.name:
            mine = any(error.name == name or error.name.startswith(name + ".") for name in own)
            return "" if mine else error.name
        error = error.__cause__ or error.__context__
    return ""


def describe(error: BaseException) -> str:
    """Say in one line what was raised, and where."""
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - a message that cannot be made is none
        text = ""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and not frame.filename.startswith("<") and "importlib" not in frame.filename
    ]
    place = ""
    if frames:
        parts = frames[-1].filename.replace(os.sep, "/").split("/site-packages/")
        place = f" ({parts[-1]}:{frames[-1].lineno})"
    said = f": {text[:TEXT_LIMIT]}" if text else ""
    return f"{type(error).__name__}{said}{place}"


def append(path: str, **line: object) -> None:
    """Write one line of the report; the file is opened anew each time, since an import may close every open file."""
    with builtins.open(path, "a", encoding="utf-8") as file:  # noqa: PTH123 - an import may patch pathlib
        file.write(json.dumps(line) + "\n")


def main() -> None:
    """Read the order, try what it names, or else everything there is, and leave without ceremony."""
    order = json.loads(sys.stdin.read())
    report = order["report"]
    try:
        plan = survey(order["name"], order["modules"], order["extras"])
    except importlib.metadata.PackageNotFoundError:
        append(report, absent=order["name"])
        return
    append(report, plan=plan)
    for task in plan["tasks"]:
        if not task["skipped"] and order["only"] in (None, task["name"]):
            append(report, begin=task["name"])
            append(report, end=task["name"], **attempt(task["kind"], task["name"], plan["own"]))
    append(report, done=True)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: BLE001, S112 - an import may have closed or replaced it
            continue
    # Threads that an import left running must not keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    faulthandler.enable()
    main()
