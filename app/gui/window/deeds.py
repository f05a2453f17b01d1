"""What is done to messages: turns an action and the chosen messages into commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    Command,
    CopyMessages,
    DeleteForGood,
    DeleteMessages,
    MarkSpam,
    MergeConversations,
    MoveMessages,
    SplitConversation,
)
from app.core.events import CommandFailed, Remedy
from app.core.ids import FolderId, MessageId
from app.core.trouble import Fix
from app.core.values import FLAGGED, SEEN, Role
from app.gui.outside import Outside
from app.store.rows import FolderRow, MessageRow

ORIGIN = "window"


def tr(text: str) -> str:
    return QCoreApplication.translate("Deeds", text)


def role_needed(command: Command) -> Role | None:
    """The role that a folder must have for this to be done; None where no role matters."""
    match command:
        case ArchiveMessages():
            return Role.ARCHIVE
        case DeleteMessages():
            return Role.TRASH
        case MarkSpam(spam=True):
            return Role.JUNK
        case _:
            return None


def is_refusal(failed: CommandFailed) -> bool:
    """Nothing went wrong: there was nothing to split or merge."""
    regrouping = isinstance(failed.command, SplitConversation | MergeConversations)
    return regrouping and failed.remedy is Remedy.ASK_USER and failed.fix is Fix.NONE


class Deeds:
    """`rows` reads messages; `folder` tells which folder is listed (None while searching)."""

    def __init__(
        self,
        post: Callable[[Command], None],
        rows: Callable[[Sequence[MessageId]], list[MessageRow]],
        folder: Callable[[], FolderRow | None],
        outside: Outside,
    ) -> None:
        self._post, self._rows, self._folder, self._outside = post, rows, folder, outside

    def archive(self, messages: Sequence[MessageId]) -> None:
        self._post(ArchiveMessages(origin=ORIGIN, messages=tuple(messages)))

    def delete(self, messages: Sequence[MessageId]) -> None:
        """To Trash; what is looked at in Trash can only be deleted for good."""
        folder = self._folder()
        if folder is not None and folder.role is Role.TRASH:
            self.delete_for_good(messages)
        else:
            self._post(DeleteMessages(origin=ORIGIN, messages=tuple(messages)))

    def delete_for_good(self, messages: Sequence[MessageId]) -> None:
        """Cannot be undone, so it asks."""
        count = len(messages)
        question = tr("Delete 1 message for good?") if count == 1 else tr("Delete {n} messages for good?")
        detail = tr("They are removed here and in the mailbox. This cannot be undone.")
        if count == 1:
            detail = tr("It is removed here and in the mailbox. This cannot be undone.")
        if self._outside.ask_yes(question.format(n=count), detail, tr("Delete for good")):
            self._post(DeleteForGood(origin=ORIGIN, messages=tuple(messages)))

    def move(self, messages: Sequence[MessageId], target: FolderId) -> None:
        """Only the copy in the folder that is listed, if one is."""
        folder = self._folder()
        self._post(
            MoveMessages(origin=ORIGIN, messages=tuple(messages), target=target, source=folder.id if folder else None)
        )

    def copy(self, messages: Sequence[MessageId], target: FolderId) -> None:
        self._post(CopyMessages(origin=ORIGIN, messages=tuple(messages), target=target))

    def toggle_flag(self, messages: Sequence[MessageId], marked: Sequence[MessageId]) -> None:
        """Flag those that are to be `marked`; where each of them, or another of its conversation, has the flag, take it off
        all `messages`."""
        rows = {row.id: row for row in self._rows(messages)}
        elsewhere = {row.conversation for row in rows.values() if row.flagged and row.id not in marked}
        bare = [
            row.id
            for row in rows.values()
            if row.id in marked and not row.flagged and row.conversation not in elsewhere
        ]
        if bare:
            self._flags(bare, FLAGGED, add=True)
        else:
            self._flags([row.id for row in rows.values() if row.flagged], FLAGGED, add=False)

    def toggle_read(self, messages: Sequence[MessageId], marked: Sequence[MessageId]) -> bool:
        """Mark all `messages` as read, or those that are to be `marked` as unread when all are read. True: they are unread
        now."""
        all_seen = all(row.seen for row in self._rows(messages))
        self._flags(marked if all_seen else messages, SEEN, add=not all_seen)
        return all_seen

    def mark_read(self, messages: Sequence[MessageId], *, read: bool) -> None:
        self._flags(messages, SEEN, add=read)

    def toggle_spam(self, messages: Sequence[MessageId]) -> None:
        """Out of Junk when that is where they are, otherwise into it."""
        folder = self._folder()
        spam = folder is None or folder.role is not Role.JUNK
        self._post(MarkSpam(origin=ORIGIN, messages=tuple(messages), spam=spam))

    def split(self, message: MessageId) -> None:
        """From this message on, in a conversation of its own."""
        self._post(SplitConversation(origin=ORIGIN, message=message))

    def merge(self, messages: Sequence[MessageId]) -> None:
        self._post(MergeConversations(origin=ORIGIN, messages=tuple(messages)))

    def _flags(self, messages: Sequence[MessageId], flag: str, *, add: bool) -> None:
        flags = frozenset({flag})
        some = tuple(messages)
        if add:
            self._post(ChangeFlags(origin=ORIGIN, messages=some, add=flags))
        else:
            self._post(ChangeFlags(origin=ORIGIN, messages=some, remove=flags))
