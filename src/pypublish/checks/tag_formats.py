"""How a project writes its tags, told from those that it has, and the filter by which GitHub knows them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pypublish.checks.tags import version_of_tag

OF_ONE = "v{version}"
OF_SEVERAL = "{name}-v{version}"

_WITH_NAME = ("{name}-v{version}", "{name}/v{version}", "{name}@v{version}", "{name}-{version}", "{name}/{version}",
              "{name}@{version}", "{name}=={version}")  # fmt: skip
_WITHOUT = ("v{version}", "{version}", "release-v{version}", "release-{version}", "release/v{version}",
            "release/{version}", "ver-{version}", "rel-{version}")  # fmt: skip
USUAL = (*_WITHOUT, *_WITH_NAME)
"""The formats that people use, the most usual first."""


def written_so_far(tags: Sequence[str], name: str, *, several: bool) -> str | None:
    """Return the format of the newest of the tags, newest first, that names a version of this project.

    Where a repository has several packages, a tag that does not name one tells nothing.
    """
    known = _WITH_NAME if several else USUAL
    found = (one for tag in tags for one in known if version_of_tag(tag, one, name) is not None)
    return next(found, None)


def tag_filter(tag_format: str, name: str) -> str:
    """Return the pattern for `on.push.tags` that the tags of this format match, and as few others as can be."""
    before, _, after = tag_format.replace("{name}", name).partition("{version}")
    # A pattern of nothing but `*` would start a release for every tag.
    return f"{_escaped(before)}*{_escaped(after)}" if before else f"[0-9]*{_escaped(after)}"


def _escaped(text: str) -> str:
    return re.sub(r"[\\*?+\[\]!]", r"\\\g<0>", text)
