from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from pypublish.checks import catalog, workflow
from pypublish.checks.publisher import publish_jobs, publishers, repository_of, template_publisher
from pypublish.edges.github_yaml import parse
from pypublish.edges.workflows import read_workflows
from pypublish.findings import Severity
from pypublish.model import Publisher
from pypublish.workflows import Workflows

PIN = "dc37677b2e1c63e2034f94d8a5b11f265b73ba33"
UPLOAD = f"uses: pypa/gh-action-pypi-publish@{PIN} # v1.14.2"

GOOD = f"""\
on:
  push:
    tags: ["v*"]
permissions: {{}}
jobs:
  build:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v7
      - run: python -m build
  publish:
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: actions/download-artifact@3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c # v8.0.1
      - run: sha256sum --check sums
      - {UPLOAD}
"""


def workflows(text: str, *, action: str | None = None) -> Workflows:
    actions = () if action is None else (parse(textwrap.dedent(action), "action.yml"),)
    return Workflows(workflows=(parse(text, ".github/workflows/release.yml"),), actions=actions)


def found(subject: Workflows) -> list[tuple[str, Severity, int | None]]:
    checks = catalog.collect(workflow, Workflows)
    return [(f.check, f.severity, f.where.line) for f in catalog.run(checks, subject, ignore={})]


def test_a_good_workflow_has_nothing_to_mend() -> None:
    assert found(workflows(GOOD)) == []


ATTESTING = GOOD.replace("      contents: read", "      id-token: write\n      attestations: write")

E, W, N = Severity.ERROR, Severity.WARNING, Severity.NOTE

CASES = [
    ("workflow-is-readable", "on: [push", W, 1, None),
    ("release-workflow-exists", "on: push\njobs: {}\n", N, None, None),
    ("publish-job-may-ask-for-a-token", GOOD.replace("      id-token: write\n", "      contents: read\n"), E, 16, None),
    ("publish-job-may-ask-for-a-token", GOOD.replace("    permissions:\n      id-token: write\n", ""), E, 13, None),
    ("publish-by-trusted-publishing", GOOD + "        with:\n          password: ${{ secrets.T }}\n", W, 23, None),
    (
        "publish-by-trusted-publishing",
        GOOD.replace(f"      - {UPLOAD}\n", "      - run: twine upload dist/*\n        env:\n          TWINE_PASSWORD: x\n"),
        W,
        23,
        None,
    ),
    ("id-token-is-for-the-publish-job-alone", GOOD.replace("permissions: {}", "permissions: write-all"), W, 4, None),
    (
        "id-token-is-for-the-publish-job-alone",
        GOOD.replace("      contents: read", "      id-token: write"),
        W,
        8,
        None,
    ),
    ("id-token-is-for-the-publish-job-alone", ATTESTING, N, 8, None),
    ("id-token-is-for-the-publish-job-alone", ATTESTING.replace("    environment: pypi\n", ""), W, 8, None),
    ("publish-job-runs-nothing-of-the-project", GOOD.replace("sha256sum --check sums", "python -m build"), W, 20, None),
    ("publish-job-runs-nothing-of-the-project", GOOD.replace("run: sha256sum --check sums", "uses: ./tools"), W, 20, None),
    (
        "publish-job-runs-nothing-of-the-project",
        GOOD.replace("run: sha256sum --check sums", f"uses: actions/checkout@{PIN}"),
        W,
        20,
        None,
    ),
    ("publish-job-pins-its-actions", GOOD.replace(PIN, "release/v1"), W, 21, None),
    ("publish-job-pins-its-actions", GOOD.replace(f"pypa/gh-action-pypi-publish@{PIN}", "docker://x:1") + f"      - {UPLOAD}", W, 21, None),
    ("pin-is-the-versions-commit", GOOD.replace(PIN, "6733eb7d741f0b11ec6a39b58540dab7590f9b7d"), E, 21, None),
    ("pin-is-the-versions-commit", GOOD.replace(PIN, "a" * 40), W, 21, None),
    ("release-is-not-started-by-strangers", GOOD.replace("  push:", "  issue_comment:\n  push:"), W, 2, None),
    (
        "release-is-not-started-by-strangers",
        GOOD.replace('  push:\n    tags: ["v*"]\n', "  pull_request_target:\n"),
        E,
        2,
        None,
    ),
    ("release-is-not-started-by-strangers", GOOD.replace('on:\n  push:\n    tags: ["v*"]', "on: [push, workflow_run]"), W, 1, None),
    (
        "publishing-action-is-not-nested",
        GOOD,
        E,
        4,
        f"""\
        runs:
          using: composite
          steps:
            - {UPLOAD}
        """,
    ),
    ("publish-job-is-not-called", GOOD.replace('on:\n  push:\n    tags: ["v*"]', "on: workflow_call"), E, 11, None),
    ("publish-job-is-not-called", GOOD.replace("on:\n", "on:\n  workflow_call:\n"), W, 14, None),
    ("publish-job-uploads-once", GOOD + f"      - {UPLOAD}\n", E, 22, None),
    ("publish-job-uploads-once", GOOD + f"      - if: failure()\n        {UPLOAD}\n", W, 23, None),
    ("publish-job-runs-on-linux", GOOD.replace("publish:\n    runs-on: ubuntu", "publish:\n    runs-on: windows"), E, 14, None),
    ("publish-job-runs-on-linux", GOOD.replace("    environment: pypi\n", "    environment: pypi\n    container: x\n"), E, 16, None),
    ("publish-job-names-an-environment", GOOD.replace("    environment: pypi\n", ""), N, 13, None),
]  # fmt: skip


