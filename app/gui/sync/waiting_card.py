"""One card of what waits: its state, whose it is, what will happen, and the choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.chips import INK, Chip, FoldButton, Tone
from app.gui.look.parts.labels import ElidedLabel, IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.outbox.letters import Choice
from app.gui.sync.account_card import AccountDot
from app.gui.sync.waits import Wait, tr
from app.store.rows import QueueRow

EACH = 50
"""Changes of a card that are listed one by one."""


class WaitingCard(Surface):
    """`retry` and `discard` are told the entries of a single change, where a card holds several."""

    def __init__(
        self,
        theme: Theme,
        wait: Wait,
        account: tuple[str, str],
        chip: tuple[str, Tone],
        words: str,
        choices: Sequence[Choice],
        one_by_one: Callable[[str, QueueRow], None],
    ) -> None:
        """`account`: name and colour, an empty name where there is only one."""
        name = f"wait-{wait.key}"
        super().__init__(theme, "raised" if theme.dark else "surface", line="edge", radius=10, name=name)
        self._theme, self._wait, self._one_by_one = theme, wait, one_by_one
        px = theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(10), px(12), px(10))
        column.setSpacing(px(6))
        first = QHBoxLayout()
        first.setSpacing(px(6))
        state = Chip(theme, *chip)
        state.setMinimumWidth(state.sizeHint().width())
        first.addWidget(state)
        first.addStretch(1)
        if account[0]:
            first.addWidget(AccountDot(theme, account[1]))
            first.addWidget(ElidedLabel(theme, account[0], "meta", 400, "text2"))
        column.addLayout(first)
        second = QHBoxLayout()
        second.setSpacing(px(8))
        second.addWidget(IconLabel(theme, wait.icon, INK[wait.tone]), 0, Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout()
        inside.setSpacing(px(2))
        inside.addWidget(Label(theme, wait.title, "body", 600, wrap=True, name=f"{name}-title"))
        inside.addWidget(Label(theme, words, "meta", 400, "text2", wrap=True, name=f"{name}-words"))
        if choices:
            inside.addSpacing(px(4))
            inside.addLayout(self._buttons(choices))
        if len(wait.rows) > 1:
            inside.addWidget(self._fold())
            self._each = QVBoxLayout()
            self._each.setSpacing(px(2))
            inside.addLayout(self._each)
        second.addLayout(inside, 1)
        column.addLayout(second)
        theme.changed.connect(self._repaint)
        self.setAccessibleName(f"{chip[0]}: {wait.title}. {words}")

    def _repaint(self) -> None:
        self.set_ground("raised" if self._theme.dark else "surface", "edge")

    def _buttons(self, choices: Sequence[Choice]) -> Flow:
        row = Flow()
        row.setSpacing(self._theme.px(6))
        for text, kind, does, suffix in choices:
            button = Button(self._theme, text, kind, height=28, name=f"{self.objectName()}-{suffix}")
            button.clicked.connect(lambda _checked=False, does=does: does())
            row.addWidget(button)
        return row

    def _fold(self) -> FoldButton:
        fold = FoldButton(self._theme, tr("Show each"), tr("Hide each"), name=f"{self.objectName()}-each")
        fold.toggled.connect(self._on_folded)
        return fold

    def _on_folded(self, opened: bool) -> None:
        while (item := self._each.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if not opened:
            return
        for row in self._wait.rows[:EACH]:
            self._each.addWidget(self._line(row))
        if len(self._wait.rows) > EACH:
            words = tr("and {n} more").format(n=len(self._wait.rows) - EACH)
            self._each.addWidget(Label(self._theme, words, "meta", 400, "text3"))

    def _line(self, row: QueueRow) -> QWidget:
        line = QWidget()
        inside = QHBoxLayout(line)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(self._theme.px(2))
        inside.addWidget(ElidedLabel(self._theme, row.subject or tr("No subject"), "meta", 400, "text2"))
        inside.addStretch(1)
        for act, icon, tip in (("retry", "refresh-cw", tr("Try now")), ("discard", "x", tr("Discard…"))):
            button = ToolButton(self._theme, icon, f"{tip} {row.subject}", side=24, name=f"wait-{row.id}-{act}")
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked=False, act=act: self._one_by_one(act, row))
            inside.addWidget(button)
        return line
