"""What can be done to a folder: make, rename, move, delete, empty; and finding one for a role that none has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QPoint
from PySide6.QtWidgets import QWidget

from app.core.commands import Command, CreateFolder, DeleteFolder, EmptyFolder, RenameFolder, SetRole
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import Role
from app.gui.look.theme import Theme
from app.gui.messages.places import folder_label
from app.gui.outside import Outside
from app.gui.window.accounts import role_words
from app.gui.window.chooser import FolderChooser
from app.gui.window.deeds import ORIGIN, role_needed
from app.gui.window.folder_name import FolderNameDialog, what_is_wrong
from app.store.rows import FolderRow
from app.store.views import Reader


def tr(text: str) -> str:
    return QCoreApplication.translate("FolderCare", text)


class FolderCare:
    """`window` owns the dialogs; the chooser pops up at `corner()`."""

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        outside: Outside,
        chooser: FolderChooser,
        corner: Callable[[], QPoint],
        tell: Callable[[str], None],
    ) -> None:
        """`tell` says something that needs no answer."""
        self._window, self._theme, self._reader, self._post = window, theme, reader, post
        self._outside, self._chooser, self._corner, self._tell = outside, chooser, corner, tell

    def acts(
        self, listed: Callable[[], FolderRow | None], account: Callable[[], AccountId | None]
    ) -> dict[str, Callable[[], object]]:
        """The window's actions by name: of the folder that is listed, and of its account."""
        return {
            "new-folder": lambda: self.make(account()),
            "new-subfolder": lambda: self.make(account(), listed()),
            "rename-folder": lambda: self.rename(listed()),
            "move-folder": lambda: self.move(listed()),
            "delete-folder": lambda: self.delete(listed()),
            "empty-trash": lambda: self.empty_role(account(), Role.TRASH),
            "empty-junk": lambda: self.empty_role(account(), Role.JUNK),
        }

    # --- making and naming

    def make(self, account: AccountId | None, parent: FolderRow | None = None) -> None:
        """Asks for its name."""
        if account is None:
            return
        detail = tr("Inside {folder}.").format(folder=folder_label(parent)) if parent else self._email(account)
        self._ask_name(
            account,
            parent,
            (tr("New folder"), detail, tr("Make folder")),
            lambda name: self._post(
                CreateFolder(origin=ORIGIN, account=account, name=name, parent=parent.id if parent else None)
            ),
        )

    def rename(self, folder: FolderRow | None) -> None:
        if folder is None or folder.role is Role.INBOX:
            return
        parent = next((row for row in self._reader.folders(folder.account) if row.name == folder.parent), None)
        self._ask_name(
            folder.account,
            parent,
            (tr("Rename folder"), tr("{folder}, here and in the mailbox.").format(folder=folder.name), tr("Rename")),
            lambda name: self._post(
                RenameFolder(origin=ORIGIN, folder=folder.id, name=name, parent=parent.id if parent else None)
            ),
            text=folder.label,
        )

    def move(self, folder: FolderRow | None) -> None:
        """Below another folder of its account, or to the top."""
        if folder is None or folder.role is Role.INBOX:
            return
        below = folder.name + (folder.separator or "\0")
        parents = [
            row
            for row in self._reader.folders(folder.account)
            if row.id != folder.id and not row.name.startswith(below) and row.name != folder.parent
        ]

        def move_to(parent: FolderId | None) -> None:
            self._post(RenameFolder(origin=ORIGIN, folder=folder.id, name=folder.label, parent=parent))

        top = [(tr("No parent: at the top"), lambda: move_to(None))] if folder.parent else []
        words = tr("Move {folder} into…").format(folder=folder.label)
        self._chooser.ask(parents, self._corner(), words, move_to, extras=top, all_folders=True)

    def _ask_name(
        self,
        account: AccountId,
        parent: FolderRow | None,
        words: tuple[str, str, str],
        then: Callable[[str], None],
        text: str = "",
    ) -> None:
        rows = self._reader.folders(account)
        above = parent.name if parent is not None else ""
        siblings = {row.label for row in rows if row.parent == above} - {text}
        separator = next((row.separator for row in rows if row.separator), "")
        FolderNameDialog(
            self._theme, *words, lambda typed: what_is_wrong(typed, separator, siblings), then, self._window, text
        ).open()

    def _email(self, account: AccountId) -> str:
        return next((row.email for row in self._reader.accounts() if row.id == account), "")

    # --- deleting and emptying

    def delete(self, folder: FolderRow | None) -> None:
        """Asks, and says how many messages go where."""
        folder = self._reader.folder(folder.id) if folder is not None else None  # with the counts of now
        if folder is None:
            return
        tree = [folder]
        if folder.separator:
            below = folder.name + folder.separator
            tree += [row for row in self._reader.folders(folder.account) if row.name.startswith(below)]
        count = sum(max(row.total, row.server_count or 0) for row in tree)
        question = tr("Delete the folder “{folder}”?").format(folder=folder.label)
        if len(tree) > 1:
            question = tr("Delete the folder “{folder}” and the {n} inside it?").format(
                folder=folder.label, n=_number(len(tree) - 1)
            )
        detail = tr("It is empty. It goes here and in the mailbox.")
        if count:
            goes = tr("Its message goes to Trash.") if count == 1 else tr("Its {n} messages go to Trash.")
            detail = goes.format(n=_number(count)) + " " + tr("The folder goes here and in the mailbox.")
        if self._outside.ask_yes(question, detail, tr("Delete folder")):
            self._post(DeleteFolder(origin=ORIGIN, folder=folder.id))

    def empty_role(self, account: AccountId | None, role: Role) -> None:
        """Trash or Junk of an account."""
        found = [row for row in self._reader.folders(account) if row.role is role] if account is not None else []
        if found:
            self.empty(found[0])

    def empty(self, folder: FolderRow) -> None:
        """Cannot be undone, so it asks, with numbers; what arrives meanwhile is not deleted."""
        messages = tuple(MessageId(ident) for ident in self._reader.listing(folder.id)[0])
        name, count, older = folder_label(folder), len(messages), max(0, (folder.server_count or 0) - len(messages))
        if not messages:
            self._tell(tr("{folder} is empty already").format(folder=name))
            return
        question = tr("Delete 1 message in {folder} for good?")
        if count > 1:
            question = tr("Delete {n} messages in {folder} for good?")
        detail = tr("They are removed here and in the mailbox. This cannot be undone.")
        if older:
            detail += " " + tr("{n} older ones are only in the mailbox and stay there.").format(n=_number(older))
        verb = tr("Empty {folder}").format(folder=name)
        if self._outside.ask_yes(question.format(n=_number(count), folder=name), detail, verb):
            self._post(EmptyFolder(origin=ORIGIN, folder=folder.id, messages=messages))

    # --- roles

    def give_role(self, failed: Command) -> None:
        """No folder had the role that `failed` needs: let the user choose or make one, then do it again. Until then nothing
        is done."""
        role, account = role_needed(failed), self._account_without(failed)
        if role is None or account is None:
            return
        rows = self._reader.folders(account)
        free = [folder for folder in rows if folder.role in (Role.NONE, Role.ALL)]
        word = role_words()[role]

        def use(folder: FolderId) -> None:
            self._post(SetRole(origin=ORIGIN, folder=folder, role=role))
            self._post(failed)

        def ask_to_make() -> None:
            question = tr("Make a folder “{name}”?").format(name=word)
            detail = tr("It is made here and in the mailbox, and used as {role} from now on.").format(role=word)
            if self._outside.ask_yes(question, detail, tr("Make folder")):
                self._post(CreateFolder(origin=ORIGIN, account=account, name=word, role=role))
                self._post(failed)

        taken = any(row.label == word and not row.parent for row in rows)
        extras = [] if taken else [(tr("Make a folder “{name}”…").format(name=word), ask_to_make)]
        words = tr("Use as {role}…").format(role=word)
        self._chooser.ask(free, self._corner(), words, use, extras=extras)

    def _account_without(self, failed: Command) -> AccountId | None:
        """The account whose folder is missing: of several, the first."""
        messages: Sequence[MessageId] = getattr(failed, "messages", ())
        for message in self._reader.rows(messages):
            roles = {folder.role for folder in self._reader.folders(message.account)}
            if role_needed(failed) not in roles:
                return message.account
        return None


def _number(count: int) -> str:
    return QLocale().toString(count)
