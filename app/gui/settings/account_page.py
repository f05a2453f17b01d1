"""The account itself: what it is called, its colour and place, how far back it reads, and its leaving."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QSignalBlocker
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core.commands import ChangeLook, ChangeSetting, Command
from app.core.values import AccountState
from app.gui.folders.quota import quota_words, share_words
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.choices import Switch
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Bar
from app.gui.look.theme import Theme
from app.gui.settings.page import SettingRow, SettingsPage, tr
from app.gui.settings.swatches import Swatches
from app.gui.window.accounts import AccountCare
from app.gui.window.settings import DEFAULT_ACCOUNT
from app.store.rows import AccountRow
from app.store.views import Reader

ORIGIN = "settings"


class AccountPage(SettingsPage):
    def __init__(
        self,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        care: AccountCare,
        open_add_account: Callable[[], None],
    ) -> None:
        super().__init__(theme, reader, post)
        self._care, self._open_add_account = care, open_add_account
        self.name = LineEdit(theme, label=tr("Name"), name="account-name")
        self.name.setMinimumWidth(theme.px(240))
        self.name.editingFinished.connect(self._rename)
        self.colours = Swatches(theme)
        self.colours.chosen.connect(lambda colour: self._look(color=colour))
        self.up = ToolButton(theme, "chevron-up", tr("Move up"), name="account-up")
        self.down = ToolButton(theme, "chevron-down", tr("Move down"), name="account-down")
        self.up.clicked.connect(lambda: self._look(place=self._place() - 1))
        self.down.clicked.connect(lambda: self._look(place=self._place() + 1))
        order = QWidget()
        line = QHBoxLayout(order)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(4))
        line.addWidget(self.up)
        line.addWidget(self.down)
        self.usual = Switch(theme, label=tr("New messages are written from it"), name="account-usual")
        self.usual.clicked.connect(self._on_usual)
        self.period = Button(theme, tr("Change…"), name="account-period")
        self.period.clicked.connect(lambda: self._care.change_period(self.account.id))
        self.room = Bar(theme, label=tr("Room in the mailbox"))
        self.room.setObjectName("account-room")
        self.room.setMinimumWidth(theme.px(160))
        self.state = Button(theme, "", name="account-state")
        self.state.clicked.connect(self._on_state)
        self.leaves = Button(theme, "", name="account-leave")
        self.leaves.clicked.connect(lambda: self._care.disconnect(self.account.id))
        self._order = SettingRow(theme, tr("Order"), "", order)
        self._period = SettingRow(theme, tr("Period"), "", self.period)
        self._room = SettingRow(theme, tr("Room in the mailbox"), "", self.room, name="account-room-row")
        self._state = SettingRow(theme, tr("Connection"), "", self.state)
        self._leaving = SettingRow(theme, tr("Leaving"), "", self.leaves)
        for row in (
            SettingRow(theme, tr("Name"), tr("What the account is called in Tandem. Empty: its address."), self.name),
            SettingRow(theme, tr("Colour"), tr("Of its dot in lists and menus."), self.colours),
            self._order,
            SettingRow(
                theme, tr("Usual account"), tr("New messages are written from it, wherever you are."), self.usual
            ),
            self._period,
            self._room,
            self._state,
            self._leaving,
        ):
            self.body.addWidget(row)

    def show_account(self, account: AccountRow) -> None:
        before = self._account
        super().show_account(account)
        self.say_of(account.name or account.email, account.email)
        same = before is not None and before.id == account.id
        if not (same and self.name.hasFocus() and self.name.isModified()):
            with QSignalBlocker(self.name):
                self.name.setText(account.name)
        self.name.setPlaceholderText(account.email)
        self.colours.show_colour(account.color)
        accounts = self._reader.accounts()
        place, number = QLocale().toString(self._place() + 1), QLocale().toString(len(accounts))
        self._order.say(tr("Place {place} of {number} in the sidebar.").format(place=place, number=number))
        self.up.setEnabled(self._place() > 0)
        self.down.setEnabled(self._place() + 1 < len(accounts))
        self.usual.setChecked(self._reader.setting(DEFAULT_ACCOUNT) == account.email)
        days = QLocale().toString(account.days)
        self._period.say(
            tr("The last {days} days are fetched, and all that comes.").format(days=days)
            if account.days
            else tr("All mail of the mailbox is fetched.")
        )
        self._show_room(account)
        self._show_state(account)

    def leave(self) -> None:
        self._rename()

    def _show_room(self, account: AccountRow) -> None:
        """As the server last said; nothing where it does not tell."""
        quota = account.quota if account.state is not AccountState.DISCONNECTED else None
        self._room.setVisible(quota is not None)
        if quota is not None:
            share = share_words(quota)
            words = quota_words(quota)
            self._room.say(f"{words} ({share})." if share else f"{words}.")
            self.room.set_value(quota.share)

    def _show_state(self, account: AccountRow) -> None:
        gone, off = account.state is AccountState.DISCONNECTED, account.state is AccountState.PAUSED
        for widget in (self.period, self.usual):
            widget.setEnabled(not gone)
        self.state.setText(tr("Connect again…") if gone else tr("Turn on…") if off else tr("Turn off…"))
        self.leaves.setText(tr("Delete its mail here…") if gone else tr("Disconnect…"))
        if gone:
            words = tr("Disconnected: its mail here is an archive.")
        elif off:
            words = tr("Turned off: its mail stays readable, what you change here waits.")
        elif account.state is AccountState.SIGN_IN_NEEDED:
            words = tr("It waits for you to sign in again.")
        else:
            words = tr("In step with its mailbox.")
        self._state.say(words)
        self._leaving.say(
            tr("What was kept of it here goes for good; the mailbox is not touched.")
            if gone
            else tr("You choose whether its mail stays here; the mailbox is not touched.")
        )

    def _on_state(self) -> None:
        if self.account.state is AccountState.DISCONNECTED:
            self._open_add_account()
        else:
            self._care.turn_off_or_on(self.account.id)

    def _place(self) -> int:
        return next((n for n, row in enumerate(self._reader.accounts()) if row.id == self.account.id), 0)

    def _rename(self) -> None:
        typed = " ".join(self.name.text().split())
        if self._account is not None and self.name.isModified() and typed != self.account.name:
            self.name.setModified(False)
            self._look(name=typed)

    def _look(self, *, name: str | None = None, color: str | None = None, place: int | None = None) -> None:
        row = self.account
        self._post(
            ChangeLook(
                origin=ORIGIN,
                account=row.id,
                name=row.name if name is None else name,
                color=row.color if color is None else color,
                place=self._place() if place is None else place,
            )
        )

    def _on_usual(self, on: bool) -> None:
        self._post(ChangeSetting(origin=ORIGIN, key=DEFAULT_ACCOUNT, value=self.account.email if on else ""))
