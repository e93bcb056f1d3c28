"""Whether a file is suspiciously larger than its like in the release before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pypublish.checks.subjects import Dists
from tests.checks.examples import Example, fails, name_of, passes, say
from tests.factories import Made, sdist, wheel

MEGABYTE = 1_000_000
CHECK = "no-file-has-multiplied"
LINUX = "cp313-cp313-manylinux_2_28_x86_64"


def release(made: Made, size: int, **before: int) -> Dists:
    """A release of a file of that size, after one whose files had these sizes."""
    dist = made.dist()
    return Dists(dists=(replace(dist, contents=replace(dist.contents, size=size)),), before=before)


SDIST = "hello-1.0.0.tar.gz"
EXAMPLES = [
    fails(
        CHECK,
        release(
            sdist(), 31 * MEGABYTE // 10, **{"hello-0.9.tar.gz": MEGABYTE, "hello-0.9-py3-none-any.whl": 9 * MEGABYTE}
        ),
        f"{SDIST}: it has 3.1 MB; hello-0.9.tar.gz had 1.0 MB",
    ),
    fails(
        CHECK,
        release(
            wheel(tag=LINUX),
            40 * MEGABYTE,
            **{
                "hello-0.9-cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64.whl": 2 * MEGABYTE,
                "hello-0.9-cp313-cp313-manylinux_2_17_x86_64.whl": 3 * MEGABYTE,
                "hello-0.9-cp313-cp313-manylinux_2_17_aarch64.whl": 30 * MEGABYTE,
            },
        ),
        f"hello-1.0.0-{LINUX}.whl: it has 40.0 MB; hello-0.9-cp313-cp313-manylinux_2_17_x86_64.whl had 3.0 MB",
    ),
    passes(CHECK, release(sdist(), 3 * MEGABYTE, **{"hello-0.9.tar.gz": MEGABYTE})),
    passes(CHECK, release(sdist(), MEGABYTE + 10, **{"hello-0.9.tar.gz": 10})),
    passes(CHECK, release(sdist(), 90 * MEGABYTE, **{"hello-0.9-py3-none-any.whl": MEGABYTE})),
    passes(CHECK, release(wheel(tag=LINUX), 90 * MEGABYTE, **{"hello-0.9-py3-none-any.whl": MEGABYTE})),
    passes(CHECK, release(sdist(), 90 * MEGABYTE)),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=name_of)
def test_growth(example: Example) -> None:
    assert say(example.check, example.subject) == example.says
