"""The undo toast: says where something happened, for eight seconds, dark in both themes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QEnterEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme

MARGIN = 20
"""Room around it for its shadow, in pixels at 100 %."""


class _Undo(QPushButton):
    """The word on the toast."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring = FocusRing(self)
        self.setObjectName("toast-undo")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.text(canvas.rect, self.text(), "body", 600, "toast_action", align="centre")
        if self._ring.shown:
            painter.setPen(self._theme.color("toast_action"))
            painter.drawRoundedRect(canvas.rect.adjusted(1, 1, -1, -1), 5, 5)
        painter.end()


class Toast(QWidget):
    """One at a time: a newer one replaces it. The line shows the time left and stops under the pointer or the focus.

    Lay it over the pane where the act happened with `place_in`. `undone` carries the token given to `tell`.
    """

    undone = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sentence, self._icon_name, self._key, self._token = "", "check", "", 0
        self.setObjectName("toast")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._undo = _Undo(theme, self)
        self._undo.clicked.connect(self._on_undo)
        self._undo.installEventFilter(self)
        self._time = QVariantAnimation(self)
        self._time.setStartValue(1.0)
        self._time.setEndValue(0.0)
        self._time.valueChanged.connect(self._on_tick)
        self._time.finished.connect(self.hide)
        theme.changed.connect(self._arrange)
        self.hide()

    def tell(
        self,
        sentence: str,
        *,
        action: str = "",
        key: str = "",
        token: int = 0,
        icon_name: str = "check",
        seconds: int = 8,
    ) -> None:
        """Show `sentence`; `action` is the word for taking it back ("" = nothing to take back)."""
        self._sentence, self._icon_name, self._key, self._token = sentence, icon_name, key, token
        self._undo.setText(action)
        self._undo.setAccessibleName(f"{action}: {sentence}" if action else "")
        self._undo.setVisible(bool(action))
        self.setAccessibleName(sentence)
        self._time.stop()
        self._time.setDuration(seconds * 1000)
        self._arrange()
        self.show()
        self.raise_()
        self._time.start()

    def sentence(self) -> str:
        return self._sentence

    def token(self) -> int:
        return self._token

    def time_left(self) -> float:
        """1.0 when just shown, 0.0 when it goes."""
        value = self._time.currentValue()
        return float(value) if value is not None else 0.0

    def paused(self) -> bool:
        return self._time.state() == QVariantAnimation.State.Paused

    def place_in(self, left: int, right: int, bottom: int) -> None:
        """Centre it between two x positions of the parent, its foot `bottom` pixels from the top of the parent."""
        px = self._theme.px
        wide = min(self._wanted(), right - left - px(24))
        self.resize(wide + 2 * px(MARGIN), px(44) + 2 * px(MARGIN))
        self.move((left + right - self.width()) // 2, bottom - self.height() + px(MARGIN) - px(24))
        self._arrange()

    def _wanted(self) -> int:
        px = self._theme.px
        tail = self._tail() + px(24)
        return max(px(344), int(self._theme.width(self._sentence)) + px(48) + tail)

    def _tail(self) -> int:
        px = self._theme.px
        if not self._undo.text():
            return 0
        wide = int(self._theme.width(self._undo.text(), "body", 600)) + px(16)
        return wide + (int(self._theme.width(self._key, "caption", 500)) + px(8) if self._key else 0)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(self._wanted() + 2 * px(MARGIN), px(44) + 2 * px(MARGIN))

    def _arrange(self) -> None:
        px = self._theme.px
        wide = int(self._theme.width(self._undo.text(), "body", 600)) + px(16)
        key = int(self._theme.width(self._key, "caption", 500)) + px(8) if self._key else 0
        end = self.width() - px(MARGIN) - px(16) - key - wide
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            end = self.width() - end - wide
        self._undo.setGeometry(end, px(MARGIN) + px(8), wide, px(28))
        self.update()

    def _on_tick(self) -> None:
        self.update()

    def _on_undo(self) -> None:
        self._time.stop()
        self.hide()
        self.undone.emit(self._token)

    def _hold(self, hold: bool) -> None:
        state = self._time.state()
        if hold and state == QVariantAnimation.State.Running:
            self._time.pause()
        elif not hold and state == QVariantAnimation.State.Paused and not self._undo.hasFocus():
            self._time.resume()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hold(True)

    def leaveEvent(self, event: QEvent) -> None:
        self._hold(False)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._hold(True)
        elif event.type() == QEvent.Type.FocusOut and not self.underMouse() and self.paused():
            self._time.resume()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click on it is not a click on the list below

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, margin = self._theme.px, self._theme.px(MARGIN)
        body = canvas.rect.adjusted(margin, margin, -margin, -margin)
        canvas.shadow(body)
        canvas.fill(body, "tooltip", 10)
        inner = Canvas(painter, self._theme, body, canvas.rtl)
        inner.icon(self._icon_name, inner.at(px(14), px(14), px(16), px(16)), "on_tooltip")
        tail = self._tail()
        inner.text(inner.at(px(40), 0, body.width() - px(52) - tail, px(44)), self._sentence, colour="on_tooltip")
        if self._undo.text() and self._key:
            wide = self._theme.width(self._key, "caption", 500) + 2
            spot = inner.at(body.width() - px(16) - wide, 0, wide, px(44))
            inner.text(spot, self._key, "caption", 500, "on_tooltip2")
        inner.fill(inner.at(px(14), px(41), (body.width() - px(28)) * self.time_left(), 2), "toast_action", 1)
        painter.end()
