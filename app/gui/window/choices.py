"""What the palette can do in the main window: every action, every folder, every page of the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication

from app.core.ids import AccountId, FolderId
from app.core.values import Role
from app.gui.keys.keymap import Keymap, caps
from app.gui.messages.places import folder_label
from app.gui.palette.choice import Choice
from app.gui.window.acts import Act, Menu
from app.store.rows import FolderRow

UNLISTED = frozenset({"palette", "go-inbox", "go-drafts", "go-sent", "go-archive", "go-junk", "go-trash"})
"""The palette itself, and ways to folders that stand there as folders."""
ICONS = {
    "write": "square-pen",
    "reply": "reply",
    "reply-all": "reply-all",
    "forward": "forward",
    "archive": "archive",
    "delete": "trash-2",
    "delete-for-good": "trash-2",
    "move": "folder-input",
    "copy": "folder-input",
    "flag": "flag",
    "unread": "mail",
    "mark-read": "mail-open",
    "mark-unread": "mail",
    "mark-all-read": "mail-open",
    "spam": "shield-alert",
    "search": "search",
    "find": "search",
    "undo": "undo-2",
    "sync": "refresh-cw",
    "sync-page": "history",
    "save-eml": "save",
    "save-pdf": "save",
    "source": "file-text",
    "add-account": "user-plus",
    "choose-folders": "list-checks",
    "rules": "arrow-left-right",
    "new-folder": "folder-plus",
    "new-subfolder": "folder-plus",
    "go-to-folder": "folder",
    "rename-folder": "pen-line",
    "move-folder": "folder-input",
    "delete-folder": "trash-2",
    "quit": "power",
    "about": "info",
    "keys": "circle-help",
}
ROLE_ICONS = {
    Role.INBOX: "inbox",
    Role.DRAFTS: "file-text",
    Role.SENT: "send",
    Role.ARCHIVE: "archive",
    Role.JUNK: "shield-alert",
    Role.TRASH: "trash-2",
    Role.ALL: "mail",
}


def tr(text: str) -> str:
    return QCoreApplication.translate("Choices", text)


def act_choices(menus: Iterable[Menu], keymap: Keymap, selected: int, run: Callable[[str], None]) -> Iterator[Choice]:
    """Every action, with the title of its menu; `selected` messages decide what can be done."""
    for menu in menus:
        for act in menu.acts:
            if isinstance(act, Menu):
                yield from act_choices([act], keymap, selected, run)
            elif act is not None and act.name not in UNLISTED:
                keys = keymap.keys_of(act.name)
                yield Choice(
                    id=f"act-{act.name}",
                    words=act.words,
                    place=menu.title,
                    keys=caps(keys[0]) if keys else (),
                    icon=ICONS.get(act.name, ""),
                    reason=_reason(act, selected),
                    run=partial(run, act.name),
                )


def _reason(act: Act, selected: int) -> str:
    if act.needs == "one" and selected != 1:
        return tr("Choose one message first")
    if act.needs == "several" and selected < 2:
        return tr("Choose several messages first")
    return tr("Choose a message first") if act.needs == "some" and not selected else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders there are, the names of their accounts, and what to do with one. `roles`: the folder of a role that
    a key of its own leads to."""

    folders: Sequence[FolderRow]
    names: Mapping[AccountId, str]
    here: FolderId | None
    roles: Mapping[FolderId, str]
    go: Callable[[FolderId], None]
    move: Callable[[FolderId], None]


def folder_choices(places: Places, keymap: Keymap, selected: int) -> Iterator[Choice]:
    """Go to each folder, and move there what is chosen."""
    # A mailbox may have a thousand folders, and the palette opens with a key: no word is looked up twice.
    rows = [
        (row, folder_label(row) if row.role else row.label, _path(row, places.names))
        for row in places.folders
        if row.selectable
    ]
    going, moving = tr("Go to {folder}"), tr("Move to {folder}")
    for row, label, path in rows:
        act = places.roles.get(row.id)
        keys = keymap.keys_of(act) if act else ()
        yield Choice(
            id=f"go-{row.id}",
            words=going.format(folder=label),
            place=path,
            icon=ROLE_ICONS.get(row.role, "folder"),
            keys=caps(keys[0]) if keys else (),
            run=partial(places.go, row.id),
        )
    reason = "" if selected else tr("Choose a message first")
    for row, label, path in rows:
        if row.id != places.here:
            yield Choice(
                id=f"move-{row.id}",
                words=moving.format(folder=label),
                place=path,
                icon="folder-input",
                reason=reason,
                run=partial(places.move, row.id),
            )


def _path(row: FolderRow, names: Mapping[AccountId, str]) -> str:
    """What it lies in: the account, where there are several, and the folders above."""
    above = row.parent if not row.role else ""
    account = names.get(row.account, "") if len(names) > 1 else ""
    return f"{account} / {above}" if account and above else account or above


def page_words() -> dict[str, str]:
    """The pages of the settings window, by the name under which it opens them."""
    return {
        "keyboard": tr("Keyboard"),
        "account": tr("Account: name, colour, order"),
        "identities": tr("Names and signatures"),
        "rules": tr("Two-way rules"),
        "folders": tr("Folders"),
        "servers": tr("Servers and sign-in"),
    }


def page_choices(account: AccountId | None, open_page: Callable[[AccountId | None, str], None]) -> Iterator[Choice]:
    for page, words in page_words().items():
        if account is not None or page == "keyboard":
            yield Choice(
                id=f"page-{page}",
                words=tr("Settings: {page}").format(page=words),
                icon="list-checks",
                run=partial(open_page, account, page),
            )
