"""An outcome as a document: the job summary, and what `--format markdown` prints. One screen, and the rest folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pypublish.errors import IndexUnavailableError, NotVisibleError, PypublishError
from pypublish.findings import Finding, Outcome, Severity
from pypublish.listing import Verification
from pypublish.model import Artifact
from pypublish.render.changes import changes_of, changes_section
from pypublish.render.contents import trees
from pypublish.render.found import findings_section
from pypublish.render.installations import installations_section
from pypublish.render.markdown import block, code, escape, folded, link, table, unbroken
from pypublish.render.next_steps import next_steps
from pypublish.render.release import Shown, project_page, shown_release
from pypublish.render.timeline import gantt, spans
from pypublish.sizes import plural, size

FILES = 12
"""Files that a summary shows at once; the others are folded."""

TELLING = frozenset({"check", "verify"})
"""Parts of a stage whose own line tells what was proved."""

LIMIT = 900_000
"""Bytes above which what is folded is left out, section by section; GitHub drops a summary of 1 MiB altogether."""


def as_markdown(outcome: Outcome[object], *, repository: str = "") -> str:
    """Return an outcome as a document: what was released where, its files, what was found, when, and what comes next.

    `repository` is the address of the repository on GitHub, for links; empty where it is not known.
    """
    shown = shown_release(outcome)
    first = [
        f"## {'✅' if outcome.ok else '❌'} {escape(headline(outcome, shown))}",
        _facts(outcome, shown, repository),
        "" if outcome.ok else next_steps(outcome, shown, repository),
        "" if outcome.ok else findings_section(outcome.all_findings),
        _files(shown),
        _seal(outcome),
        next_steps(outcome, shown, repository) if outcome.ok else "",
        findings_section(outcome.all_findings) if outcome.ok else "",
        "" if outcome.ok else _parts(outcome),
        gantt(spans(outcome)),
    ]
    return _fitting(first, _more(outcome))


def error_as_markdown(error: PypublishError) -> str:
    """Return the document of a command that could not do its job, or, of `verify`, not yet."""
    title = "❌ pypublish could not do its job"
    if isinstance(error, NotVisibleError):
        title = "⏳ Published, but not yet visible here"
    elif isinstance(error, IndexUnavailableError):
        title = "❌ The index did not answer"
    address = f"<{error.url}>" if error.url.startswith("https://") and error.url.isascii() else ""
    sections = [f"## {title}", block(str(error)), escape(error.hint), address]
    return "\n\n".join(filter(None, sections)) + "\n"


def headline(outcome: Outcome[object], shown: Shown) -> str:
    """Return the verdict in one line."""
    name = " ".join(filter(None, (shown.name, shown.version)))
    index = shown.index.title if shown.index is not None else "the index"
    if not outcome.ok:
        stops = [one for one in outcome.all_findings if one.stops(strict=outcome.strict)]
        if outcome.stage == "verify" and name:
            return f"{outcome.stage}: {name} on {index} has not passed: {_by_severity(stops)}"
        return f"{outcome.stage}: {f'{name} is ' if name else ''}stopped by {_by_severity(stops)}"
    ready = f"{name} is ready for {index}"
    if shown.dry_run:
        ready = f"{name} is fit to be released; nothing will be published"
    elif not shown.to_publish:
        ready = f"{name} is on {index} already; nothing is left to publish"
    verdicts = {
        "prepare": ready,
        "rehearse": f"{name} is rehearsed; nothing was published",
        "verify": f"{name} is on {index}, and installs",
    }
    return verdicts.get(outcome.stage, f"{outcome.stage}: {name}") if name else outcome.stage


def _facts(outcome: Outcome[object], shown: Shown, repository: str) -> str:
    release = shown.manifest.release if shown.manifest is not None else None
    facts = []
    if outcome.stage == "verify" and outcome.ok and shown.index is not None:
        page = project_page(shown.index, shown.name, shown.version)
        facts.append(link(f"{shown.name} {shown.version} on {shown.index.title}", *page) if page else "")
    if release is not None and release.tag:
        tag = link(release.tag, f"{repository}/tree", *release.tag.split("/")) if repository else escape(release.tag)
        facts.append(f"tag {tag}")
    if release is not None and release.commit:
        short = release.commit[:7]
        facts.append(f"commit {link(short, f'{repository}/commit', release.commit) if repository else code(short)}")
    facts.append(_counted(outcome.all_findings))
    if outcome.seconds:
        facts.append(f"took {outcome.seconds:.1f} s")
    told = [part.summary for part in (outcome.parts or (outcome,)) if part.stage in TELLING or part is outcome]
    return "  \n".join(filter(None, (" · ".join(filter(None, facts)), *map(escape, told))))


def _counted(findings: Iterable[Finding]) -> str:
    found = tuple(findings)
    waived = sum(one.ignored is not None for one in found)
    counted = _by_severity(one for one in found if one.ignored is None)
    return ", ".join(filter(None, (counted, f"{waived} waived" if waived else ""))) or "no errors, no warnings"


def _by_severity(findings: Iterable[Finding]) -> str:
    numbers = Counter(finding.severity for finding in findings)
    return ", ".join(plural(numbers[severity], severity.value) for severity in Severity if numbers[severity])


def _parts(outcome: Outcome[object]) -> str:
    rows = (
        ("✅" if part.ok else "❌", escape(part.stage), escape(part.summary), unbroken(f"{part.seconds:.1f} s"))
        for part in _within(outcome)
    )
    return table(("", "stage", "", "time"), rows) if outcome.parts else ""


def _within(outcome: Outcome[object]) -> Iterator[Outcome[object]]:
    """Yield what an outcome conducted, and what that conducted before it."""
    for part in outcome.parts:
        yield from _within(part)
        yield part


def _files(shown: Shown) -> str:
    artifacts = shown.manifest.artifacts if shown.manifest is not None else ()
    if not artifacts:
        return ""
    head = ("file", "size", "sha256")
    rows = [_file(artifact) for artifact in artifacts]
    if len(rows) <= FILES:
        return table(head, rows)
    total = size(sum(artifact.size for artifact in artifacts))
    return "\n\n".join(
        (
            f"**{plural(len(rows), 'file')}, {total} together**",
            folded("All files, sizes and digests", table(head, rows)),
        )
    )


def _seal(outcome: Outcome[object]) -> str:
    """Say by what the files are sealed: whoever takes them up in a later run names this digest."""
    digest = outcome.outputs.get("manifest-sha256", "")
    return f"Sealed by `manifest.json`, sha256 {code(digest)}" if digest else ""


def _file(artifact: Artifact) -> tuple[str, ...]:
    return code(artifact.filename), unbroken(size(artifact.size)), code(artifact.sha256)


def _more(outcome: Outcome[object]) -> list[str]:
    """Return what is folded away."""
    changes = changes_of(outcome)
    proof = next((part.value for part in (outcome, *outcome.parts) if isinstance(part.value, Verification)), None)
    parts = _parts(outcome) if outcome.ok else ""
    return [
        folded("What each stage did", parts) if parts else "",
        installations_section(proof.installations) if proof is not None else "",
        changes_section(changes) if changes is not None else "",
        trees(outcome),
    ]


def _fitting(first: list[str], folds: list[str]) -> str:
    """Put it together; of what is folded, the last that would make it too long for GitHub is left out."""
    document = "\n\n".join(filter(None, first)) + "\n"
    for fold in filter(None, folds):
        if len(document.encode("utf-8", "replace")) + len(fold.encode("utf-8", "replace")) < LIMIT:
            document += f"\n{fold}\n"
        else:
            document += "\n_A part is left out here: GitHub shows no more than 1 MiB._\n"
    return document
