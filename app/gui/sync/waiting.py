"""The column of what waits: for the user's word, for another try, or for the next sync."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import Command, DiscardOwed, RetryOwed
from app.core.ids import AccountId
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.chips import Tone
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.outbox.letters import Choice, LetterDesk
from app.gui.outside import Outside
from app.gui.sync.waiting_card import WaitingCard
from app.gui.sync.waits import Wait, tr
from app.store.rows import AccountRow, QueueRow

MOST = 30
"""Cards shown; more than that waits below a sentence."""


class WaitingPane(Surface):
    """`look_asked` with the question of the mass-change guard whose messages shall be listed."""

    look_asked = Signal(object)
    servers_asked = Signal(object)
    """An account whose letters want another server."""

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        outside: Outside,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "bg", edge="lead", name="waiting-pane", parent=parent)
        self._theme, self._post, self._outside = theme, post, outside
        self._letters = LetterDesk(post, outside, self.servers_asked.emit)
        self._shown: list[Wait] | None = None
        self.count = 0
        """How many changes and letters wait."""
        self._accounts: Mapping[AccountId, AccountRow] = {}
        self.title = Label(theme, tr("Waiting"), "strong", 600)
        self._count = Label(theme, "", "meta", 400, "text3", tabular=True, name="waiting-count")
        self.retry_all = Button(theme, tr("Retry all"), "link", height=28, name="retry-all")
        self.retry_all.clicked.connect(self._on_retry_all)
        self._head_box = QWidget()
        self._head = QHBoxLayout(self._head_box)
        self._head.addWidget(self.title)
        self._head.addWidget(self._count)
        self._head.addStretch(1)
        self._head.addWidget(self.retry_all)
        self._made: dict[str, tuple[Wait, WaitingCard]] = {}
        self._more = Label(theme, "", "meta", 400, "text2", wrap=True)
        self._more.hide()
        self._cards = QVBoxLayout()
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.addLayout(self._cards)
        self._page.addWidget(self._more)
        self._page.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        self.empty = EmptyState(
            theme,
            "circle-check",
            tr("Nothing waits"),
            tr("What you do here reaches the mailbox with the next sync; until then it is listed here."),
            name="waiting-empty",
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(self._scroll)
        self._stack.addWidget(self.empty)
        self._foot_box = QWidget()
        self._foot = QHBoxLayout(self._foot_box)
        self._foot.addWidget(IconLabel(theme, "info", "text3", 14), 0, Qt.AlignmentFlag.AlignTop)
        self._foot.addWidget(
            Label(theme, tr("One stuck item never holds up the others."), "meta", 400, "text3", wrap=True), 1
        )
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._head_box)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self._foot_box)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(1), px(10), 0, px(12))
        self._column.setSpacing(px(8))
        self._head.setContentsMargins(px(20), px(2), px(20), px(2))
        self._head.setSpacing(px(8))
        self._head_box.setFixedHeight(px(32))
        self._page.setContentsMargins(px(20), 0, px(20), 0)
        self._cards.setSpacing(px(8))
        self._foot.setContentsMargins(px(20), 0, px(20), 0)
        self._foot.setSpacing(px(8))

    # --- what is shown

    def show_waits(self, cards: Sequence[Wait], accounts: Mapping[AccountId, AccountRow]) -> None:
        if list(cards) == self._shown:
            return
        self._shown, self._accounts = list(cards), accounts
        self.count = sum(max(1, len(card.rows)) for card in cards)
        self._count.setText(QLocale().toString(self.count) if self.count else "")
        self.retry_all.setVisible(bool(self._retryable()))
        self._fill(cards)
        self._foot_box.setVisible(bool(cards))
        self._stack.setCurrentWidget(self._scroll if cards else self.empty)

    def _fill(self, cards: Sequence[Wait]) -> None:
        """Cards that stay the same stay, with what is unfolded or has the focus."""
        before: dict[str, tuple[Wait, WaitingCard]] = self._made
        self._made = {}
        while self._cards.takeAt(0) is not None:
            pass
        for wait in cards[:MOST]:
            was = before.get(wait.key)
            card = was[1] if was is not None and was[0] == wait else self._card(wait)
            if was is not None and card is was[1]:
                del before[wait.key]
            self._made[wait.key] = wait, card
            self._cards.addWidget(card)
        for _, gone in before.values():
            gone.hide()
            gone.deleteLater()
        more = len(cards) - MOST
        self._more.setVisible(more > 0)
        self._more.setText(tr("{n} more wait below these.").format(n=QLocale().toString(more)))

    def _card(self, wait: Wait) -> WaitingCard:
        row = self._accounts.get(wait.account)
        several = len(self._accounts) > 1 and row is not None
        account = ((row.name or row.email), row.color) if several and row is not None else ("", "")
        chip: tuple[str, Tone] = (wait.chip, wait.tone)
        words, choices = wait.detail, self._choices(wait)
        if wait.letter is not None:
            (text, tone, _icon), words, choices = self._letters.words(wait.letter)
            chip = (text, tone)
        return WaitingCard(self._theme, wait, account, chip, words, choices, self._one_by_one)

    def _choices(self, wait: Wait) -> list[Choice]:
        asked = wait.asked
        if asked is not None and asked.asked is not None:
            keep: Choice = (tr("Keep"), "quiet", lambda: self._discard(wait), "keep")
            look: Choice = (tr("Look…"), "secondary", lambda: self.look_asked.emit(asked.asked), "look")
            if asked.asked.approved:
                return [look, keep]
            return [look, (tr("Delete them"), "danger", lambda: self._retry(wait), "apply"), keep]
        if wait.rows and wait.rows[0].question and not wait.lost:
            return [
                (tr("Move to Trash and delete"), "danger", lambda: self._retry(wait), "apply"),
                (tr("Keep the folder"), "quiet", lambda: self._discard(wait), "keep"),
            ]
        give_up: Choice = (tr("Discard…"), "quiet", lambda: self._ask_discard(wait.rows), "discard")
        words = tr("Make it again") if wait.lost else tr("Try now")
        again: Choice = (words, "secondary", lambda: self._retry(wait), "retry")
        return [again, give_up]

    # --- choices

    def _retryable(self) -> tuple[str, ...]:
        """Everything but questions, to which another try would mean yes."""
        return tuple(row.id for card in self._shown or () if not card.decides for row in card.rows)

    def _on_retry_all(self) -> None:
        self._post(RetryOwed(origin="window", entries=self._retryable()))

    def _retry(self, wait: Wait) -> None:
        self._post(RetryOwed(origin="window", entries=wait.entries))

    def _discard(self, wait: Wait) -> None:
        self._post(DiscardOwed(origin="window", entries=wait.entries))

    def _ask_discard(self, rows: Sequence[QueueRow]) -> None:
        count = len(rows)
        question = tr("Discard this change?")
        if count > 1:
            question = tr("Discard {n} changes?").format(n=QLocale().toString(count))
        detail = tr("The mailbox is not told. What is here goes back to what the mailbox holds.")
        if self._outside.ask_yes(question, detail, tr("Discard")):
            self._post(DiscardOwed(origin="window", entries=tuple(row.id for row in rows)))

    def _one_by_one(self, act: str, row: QueueRow) -> None:
        if act == "retry":
            self._post(RetryOwed(origin="window", entries=(row.id,)))
        else:
            self._ask_discard([row])
