"""What is done to messages: one command carried out in one transaction, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import commands as ask
from app.core.commands import Command
from app.core.ids import AccountId, FolderId, MessageId
from app.store import by_hand, labels, local, overlay, transfers
from app.store.folders import name_of
from app.store.unit import Unit


def carry_out(unit: Unit, command: Command, messages: Sequence[MessageId]) -> tuple[int, str]:
    """Carry it out; how many messages it touched, and what the toast says (nothing where it needs no undo)."""
    match command:
        case ask.ChangeFlags(add=add, remove=remove):
            count = local.change_flags(unit, messages, add, remove)
            return count, _flag_sentence(add, remove, count)
        case ask.MarkFolderRead():
            count = local.change_flags(unit, messages, frozenset({"\\Seen"}), frozenset())
            return count, f"{many(count)} marked as read"
        case ask.MoveMessages(target=target, source=source):
            count = len(local.move(unit, messages, target, source))
            return count, f"{many(count)} moved to {name_of(unit, target)}"
        case ask.CopyMessages(target=target):
            count = labels.copy(unit, messages, target)
            return count, f"{many(count)} copied to {name_of(unit, target)}"
        case ask.ArchiveMessages():
            count = len(local.archive(unit, messages))
            return count, f"{many(count)} archived"
        case ask.DeleteMessages():
            count = len(local.delete(unit, messages))
            return count, f"{many(count)} moved to Trash"
        case ask.DeleteForGood():
            return local.delete_for_good(unit, messages), ""
        case ask.MarkSpam(spam=spam):
            count = len(local.mark_spam(unit, messages, spam))
            return count, f"{many(count)} {'moved to Junk' if spam else 'moved to the Inbox'}"
        case _:
            raise TypeError(type(command).__name__)


def regroup(unit: Unit, command: ask.SplitConversation | ask.MergeConversations) -> tuple[str, by_hand.Back]:
    """Split or merge conversations; what the toast says, and how it is taken back."""
    if isinstance(command, ask.SplitConversation):
        count, back = by_hand.split(unit, command.message)
        of_own = "a conversation of its own" if count == 1 else "a conversation of their own"
        return f"{many(count)} split off into {of_own}", back
    count, back = by_hand.merge(unit, command.messages)
    return f"{count:,} conversations merged into one", back


def carry_over(
    unit: Unit, messages: Sequence[MessageId], target: FolderId, *, moving: bool
) -> tuple[list[tuple[MessageId, FolderId]], set[AccountId]]:
    """Copies into `target`: (copy, folder where its original showed), and the accounts of the originals."""
    copies: list[tuple[MessageId, FolderId]] = []
    for message in messages:
        seen = overlay.seen_in(unit, message, None)
        copy = transfers.begin(unit, message, target, moving=moving)
        if copy is not None and seen is not None:
            copies.append((copy, seen))
    return copies, set(local.by_account(unit, messages))


def _flag_sentence(add: frozenset[str], remove: frozenset[str], count: int) -> str:
    words = {
        ("\\Seen", True): "marked as read",
        ("\\Seen", False): "marked as unread",
        ("\\Flagged", True): "flagged",
        ("\\Flagged", False): "no longer flagged",
    }
    said = [words[flag, True] for flag in sorted(add) if (flag, True) in words]
    said += [words[flag, False] for flag in sorted(remove) if (flag, False) in words]
    return f"{many(count)} {' and '.join(said)}" if said else ""


def many(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"
