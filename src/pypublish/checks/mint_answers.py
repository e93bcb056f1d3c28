"""Every answer to the exchange of a job's identity for an upload token, with its cause and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pypublish.errors import ExitCode
from pypublish.pypi import publishers

AGAIN: Final = "Run the job again: it gets a new identity."


@dataclass(frozen=True, slots=True, kw_only=True)
class MintAnswer:
    """One answer, or one way to get none. `{index}` in the words stands for the index's name."""

    said: str
    """The words as they are met, for people; `…` stands for what differs."""
    cause: str
    mend: str
    code: str = ""
    """PyPI's code; empty where it is not PyPI that speaks."""
    sign: str = ""
    """A regular expression that finds it; empty where `said` itself does."""
    ends: ExitCode = ExitCode.FINDINGS

    def fits(self, words: str) -> bool:
        """Whether it is this that was said."""
        return re.search(self.sign or re.escape(self.said), words, re.IGNORECASE) is not None


COMPARE: Final = (
    "Open the project's Publishing page on {index} (for a project that does not exist yet: your account's) and compare"
    " owner, repository, workflow file and environment letter by letter, capitals too. PyPI and TestPyPI each have"
    " publishers of their own, and a pending one is gone after 30 days."
)
ANEW: Final = "Remove the publisher on {index}, and add it again: pypublish doctor prints its values."
NOT_YOURS: Final = "Nothing of yours is wrong. " + AGAIN + " It has to be a job of github.com."

NO_PUBLISHER: Final = MintAnswer(
    code="invalid-publisher",
    said="Publisher with matching claims was not found",
    cause="{index} knows no publisher that fits this job.",
    mend=COMPARE + " Where all four agree, the account was renamed or made anew: remove the publisher, add it again.",
)

REFUSALS: Final = (
    NO_PUBLISHER,
    MintAnswer(
        code="invalid-publisher",
        said="Check failed for optional claim 'environment'",
        cause="The publisher on {index} is for another environment than the job's.",
        mend="Give the publishing job the `environment` that is registered, or register the one that it has.",
    ),
    MintAnswer(
        code="invalid-publisher",
        said="The job_workflow_ref claim does not match, expecting one of …, got …",
        sign=r"The job_workflow_ref claim does not match",
        cause="The job stands in a workflow that another one calls, or in another repository; {index} takes it from the"
        " workflow that was started alone.",
        mend="Move the publishing job into the workflow that is started, and register that file. A composite action is"
        " no obstacle to it, a reusable workflow is.",
    ),
    MintAnswer(
        code="invalid-publisher",
        said="Publishing from a workflow invoked via 'pull_request_target' is not supported.",
        cause="The workflow was started by pull_request_target, which strangers can cause.",
        mend="Publish on a pushed tag, or by workflow_dispatch.",
    ),
    MintAnswer(
        code="invalid-publisher",
        said="Check failed for required claim 'repository_owner_id'",
        sign=r"Check failed for required claim",
        cause="The account or repository has the registered name, and is another one: it was renamed, transferred or"
        " made anew.",
        mend=ANEW,
    ),
    MintAnswer(
        code="invalid-publisher",
        said="Could not job extract workflow filename from OIDC claims",
        cause="The job's workflow is no file that ends in .yml or .yaml.",
        mend="Put the workflow into .github/workflows, under a name that ends so, and register that name.",
    ),
    MintAnswer(
        code="invalid-publisher",
        said="JWT issuer … does not match expected issuer …",
        sign=r"JWT issuer .*does not match",
        cause="The publisher is registered for another service than the one that runs this job.",
        mend="Add a publisher for GitHub on {index}: pypublish doctor prints its values.",
    ),
    MintAnswer(
        code="invalid-publisher",
        said="Missing claim …",
        sign=r"Missing claim|claims? (?:is|are) empty",
        cause="The identity does not say all that {index} asks of it.",
        mend=NOT_YOURS,
    ),
    MintAnswer(
        code="invalid-pending-publisher",
        said=publishers.PROJECT_EXISTS.description,
        cause="A pending publisher fits this job, but its project exists by now; {index} has dropped the pending one.",
        mend="If the project is yours, add the publisher in the project's own settings. If it is not, somebody was"
        " faster: take another name, in pyproject.toml and for a new pending publisher.",
    ),
    MintAnswer(
        code="invalid-reuse-token",
        said=publishers.REUSED_TOKEN.description,
        cause="This identity was exchanged already, and each is good for one token.",
        mend=f"{AGAIN} Where it lasts, two steps of the job share one identity: leave one of them.",
    ),
    MintAnswer(
        code="invalid-token",
        said=publishers.INVALID_TOKEN.description,
        cause="{index} does not believe the identity: it is expired or not yet good (the clock of the machine), it was"
        " made for another index, or its signature is not GitHub's.",
        mend=f"{AGAIN} Where it lasts, set the clock of the machine, if it is yours; and ask for the identity and the"
        " token at the same index: PyPI's is not good for TestPyPI.",
    ),
    MintAnswer(
        code="not-enabled",
        said="… trusted publishing functionality not enabled",
        sign=r"not enabled",
        cause="{index} has switched Trusted Publishing off, for all.",
        mend="Nothing of yours is wrong. Look at the index's status page, and run the job again when it is on.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        code="invalid-payload",
        said=publishers.UNKNOWN_ISSUER.description,
        cause="The identity is not from a service that {index} trusts: a GitHub Enterprise Server is none.",
        mend="Publish from github.com, or another service that the index names; or upload with an API token:"
        " pypublish upload.",
    ),
    MintAnswer(
        code="invalid-payload",
        said="The name … isn't allowed / is invalid / is too similar to an existing project",
        sign=r"The name ",
        cause="The pending publisher fits, but {index} takes no project of its name.",
        mend="Take another name in pyproject.toml, and register a pending publisher for it. `pypublish explain"
        " new-project-may-have-its-name` says what names can be had.",
    ),
    MintAnswer(
        code="invalid-payload",
        said=publishers.MALFORMED_JWT.description,
        sign=r"malformed JWT|validation error|Input should be",
        cause="What was sent to {index} is no identity.",
        mend="Take a current version of the tool that publishes; where it is, look for a proxy that changes requests.",
    ),
)
"""PyPI's refusals, by code and words; the first that fits."""

