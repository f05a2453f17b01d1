"""Where a message stands otherwise here than in the mailbox: the tag for it, and what it means."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from app.store.rows import MessageRow


def tr(text: str) -> str:
    return QCoreApplication.translate("Marks", text)


@dataclass(frozen=True, slots=True)
class Mark:
    tag: str
    icon: str
    sentence: str


def mark_of(row: MessageRow) -> Mark | None:
    """None: both sides have it in the same place, or nothing is to be said of it."""
    match row.cause:
        case "asked":
            sentence = tr("The mailbox lost it together with many others. It stays here until you have decided.")
            return Mark(_gone(), "cloud-off", sentence)
        case "delete-in" if row.in_mailbox:
            sentence = tr("It was deleted in the mailbox and lies in its Trash. It stays here as your rules say.")
            return Mark(_gone(), "cloud-off", sentence)
        case "delete-in":
            sentence = tr("It was deleted in the mailbox. This copy stays here, and is never put back there.")
            return Mark(_gone(), "cloud-off", sentence)
        case "archive-in":
            sentence = tr("It was archived in the mailbox. It stays in your Inbox here as your rules say.")
            return Mark(tr("Archived in the mailbox"), "archive", sentence)
        case "delete-out":
            sentence = tr("You deleted it here only. In the mailbox it stays where it is, as your rules say.")
            return Mark(_only(), "monitor", sentence)
        case "archive-out":
            sentence = tr("You archived it here only. In the mailbox it stays where it is, as your rules say.")
            return Mark(_only(), "monitor", sentence)
        case _:
            return None


def _gone() -> str:
    return tr("No longer in the mailbox")


def _only() -> str:
    return tr("Only here")
