"""Mail put straight into a Maildir, since an APPEND for each takes minutes."""

from __future__ import annotations

import os
from collections.abc import Iterable

from servers.mailbox import Mailbox
from servers.provider import Provider

FIRST_MOMENT = 1_780_000_000


def pour(box: Mailbox, provider: Provider, raws: Iterable[bytes], folder: str = "", first: int = 0) -> None:
    """Into the Inbox, or a folder beside it; received one second after the other, UIDs in that order. `first`: the number
    of the first, where this is not the first time."""
    maildir = box.maildir / f".{folder}" if folder else box.maildir
    for part in (box.maildir.parent, box.maildir, maildir, *(maildir / sub for sub in ("cur", "new", "tmp"))):
        part.mkdir(exist_ok=True)
        provider.dovecot.give(part)
    for number, raw in enumerate(raws, first):
        when = FIRST_MOMENT + number
        path = maildir / "cur" / f"{when}.M{number:06}P1.test:2,"
        path.write_bytes(raw)
        os.utime(path, (when, when))
        provider.dovecot.give(path)
