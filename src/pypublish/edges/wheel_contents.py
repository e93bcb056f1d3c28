"""What check-wheel-contents says of a wheel. Runs in the child process of `tools`."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from check_wheel_contents.checker import WheelChecker

CONFIGURATION = "configuration"
INVALID = "invalid-wheel"


def load() -> None:
    """Import what `remarks` needs, ahead of the first file."""
    import check_wheel_contents.checker  # noqa: F401


def remarks(file: str, *, source: str | None) -> list[dict[str, object]]:
    """Check a wheel that `archive` has accepted, with the configuration of the project in the folder `source`."""
    from check_wheel_contents.contents import WheelContents
    from check_wheel_contents.errors import UserInputError, WheelValidationError
    from wheel_filename import InvalidFilenameError

    try:
        checker, configured = _checker(source)
    except UserInputError as error:
        return [{"code": CONFIGURATION, "message": str(error), "configured": True}]
    try:
        contents = WheelContents.from_wheel(file)
    except (InvalidFilenameError, WheelValidationError) as error:
        return [{"code": INVALID, "message": str(error)}]
    return [
        {"code": failed.check.name, "message": failed.check.value, "members": failed.args, "configured": configured}
        for failed in checker.check_contents(contents)
    ]


@cache
def _checker(source: str | None) -> tuple[WheelChecker, bool]:
    from check_wheel_contents.checker import WheelChecker
    from check_wheel_contents.config import Configuration

    configuration = None
    if source is not None:
        os.chdir(source)
        configuration = Configuration.find_default()
    checker = WheelChecker()
    checker.apply_config(configuration or Configuration())
    return checker, configuration is not None
