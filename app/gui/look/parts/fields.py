"""Fields to type into and to choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme


class LineEdit(QLineEdit):
    """One line of text, with an icon at the leading end and a key hint at the trailing end while it is empty.

    `label` is its accessible name: a placeholder is no label. `kind`: "field" (outlined), "quiet" (search), "bare".
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        *,
        label: str,
        placeholder: str = "",
        icon_name: str = "",
        key: str = "",
        kind: str = "field",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme, self._icon_name, self._key, self._kind = theme, icon_name, key, kind
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(label)
        if name:
            self.setObjectName(name)
        if kind in ("quiet", "bare"):
            self.setProperty(kind, True)
        self.textChanged.connect(self._on_text_changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_key(self, key: str) -> None:
        """The hint at the end; "" = none."""
        self._key = key
        self._restyle()

    def set_invalid(self, invalid: bool) -> None:
        """Outline in the danger colour; say why in words beside it."""
        self.setProperty("invalid", invalid)
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def _restyle(self) -> None:
        px = self._theme.px
        lead = px(24) if self._icon_name else 0
        trail = int(self._theme.width(self._key, "caption", 500)) + px(14) if self._key else 0
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            lead, trail = trail, lead
        self.setTextMargins(lead, 0, trail, 0)
        if self._kind != "bare":
            self.setFixedHeight(px(32))
        self.update()

    def _on_text_changed(self) -> None:
        self.update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._icon_name and not self._key:
            return
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height, width = self._theme.px, canvas.rect.height(), canvas.rect.width()
        if self._icon_name:
            canvas.icon(self._icon_name, canvas.at(px(10), (height - px(15)) / 2, px(15), px(15)), "text3", stroke=1.75)
        if self._key and not self.text():
            hint = self._theme.width(self._key, "caption", 500) + px(12)
            box = canvas.at(width - hint - px(7), (height - px(18)) / 2, hint, px(18))
            canvas.fill(box, "raised" if self._theme.dark else "press", 4)
            canvas.text(box, self._key, "caption", 500, "text2", align="centre")
        painter.end()


class ComboBox(QComboBox):
    """A choice from a list, closed until opened. `label` is its accessible name."""

    def __init__(self, theme: Theme, *, label: str, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAccessibleName(label)
        if name:
            self.setObjectName(name)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        side = self._theme.px(14)
        lead = canvas.rect.width() - side - self._theme.px(10)
        canvas.icon("chevron-down", canvas.at(lead, (canvas.rect.height() - side) / 2, side, side), "text3")
        painter.end()
