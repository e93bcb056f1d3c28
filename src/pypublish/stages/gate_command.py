"""One gate with a command of the project's, on one Python."""

from __future__ import annotations

from pathlib import Path

from pypublish.checks import gates as rules
from pypublish.checks.gate_pythons import Run, minor
from pypublish.checks.lowest import direct_requirements, names_on, unbounded
from pypublish.checks.words import some
from pypublish.edges import gate_room
from pypublish.edges.environment import RequirementsError
from pypublish.edges.gate_room import GateRoom
from pypublish.edges.gate_run import GateEnd, run_command
from pypublish.edges.installers import requirement_of
from pypublish.edges.resolving import resolve
from pypublish.findings import Finding, Outcome, Severity
from pypublish.gate_answers import Pin
from pypublish.gates import LOWEST, Gate, Log
from pypublish.stages.gate_case import Case, file_for, interpreter, requires


def run(case: Case, wanted: Run, root: Path) -> Outcome[object]:
    """Run a gate's command where the sealed wheel is installed; `root` is a folder for it alone, which is made.

    Raises:
        SealError: the wheel is not the one that was sealed.
        IndexUnavailableError: the index that dependencies come from did not answer.
        ToolError: uv could not run, or the tree could not be copied.

    """
    gate = case.gates.running_commands[wanted.gate]
    python = interpreter(wanted, case.world)
    if python is None:
        return missing_python(wanted)
    room = gate_room.open_room(
        root,
        case.project,
        python=python,
        dependencies_index=case.dependencies_index,
        # As what was built: without a tag, changes that are not committed are in it.
        as_it_stands=case.manifest.release.tag is None,
        leave_out=(case.dist.parent,),
        world=case.world,
    )
    file = file_for(case, room.environment, root / "file")
    if file is None:
        message = f"nothing of the release fits Python {room.python} on this machine, so there is nothing to run it on"
        return _outcome(wanted.gate, gate, room, rules.failed(wanted.gate, message, hint=FITS))
    pins: tuple[Pin, ...] = ()
    try:
        if wanted.gate == LOWEST:
            pins = _lowest(case, gate, room, file)
        gate_room.furnish(
            room, file, case.name, gate, dependencies_index=case.dependencies_index, pins=pins, world=case.world
        )
    except RequirementsError as error:
        return _not_installed(wanted.gate, gate, room, file, pins=pins, error=error)
    ended = run_command(gate, room, case.world)
    return _outcome(wanted.gate, gate, room, *_judge(wanted.gate, gate, room, ended, pins), log=ended.log, pins=pins)


FITS = "Run it on a machine, or with a Python, that the release has a wheel for."


def missing_python(wanted: Run) -> Outcome[object]:
    """Return the outcome of a gate whose Python is not on this machine."""
    versions = " or ".join(wanted.pythons)
    finding = rules.found(
        rules.PYTHONS,
        f"the gate '{wanted.gate}' was not run: there is no Python {versions} on this machine",
        severity=Severity.ERROR if wanted.needed else None,
        hint=f"Install it (uv python install {wanted.pythons[0]}; in a workflow by a setup-python step before this one)"
        ", or take it out of the gate's pythons, or of the classifiers.",
    )
    return Outcome(stage=rules.check_name(wanted.gate), summary=f"not run: no Python {versions}", findings=(finding,))


def _lowest(case: Case, gate: Gate, room: GateRoom, file: Path) -> tuple[Pin, ...]:
    """Return the lowest versions of what the file itself names; the rest is as new as goes with them."""
    direct = direct_requirements(requires(file), gate.extras)
    resolved = resolve(
        [requirement_of(file, case.name, gate.extras), *direct],
        python=str(room.environment.python),
        dependencies_index=case.dependencies_index,
        lowest=True,
        world=case.world,
    )
    names = names_on(room.python, direct)
    return tuple(pin for pin in resolved if pin.name in names)


def _not_installed(
    name: str, gate: Gate, room: GateRoom, file: Path, *, pins: tuple[Pin, ...], error: RequirementsError
) -> Outcome[object]:
    message = f"what it needs cannot be installed on Python {room.python}{_with(pins)}; uv says:\n{error.output}"
    hint = ""
    if name == LOWEST:
        loose = unbounded(room.python, direct_requirements(requires(file), gate.extras))
        if loose:
            hint = f"Give {some(loose)} a lower bound in [project.dependencies]: any version is allowed now."
        else:
            hint = "Raise the lower bound that uv names, or loosen what the gate's groups ask for."
    else:
        hint = "Mend what uv names in the dependency groups and extras of the gate, or in the project's dependencies."
    return _outcome(name, gate, room, rules.failed(name, message, hint=hint), pins=pins)


def _judge(name: str, gate: Gate, room: GateRoom, ended: GateEnd, pins: tuple[Pin, ...]) -> tuple[Finding, ...]:
    findings = []
    if ended.trouble:
        said = rules.last_words(ended.log)
        message = f"{gate.command!r} {ended.trouble} on Python {room.python}{_with(pins)}"
        if ended.is_missing:
            message = f"{gate.command!r} was not run: {ended.trouble}"
            hint = "Put what has the program into a dependency group, and name that in the gate: groups = ['test']."
        else:
            message += f"; its last words: {said}" if said else "; it said nothing"
            hint = rules.to_see_it_again(name, minor(room.python))
        findings.append(rules.failed(name, message, hint=hint))
    if ended.left_running:
        findings.append(
            Finding(
                check=rules.check_name(name),
                severity=Severity.NOTE,
                message=f"{ended.left_running} processes were still running when {gate.command!r} had ended; they were"
                " ended too",
            )
        )
    return tuple(findings)


def _with(pins: tuple[Pin, ...]) -> str:
    return f" with {', '.join(f'{pin.name} {pin.version}' for pin in pins)}" if pins else ""


def _outcome(
    name: str, gate: Gate, room: GateRoom, *findings: Finding, log: str = "", pins: tuple[Pin, ...] = ()
) -> Outcome[object]:
    return Outcome(
        stage=rules.check_name(name),
        summary=f"{gate.command} on Python {room.python}{_with(pins)}",
        findings=findings,
        exhibits=(Log(text=log),) if log else (),
    )
