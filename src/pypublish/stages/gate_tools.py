"""The built-in gates that judge the wheel without running it: known vulnerabilities, and changes of the API."""

from __future__ import annotations

from pathlib import Path

from packaging.utils import parse_wheel_filename
from packaging.version import Version

from pypublish.checks import api_changes, audited, gates
from pypublish.checks.gate_pythons import Run
from pypublish.checks.words import some
from pypublish.edges import environment as environments
from pypublish.edges import griffe, pip_audit
from pypublish.edges import index as reading
from pypublish.edges.environment import RequirementsError
from pypublish.edges.fetch import fetch
from pypublish.edges.griffe import SourcesError
from pypublish.edges.http import Session
from pypublish.edges.installed_modules import modules_of
from pypublish.edges.installers import requirement_of, variables
from pypublish.edges.resolving import resolve
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.gates import API, AUDIT
from pypublish.listing import IndexFile, files_before
from pypublish.stages.gate_case import Case, copy, file_for, interpreter
from pypublish.stages.gate_command import missing_python

PLACES = ("src", "lib", "python", ".")
"""Where in a tree packages lie."""


def audit(case: Case, wanted: Run, root: Path) -> Outcome[object]:
    """Ask for known vulnerabilities of all that the wheel installs; `root` is a folder for it, which is made.

    Raises:
        SealError: the wheel is not the one that was sealed.
        IndexUnavailableError: the index or the service did not answer.
        ToolError: uv or pip-audit could not run.

    """
    declared = case.gates.audit
    assert declared is not None  # noqa: S101 - it was selected
    python = interpreter(wanted, case.world)
    if python is None:
        return missing_python(wanted)
    root.mkdir(parents=True)
    env = variables(case.world.environ, case.dependencies_index)
    environment = environments.create(root / "env", world=case.world, env=env, python=python)
    file = file_for(case, environment, root / "file")
    if file is None:
        return _told(AUDIT, "not run", _note(AUDIT, "nothing of the release fits this machine, so it was not audited"))
    try:
        pins = resolve(
            [requirement_of(file, case.name, declared.extras)],
            python=str(environment.python),
            dependencies_index=case.dependencies_index,
            world=case.world,
        )
    except RequirementsError as error:
        message = f"what {file.name} needs cannot be installed; uv says:\n{error.output}"
        return _told(AUDIT, "not run", gates.found(gates.GATE_AUDIT, message, hint="Mend what uv names."))
    if not pins:
        return _told(AUDIT, f"{file.name} installs nothing else")
    answer = pip_audit.audit(pins, root / "tool", case.world)
    names = some([str(pin) for pin in pins])
    known = len(answer.vulnerabilities)
    return _told(
        AUDIT,
        f"{known or 'no'} known vulnerabilities in {len(pins)} packages that {file.name} installs: {names}",
        *audited.judge(answer, declared.ignore),
    )


def api(case: Case, root: Path) -> Outcome[object]:
    """Compare the public objects of the wheel with those of the last release on the index.

    Raises:
        SealError: the wheel is not the one that was sealed.
        IndexUnavailableError: the index did not answer.
        ToolError: griffe could not run.

    """
    declared = case.gates.api
    assert declared is not None  # noqa: S101 - it was selected
    root.mkdir(parents=True)
    version, index = Version(case.manifest.release.version or "0"), case.manifest.index
    if not case.wheels:
        return _told(API, "not compared", _note(API, "the release has no wheel, so its API was not compared"))
    with Session(case.world) as session:
        before = _last_wheel(session, case, version)
        if isinstance(before, str):
            return _told(API, "nothing to compare with", _note(API, before))
        old = root / before.filename
        assert before.size is not None  # noqa: S101 - only such a file is taken
        assert before.sha256 is not None  # noqa: S101
        received = fetch(
            session,
            before.url,
            old,
            size=before.size,
            sha256=before.sha256,
            hosts=reading.hosts(index),
            redirects_anywhere=not index.is_pypi,
        )
    if received.sha256 != before.sha256:
        raise IndexUnavailableError(f"{index.title} serves other bytes for {before.filename} than its page promises")
    last = parse_wheel_filename(before.filename)[1]
    try:
        sources, new = griffe.read_sources(old), griffe.read_sources(copy(case, case.wheels[0], root / "file"))
    except SourcesError as error:
        return _told(API, "not compared", _note(API, str(error)))
    modules = [name for name in modules_of(sources) if not name.rpartition(".")[2].startswith("_")]
    if not modules:
        return _told(API, "not compared", _note(API, f"{before.filename} has no Python source to compare with"))
    changes = griffe.compare(sources, new, modules, root / "tool", case.world)
    places = {change.file: place for change in changes if (place := _in_tree(case.project, change.file))}
    findings = tuple(api_changes.judge(changes, last, version, ignore=declared.ignore, places=places))
    return _told(API, f"{len(changes) or 'no'} breaking changes since {last} in {some(modules)}", *findings)


def _last_wheel(session: Session, case: Case, version: Version) -> IndexFile | str:
    """Return a wheel of the release before this one, the most like ours; or why there is none."""
    index = case.manifest.index
    none = f"there is no release on {index.title} before {version} to compare with"
    if not reading.project_exists(session, index, case.name):
        return none
    files = files_before(reading.read_page(session, index, case.name), str(version))
    if not files:
        return none
    wheels = [
        file for file in files if file.filename.endswith(".whl") and file.sha256 is not None and file.size is not None
    ]
    if not wheels:
        return f"the release before {version} has no wheel on {index.title} to compare with"
    own = case.wheels[0]
    return min(wheels, key=lambda file: (own.platform_tag not in file.filename, file.filename))


def _in_tree(project: Path, file: str) -> str:
    candidates = ((project / place / file).resolve() for place in PLACES) if file else iter(())
    found = next((path for path in candidates if path.is_file()), None)
    root = project.resolve()
    return found.relative_to(root).as_posix() if found is not None and found.is_relative_to(root) else ""


def _note(gate: str, message: str) -> Finding:
    rule = {AUDIT: gates.GATE_AUDIT, API: gates.GATE_API}[gate]
    return gates.found(rule, message, severity=Severity.NOTE, hint="")


def _told(gate: str, summary: str, *findings: Finding) -> Outcome[object]:
    return Outcome(stage=gates.check_name(gate), summary=summary, findings=findings)
