"""A column of text width in the middle of whatever room there is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from app.gui.look.theme import Theme

SIDE = 24
"""Least room left and right of the column."""


class Column(QWidget):
    """Holds `content` at most `width` logical pixels wide, centred."""

    def __init__(self, theme: Theme, content: QWidget, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._content, self._width = theme, content, width
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addStretch(1)
        self._row.addWidget(content, 1000)
        self._row.addStretch(1)
        content.setSizePolicy(QSizePolicy.Policy.Expanding, content.sizePolicy().verticalPolicy())
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        side = self._theme.px(SIDE)
        self._row.setContentsMargins(side, 0, side, 0)
        self._content.setMaximumWidth(self._theme.px(self._width))


class _LowColumn(Column):
    """Its height follows from its width alone; Qt would add up the heights of all words at their narrowest."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


class ScrollColumn(QScrollArea):
    """A `Column` that scrolls up and down when the window is low or the text large; never sideways."""

    def __init__(self, theme: Theme, content: QWidget, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._column = _LowColumn(theme, content, width)
        self.setWidget(self._column)
        self.viewport().setAutoFillBackground(False)
        self._column.setAutoFillBackground(False)
        content.installEventFilter(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._column.minimumSizeHint().width(), 120)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_focus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._show_focus()
        return False

    def _show_focus(self) -> None:
        """What has the focus stays in sight when the room changes."""
        focused = self.focusWidget()
        if focused is not None and self.isAncestorOf(focused) and focused.height() < self.viewport().height() // 2:
            self.ensureWidgetVisible(focused)
