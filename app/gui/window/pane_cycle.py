"""F6 goes from pane to pane; a frame shows which one has the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.window.panes import Panes

_BY_KEY = Qt.FocusReason.ShortcutFocusReason


class PaneMark(QWidget):
    """A frame over a pane, from when a key led there until the focus leaves or the mouse is used."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pane: QWidget | None = None
        self.setObjectName("pane-mark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus)

    @property
    def pane(self) -> QWidget | None:
        """What is framed now."""
        return self._pane

    def put_on(self, pane: QWidget) -> None:
        self.take_off()
        self._pane = pane
        self.setParent(pane)
        self.setGeometry(pane.rect())
        pane.installEventFilter(self)
        self.show()
        self.raise_()

    def take_off(self) -> None:
        if self._pane is not None and shiboken6.isValid(self._pane):
            self._pane.removeEventFilter(self)
        self._pane = None
        self.hide()

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        # None: the window is not the active one; the frame is there when it is again.
        if self._pane is not None and new is not None and not self._pane.isAncestorOf(new):
            self.take_off()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._pane is not None:
            self.setGeometry(self._pane.rect())
        elif event.type() == QEvent.Type.MouseButtonPress:
            self.take_off()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.ring(QRectF(self.rect()), 2)
        painter.end()


class PaneCycle:
    """The panes in reading order, as far as they are in sight: folders, list, reader, contact; or a page instead."""

    def __init__(self, window: QWidget, panes: Panes, theme: Theme) -> None:
        self._window, self._panes = window, panes
        self.mark = PaneMark(theme)
        self.mark.setParent(window)

    def go(self, step: int) -> None:
        """To the next pane (1) or the one before (-1), round and round. One where nothing can have the focus is left out."""
        stops = self._stops()
        focused = self._window.focusWidget()
        here = next(
            (n for n, (pane, _) in enumerate(stops) if focused is not None and pane.isAncestorOf(focused)), None
        )
        place = (0 if step > 0 else len(stops) - 1) if here is None else here + step
        for _ in stops:
            pane, focus = stops[place % len(stops)]
            if self.enter(pane, focus):
                return
            place += step

    def enter(self, pane: QWidget, focus: Callable[[], object]) -> bool:
        """`focus` gives the focus to something in this pane. False: nothing there can have it."""
        focus()
        inside: QWidget | None = self._window.focusWidget()
        if inside is None or not pane.isAncestorOf(inside) or not inside.isVisible():
            first = _first_stop(pane)
            if first is None:
                return False
            first.setFocus(_BY_KEY)
        self.mark.put_on(pane)
        return True

    def _stops(self) -> list[tuple[QWidget, Callable[[], object]]]:
        panes, frame = self._panes, self._panes.frame
        stops: list[tuple[QWidget, Callable[[], object]]] = [
            (panes.folders, lambda: panes.folders.view.setFocus(_BY_KEY))
        ]
        if frame.on_sync:
            stops.append((panes.sync, panes.sync.take_focus))
        elif frame.on_outbox:
            stops.append((panes.outbox, lambda: None))
        else:
            stops.append((panes.messages, panes.focus_list))
            if panes.reader.message is not None:
                stops.append((panes.reader, panes.reader.focus_text))
            stops.append((panes.contact, panes.contact.take_focus))
        return [(pane, focus) for pane, focus in stops if pane.isVisible()]


def _first_stop(pane: QWidget) -> QWidget | None:
    """The first widget in it that Tab would reach."""
    widget = pane.nextInFocusChain()
    while widget is not None and widget is not pane:
        takes = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
        if takes and pane.isAncestorOf(widget) and widget.isVisible() and widget.isEnabled():
            return widget
        widget = widget.nextInFocusChain()
    return None
