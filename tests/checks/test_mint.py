"""Why a job was given no upload token: every answer has its place in the table, and is the one that is meant."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from pypublish.checks import mint
from pypublish.checks.mint_answers import OTHERWISE, REFUSALS, TOPICS, UNKNOWN_REFUSAL
from pypublish.checks.tool_output import take_apart
from pypublish.errors import ExitCode, IndexUnavailableError, PypublishError, ToolError
from pypublish.model import Publisher
from pypublish.pypi import publishers
from pypublish.pypi.names import judge
from pypublish.render.mint_answers import answers_page
from tests.checks.printed import CLAIMS, FAILED, HEAD, refused


def ends(printed: str) -> tuple[int, str]:
    """Return the exit code that an output leads to, and all that is said of it."""
    try:
        found = list(mint.findings(take_apart(printed)))
    except PypublishError as error:
        return error.exit_code, f"{error}\n{error.hint}"
    return (ExitCode.FINDINGS if found else ExitCode.OK), "\n".join(f"{one.message}\n{one.hint}" for one in found)


def test_twines_list_is_understood() -> None:
    printed = """
Token request failed: the server refused the request for the following reasons:

         * `invalid-publisher`: valid token, but no corresponding publisher
         (Publisher with matching claims was not found)

* `repository`: `acme/hello`
* `job_workflow_ref`: `acme/hello/.github/workflows/release.yml@refs/tags/v1`
* `environment`: `MISSING`
"""
    code, words = ends(printed)
    assert code == ExitCode.FINDINGS
    assert "PyPI says: invalid-publisher: valid token, but no corresponding publisher (Publisher with matching" in words
    assert "The job is: owner acme, repository hello, workflow release.yml, no environment" in words


def test_the_words_for_a_publisher_that_is_not_known() -> None:
    absent = "valid token, but no corresponding publisher (Publisher with matching claims was not found)"
    assert ends(refused("invalid-publisher", absent, claims=CLAIMS))[1] == snapshot("""\
