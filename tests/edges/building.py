"""What tests of building have in common: the files of a small project, and what is said of a failure."""

from __future__ import annotations

import zipfile
from collections.abc import Callable

from pypublish.building import Attempt, BuildFailure, BuildFault

SDIST, WHEEL = "hello-1.2.0.tar.gz", "hello-1.2.0-py3-none-any.whl"

Project = Callable[..., dict[str, str]]

Build = Callable[..., Attempt]


def in_wheel(attempt: Attempt, name: str) -> str:
    with zipfile.ZipFile(attempt.files[1]) as wheel:
        return wheel.read(name).decode()


def failure(fault: BuildFault, reason: str, attempt: Attempt) -> BuildFailure:
    assert attempt.failure is not None
    assert (attempt.failure.fault, attempt.failure.reason) == (fault, reason)
    return attempt.failure
