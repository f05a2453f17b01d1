"""folders create, rename, delete, and empty: done here at once, owed to the mailbox until `sync`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from app.cli.inside import do
from app.cli.run import Run
from app.core import commands as ask
from app.core.events import Done
from app.core.ids import FolderId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import Role
from app.store.rows import AccountRow, FolderRow

_WANTED = {"create": 1, "rename": 2, "delete": 1}


def change_folder(options: Namespace, run: Run) -> int:
    """Says what was done; with `--json` the folder as it is called now."""
    names = list(options.names)
    if len(names) != _WANTED[options.wish]:
        takes = "NAME NEW-NAME" if options.wish == "rename" else "NAME"
        raise WrongUse(f"Type “folders {options.wish} {takes}”. Nothing was changed.")
    if options.role and options.wish != "create":
        raise WrongUse("--role goes with “folders create”. Nothing was changed.")
    account = the_account(run, options.account)
    rows = run.reader.folders(account.id)
    command: ask.Command
    if options.wish == "create":
        parent, label = _split(rows, names[0])
        command = ask.CreateFolder(account=account.id, name=label, parent=parent, role=Role(options.role or ""))
    elif options.wish == "rename":
        parent, label = _split(rows, names[1])
        command = ask.RenameFolder(folder=_named(rows, names[0]).id, name=label, parent=parent)
    else:
        command = ask.DeleteFolder(folder=_named(rows, names[0]).id)
    done = [event.sentence for event in do(run, command) if isinstance(event, Done)]
    run.answer({"account": account.email, "did": options.wish, "what": done[0]}, f"{done[0]}.")
    return 0


def empty(options: Namespace, run: Run) -> int:
    """Trash or Junk: says how many messages went, and how many the mailbox holds that were never here."""
    account = the_account(run, options.account)
    folder = next((row for row in run.reader.folders(account.id) if row.role.value == options.role), None)
    if folder is None:
        raise NotFound(
            f"No folder of this account is used as {options.role.capitalize()}. Nothing was deleted."
            f" “tandem account set ADDRESS --role {options.role}=NAME” uses one that is there."
        )
    messages = tuple(MessageId(ident) for ident in run.reader.listing(folder.id)[0])
    do(run, ask.EmptyFolder(folder=folder.id, messages=messages))
    left = max(0, (folder.server_count or 0) - len(messages))
    run.answer(
        {"account": account.email, "folder": folder.name, "deleted": len(messages), "older": left},
        f"{len(messages)} messages in {folder.name} are deleted for good."
        + (f" {left} more are only in the mailbox and stay there." if left else ""),
    )
    return 0


def the_account(run: Run, email: str | None) -> AccountRow:
    """The one named, or the only one."""
    found = run.accounts(email)
    if not found:
        raise NotFound("There is no account here. Nothing was changed.")
    if len(found) > 1:
        raise WrongUse("There are several accounts here: say which with --account. Nothing was changed.")
    return found[0]


def _named(rows: Sequence[FolderRow], name: str) -> FolderRow:
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise NotFound(f"There is no folder “{name}” in this account. Nothing was changed.")
    return found


def _split(rows: Sequence[FolderRow], name: str) -> tuple[FolderId | None, str]:
    """(the parent that is there, the last part of the name)."""
    separator = next((row.separator for row in rows if row.separator), "")
    above, _, label = name.rpartition(separator) if separator else ("", "", name)
    if not above:
        return None, name
    if above.upper() == "INBOX":
        above = "INBOX"
    return _named(rows, above).id, label
