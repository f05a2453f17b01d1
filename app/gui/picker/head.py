"""The line above the tree: tick all, and what the counts are."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.choices import CheckBox
from app.gui.look.theme import Theme
from app.gui.picker import words
from app.gui.picker.measures import BOX, COLUMN, LEAD, RECENT, TOTAL, narrow
from app.gui.picker.model import FolderModel
from app.gui.picker.tree import FolderTree


class FolderHead(QWidget):
    """Paints the names of the columns; the box is a real check box."""

    def __init__(self, theme: Theme, tree: FolderTree, model: FolderModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._tree, self._folders = theme, tree, model
        self._all = CheckBox(theme, name="tickAll", parent=self)
        self._all.setAccessibleName(self.tr("Tick all folders"))
        self._all.setToolTip(self.tr("Tick all folders"))
        self._all.setTristate(True)
        self._all.clicked.connect(self._on_clicked)
        model.ticks_changed.connect(self.refresh)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    def refresh(self) -> None:
        self._all.setCheckState(self._folders.header_tick())
        self.update()

    def _on_clicked(self) -> None:
        self._folders.turn()

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(36))
        self._place_box()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_box()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_box()

    def _place_box(self) -> None:
        size = self._all.minimumSizeHint()
        lead = self._theme.px(LEAD + BOX - 2)
        left = self.width() - lead - size.width() if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else lead
        self._all.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height = self._theme.px, canvas.rect.height()
        bar = canvas.rect.width() - self._tree.viewport().width()
        width = canvas.rect.width() - bar
        canvas.text(canvas.at(px(64), 0, px(160), height), self.tr("Folder"), "meta", 500, "text3")
        is_narrow = narrow(self._theme, width)
        heads = [(words.window(self._folders.days), TOTAL if is_narrow else RECENT)]
        if not is_narrow:
            heads.append((self.tr("In the mailbox"), TOTAL))
        for text, start in heads:
            canvas.text(canvas.at(width - px(start), 0, px(COLUMN), height), text, "meta", 500, "text3", align="trail")
        painter.end()
