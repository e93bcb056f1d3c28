"""What PyPI looks for inside a distribution, once it takes the archive for one (rows N4, W6-W11)."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from configparser import ConfigParser
from configparser import Error as ParserError
from posixpath import commonpath, join
from typing import Final

from pypublish.pypi.answers import Answer, crash, refuse

SCRIPT_GROUPS: Final = ("console_scripts", "gui_scripts")
LONGEST_NAME: Final = 255 - len(".metadata")
"""In bytes: how long a wheel's name may be, so that the name of its metadata still fits a file system."""

_SCRIPT_NAME = re.compile(r"[\w.-]+")


def dist_info(filename: str) -> str:
    """Return the folder where PyPI looks for a wheel's metadata: name and version as the file name spells them."""
    name, _, rest = filename.partition("-")
    return f"{name}-{rest.partition('-')[0]}.dist-info"


def sdist_has_licenses(filename: str, license_files: Sequence[str], names: Sequence[str]) -> Answer | None:
    """N4: each `License-File` of the metadata lies in the sdist; `names` are those of an archive that PyPI takes."""
    if not license_files or not names:
        return None
    top = commonpath(names)
    for license_file in license_files:
        where = join(top, license_file)
        if where not in names:
            return _no_license("N4", license_file, filename, where)
    return None


def wheel_has_licenses(filename: str, license_files: Sequence[str], names: Collection[str]) -> Answer | None:
    """W6: each `License-File` of the metadata lies in the wheel."""
    for license_file in license_files:
        where = f"{dist_info(filename)}/licenses/{license_file}"
        if where not in names:
            return _no_license("W6", license_file, filename, where)
    return None


def _no_license(row: str, license_file: str, filename: str, where: str) -> Answer:
    return refuse(row, f"License-File {license_file} does not exist in distribution file {filename} at {where}")


def record_is_readable(filename: str, record: bytes | None) -> Answer | None:
    """W7: RECORD is there, UTF-8 and comma-separated. Over an empty line PyPI stumbles."""
    reason = f"Wheel '{filename}' does not contain the required RECORD file: {dist_info(filename)}/RECORD"
    try:
        rows = list(csv.reader((record or b"").decode().splitlines()))
    except (UnicodeError, csv.Error):
        return refuse("W7", reason)
    if record is None:
        return refuse("W7", reason)
    return None if all(rows) else crash("W7")


def record_names_all(filename: str, record: bytes, names: Collection[str]) -> bool:
    """W8: whether RECORD names the files of the wheel, all of them and no others; PyPI only mails the owners."""
    try:
        listed = {row[0].replace("\\", "/") for row in csv.reader(record.decode().splitlines()) if row}
    except (UnicodeError, csv.Error):
        return False
    exempt = {f"{dist_info(filename)}/RECORD.jws", f"{dist_info(filename)}/RECORD.p7s"}
    return listed == {name for name in names if not name.endswith(("/", "\\")) and name not in exempt}


def entry_points_are_valid(filename: str, entry_points: bytes | None) -> Answer | None:
    """W9: entry_points.txt, where there is one, is an INI file with `=` only, and no script's name is a path."""
    if entry_points is None or entry_points_mistake(entry_points) is None:
        return None
    return refuse("W9", f"Wheel '{filename}' has invalid entry points defined in the entry_points.txt file")


def entry_points_mistake(entry_points: bytes) -> str | None:
    """Say what is wrong with an entry_points.txt; PyPI itself keeps that to itself."""
    try:
        parser = read_entry_points(entry_points)
    except UnicodeError:
        return "entry_points.txt is not decodable as UTF-8"
    except ParserError as error:
        return f"entry_points.txt is not a valid INI file: {error!r}"
    for group in SCRIPT_GROUPS:
        for name in parser[group] if parser.has_section(group) else ():
            if not _SCRIPT_NAME.fullmatch(name):
                return f"Invalid entry point name {name!r} in {group!r}"
    return None


def read_entry_points(entry_points: bytes) -> ConfigParser:
    """Read an entry_points.txt: its groups are the parser's sections.

    Raises:
        UnicodeError: it is not UTF-8.
        configparser.Error: it is no INI file with `=` only.

    """
    parser = ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(entry_points.decode())
    return parser


def metadata_is_there(filename: str, names: Collection[str]) -> Answer | None:
    """W10: the wheel has a METADATA file."""
    where = f"{dist_info(filename)}/METADATA"
    if where in names:
        return None
    return refuse("W10", f"Wheel '{filename}' does not contain the required METADATA file: {where}")


def name_fits_file_system(filename: str) -> Answer | None:
    """W11: the wheel's name is short enough for `.metadata` to be appended."""
    if len(filename.encode()) <= LONGEST_NAME:
        return None
    return refuse("W11", f"Filename is too long: '{filename}'")
