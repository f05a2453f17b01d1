"""What is done to folders: one command carried out here, the sentence that says so, and what takes it back."""

from __future__ import annotations

from collections.abc import Callable

from app.core import commands as ask
from app.core.ids import AccountId, FolderId
from app.core.trouble import AskUser, Fix, WrongUse
from app.core.values import AccountState, Role
from app.engine.acts import many
from app.remote.roles import equivalent
from app.store import foldering, local
from app.store.accounts import state_of
from app.store.folders import account_of, name_of, nameable_folders
from app.store.local import Snapshot
from app.store.unit import Unit

FolderCommand = ask.CreateFolder | ask.RenameFolder | ask.DeleteFolder
Back = Callable[[Unit], list[AccountId]]
"""Takes something back; whose mailbox has to hear of that."""


def carry_out_on_folder(unit: Unit, command: FolderCommand) -> tuple[AccountId, str, Back]:
    """Raises WrongUse, NotFound or AskUser with a sentence when it cannot be; nothing was changed then."""
    account = command.account if isinstance(command, ask.CreateFolder) else account_of(unit, command.folder)
    if state_of(unit, account) is AccountState.DISCONNECTED:
        raise WrongUse("This account is disconnected: its folders stay as they are. Nothing was changed.")
    match command:
        case ask.CreateFolder():
            _no_second(unit, account, command.role)
            made = foldering.create_folder(unit, account, command.name, command.parent, command.role)
            return account, f"Folder “{name_of(unit, made)}” made", lambda later: _unmake(later, account, made)
        case ask.RenameFolder(folder=folder):
            was = foldering.rename_folder(unit, folder, command.name, command.parent)
            sentence = f"“{was}” renamed to “{name_of(unit, folder)}”"
            return account, sentence, lambda later: _call_again(later, account, folder, was)
        case ask.DeleteFolder(folder=folder):
            sentence = f"Folder “{name_of(unit, folder)}” deleted"
            shots = local.snapshot(unit, foldering.shown_in_tree(unit, folder))
            gone = foldering.delete_folder(unit, folder)
            if shots:
                sentence += f", {many(len(shots))} moved to Trash"
            return account, sentence, lambda later: _bring_back(later, account, gone, shots)


def _bring_back(unit: Unit, account: AccountId, gone: list[FolderId], shots: list[Snapshot]) -> list[AccountId]:
    foldering.bring_back(unit, gone)
    local.restore(unit, shots)
    return [account]


def _call_again(unit: Unit, account: AccountId, folder: FolderId, was: str) -> list[AccountId]:
    foldering.call_again(unit, folder, was)
    return [account]


def _unmake(unit: Unit, account: AccountId, folder: FolderId) -> list[AccountId]:
    foldering.delete_folder(unit, folder)
    return [account]


def _no_second(unit: Unit, account: AccountId, role: Role) -> None:
    """Tandem never makes a system folder while one that could serve is there."""
    if role is Role.NONE:
        return
    serving = equivalent(nameable_folders(unit, account), role)
    if serving:
        raise AskUser(
            f"There is a folder “{serving}” already, which can be used as {role.value.capitalize()}. Nothing was made.",
            Fix.FOLDER,
        )
