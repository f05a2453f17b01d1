"""Banners: what happened, what is safe, and one button that helps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.flow import Flow
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

Tone = Literal["neutral", "info", "warn", "danger", "ok"]

GROUND: dict[Tone, Colour] = {
    "neutral": "sunken",
    "info": "accent_soft",
    "warn": "warn_soft",
    "danger": "danger_soft",
    "ok": "ok_soft",
}
INK: dict[Tone, Colour] = {"neutral": "text2", "info": "accent_text", "warn": "warn", "danger": "danger", "ok": "ok"}
ICON: dict[Tone, str] = {
    "neutral": "info",
    "info": "info",
    "warn": "hourglass",
    "danger": "triangle-alert",
    "ok": "circle-check",
}


class Banner(Surface):
    """Stays while the problem lasts: no way to close it. `acted` is sent when its one button is pressed.

    A neutral banner is one line with a link; the others have a bold sentence and an optional second one.
    """

    acted = Signal()
    chosen = Signal(int)
    """One of the further choices was pressed, by its place."""

    def __init__(
        self,
        theme: Theme,
        tone: Tone = "neutral",
        sentence: str = "",
        detail: str = "",
        *,
        icon_name: str = "",
        action: str = "",
        name: str = "banner",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, GROUND[tone], radius=8, name=name, parent=parent)
        self._bold = Label(theme, "", "body", 600, wrap=True, name=f"{name}-sentence")
        self._plain = Label(theme, "", "body", 400, "text2", wrap=True, name=f"{name}-detail")
        self._icon = IconLabel(theme, ICON[tone], INK[tone])
        self._button = Button(theme, "", "secondary", height=28, name=f"{name}-action")
        self._button.clicked.connect(self.acted)
        self._words = QVBoxLayout()
        self._words.addWidget(self._bold)
        self._words.addWidget(self._plain)
        self._choices = Flow()
        self._offered: tuple[str, ...] = ()
        self._choice_box = QWidget()
        self._choice_box.setLayout(self._choices)
        self._words.addWidget(self._choice_box)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addLayout(self._words, 1)
        self._row.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self._tone: Tone = tone
        theme.changed.connect(self._measure)
        self._measure()
        self.say(sentence, detail, tone=tone, icon_name=icon_name, action=action)

    def say(
        self,
        sentence: str,
        detail: str = "",
        *,
        tone: Tone | None = None,
        icon_name: str = "",
        action: str = "",
        choices: Sequence[str] = (),
    ) -> None:
        """Show other words; `tone` None keeps the present one, `action` "" shows no button.

        `choices`: for a question, what else may be answered; then all buttons stand below the words.
        """
        self._tone = tone or self._tone
        self.set_ground(GROUND[self._tone], "line" if self._tone == "neutral" else None)
        self._icon.set_icon(icon_name or ICON[self._tone], INK[self._tone])
        self._bold.setText(sentence)
        self._bold.set_weight(400 if self._tone == "neutral" and not detail else 600)
        self._plain.setText(detail)
        self._plain.setVisible(bool(detail))
        self._button.set_kind("link" if self._tone == "neutral" else "secondary")
        self._button.setText(action)
        self._button.setVisible(bool(action) and not choices)
        self._fill_choices(action, choices)
        self.setAccessibleName(f"{sentence} {detail}".strip())
        self._measure()

    def _fill_choices(self, action: str, choices: Sequence[str]) -> None:
        if self._offered == (action, *choices):
            return  # a button that is being pressed must not be replaced by its like
        self._offered = (action, *choices)
        self._choices.clear()
        for place, words in enumerate((action, *choices) if choices else (), -1):
            name = f"{self.objectName()}-{'action-first' if place < 0 else f'choice-{place}'}"
            button = Button(self._theme, words, "secondary" if place < 0 else "quiet", height=28, name=name)
            button.clicked.connect(
                self.acted if place < 0 else lambda _checked=False, place=place: self.chosen.emit(place)
            )
            self._choices.addWidget(button)
        self._choice_box.setVisible(bool(choices))

    def sentence(self) -> str:
        return self._bold.text()

    def detail(self) -> str:
        return self._plain.text()

    def button(self) -> Button:
        """The one button, for a test or a shortcut."""
        return self._button

    def _measure(self) -> None:
        px = self._theme.px
        self.setMinimumHeight(px(36))
        tall = px(6) if not self._plain.text() else px(10)
        self._row.setContentsMargins(px(12), tall, px(8), tall)
        self._row.setSpacing(px(10))
        self._words.setSpacing(px(2))
        self._choices.setSpacing(px(4))
        self._choice_box.setContentsMargins(0, px(4), 0, 0)
