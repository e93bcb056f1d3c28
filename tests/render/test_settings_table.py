"""The settings that init writes: what holds for this project, and what it could choose."""

from __future__ import annotations

from collections.abc import Callable

from inline_snapshot import snapshot

from pypublish.checks.setup_plan import Plan
from pypublish.render.settings_table import settings_table

Of = Callable[[str], Plan]


def test_the_settings(of: Of) -> None:
    (package,) = of("hatchling, src layout, tests").survey.packages
    assert settings_table(package) == snapshot("""\
[tool.pypublish]
# A tag of this form starts a release.
tag-format = "v{version}"
# A command that must succeed where the release is installed:
# smoke-command = "hello --help"
# The Pythons that the release is installed on, to see that it works there:
# python = ["3.11", "3.14"]

# What has to succeed before anything is published. A command runs against the built wheel:
# [tool.pypublish.gates]
# tests = { command = "pytest -q", groups = ["test"] }
# lint = { command = "ruff check .", groups = ["lint"] }
# mypy is in no group yet; make one under [dependency-groups], called types:
# types = { command = "mypy", groups = ["types"] }
# audit = true # no known vulnerability in what the wheel installs
# api = true # a breaking change shows in the version
# lowest = true # the tests pass with the oldest dependencies that are allowed
""")


def test_the_settings_of_who_has_nothing(of: Of) -> None:
    (package,) = of("poetry's own table").survey.packages
    assert settings_table(package) == snapshot("""\
[tool.pypublish]
# A tag of this form starts a release.
tag-format = "v{version}"

# What has to succeed before anything is published. A command runs against the built wheel:
# [tool.pypublish.gates]
# audit = true # no known vulnerability in what the wheel installs
# api = true # a breaking change shows in the version
""")
