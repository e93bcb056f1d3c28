"""What PyPI says to a file as an archive (row V1 and its framing rules, 1.4), from what was read of it."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, splitext
from typing import Final

from pypublish.archive import Contents, Flaw, Member, Search, format_of
from pypublish.pypi.answers import DOCS, DOMAIN, Answer, crash, refuse

_ROW: Final = "V1"
_ARCHIVES: Final = f"See {DOCS}archives for more information"
_USE_POLICY: Final = f"See https://{DOMAIN}/policy/acceptable-use-policy/ for more information."

_FRAMING: Final = {
    "cut-off": "Malformed zip file",
    "control": "Invalid character in filename",
    "malformed": "Malformed zip file",
    "local-repeated": "Invalid duplicate extra in local file",
    "second-name-utf8": "Filename not valid UTF-8",
    "descriptor": "ZIP contains a data descriptor",
    "not-utf8": "Filename not unicode",
    "not-in-directory": "Filename not in central directory",
    "packed": "Mis-matched data size",
    "size": "Mis-matched file size",
    "local-twice": "Duplicate filename in local headers",
    "comment": "Comment in central directory",
    "directory-twice": "Duplicate filename in central directory",
    "only-in-directory": "Missing filename in local headers",
    "records": "Mismatched central directory records",
    "offset": "Mismatched central directory offset",
    "directory-size": "Mismatched central directory size",
    "extensible": "ZIP64 extensible data not allowed",
    "unknown": "Unknown record signature",
    "trailing": "Trailing data",
}
"""PyPI's words for a flaw's code. The reader notes flaws in the order in which PyPI looks for them."""

_FRAMING_RULES: Final = frozenset(
    {
        "archive-is-readable",
        "member-names-are-plain",
        "member-names-are-unique",
        "zip-end-is-consistent",
        "zip-extra-fields-are-sound",
        "zip-has-no-data-descriptors",
        "zip-has-no-member-comments",
        "zip-has-nothing-else",
        "zip-names-are-utf8",
        "zip-records-agree",
    }
)

# In two parts, or PyPI would take this very file for one of them.
_PYARMOR: Final = tuple(
    b"__pyarmor" + rest for rest in (b"__(__name__, __file__,", b"_enter__", b"_exit__", b"_assert__", b"_bcc__")
)
_SOURCE_DEFENDER: Final = tuple(b"---" + which + b" PYE FILE---" for which in (b"BEGIN", b"END"))
_SCANNED: Final = frozenset({".py", ".pye"})
_LARGEST_SCANNED: Final = 5 << 20
"""Bytes: PyPI does not look into larger files."""


def _is_scanned(member: Member) -> bool:
    return member.size <= _LARGEST_SCANNED and splitext(member.name)[1].lower() in _SCANNED


ENCRYPTED_SOURCE: Final = Search(needles=(*_PYARMOR, *_SOURCE_DEFENDER), wanted=_is_scanned)
"""What the reader has to look for, for `archive_answer` to know of encrypted source."""


def archive_answer(filename: str, contents: Contents) -> Answer | None:
    """V1: what PyPI answers to the file as an archive; None where it takes it.

    Where PyPI's own code stumbles over the file, the answer is that of a server in trouble.
    """
    if _has(contents, "both"):
        return _refuse("File is both a zip and a tar file")
    if format_of(filename) == "zip":
        return _zip_answer(filename, contents)
    return _tar_answer(contents)


def framing_answer(contents: Contents) -> Answer | None:
    """1.4: what PyPI's look at the records of a ZIP, one after the other, comes to."""
    for flaw in contents.flaws:
        words = _FRAMING.get(flaw.code) if flaw.rule in _FRAMING_RULES else None
        if words is not None:
            return _refuse(f"ZIP archive not accepted: {words}. {_ARCHIVES}")
    return None


def _zip_answer(filename: str, contents: Contents) -> Answer | None:
    return (
        _opened(contents)
        or _unpacks(contents)
        or (_wheel_answer(filename, contents) if filename.endswith(".whl") else _zip_sdist_answer(contents))
        or source_answer(contents)
        or framing_answer(contents)
    )


def _opened(contents: Contents) -> Answer | None:
    unreadable = {
        "none": _refuse("File is not a zipfile"),
        "directory": _UNREADABLE,
        "disks": crash(_ROW),
        "name": crash(_ROW),
        "version": crash(_ROW),
    }
    found = (flaw for flaw in contents.flaws if flaw.rule == "archive-is-readable")
    return next((unreadable[flaw.code] for flaw in found if flaw.code in unreadable), None)


