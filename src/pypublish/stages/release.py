"""release: make the release on GitHub for a tag, or complete it: a draft first, its files, and then it is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pypublish.checks import catalog, github_release
from pypublish.checks.github_release import Hosting, Todo
from pypublish.checks.tags import version_of_tag
from pypublish.checks.words import some
from pypublish.edges import github_releases as hosting
from pypublish.edges import staging
from pypublish.edges.github_api import GitHub
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, UsageError
from pypublish.findings import Finding, Outcome, note
from pypublish.hosting import HostedRelease, Told
from pypublish.listing import PublishState
from pypublish.model import FileState
from pypublish.stages.announcing import announce
from pypublish.stages.plan import plan
from pypublish.stages.release_parts import Text, Wanted, attachments, keeps_its_words, text_of
from pypublish.stages.release_words import Words, find_words


def release(wanted: Wanted, world: World, *, write: Callable[[Told], str]) -> Outcome[HostedRelease]:
    """Make the release on GitHub, or complete the one that is there; `write` makes its text.

    Nothing is sent before the files are those of the manifest and the index shows them. What is published already is
    only added to. With `dry_run`, everything is read, and nothing is changed.

    Raises:
        SealError: the files are not those of the manifest.
        UsageError: there is no token.
        GitHubUnavailableError: GitHub did not answer.
        GitHubRefusedError: GitHub does not let the token do it.

    """
    began = world.clock.monotonic()
    manifest = wanted.manifest
    staging.compare(wanted.seal.parent / staging.DIST, manifest.artifacts)
    if not (wanted.account.token or wanted.dry_run):
        raise UsageError(
            "GitHub makes no release without a token",
            hint="Set GITHUB_TOKEN: on a laptop, to what `gh auth token` prints; in a workflow, give the job"
            " `contents: write`, and the action takes its token. With --dry-run, none is needed.",
        )
    absent, findings = _look_at_index(wanted, world)
    with hosting.open_releases(wanted.account, world) as github:
        with world.step("release", "asking GitHub"):
            everything = hosting.list_releases(github)
            subject = _subject(wanted, github, everything, absent, world)
        findings += catalog.run(github_release.OF_HOSTING, subject, ignore=wanted.ignore)
        outcome: Outcome[HostedRelease] = Outcome(
            stage="release", strict=wanted.strict, findings=tuple(findings), exhibits=(manifest, wanted.index)
        )
        changed = False
        if not outcome.ok:
            outcome = replace(outcome, summary=f"no release {wanted.tag} on {github.repository} is made or changed")
        else:
            words = _words(github, wanted, subject, everything, world)
            text = text_of(wanted, subject.chosen, words, everything=everything, write=write)
            outcome = replace(outcome, findings=(*outcome.findings, *words.findings))
            if wanted.dry_run:
                outcome = _planned(outcome, wanted, subject, text, words)
            else:
                made, changed = _make(github, subject, text, world)
                outcome = _made(outcome, github, made, words, changed=changed)
            outcome = replace(outcome, outputs=_outputs(wanted, outcome.value, text))
    if wanted.webhook and not wanted.dry_run:
        told = announce(
            wanted.webhook,
            outcome,
            manifest,
            world,
            index=wanted.index,
            tag=wanted.tag,
            project_url=wanted.project_url,
            changed=changed,
        )
        outcome = replace(outcome, findings=(*outcome.findings, *catalog.waive(told, wanted.ignore)))
    return outcome.taking(world.clock.monotonic() - began, began=began)


def _words(
    github: GitHub, wanted: Wanted, subject: Hosting, everything: Sequence[HostedRelease], world: World
) -> Words:
    if keeps_its_words(subject.chosen):
        return Words(origin="with the notes that it had")
    with world.step("release", "writing the notes"):
        return find_words(
            github,
            wanted.manifest.release,
            wanted.tag,
            wanted.checkout,
            tag_format=wanted.tag_format,
            hosted=everything,
            world=world,
        )


def _look_at_index(wanted: Wanted, world: World) -> tuple[tuple[str, ...], list[Finding]]:
    """Return the files that the index does not show, and its findings: one look, because verify has waited."""
    try:
        with world.step("release", f"asking {wanted.index.title}"):
            planned = plan(wanted.manifest, wanted.index, world)
    except IndexUnavailableError as error:
        return (), [note(github_release.release_is_on_the_index.id, f"{wanted.index.title} was not asked: {error}")]
    stands = planned.value
    if stands is None or stands.state is PublishState.PUBLISHED:
        return (), list(planned.findings)
    return tuple(file.filename for file in stands.in_state(FileState.ABSENT)), list(planned.findings)


def _subject(
    wanted: Wanted, github: GitHub, everything: Sequence[HostedRelease], absent: tuple[str, ...], world: World
) -> Hosting:
    release, tag = wanted.manifest.release, wanted.tag
    named = version_of_tag(tag, wanted.tag_format, release.name)
    return Hosting(
        release=release,
        tag=tag,
        tag_version=str(named) if named is not None else None,
        tag_commit=hosting.commit_of_tag(github, tag),
        index=wanted.index,
        absent=absent,
        hosted=tuple(one for one in everything if one.tag == tag),
        attachments=tuple(attachments(wanted, world)),
    )


def _make(github: GitHub, subject: Hosting, text: Text, world: World) -> tuple[HostedRelease, bool]:
    """Bring the release to what it has to be; return it, and whether anything had to be done."""
    found, work = subject.chosen, github_release.todo(subject)
    if found is None:
        with world.step("release", "making a draft"):
            found = hosting.create_draft(
                github, subject.tag, title=text.title, body=text.body, prerelease=text.prerelease
            )
    for asset in work.delete:
        hosting.delete(github, asset)
    for wanted in work.attach:
        with world.step("release", f"attaching {wanted.name}"):
            hosting.attach(github, found, wanted)
    if found.draft:
        with world.step("release", "publishing it"):
            found = hosting.change(
                github,
                found,
                f"publish the release {subject.tag}",
                tag_name=subject.tag,
                name=text.title,
                body=text.body,
                prerelease=text.prerelease,
                make_latest=str(text.latest).lower(),
                draft=False,
            )
        return found, True
    if not found.body.strip() and not found.immutable:
        found = hosting.change(github, found, f"write the notes of {subject.tag}", body=text.body)
        return found, True
    return found, bool(work.attach)


def _made(
    outcome: Outcome[HostedRelease], github: GitHub, made: HostedRelease, words: Words, *, changed: bool
) -> Outcome[HostedRelease]:
    if not changed:
        summary = f"{made.tag} of {github.repository} was there already, and nothing was changed"
    else:
        summary = f"{made.tag} of {github.repository} is published, {words.origin}"
    return replace(outcome, value=made, summary=summary, closing=(f"Released: {made.url}",))


def _planned(
    outcome: Outcome[HostedRelease], wanted: Wanted, subject: Hosting, text: Text, words: Words
) -> Outcome[HostedRelease]:
    work, found = github_release.todo(subject), subject.chosen
    return replace(
        outcome,
        value=found,
        summary=f"{subject.tag} of {wanted.account.repository}: {words.origin}",
        closing=(*_would(wanted, found, work, text), "Nothing was changed."),
    )


def _would(wanted: Wanted, found: HostedRelease | None, work: Todo, text: Text) -> Iterator[str]:
    if found is None:
        yield f"This would make the release {text.title!r} for the tag {wanted.tag}, as a draft first."
    elif found.draft:
        yield f"This would complete the draft {found.id} of {wanted.tag}."
    if work.delete:
        yield f"It would delete {some([asset.name for asset in work.delete])}, and attach it anew."
    if work.attach:
        yield f"It would attach {some([one.name for one in work.attach], 10)}."
    if found is None or found.draft:
        kind = "a pre-release" if text.prerelease else "the latest release" if text.latest else "not the latest release"
        yield f"It would publish it as {kind}."
    elif not work.attach:
        yield f"The release is there already, with the same files: {found.url}"
    if not wanted.account.token:
        yield "Without a token, GitHub shows no drafts: there may be one."


def _outputs(wanted: Wanted, made: HostedRelease | None, text: Text) -> dict[str, str]:
    release = wanted.manifest.release
    return {
        "package-name": release.name,
        "package-version": release.version or "",
        "tag": wanted.tag,
        "is-prerelease": str(text.prerelease).lower(),
        "release-notes": made.body if made is not None and not made.draft else text.body,
        "release-url": made.url if made is not None and not made.draft else "",
    }
