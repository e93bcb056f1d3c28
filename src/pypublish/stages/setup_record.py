"""Read the record of what init wrote, write it, and tell from it what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pypublish import REPOSITORY, codec
from pypublish.checks.filling import path_of
from pypublish.checks.jobs import jobs
from pypublish.checks.platform_wheels import ON_EACH_PLATFORM
from pypublish.checks.setup_plan import Pin, Survey, Wanted
from pypublish.checks.written import PATH, SCHEMA, Record
from pypublish.edges import own_files, templates
from pypublish.edges.github_yaml import parse
from pypublish.errors import SettingsError

_HINT = "Take it from git again, or delete it: init can do without, but then asks about more places."


def read(top: Path) -> Record:
    """Return the record; an empty one where there is none.

    Raises:
        SettingsError: it does not read, or a newer pypublish wrote it.

    """
    file = own_files.read(top / PATH)
    if file is None:
        return Record()
    record = codec.loads(Record, file.text, what=PATH, hint=_HINT)
    if record.schema > SCHEMA:
        raise SettingsError(
            f"{PATH} was written by a newer pypublish", hint="Use that one: uvx pypublish-action@latest init …"
        )
    return record


def text(record: Record) -> str:
    """Return the record as it is written."""
    return codec.dumps(record)


def wanted_so_far(
    survey: Survey, record: Record, pin: Pin, *, template: str | None, extras: tuple[str, ...] = ()
) -> Wanted:
    """Return what was asked for when the files were written; without a record, what the workflow is most like.

    `template` counts where it is given now, and `extras` come to those that there are.
    """
    paths = [path_of("release", package, several=survey.several) for package in survey.packages]
    if template is None:
        so_far = [_template_of(survey, record, path) for path in paths]
        # The pure packages of a repository are released by another template than those that compile.
        template = ON_EACH_PLATFORM if ON_EACH_PLATFORM in so_far else so_far[0]
    if path_of("diagnose", survey.packages[0], several=survey.several) in record.files:
        extras = (*extras, "diagnose")
    return Wanted(template=template, extras=extras, pin=pin)


def is_ours(text: str) -> bool:
    """Whether a workflow uses our action, so that it was once made of a template."""
    return f"{REPOSITORY}@" in text


def _template_of(survey: Survey, record: Record, path: str) -> str:
    written = record.files.get(path)
    return written.template.removesuffix(".yml") if written is not None else _most_like(survey, path)


def _most_like(survey: Survey, path: str) -> str:
    file = own_files.read(survey.top / path)
    if file is None:
        return "release"
    own = {job.name for job in jobs(parse(file.text, path))}
    shared: Mapping[str, float] = {
        name: len(own & theirs) / len(own | theirs)
        for name in templates.names()
        if name.startswith("release") and (theirs := {job.name for job in jobs(parse(templates.read(name), name))})
    }
    return max(shared, key=lambda name: (shared[name], -len(name))).removesuffix(".yml")
