"""What follows the members of a ZIP: its directory and its end, compared with what came before.

The order of the comparisons is PyPI's (row V1, 1.4): what is noted first is what PyPI would answer with.
"""

from __future__ import annotations

from typing import Final

from pypublish.archive.member_names import shown
from pypublish.archive.zip_directory import Entry
from pypublish.archive.zip_end import (
    DIRECTORY_SIGNATURE,
    END,
    END64,
    END64_BODY,
    END64_SIGNATURE,
    END_SIGNATURE,
    LOCATOR,
    LOCATOR_SIGNATURE,
)
from pypublish.archive.zip_scan import SIGNATURE, Scan

_DESCRIPTOR_SIGNATURE: Final = b"PK\x07\x08"

_AGREE: Final = "zip-records-agree"
_NOTHING_ELSE: Final = "zip-has-nothing-else"
_END: Final = "zip-end-is-consistent"


def read_directory(scan: Scan, signature: bytes) -> bytes:
    """Pass over the directory, which was read before, and return the signature that follows it."""
    start = scan.reader.position - SIGNATURE
    if signature == DIRECTORY_SIGNATURE and start != scan.directory_start:
        scan.stop(_END, "there is more than one directory in the ZIP", code="offset")
    if signature != DIRECTORY_SIGNATURE:
        _judge_signature(scan, signature, start)
        return signature
    named: set[bytes] = set()
    for entry in scan.entries:
        _judge_entry(scan, entry, named)
        named.add(entry.raw_name)
        scan.take(entry.length - SIGNATURE)
        signature = scan.take(SIGNATURE)
    return signature


def _judge_signature(scan: Scan, signature: bytes, start: int) -> None:
    if signature in {END_SIGNATURE, END64_SIGNATURE, LOCATOR_SIGNATURE}:
        return
    if signature == _DESCRIPTOR_SIGNATURE:
        message = f"at byte {start:,} there are sizes of a member that is not said to have them there"
    else:
        message = f"at byte {start:,} there is something that is no part of a ZIP"
    scan.stop(_NOTHING_ELSE, message, code="unknown")


def _judge_entry(scan: Scan, entry: Entry, named: set[bytes]) -> None:
    flaws = scan.flaws
    if entry.comment:
        flaws.add("zip-has-no-member-comments", "it has a comment", member=entry.name, code="comment")
    if entry.raw_name in named:
        message = f"{shown(entry.name)} is there more than once"
        flaws.add("member-names-are-unique", message, member=entry.name, code="directory-twice")
    if entry.raw_name not in scan.read:
        message = f"{shown(entry.name)} is in the ZIP's directory, and nowhere else"
        flaws.add(_AGREE, message, member=entry.name, code="only-in-directory")
    if entry.disk:
        flaws.add(_END, "it is said to be on another disk", member=entry.name, code="disks")


def read_end(scan: Scan, signature: bytes) -> None:
    """Compare the end with what came before it."""
    start = scan.reader.position - SIGNATURE
    counts, directory_start = scan.end.counts, start
    flaws = scan.flaws
    if scan.entries:
        directory_start = scan.directory_start
    located = signature == END64_SIGNATURE and _end64(scan)
    signature = scan.take(SIGNATURE) if located else signature
    if signature != END_SIGNATURE:
        _judge_signature(scan, signature, scan.reader.position - SIGNATURE)
        scan.stop("archive-is-readable", "the end of the ZIP is not one", code="cut-off")
    record = END.unpack(END_SIGNATURE + scan.take(END.size - SIGNATURE))
    entries_here, entries, comment_length = record[3], record[4], record[-1]
    if entries_here != entries or counts.entries_here != counts.entries:
        flaws.add(
            "archive-is-readable", "the end of the ZIP contradicts itself on the number of members", code="cut-off"
        )
    if counts.entries != len(scan.entries):
        message = f"the ZIP says that it has {counts.entries:,} members, but has {len(scan.entries):,}"
        flaws.add(_END, message, code="records")
    if counts.directory_offset != directory_start:
        flaws.add(_END, "the ZIP's directory is not where the end says", code="offset")
    if counts.directory_size != sum(entry.length for entry in scan.entries):
        flaws.add(_END, "the ZIP's directory is not of the size that the end says", code="directory-size")
    if scan.reader.skip(comment_length) < comment_length or scan.reader.position != scan.size:
        flaws.add(_NOTHING_ELSE, "something follows the end of the ZIP, or its comment is cut off", code="trailing")


def _end64(scan: Scan) -> bool:
    """Pass over the ZIP64 end and its locator; says whether there was a locator."""
    start = scan.reader.position - SIGNATURE
    record = END64.unpack(END64_SIGNATURE + scan.take(END64.size - SIGNATURE))
    if record[1] != END64_BODY:
        scan.stop(_END, "the ZIP64 end has data of unknown meaning", code="extensible")
    if scan.take(SIGNATURE) != LOCATOR_SIGNATURE:
        scan.stop("archive-is-readable", "the ZIP64 end has no locator", code="cut-off")
    offset = LOCATOR.unpack(LOCATOR_SIGNATURE + scan.take(LOCATOR.size - SIGNATURE))[2]
    if offset != start:
        scan.flaws.add(_END, "the ZIP64 end is not where its locator says", code="end64-offset")
    return True
