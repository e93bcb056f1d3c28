"""What runs in every Python of the environment, once a wheel is installed, whether it is used or not."""

from __future__ import annotations

from collections.abc import Iterator

from pypublish.checks.catalog import check
from pypublish.checks.packages import library
from pypublish.checks.subjects import Dist
from pypublish.findings import Problem, Severity

CUSTOMIZE = ("sitecustomize", "usercustomize")


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
            content = wheel.text(member.name)
            runs = content is None or any(line.startswith((b"import ", b"import\t")) for line in content.splitlines())
            yield Problem(
                message=f"{path} runs code whenever Python starts" if runs else f"{path} adds to everybody's sys.path",
                where=wheel.at(member.name),
                severity=None if runs else Severity.WARNING,
            )
        elif top.partition(".")[0] in CUSTOMIZE:
            yield Problem(message=f"{path} runs whenever Python starts", where=wheel.at(member.name))