PyPI knows no publisher that fits this job.
PyPI says: invalid-publisher: valid token, but no corresponding publisher (Publisher with matching claims was not found)
The job is: owner acme, repository hello, workflow release.yml, environment pypi
Open the project's Publishing page on PyPI (for a project that does not exist yet: your account's) and compare owner, repository, workflow file and environment letter by letter, capitals too. PyPI and TestPyPI each have publishers of their own, and a pending one is gone after 30 days. Where all four agree, the account was renamed or made anew: remove the publisher, add it again.\
""")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('Some(\n                     "pypi",\n                 )', "None", "The job has no `environment`"),
        ("acme/hello/.github", "acme/shared/.github", "stands in a workflow of acme/shared, which acme/hello calls"),
        ("release.yml", "diagnose.yml", "does not fit a job of diagnose.yml"),
    ],
)
def test_what_the_identity_gives_away_is_said(before: str, after: str, says: str) -> None:
    assert before in CLAIMS
    absent = "valid token, but no corresponding publisher (Publisher with matching claims was not found)"
    printed = refused("invalid-publisher", absent, claims=CLAIMS.replace(before, after))
    assert says in ends(printed)[1]


# Every refusal that PyPI's rules can make has an entry of its own, and the one that is meant


CLAIMED: publishers.Claims = {
    "repository": "acme/hello",
    "repository_owner": "acme",
    "repository_owner_id": "1",
    "job_workflow_ref": "acme/hello/.github/workflows/release.yml@refs/tags/v1",
    "jti": "1",
    "event_name": "push",
    "ref": "refs/tags/v1",
    "sha": "c" * 40,
}
REGISTERED = publishers.Registered(
    publisher=Publisher(owner="acme", repository="hello", workflow="release.yml", environment=""),
    owner_id="1",
)


def made_by(**changed: object) -> publishers.Refusal:
    found = publishers.find({**CLAIMED, **changed}, [REGISTERED], used={"used"})
    assert isinstance(found, publishers.Refusal)
    return found


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        (publishers.INVALID_TOKEN, "does not believe the identity"),
        (publishers.MALFORMED_JWT, "is no identity"),
        (publishers.token_in({"token": 1}), "is no identity"),
        (publishers.token_in(None), "is no identity"),
        (publishers.UNKNOWN_ISSUER, "not from a service that PyPI trusts"),
        (publishers.REUSED_TOKEN, "exchanged already"),
        (publishers.PROJECT_EXISTS, "its project exists by now"),
        (made_by(jti="used"), "exchanged already"),
        (made_by(repository="acme/other"), "knows no publisher that fits"),
        (made_by(repository_owner_id="2"), "knows no publisher that fits"),
        (made_by(job_workflow_ref="acme/hello/x@y"), "no file that ends in .yml"),
        (
            made_by(job_workflow_ref=CLAIMED["job_workflow_ref"], ref="refs/heads/main"),
            "a workflow that another one calls",
        ),
        (made_by(event_name="pull_request_target"), "started by pull_request_target"),
        (made_by(sha=None), "does not say all that PyPI asks"),
        (made_by(repository_owner="other"), "has the registered name, and is another one"),
    ],
    ids=str,
)
def test_every_refusal_is_explained(refusal: publishers.Refusal, says: str) -> None:
    code, words = ends(refused(refusal.code, refusal.description))
    assert code == ExitCode.FINDINGS
    assert says in words
    assert UNKNOWN_REFUSAL.mend not in words


@pytest.mark.parametrize("name", ["xml", "requirements.txt", "he11o", "-"])
def test_a_name_that_cannot_be_had_is_explained(name: str) -> None:
    answer = judge(name, existing={"hello": "hello"})
    assert answer is not None
    assert "takes no project of its name" in ends(refused("invalid-payload", answer.message))[1]


@pytest.mark.parametrize(
    "detail",
    [
        "JWT issuer https://gitlab.com does not match expected issuer https://token.actions.githubusercontent.com",
        "Check failed for required claim 'repository'",
        "The job_workflow_ref claim is empty",
        "The ref and sha claims are empty",
        "Check failed for optional claim 'environment'",
    ],
)
def test_what_only_pypi_itself_says_is_explained(detail: str) -> None:
    _, words = ends(refused("invalid-publisher", f"valid token, but no corresponding publisher ({detail})"))
    assert UNKNOWN_REFUSAL.mend not in words


def test_what_is_switched_off_is_no_mistake_of_the_project() -> None:
    code, words = ends(refused("not-enabled", publishers.NOT_ENABLED.description))
    assert code == ExitCode.INDEX
    assert "Nothing of yours is wrong" in words


def test_a_code_of_tomorrow_is_shown_as_it_is() -> None:
    code, words = ends(refused("invalid-moon", "the moon is full"))
    assert code == ExitCode.FINDINGS
    assert "invalid-moon: the moon is full" in words
    assert UNKNOWN_REFUSAL.mend in words


# No answer of the index's own


def test_a_token_is_success_and_uv_proves_it() -> None:
    assert ends(HEAD + "Checking hello-1.0.0-py3-none-any.whl (961B)\n") == (ExitCode.OK, "")


def test_the_first_line_alone_is_no_proof() -> None:
    assert ends(HEAD)[0] == ExitCode.TOOL


def test_nothing_is_no_proof() -> None:
    code, words = ends(" \n")
    assert code == ExitCode.TOOL
    assert "is empty" in words


def test_what_is_not_understood_is_shown() -> None:
    with pytest.raises(ToolError) as raised:
        list(mint.findings(take_apart("error: something of tomorrow\n")))
    assert raised.value.output == "error: something of tomorrow"


def test_an_answer_without_a_reason_is_shown_with_its_status() -> None:
    code, words = ends(f"{FAILED}  cause: Server returned error code 418 I'm a teapot\n")
    assert code == ExitCode.TOOL
    assert "HTTP 418" in words


def test_an_index_of_ones_own_is_named_by_its_host() -> None:
    printed = refused("invalid-token", "malformed or invalid token").replace("upload.pypi.org", "pypi.example.org")
    assert "pypi.example.org does not believe the identity" in ends(printed)[1]
    assert "TestPyPI" in ends(refused("invalid-token", "x malformed or invalid token").replace("upload.", "test."))[1]


AUDIENCE = "for url (https://upload.pypi.org/_/oidc/audience)"
OF_TOOLS = {
    "Failed to obtain OIDC token: is the `id-token: write` permission missing?": "may not ask for an identity",
    "No OIDC token discovered: are you in a supported trusted publishing environment?": "did not see that it runs in",
    "a username and a password are not allowed when using trusted publishing": "has a password or a token",
    f"HTTP status client error (403 FORBIDDEN) {AUDIENCE}": "has switched Trusted Publishing off",
    f"HTTP status client error (404 NOT FOUND) {AUDIENCE}": "has no Trusted Publishing",
    "HTTP request failed: HTTP status server error (500 INTERNAL SERVER ERROR) for url (x)": "GitHub gave the job no",
    f"HTTP status server error (502 BAD GATEWAY) {AUDIENCE}": "is in trouble",
    "Server returned error code 503 Service Unavailable, is it correctly configured?": "is in trouble",
    "invalid peer certificate: UnknownIssuer": "a certificate that the machine does not trust",
    "failed to lookup address information: dns error": "could not be reached",
    "Connection refused (os error 111)": "could not be reached",
    "operation timed out": "could not be reached",
    "expected value at line 1 column 1": "The login page of a network",
    "EOF while parsing a string at line 1 column 24": "The login page of a network",
    "missing field `token` at line 1 column 17": "The login page of a network",
    "unexpected argument '--dry-run' found": "too old",
    "No files found to publish": "found no file",
    "uv: command not found": "no uv on that machine",
    "Unable to retrieve …: the\n  ACTIONS_ID_TOKEN_REQUEST_TOKEN environment   \n   variable was unset": "may not ask for",
    "HTTPError: 403 Forbidden from https://upload.pypi.org/_/oidc/audience": "has switched Trusted Publishing off",
    "HTTPError: 404 Not Found from https://upload.pypi.org/_/oidc/audience": "has no Trusted Publishing",
    "Unable to retrieve an OIDC token from the CI platform": "GitHub gave the job no",
    "too many 502 error responses": "is in trouble",
    "The token-minting request returned invalid JSON": "The login page of a network",
}
"""What tools say where the index has no answer of its own, and what is made of it."""


@pytest.mark.parametrize("said", OF_TOOLS)
def test_where_there_is_no_answer_the_tools_words_are_explained(said: str) -> None:
    (meant,) = (answer for answer in OTHERWISE if OF_TOOLS[said] in answer.cause)
    code, words = ends(f"{FAILED}  cause: {said}\n")
    assert code == meant.ends
    assert OF_TOOLS[said] in words
    assert meant.mend.replace("{index}", "PyPI") in words


def test_every_way_to_get_no_answer_is_tried_here() -> None:
    assert {answer for answer in OTHERWISE if any(part in answer.cause for part in OF_TOOLS.values())} == {*OTHERWISE}


def test_the_kinds_of_error() -> None:
    with pytest.raises(IndexUnavailableError):
        list(mint.findings(take_apart(f"{FAILED}  cause: dns error\n")))
    with pytest.raises(ToolError):
        list(mint.findings(take_apart("bash: line 1: uv: command not found\n")))


def test_the_page_has_every_answer() -> None:
    page = answers_page(TOPICS)
    for answer in (*REFUSALS, *OTHERWISE):
        assert answer.said.replace("`", "").split("|")[0] in page.replace("`", "")
    assert "{index}" not in page
