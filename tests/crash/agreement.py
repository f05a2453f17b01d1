"""Whether the library is equal to the mailboxes: what stays to be seen once everything has come to rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from app.core.ids import AccountId, FolderId, MessageId
from app.store.views import Reader
from servers.mailbox import Held, Mailbox

Shown = Counter[tuple[bytes, bool, bool, bool]]
"""Bytes, read, flagged, answered."""


def agrees(profile: Path, boxes: Mapping[AccountId, Mailbox]) -> dict[AccountId, dict[str, list[Held]]]:
    """Every folder of every account shows what its mailbox holds, byte by byte. Returns what the mailboxes hold."""
    there = {account: {name: box.holds(name) for name in box.folders()} for account, box in boxes.items()}
    reader = Reader(profile)
    try:
        for account, held in there.items():
            _equal(account, _here(reader, account), held)
    finally:
        reader.close()
    return there


def _here(reader: Reader, account: AccountId) -> dict[str, Shown]:
    folders: dict[str, Shown] = {}
    for folder in reader.folders(account):
        ids, _ = reader.listing(FolderId(folder.id))
        rows = reader.rows([MessageId(ident) for ident in ids])
        folders[folder.name] = Counter(
            (reader.raw(row.id) or b"nothing", row.seen, row.flagged, row.answered) for row in rows
        )
    return folders


def _equal(account: AccountId, here: dict[str, Shown], there: dict[str, list[Held]]) -> None:
    assert sorted(here) == sorted(there), f"folders of account {account}"
    for name, held in there.items():
        wanted = Counter(
            (each.raw, "\\Seen" in each.flags, "\\Flagged" in each.flags, "\\Answered" in each.flags) for each in held
        )
        assert here[name] == wanted, (
            f"{name} of account {account}: only there {wanted - here[name]}, only here {here[name] - wanted}"
        )
