"""The upload form but for its metadata: what PyPI tidies away, and what the file is said to be (rows A2, B1-B6)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from pypublish.pypi.answers import Answer, refuse, with_specification

Form = Mapping[str, Sequence[str]]
"""The fields of an upload without its file: every field has at least one value, in the order sent."""

EXTENSIONS: Final = {"sdist": (".zip", ".tar.gz"), "bdist_wheel": (".whl",)}
"""The file types that PyPI takes, each with the extensions that its file may have (PEP 527, PEP 715)."""

FILE_FIELDS: Final = frozenset({"content", "gpg_signature"})
"""The only fields that may be sent as a file; nobody reads the second any more."""

_NAME = re.compile(r"([A-Z0-9]|[A-Z0-9][A-Z0-9._-]*[A-Z0-9])\Z", re.IGNORECASE | re.ASCII)
_DIGEST = re.compile(r"[A-F0-9]{64}$", re.IGNORECASE)
_LONG: Final = 60
_REQUIRED: Final = "This field is required."


def gather(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Collect the fields of a form, each with all its values in the order sent."""
    form: dict[str, list[str]] = {}
    for name, value in pairs:
        form.setdefault(name, []).append(value)
    return form


def sanitise(form: Form) -> dict[str, list[str]]:
    r"""Tidy a form as PyPI does before it looks at it.

    A field whose last value is `UNKNOWN` is dropped (old tools sent it for what they did not know), NUL
    becomes the text `\x00`.
    """
    tidy = {}
    for name, values in form.items():
        if values[-1].strip() == "UNKNOWN":
            continue
        tidy[name] = [values[-1].replace("\x00", "\\x00")] if "\x00" in values[-1] else list(values)
    return tidy


def first(form: Form, name: str) -> str | None:
    """Return the value that counts where a field is sent several times; None where it was not sent."""
    values = form.get(name)
    return values[0] if values else None


def files_are_files(fields_sent_as_files: Iterable[str]) -> Answer | None:
    """A2: no field but `content` is sent as a file."""
    for name in fields_sent_as_files:
        if name not in FILE_FIELDS:
            return refuse("A2", f"{name}: Should not be a tuple.")
    return None


def protocol_is_known(form: Form) -> Answer | None:
    """B1: `protocol_version` is 1, or not sent."""
    if form.get("protocol_version", ("1",))[-1] != "1":
        return refuse("B1", "Unknown protocol version.")
    return None


def name_is_valid(form: Form) -> Answer | None:
    """B2: there is a name, made of ASCII letters, digits, `.`, `_` and `-`, with a letter or digit at both ends."""
    name = first(form, "name") or ""
    if not name:
        reason = _REQUIRED
    elif not _NAME.match(name):
        reason = "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'."
    else:
        return None
    shown = f"{name[:30]}...{name[-30:]}" if len(name) > _LONG else name
    return refuse("B2", with_specification(f"{shown!r} is an invalid value for Name. Error: {reason}"))


def file_type_is_known(form: Form) -> Answer | None:
    """B3: the file is an sdist or a wheel."""
    file_type = first(form, "filetype")
    if not file_type:
        return refuse("B3", f"Invalid value for filetype. Error: {_REQUIRED}")
    if file_type not in EXTENSIONS:
        return refuse("B3", "Invalid value for filetype. Error: Use a known file type.")
    return None


def python_version_fits(form: Form) -> Answer | None:
    """B4: a wheel says for which Python it is; an sdist says `source`, or nothing."""
    python = first(form, "pyversion")
    if first(form, "filetype") == "sdist":
        reason = "Use 'source' as Python version for an sdist." if python not in {None, "", "source"} else ""
    else:
        reason = "" if python else "Python version is required for binary distribution uploads."
    return refuse("B4", f"Invalid value for pyversion. Error: {reason}") if reason else None


def digest_is_given(form: Form) -> Answer | None:
    """B5: at least one digest of the file is sent."""
    if any(first(form, f"{name}_digest") for name in ("md5", "sha256", "blake2_256")):
        return None
    return refuse("B5", "Error: Include at least one message digest.")


def digests_are_hexadecimal(form: Form, name: str) -> Answer | None:
    """B6: `name`, one of sha256 and blake2_256, is 64 hexadecimal digits where it is sent."""
    digest = first(form, f"{name}_digest")
    if digest is None or not digest.strip() or _DIGEST.match(digest):
        return None
    algorithm = {"sha256": "SHA256", "blake2_256": "BLAKE2"}[name]
    return refuse(
        "B6",
        f"Invalid value for {name}_digest. Error: Use a valid, hex-encoded, {algorithm} message digest.",
    )


def fields_are_valid(form: Form) -> Answer | None:
    """B2-B6: what PyPI's form says of the fields, each on its own first, the name before all others."""
    return (
        name_is_valid(form)
        or digests_are_hexadecimal(form, "blake2_256")
        or file_type_is_known(form)
        or digests_are_hexadecimal(form, "sha256")
        or python_version_fits(form)
        or digest_is_given(form)
    )
