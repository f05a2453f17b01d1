"""What a session tells: folders, counts and messages as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.values import Flags, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """Counts of one folder (RFC 9051 6.3.11). What the server did not say is 0."""

    messages: int = 0
    uidnext: int = 0
    uidvalidity: int = 0
    unseen: int = 0
    highestmodseq: int = 0
    mailbox_id: str = ""
    """Stays through renames (OBJECTID, RFC 8474)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFolder:
    """One line of LIST. `name` is Unicode and unique in the listing, `wire` what the server calls it.

    `flags` are in lower case without their backslash. `role` comes from SPECIAL-USE alone (RFC 6154), but for the Inbox.
    """

    name: str
    wire: bytes
    separator: str = ""
    flags: frozenset[str] = frozenset()
    role: Role = Role.NONE
    subscribed: bool = False
    status: FolderStatus | None = None

    @property
    def selectable(self) -> bool:
        return "noselect" not in self.flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """A folder as it was opened. `uidvalidity` 0: its UIDs mean nothing tomorrow. `highestmodseq` 0: no CONDSTORE."""

    uidvalidity: int
    uidnext: int
    exists: int
    highestmodseq: int
    permanent_flags: frozenset[str]
    readonly: bool
    keywords_allowed: bool


@dataclass(frozen=True, slots=True)
class FlagItem:
    uid: int
    flags: Flags
    modseq: int = 0
    labels: frozenset[str] | None = None
    """Gmail's, None elsewhere."""


@dataclass(frozen=True, slots=True)
class HeaderItem:
    """`received` in Unix seconds (INTERNALDATE), `size` in octets; `header` holds at most its first 64 KiB."""

    uid: int
    flags: Flags
    received: float
    size: int
    header: bytes
    modseq: int = 0
    email_id: str = ""
    gm_msgid: str = ""
    labels: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class WholeItem:
    """A message with all that is asked for with its header; the header itself is in `raw` alone."""

    head: HeaderItem
    raw: bytes


@dataclass(frozen=True, slots=True)
class BodyItem:
    """The whole message, octet for octet as the server has it."""

    uid: int
    raw: bytes
