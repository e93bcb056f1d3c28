"""Whether what `init` set up is still what this version would: what `init --check` looks at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pypublish import REPOSITORY, __version__
from pypublish.checks import likeness, pinned_lines
from pypublish.checks.catalog import check
from pypublish.checks.merging import split
from pypublish.checks.pins import is_pinned
from pypublish.findings import Location, Problem, Severity
from pypublish.workflows import WorkflowFile


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUp:
    """The subject: one workflow as it is, and as this version would write it for this project."""

    path: str
    file: WorkflowFile | None
    """None where it is missing."""
    template: WorkflowFile
    written_by: str = ""
    """The version of pypublish that wrote it; empty where nothing is recorded."""
    lines_behind: int = 0
    """How many of the template's lines have changed since then."""

    @property
    def mine(self) -> WorkflowFile | None:
        """The file, where it reads and was made of a template; None else."""
        if self.file is None or self.file.mistake or not (self.written_by or f"{REPOSITORY}@" in self.file.text):
            return None
        return self.file


@check(Severity.ERROR)
def workflow_is_there(subject: SetUp) -> Iterator[Problem]:
    """The workflows that init writes are there.

    Without release.yml a tag starts nothing; without rehearse.yml nobody sees that a change breaks the next release.

    Fix: run pypublish init; it writes what is missing and leaves alone what is there.

    Example:
        $ uvx pypublish-action init

    """
    if subject.file is None:
        yield Problem(message="the file is missing", where=Location(file=subject.path))


@check(Severity.ERROR)
def workflow_is_made_of_a_template(subject: SetUp) -> Iterator[Problem]:
    """The workflow that releases was made of a template.

    One that somebody else wrote cannot be compared with it, or brought up to date.

    Fix: see by pypublish init --force --dry-run what would change; --force alone replaces the file.

    Example:
        $ uvx pypublish-action init --force --dry-run

    """
    if subject.file is not None and not subject.file.mistake and subject.mine is None:
        yield Problem(message="the file was not made of a template", where=Location(file=subject.path))


@check(Severity.ERROR)
def workflow_does_what_its_template_does(subject: SetUp) -> Iterator[Problem]:
    """A workflow that init wrote has everything that its template has.

    What a release rests on - who may what, which files are compared with which checksums, what has to succeed first -
    stands in single lines of it. Comments, names, time limits, jobs and steps of your own do not count.

    Fix: write it as the template has it, which pypublish init --force --dry-run shows. Where yours is meant, say why in
    [tool.pypublish.ignore].

    Example:
        $ uvx pypublish-action init --force --dry-run

    """
    if subject.mine is None:
        return
    hint = "Run pypublish init --update; what is missing after that, you have changed." if subject.lines_behind else ""
    for found in likeness.differences(subject.mine, subject.template):
        yield Problem(message=found.message, hint=hint, where=Location(file=subject.path, line=found.line))


@check(Severity.ERROR)
def workflow_reads(subject: SetUp) -> Iterator[Problem]:
    """A workflow that init wrote is still YAML that GitHub can read.

    GitHub does not run a workflow that it cannot read.

    Fix: mend the line that is named, or write the file anew by pypublish init --force.

    Example:
        $ uvx pypublish-action init --force

    """
    if subject.file is not None and subject.file.mistake:
        where = Location(file=subject.path, line=subject.file.mistake_line)
        yield Problem(message=f"the file does not read: {subject.file.mistake}", where=where)


@check(Severity.ERROR)
def workflow_is_of_this_versions_template(subject: SetUp) -> Iterator[Problem]:
    """The template that a workflow was made of is that of this version.

    Action and workflow belong together: a newer action may need an output, or a permission, that an older workflow
    does not have.

    Fix: run pypublish init --update; it brings in what is new and keeps your own lines.

    Example:
        $ uvx pypublish-action init --update

    """
    if subject.mine is not None and subject.lines_behind:
        lines = f"{subject.lines_behind} line{'s' if subject.lines_behind > 1 else ''}"
        message = f"pypublish {subject.written_by} wrote it; {__version__} would write {lines} otherwise"
        yield Problem(message=message, where=Location(file=subject.path))


@check(Severity.ERROR)
def actions_are_as_new_as_the_templates(subject: SetUp) -> Iterator[Problem]:
    """No action is older than the one that the template names, and a version's commit is that version's.

    The template's pins are those that this version was tried with.

    Fix: run pypublish init --update, or merge what Dependabot proposes.

    Example:
        - - uses: actions/checkout@… # v6.0.0
        + - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1

    """
    if subject.mine is None:
        return
    pins = {pinned_lines.name(line): line for line in split(subject.template.text) if pinned_lines.name(line)}
    for number, line in enumerate(split(subject.mine.text), start=1):
        name = pinned_lines.name(line)
        if name in pins and name != REPOSITORY and (why := _behind(line, pins[name])):
            yield Problem(message=f"{name} {why}", where=Location(file=subject.path, line=number))


@check(Severity.ERROR)
def own_action_is_of_this_version(subject: SetUp) -> Iterator[Problem]:
    """The workflow runs the version of the action that this command has.

    What you rehearse at home is what runs in CI only if both are the same.

    Fix: run pypublish init --update with the newest version, as uvx pypublish-action@latest does.

    Example:
        $ uvx pypublish-action@latest init --update

    """
    if subject.mine is None:
        return
    here = pinned_lines.version_of(__version__)
    for number, line in enumerate(split(subject.mine.text), start=1):
        if pinned_lines.name(line) != REPOSITORY:
            continue
        where, pinned = Location(file=subject.path, line=number), pinned_lines.pinned_version(line)
        shown = ".".join(map(str, pinned)) or pinned_lines.ref(line)
        if not is_pinned(f"{REPOSITORY}@{pinned_lines.ref(line)}"):
            severity = Severity.NOTE if pinned == here else None
            message = f"{REPOSITORY}@{pinned_lines.ref(line)} is no commit"
            yield Problem(message=message, where=where, severity=severity)
        elif pinned > here:
            message = f"the action is {shown}, and this is the older pypublish {__version__}"
            yield Problem(message=message, where=where, severity=Severity.NOTE)
        elif pinned < here:
            yield Problem(message=f"the action is {shown}, and this is pypublish {__version__}", where=where)


def _behind(line: str, wanted: str) -> str:
    """Say what is wrong with a pin; nothing where it is the template's, or a newer one."""
    if pinned_lines.ref(line) == pinned_lines.ref(wanted):
        return ""
    own, new = pinned_lines.pinned_version(line), pinned_lines.pinned_version(wanted)
    version = ".".join(map(str, new))
    if not is_pinned(f"{pinned_lines.name(line)}@{pinned_lines.ref(line)}"):
        return f"is named by {pinned_lines.ref(line)}, which can be moved, and not by a commit"
    if not own:
        return f"is of an unknown version; the template's is {version}"
    if own < new:
        return f"{'.'.join(map(str, own))} is older than the template's {version}"
    if own == new:
        return f"is not the commit of {version}, which is {pinned_lines.ref(wanted)}"
    return ""
