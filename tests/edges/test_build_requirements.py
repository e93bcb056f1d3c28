"""What a build requires: installed together where that goes, apart where it conflicts, and named where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from pypublish.building import BuildFault
from pypublish.errors import IndexUnavailableError
from tests import projects
from tests.edges.building import Build, Project, in_wheel


def test_one_environment_serves_both_when_they_agree(project: Project, build: Build, shelf: Path) -> None:
    projects.put_wheel(shelf, "helper", {"helper.py": ""})
    wants = """
        def get_requires_for_build_sdist(*_):
            return ["helper"]
        def get_requires_for_build_wheel(*_):
            import helper
            return ["helper>=1"]
        """
    attempt = build(project(wants))

    assert attempt.failure is None
    assert attempt.packages["helper"] == "1.0"


def test_what_the_wheel_needs_more_is_added(project: Project, build: Build, shelf: Path) -> None:
    projects.put_wheel(shelf, "helper", {"helper.py": ""})
    wants = """
        def get_requires_for_build_wheel(*_):
            return ["helper"]
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            import helper
            return _build(wheel_directory)
        """
    attempt = build(project(wants))

    assert attempt.failure is None
    assert "helper" in attempt.packages


def test_where_they_conflict_each_gets_its_own(project: Project, build: Build, shelf: Path) -> None:
    for version in ("1.0", "2.0"):
        projects.put_wheel(shelf, "helper", {"helper.py": f"version = '{version}'"}, version=version)
    wants = """
        def get_requires_for_build_sdist(*_):
            return ["helper<2"]
        def get_requires_for_build_wheel(*_):
            return ["helper>=2"]
        def build_wheel(wheel_directory, config_settings=None, metadata_directory=None, _build=build_wheel):
            import helper
            pathlib.Path("hello.py").write_text(helper.version)
            return _build(wheel_directory)
        """
    attempt = build(project(wants))

    assert attempt.failure is None
    assert in_wheel(attempt, "hello.py") == "2.0"
    assert attempt.packages["helper"] == "1.0, 2.0"


@pytest.mark.parametrize("requirement", ["no-such-package", "helper>9", "./local", "--index-url=https://evil", "-r x"])
def test_requirements_that_cannot_be_installed(requirement: str, project: Project, build: Build, shelf: Path) -> None:
    projects.put_wheel(shelf, "helper", {"helper.py": ""})

    attempt = build(project(requires=(requirement,)))

    assert attempt.failure is not None
    assert attempt.failure.fault is BuildFault.REQUIREMENTS
    assert requirement in attempt.failure.reason
    assert attempt.files == ()


def test_an_index_that_does_not_answer(build: Build) -> None:
    nowhere = {"UV_CONFIG_FILE": "", "UV_DEFAULT_INDEX": "http://127.0.0.1:9/simple", "UV_HTTP_RETRIES": "0"}

    with pytest.raises(IndexUnavailableError, match="some-backend could not be fetched"):
        build(projects.with_own_backend(requires=("some-backend",)), environ=nowhere)
