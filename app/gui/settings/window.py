"""The settings window: what can be set at the side, the page of it beside."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import Command
from app.core.events import Changed, CommandFailed, Event, Topic
from app.core.ids import AccountId
from app.gui.forms.ask import Ask
from app.gui.forms.column import ScrollColumn
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.settings.account_page import AccountPage
from app.gui.settings.folders_page import FoldersPage
from app.gui.settings.identities_page import IdentitiesPage
from app.gui.settings.keyboard_page import KeyboardPage
from app.gui.settings.page import SettingsPage, tr
from app.gui.settings.rules_page import RulesPage
from app.gui.settings.servers_page import ServersPage
from app.gui.settings.side import Place, Side, entries_of
from app.gui.window.accounts import AccountCare
from app.store.views import Reader

WIDTH = 720


class SettingsWindow(QWidget):
    """Reads through `reader` (this thread). Feed it `on_changed` and `on_event`. `closed` when it goes."""

    closed = Signal()

    def __init__(
        self,
        theme: Theme,
        reader: Reader,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        *,
        outside: Outside,
        open_picker: Callable[[AccountId], None],
        open_add_account: Callable[[], None],
        close_composers: Callable[[AccountId], None],
    ) -> None:
        super().__init__(None, Qt.WindowType.Window)
        self.setObjectName("settings-window")
        self.setWindowTitle(tr("Settings"))
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self._reader, self._theme = reader, theme
        self._account: AccountId | None = None
        self._place = Place.ACCOUNT
        care = AccountCare(self, theme, reader, post, outside, close_composers, clock)
        self.account_page = AccountPage(theme, reader, post, care, open_add_account)
        self.identities_page = IdentitiesPage(theme, reader, post)
        self.rules_page = RulesPage(theme, reader, post)
        self.folders_page = FoldersPage(theme, reader, post, open_picker)
        self.servers_page = ServersPage(theme, reader, post, outside.open_link)
        self.keyboard_page = KeyboardPage(theme, reader, post)
        self.pages: dict[Place, SettingsPage] = {
            Place.ACCOUNT: self.account_page,
            Place.IDENTITIES: self.identities_page,
            Place.RULES: self.rules_page,
            Place.FOLDERS: self.folders_page,
            Place.SERVERS: self.servers_page,
            Place.KEYBOARD: self.keyboard_page,
        }
        self.side = Side(theme)
        self.side.went.connect(self.go)
        self.side.add_wanted.connect(open_add_account)
        self._stack = QStackedWidget()
        self._columns = {place: ScrollColumn(theme, page, WIDTH) for place, page in self.pages.items()}
        for place, column in self._columns.items():
            self._stack.addWidget(column)
            self.pages[place].told.connect(column.ensureWidgetVisible)
        self.failure = Ask(theme, name="settings-failure")
        self._rail = Surface(theme, "sunken", edge="trail")
        beside = QVBoxLayout(self._rail)
        beside.setContentsMargins(0, theme.px(16), 0, theme.px(12))
        beside.setSpacing(theme.px(8))
        title = Label(theme, tr("Settings"), "strong", 600)
        title.setContentsMargins(theme.px(20), 0, theme.px(20), 0)
        beside.addWidget(title)
        beside.addWidget(self.side, 1)
        ground = Surface(theme, "surface")
        right = QVBoxLayout(ground)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        right.addWidget(self.failure)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._rail)
        row.addWidget(ground, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def open(self, account: AccountId | None = None, page: str = "account") -> None:
        """Show it, at this account (None = the one it stands at, or the first). `page`: the value of a `Place`, or
        "second-server" for another server for sending."""
        second = page == "second-server"
        place = Place.SERVERS if second else Place(page)
        known = [row.id for row in self._reader.accounts()]
        wanted = account if account is not None else self._account
        if wanted not in known:
            wanted = known[0] if known else None
        if wanted is not None or place is Place.KEYBOARD:
            self.go(wanted, place)
        self.show()
        self.raise_()
        self.activateWindow()
        if second and wanted is not None:
            self.servers_page.want_second()

    def go(self, account: AccountId | None, place: Place) -> None:
        """Show that page; no account for a page that is of none."""
        account = self._account if account is None else account
        if (account, place) != (self._account, self._place):
            self.pages[self._place].leave()
        self._account, self._place = account, place
        self.refresh()

    def refresh(self) -> None:
        """What is here now; an account that is gone makes room for the first."""
        accounts = self._reader.accounts()
        row = next((row for row in accounts if row.id == self._account), accounts[0] if accounts else None)
        is_general = self._place is Place.KEYBOARD
        if row is None and not is_general:
            self.close()
            return
        account = row.id if row is not None else None
        if account != self._account and not is_general:
            self._place = Place.ACCOUNT
        self._account = account
        entries = entries_of(accounts, account)
        if entries != self.side.entries:
            self.side.show_entries(entries, account, self._place)
        self.side.stand_at(account, self._place)
        if is_general:
            self.keyboard_page.refresh()
        elif row is not None:
            self.pages[self._place].show_account(row)
        self._stack.setCurrentWidget(self._columns[self._place])

    def on_changed(self, event: Changed) -> None:
        if self.isVisible() and event.topics & {Topic.ACCOUNTS, Topic.FOLDERS, Topic.SETTINGS}:
            self.failure.clear()
            self.refresh()

    def on_event(self, event: Event) -> None:
        if not self.isVisible():
            return
        if (
            isinstance(event, CommandFailed)
            and event.command is not None
            and event.command.origin.startswith("settings")
        ):
            self.failure.put("danger", "circle-alert", event.reason, "", more=event.detail)
        for page in self.pages.values():
            page.on_event(event)

    def _restyle(self) -> None:
        self._rail.setFixedWidth(self._theme.px(240))
        self.setMinimumSize(self._theme.px(560), self._theme.px(420))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.pages[self._place].leave()
        self.closed.emit()
        super().closeEvent(event)