UNKNOWN_REFUSAL: Final = MintAnswer(
    code="…",
    said="…",
    cause="{index} refused for a reason that this version of pypublish does not know.",
    mend="Its words are above. https://docs.pypi.org/trusted-publishers/troubleshooting/ may know more.",
)

OTHERWISE: Final = (
    MintAnswer(
        said="is the `id-token: write` permission missing?",
        sign=r"id-token: write|missing ACTIONS_ID_TOKEN_REQUEST|ACTIONS_ID_TOKEN_REQUEST_TOKEN\s+environment",
        cause="The job may not ask for an identity: it lacks `id-token: write`, or runs for a pull request from a fork,"
        " which never gets it.",
        mend="Give the publishing job, and no other, `permissions: id-token: write`.",
    ),
    MintAnswer(
        said="No OIDC token discovered: are you in a supported trusted publishing environment?",
        sign=r"No OIDC token discovered|does not support trusted publishing",
        cause="The tool did not see that it runs in a job that has an identity.",
        mend="Run it in a job of GitHub Actions with `permissions: id-token: write`, and leave the job's environment as"
        " it is.",
    ),
    MintAnswer(
        said="a username and a password are not allowed when using trusted publishing",
        cause="The job has a password or a token for the index, and so asked for none.",
        mend="Remove UV_PUBLISH_TOKEN, UV_PUBLISH_USERNAME and UV_PUBLISH_PASSWORD from the job, and revoke what they"
        " hold.",
    ),
    MintAnswer(
        said="HTTP status … for url (…/_/oidc/audience): 403",
        sign=r"HTTP status client error \(403 [^)]*\) for url \(\S*/_/oidc/audience|403 \w+ from \S*/_/oidc/audience",
        cause="{index} has switched Trusted Publishing off, for all.",
        mend="Nothing of yours is wrong. Look at the index's status page, and run the job again when it is on.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        said="HTTP status … for url (…/_/oidc/audience): 404",
        sign=r"HTTP status client error \(40[45] [^)]*\) for url \(\S*/_/oidc/audience|404 Not Found from \S*/_/oidc/",
        cause="{index} has no Trusted Publishing, or the address is not an index's.",
        mend="Correct the address that is published to; to an index without it, upload with a token of it: pypublish"
        " upload.",
    ),
    MintAnswer(
        said="GitHub Actions detection error: HTTP request failed",
        sign=r"HTTP request failed|Failed to discover OIDC token|Unable to retrieve an OIDC token",
        cause="GitHub gave the job no identity; it has the permission.",
        mend="Run the job again. Where it lasts, look at https://www.githubstatus.com.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        said="HTTP status 429, 500, 502, 503 or 504",
        sign=r"HTTP status (?:server error|client error \(429)|returned error code (?:5\d\d|429)|too many 5\d\d error",
        cause="{index} is in trouble.",
        mend="Nothing was changed. Run the job again in a few minutes.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        said="invalid peer certificate",
        cause="What answered as {index} has a certificate that the machine does not trust: a proxy looks into the"
        " connection, or answers in the index's place.",
        mend="Tell the machine its network's authority (SSL_CERT_FILE), or use one of GitHub's runners.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        said="dns error / Connection refused / operation timed out",
        sign=r"dns error|error sending request|tcp connect|tunnel error|timed out|connection (?:refused|reset|closed)",
        cause="{index} could not be reached from that machine.",
        mend="Run the job again. Where it lasts, let the runner's network reach the index, by HTTPS_PROXY if it has a"
        " proxy.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        said="expected value at line 1 column 1 / EOF while parsing / missing field `token`",
        sign=r"expected value at|EOF while parsing|missing field|at line \d+ column \d+|invalid JSON|KeyError: 'token'",
        cause="What answered is not {index}: it is no token, and no refusal either. The login page of a network answers"
        " so.",
        mend="Run the job again. Where it lasts, log the runner in to its network, or use one of GitHub's.",
        ends=ExitCode.INDEX,
    ),
    MintAnswer(
        said="unexpected argument '--dry-run' found",
        sign=r"unexpected argument '--(?:dry-run|trusted-publishing)'",
        cause="This uv is too old to try the exchange without an upload.",
        mend="Take uv 0.9.5 or newer.",
        ends=ExitCode.TOOL,
    ),
    MintAnswer(
        said="No files found to publish",
        cause="uv found no file, and so asked for nothing.",
        mend="Name files that are there: the sealed ones, staging/dist/*.",
        ends=ExitCode.TOOL,
    ),
    MintAnswer(
        said="uv: command not found",
        sign=r"uv: (?:command )?not found|uv: No such file",
        cause="There was no uv on that machine, so nothing was tried.",
        mend="Let the job install uv before that step.",
        ends=ExitCode.TOOL,
    ),
)
"""Where the index gave no answer of its own, by the tool's words; the first that fits."""

TOPICS: Final[Mapping[str, Iterable[MintAnswer]]] = {
    "The index refuses": REFUSALS,
    "There is no answer of the index": OTHERWISE,
}
