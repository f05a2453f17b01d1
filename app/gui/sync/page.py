"""The Sync page: the accounts' cards above, below them the history and what waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.commands import Command, Sync
from app.core.ids import AccountId
from app.gui.background import Background
from app.gui.folders.standing import Standing
from app.gui.look.parts.banner import Banner
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.choices import Segmented
from app.gui.look.parts.labels import ElidedLabel, Hairline, Label, Surface
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.sync.account_card import AccountCard
from app.gui.sync.history_pane import HistoryPane
from app.gui.sync.states import card_words
from app.gui.sync.waiting import WaitingPane
from app.gui.sync.waits import waits
from app.store.rows import AccountRow, OutboxRow, QueueRow

CARD, WAITING, TOGETHER = 300, 384, 860
"""Pixels: the least width of a card, the column of what waits, the least width of a page that shows both halves."""
WAITS_S, TICK_MS = 15.0, 1000
"""How often times are told anew: those of what waits (seconds), those of the accounts."""


def tr(text: str) -> str:
    return QCoreApplication.translate("SyncPage", text)


class SyncPage(Surface):
    """`show_accounts` fills it; `tell` is called when an account's standing or the clock moved on."""

    folders_asked = Signal()
    account_menu_asked = Signal(int, QPoint)
    sign_in_asked = Signal(int)
    counts_asked = Signal(int)

    def __init__(
        self,
        theme: Theme,
        background: Background,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        outside: Outside,
        standing: Standing,
        check_every: Callable[[], float],
        parent: QWidget | None = None,
    ) -> None:
        """`check_every`: seconds between two looks at all folders."""
        super().__init__(theme, "surface", name="sync-page", parent=parent)
        self._check_every = check_every
        self._theme, self._post, self._clock, self._standing = theme, post, clock, standing
        self._accounts: list[AccountRow] = []
        self._queue: Sequence[QueueRow] = ()
        self._outbox: Sequence[OutboxRow] = ()
        self._stuck: dict[AccountId, bool] = {}
        self._told_waits = 0.0
        self.cards: dict[AccountId, AccountCard] = {}
        self.history = HistoryPane(theme, background, post, clock)
        self.waiting = WaitingPane(theme, post, outside)
        self._build()
        theme.changed.connect(self._measure)
        self._measure()
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self.tell)
        self._tick.start()

    def _build(self) -> None:
        theme = self._theme
        self.fold_button = ToolButton(theme, "menu", tr("Folders"), name="sync-show-folders")
        self.fold_button.clicked.connect(self.folders_asked)
        self.fold_button.hide()
        self._subtitle = ElidedLabel(
            theme, tr("Every change on either side, and what is still owed"), "meta", 400, "text2"
        )
        self.sync_button = Button(theme, tr("Sync now"), icon_name="refresh-cw", key="F5", height=30, name="sync-now")
        self.sync_button.clicked.connect(self._on_sync)
        self._head = QHBoxLayout()
        self._head.addWidget(self.fold_button)
        self._head.addWidget(Label(theme, tr("Sync"), "title", 600))
        self._head.addWidget(self._subtitle, 1)
        self._head.addStretch(1)
        self._head.addWidget(self.sync_button)
        self._head_box = QWidget()
        self._head_box.setLayout(self._head)
        self._grid = QGridLayout()
        cards = QWidget()
        cards.setLayout(self._grid)
        self._cards_box = cards
        self._scroll = QScrollArea()
        self._scroll.setWidget(cards)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        cards.setAutoFillBackground(False)
        self.halves = Segmented(theme, [tr("History"), tr("Waiting")], name="sync-halves")
        self.halves.chosen.connect(self._show_halves)
        self._halves_row = QHBoxLayout()
        self._halves_row.addWidget(self.halves)
        self._halves_row.addStretch(1)
        self.failure = Banner(theme, "danger", name="sync-failure")
        self.failure_box = QWidget()
        self._failure_row = QHBoxLayout(self.failure_box)
        self._failure_row.addWidget(self.failure)
        self.failure.acted.connect(self.failure_box.hide)
        self.failure_box.hide()
        self._both = QHBoxLayout()
        self._both.setSpacing(0)
        self._both.addWidget(self.history, 1)
        self._both.addWidget(self.waiting)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._head_box)
        self._column.addWidget(self._scroll)
        self._column.addLayout(self._halves_row)
        self._column.addWidget(self.failure_box)
        self._column.addWidget(Hairline(theme))
        self._column.addLayout(self._both, 1)

    def _measure(self) -> None:
        px = self._theme.px
        self._head_box.setFixedHeight(px(52))
        self._head.setContentsMargins(px(24), 0, px(24), 0)
        self._head.setSpacing(px(10))
        self._grid.setContentsMargins(px(24), px(4), px(24), px(14))
        self._grid.setSpacing(px(12))
        self._failure_row.setContentsMargins(px(24), 0, px(24), px(10))
        self._arrange()

    def set_folded(self, folded: bool) -> None:
        """The folder pane is away: its button stands here."""
        self.fold_button.setVisible(folded)

    # --- what is shown

    def show_accounts(
        self, accounts: Sequence[AccountRow], queue: Sequence[QueueRow], outbox: Sequence[OutboxRow]
    ) -> None:
        self._accounts, self._queue, self._outbox = list(accounts), queue, outbox
        there = {account.id for account in accounts}
        for gone in [account for account in self.cards if account not in there]:
            card = self.cards.pop(gone)
            card.hide()
            card.deleteLater()
        for account in accounts:
            if account.id not in self.cards:
                self.cards[account.id] = self._new_card(account)
            self.cards[account.id].know(account)
        self.history.know(accounts)
        self._arrange()
        self._told_waits = 0.0
        self.tell()

    def _new_card(self, account: AccountRow) -> AccountCard:
        card = AccountCard(self._theme, account)
        card.check_asked.connect(self._on_check)
        card.sign_in_asked.connect(self.sign_in_asked)
        card.counts_asked.connect(self.counts_asked)
        card.menu_asked.connect(self.account_menu_asked)
        return card

    def tell(self) -> None:
        """Put into words how the accounts stand now."""
        if not self.isVisible():
            return
        now, every = self._clock(), self._check_every()
        for account in self._accounts:
            said, running = self._standing.said(account.id), self._standing.progress(account.id)
            self.cards[account.id].say(card_words(account, said, running, now, every))
        stuck = {account.id: self._standing.is_stuck(account.id) for account in self._accounts}
        if stuck != self._stuck or now - self._told_waits >= WAITS_S:
            self._tell_waits(stuck, now)

    def _tell_waits(self, stuck: dict[AccountId, bool], now: float) -> None:
        """What waits may be long: it is looked through when it changed, and now and then for the sake of its times."""
        self._stuck, self._told_waits = stuck, now
        rows = {account.id: account for account in self._accounts}
        names = {account.id: account.name or account.email for account in self._accounts}
        cards = waits(self._queue, self._outbox, names, stuck, now)
        self.waiting.show_waits(cards, rows)
        count = QLocale().toString(self.waiting.count)
        self.halves.set_text(1, tr("Waiting ({n})").format(n=count) if self.waiting.count else tr("Waiting"))

    def say_failed(self, sentence: str, detail: str) -> None:
        """What was asked for on this page could not be done."""
        self.failure.say(sentence, detail, action=tr("Close"))
        self.failure_box.show()

    def stop(self) -> None:
        """Nothing is read any more."""
        self._tick.stop()

    def take_focus(self) -> None:
        self.history.take_focus()

    # --- arranging

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.tell()

    def _arrange(self) -> None:
        px, width = self._theme.px, self.width()
        columns = max(1, min(len(self._accounts), (width - px(36)) // px(CARD + 12)))
        for place, account in enumerate(self._accounts):
            self._grid.addWidget(self.cards[account.id], place // columns, place % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        lines = (len(self._accounts) + columns - 1) // max(1, columns)
        wanted = self._cards_box.sizeHint().height() if lines else 0
        self._scroll.setFixedHeight(min(wanted, max(px(112), self.height() * 2 // 5)))
        self._subtitle.setVisible(width >= px(620))
        self.waiting.setFixedWidth(px(WAITING) if self._together() else max(0, width))
        self._show_halves()

    def _together(self) -> bool:
        return self.width() >= self._theme.px(TOGETHER)

    def _show_halves(self) -> None:
        together = self._together()
        self.halves.setVisible(not together)
        self._halves_row.setContentsMargins(
            self._theme.px(24), 0, self._theme.px(24), 0 if together else self._theme.px(10)
        )
        self.history.title.setVisible(together)
        self.history.setVisible(together or self.halves.current() == 0)
        self.waiting.setVisible(together or self.halves.current() == 1)

    # --- acts

    def _on_sync(self) -> None:
        for account in self._accounts:
            self._on_check(int(account.id))

    def _on_check(self, account: int) -> None:
        self._post(Sync(origin="window", account=AccountId(account)))
