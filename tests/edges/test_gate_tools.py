"""What the edges of the built-in gates take from outside: resolutions, pip-audit's answers, the sources of wheels."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.edges import griffe, pip_audit
from pypublish.edges.griffe import SourcesError
from pypublish.edges.locked_tool import REQUIREMENTS
from pypublish.edges.resolving import pins
from pypublish.errors import ToolError
from pypublish.gate_answers import Audited, Pin, Vulnerability


def test_a_resolution_is_read() -> None:
    output = "# a comment\nhello @ file:///hello.whl\nZope.Interface==5.0\npackaging==26.0 ; python_version > '3'\n\n"
    assert pins(output) == [Pin(name="zope-interface", version="5.0"), Pin(name="packaging", version="26.0")]
    with pytest.raises(ToolError, match="something else than versions"):
        pins("warning: what is this\n")


def test_the_answer_of_pip_audit_is_read() -> None:
    answer = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": [{"id": "X\x1b", "fix_versions": ["2"], "aliases": ["Y"]}]},
            {"name": "b", "skip_reason": "unknown"},
        ],
        "fixes": [],
    }
    assert pip_audit.read(answer) == Audited(
        vulnerabilities=(
            Vulnerability(package=Pin(name="a", version="1"), id="X\ufffd", aliases=("Y",), fixed_in=("2",)),
        ),
        skipped=(("b", "unknown"),),
    )


SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
KEYS = st.sampled_from(["dependencies", "name", "version", "vulns", "id", "aliases", "fix_versions", "skip_reason"])
DOCUMENTS = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=20)


@given(DOCUMENTS)
def test_any_other_answer_is_one_of_the_errors_that_are_said(answer: object) -> None:
    with contextlib.suppress(LookupError, TypeError, AttributeError):
        assert isinstance(pip_audit.read(answer), Audited)  # type: ignore[arg-type]


def wheel_of(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "x = 1\n")
    return path


def test_the_sources_of_a_wheel(tmp_path: Path) -> None:
    wheel = wheel_of(tmp_path / "hello-1-py3-none-any.whl", "hello/__init__.py", "hello/a.pyi", "hello/data.txt")
    assert sorted(griffe.read_sources(wheel)) == ["hello/__init__.py", "hello/a.pyi"]


@pytest.mark.parametrize("name", ["../outside.py", "/outside.py", "C:/outside.py", "a/../../outside.py"])
def test_a_wheel_that_leads_elsewhere_is_not_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(SourcesError):
        griffe.read_sources(wheel_of(tmp_path / "hello-1-py3-none-any.whl", name))


def test_what_is_no_wheel_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "hello-1-py3-none-any.whl").write_bytes(b"PK\x03\x04nothing")
    with pytest.raises(SourcesError):
        griffe.read_sources(tmp_path / "hello-1-py3-none-any.whl")


@pytest.mark.parametrize("name", [pip_audit.TOOL, griffe.TOOL])
def test_every_requirement_of_a_tool_is_pinned_with_digests(name: str) -> None:
    lines = (REQUIREMENTS / f"{name}.txt").read_text("utf-8").replace("\\\n", "").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted
    assert all("==" in line and "--hash=sha256:" in line for line in wanted)
