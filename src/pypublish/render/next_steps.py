"""What to do next, for the person who reads the summary: after each stage, when it went well and when it did not."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote

from pypublish.findings import Outcome
from pypublish.listing import PublishPlan, PublishState
from pypublish.render.markdown import block, code, escape, link
from pypublish.render.release import Shown, management_page, project_page
from pypublish.render.text import BEFORE_THE_UPLOAD


def next_steps(outcome: Outcome[object], shown: Shown, repository: str = "") -> str:
    """Return the section; empty where a stage has nothing after it. `repository` is its address on GitHub, or empty."""
    if not shown.name and "" in outcome.closing:  # it is laid out already: paragraphs, addresses, values in columns
        return f"**What comes next**\n\n{block(chr(10).join(outcome.closing))}" if outcome.ok else ""
    if not shown.name:
        steps = [escape(line) for line in outcome.closing if outcome.ok]
    elif not outcome.ok:
        steps = list(_after_failure(outcome, shown))
    else:
        steps = list(_after_success(outcome, shown, repository))
    return "\n".join(["**What comes next**", "", *(f"- {step}" for step in steps)]) if steps else ""


def _after_success(outcome: Outcome[object], shown: Shown, repository: str) -> Iterator[str]:
    match outcome.stage:
        case "prepare":
            return _after_prepare(outcome, shown)
        case "rehearse":
            return _after_rehearsal(outcome, shown)
        case "verify":
            return _after_verification(shown, repository)
        case _:
            return map(escape, outcome.closing)


def _after_prepare(outcome: Outcome[object], shown: Shown) -> Iterator[str]:
    title = escape(shown.index.title) if shown.index is not None else "the index"
    if shown.dry_run:
        yield "This was a dry run: the files are sealed, and nobody uploads them."
        yield from _tagging(outcome, shown)
    elif not shown.to_publish:
        yield f"{title} has these very files already: the publishing job has nothing to do, and `verify` goes on."
    else:
        yield (
            f"The publishing job uploads these files, and no others, to {title}."
            " If it waits for a review, somebody has to approve it on the page of this run."
        )
        yield "`verify` then waits until the files are there, compares every byte, and installs them as users do."
    if not shown.dry_run:
        yield (
            "If a later job fails, run the failed jobs again: these files are kept and used again,"
            " and nothing is built anew."
        )


def _after_rehearsal(outcome: Outcome[object], shown: Shown) -> Iterator[str]:
    yield from _tagging(outcome, shown)
    yield (
        "Before the first release by this workflow, tell the index whom to trust: `pypublish doctor` prints the values,"
        " and where to enter them."
    )


def _tagging(outcome: Outcome[object], shown: Shown) -> Iterator[str]:
    if any(finding.check == "version-is-new" for finding in outcome.all_findings):
        yield (
            "The index has files of this version already: `pypublish status` says whether that release is finished."
            " To make another, raise the version, and push the tag of the new one."
        )
    elif shown.tag:
        yield f"To release it, push the tag: {code(f'git push origin {quote(shown.tag)}')}"
    elif shown.version:
        tag = code(f"v{shown.version}")
        yield f"To release it, tag the commit with its version and push the tag, {tag} for example."


def _after_verification(shown: Shown, repository: str) -> Iterator[str]:
    index = shown.index
    yield f"Users get it by {code(f'pip install {shown.name}=={shown.version}')}{_with_index(shown)}."
    if repository and shown.tag:
        on_github = link("the release on GitHub", f"{repository}/releases/tag", *shown.tag.split("/"))
        yield f"Tell them what is new: {on_github} has the changelog's part once the job `release` has made it."
    page = project_page(index, shown.name, shown.version) if index is not None else ()
    if page:
        yield f"Announce it with {link('its page', *page)}; look at the page once: nobody can change it any more."
    yank = management_page(index, shown.name, shown.version) if index is not None else ()
    if yank:
        yield (
            f"If it turns out to be broken, {link('yank it', *yank)} and release a new version: installers pass a"
            " yanked one over, unless somebody asks for exactly this version. Do not delete it: its file names stay"
            " used up."
        )


def _with_index(shown: Shown) -> str:
    if shown.index is None or shown.index.name == "pypi":
        return ""
    return f" with {code(f'--index-url {shown.index.simple_url}')}"


def _after_failure(outcome: Outcome[object], shown: Shown) -> Iterator[str]:
    if outcome.stage == "verify":
        yield "The release may be on the index already, in part or whole: what is said below tells how it stands."
        yield "Run this job again if the network or the index was at fault; it only reads, and does no harm."
        yield "If the files are wrong, they cannot be replaced: yank the release and publish a new version."
        return
    if outcome.stage not in BEFORE_THE_UPLOAD:
        return
    rehearse = "`pypublish rehearse` shows on your own machine, without a tag, whether all is mended."
    if _is_used_up(outcome):
        yield "This run published nothing, but the index has files of this version already, and none can be replaced."
        yield f"Mend what is named below, and take the next version. {rehearse}"
        return
    yield "Nothing was published, and the version is not used up."
    if outcome.stage == "rehearse" or not shown.tag:
        yield f"Mend what is named below. {rehearse}"
        return
    tag = quote(shown.tag)
    move, push = code(f"git tag --force {tag}"), code(f"git push --force origin {tag}")
    yield f"Mend what is named below, and commit. {rehearse}"
    yield (
        f"Then move the tag to the new commit, {move} and {push}: that starts the release anew."
        " Where tags are protected, take the next version instead."
    )


def _is_used_up(outcome: Outcome[object]) -> bool:
    planned = (part.value for part in (outcome, *outcome.parts) if isinstance(part.value, PublishPlan))
    failed = any(plan.state is PublishState.FAILED for plan in planned)
    return failed or any(
        finding.check == "version-is-new" and finding.stops(strict=outcome.strict) for finding in outcome.all_findings
    )
