"""What can be done to an account: its rules, its period, its leaving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QWidget

from app.core.commands import Command, RemoveAccount
from app.core.ids import AccountId
from app.core.values import AccountState, Role
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.window.deeds import ORIGIN
from app.store.rows import AccountRow
from app.store.views import Reader


def tr(text: str) -> str:
    return QCoreApplication.translate("Accounts", text)


class AccountCare:
    """`window` owns the dialogs."""

    def __init__(
        self,
        window: QWidget,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        outside: Outside,
        close_composers: Callable[[AccountId], None],
        clock: Callable[[], float],
    ) -> None:
        self._window, self._theme, self._reader, self._post = window, theme, reader, post
        self._outside = outside
        self._close_composers, self._clock = close_composers, clock

    def change_rules(self, account: AccountId | None) -> None:
        row = self._row(account)
        if row is not None:
            from app.gui.rules.dialog import RulesDialog

            RulesDialog(self._theme, row, self._reader.held_back(row.id), self._post, self._window).open()

    def turn_off_or_on(self, account: AccountId | None) -> None:
        row = self._row(account)
        if row is None or row.state is AccountState.DISCONNECTED:
            return
        from app.gui.leaving.dialogs import turn_off, turn_on
        from app.gui.leaving.waiting import read_waiting

        waiting = read_waiting(self._reader, row.id)
        if row.state is AccountState.PAUSED:
            turn_on(self._theme, row, waiting, self._clock(), self._post, self._window).open()
        else:
            turn_off(self._theme, row, waiting, self._post, self._window).open()

    def disconnect(self, account: AccountId | None) -> None:
        """Of one that is disconnected, only its mail is left to go."""
        row = self._row(account)
        if row is None:
            return
        if row.state is AccountState.DISCONNECTED:
            self.remove(account)
            return

        def leaving() -> None:
            self._close_composers(row.id)

        from app.gui.leaving.dialogs import disconnect
        from app.gui.leaving.waiting import read_waiting

        waiting = read_waiting(self._reader, row.id)
        disconnect(self._theme, row, waiting, self._post, self._window, leaving).open()

    def change_period(self, account: AccountId | None) -> None:
        row = self._row(account)
        if row is not None:
            from app.gui.leaving.period import period

            period(self._theme, row, self._post, self._window).open()

    def remove(self, account: AccountId | None) -> None:
        """The archive of a disconnected account. Cannot be undone, so it asks, and says what would be lost."""
        row = self._row(account)
        if row is None:
            return
        drafts = sum(draft.account == row.id for draft in self._reader.drafts())
        question = tr("Delete the mail of {name} from this computer?").format(name=row.email)
        if self._outside.ask_yes(question, _what_goes(drafts), tr("Delete")):
            self._close_composers(row.id)
            self._post(RemoveAccount(origin=ORIGIN, account=row.id))

    def state_of(self, account: AccountId | None) -> AccountState | None:
        row = self._row(account)
        return row.state if row else None

    def _row(self, account: AccountId | None) -> AccountRow | None:
        return next((row for row in self._reader.accounts() if row.id == account), None)


def role_words() -> dict[Role, str]:
    """The roles that a folder can be given, in the order of the menu."""
    return {
        Role.ARCHIVE: tr("Archive"),
        Role.SENT: tr("Sent"),
        Role.DRAFTS: tr("Drafts"),
        Role.JUNK: tr("Junk"),
        Role.TRASH: tr("Trash"),
        Role.NONE: tr("No special use"),
    }


def _what_goes(drafts: int) -> str:
    words = [tr("The archive is deleted for good; the mailbox is not touched.")]
    if drafts:
        lost = tr("1 draft kept only here is lost.") if drafts == 1 else tr("{n} drafts kept only here are lost.")
        words.append(lost.format(n=QLocale().toString(drafts)))
    return " ".join(words)
