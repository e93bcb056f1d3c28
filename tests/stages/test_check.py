"""check, from the files to the outcome."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import SimpleQueue

import pytest
from inline_snapshot import snapshot

from pypublish.edges import dists
from pypublish.edges.github_yaml import parse
from pypublish.stages.check import check
from pypublish.workflows import Workflows
from tests.factories import Made, make_record, metadata, sdist, wheel
from tests.stages.bench import RELEASE, SETTINGS, Bench, said


def test_sound_files_are_checked_installed_and_described(bench: Bench) -> None:
    code = "__version__ = '1.0.0'"
    made = (sdist({"src/hello/__init__.py": code}), wheel({"hello/__init__.py": code}))
    outcome = bench.outcome(*made, release=RELEASE)
    assert said(outcome) == []
    assert outcome.ok
    assert outcome.outputs == {"package-name": "hello", "package-version": "1.0.0"}
    assert outcome.value is not None
    assert [one.filename for one in outcome.value.artifacts] == ["hello-1.0.0-py3-none-any.whl", "hello-1.0.0.tar.gz"]
    assert outcome.value.installation is not None
    assert [use.name for use in outcome.value.installation.imports] == ["hello"]
    assert "2 files; the wheel installed and imported on Python 3." in outcome.summary


def test_everything_wrong_is_told_at_once(bench: Bench) -> None:
    info = "hello-1.0.0.dist-info"
    meta = metadata({"License-Expression": None, "Author": None}, "Classifier: No")
    source = {"src/hello/__init__.py": "import world"}
    broken = wheel(
        {"hello/__init__.py": "import world"},
        meta=meta,
        record=make_record({"hello/__init__.py": "other", f"{info}/METADATA": meta}, info),
        entry_points="[console_scripts]\nhello = hello:main\n",
    )
    assert said(
        bench.outcome(sdist(source, meta=meta, top="Hello-1.0.0"), broken, release=replace(RELEASE, version="1.0.1"))
    ) == (
        snapshot(
            [
                "warning sdist-folder-is-named-like-it hello-1.0.0.tar.gz::Hello-1.0.0: the folder in it is Hello-1.0.0, not hello-1.0.0",
                "error classifiers-are-known hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: PyPI knows no classifier 'No'",
                "warning license-is-given hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: there is no licence",
                "warning author-is-given hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: there is neither an author nor a maintainer",
                "error record-names-every-file hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/WHEEL: hello-1.0.0.dist-info/WHEEL is in the wheel, but not in RECORD",
                "error record-names-every-file hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/entry_points.txt: hello-1.0.0.dist-info/entry_points.txt is in the wheel, but not in RECORD",
                "error record-digests-match hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/RECORD:1: hello/__init__.py has another digest than RECORD says",
                "error files-are-of-one-version hello-1.0.0.tar.gz::Hello-1.0.0/PKG-INFO: it is version 1.0.0, not 1.0.1",
                "error files-are-of-one-version hello-1.0.0-py3-none-any.whl::hello-1.0.0.dist-info/METADATA: it is version 1.0.0, not 1.0.1",
                "error modules-import hello-1.0.0-py3-none-any.whl: hello does not import on Python 3.x: ModuleNotFoundError: No module named 'world' (hello/__init__.py:1)",
                "error entry-points-load hello-1.0.0-py3-none-any.whl: console_scripts: hello = hello:main does not load on Python 3.x: ModuleNotFoundError: No module named 'world' (hello/__init__.py:1)",
            ]
        )
    )


def test_the_publishing_job_is_asked_whether_it_can_upload_what_was_built(bench: Bench) -> None:
    text = "on: push\njobs:\n  a:\n    steps:\n      - uses: pypa/gh-action-pypi-publish@v1.14.0\n"
    workflows = Workflows(workflows=(parse(text, "release.yml"),))
    found = bench(sdist(meta=metadata({"Metadata-Version": "2.5"})), workflows=workflows)
    assert found == [
        "warning release-has-a-wheel : there is no wheel",
        "error publisher-knows-metadata release.yml:5: the publishing action v1.14.0 reads Metadata-Version 2.4 at most; hello-1.0.0.tar.gz has 2.5",
    ]


def test_what_is_wrong_with_the_metadata_is_told_once_for_all_files(bench: Bench) -> None:
    meta = metadata({"Author": None})
    wheels = [wheel(meta=meta, tag=f"{python}-none-any", files={f"h/{python}.py": ""}) for python in ("py2", "py3")]
    found = bench(sdist(meta=meta), *wheels)
    assert [line for line in found if "author" in line] == [
        "warning author-is-given hello-1.0.0.tar.gz::hello-1.0.0/PKG-INFO: there is neither an author nor a maintainer"
    ]


@pytest.mark.parametrize(
    ("made", "finding"),
    [
        pytest.param(
            Made(filename="hello-1.0.0-py3-none-any.whl", content=wheel().content[:-40]),
            "error archive-is-readable hello-1.0.0-py3-none-any.whl: ",
            id="truncated wheel",
        ),
        pytest.param(
            Made(filename="hello-1.0.0.tar.gz", content=sdist().content[:-40]),
            "error archive-is-readable hello-1.0.0.tar.gz: ",
            id="truncated sdist",
        ),
        pytest.param(
            Made(filename="hello-1.0.0.tar.gz", content=b""),
            "error archive-is-readable hello-1.0.0.tar.gz: ",
            id="empty sdist",
        ),
        pytest.param(
            Made(filename="hello-1.0.0-py3-none-any.whl", content=b"\0" * 100),
            "error archive-is-readable hello-1.0.0-py3-none-any.whl: ",
            id="no wheel",
        ),
        pytest.param(
            Made(filename="hello-1.0.0-py3-none-any.whl", content=sdist().content),
            "error archive-is-readable hello-1.0.0-py3-none-any.whl: ",
            id="sdist named as a wheel",
        ),
        pytest.param(
            Made(filename="hello-1.0.0.egg", content=wheel().content),
            "error file-is-a-distribution hello-1.0.0.egg: hello-1.0.0.egg is neither an sdist nor a wheel",
            id="egg",
        ),
    ],
)
def test_files_that_are_none_are_findings(bench: Bench, made: Made, finding: str) -> None:
    assert any(line.startswith(finding) for line in bench(made, smoke=True))


def test_what_cannot_be_read_is_a_finding(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "folder.whl").mkdir()
    files = [tmp_path / "folder.whl", tmp_path / "missing.tar.gz", tmp_path]
    assert said(check(files, SETTINGS, bench.world)) == [
        "error file-is-readable folder.whl: folder.whl is a folder; name the files in it",
        "error file-is-readable missing.tar.gz: missing.tar.gz is not there",
        f"error file-is-readable {tmp_path.name}: {tmp_path.name} is a folder; name the files in it",
        "note smoke-install-is-tried : no wheel was installed, since there is none that could be",
    ]


def test_no_files_are_a_finding(bench: Bench) -> None:
    assert bench() == ["error release-has-files : there is no distribution file"]


def test_files_are_checked_as_they_come(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel is delivered only after the sdist has been read."""
    read = threading.Event()
    delivered: SimpleQueue[Path | None] = SimpleQueue()
    real = dists.read

    def reading(path: Path, **how: object) -> object:
        contents = real(path, **how)  # type: ignore[arg-type]
        read.set()
        return contents

    def files() -> Iterator[Path]:
        yield sdist().write(tmp_path)
        assert read.wait(60)
        yield wheel().write(tmp_path)

    monkeypatch.setattr(dists, "read", reading)
    assert delivered.empty()
    assert said(check(files(), SETTINGS, bench.world)) == []


def test_a_build_that_fails_before_any_file_is_no_trouble(bench: Bench) -> None:
    def files() -> Iterable[Path]:
        yield from ()

    def never() -> Path:
        raise AssertionError

    outcome = check(files(), SETTINGS, bench.world, source=never)
    assert not outcome.ok


def test_an_interrupted_check_ends_what_it_started(bench: Bench, tmp_path: Path) -> None:
    def files() -> Iterator[Path]:
        yield wheel({"hello.py": "import time; time.sleep(600)"}).write(tmp_path)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(files(), SETTINGS, bench.world)
    assert bench.world.running.ended


def test_a_file_that_has_multiplied_since_the_release_before_is_told(bench: Bench) -> None:
    made = sdist({"src/hello/__init__.py": "", "data.bin": os.urandom(1_200_000)}), wheel()
    (line,) = bench(*made, before={"hello-0.9.0.tar.gz": 4000, "hello-0.9.0-py3-none-any.whl": 1})
    assert line == "warning no-file-has-multiplied hello-1.0.0.tar.gz: it has 1.2 MB; hello-0.9.0.tar.gz had 4.0 kB"
