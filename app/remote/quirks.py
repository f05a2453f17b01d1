"""What known servers do differently, as data: the one table. A host is matched by its whole name.

Only what the engine acts on stands here. What any server may do (no UIDNEXT in the answer to SELECT, no COPYUID, `\\sent` in
lower case) is handled for all of them where it is read. Gmail's labels are found by its capability, not by its name
(`remote.gmail`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto


class Quirk(Enum):
    WANTS_ID = auto()
    """Refuses SELECT as unsafe unless the client said who it is (RFC 2971)."""
    NO_IDLE = auto()
    """Offers IDLE but stays silent."""
    NO_ESEARCH = auto()
    """Offers ESEARCH (RFC 4731) but leaves out what it found: plain SEARCH is asked instead."""
    ONE_AT_A_TIME = auto()
    """Loses its way when a second command follows before the first is answered."""
    FILES_SENT = auto()
    """Puts what goes out by its SMTP server into Sent by itself, mostly within seconds. Sent is looked at a few times more
    before a copy is appended, so that a server which does so only for some of its users costs a delay, never a letter."""


_FILES_SENT = frozenset({Quirk.FILES_SENT})
_COREMAIL = frozenset({Quirk.WANTS_ID})

TABLE: Mapping[str, frozenset[Quirk]] = {
    # Gmail: support.google.com/mail/answer/78892 asks clients not to save sent messages; MailKit#1193
    "smtp.gmail.com": _FILES_SENT,
    "smtp.googlemail.com": _FILES_SENT,
    "smtp-relay.gmail.com": _FILES_SENT,
    # Exchange Online, Outlook.com: chatmail/provider-db#258, huacnlee/omamail#60
    "smtp.office365.com": _FILES_SENT,
    "smtp-mail.outlook.com": _FILES_SENT,
    "outlook.office365.com": _FILES_SENT,
    # Zoho: nylas/sync-engine#365
    "smtp.zoho.com": _FILES_SENT,
    "smtp.zoho.eu": _FILES_SENT,
    "smtp.zoho.in": _FILES_SENT,
    "smtppro.zoho.com": _FILES_SENT,
    "smtppro.zoho.eu": _FILES_SENT,
    # iCloud: kellylford/QuickMail#150 saw copies filed, floatpane/matcha#496 did not
    "smtp.mail.me.com": _FILES_SENT,
    # iCloud: SEARCH RETURN comes back without what was asked for, nextcloud/mail#5181, #9454
    "imap.mail.me.com": frozenset({Quirk.NO_ESEARCH}),
    # NetEase: SELECT is refused as an unsafe login without ID, dinhvh/libetpan#190
    "imap.163.com": _COREMAIL,
    "imap.126.com": _COREMAIL,
    "imap.yeah.net": _COREMAIL,
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
