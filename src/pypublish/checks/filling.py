"""Fill a template of a workflow in for one package: its pin, its tags, its folder, its names."""

from __future__ import annotations

import json
import re

from pypublish import REPOSITORY
from pypublish.checks.jobs import READS_THE_TREE
from pypublish.checks.platform_wheels import template_of
from pypublish.checks.setup_plan import Package, Pin, Planned, Survey, Wanted
from pypublish.checks.tag_formats import tag_filter
from pypublish.checks.tags import tag_of_version

FOLDER = ".github/workflows"

_OURS = re.compile(rf"\A(?P<before>\s*(?:- )?uses: ){re.escape(REPOSITORY)}@\S+.*")
_STAGE = re.compile(r"(?P<indent>\s+)stage: (?P<stage>[a-z]+)\b.*")
_TAGS = re.compile(r"\A(?P<before>\s+tags: )\[.*\]")
_NAME = re.compile(r"\Aname: (?P<name>.+)")
_STARTED = re.compile(r"\bActions → [\w ]+\b(?= →)")
_GROUP = re.compile(r"\A(?P<before>\s+group: )(?P<group>[a-z]+)-(?P<rest>.*)")
_WHEELS = re.compile(r"(?P<indent>\s+)output-dir: wheelhouse\b.*")
_HISTORY = re.compile(r"(?P<indent>\s+)fetch-depth: 0\b.*")
_FILE = re.compile(r"\b(?P<stem>release|rehearse|diagnose)\.yml\b")

_OF_A_COPY = {
    "Copy it to\n# .github/workflows/release.yml, and push a tag": "Push a\n# tag",
    "on PyPI as release.yml does, and trusts": "on PyPI, and trusts",
}
"""What a template says to who copies it by hand, and what is true once it is written."""


def planned(survey: Survey, package: Package, template: str, text: str, pin: Pin) -> Planned:
    """Return one workflow for one package; `template` names the file that `text` is of."""
    stem = "release" if template.startswith("release") else template.removesuffix(".yml")
    return Planned(
        path=path_of(stem, package, several=survey.several),
        text=fill(text, package, pin, several=survey.several, submodules=".gitmodules" in survey.files),
        template=template,
        package=package.name,
    )


def templates_of(package: Package, wanted: Wanted, survey: Survey) -> tuple[str, ...]:
    """Return the names of the template files that are asked for, as a package needs them."""
    names = (template_of(package, wanted, survey), "rehearse", *wanted.extras)
    return tuple(f"{name}.yml" for name in dict.fromkeys(names))


def path_of(stem: str, package: Package, *, several: bool) -> str:
    """Return where a workflow is written to, seen from the root."""
    # What is copied to the place of another, to ask under its name, must not be started under its own.
    folder = ".github" if stem == "diagnose" else FOLDER
    return f"{folder}/{file_name(stem, package, several=several)}"


def file_name(stem: str, package: Package, *, several: bool) -> str:
    """Return the name of a workflow: `release.yml`, or `release-NAME.yml` where there are several packages."""
    return f"{stem}-{package.slug}.yml" if several else f"{stem}.yml"


def fill(text: str, package: Package, pin: Pin, *, several: bool, submodules: bool = False) -> str:
    """Return the text of a template for a package; comments follow, so that they stay true."""
    for words, now in _OF_A_COPY.items():
        text = text.replace(words, now)
    lines: list[str] = []
    for line in text.splitlines():
        lines += _filled(line, package, pin, several=several, submodules=submodules)
    return "\n".join(lines) + "\n"


def reference(pin: Pin) -> str:
    """Return what a step that uses our own action says after `uses: `."""
    if pin.is_commit:
        return f"{REPOSITORY}@{pin.ref} # v{pin.version}{f' ({pin.remark})' if pin.remark else ''}"
    return f"{REPOSITORY}@{pin.ref} # zizmor: ignore[unpinned-uses] `pypublish init --update` writes the commit here"


def scalar(text: str) -> str:
    """Return a text as a YAML value that is that text to every reader."""
    plain = re.fullmatch(r"[A-Za-z_./][A-Za-z0-9_./-]*", text) and text.lower() not in {"true", "false", "null", "on"}
    return text if plain else json.dumps(text)


def _filled(line: str, package: Package, pin: Pin, *, several: bool, submodules: bool) -> list[str]:
    if line.lstrip().startswith("#"):
        return [_comment(line, package, several=several)]
    line = _OURS.sub(lambda found: f"{found['before']}{reference(pin)}", line)
    line = _TAGS.sub(
        lambda found: f"{found['before']}[{json.dumps(tag_filter(package.tag_format, package.name))}]", line
    )
    if several:
        line = _GROUP.sub(lambda found: f"{found['before']}{found['group']}-{package.slug}-{found['rest']}", line)
        line = _NAME.sub(lambda found: f"name: {found['name']} {package.name}", line)
    return [line, *_added(line, package, submodules=submodules)]


def _added(line: str, package: Package, *, submodules: bool) -> list[str]:
    """Return what a project needs below a line of the template."""
    stage, history, wheels = _STAGE.fullmatch(line), _HISTORY.fullmatch(line), _WHEELS.fullmatch(line)
    if wheels and package.folder != ".":
        return [f"{wheels['indent']}package-dir: {scalar(package.folder)}"]
    if stage and stage["stage"] in READS_THE_TREE and package.folder != ".":
        return [f"{stage['indent']}path: {scalar(package.folder)}"]
    return [f"{history['indent']}submodules: recursive"] if history and submodules else []


def _comment(line: str, package: Package, *, several: bool) -> str:
    line = line.replace("cp diagnose.yml", "cp .github/diagnose.yml")
    if several:
        line = _STARTED.sub(lambda found: f"{found[0]} {package.name}", line)
    line = line.replace("v*", tag_filter(package.tag_format, package.name))
    line = line.replace("v1.2.0", tag_of_version("1.2.0", package.tag_format, package.name))
    return _FILE.sub(lambda found: file_name(found["stem"], package, several=several), line)
