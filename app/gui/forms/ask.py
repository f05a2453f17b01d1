"""A question or a trouble, told in place: what it is, what is safe, and the answers as buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.forms.sides import set_margins
from app.gui.look.parts.banner import GROUND, INK, Tone
from app.gui.look.parts.buttons import Button, Kind
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme

_NARROW = 560
"""Logical pixels below which the answers go under the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`key` comes back in `Ask.answered`."""

    key: str
    text: str
    kind: Kind = "secondary"


class Ask(Surface):
    """Hidden until `put` shows it. It stays until it is answered or `clear`ed: a trouble has no ✕ while it lasts."""

    answered = Signal(str)
    """The `key` of the answer."""

    def __init__(self, theme: Theme, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, "warn_soft", radius=10, name=name, parent=parent)
        self._icon = IconLabel(theme, "info")
        self._title = Label(theme, weight=600, wrap=True, name=f"{name}Title")
        self._detail = Label(theme, colour="text2", wrap=True, name=f"{name}Detail")
        self._words = QVBoxLayout()
        self._words.setSpacing(1)
        self._words.addStretch(1)
        self._words.addWidget(self._title)
        self._words.addWidget(self._detail)
        self._more = Label(theme, role="meta", colour="text3", wrap=True, selectable=True, name=f"{name}More")
        self._words.addWidget(self._more)
        self._words.addStretch(1)
        self._head = QHBoxLayout()
        self._head.addWidget(self._icon)
        self._head.addLayout(self._words, 1)
        self._answers = QHBoxLayout()
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.addLayout(self._head, 1)
        self._box.addLayout(self._answers)
        self._buttons: list[Button] = []
        theme.changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def put(
        self,
        tone: Tone,
        icon_name: str,
        title: str,
        detail: str = "",
        answers: Sequence[Answer] = (),
        *,
        more: str = "",
    ) -> None:
        """Show it, replacing what was asked before. `detail`: what is safe and what to do. `more`: a server's own words."""
        self._more.setText(more)
        self._more.setVisible(bool(more))
        self.set_ground(GROUND[tone], "line" if tone == "neutral" else None)
        self._icon.set_icon(icon_name, INK[tone])
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        for old in self._buttons:
            self._answers.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [self._button(answer) for answer in answers]
        self.setAccessibleName(title)
        self.setAccessibleDescription(detail)
        self._arrange()
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def clear(self) -> None:
        self.hide()

    @property
    def title(self) -> str:
        """What it says now, "" while hidden."""
        return "" if self.isHidden() else self._title.text()

    @property
    def detail(self) -> str:
        return "" if self.isHidden() else self._detail.text()

    def button(self, key: str) -> Button:
        """The button of an answer; KeyError if there is none."""
        for button in self._buttons:
            if button.property("answer") == key:
                return button
        raise KeyError(key)

    def focus_first(self) -> None:
        if self._buttons:
            self._buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _button(self, answer: Answer) -> Button:
        button = Button(self._theme, answer.text, answer.kind, height=28, name=f"{self.objectName()}_{answer.key}")
        button.setProperty("answer", answer.key)
        button.clicked.connect(self._on_clicked)
        self._answers.addWidget(button)
        return button

    def _on_clicked(self) -> None:
        sender = self.sender()
        if sender is not None:
            self.answered.emit(str(sender.property("answer")))

    def _arrange(self) -> None:
        needed = sum(button.sizeHint().width() + self._theme.px(8) for button in self._buttons)
        narrow = self.width() < max(self._theme.px(_NARROW), needed + self._theme.px(280)) and bool(self._buttons)
        self._box.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self._answers.setAlignment(Qt.AlignmentFlag.AlignLeading if narrow else Qt.AlignmentFlag.AlignVCenter)

    def _restyle(self) -> None:
        px = self._theme.px
        self._head.setSpacing(px(10))
        self._answers.setSpacing(px(8))
        self._box.setSpacing(px(10))
        set_margins(self._box, self, px(14), px(9), px(10), px(9))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right walk through the answers."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        here = next((n for n, button in enumerate(self._buttons) if button.hasFocus()), None)
        if not step or here is None:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        self._buttons[(here + step) % len(self._buttons)].setFocus(Qt.FocusReason.TabFocusReason)
