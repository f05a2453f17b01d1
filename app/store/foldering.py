"""What the user does to folders, done here at once: make, rename, move, delete. The mailbox is owed it."""

from __future__ import annotations

import unicodedata

from app.core.events import Topic
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import AccountState, Role
from app.store import folder_names, folder_owed, labels, local, overlay
from app.store.departures import drop_unplaced
from app.store.folder_owed import CREATE, DELETE, LOST, RENAME
from app.store.folders import folder_for, set_role
from app.store.unit import Unit

LONGEST = 200
"""Characters in a name; servers take about 250 octets."""


def create_folder(
    unit: Unit, account: AccountId, label: str, parent: FolderId | None = None, role: Role = Role.NONE
) -> FolderId:
    """Raises WrongUse with a sentence when there can be no such folder."""
    name, separator = _full_name(unit, account, label, parent, "made")
    row = unit.one("SELECT id, gone FROM folder WHERE account = ? AND name = ?", account, name)
    if row is not None and not row[1]:
        raise WrongUse(f"There is a folder “{name}” already. Nothing was made.")
    if row is not None:
        folder = FolderId(row[0])
        unit.run("UPDATE folder SET gone = 0, leaving = 0, told = '', selected = 1 WHERE id = ?", folder)
    else:
        folder = FolderId(
            unit.insert(
                "INSERT INTO folder(account, name, separator, told, selected, server_count) VALUES (?,?,?,'',1,0)",
                account,
                name,
                separator,
            )
        )
    folder_owed.owe(unit, account, CREATE, folder, role=role.value)
    if role is not Role.NONE:
        set_role(unit, folder, role)
    unit.touch(Topic.FOLDERS)
    return folder


def rename_folder(unit: Unit, folder: FolderId, label: str, parent: FolderId | None) -> str:
    """Returns what it was called before. Raises WrongUse with a sentence when it cannot be called so."""
    account, old, _, role = _known(unit, folder)
    if role is Role.INBOX:
        raise WrongUse("The Inbox keeps its name: every mailbox has it. Nothing was renamed.")
    if parent is not None and parent in folder_names.tree_of(unit, folder):
        raise WrongUse("A folder cannot be moved into itself. Nothing was moved.")
    name, _ = _full_name(unit, account, label, parent, "renamed")
    if name == old:
        return old
    if unit.one("SELECT 1 FROM folder WHERE account = ? AND name = ? AND gone = 0", account, name):
        raise WrongUse(f"There is a folder “{name}” already. Nothing was renamed.")
    folder_names.rename_here(unit, folder, name)
    if role is not Role.NONE:  # it was found by its old name, perhaps
        unit.run("UPDATE folder SET role_by = 'user' WHERE id = ?", folder)
    _owe_name(unit, account, folder)
    return old


def call_again(unit: Unit, folder: FolderId, name: str) -> None:
    """Take a rename back: `name` is the full name it had."""
    account, _, _, _ = _known(unit, folder)
    if unit.one("SELECT 1 FROM folder WHERE account = ? AND name = ? AND gone = 0", account, name):
        raise WrongUse(f"There is another folder “{name}” now. Nothing was renamed.")
    folder_names.rename_here(unit, folder, name)
    _owe_name(unit, account, folder)


def _owe_name(unit: Unit, account: AccountId, folder: FolderId) -> None:
    told = unit.one("SELECT told FROM folder WHERE id = ?", folder)
    if told == (None,):
        folder_owed.settle(unit, folder, RENAME)
    elif told != ("",):
        folder_owed.owe(unit, account, RENAME, folder)


def shown_in_tree(unit: Unit, folder: FolderId) -> list[MessageId]:
    """The messages that show in it and in its subfolders."""
    return [message for each in folder_names.tree_of(unit, folder) for message in _shown(unit, each)]


def _shown(unit: Unit, folder: FolderId) -> list[MessageId]:
    return [MessageId(row[0]) for row in unit.all("SELECT message FROM shown WHERE folder = ?", folder)]


