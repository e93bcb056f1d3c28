"""Fetch one file of the release before, to see what has changed: small, quickly, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pypublish.edges import index as reading
from pypublish.edges.http import Session
from pypublish.edges.world import World
from pypublish.errors import IndexUnavailableError
from pypublish.listing import SDIST_ENDINGS, IndexFile
from pypublish.model import Index

LIMIT = 20_000_000
"""Bytes of a file that is fetched only to be compared."""

WITHIN = 5.0
"""Seconds for all of it: nobody waits for a comparison."""

METADATA_LIMIT = 16 << 20
"""Bytes of a wheel's METADATA; a long README makes some hundred thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What was had of a release: a file of it, or its metadata alone (PEP 658)."""

    file: Path | None = None
    metadata: bytes | None = None
    why: str = ""
    """Why there is no file; empty where there is one."""


def fetch_one(files: Iterable[IndexFile], index: Index, folder: Path, world: World) -> Fetched:
    """Fetch the file that says most about a release into `folder`; where there is none to be had, its metadata.

    What the index does not give, or not in time, is said, not raised: nothing depends on it.
    """
    files = tuple(files)
    began = world.clock.monotonic()
    chosen = _choose(files)
    why = f"none of its files has a known digest and at most {LIMIT // 1_000_000} MB"
    with Session(world) as session:
        if chosen is not None:
            target = folder / Path(chosen.filename).name
            try:
                if _receive(session, chosen, index, target):
                    return Fetched(file=target)
                why = f"{chosen.filename} has more than {LIMIT // 1_000_000} MB, or is not what {index.title} lists"
            except (IndexUnavailableError, OSError) as error:
                why = str(error)
        left = WITHIN - (world.clock.monotonic() - began)
        return Fetched(metadata=_metadata(session, files, index, within=left), why=why)


def _receive(session: Session, file: IndexFile, index: Index, target: Path) -> bool:
    """Fetch `file` to `target`, and say whether it is the one that the index lists."""

    def take(chunks: Iterator[bytes]) -> bool:
        digest, room = sha256(), LIMIT
        with target.open("wb") as opened:
            for chunk in chunks:
                room -= len(chunk)
                if room < 0:
                    return False
                digest.update(chunk)
                opened.write(chunk)
        return digest.hexdigest() == file.sha256

    hosts = reading.hosts(index)
    return session.stream(file.url, hosts=hosts, redirects_anywhere=not index.is_pypi, within=WITHIN, take=take)


def _choose(files: Iterable[IndexFile]) -> IndexFile | None:
    """Return the wheel for every platform, else the smallest wheel, else the sdist: of those that can be fetched."""
    known = [file for file in files if file.sha256 and file.filename.endswith((".whl", *SDIST_ENDINGS))]
    small = [file for file in known if file.size is None or file.size <= LIMIT]
    return min(
        small,
        key=lambda file: (
            not file.filename.endswith(".whl"),
            not file.filename.endswith("-none-any.whl"),
            file.size or 0,
            file.filename,
        ),
        default=None,
    )


def _metadata(session: Session, files: Iterable[IndexFile], index: Index, *, within: float) -> bytes | None:
    offered = next((file for file in files if file.core_metadata), None)
    if offered is None or within <= 0:
        return None
    try:
        answer = session.get(
            f"{offered.url}.metadata", hosts=reading.hosts(index), limit=METADATA_LIMIT, within=within, attempts=1
        )
    except IndexUnavailableError:
        return None
    agrees = answer.status == 200 and sha256(answer.body).hexdigest() == offered.core_metadata  # noqa: PLR2004
    return answer.body if agrees else None
