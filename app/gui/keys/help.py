"""Keys at a glance: every action that has keys, by the menus they stand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.gui.keys.caps import caps_width, paint_caps
from app.gui.keys.keymap import caps, written
from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme

_COLUMN = 290
"""Least width of a column, pixels at 100 %."""


def tr(text: str) -> str:
    return QCoreApplication.translate("KeyHelp", text)


@dataclass(frozen=True, slots=True)
class KeyGroup:
    """`lines`: what is done, and its keys."""

    title: str
    lines: Sequence[tuple[str, Sequence[str]]]


def everywhere() -> KeyGroup:
    """Keys that belong to lists and texts themselves and cannot be changed."""
    lines = [
        (tr("Open the message"), ["Return"]),
        (tr("Select several"), ["Shift+Down", "Shift+Up"]),
        (tr("Select all"), ["Ctrl+A"]),
        (tr("Scroll the text"), ["Space", "Shift+Space"]),
        (tr("Menu bar"), ["F10"]),
    ]
    return KeyGroup(tr("In lists and texts"), lines)


class KeyLine(QWidget):
    """What is done at the start, its keys at the end."""

    def __init__(self, theme: Theme, words: str, keys: Sequence[str]) -> None:
        super().__init__()
        self._theme, self.words, self.keys = theme, words, keys
        self.setAccessibleName(f"{words}: {', '.join(written(key) for key in keys)}")
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(_COLUMN), self._theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(160), self._theme.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        trail = canvas.rect.width()
        for place, key in enumerate(self.keys):
            presses = caps(key)
            if place and trail - caps_width(self._theme, presses) < canvas.rect.width() * 0.5:
                break
            trail = paint_caps(canvas, trail, presses) - self._theme.px(10)
        canvas.text(canvas.at(0, 0, trail, canvas.rect.height()), self.words, "body", 400, "text2")
        painter.end()


class KeyHelp(QDialog):
    """Stays beside the window until Escape, or the key that opened it, closes it."""

    def __init__(
        self, theme: Theme, preset: str, groups: Sequence[KeyGroup], change: Callable[[], object], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("key-help")
        self.setWindowTitle(tr("Keys at a glance"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        self._blocks = [self._block(group) for group in (*groups, everywhere()) if group.lines]
        self._columns = 0
        self._row = QHBoxLayout()
        self._row.setSpacing(px(32))
        page = QWidget()
        page.setLayout(self._row)
        self._row.setContentsMargins(px(24), 0, px(24), px(16))
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(tr("Keys at a glance"))
        self._scroll.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        title = Label(theme, tr("Keys at a glance"), "page", 600)
        title.setContentsMargins(px(24), px(20), px(24), 0)
        lead = Label(theme, tr("The keys of {preset}.").format(preset=preset), "body", 400, "text2")
        lead.setContentsMargins(px(24), px(2), px(24), px(8))
        alter = Button(theme, tr("Change keys…"), name="key-help-change")
        alter.clicked.connect(self.close)
        alter.clicked.connect(change)
        close = Button(theme, tr("Close"), "primary", name="key-help-close")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(12), px(24), px(12))
        foot.addWidget(alter)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(lead)
        column.addWidget(self._scroll, 1)
        column.addWidget(Hairline(theme))
        column.addLayout(foot)
        self.resize(min(px(1040), parent.width() - px(32)), min(px(720), parent.height() - px(32)))
        self._arrange()
        self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)

    def _block(self, group: KeyGroup) -> QWidget:
        block = QWidget(self)
        column = QVBoxLayout(block)
        column.setContentsMargins(0, self._theme.px(12), 0, 0)
        column.setSpacing(0)
        column.addWidget(Label(self._theme, group.title, "strong", 600))
        column.addSpacing(self._theme.px(4))
        for words, keys in group.lines:
            column.addWidget(KeyLine(self._theme, words, keys))
        return block

    def _arrange(self) -> None:
        """As many columns as there is room for, the blocks in their order, about equally high."""
        room = self.width() - 2 * self._theme.px(24)
        count = max(1, min(3, (room + self._theme.px(32)) // self._theme.px(_COLUMN + 32)))
        if count == self._columns:
            return
        self._columns = count
        while (item := self._row.takeAt(0)) is not None:
            layout = item.layout()
            while layout is not None and layout.takeAt(0) is not None:
                pass
        rest = sum(block.sizeHint().height() for block in self._blocks)
        blocks = list(self._blocks)
        for left in range(count, 0, -1):
            column = QVBoxLayout()
            column.setSpacing(0)
            share, filled = rest / left, 0
            while blocks and (left == 1 or filled == 0 or filled + blocks[0].sizeHint().height() / 2 <= share):
                block = blocks.pop(0)
                filled += block.sizeHint().height()
                column.addWidget(block)
            rest -= filled
            column.addStretch(1)
            self._row.addLayout(column, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Question, Qt.Key.Key_F1):
            self.close()
        else:
            super().keyPressEvent(event)
