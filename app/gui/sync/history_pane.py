"""The history with its search field and its account filter. Reads in the background, only while it is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import Command, UndoHistory
from app.core.ids import AccountId
from app.gui.background import Background
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label, Surface
from app.gui.look.theme import Theme
from app.gui.sync.history_model import HistoryModel
from app.gui.sync.history_row import tr
from app.gui.sync.history_view import HistoryView
from app.gui.sync.lines import Item, Line, gather, with_days
from app.store.rows import AccountRow
from app.store.views import Reader

PAGE = 300
"""Changes read at first, and more each time the end comes near."""
TYPING_MS, AGAIN_MS = 180, 250


class HistoryPane(Surface):
    """`message_asked` with the id of a message that shall be shown."""

    message_asked = Signal(int)

    def __init__(
        self,
        theme: Theme,
        background: Background,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "surface", name="history-pane", parent=parent)
        self._theme, self._background, self._post = theme, background, post
        self._account: AccountId | None = None
        self._limit, self._read = PAGE, 0
        self._asked = self._stale = self._unseen = False
        self.model = HistoryModel(clock, self)
        self.view = HistoryView(theme, self.model)
        self.view.undo_asked.connect(self._on_undo)
        self.view.opened.connect(self._on_opened)
        self.view.menu_asked.connect(self._on_menu)
        self.view.end_near.connect(self._on_end_near)
        self._build()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)

    def _build(self) -> None:
        theme = self._theme
        self.search = LineEdit(
            theme,
            label=tr("Search history"),
            placeholder=tr("Search history"),
            icon_name="search",
            kind="quiet",
            name="history-search",
        )
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_typed)
        self.filter = Button(theme, tr("All accounts"), "quiet", menu_arrow=True, height=32, name="history-account")
        self.filter.clicked.connect(self._on_filter)
        self.title = Label(theme, tr("History"), "strong", 600)
        self._head = QHBoxLayout()
        self._head.addWidget(self.title)
        self._head.addStretch(1)
        self._head.addWidget(self.search, 10)
        self._head.addWidget(self.filter)
        self.empty = EmptyState(theme, "history", name="history-empty")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.view)
        self.stack.addWidget(self.empty)
        self._inner = QHBoxLayout()
        self._inner.addWidget(self.stack)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addLayout(self._inner, 1)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, px(10), 0, 0)
        self._head.setContentsMargins(px(24), 0, px(24), px(4))
        self._head.setSpacing(px(8))
        self._inner.setContentsMargins(px(12), 0, px(12), 0)
        self.search.setMaximumWidth(px(240))

    # --- what is shown

    def know(self, accounts: Sequence[AccountRow]) -> None:
        """The accounts there are, in their order."""
        self.model.accounts = {account.id: account for account in accounts}
        self.filter.setVisible(len(accounts) > 1)
        if self._account is not None and self._account not in self.model.accounts:
            self._choose(None)
        self.view.viewport().update()

    def refresh(self) -> None:
        """Something was added to the history."""
        if not self.isVisible():
            self._unseen = True
        elif not self._timer.isActive():
            self._timer.start(AGAIN_MS)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._unseen or not self.model.items:
            self._unseen = False
            self._ask()

    def _ask(self) -> None:
        if self._asked:
            self._stale = True
            return
        self._asked = True
        words, account, limit = self.search.text().strip(), self._account, self._limit

        def read(reader: Reader) -> tuple[int, list[Item]]:
            rows = reader.history(words, account, limit)
            return len(rows), with_days(gather(rows))

        self._background.ask(read, self._take, self._give_up)

    def _give_up(self) -> None:
        """The library could not be read; the next change tries again."""
        self._asked = False

    def _take(self, answer: tuple[int, list[Item]]) -> None:
        self._asked = False
        self._read, items = answer
        if items != self.model.items:
            self.view.show_items(items)
        if not items:
            self._say_empty()
        self.stack.setCurrentWidget(self.view if items else self.empty)
        if self._stale:
            self._stale = False
            self._ask()

    def _say_empty(self) -> None:
        words = self.search.text().strip()
        if words:
            detail = tr("The history holds no line with these words.")
            self.empty.say("search", tr("Nothing matches “{words}”").format(words=words), detail)
        else:
            detail = tr("Each change that sync makes on either side is told here, with its cause.")
            self.empty.say("history", tr("Nothing has changed yet"), detail)

    def _on_end_near(self) -> None:
        if self._read >= self._limit and not self._asked:
            self._limit += PAGE
            self._ask()

    def _on_typed(self) -> None:
        self._limit = PAGE
        self._timer.start(TYPING_MS)

    # --- the filter

    def _on_filter(self) -> None:
        menu = self.filter_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.filter.mapToGlobal(QPoint(0, self.filter.height())))

    def filter_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.addAction(tr("All accounts"), lambda: self._choose(None))
        for account in self.model.accounts:
            action = menu.addAction(self.model.account_name(account))
            action.triggered.connect(lambda _checked=False, account=account: self._choose(account))
        return menu

    def _choose(self, account: AccountId | None) -> None:
        self._account, self._limit = account, PAGE
        name = tr("All accounts") if account is None else self.model.account_name(account)
        self.filter.setText(self._theme.elided(name, self._theme.px(160), "body", 500))
        self._ask()

    # --- acts

    def _on_undo(self, line: Line) -> None:
        self._post(UndoHistory(origin="window", entries=line.reversible))

    def _on_opened(self, line: Line) -> None:
        if line.newest.message:
            self.message_asked.emit(int(line.newest.message))

    def _on_menu(self, line: Line, at: QPoint) -> None:
        menu = self.line_menu(line)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at)

    def line_menu(self, line: Line) -> QMenu:
        menu = QMenu(self)
        undo = menu.addAction(tr("Undo") + "\tZ", lambda: self._on_undo(line))
        undo.setEnabled(bool(line.reversible))
        show = menu.addAction(tr("Show the message") + "\t" + tr("Enter"), lambda: self._on_opened(line))
        show.setEnabled(bool(line.newest.message))
        return menu

    def take_focus(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
