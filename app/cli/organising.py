"""read, unread, flag, unflag, archive, delete, spam, not-spam, move, copy: done here at once, owed to the mailbox until `sync`."""

from __future__ import annotations

from argparse import Namespace

from app.cli.inside import do
from app.cli.run import Run
from app.core import commands as ask
from app.core.commands import Command
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import Fix, NotFound
from app.core.values import FLAGGED, SEEN
from app.store.rows import MessageRow

_ROLES = {"archive": "archive", "delete": "trash", "spam": "junk"}
"""What a folder must be used as for the verb."""
_SEEN, _FLAGGED = frozenset({SEEN}), frozenset({FLAGGED})


def organise(options: Namespace, run: Run) -> int:
    """All of the messages or none: an id that is not here stops it before anything is done."""
    messages = tuple(dict.fromkeys(MessageId(ident) for ident in options.ids))
    rows = run.reader.rows(messages)
    missing = set(messages) - {row.id for row in rows}
    if missing:
        raise NotFound(f"There is no message {min(missing)} here. Nothing was changed.")
    try:
        do(run, *_commands(options, run, messages, rows))
    except NotFound as trouble:
        role = _ROLES.get(options.verb)
        if trouble.fix is not Fix.FOLDER or role is None:
            raise
        raise NotFound(
            f"{trouble} “tandem account set ADDRESS --role {role}=NAME” uses one that is there,"
            f" “tandem folders create NAME --role {role}” makes one.",
            Fix.FOLDER,
        ) from trouble
    return 0


def _commands(options: Namespace, run: Run, messages: tuple[MessageId, ...], rows: list[MessageRow]) -> list[Command]:
    match options.verb:
        case "read":
            return [ask.ChangeFlags(messages=messages, add=_SEEN)]
        case "unread":
            return [ask.ChangeFlags(messages=messages, remove=_SEEN)]
        case "flag":
            return [ask.ChangeFlags(messages=messages, add=_FLAGGED)]
        case "unflag":
            return [ask.ChangeFlags(messages=messages, remove=_FLAGGED)]
        case "archive":
            return [ask.ArchiveMessages(messages=messages)]
        case "delete":
            return [ask.DeleteMessages(messages=messages)]
        case "spam" | "not-spam":
            return [ask.MarkSpam(messages=messages, spam=options.verb == "spam")]
        case "move" | "copy":
            ask_for = ask.MoveMessages if options.verb == "move" else ask.CopyMessages
            if options.to_account is not None:
                target = _folder_of(run, run.account(options.to_account).id, options.to)
                return [ask_for(messages=messages, target=target)]
            return _moves(run, options.to, rows, ask_for)
    raise LookupError(options.verb)


def _folder_of(run: Run, account: AccountId, name: str) -> FolderId:
    """By its full name, else by its role. Raises NotFound."""
    folders = [folder for folder in run.reader.folders(account) if folder.selectable]
    found = [folder for folder in folders if folder.name == name]
    found = found or [folder for folder in folders if folder.role and folder.role.value == name.lower()]
    if not found:
        raise NotFound(f"There is no folder “{name}” in this account. Nothing was changed.")
    return found[0].id


def _moves(
    run: Run, name: str, rows: list[MessageRow], ask_for: type[ask.MoveMessages] | type[ask.CopyMessages]
) -> list[Command]:
    """Each into the folder of that name in its own account."""
    commands: list[Command] = []
    for account in dict.fromkeys(row.account for row in rows):
        mine = tuple(row.id for row in rows if row.account == account)
        commands.append(ask_for(messages=mine, target=_folder_of(run, account, name)))
    return commands
