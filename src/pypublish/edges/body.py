"""The body of an answer, unpacked: never more bytes in memory than allowed, however small they were packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping

from pypublish.edges.trouble import AGAIN, Trouble

GZIP = 16 + zlib.MAX_WBITS


def read_bounded(chunks: Iterable[bytes], headers: Mapping[str, str], limit: int) -> bytes:
    """Return the body of at most `limit` bytes, both as it came and unpacked.

    Raises:
        Trouble: it is larger, cut off, or packed in a way that was not asked for.

    """
    encoding = headers.get("content-encoding", "identity").strip().lower() or "identity"
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise Trouble(
            f"the answer is packed as {encoding[:20]!r}, which was not asked for",
            "Check whether a proxy in the way changes answers.",
            passing=False,
        )
    inflate = None if encoding == "identity" else zlib.decompressobj(wbits=GZIP)
    body = bytearray()
    received = 0
    for chunk in chunks:
        received += len(chunk)
        if received > limit:
            raise _too_large(limit)
        try:
            body += chunk if inflate is None else inflate.decompress(chunk, limit + 1 - len(body))
        except zlib.error:
            raise _damaged("cannot be unpacked") from None
        if len(body) > limit:
            raise _too_large(limit)
    if inflate is not None and received and not inflate.eof:
        raise _damaged("is cut off")
    return bytes(body)


def _too_large(limit: int) -> Trouble:
    return Trouble(
        f"the answer is larger than {limit:,} bytes",
        "No page of an index is that large: check the index's address, and whether a proxy in the way changes answers.",
        passing=False,
    )


def _damaged(how: str) -> Trouble:
    return Trouble(f"the answer {how}", f"This usually passes. {AGAIN}", passing=True)
