"""The built-in gates: pip-audit beside a service that knows vulnerabilities, griffe beside the last release."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pypublish.edges.world import Transport, World
from pypublish.errors import IndexUnavailableError
from pypublish.findings import Outcome
from pypublish.rehearsal.server import serve
from tests import projects, vulnerability_service
from tests.gated import Gated, make
from tests.rehearsal.parts import API_TOKEN, JOB
from tests.stages.released import publish
from tests.vulnerability_service import VulnerabilityService, vulnerability

pytestmark = pytest.mark.slow


def told(outcome: Outcome[None]) -> list[str]:
    return [
        f"{found.severity} {found.check} {found.where}: {found.message}"
        + (f" (ignored: {found.ignored})" if found.ignored else "")
        for found in outcome.all_findings
    ]


def audited(folder: Path, *declared: str) -> Gated:
    shelf = folder / "shelf"
    projects.put_wheel(shelf, "direct", {"direct.py": ""}, version="2.0", needs=("further",))
    projects.put_wheel(shelf, "further", {"further.py": ""}, version="1.5")
    table = "\n".join(("[tool.pypublish.gates]", *(declared or ("audit = true",))))
    return make(folder, table, wheel={"hello.py": ""}, needs=("direct",), dependencies=shelf)


def test_known_vulnerabilities_of_what_the_wheel_installs_stop_the_release(world: World, tmp_path: Path) -> None:
    service = VulnerabilityService(
        {
            "direct 2.0": [vulnerability("PYSEC-1", "2.1", aliases=("CVE-1",)), vulnerability("PYSEC-2")],
            "further 1.5": [vulnerability("PYSEC-3", "1.6", "2.0", aliases=("CVE-3",))],
        }
    )
    gated = audited(tmp_path, "[tool.pypublish.gates.audit.ignore]", 'CVE-3 = "we do not use it"')
    with vulnerability_service.serve(service, tmp_path) as transport:
        outcome = gated.run(replace(world, transport=transport))
    assert not outcome.ok
    assert told(outcome) == snapshot(
        [
            "error gate:audit : direct 2.0, which the wheel installs, has PYSEC-1 (CVE-1); fixed in 2.1",
            "error gate:audit : direct 2.0, which the wheel installs, has PYSEC-2; no version has it fixed",
            "error gate:audit : further 1.5, which the wheel installs, has PYSEC-3 (CVE-3); fixed in 1.6 and 2.0 (ignored: we do not use it)",
        ]
    )
    # Its own version is not asked for: PyPI's CDN would remember that it is not there.
    assert sorted(service.asked) == ["/pypi/direct/2.0/json", "/pypi/further/1.5/json"]


def test_nothing_known_is_green(world: World, tmp_path: Path) -> None:
    service = VulnerabilityService({"direct 2.0": [], "further 1.5": []})
    with vulnerability_service.serve(service, tmp_path) as transport:
        outcome = audited(tmp_path).run(replace(world, transport=transport))
    assert told(outcome) == []
    assert outcome.parts[0].summary == snapshot(
        "no known vulnerabilities in 2 packages that hello-1.2.0-py3-none-any.whl installs: direct==2.0, further==1.5"
    )


def test_a_package_that_pypi_does_not_know_is_named(world: World, tmp_path: Path) -> None:
    with vulnerability_service.serve(VulnerabilityService({"further 1.5": []}), tmp_path) as transport:
        outcome = audited(tmp_path).run(replace(world, transport=transport))
    assert told(outcome) == snapshot(
        [
            "note gate:audit : of direct it is not known whether there are vulnerabilities: Dependency not found on PyPI and could not be audited: direct (2.0)"
        ]
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [("503 Service Unavailable", "503 Server Error"), ("200 OK", "Look whether https://pypi.org is reached")],
    ids=["ill", "knows nothing"],
)
def test_a_service_that_does_not_say_is_no_green(world: World, tmp_path: Path, status: str, words: str) -> None:
    gated = audited(tmp_path)
    with vulnerability_service.serve(VulnerabilityService({}, status=status), tmp_path) as transport:
        ill = replace(world, transport=transport)
        with pytest.raises(IndexUnavailableError, match="nobody knows whether") as raised:
            gated.run(ill)
    assert words in raised.value.hint
    assert raised.value.exit_code == 4


def test_what_another_gate_finds_is_said_although_the_service_is_ill(world: World, tmp_path: Path) -> None:
    gated = audited(tmp_path, "audit = true", "tests = 'python -c \"raise SystemExit(1)\"'")
    outcome = gated.run(replace(world, transport=Transport(proxy="http://127.0.0.1:9")))
    assert [found.check for found in outcome.all_findings] == ["gate:tests", "gate:audit"]
    assert outcome.all_findings[1].message.startswith("could not be run: PyPI did not say")


def test_a_wheel_that_needs_nothing_needs_no_audit(world: World, tmp_path: Path) -> None:
    gated = make(tmp_path, "[tool.pypublish.gates]\naudit = true\n", wheel={"hello.py": ""})
    outcome = gated.run(replace(world, transport=Transport(proxy="http://127.0.0.1:9")))
    assert outcome.parts[0].summary == "hello-1.2.0-py3-none-any.whl installs nothing else"


OLD = """
def greet(name, loud=False): ...
def bye(): ...
class A:
    def m(self, a): ...
