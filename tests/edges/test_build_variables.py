"""What a build sees of the environment: what it needs, and no credential."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

from pypublish.building import BuildFault
from tests import projects
from tests.edges.building import SDIST, Build, Project, failure, in_wheel

SHOWS_ENVIRONMENT = """
    import json
    def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
        pathlib.Path("hello.py").write_text(json.dumps(dict(os.environ)))
        return _build(wheel_directory)
    """

CREDENTIALS = {
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "secret",
    "ACTIONS_RUNTIME_TOKEN": "secret",
    "GITHUB_TOKEN": "secret",
    "GITHUB_OUTPUT": "/secret",
    "GITHUB_ENV": "/secret",
    "TWINE_PASSWORD": "secret",
    "UV_PUBLISH_TOKEN": "secret",
    "PYPUBLISH_GITHUB_TOKEN": "secret",
}


def test_hooks_see_the_allowed_variables_and_no_credential(project: Project, build: Build) -> None:
    attempt = build(
        project(SHOWS_ENVIRONMENT),
        environ={**CREDENTIALS, "CFLAGS": "-O1", "MINE": "mine"},
        build_env=("MINE",),
    )

    seen = json.loads(in_wheel(attempt, "hello.py"))
    assert "secret" not in " ".join(seen.values())
    assert not [name for name in seen if name.startswith(("ACTIONS_", "GITHUB_", "TWINE_", "PYPUBLISH_"))]
    assert (seen["SOURCE_DATE_EPOCH"], seen["CFLAGS"], seen["MINE"]) == ("1700000000", "-O1", "mine")
    assert seen["PATH"].split(":")[0].endswith("/env/bin")
    assert "my project" not in seen["TMPDIR"]


def test_the_installation_of_requirements_sees_no_credential_either(build: Build, shelf: Path) -> None:
    # A requirement that has to be built itself keeps what it saw of the environment in the module that it becomes.
    records = """
        import json
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            pathlib.Path("hello.py").write_text("seen = " + repr(dict(os.environ)))
            return _build(wheel_directory)
        """
    shelf.mkdir()
    with tarfile.open(shelf / SDIST, "w:gz") as archive:
        tree = projects.write(shelf / "tree", projects.with_own_backend(records) | {"PKG-INFO": "Name: hello"})
        archive.add(tree, "hello-1.2.0")
    asks = """
        def build_sdist(sdist_directory, config_settings=None, _build=build_sdist):
            import hello
            pathlib.Path("hello.py").write_text(repr(hello.seen))
            return _build(sdist_directory)
        """
    attempt = build(
        projects.with_installed_backend(shelf, asks, requires=("hello",)), environ={**CREDENTIALS, "CFLAGS": "-O1"}
    )

    assert attempt.failure is None
    seen = in_wheel(attempt, "hello.py")
    assert "secret" not in seen
    assert "'CFLAGS': '-O1'" in seen
    assert attempt.packages["hello"] == "1.2.0"


def test_a_hook_that_writes_to_what_the_runner_reads(project: Project, build: Build) -> None:
    writes = "def build_sdist(*_):\n    open(os.environ['GITHUB_OUTPUT'], 'a').write('verified=true')"

    attempt = build(project(writes), environ={"GITHUB_OUTPUT": "/dev/full"})

    assert (
        "KeyError: 'GITHUB_OUTPUT'"
        in failure(BuildFault.HOOK, f"{attempt.backend}: build_sdist failed with exit code 1", attempt).output
    )
