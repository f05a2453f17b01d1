"""What windows and commands read: plain values, no rows of a table."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import AccountId, DraftId, FolderId, MessageId, OutboxId
from app.core.values import AccountState, Address, Letter, OutboxState, Provider, Quota, Role, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRow:
    email: str
    name: str
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """`days` 0 = all; `last_sync` in Unix seconds, 0 = never."""

    id: AccountId
    email: str
    name: str
    color: str
    state: AccountState
    imap: Server
    smtp: Server | None
    ca_file: str
    days: int
    all_folders: bool
    delete_in: bool
    delete_out: bool
    archive_in: bool
    archive_out: bool
    last_sync: float
    identity: IdentityRow
    paused_at: float = 0.0
    """Since when it is turned off or disconnected (Unix seconds); 0 = it is not."""
    provider: Provider = Provider.OTHER
    fallback: Server | None = None
    """A second server for sending."""
    identities: tuple[IdentityRow, ...] = ()
    """All of them, the usual one first."""
    position: int = 0
    quota: Quota | None = None
    """How full its mailbox is, as far as its server tells."""

    @property
    def writes_as(self) -> tuple[IdentityRow, ...]:
        return self.identities or (self.identity,)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderRow:
    """`name` is the full name in Unicode, `label` its last part, `parent` the full name of its parent ("" at the top).

    `total`/`unread` count what is shown here; `server_count` is what the mailbox holds (None = not looked yet),
    `recent_count` what it holds inside the account's window of days.
    """

    id: FolderId
    account: AccountId
    name: str
    label: str
    parent: str
    depth: int
    role: Role
    selectable: bool
    selected: bool
    total: int
    unread: int
    server_count: int | None
    recent_count: int | None
    window_days: int
    window_from: float = 0.0
    """Mail received earlier was not fetched (Unix seconds; 0 = nothing is left out for its age)."""
    looked_at: bool = True
    """The mailbox's side of it has been fetched once, as far as headers go."""
    reading_back: bool = False
    """More of it is wanted than was fetched then, and has not come yet."""
    gap_count: int = 0
    """Mail that came while the account was turned off and was not fetched."""
    gap_until: float = 0.0
    separator: str = ""
    """Between the parts of its name."""


MOST_UNASKED = "most_unasked_bytes"
"""Setting: octets of a message that is fetched whole without being asked for; "" or 0 = whatever its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """Something that goes with a message, as `mail.parse.Part` tells it."""

    number: int
    name: str
    content_type: str
    size: int
    inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One line of a list. `date` is what lists sort by (Unix seconds); `sent` the Date header's, None if unreadable."""

    id: MessageId
    account: AccountId
    sender: Address
    to: tuple[Address, ...]
    subject: str
    snippet: str
    date: float
    sent: float | None
    seen: bool
    flagged: bool
    answered: bool
    forwarded: bool
    keywords: tuple[str, ...]
    attachments: int
    size: int
    message_id: str
    conversation: int
    fetched: bool
    """The whole message is here, not only its headers."""
    cause: str = ""
    """Why it shows elsewhere than where the mailbox holds it (`sync.switches.Cause`); "": it does not."""
    in_mailbox: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """`folders`: names where it shows here. `uid`: folder name → UIDs the mailbox holds it under."""

    folders: tuple[str, ...]
    uid: dict[str, list[int]]
    in_mailbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    id: OutboxId
    account: AccountId
    to: tuple[str, ...]
    subject: str
    state: OutboxState
    filed: bool
    reason: str
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MassChange:
    """What the mass-change guard asks: so many of a folder's messages would go on `side` (here or mailbox) at once.

    `approved`: the user said yes, and the next sync tells the mailbox.
    """

    folder: FolderId
    name: str
    side: str
    count: int
    total: int
    approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One waiting change. `what` is a sentence; `since` and `next_try` (0 = at the next occasion) are Unix seconds.

    `subject` of the message or letter it is about, `target` the folder that a message moves to.
    """

    id: str
    account: AccountId
    kind: str
    what: str
    since: float
    tries: int
    reason: str
    next_try: float = 0.0
    subject: str = ""
    target: str = ""
    letter: OutboxId | None = None
    asked: MassChange | None = None
    question: bool = False
    """It waits for the user's word: to try it again means yes, to discard it no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One change that sync made. `at` in Unix seconds, `side` here or mailbox; `what` and `cause` are sentences.

    `message` 0: it concerns no single message. `pattern` is `what` with `{}` for the message. `reversible`: it can be
    undone now; `undone`: when that was done, Unix seconds, 0 = never.
    """

    id: int
    account: AccountId
    at: float
    side: str
    kind: str
    what: str
    cause: str
    folder: str
    message: MessageId
    message_id: str
    reversible: bool
    pattern: str = ""
    undone: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    id: DraftId
    account: AccountId
    letter: Letter
    saved: float
