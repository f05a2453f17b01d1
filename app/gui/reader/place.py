"""Where the reader's page is scrolled to, while what stands on it grows, shrinks and is replaced."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtWidgets import QScrollArea, QWidget

from app.gui.look.theme import Theme

SETTLING_MS = 1_500
"""So long a page may take to have its last height; the web engine tells it late."""


class Place(QObject):
    """`anchor` stands where the open message begins. What the user scrolls to always wins."""

    def __init__(self, theme: Theme, scroll: QScrollArea, anchor: QWidget) -> None:
        super().__init__(scroll)
        self._theme, self._scroll, self._anchor = theme, scroll, anchor
        self._goal: int | None = None
        """Where to go as soon as there is room."""
        self._bar = scroll.verticalScrollBar()
        self._bar.rangeChanged.connect(self._go)
        self._bar.actionTriggered.connect(self.let_go)
        self._bar.sliderPressed.connect(self.let_go)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLING_MS)
        self._timer.timeout.connect(self.let_go)

    def top(self) -> None:
        self._aim(0)

    def stay(self) -> None:
        """What is shown is replaced by something of another height."""
        self._aim(self._bar.value() if self._goal is None else self._goal)

    def show_open(self) -> None:
        """The open message's beginning, unless it stands in the upper half anyway."""
        self._settle()
        at, value = self._at(), self._bar.value()
        if not 0 <= at - value < self._scroll.viewport().height() // 2:
            value = max(0, at - self._theme.px(12))
        self._aim(value)

    def hold(self, change: Callable[[], None], *, always: bool = False) -> None:
        """The open message stays where it is on screen, whatever `change` does above it; at the top of the page only with
        `always`, for the page's top is in sight there."""
        self._settle()
        before, value = self._at(), self._bar.value() if self._goal is None else self._goal
        change()
        self._settle()
        moved = self._at() - before
        if moved and (value > 0 or always):
            self._aim(value + moved)

    def reach(self, widget: QWidget, spot: QRect) -> None:
        """Scroll as little as needed to show a spot of a widget on the page."""
        page = self._scroll.widget()
        if page is not None:
            self.let_go()
            self._settle()
            for corner in (spot.bottomLeft(), spot.topLeft()):
                at = widget.mapTo(page, corner)
                self._scroll.ensureVisible(0, at.y(), 0, self._theme.px(12))

    def _aim(self, value: int) -> None:
        self._goal = value
        self._timer.start()
        self._go()

    def _go(self) -> None:
        if self._goal is not None:
            self._bar.setValue(self._goal)

    def let_go(self) -> None:
        """Somebody scrolls."""
        self._goal = None
        self._timer.stop()

    def _at(self) -> int:
        page = self._scroll.widget()
        return self._anchor.mapTo(page, QPoint(0, 0)).y() if page is not None else 0

    def _settle(self) -> None:
        """Have everything laid out now, from the inside out, as it would be before it is painted."""
        page = self._scroll.widget()
        inner: QWidget | None = self._anchor.parentWidget()
        while inner is not None and page is not None:
            layout = inner.layout()
            if layout is not None:
                layout.activate()
            QCoreApplication.sendPostedEvents(inner, QEvent.Type.LayoutRequest.value)
            inner = inner.parentWidget() if inner is not self._scroll.viewport() else None
