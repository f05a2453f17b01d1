"""The head of the list: its name and count, narrowing and sorting; and what the folded sidebar leaves here."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.gui.look.parts.buttons import ToolButton
from app.gui.look.parts.labels import ElidedLabel, Label
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("MessagePane", text)


class ListHead(QWidget):
    """52 high, as the heads of the other panes."""

    filter_asked = Signal(QPoint)
    """What to narrow the list to; the point is where a menu belongs."""
    sort_asked = Signal(QPoint)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.fold_button = ToolButton(theme, "menu", tr("Folders"), name="show-folders")
        self.fold_button.hide()
        self.title = ElidedLabel(theme, "", "title", 600, name="list-title")
        self.count = Label(theme, "", "meta", 400, "text3", name="list-count")
        self.filter_button = ToolButton(theme, "filter", tr("Show only…"), name="list-filter")
        self.filter_button.setCheckable(True)
        self.filter_button.clicked.connect(self._on_filter)
        self.sort_button = ToolButton(theme, "arrow-up-down", tr("Sort and group…"), name="list-sort")
        self.sort_button.clicked.connect(lambda: self.sort_asked.emit(_below(self.sort_button)))
        self.write_button = ToolButton(theme, "square-pen", tr("Write"), key="N", name="write-folded")
        self.write_button.hide()
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.fold_button)
        self._row.addWidget(self.title)
        self._row.addWidget(self.count)
        self._row.addStretch(1)
        for button in (self.filter_button, self.sort_button, self.write_button):
            self._row.addWidget(button)
        self._narrowed = False
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(52))
        self._row.setContentsMargins(px(16), 0, px(10), 0)
        self._row.setSpacing(px(8))

    def set_folded(self, folded: bool) -> None:
        """The folder pane is away: its two buttons stand here."""
        self.fold_button.setVisible(folded)
        self.write_button.setVisible(folded)

    def set_arrangeable(self, arrangeable: bool, narrowed: bool) -> None:
        """Whether there is something to narrow and sort, and whether it is narrowed."""
        self._narrowed = narrowed
        self.filter_button.setVisible(arrangeable)
        self.sort_button.setVisible(arrangeable)
        self._tell_narrowed()

    def _tell_narrowed(self) -> None:
        self.filter_button.setChecked(self._narrowed)
        self.filter_button.set_icon("filter", "accent_text" if self._narrowed else "text2")

    def _on_filter(self) -> None:
        self._tell_narrowed()  # a click does not check it, what is chosen in the menu does
        self.filter_asked.emit(_below(self.filter_button))


def _below(button: QWidget) -> QPoint:
    return button.mapToGlobal(QPoint(0, button.height()))