@pytest.mark.parametrize(("check", "text", "severity", "line", "action"), CASES)
def test_what_a_check_finds_and_on_which_line(
    check: str, text: str, severity: Severity, line: int | None, action: str | None
) -> None:
    assert (check, severity, line) in found(workflows(text, action=action))
    assert [name for name, _, _ in found(workflows(text, action=action)) if name == check] == [check]


def test_every_check_has_a_case() -> None:
    assert {check.id for check in catalog.collect(workflow, Workflows)} == {case[0] for case in CASES}


NO_FALSE_ALARMS = {
    "token from the workflow": GOOD.replace("permissions: {}", "permissions:\n  id-token: write").replace(
        "    environment: pypi\n    permissions:\n      id-token: write\n", "    environment: pypi\n"
    ),
    "a stored token needs no identity": GOOD.replace("id-token: write", "contents: read")
    + "        with:\n          password: ${{ secrets.T }}\n",
    "attestations need an identity too": GOOD.replace("      contents: read", "      id-token: write").replace(
        "uses: actions/checkout@v7", "uses: actions/attest-build-provenance@v4"
    ),
    "the caller's permissions count": GOOD.replace('on:\n  push:\n    tags: ["v*"]', "on: workflow_call").replace(
        "    permissions:\n      id-token: write\n", ""
    ),
    "a comment is no upload": "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          # twine upload dist/*\n          true\n",
    "a dry run is no upload": "on: push\njobs:\n  a:\n    steps:\n      - run: uv publish --dry-run\n",
}


@pytest.mark.parametrize(
    ("case", "check"),
    [
        ("token from the workflow", "publish-job-may-ask-for-a-token"),
        ("a stored token needs no identity", "publish-job-may-ask-for-a-token"),
        ("attestations need an identity too", "id-token-is-for-the-publish-job-alone"),
        ("the caller's permissions count", "publish-job-may-ask-for-a-token"),
    ],
)
def test_what_is_right_is_let_alone(case: str, check: str) -> None:
    assert check not in {name for name, _, _ in found(workflows(NO_FALSE_ALARMS[case]))}


@pytest.mark.parametrize("case", ["a comment is no upload", "a dry run is no upload"])
def test_what_does_not_upload_is_no_publishing_job(case: str) -> None:
    assert publish_jobs(workflows(NO_FALSE_ALARMS[case])) == ()


@pytest.mark.parametrize(
    "odd", ["jobs: []", "jobs: {a: 1}", "jobs: {a: {steps: 3}}", "jobs: {a: {steps: [1, {uses: 2}]}}", "on: 3"]
)
def test_odd_files_are_judged_without_stumbling(odd: str) -> None:
    assert [name for name, _, _ in found(workflows(odd))] == ["release-workflow-exists"]


