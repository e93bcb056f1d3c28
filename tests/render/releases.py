"""Outcomes of whole releases, as the stages make them, for what surfaces show of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from pypublish.checks.changed_metadata import FieldChange
from pypublish.checks.changes import Before, Changes, FileChange, MemberChange, compare
from pypublish.checks.subjects import Dist, Dists
from pypublish.findings import Finding, Location, Outcome, Severity, Step, note
from pypublish.listing import IndexFile, PublishPlan, PublishState, Verification
from pypublish.model import PYPI, Index, Installation, Manifest, Release, Use, VerifySettings
from tests.factories import Made, metadata, sdist, wheel

WARNING = Finding(
    check="classifiers-match-requires-python",
    severity=Severity.WARNING,
    message="3.14 is allowed by requires-python `>=3.11`, but no classifier names it",
    hint="Add the classifier.",
    where=Location(file="pyproject.toml", line=9),
)
WAIVED = Finding(
    check="tests-are-not-installed",
    severity=Severity.ERROR,
    message="tests/ is packed",
    where=Location(file="hello-1.0.0-py3-none-any.whl", member="tests/x|y.py"),
    ignored="they are meant to be there",
)
ERROR = Finding(check="every-file-is-the-same", severity=Severity.ERROR, message="another file", hint="yank it")
NOTE = note("left-out", "notes.txt is not tracked")

REPOSITORY = "https://github.com/acme/hello"
DISTS = (sdist(), wheel({"hello/__init__.py": "", "hello/cli.py": "def main(): ...\n"}))

STEPS = (
    Step(stage="build", what="installing the build requirements", began=10.0, seconds=0.4),
    Step(stage="validate", what="asking PyPI", began=10.1, seconds=0.2),
    Step(stage="build", what="making the sdist", began=10.5, seconds=0.5),
    Step(stage="build", what="making the wheel", began=11.0, seconds=0.3),
    Step(stage="check", what="installing and using the wheel", began=11.3, seconds=0.3),
)


def read(files: Iterable[Made]) -> tuple[Dist, ...]:
    """Read files; sizes and digests are those of nobody's zlib, which differ from Python to Python."""
    return tuple(_as_everywhere(made.dist()) for made in files)


def _as_everywhere(dist: Dist) -> Dist:
    size = 1000 + sum(member.size for member in dist.files.values()) // 2
    digest = sha256(dist.filename.encode()).hexdigest()
    return replace(dist, contents=replace(dist.contents, size=size, sha256=digest, blake2b_256=digest))


def manifest(dists: tuple[Dist, ...], *, index: Index = PYPI, tag: str | None = "v1.0.0") -> Manifest:
    return Manifest(
        schema=1,
        release=Release(name="hello", version="1.0.0", tag=tag, commit="3fd21c0" + "0" * 33, epoch=0),
        artifacts=Dists(dists=dists).artifacts,
        builds=(),
        verify=VerifySettings(dependencies_index=""),
        index=index,
    )


def before(files: Iterable[Made], *, version: str = "0.9.0") -> Before:
    dists = read(files)
    listed = tuple(
        IndexFile(
            filename=dist.filename,
            url=f"https://files.pythonhosted.org/{dist.filename}",
            sha256=dist.contents.sha256,
            size=dist.contents.size,
        )
        for dist in dists
    )
    chosen = next((dist for dist in dists if dist.filename.endswith(".whl")), dists[0])
    return Before(version=version, index="PyPI", files=listed, dist=chosen, metadata=chosen.metadata)


def prepared(files: Iterable[Made] = DISTS, *, dry_run: bool = False, last: Before | None = None) -> Outcome[object]:
    """What `prepare` comes to where all is well."""
    dists = Dists(dists=read(files))
    sealed = manifest(dists.dists)
    plan = PublishPlan(
        index="pypi", name="hello", version="1.0.0", state=PublishState.PENDING, files=(), publish=not dry_run
    )
    parts: tuple[Outcome[object], ...] = (
        Outcome(stage="validate", summary="hello 1.0.0 = tag v1.0.0, not yet on PyPI", seconds=0.4, began=10.0),
        Outcome(stage="build", summary="2 files", seconds=1.3, began=10.1),
        Outcome(
            stage="check",
            summary="139 checks, 2 files",
            seconds=1.3,
            began=10.3,
            findings=(WARNING, WAIVED, NOTE),
            exhibits=(dists, *([compare(last, dists)] if last is not None else [])),
        ),
        Outcome(stage="stage", summary="sealed", seconds=0.01, began=11.6, exhibits=(sealed,)),
        *([] if dry_run else [Outcome(stage="plan", value=plan, summary="not published", seconds=0.1, began=11.6)]),
    )
    return Outcome(
        stage="prepare",
        summary=parts[0].summary,
        parts=parts,
        seconds=1.7,
        began=10.0,
        steps=STEPS,
        outputs={
            "package-name": "hello",
            "package-version": "1.0.0",
            "tag": "v1.0.0",
            "index": "dry-run" if dry_run else "pypi",
            "publish": str(not dry_run).lower(),
            "manifest-sha256": "9b1c04e2" * 8,
        },
        closing=("Ready: hello 1.0.0.",),
    )


