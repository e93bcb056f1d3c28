"""Ask pip-audit, which asks PyPI, for known vulnerabilities of a set of packages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from pypublish.edges import process
from pypublish.edges.locked_tool import tool_environment, tool_variables
from pypublish.edges.route import printable
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError, ToolError
from pypublish.gate_answers import Audited, Pin, Vulnerability

CAUSE = re.compile(r"(requests|urllib3|pip_audit|ssl|socket)[\w.]*Error: \S")
"""The line of a traceback that says why."""

TOOL = "audit"
SOCKET_TIMEOUT = 15
TIME_LIMIT = 300.0
"""Both in seconds."""

NAMED = 3
"""Packages that a message names."""

UNREACHABLE = re.compile(
    r"Failed to connect|Could not connect|Connection|Max retries|ConnectTimeout|ReadTimeout|Timeout|ServiceError"
    r"|ProxyError|SSLError|Server Error|HTTPError",
)
"""How pip-audit says that its service did not answer."""


def audit(pins: Iterable[Pin], root: Path, world: World) -> Audited:
    """Return the known vulnerabilities of these versions; the tool's environment is made in the folder `root`.

    Raises:
        IndexUnavailableError: the service did not answer.
        ToolError: pip-audit could not run, or broke.

    """
    wanted = tuple(pins)
    root.mkdir()
    environment = tool_environment(TOOL, root, world)
    listed = root / "requirements.txt"
    listed.write_text("".join(f"{pin}\n" for pin in wanted), "utf-8")
    ended = process.run(
        [
            *(environment.python, "-I", "-m", "pip_audit", "--requirement", listed, "--disable-pip", "--no-deps"),
            *("--format=json", "--progress-spinner=off", f"--timeout={SOCKET_TIMEOUT}"),
            f"--cache-dir={root / 'cache'}",
        ],
        env=tool_variables(root, environment, world),
        cwd=root,
        timeout=TIME_LIMIT,
        kept=1 << 26,
        running=world.running,
    )
    try:
        answer = read(json.loads(ended.stdout))
    except ValueError:
        raise _no_answer(ended.stderr) from None
    except (LookupError, TypeError, AttributeError) as error:
        raise ToolError("pip-audit answered in a form that pypublish does not know", output=str(error)) from None
    if len(answer.skipped) == len(wanted):
        # A mirror in PyPI's place says "not found" to everything; that is not the same as "nothing known".
        named = ", ".join(f"{pin.name} {pin.version}" for pin in wanted[:NAMED])
        more = f" and {len(wanted) - NAMED} more" if len(wanted) > NAMED else ""
        raise IndexUnavailableError(
            f"PyPI does not know {named}{more}, so nobody knows whether there are vulnerabilities",
            hint="Look whether https://pypi.org is reached, or a mirror answers in its place; of packages that are not"
            " on PyPI nothing is known, so a project that needs no others does without gates.audit.",
        )
    return answer


def _no_answer(said: str) -> IndexUnavailableError | ToolError:
    """Return the error for a pip-audit that printed something else than JSON."""
    why = [line.strip() for line in said.splitlines() if CAUSE.match(line)]
    if not UNREACHABLE.search(said):
        return ToolError("pip-audit ended without an answer", output=said[-2000:])
    return IndexUnavailableError(
        "PyPI did not say which vulnerabilities are known, so nobody knows whether there are any",
        hint="Run it again when https://pypi.org can be reached."
        + (f" pip-audit says: {printable(why[-1])}" if why else ""),
    )


def read(answer: Mapping[str, object]) -> Audited:
    """Read pip-audit's JSON.

    Raises:
        LookupError, TypeError, AttributeError: it is another form.

    """
    vulnerabilities: list[Vulnerability] = []
    skipped: list[tuple[str, str]] = []
    dependencies = answer["dependencies"]
    if not isinstance(dependencies, list):
        raise TypeError("dependencies are no list")
    for dependency in dependencies:
        if "skip_reason" in dependency:
            skipped.append((printable(str(dependency["name"])), printable(str(dependency["skip_reason"]))))
            continue
        package = Pin(name=printable(str(dependency["name"])), version=printable(str(dependency["version"])))
        vulnerabilities += [
            Vulnerability(
                package=package,
                id=printable(str(one["id"])),
                aliases=tuple(printable(str(alias)) for alias in one.get("aliases", ())),
                fixed_in=tuple(printable(str(version)) for version in one.get("fix_versions", ())),
            )
            for one in dependency["vulns"]
        ]
    return Audited(vulnerabilities=tuple(vulnerabilities), skipped=tuple(skipped))
