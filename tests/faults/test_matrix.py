"""The matrix itself: every fault that a release has to survive has words, and a test or a reason why there is none."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pypublish.faults import Fault
from pypublish.rehearsal.faults import FAULTS, TOPICS

EVERY = [fault for faults in TOPICS.values() for fault in faults]
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
REASON = re.compile(r"not run: .{20,}", re.IGNORECASE)


def functions(path: Path) -> set[str]:
    return {node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)}


def test_no_number_is_missing() -> None:
    assert sorted({fault.rank for fault in EVERY}) == [*range(1, 54)]


def test_no_name_is_there_twice() -> None:
    assert len({fault.name for fault in EVERY}) == len(EVERY)


@pytest.mark.parametrize("fault", EVERY, ids=lambda fault: f"{fault.number} {fault.name}")
def test_each_has_a_test_that_is_there_or_a_reason(fault: Fault, root: Path) -> None:
    named = NAMED.findall(fault.tried)
    assert named or REASON.search(fault.tried)
    for file, function in named:
        assert (root / file).is_file()
        assert not function or function in functions(root / file)
    if "`" in fault.tried:
        assert fault.tried.count("`tests/") == len(named)


@pytest.mark.parametrize("fault", EVERY, ids=lambda fault: f"{fault.number} {fault.name}")
def test_each_says_what_is_seen_and_what_to_do(fault: Fault) -> None:
    for words in (fault.what, fault.seen, fault.remedy):
        assert words.endswith((".", "?"))
        assert not words[:1].islower()


@pytest.mark.parametrize("file", ["test_upload.py", "test_reading.py"])
def test_where_a_fault_names_a_file_alone_a_test_there_holds_that_it_is_tried(file: str, root: Path) -> None:
    assert "test_the_matrix_is_complete" in functions(root / "tests" / "faults" / file)
    assert any(fault.tried == f"`tests/faults/{file}`" for fault in FAULTS.values())
