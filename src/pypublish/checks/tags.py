"""Tags and versions: which version a tag stands for, and which tag a version gets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.version import Version


def version_of_tag(tag: str, tag_format: str, name: str) -> Version | None:
    """Return the version that `tag` stands for by `tag_format`; None where it stands for none.

    The text between prefix and suffix is read by PEP 440, so `v0.2.0-beta1` stands for 0.2.0b1.
    """
    prefix, _, suffix = tag_format.partition("{version}")
    pattern = _pattern(prefix, name) + r"(?P<version>[!-~]+)" + _pattern(suffix, name)
    found = re.fullmatch(pattern, tag, re.ASCII)
    return parse_version(found["version"]) if found else None


def _pattern(text: str, name: str) -> str:
    if "{name}" not in text:
        return re.escape(text)
    before, _, after = text.partition("{name}")
    # A tag may spell the name as the project does, or normalised (PEP 503).
    spelled = "[-_.]+".join(re.escape(part) for part in re.split(r"[-_.]+", name))
    return f"{re.escape(before)}(?i:{spelled}){re.escape(after)}"


def tag_of_version(version: str, tag_format: str, name: str) -> str:
    """Return the tag that a release of `version` gets."""
    return tag_format.replace("{version}", version).replace("{name}", name)


def tag_glob(tag_format: str, name: str) -> str:
    """Return the pattern by which git finds the tags of this project."""
    return tag_format.replace("{version}", "*").replace("{name}", name)


def parse_version(text: str) -> Version | None:
    """Read a version by PEP 440; None where it is none."""
    from packaging.version import InvalidVersion, Version

    try:
        return Version(text) if text.isascii() else None
    except InvalidVersion:
        return None
