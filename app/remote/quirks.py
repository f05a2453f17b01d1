"""What known servers do differently, as data. A host is matched by its whole name."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class Quirk(Enum):
    WANTS_ID = auto()
    """Refuses SELECT as unsafe unless the client said who it is (RFC 2971)."""
    NO_IDLE = auto()
    """Offers IDLE but stays silent."""
    ONE_AT_A_TIME = auto()
    """Loses its way when a second command follows before the first is answered."""
    FILES_SENT = auto()
    """Puts what goes out by its SMTP server into Sent by itself."""


TABLE: Mapping[str, frozenset[Quirk]] = {
    "imap.gmail.com": frozenset({Quirk.FILES_SENT}),
    "smtp.gmail.com": frozenset({Quirk.FILES_SENT}),
    "outlook.office365.com": frozenset({Quirk.FILES_SENT}),
    "smtp.office365.com": frozenset({Quirk.FILES_SENT}),
    "imap-mail.outlook.com": frozenset({Quirk.FILES_SENT}),
    "imap.163.com": frozenset({Quirk.WANTS_ID}),
    "imap.126.com": frozenset({Quirk.WANTS_ID}),
    "imap.yeah.net": frozenset({Quirk.WANTS_ID}),
}


def quirks_of(host: str) -> frozenset[Quirk]:
    """The quirks of a server, whatever the case of its name; a trailing dot is no part of it."""
    return TABLE.get(host.lower().rstrip("."), frozenset())


CONNECTIONS: Mapping[str, int] = {
    # five for all devices together; a phone holds one or two
    "imap.mail.yahoo.com": 3,
    "imap.aol.com": 3,
}
MOST_CONNECTIONS = 4


def connections_of(host: str) -> int:
    """How many connections one account may hold at a server at a time."""
    return CONNECTIONS.get(host.lower().rstrip("."), MOST_CONNECTIONS)
