"""Plain values that every package may speak of."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

Flags = frozenset[str]
"""IMAP flags and keywords as the server spells them, system flags with their backslash (`\\Seen`); never `\\Recent`."""

SEEN = "\\Seen"
FLAGGED = "\\Flagged"
ANSWERED = "\\Answered"
DELETED = "\\Deleted"
DRAFT = "\\Draft"
FORWARDED = "$Forwarded"
JUNK = "$Junk"
NOT_JUNK = "$NotJunk"


class Role(StrEnum):
    """What a folder is for, whatever its name."""

    NONE = ""
    INBOX = "inbox"
    DRAFTS = "drafts"
    SENT = "sent"
    ARCHIVE = "archive"
    JUNK = "junk"
    TRASH = "trash"
    ALL = "all"


class Security(StrEnum):
    """How a connection is protected. STARTTLS is enforced: without it nothing is sent."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class Provider(StrEnum):
    """Whose mailbox it is, as far as signing in differs."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    EXCHANGE = "exchange"
    OTHER = "other"

    @property
    def by_browser(self) -> bool:
        """The user signs in on the provider's own page; there is no password here."""
        return self in (Provider.GOOGLE, Provider.MICROSOFT)


class AccountState(StrEnum):
    LIVE = "live"
    PAUSED = "paused"
    """Turned off by the user: no connections; what is changed here waits."""
    SIGN_IN_NEEDED = "sign-in-needed"
    DISCONNECTED = "disconnected"
    """Only its mail is left here, as an archive: nothing is owed to the mailbox any more."""


class OutboxState(StrEnum):
    """Where a letter stands. `uncertain` is neither sent nor failed: only the user may decide."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mailbox as in RFC 5322 3.4; `name` may be empty, `email` is as written."""

    name: str = ""
    email: str

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>" if self.name else self.email


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whom letters are from: `email` may be another one than the account's, where its server sends for it."""

    email: str
    name: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server and how to reach it. `user` is the name to sign in with."""

    host: str
    port: int
    security: Security
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundServers:
    """What was found out about an address. Servers in the order in which to try them; empty where none is known."""

    provider: Provider
    name: str = ""
    """What the provider calls itself."""
    imap: tuple[Server, ...] = ()
    smtp: tuple[Server, ...] = ()
    app_password: str = ""
    """The provider's page on which an app password is made, where the usual one is not taken (always, or with two-step sign-in)."""
    switch_on: str = ""
    """The provider's page on which IMAP is switched on, where it is off to begin with."""
    obstacle: str = ""
    """Why no mail program can open this mailbox by itself, in words; "" = nothing stands in the way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountSettings:
    """All that is needed to reach a mailbox, but its secrets.

    `days`: how far back the first fetch goes; 0 = all. `folders`: None = all, otherwise the names of the ticked ones.
    `ca_file`: PEM file with the authorities to trust instead of the system's; "" = the system's.
    """

    email: str
    name: str = ""
    imap: Server
    smtp: Server | None = None
    ca_file: str = ""
    days: int = 60
    folders: tuple[str, ...] | None = None
    color: str = ""
    provider: Provider = Provider.OTHER
    fallback: Server | None = None
    """A second server for sending, tried when the first cannot be used; never after a letter's text was handed over."""


class QuotaKind(StrEnum):
    STORAGE = "storage"
    """Octets."""
    MESSAGES = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """How much of what a mailbox may hold is used. `most` is above 0; more than `most` may be used."""

    kind: QuotaKind
    used: int
    most: int

    @property
    def share(self) -> float:
        return self.used / self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file to go with a letter; read when the letter is queued, not when it is sent."""

    path: str
    name: str = ""
    content_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a composer holds: a mail not yet made into bytes.

    `in_reply_to` and `references` are Message-IDs with their brackets (RFC 5322 3.6.4). `forwarded` are raw messages to
    attach whole, by their library id.
    """

    sender: Address
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    answers: int = 0
    """Library id of the message this answers, 0 = none; it gets `\\Answered` once this is sent."""
    forwards: int = 0
    """Library id of the message this forwards, 0 = none; it gets `$Forwarded` once this is sent."""
    carries: tuple[tuple[int, int], ...] = field(default=())
    """(library id, attachment number) pairs taken along from stored messages when forwarding inline."""
    calendar: str = ""
    """A calendar part with the answer to an invitation (RFC 5546), as it shall travel."""
