"""verify against the embedded index, with real installers: what users get, and what is told when they would not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.pythons import find_python
from pypublish.edges.world import World
from pypublish.listing import PublishState
from pypublish.model import PYPI, Index
from pypublish.rehearsal.server import Rehearsal
from pypublish.stages.verify import verify
from tests.faulty_server import Chunk, FaultyServer, Request, reply
from tests.stages.released import ASIDE, WORKS, artifact, make_sdist, make_wheel, publish, seal, told


@pytest.mark.slow
def test_green_means_that_users_can_install_it(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    wheel = make_wheel(dist, "greeter", "1.2.0", WORKS, "iniconfig")
    sdist = make_sdist(wheel, "iniconfig")
    # Somebody has taken a dependency's name on this index, with a higher version.
    squat = make_wheel(dist, "iniconfig", "99.0", "SQUATTED = True\n")
    publish(index, squat, wheel, sdist)
    outcome = verify(seal(wheel, sdist, smoke_command="greeter hello"), PYPI, world)
    assert told(outcome) == []
    assert outcome.ok
    assert outcome.outputs == {"verified": "true"}
    assert outcome.value is not None
    assert outcome.value.plan.state is PublishState.PUBLISHED
    assert outcome.value.fetched == (wheel.name, sdist.name)
    assert [(done.installer, done.artifact, done.version) for done in outcome.value.installations] == [
        ("pip", wheel.name, "1.2.0"),
        ("uv", wheel.name, "1.2.0"),
        ("uv", sdist.name, "1.2.0"),
    ]
    assert all(done.entry_points for done in outcome.value.installations)
    assert outcome.summary.replace(sys.version.split()[0], "3.X") == snapshot(
        "2 files, the same bytes; wheel and sdist installed and run on Python 3.X"
    )
    assert outcome.closing == snapshot(
        (
            "Verified: greeter 1.2.0 can be installed from PyPI.",
            "Users whose pip or uv has read the page in the last ten minutes see it when that copy is old, or at once with uv's --refresh or pip's --no-cache-dir.",
        )
    )


@pytest.mark.slow
def test_red_says_what_users_would_see(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    wheel = make_wheel(dist, "greeter", "1.2.0", "import a_module_that_was_left_out\n")
    publish(index, wheel)
    outcome = verify(seal(wheel), PYPI, world, pythons=[sys.executable, "3.99"])
    assert not outcome.ok
    assert outcome.outputs == {"verified": "false"}
    assert told(outcome) == snapshot(
        [
            "warning pythons-are-there : there is no Python 3.99 on this machine",
            "error modules-import greeter-1.2.0-py3-none-any.whl: greeter does not import on Python 3.X: ModuleNotFoundError: No module named 'a_module_that_was_left_out' (greeter.py:1)",
            "error entry-points-load greeter-1.2.0-py3-none-any.whl: console_scripts: greeter = greeter:main does not load on Python 3.X: ModuleNotFoundError: No module named 'a_module_that_was_left_out' (greeter.py:1)",
        ]
    )


@pytest.mark.slow
def test_each_python_is_tried(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    other = next((found for version in ("3.12", "3.11") if (found := find_python(version, world))), None)
    if other is None:
        pytest.skip("there is one Python alone on this machine")
    wheel = make_wheel(dist, "greeter", "1.2.0", "")
    publish(index, wheel)
    outcome = verify(seal(wheel, pythons=(sys.executable, other)), PYPI, world)
    assert told(outcome) == []
    assert outcome.value is not None
    tried = [(done.installer, done.python) for done in outcome.value.installations]
    assert len(tried) == 3
    assert len(set(tried)) == 3
    old = find_python("3.8", world)
    if old is not None:
        outcome = verify(seal(wheel), PYPI, replace(world, scratch=dist), pythons=[old])
        checks = [finding.check for finding in outcome.findings if finding.check not in ASIDE]
        assert checks == ["pythons-are-allowed", "smoke-install-is-tried"]


@pytest.mark.slow
def test_what_fits_nowhere_here_is_not_green(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    elsewhere = make_wheel(dist, "greeter", "1.2.0", "", tag="cp313-cp313-win_arm64")
    publish(index, elsewhere)
    outcome = verify(seal(elsewhere), PYPI, world)
    assert [line.partition(" :")[0] for line in told(outcome)] == ["note wheels-fit", "error smoke-install-is-tried"]


@pytest.mark.slow
def test_an_sdist_alone_is_installed_by_pip_too(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    sdist = make_sdist(make_wheel(dist, "greeter", "1.2.0", ""))
    publish(index, sdist)
    outcome = verify(seal(sdist), PYPI, world)
    assert told(outcome) == []
    assert outcome.value is not None
    assert [done.installer for done in outcome.value.installations] == ["pip", "uv"]


@pytest.mark.slow
def test_bytes_that_changed_on_the_way_are_not_installed(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    wheel = make_wheel(dist, "greeter", "1.2.0", "")
    publish(index, wheel)
    (stored,) = index.stores["pypi"].files.rglob("*.whl")
    spoiled = bytearray(stored.read_bytes())
    spoiled[40] ^= 1
    stored.write_bytes(spoiled)
    outcome = verify(seal(wheel), PYPI, world)
    assert {finding.check for finding in outcome.findings} == {"served-files-are-the-sealed-ones"}
    assert outcome.value is not None
    assert outcome.value.installations == ()


@pytest.mark.slow
def test_what_was_never_uploaded_is_red(serving: tuple[Rehearsal, World], dist: Path) -> None:
    index, world = serving
    wheel = make_wheel(dist, "greeter", "1.2.0", "")
    sdist = make_sdist(wheel)
    publish(index, wheel)
    outcome = verify(seal(wheel, sdist), PYPI, world, patience=1)
    assert told(outcome) == snapshot(["error every-file-is-published greeter-1.2.0.tar.gz: PyPI does not have it"])
    assert outcome.summary == snapshot(
        "greeter 1.2.0 on PyPI: published in part, still to upload: greeter-1.2.0.tar.gz"
    )


# An index of one's own: plain pages, files in a store elsewhere


@contextmanager
def own_index(*files: Path) -> Iterator[Index]:
    content = {f"/store/{path.name}": path.read_bytes() for path in files}

    def store(request: Request) -> list[Chunk]:
        return reply(content[request.path.partition("?")[0]])

    with FaultyServer(behaviour=store) as elsewhere:

        def behaviour(request: Request) -> list[Chunk]:
            if request.path == "/simple/greeter/":
                links = (
                    f'<a href="/f/{f.name}#sha256={artifact(f).sha256}" data-requires-python=">=3.9">x</a>'
                    for f in files
                )
                return reply("".join(links).encode(), content_type="text/html")
            if request.path.startswith("/f/"):
                signed = f"{elsewhere.url}/store/{request.path.removeprefix('/f/')}?signature=secret"
                return reply(status=302, headers={"Location": signed})
            return reply(status=404)

        with FaultyServer(behaviour=behaviour) as server:
            yield Index(name="own", upload_url=server.url, simple_url=f"{server.url}/simple/", oidc_audience="own")


@pytest.mark.slow
def test_an_index_of_ones_own_with_its_files_elsewhere(world: World, dist: Path) -> None:
    wheel = make_wheel(dist, "greeter", "1.2.0", "")
    with own_index(wheel) as index:
        outcome = verify(seal(wheel), index, world)
    assert told(outcome) == []
    assert outcome.value is not None
    assert [done.installer for done in outcome.value.installations] == ["pip", "uv"]