@pytest.mark.parametrize("index_name", ["pypi", "testpypi"])
def test_the_templates_publisher_is_predicted(root: Path, index_name: str) -> None:
    text = (root / "workflows-templates" / "release.yml").read_text()
    subject = workflows(text)
    (predicted,) = publishers(subject, owner="acme", repository="hello", index_name=index_name)
    assert predicted.publisher == Publisher(
        owner="acme", repository="hello", workflow="release.yml", environment=index_name
    )
    assert predicted.environment_is_known
    assert predicted.publisher == template_publisher(owner="acme", repository="hello", index_name=index_name)
    assert found(subject) == []


@pytest.mark.parametrize(
    ("environment", "expected", "known"),
    [
        ("environment: Release", "release", True),
        ("environment: {name: release, url: x}", "release", True),
        ("name: x", "", True),
        ("environment: ${{ inputs.where }}", "pypi", False),
        ("environment: ${{ needs.prepare.outputs.environment }}", "pypi", True),
    ],
)
def test_the_environment_is_what_pypi_compares(environment: str, expected: str, known: bool) -> None:
    subject = workflows(GOOD.replace("environment: pypi", environment))
    (predicted,) = publishers(subject, owner="o", repository="r", index_name="pypi")
    assert (predicted.publisher.environment, predicted.environment_is_known) == (expected, known)


@pytest.mark.parametrize(
    ("step", "indexes"),
    [
        (f"- {UPLOAD}", ["pypi"]),
        (f"- {UPLOAD}\n        with:\n          repository-url: https://test.pypi.org/legacy/", ["testpypi"]),
        (f"- {UPLOAD}\n        with:\n          repository-url: ${{{{ inputs.url }}}}", ["pypi", "testpypi"]),
        ("- run: uv publish", ["pypi"]),
        ("- run: |\n          uv publish --index testpypi", ["testpypi"]),
        ("- run: twine upload -r testpypi dist/*", ["testpypi"]),
    ],
)
def test_each_index_has_its_publishers(step: str, indexes: list[str]) -> None:
    subject = workflows(GOOD.replace(f"- {UPLOAD}", step))
    told = [name for name in ("pypi", "testpypi") if publishers(subject, owner="o", repository="r", index_name=name)]
    assert told == indexes


def test_what_tags_start_comes_before_what_everything_starts() -> None:
    files = (
        parse(GOOD.replace('on:\n  push:\n    tags: ["v*"]', "on: push"), ".github/workflows/ci.yml"),
        parse(GOOD, ".github/workflows/release.yml"),
    )
    assert [job.file.name for job in publish_jobs(Workflows(workflows=files))] == ["release.yml", "ci.yml"]


@pytest.mark.parametrize(
    ("remote", "repository"),
    [
        ("https://github.com/acme/hello", ("acme", "hello")),
        ("https://github.com/acme/hello.git/", ("acme", "hello")),
        ("https://token@github.com/acme/hello.git", ("acme", "hello")),
        ("git@github.com:acme/hello.git", ("acme", "hello")),
        ("ssh://git@github.com:22/acme/he.llo", ("acme", "he.llo")),
        ("git://example.org/acme/hello.git", ("acme", "hello")),
        ("/srv/git/hello.git", None),
        ("../hello", None),
        ("C:\\src\\hello", None),
        ("https://github.com/hello", None),
        ("", None),
    ],
)
def test_owner_and_name_are_read_from_a_remote(remote: str, repository: tuple[str, str] | None) -> None:
    assert repository_of(remote) == repository


def test_a_repository_on_disk_is_judged_where_it_lies(tmp_path: Path) -> None:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "release.yml").write_text(GOOD.replace(PIN, "release/v1"), newline="\r\n")
    subject = read_workflows(tmp_path)
    (finding,) = catalog.run(catalog.collect(workflow, Workflows), subject, ignore={})
    assert str(finding.where) == ".github/workflows/release.yml:21"
    assert "release/v1" in finding.message