__version__ = "1.1.0"
raise RuntimeError("it was run")
"""
NEW = """
def greet(name): ...
class A:
    def m(self, a, b): ...
__version__ = "1.2.0"
"""


def compared(
    world: World, folder: Path, version: str, declared: str = "api = true", before: str = "1.1.0"
) -> Outcome[None]:
    """Return what is said of `version`, after the release of another."""
    gated = make(
        folder,
        f"[tool.pypublish.gates]\n{declared}\n",
        wheel={"hello/__init__.py": NEW},
        tree={"src/hello/__init__.py": NEW},
        version=version,
        tag=f"v{version}",
    )
    with serve(folder / "index", job=JOB, api_tokens={API_TOKEN: "alice"}) as index:
        if before:
            publish(index, projects.put_wheel(folder / "old", "hello", {"hello/__init__.py": OLD}, version=before))
        return gated.run(replace(world, transport=Transport(proxy=index.proxy_url, ca_file=index.ca_file)))


def test_a_breaking_change_that_the_version_does_not_announce(world: World, tmp_path: Path) -> None:
    outcome = compared(world, tmp_path, "1.2.0")
    assert outcome.ok
    assert told(outcome) == snapshot(
        [
            "warning gate:api src/hello/__init__.py:2: hello.greet(loud): parameter was removed since 1.1.0, and 1.2.0 does not say that something breaks",
            "warning gate:api : hello.bye: public object was removed since 1.1.0, and 1.2.0 does not say that something breaks",
            "warning gate:api src/hello/__init__.py:4: hello.A.m(b): parameter was added as required since 1.1.0, and 1.2.0 does not say that something breaks",
        ]
    )


@pytest.mark.parametrize(
    ("version", "declared", "before", "said"),
    [
        (
            "2.0.0",
            "api = true",
            "1.1.0",
            ["note gate:api : 3 changes since 1.1.0 break who uses what has changed, as 2.0.0 says"],
        ),
        ("1.2.0", "api = true", "", ["note gate:api : there is no release on PyPI before 1.2.0 to compare with"]),
        ("1.0.0", "api = true", "1.1.0", ["note gate:api : there is no release on PyPI before 1.0.0 to compare with"]),
        (
            "1.2.0",
            'api = { ignore = { "hello.bye" = "nobody", "hello.A" = "private", "hello.greet" = "said in 1.0" } }',
            "1.1.0",
            [
                "warning gate:api src/hello/__init__.py:2: hello.greet(loud): parameter was removed since 1.1.0, and 1.2.0 does not say that something breaks (ignored: said in 1.0)",
                "warning gate:api : hello.bye: public object was removed since 1.1.0, and 1.2.0 does not say that something breaks (ignored: nobody)",
                "warning gate:api src/hello/__init__.py:4: hello.A.m(b): parameter was added as required since 1.1.0, and 1.2.0 does not say that something breaks (ignored: private)",
            ],
        ),
    ],
    ids=["announced", "first release", "nothing before", "ignored"],
)
def test_what_is_no_warning(  # noqa: PLR0917 - a table's columns
    world: World, tmp_path: Path, version: str, declared: str, before: str, said: list[str]
) -> None:
    outcome = compared(world, tmp_path, version, declared, before)
    assert told(outcome) == said