def delete_folder(unit: Unit, folder: FolderId) -> list[FolderId]:
    """It and what is below it, gone from here; the messages that show in them go to Trash. Over there it goes once it is
    empty. Returns the folders."""
    account, gone = unit.one("SELECT account, gone FROM folder WHERE id = ? AND leaving = 0", folder) or (None, 0)
    if account is None:
        raise NotFound("This folder is not here any more. Nothing was deleted.")
    account = AccountId(account)
    _must_have_a_mailbox(unit, account)
    # One that the mailbox lost shows here while mail of it is kept.
    tree = [folder] if gone else folder_names.tree_of(unit, folder)
    for each in tree:
        row = unit.one("SELECT name, role FROM folder WHERE id = ? AND role <> ''", each)
        if row is not None:
            used = "Inbox" if row[1] == Role.INBOX else row[1].capitalize()
            raise WrongUse(f"“{row[0]}” is used as {used}. Choose another folder for that first. Nothing was deleted.")
    if not overlay.switches_of(unit, account).delete_out:
        raise WrongUse(
            "“Delete in the mailbox when deleted here” is off, so the mailbox would keep this folder. "
            "Leave it out under “Choose folders” instead. Nothing was deleted."
        )
    for each in tree:
        messages = _shown(unit, each)
        if messages and not labels.is_label(unit, each):  # without its label, a message stays what it is
            trash = folder_for(unit, account, Role.TRASH)
            if trash in tree:
                raise WrongUse("Trash is inside this folder. Nothing was deleted.")
            local.move(unit, messages, trash, source=each)
    for each in tree:
        told, validity, uidnext, said_validity, said_next = unit.one(
            "SELECT told, uidvalidity, uidnext, said_validity, said_uidnext FROM folder WHERE id = ?", each
        ) or ("", 0, 0, 0, 0)
        folder_owed.settle(unit, each)
        if told == "" or gone:  # the mailbox never had it, or has it no more
            unit.run("UPDATE folder SET gone = 1, told = NULL WHERE id = ?", each)
            continue
        unit.run("UPDATE folder SET leaving = 1 WHERE id = ?", each)
        known = {"validity": validity or said_validity, "next": uidnext or said_next}
        folder_owed.owe(unit, account, DELETE, each, **known)
    unit.touch(Topic.FOLDERS)
    return tree


def bring_back(unit: Unit, folders: list[FolderId]) -> None:
    """Folders that were deleted here and are still in the mailbox show again."""
    for folder in folders:
        if unit.run("UPDATE folder SET leaving = 0 WHERE id = ? AND leaving = 1", folder).rowcount:
            folder_owed.settle(unit, folder, DELETE)
            unit.touch(Topic.FOLDERS)


def discard_deed(unit: Unit, kind: str, folder: FolderId) -> None:
    """Give up what the mailbox has not heard of: here goes back to what it holds."""
    match kind:
        case folder_owed.RENAME:
            folder_names.back_to_told(unit, folder)
        case folder_owed.DELETE:
            bring_back(unit, [folder])
        case _:  # made here, or lost over there: what waits to be moved into it goes back
            for each in folder_names.tree_of(unit, folder):
                _unmake(unit, each)


def _unmake(unit: Unit, folder: FolderId) -> None:
    if unit.one("SELECT 1 FROM folder WHERE id = ? AND told = ''", folder) is None:
        return
    waiting = [
        MessageId(row[0])
        for row in unit.all("SELECT message FROM placement WHERE folder = ? AND uid = 0 AND base IS NULL", folder)
    ]
    for message in waiting:
        local.discard_wish(unit, message, "place")
    for row in unit.all("SELECT message FROM overlay WHERE folder = ? AND message > 0", folder):
        if unit.one("SELECT 1 FROM placement WHERE message = ?", row[0]):
            overlay.uncover(unit, MessageId(row[0]))
    drop_unplaced(unit, waiting)
    folder_owed.settle(unit, folder, CREATE, LOST)
    unit.run("UPDATE folder SET gone = 1, told = NULL, role = '' WHERE id = ?", folder)
    unit.touch(Topic.FOLDERS)


