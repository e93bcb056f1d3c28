"""doctor, online: what GitHub's rules and the index's newest files say of the next release."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.checks.project import parse
from pypublish.edges.github_api import Account, GitHubUnavailableError
from pypublish.edges.tree import read_tree
from pypublish.edges.world import Clock, Transport, World
from pypublish.findings import Outcome
from pypublish.rehearsal.server import Rehearsal, serve
from pypublish.settings import Settings
from pypublish.stages.doctor import Form, doctor
from tests import factories, projects
from tests.github_api import TOKEN, Environment, GitHubApi
from tests.rehearsal.parts import API_TOKEN, JOB, form_of, http_client

PYPROJECT = '[project]\nname = "hello"\nversion = "1.1.0"\n'


@pytest.fixture
def api() -> Iterator[GitHubApi]:
    with GitHubApi(environments=[Environment(name="pypi"), Environment(name="testpypi")]) as running:
        yield running


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Rehearsal]:
    with serve(tmp_path / "index", job=JOB, api_tokens={API_TOKEN: "alice"}) as running:
        yield running


@pytest.fixture
def tree(tmp_path: Path, root: Path) -> Path:
    workflow = (root / "workflows-templates" / "release.yml").read_text()
    made = projects.write(tmp_path / "hello", {"pyproject.toml": PYPROJECT, ".github/workflows/release.yml": workflow})
    projects.commit(made)
    projects.git(made, "remote", "add", "origin", "git@github.com:acme/hello.git")
    return made


Ask = Callable[..., Outcome[tuple[Form, ...]]]


@pytest.fixture
def ask(tree: Path, api: GitHubApi, index: Rehearsal, world: World) -> Ask:
    reached = replace(world, transport=Transport(proxy=index.proxy_url, ca_file=index.ca_file))

    def ask(token: str = TOKEN, *, online: bool = True) -> Outcome[tuple[Form, ...]]:
        account = Account(token=token, api_url=api.url)
        return doctor(parse(read_tree(tree)), Settings(), reached, online=online, account=account)

    return ask


LEARNT = {
    "environment-is-there",
    "environment-lets-tags-deploy",
    "environment-lets-the-default-branch-deploy",
    "private-repository-stays-unnamed",
    "github-shows-the-repository",
    "publisher-is-the-last-one",
    "newest-files-have-provenance",
}


def told(outcome: Outcome[tuple[Form, ...]]) -> list[str]:
    return [f"{found.severity} {found.check}: {found.message}" for found in outcome.findings if found.check in LEARNT]


def test_nobody_is_asked_without_online(ask: Ask, api: GitHubApi) -> None:
    assert told(ask(online=False)) == []
    assert api.asked == []


def test_what_is_right_is_not_mentioned(ask: Ask) -> None:
    outcome = ask()
    assert told(outcome) == []
    assert outcome.value is not None
    assert [(form.index.name, form.exists) for form in outcome.value] == [("pypi", False), ("testpypi", False)]


@pytest.mark.parametrize(
    ("environments", "protected", "shown"),
    [
        pytest.param(
            (),
            False,
            snapshot(
                [
                    "note environment-is-there: there is no environment pypi yet",
                    "note environment-is-there: there is no environment testpypi yet",
                ]
            ),
            id="no environments",
        ),
        pytest.param(
            (Environment(name="PyPI", protected_branches=True),),
            False,
            snapshot(
                [
                    "error environment-lets-tags-deploy: a tag like v1.2.3 may not deploy to pypi, which takes protected branches alone",
                    "warning environment-lets-the-default-branch-deploy: the branch main may not deploy to pypi, which takes protected branches alone",
                ]
            ),
            id="protected branches",
        ),
        pytest.param(
            (Environment(name="pypi", protected_branches=True),),
            True,
            snapshot(
                [
                    "error environment-lets-tags-deploy: a tag like v1.2.3 may not deploy to pypi, which takes protected branches alone"
                ]
            ),
            id="the default branch is protected",
        ),
        pytest.param(
            (Environment(name="pypi", patterns=(("tag", "v*"),)),),
            False,
            snapshot(
                [
                    "warning environment-lets-the-default-branch-deploy: the branch main may not deploy to pypi, which takes tag v*"
                ]
            ),
            id="tags alone",
        ),
        pytest.param(
            (Environment(name="pypi", patterns=(("branch", "v*"),)),),
            False,
            snapshot(
                [
                    "error environment-lets-tags-deploy: a tag like v1.2.3 may not deploy to pypi, which takes branch v*",
                    "warning environment-lets-the-default-branch-deploy: the branch main may not deploy to pypi, which takes branch v*",
                ]
            ),
            id="another branch",
        ),
        pytest.param((Environment(name="pypi", patterns=(("tag", "v*"), ("branch", "main"))),), False, [], id="both"),
        pytest.param(
            (Environment(name="pypi", patterns=()),),
            False,
            snapshot(
                [
                    "error environment-lets-tags-deploy: a tag like v1.2.3 may not deploy to pypi, which takes nothing",
                    "warning environment-lets-the-default-branch-deploy: the branch main may not deploy to pypi, which takes nothing",
                ]
            ),
            id="nothing",
        ),
    ],
)
def test_who_may_deploy(
    ask: Ask, api: GitHubApi, environments: tuple[Environment, ...], protected: bool, shown: list[str]
) -> None:
    api.environments = [*environments, *([Environment(name="testpypi")] if environments else [])]
    api.default_branch_protected = protected
    assert told(ask()) == shown


def test_trials_may_come_from_the_default_branch_alone(ask: Ask, api: GitHubApi) -> None:
    api.environments[1] = Environment(name="testpypi", patterns=(("branch", "main"),))
    assert told(ask()) == []


def test_a_private_repository_is_named_by_attestations(ask: Ask, api: GitHubApi, tree: Path) -> None:
    api.private = True
    assert told(ask()) == snapshot(
        [
            "warning private-repository-stays-unnamed: the repository is private, and the publishing action makes attestations that name it"
        ]
    )
    path = tree / ".github" / "workflows" / "release.yml"
    path.write_text(
        path.read_text().replace("          packages-dir:", "          attestations: false\n          packages-dir:")
    )
    assert told(ask()) == []


def test_what_github_does_not_show_is_said(ask: Ask, api: GitHubApi) -> None:
    api.private = True
    assert told(ask(token="")) == snapshot(
        [
            "note github-shows-the-repository: GitHub does not have the repository acme/hello, or does not show it to those without a token"
        ]
    )
    assert told(ask(token="another")) == snapshot(
        ["note github-shows-the-repository: GitHub does not accept the token (Bad credentials)"]
    )


def test_github_that_does_not_answer_is_no_answer(tree: Path, index: Rehearsal, world: World) -> None:
    transport = Transport(proxy=index.proxy_url, ca_file=index.ca_file)
    reached = replace(world, transport=transport, clock=Clock(sleep=lambda _: None))
    with pytest.raises(GitHubUnavailableError):
        doctor(parse(read_tree(tree)), Settings(), reached, online=True, account=Account(api_url="http://127.0.0.1:9"))


def publish(
    index: Rehearsal, *, repository: str = "", workflow: str = "release.yml", environment: str = "pypi"
) -> None:
    """Let the index have an older release, with a provenance that names this publisher; without one by default."""
    made = factories.wheel()
    path = made.write(index.folder / "made")
    with http_client(index) as client:
        answer = client.post(
            "https://upload.pypi.org/legacy/",
            data={name: value for name, value in form_of(path).items() if value is not None},
            files={"content": (path.name, made.content, "application/octet-stream")},
            auth=("__token__", API_TOKEN),
        )
    assert answer.status_code == 200, answer.text
    if not repository:
        return
    publisher = {"kind": "GitHub", "repository": repository, "workflow": workflow, "environment": environment}
    provenance = {"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": []}]}
    store = index.stores["pypi"]
    project = store.project("hello")
    assert project is not None
    release = project.releases["1"]
    (file,) = release.files
    changed = replace(release, files=(replace(file, provenance=json.dumps(provenance)),))
    store._keep(replace(project, releases={"1": changed}))


@pytest.mark.parametrize(
    ("last", "shown"),
    [
        pytest.param(
            {},
            snapshot(["note newest-files-have-provenance: the files of 1.0.0 on PyPI do not say who published them"]),
            id="none",
        ),
        pytest.param({"repository": "acme/hello"}, [], id="the same"),
        pytest.param({"repository": "Acme/Hello", "environment": ""}, [], id="without an environment"),
        pytest.param(
            {"repository": "acme/hello", "workflow": "publish.yml"},
            snapshot(
                [
                    "warning publisher-is-the-last-one: 1.0.0 on PyPI was published by another: workflow publish.yml, now release.yml"
                ]
            ),
            id="another workflow",
        ),
        pytest.param(
            {"repository": "acme/hello", "environment": "release"},
            snapshot(
                [
                    "warning publisher-is-the-last-one: 1.0.0 on PyPI was published by another: environment release, now pypi"
                ]
            ),
            id="another environment",
        ),
        pytest.param(
            {"repository": "evil/hello", "workflow": "x.yml", "environment": ""},
            snapshot(
                [
                    "warning publisher-is-the-last-one: 1.0.0 on PyPI was published by another: repository evil/hello, now acme/hello; workflow x.yml, now release.yml"
                ]
            ),
            id="taken",
        ),
    ],
)
def test_who_published_last(ask: Ask, index: Rehearsal, last: dict[str, str], shown: list[str]) -> None:
    publish(index, **last)
    outcome = ask()
    assert told(outcome) == shown
    assert outcome.value is not None
    assert outcome.value[0].exists
