"""What runs in every Python of the environment, once a wheel is installed, whether it is used or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from pypublish.checks.catalog import check
from pypublish.checks.packages import library
from pypublish.checks.subjects import Dist
from pypublish.findings import Location, Problem, Severity

CUSTOMIZE = ("sitecustomize", "usercustomize")

NAMESPACES = frozenset(
    {
        "77108ef90a009af9b7cceaea3ce9ee7c9f0c24dc2f3e210fac78a325c6408991",
        "7de82e950dbd688e30fd19c6b6460a58e4fb1201b88fa8c768b0b388a9ceca5f",
        "55fb7efb4f878c64032af4b982d9055eb4b157b0729d509f1a433ee8c39ae113",
        "fd66ebe653e894e0d27174a6e6bf18f3a3164c893c00fb1a227d1ff8d93f5423",
    }
)
"""SHA-256 of the lines by which setuptools makes namespace packages, of one part or more, a star for every name."""

_QUOTED = re.compile(r"'(?!(?:importlib\.(?:util|machinery)|__path__|sitedir)')[A-Za-z_][\w.]*'")
_PATH = re.compile(r"\('\*'(?:, '\*')*,?\)(?=\);)")


@check(Severity.ERROR)
def no_startup_hooks(wheel: Dist) -> Iterator[Problem]:
    """Nothing in a wheel runs whenever Python starts.

    A .pth file, `sitecustomize` or `usercustomize` at the top of site-packages does. That is how stolen packages
    spread; in yours it may be somebody else's.

    Fix: if it is not yours, find out how it came there before anything else. If it is, say under
    [tool.pypublish.ignore] why it has to be.

    Example:
        [tool.pypublish.ignore]
        no-startup-hooks = "hello.pth starts the coverage of subprocesses, which is what hello is for"

    """
    for path, member in library(wheel):
        top = path.partition("/")[0]
        if top.endswith(".pth") and "/" not in path:
            yield _of_pth(path, wheel.text(member.name), wheel.at(member.name))
        elif top.partition(".")[0] in CUSTOMIZE:
            yield Problem(message=f"{path} runs whenever Python starts", where=wheel.at(member.name))


def _of_pth(path: str, content: bytes | None, where: Location) -> Problem:
    """Say what a .pth file does; one that was not read, because of its size, may do anything."""
    # As Python's `site` reads it: with or without a mark at its beginning, and every kind of line end counts.
    lines = content.decode("utf-8-sig", "replace").splitlines() if content is not None else ["import everything"]
    code = [line for line in lines if line.startswith(("import ", "import\t"))]
    if not code:
        return Problem(message=f"{path} adds to everybody's sys.path", where=where, severity=Severity.WARNING)
    if all(map(_makes_namespace, code)):
        return Problem(
            message=f"{path} makes a namespace package whenever Python starts, as setuptools once did",
            hint="Take `namespace_packages` out of the configuration: a folder without __init__.py is one.",
            where=where,
            severity=Severity.WARNING,
        )
    return Problem(message=f"{path} runs code whenever Python starts", where=where)


def _makes_namespace(line: str) -> bool:
    text = _PATH.sub("(*)", _QUOTED.sub("'*'", line))
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest() in NAMESPACES
