"""Why a job was given no upload token, or that it was: the tool's output beside the table of all answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pypublish.checks.catalog import rule
from pypublish.checks.mint_answers import NO_PUBLISHER, OTHERWISE, REFUSALS, UNKNOWN_REFUSAL, MintAnswer
from pypublish.checks.tool_output import ToolOutput
from pypublish.errors import ExitCode, IndexUnavailableError, PypublishError, ToolError
from pypublish.findings import Finding, Severity
from pypublish.model import PYPI, TESTPYPI
from pypublish.pypi.publishers import workflow_filename

IDENTITY_IS_EXCHANGED = rule(
    "identity-is-exchanged",
    Severity.ERROR,
    """The index gives the publishing job an upload token for its identity.

    Without one nothing is uploaded. Each answer of the index, its cause and its remedy stand in
    docs/trusted-publishing.md.

    Fix: do what is said beside the answer, and try the exchange again, by the workflow diagnose.yml.
    """,
)
OUTPUT_HOLDS_NO_TOKEN = rule(
    "tool-output-holds-no-token",
    Severity.ERROR,
    """What is stored of a tool's output has no token in it.

    uv prints the upload token on stdout, where the runner takes it away and masks it. In an artifact it is there for
    everybody who can read that, for 15 minutes, and good for every project of the publisher.

    Fix: store stderr alone (`2> FILE`), and delete what was stored.

    Example:
        - uv publish --dry-run --trusted-publishing always dist/* &> tool-output.txt
        + uv publish --dry-run --trusted-publishing always dist/* 2> tool-output.txt

    """,
)
OUTPUT_IS_SHORT = rule(
    "tool-output-is-short",
    Severity.NOTE,
    """What a tool printed of one exchange fits into a few lines.

    Of a long file only the end is read: there a tool says how it ended.

    Fix: nothing, unless what is said here is not of the exchange; then store its output alone.
    """,
)
RULES = (IDENTITY_IS_EXCHANGED, OUTPUT_HOLDS_NO_TOKEN, OUTPUT_IS_SHORT)

IT_WAS_REAL: Final = "a real one: a pending publisher makes its project by it; no file is uploaded"
"""What has to be known before everything else."""
LINES: Final = 40
"""Of an output that is not understood, this much is shown."""


def index_title(output: ToolOutput) -> str:
    """Name the index that was asked, as people do; PyPI where the tool does not say which."""
    if not output.index_url:
        return PYPI.title
    known = next((index.title for index in (PYPI, TESTPYPI) if index.upload_url == output.index_url), None)
    return known or output.index_url.partition("://")[2].partition("/")[0] or output.index_url


def findings(output: ToolOutput) -> Iterator[Finding]:
    """Yield why the index refused, and what else has to change; nothing where the job has got its token.

    Raises:
        IndexUnavailableError: the index, or who gives the identity, did not answer.
        ToolError: the tool itself did not get so far, or what it printed is not understood.

    """
    if output.holds_token:
        message = "there was a token in the tool's output, for who could read it; it is not repeated here"
        yield _finding(OUTPUT_HOLDS_NO_TOKEN.id, message, OUTPUT_HOLDS_NO_TOKEN.fix)
    for refusal in output.refusals:
        fitting = (one for one in REFUSALS if one.code == refusal.code and one.fits(refusal.description))
        known = next(fitting, UNKNOWN_REFUSAL)
        if known.ends is ExitCode.INDEX:
            raise _error(known, output)
        words = f"{_in(known.cause, output)}\n{index_title(output)} says: {refusal.code}: {refusal.description}"
        yield _finding(IDENTITY_IS_EXCHANGED.id, "\n".join([words, *_job(output)]), _mend(known, output))
    if output.refusals or (output.checked and not output.causes):
        return
    answer = _otherwise(output)
    if answer is None or answer.ends is not ExitCode.FINDINGS:
        raise _error(answer, output)
    said = output.causes[-1] if output.causes else answer.said
    yield _finding(
        IDENTITY_IS_EXCHANGED.id, f"{_in(answer.cause, output)}\nThe tool says: {said}", _mend(answer, output)
    )


def _finding(check: str, message: str, hint: str) -> Finding:
    return Finding(check=check, severity=Severity.ERROR, message=message, hint=hint)


def _otherwise(output: ToolOutput) -> MintAnswer | None:
    return next((one for one in OTHERWISE if one.fits(output.text)), None)


def _error(answer: MintAnswer | None, output: ToolOutput) -> PypublishError:
    if answer is None:
        return _not_understood(output)
    message = _in(answer.cause, output)
    if output.causes:
        message += f"\nThe tool says: {output.causes[-1]}"
    if answer.ends is ExitCode.TOOL:
        return ToolError(message, hint=_mend(answer, output))
    return IndexUnavailableError(message, hint=_mend(answer, output))


def _not_understood(output: ToolOutput) -> ToolError:
    if not output.text.strip():
        return ToolError(
            "the tool's output is empty: it says neither that a token was given nor that none was",
            hint="Either the step did not run, or what it prints on stderr was not stored: uv publish … 2> FILE.",
        )
    if output.status is not None:
        return ToolError(
            f"{index_title(output)} answered HTTP {output.status} to the exchange, and gave no reason",
            hint="Run the job again. Where it lasts, look for a proxy that answers in the index's place.",
            output=_last_lines(output.text),
        )
    return ToolError(
        "the tool's output is not understood; it is shown as it is",
        hint="diagnose reads what uv publish --dry-run --trusted-publishing always prints on stderr, or twine's log.",
        output=_last_lines(output.text),
    )


def _last_lines(text: str) -> str:
    return "\n".join(text.splitlines()[-LINES:])


def _in(words: str, output: ToolOutput) -> str:
    return words.replace("{index}", index_title(output))


def _mend(answer: MintAnswer, output: ToolOutput) -> str:
    suspicions = [*_called(output), *(_unlike(output) if answer is NO_PUBLISHER else ())]
    return " ".join([*(suspicions if answer.code == NO_PUBLISHER.code else ()), _in(answer.mend, output)])


def _job(output: ToolOutput) -> Iterator[str]:
    """Say who the job is, in the words of the form in which a publisher is registered."""
    claims = output.claims
    owner, _, repository = claims.get("repository", "").partition("/")
    reference = claims.get("job_workflow_ref", "")
    if not (owner and repository):
        return
    values = [f"owner {owner}", f"repository {repository}", f"workflow {workflow_filename(reference) or reference}"]
    if "environment" in claims:
        values.append(f"environment {claims['environment']}" if claims["environment"] else "no environment")
    yield f"The job is: {', '.join(values)}"


def _called(output: ToolOutput) -> Iterator[str]:
    """Say so where the identity names the workflow of another repository."""
    repository, reference = output.claims.get("repository", ""), output.claims.get("job_workflow_ref", "")
    if repository and reference and not reference.startswith(f"{repository}/"):
        called = reference.partition("/.github/")[0]
        yield f"The job stands in a workflow of {called}, which {repository} calls: PyPI never takes it from there."


def _unlike(output: ToolOutput) -> Iterator[str]:
    """Say what the identity itself gives away of why no publisher fits."""
    claims = output.claims
    if workflow_filename(claims.get("job_workflow_ref", "")) == "diagnose.yml":
        yield "A publisher for release.yml does not fit a job of diagnose.yml: let it run in the place of that file."
    if claims.get("environment") == "":
        yield "The job has no `environment`: a publisher that is registered with one does not fit it."