def _unpacks(contents: Contents) -> Answer | None:
    if _has(contents, "ratio"):
        return _refuse("File exceeds compression ratio of 50")
    return _refuse("File does not use a supported compression type") if _has(contents, "method") else None


def _wheel_answer(filename: str, contents: Contents) -> Answer | None:
    name, _, rest = filename.partition("-")
    version, _, tags = rest.partition("-")
    if not tags and not rest.endswith("-"):
        return _refuse("Unable to parse name and version from wheel filename")
    where = f"{name}-{version}.dist-info/WHEEL"
    return _member_answer(where, contents, missing=f"WHEEL not found at {where}")


def _zip_sdist_answer(contents: Contents) -> Answer | None:
    top = _top(contents)
    if isinstance(top, Answer):
        return top
    where = join(top, "PKG-INFO")
    return _member_answer(where, contents, missing=f"PKG-INFO not found at {where}")


def _member_answer(where: str, contents: Contents, *, missing: str) -> Answer | None:
    """What PyPI says where a member cannot be found or read."""
    if where not in contents.names:
        return _refuse(missing)
    return _UNREADABLE if any(flaw.member == where and _is_damage(flaw) for flaw in contents.flaws) else None


def _is_damage(flaw: Flaw) -> bool:
    return flaw.rule == "zip-content-is-intact" and flaw.code in {"crc", "deflate"}


def _top(contents: Contents) -> str | Answer:
    """The one top folder of an sdist, or what PyPI says where it finds none."""
    if len({member.name.startswith("/") for member in contents.members}) > 1:
        # PyPI's code does not expect absolute names beside relative ones.
        return crash(_ROW)
    top = _common_folder(contents)
    return top or _refuse("Incorrect number of top-level directories in sdist")


def _common_folder(contents: Contents) -> str:
    """What all names begin with, in whole parts, as `os.path.commonpath` has it, but one name at a time."""
    common: list[str] | None = None
    for member in contents.members:
        parts = [part for part in member.name.split("/") if part not in {"", "."}]
        if common is None:
            common = parts
        same = next((at for at, (ours, theirs) in enumerate(zip(common, parts, strict=False)) if ours != theirs), None)
        common = common[: min(len(common), len(parts)) if same is None else same]
    if not common:
        return ""
    return "/".join(["", *common] if contents.members[0].name.startswith("/") else common)


def _tar_answer(contents: Contents) -> Answer | None:
    return _tar_opened(contents) or _tar_members(contents) or source_answer(contents)


def _tar_opened(contents: Contents) -> Answer | None:
    for flaw in contents.flaws:
        if flaw.code == "gzip-cut-off" and not contents.members:
            return crash(_ROW)
        if flaw.code == "not-tar":
            return _refuse("File is not a tarfile")
        if flaw.code in {"not-gzip", "truncated"}:
            return _UNREADABLE
    return None


def _tar_members(contents: Contents) -> Answer | None:
    top = _top(contents)
    if isinstance(top, Answer) and top.status != _UNREADABLE.status:
        return top
    if _has(contents, "sparse"):
        return _refuse(f"tar archive not accepted: Sparse members are not allowed. {_ARCHIVES}")
    if isinstance(top, Answer):
        return top
    where = join(top, "PKG-INFO")
    return None if contents.member(where) is not None else _refuse(f"PKG-INFO not found at {where}")


def source_answer(contents: Contents) -> Answer | None:
    """What PyPI says to source that is encrypted by PyArmor or SourceDefender."""
    damaged = any(_is_damage(flaw) and splitext(flaw.member or "")[1].lower() in _SCANNED for flaw in contents.flaws)
    if damaged:
        return _UNREADABLE
    return next(
        (_refuse(f"{tool}-encrypted content is not allowed. {_USE_POLICY}") for _, tool in encrypted(contents)), None
    )


def encrypted(contents: Contents) -> Iterator[tuple[str, str]]:
    """Yield each member with encrypted source, and the tool that encrypted it."""
    for member, needles in contents.found.items():
        if not needles.isdisjoint(_PYARMOR):
            yield member, "PyArmor"
        if needles.issuperset(_SOURCE_DEFENDER):
            yield member, "SourceDefender"


def _has(contents: Contents, code: str) -> bool:
    return any(flaw.code == code for flaw in contents.flaws)


def _refuse(reason: str | None) -> Answer:
    return refuse(_ROW, f"Invalid distribution file. {reason}")


_UNREADABLE: Final = _refuse(None)
"""What PyPI says to an archive that CPython does not read: it has no reason to give."""
