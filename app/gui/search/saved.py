"""Searches that were saved, at the end of the sidebar."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QMenu, QSizePolicy, QVBoxLayout, QWidget

from app.core.commands import ChangeSetting, Command
from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme

SETTING = "saved_searches"
MOST = 12
"""More would push the folders out of the sidebar; the oldest goes."""
ROW = 30


def tr(text: str) -> str:
    return QCoreApplication.translate("SavedSearches", text)


def read_saved(setting: str) -> list[str]:
    """Queries, in the order in which they were saved. What is no such list is none."""
    try:
        saved = json.loads(setting or "[]")
    except ValueError:
        return []
    return [each for each in saved if isinstance(each, str) and each.strip()][:MOST] if isinstance(saved, list) else []


class SavedRow(QAbstractButton):
    """A query; click searches, Delete or the menu forgets it."""

    removed = Signal()

    def __init__(self, theme: Theme, query: str, *, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring = FocusRing(self)
        self.setObjectName(name)
        self.setText(query)
        self.setToolTip(query)
        self.setAccessibleName(tr("Search for {query}").format(query=query))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(60, self._theme.px(ROW))

    def menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("saved-search-menu")
        menu.addAction(tr("Search")).triggered.connect(self.click)
        menu.addAction(tr("Remove from the sidebar")).triggered.connect(self.removed)
        return menu

    def _on_menu(self, at: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        body = canvas.rect.adjusted(px(8), 0.5, -px(8), -0.5)
        if self.underMouse() or self.isDown():
            canvas.fill(body, "hover")
        canvas.icon("search", canvas.at(px(14), (height - px(16)) / 2, px(16), px(16)), "text3")
        canvas.text(canvas.at(px(38), 0, width - px(38) - px(18), height), self.text(), "body", 400, "text2")
        if self._ring.shown:
            canvas.ring(body)
        painter.end()


class SavedSearches(QWidget):
    """Hidden while there are none. `chosen` is sent with the query. Kept as a setting of the library."""

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, setting: str, post: Callable[[Command], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._post = theme, post
        self.queries = read_saved(setting)
        self.setObjectName("saved-searches")
        self._head = Label(theme, tr("Saved searches"), "meta", 600, "text2", name="saved-searches-head")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._column.addWidget(Hairline(theme))
        self._column.addWidget(self._head)
        self._column.addLayout(self._rows)
        theme.changed.connect(self._measure)
        self._measure()
        self._fill()

    def save(self, query: str) -> None:
        """At the end; one that is there already stays where it is."""
        if query and query not in self.queries:
            self._keep([*self.queries, query][-MOST:])

    def remove(self, query: str) -> None:
        self._keep([each for each in self.queries if each != query])

    def _keep(self, queries: list[str]) -> None:
        self.queries = queries
        value = json.dumps(queries, ensure_ascii=False)
        self._post(ChangeSetting(origin="window", key=SETTING, value=value))
        self._fill()

    def _fill(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.hide()
                row.deleteLater()
        for number, query in enumerate(self.queries):
            row = SavedRow(self._theme, query, name=f"saved-search-{number}")
            row.clicked.connect(lambda _on=False, query=query: self.chosen.emit(query))
            row.removed.connect(lambda query=query: self.remove(query))
            self._rows.addWidget(row)
        self.setVisible(bool(self.queries))

    def _measure(self) -> None:
        px = self._theme.px
        self._column.setContentsMargins(0, 0, 0, px(6))
        self._head.setContentsMargins(px(18), px(8), px(18), px(4))
