"""Fetch a file of an index: hashed as it comes, cut off where it grows too long, kept only if it is the one meant."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from pypublish.edges.http import Session

WITHIN = 600.0
"""Seconds for one file, all attempts together; as long as a job waits for a download elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a server sent for a file: how many bytes, and their digest in hex; no digest where it was cut off."""

    size: int
    sha256: str | None


def fetch(
    session: Session,
    url: str,
    target: Path,
    *,
    size: int,
    sha256: str,
    hosts: Collection[str],
    redirects_anywhere: bool = False,
    within: float = WITHIN,
) -> Received:
    """Fetch `url` to `target`, which appears only if `size` and `sha256` agree; what came is returned in any case.

    The file is at one of `hosts`; with `redirects_anywhere` they may send on to a store of theirs.

    Raises:
        IndexUnavailableError: the file could not be had.

    """
    part = target.with_name(f"{target.name}.part")

    def take(chunks: Iterator[bytes]) -> Received:
        digest = hashlib.sha256()
        received = 0
        with part.open("wb") as file:
            for chunk in chunks:
                received += len(chunk)
                if received > size:
                    return Received(size=received, sha256=None)
                digest.update(chunk)
                file.write(chunk)
        return Received(size=received, sha256=digest.hexdigest())

    try:
        received = session.stream(url, hosts=hosts, redirects_anywhere=redirects_anywhere, within=within, take=take)
        if received == Received(size=size, sha256=sha256):
            os.replace(part, target)  # noqa: PTH105 - atomic, and clearer so
    finally:
        part.unlink(missing_ok=True)
    return received


def digest_of(
    session: Session, url: str, *, size: int, hosts: Collection[str], redirects_anywhere: bool = False
) -> str | None:
    """Return the sha256 of a file that the index lists without one; None where it is longer than `size` bytes.

    Raises:
        IndexUnavailableError: the file could not be had.

    """

    def take(chunks: Iterator[bytes]) -> str | None:
        digest = hashlib.sha256()
        received = 0
        for chunk in chunks:
            received += len(chunk)
            if received > size:
                return None
            digest.update(chunk)
        return digest.hexdigest()

    return session.stream(url, hosts=hosts, redirects_anywhere=redirects_anywhere, within=WITHIN, take=take)
