"""What the main window asks of whoever opens composers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.core.ids import AccountId, DraftId, MessageId


class ComposeKind(Enum):
    NEW = auto()
    REPLY = auto()
    REPLY_ALL = auto()
    FORWARD = auto()
    DRAFT = auto()
    """Go on with a draft: one that is kept on this computer (`draft`), or one that is in the mailbox (`message`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeRequest:
    """`account` writes; `message` is answered or forwarded; `draft` is gone on with; `to` is a `mailto:` target."""

    kind: ComposeKind
    account: AccountId
    message: MessageId | None = None
    draft: DraftId | None = None
    to: str = ""
