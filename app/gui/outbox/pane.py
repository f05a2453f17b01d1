"""What waits on this computer: letters with their state and choices, or drafts to go on with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.core.commands import Command, DiscardDraft
from app.core.ids import DraftId
from app.core.values import OutboxState
from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.chips import Chip, Tone
from app.gui.look.parts.empty import EmptyState
from app.gui.look.parts.labels import ElidedLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.messages.times import long_time
from app.gui.outbox.letters import Choice, LetterDesk, tr
from app.gui.outside import Outside
from app.store.rows import DraftRow, OutboxRow

MOST = 60
"""Cards shown; more than that waits below a sentence."""


class OutboxPane(Surface):
    """`show_letters` or `show_drafts` fills it. `draft_opened` asks for the composer."""

    draft_opened = Signal(object)
    servers_asked = Signal(object)
    """An account whose letters want another server."""
    folders_asked = Signal()

    def __init__(
        self,
        theme: Theme,
        post: Callable[[Command], None],
        clock: Callable[[], float],
        outside: Outside,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, "surface", name="outbox-pane", parent=parent)
        self._theme, self._post, self._clock, self._outside = theme, post, clock, outside
        self._letters = LetterDesk(post, outside, self.servers_asked.emit)
        self._shown: list[OutboxRow] | list[DraftRow] = []
        self._title = Label(theme, "", "title", 600, name="outbox-title")
        self._detail = Label(theme, "", "meta", 400, "text3", wrap=True, name="outbox-detail")
        self._cards = QVBoxLayout()
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.addLayout(self._cards)
        self._page.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        self._empty = EmptyState(theme, "send", tr("Nothing waits here"), tr("Letters are on their way or delivered."))
        self._stack = QStackedWidget()
        self._stack.addWidget(scroll)
        self._stack.addWidget(self._empty)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._title)
        self._column.addWidget(self._detail)
        self._column.addWidget(self._stack, 1)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(24), px(14), px(24), px(8))
        self._column.setSpacing(px(4))
        self._page.setContentsMargins(0, px(12), px(8), px(12))
        self._cards.setSpacing(px(10))

    def show_letters(self, letters: Sequence[OutboxRow]) -> None:
        """Letters of one account that are not done."""
        rows = [row for row in letters if row.state is not OutboxState.SENT or not row.filed]
        self._title.setText(tr("Outbox"))
        self._detail.setText(tr("Letters go out in this order. Each is sent once at most."))
        self._empty.say("send", tr("Nothing waits here"), tr("All letters are delivered and filed."))
        if rows != self._shown:
            self._shown = list(rows)
            self._fill([self._letter_card(row) for row in rows[:MOST]])

    def show_drafts(self, drafts: Sequence[DraftRow]) -> None:
        self._title.setText(tr("Drafts on this computer"))
        self._detail.setText(tr("Saved here while you write. Click one to go on."))
        self._empty.say("pen-line", tr("No drafts here"), tr("Press N to write a message."))
        rows = list(drafts)
        if rows != self._shown:
            self._shown = rows
            self._fill([self._draft_card(row) for row in rows[:MOST]])

    def _fill(self, cards: Sequence[QWidget]) -> None:
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for card in cards:
            self._cards.addWidget(card)
        self._stack.setCurrentIndex(0 if cards else 1)

    def _card(
        self,
        name: str,
        title: str,
        people: str,
        when: float,
        chip: tuple[str, Tone, str] | None,
        words: str,
        choices: Sequence[Choice],
    ) -> QWidget:
        theme, px = self._theme, self._theme.px
        card = Surface(theme, "surface", line="edge", radius=10, name=name)
        column = QVBoxLayout(card)
        column.setContentsMargins(px(14), px(12), px(14), px(12))
        column.setSpacing(px(4))
        first = QHBoxLayout()
        first.setSpacing(px(8))
        first.addWidget(ElidedLabel(theme, title, "strong", 600))
        if chip is not None:
            first.addWidget(Chip(theme, chip[0], chip[1], icon_name=chip[2]))
        first.addStretch(1)
        when_label = long_time(when, self._clock(), QLocale())
        first.addWidget(Label(theme, when_label, "meta", 400, "text3", tabular=True))
        column.addLayout(first)
        column.addWidget(Label(theme, people, "meta", 400, "text2", wrap=True))
        if words:
            column.addWidget(Label(theme, words, "body", 400, "text", wrap=True, name=f"{name}-words"))
        row = Flow()
        row.setSpacing(px(8))
        for text, kind, does, suffix in choices:
            button = Button(theme, text, kind, height=28, name=f"{name}-{suffix}")
            button.clicked.connect(lambda _checked=False, does=does: does())
            row.addWidget(button)
        if choices:
            column.addSpacing(px(4))
            column.addLayout(row)
        card.setAccessibleName(f"{title}, {chip[0] if chip else ''}. {words}")
        return card

    def _letter_card(self, row: OutboxRow) -> QWidget:
        chip, words, choices = self._letters.words(row)
        people = tr("to {names}").format(names=", ".join(row.to[:6]))
        return self._card(f"letter-{row.id}", row.subject or tr("No subject"), people, row.since, chip, words, choices)

    def _draft_card(self, row: DraftRow) -> QWidget:
        draft = row.id
        people = ", ".join(person.name or person.email for person in row.letter.to[:6])
        people = tr("to {names}").format(names=people) if people else tr("No recipient yet")
        words = " ".join(row.letter.text.split())[:160]
        go_on: Choice = (tr("Go on writing"), "secondary", lambda: self.draft_opened.emit(row), "open")
        discard: Choice = (tr("Discard…"), "quiet", lambda: self._discard(draft), "discard")
        subject = row.letter.subject or tr("No subject")
        return self._card(f"draft-{row.id}", subject, people, row.saved, None, words, [go_on, discard])

    # --- choices

    def _discard(self, draft: DraftId) -> None:
        if self._outside.ask_yes(tr("Discard this draft?"), tr("Its text is gone for good."), tr("Discard")):
            self._post(DiscardDraft(origin="window", draft=draft))
