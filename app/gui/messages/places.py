"""What folders and smart folders are called, how they look, and what is said when nothing is in them."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QCoreApplication

from app.core.values import Role
from app.store.listing import Filter, Smart
from app.store.rows import FolderRow


def tr(text: str) -> str:
    return QCoreApplication.translate("MessagePane", text)


def folder_label(folder: FolderRow) -> str:
    """A folder with a role has the program's word for it, any other its own name."""
    words = {
        Role.INBOX: tr("Inbox"),
        Role.DRAFTS: tr("Drafts"),
        Role.SENT: tr("Sent"),
        Role.ARCHIVE: tr("Archive"),
        Role.JUNK: tr("Junk"),
        Role.TRASH: tr("Trash"),
        Role.ALL: tr("All mail"),
    }
    return words.get(folder.role, folder.label)


def smart_label(smart: Smart) -> str:
    words = {
        Smart.INBOXES: tr("All inboxes"),
        Smart.UNREAD: tr("Unread"),
        Smart.FLAGGED: tr("Flagged"),
        Smart.FILES: tr("Attachments"),
        Smart.WAITING: tr("Waiting for reply"),
    }
    return words[smart]


def filter_label(filters: Collection[Filter]) -> str:
    """What the list is narrowed to; "" = nothing."""
    words = {Filter.UNREAD: tr("unread"), Filter.FLAGGED: tr("flagged"), Filter.FILES: tr("with attachments")}
    return ", ".join(words[each] for each in Filter if each in filters)


def nothing_in(place: FolderRow | Smart | None, filters: Collection[Filter] = ()) -> tuple[str, str, str, str]:
    """Icon, sentence, next step and, where there is something to press, its words."""
    if filters:
        sentence = tr("Nothing here is {kinds}").format(kinds=filter_label(filters))
        return "filter", sentence, tr("The list is narrowed."), tr("Show all messages")
    if isinstance(place, Smart):
        return (*_nothing_in_smart(place), "")
    return (*_nothing_in_folder(place), "")


def _nothing_in_smart(smart: Smart) -> tuple[str, str, str]:
    words = {
        Smart.INBOXES: ("inbox", tr("Nothing left here"), tr("New mail appears by itself.")),
        Smart.UNREAD: ("mail-open", tr("Everything is read"), tr("New mail appears by itself.")),
        Smart.FLAGGED: ("flag", tr("Nothing is flagged"), tr("Flag a message to find it here again.")),
        Smart.FILES: ("paperclip", tr("No mail with attachments"), tr("What comes with files is listed here.")),
        Smart.WAITING: (
            "hourglass",
            tr("Nobody owes you an answer"),
            tr("What you sent in the last 90 days and nobody answered is listed here."),
        ),
    }
    return words[smart]


def _nothing_in_folder(folder: FolderRow | None) -> tuple[str, str, str]:
    role = folder.role if folder else Role.NONE
    if role is Role.INBOX:
        return "inbox", tr("Nothing left here"), tr("New mail appears by itself.")
    if role is Role.TRASH:
        return "trash-2", tr("Trash is empty"), tr("What you delete waits here.")
    if role is Role.JUNK:
        return "shield-check", tr("No junk"), tr("Mark a message as spam to move it here.")
    if role is Role.DRAFTS:
        return "file-text", tr("No drafts in the mailbox"), tr("Press N to write a message.")
    if role is Role.SENT:
        return "send", tr("Nothing sent yet"), tr("Press N to write a message.")
    if role is Role.ARCHIVE:
        return "archive", tr("The archive is empty"), tr("Press E on a message to put it here.")
    if folder is not None and not folder.selected:
        return "folder", tr("This folder is not kept in step"), tr("Tick it in “Choose folders…” to fetch its mail.")
    return "folder", tr("No messages here"), tr("Drag messages here or press M to move them.")
