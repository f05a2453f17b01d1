"""Empty states: an icon, one sentence, one useful next step."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import IconLabel, Label
from app.gui.look.theme import Theme


class EmptyState(QWidget):
    """Fills a pane that has nothing to show. `acted` is sent when its button is pressed."""

    acted = Signal()

    def __init__(
        self,
        theme: Theme,
        icon_name: str = "inbox",
        sentence: str = "",
        detail: str = "",
        action: str = "",
        *,
        name: str = "empty",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName(name)
        centre = Qt.AlignmentFlag.AlignHCenter
        self._icon = IconLabel(theme, icon_name, "text3", 28)
        self._bold = Label(theme, "", "strong", 600, wrap=True, name=f"{name}-sentence")
        self._plain = Label(theme, "", "body", 400, "text2", wrap=True, name=f"{name}-detail")
        self._button = Button(theme, "", "secondary", height=30, name=f"{name}-action")
        self._button.clicked.connect(self.acted)
        for label in (self._bold, self._plain):
            label.setAlignment(centre)
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._column.addWidget(self._icon, 0, centre)
        self._column.addSpacing(8)
        self._column.addWidget(self._bold)
        self._column.addWidget(self._plain)
        self._column.addSpacing(12)
        self._column.addWidget(self._button, 0, centre)
        self._column.addStretch(3)
        theme.changed.connect(self._measure)
        self._measure()
        self.say(icon_name, sentence, detail, action)

    def say(self, icon_name: str, sentence: str, detail: str = "", action: str = "") -> None:
        self._icon.set_icon(icon_name, "text3")
        self._bold.setText(sentence)
        self._plain.setText(detail)
        self._plain.setVisible(bool(detail))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(f"{sentence} {detail}".strip())

    def sentence(self) -> str:
        return self._bold.text()

    def detail(self) -> str:
        return self._plain.text()

    def button(self) -> Button:
        return self._button

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(px(24), px(16), px(24), px(16))
        self._column.setSpacing(px(3))