def make_again(unit: Unit, folder: FolderId) -> None:
    """A folder that the mailbox lost is made anew over there."""
    row = unit.one("SELECT account FROM folder WHERE id = ? AND told = ''", folder)
    if row is not None:
        folder_owed.settle(unit, folder, LOST)
        folder_owed.owe(unit, AccountId(row[0]), CREATE, folder)


def delete_all_the_same(unit: Unit, folder: FolderId) -> None:
    """What arrived in it since it was deleted goes to Trash as well, as far as it was told of."""
    unit.run(
        "UPDATE operation SET what = json_set(what, '$.next', coalesce(json_extract(what, '$.seen'),"
        " json_extract(what, '$.next')), '$.validity', coalesce(json_extract(what, '$.seen_validity'),"
        " json_extract(what, '$.validity'))), next_try = 0 WHERE kind = ? AND json_extract(what, '$.folder') = ?",
        DELETE,
        folder,
    )


def _known(unit: Unit, folder: FolderId) -> tuple[AccountId, str, str, Role]:
    row = unit.one(
        "SELECT account, name, separator, role FROM folder WHERE id = ? AND gone = 0 AND leaving = 0", folder
    )
    if row is None:
        raise NotFound("This folder is not here any more. Nothing was changed.")
    return AccountId(row[0]), row[1], row[2], Role(row[3])


def _full_name(unit: Unit, account: AccountId, label: str, parent: FolderId | None, done: str) -> tuple[str, str]:
    """(full name, separator) of a folder that may be called so."""
    _must_have_a_mailbox(unit, account)
    separator = _separator(unit, account)
    label = unicodedata.normalize("NFC", " ".join(label.split()))
    nothing = f"Nothing was {done}."
    if not label:
        raise WrongUse(f"A folder needs a name. {nothing}")
    if len(label) > LONGEST:
        raise WrongUse(f"This name is longer than {LONGEST} characters. {nothing}")
    if separator and separator in label:
        raise WrongUse(
            f"A name cannot hold “{separator}”: in this mailbox it stands between a folder and its subfolders. {nothing}"
        )
    unfit = next((c for c in label if c in "*%" or unicodedata.category(c) in ("Cc", "Cs")), None)
    if unfit is not None:
        shown = f" “{unfit}”" if unfit.isprintable() else " characters that cannot be seen"
        raise WrongUse(f"A name cannot hold{shown}. {nothing}")
    if parent is None:
        root = _root(unit, account, separator)
        if not root and label.upper() == "INBOX":
            raise WrongUse(f"There is a folder “INBOX” already. {nothing}")
        return root + label, separator
    mine, above, _, _ = _known(unit, parent)
    if mine != account:
        raise WrongUse(f"A folder stays in its own account. {nothing}")
    if not separator:
        raise WrongUse(f"This mailbox has no subfolders. {nothing}")
    return above + separator + label, separator


def _must_have_a_mailbox(unit: Unit, account: AccountId) -> None:
    if unit.one("SELECT 1 FROM account WHERE id = ? AND state = ?", account, AccountState.DISCONNECTED):
        raise WrongUse("This account is disconnected, and its mail here is an archive. Nothing was changed.")


def _separator(unit: Unit, account: AccountId) -> str:
    row = unit.one(
        "SELECT separator FROM folder WHERE account = ? AND separator <> '' GROUP BY separator ORDER BY count(*) DESC LIMIT 1",
        account,
    )
    return str(row[0]) if row else ""


def _root(unit: Unit, account: AccountId, separator: str) -> str:
    """Where every folder but the Inbox is below the Inbox (Courier, Cyrus), a new one has to be there as well."""
    names = [
        row[0]
        for row in unit.all("SELECT name FROM folder WHERE account = ? AND gone = 0 AND role <> 'inbox'", account)
    ]
    prefix = "INBOX" + separator
    return prefix if separator and names and all(name.upper().startswith(prefix) for name in names) else ""
