"""Letters before the first key is pressed, and the signature that goes with a sender."""

from __future__ import annotations

from app.core.values import Address, Letter
from app.store.rows import AccountRow

_DIVIDER = "-- \n"
"""The line that mail programs know as the start of a signature (RFC 3676 4.3)."""


def sender_of(account: AccountRow) -> Address:
    return Address(name=account.identity.name, email=account.identity.email)


def new_letter(account: AccountRow, *, to: tuple[Address, ...] = (), subject: str = "") -> Letter:
    """An empty letter from `account`, its signature below two empty lines."""
    signature = account.identity.signature
    return Letter(
        sender=sender_of(account), to=to, subject=subject, text=f"\n\n{_DIVIDER}{signature}" if signature else ""
    )


def swap_signature(text: str, old: str, new: str) -> str:
    """Exchange the signature of one sender for another's; text in which the old one was changed by hand stays as it is."""
    if old == new:
        return text
    if old:
        block = f"{_DIVIDER}{old}"
        place = text.find(block)
        rest = text[place + len(block) :]
        if place < 0 or (rest and not rest.startswith("\n")):
            return text
        return text[:place] + (f"{_DIVIDER}{new}" if new else "") + rest
    return text if any(line == "-- " for line in text.split("\n")) else f"{text}\n\n{_DIVIDER}{new}"
