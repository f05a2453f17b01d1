"""What makes a message recognisable when its place has changed: its header and its size."""

from __future__ import annotations

import hashlib

MOST = 65_536


def fingerprint(header_start: bytes, size: int) -> str:
    """SHA-256 (hex) over the first 65,536 bytes of the header, its empty line included, and the size of the message.

    The same value comes from `BODY.PEEK[HEADER]<0.65536>` and from the whole message. Where a message has no empty line
    all of it is header, and a server may add the line it misses: so line ends at the very end do not count.
    """
    start = header_start[:MOST]
    for end in (b"\r\n\r\n", b"\n\n"):
        at = start.find(end)
        if at >= 0:
            start = start[: at + len(end)]
    if start.startswith(b"\r\n"):
        start = b"\r\n"
    return hashlib.sha256(start.rstrip(b"\r\n") + b"\0%d" % size).hexdigest()