def rehearsed() -> Outcome[object]:
    """What `rehearse` comes to where all is well."""
    whole = prepared(dry_run=True)
    return replace(whole, stage="rehearse", outputs={}, parts=(*whole.parts, replace(verified(), began=11.7)))


def failed(number: int = 7) -> Outcome[object]:
    """What `prepare` comes to where something is wrong."""
    found = tuple(
        Finding(
            check=f"check-{one}",
            severity=Severity.ERROR if one % 2 else Severity.WARNING,
            message=f"what is wrong, number {one}",
            hint="mend it",
            where=Location(
                file="pyproject.toml" if one % 3 else "hello-1.0.0.tar.gz", line=one + 1 if one % 3 else None
            ),
        )
        for one in range(number)
    )
    first: Outcome[object] = Outcome(
        stage="validate",
        summary="hello 1.0.0 = tag v1.0.0",
        seconds=0.2,
        began=1.0,
        findings=found,
        outputs={"package-name": "hello", "package-version": "1.0.0", "tag": "v1.0.0"},
    )
    return Outcome(
        stage="prepare", parts=(first,), summary=first.summary, outputs=first.outputs, seconds=0.3, began=1.0
    )


def verified() -> Outcome[object]:
    """What `verify` comes to where all is well."""
    sealed = manifest(read(DISTS))
    plan = PublishPlan(
        index="pypi", name="hello", version="1.0.0", state=PublishState.PUBLISHED, files=(), publish=False
    )
    installed = Installation(
        artifact="hello-1.0.0-py3-none-any.whl",
        python="3.13.0",
        installer="uv",
        version="1.0.0",
        imports=(Use(name="hello"),),
    )
    return Outcome(
        stage="verify",
        value=Verification(
            plan=plan,
            sightings=(),
            visible_after=1.0,
            fetched=tuple(artifact.filename for artifact in sealed.artifacts),
            installations=(installed, replace(installed, python="3.12.1", entry_points=(Use(name="a", failure="no"),))),
        ),
        summary="2 files, the same bytes",
        seconds=12.5,
        began=100.0,
        outputs={"verified": "true"},
        exhibits=(sealed, PYPI),
        closing=("Verified: hello 1.0.0 can be installed from PyPI.",),
    )


def many_wheels(number: int = 100) -> list[Made]:
    """An sdist, and wheels for many platforms."""
    files = {f"hello/module_{one}.py": "x = 1\n" * one for one in range(40)}
    tags = [f"cp3{minor}-cp3{minor}-manylinux_2_{glibc}_x86_64" for minor in range(8, 18) for glibc in range(17, 37)]
    return [sdist(), *(wheel(files, tag=tag) for tag in tags[:number])]


def old_release() -> Before:
    """A release before this one that differs in everything that is compared."""
    meta = metadata(
        {"Requires-Python": ">=3.7", "License-Expression": "BSD-3-Clause"},
        "Requires-Dist: attrs (>=20)",
        "Classifier: Programming Language :: Python :: 3.7",
        version="0.9.0",
    )
    files = {"hello/__init__.py": "", "hello/cli.py": "def main(): pass\n", "hello/old.py": "old\n" * 100}
    return before(
        [
            sdist(version="0.9.0"),
            wheel(files, version="0.9.0", meta=meta, entry_points="[console_scripts]\nhello = hello.cli:main\n"),
            wheel(files, version="0.9.0", meta=meta, tag="cp37-cp37m-win32"),
        ]
    )


def already_published() -> Outcome[object]:
    """What `prepare` comes to where an earlier run has published the same files."""
    whole = prepared()
    parts = [
        replace(part, value=replace(part.value, state=PublishState.PUBLISHED, publish=False))
        if isinstance(part.value, PublishPlan)
        else part
        for part in whole.parts
    ]
    return replace(whole, parts=tuple(parts), outputs={**whole.outputs, "publish": "false"})


def changes_named(text: str) -> Changes:
    """Changes in which everything bears this name."""
    return Changes(
        since=text,
        index=text,
        files=(FileChange(now=text, size=1, before=text, size_before=2),),
        compared=text,
        members=(MemberChange(name=text, before=1, now=2),),
        fields=(FieldChange(field=text, removed=(text,), added=(text,)),),
        unknown=text,
    )


def version_is_taken() -> Outcome[object]:
    """What `prepare` comes to where the version was released before."""
    taken = replace(ERROR, check="version-is-new", message="1.0.0 is on PyPI")
    return replace(failed(0), findings=(taken,))


def other_files_are_there() -> Outcome[object]:
    """What `prepare` comes to where the index has other bytes under a name of the release."""
    whole = prepared()
    parts = [
        replace(part, value=replace(part.value, state=PublishState.FAILED, publish=False), findings=(ERROR,))
        if isinstance(part.value, PublishPlan)
        else part
        for part in whole.parts
    ]
    return replace(whole, parts=tuple(parts))


def shown_at_once(markdown: str) -> str:
    """Return a summary without what is folded away."""
    return re.sub(r"\n*<details>.*?</details>", "", markdown, flags=re.DOTALL)
