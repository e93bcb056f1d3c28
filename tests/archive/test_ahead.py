"""Blocks that another thread makes ahead: the same ones, in the same order, and an end that is waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pypublish.archive.ahead import AHEAD, make_ahead


def makers() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name == "inflate"]


@given(st.lists(st.binary(min_size=1), max_size=20))
def test_the_blocks_are_the_same(blocks: list[bytes]) -> None:
    assert list(make_ahead(iter(blocks))) == blocks
    assert makers() == []


def test_what_is_raised_comes_after_the_blocks_before_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise OSError("gone")

    blocks = make_ahead(broken())
    assert next(blocks) == b"one"
    with pytest.raises(OSError, match="gone"):
        next(blocks)
    assert makers() == []


def test_not_more_is_made_than_may_wait_and_nothing_after_the_end() -> None:
    made = []

    def endless() -> Iterator[bytes]:
        while True:
            made.append(1)
            yield b"x"

    blocks = make_ahead(endless())
    assert next(blocks) == b"x"
    blocks.close()
    assert makers() == []
    assert len(made) <= AHEAD + 3


def test_nothing_is_begun_that_nobody_asks_for() -> None:
    make_ahead(iter([b"x"])).close()
    assert makers() == []
