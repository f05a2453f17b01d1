"""Choosing: segments, switches, check boxes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour


class _Segment(QAbstractButton):
    def __init__(self, theme: Theme, text: str) -> None:
        super().__init__()
        self._theme = theme
        self._ring = FocusRing(self)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(int(self._theme.width(self.text(), "body", 500)) + self._theme.px(28), self._theme.px(26))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        on = self.isChecked()
        if on:
            canvas.fill(
                canvas.rect, "press" if self._theme.dark else "raised", 5, line=None if self._theme.dark else "edge"
            )
        ink: Colour = "text" if on else "text2"
        canvas.text(canvas.rect, self.text(), "body", 500, ink if self.isEnabled() else "text3", align="centre")
        if self._ring.shown:
            canvas.ring(canvas.rect, 5)
        painter.end()


class Segmented(QWidget):
    """One of a few, all visible. Arrow keys move inside it. `chosen` is sent with the number of the new choice."""

    chosen = Signal(int)

    def __init__(
        self, theme: Theme, texts: Sequence[str], current: int = 0, *, name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        if name:
            self.setObjectName(name)
        self._group = QButtonGroup(self)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        for number, text in enumerate(texts):
            segment = _Segment(theme, text)
            segment.setChecked(number == current)
            self._group.addButton(segment, number)
            self._row.addWidget(segment)
        self._group.idClicked.connect(self.chosen)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def current(self) -> int:
        return self._group.checkedId()

    def choose(self, number: int) -> None:
        """Set the choice without saying so."""
        button = self._group.button(number)
        if button is not None:
            button.setChecked(True)

    def set_text(self, number: int, text: str) -> None:
        """Say another thing of a choice, such as how many there are."""
        button = self._group.button(number)
        if button is not None and button.text() != text:
            button.setText(text)
            button.setAccessibleName(text)
            button.updateGeometry()

    def _restyle(self) -> None:
        self._row.setContentsMargins(2, 2, 2, 2)
        self.setFixedHeight(self._theme.px(30))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        button = self._group.button(self.current() + step)
        if button is not None:
            button.setFocus(Qt.FocusReason.TabFocusReason)
            button.click()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.fill(canvas.rect, "hover", 7)
        painter.end()


class Switch(QAbstractButton):
    """On or off, at once. Carries the accessible name; the words On/Off belong beside it."""

    def __init__(
        self, theme: Theme, on: bool = False, *, label: str = "", name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring = FocusRing(self)
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(label)
        if name:
            self.setObjectName(name)
        self._place = 1.0 if on else 0.0
        self._slide = QVariantAnimation(self)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self._on_slid)
        self.toggled.connect(self._on_toggled)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(36), self._theme.px(20))

    def _on_toggled(self, on: bool) -> None:
        duration = self._theme.ms(120) if self.isVisible() else 0
        self._slide.stop()
        if not duration:
            self._on_slid(1.0 if on else 0.0)
            return
        self._slide.setDuration(duration)
        self._slide.setStartValue(self._place)
        self._slide.setEndValue(1.0 if on else 0.0)
        self._slide.start()

    def _on_slid(self, place: float) -> None:
        self._place = place
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, on = self._theme.px, self.isChecked()
        ground: Colour = "accent" if on else "surface"
        if not self.isEnabled():
            ground = "press"
        canvas.fill(canvas.rect, ground, 10, line=None if on else "line_strong")
        knob = px(14)
        travel = canvas.rect.width() - knob - px(6)
        spot = canvas.at(px(3) + travel * self._place, (canvas.rect.height() - knob) / 2, knob, knob)
        canvas.dot(spot, self._theme.color("on_accent" if on else "line_strong"))
        if self._ring.shown:
            canvas.ring(canvas.rect, 10)
        painter.end()


def paint_check(canvas: Canvas, box: QRectF, state: Qt.CheckState, *, enabled: bool = True) -> None:
    """A check box of 16 pixels, also for delegates: off, partly, on."""
    theme = canvas.theme
    if state == Qt.CheckState.Unchecked:
        canvas.fill(box, "surface" if enabled else "press", 4, line="line_strong")
        return
    canvas.fill(box, "accent" if enabled else "line_strong", 4)
    inset = theme.px(2)
    mark = "check" if state == Qt.CheckState.Checked else "minus"
    canvas.icon(mark, box.adjusted(inset, inset, -inset, -inset), "on_accent", stroke=3)


class CheckBox(QCheckBox):
    """A check box with words; `setTristate(True)` gives the third state."""

    def __init__(self, theme: Theme, text: str = "", *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._ring = FocusRing(self)
        self.setAccessibleName(text)
        if name:
            self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        words = self._theme.width(self.text()) + px(10) if self.text() else 0
        return QSize(int(px(20) + words + 0.99), px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(20), self._theme.px(24))

    def hitButton(self, pos: object) -> bool:
        return self.isEnabled()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height = self._theme.px, canvas.rect.height()
        paint_check(canvas, canvas.at(px(2), (height - px(16)) / 2, px(16), px(16)), self.checkState())
        if self.text():
            ink: Colour = "text" if self.isEnabled() else "text3"
            canvas.text(canvas.at(px(28), 0, canvas.rect.width() - px(28), height), self.text(), colour=ink)
        if self._ring.shown:
            spot = canvas.at(0, (height - px(20)) / 2, px(20), px(20))
            canvas.ring(canvas.rect if self.text() else spot, 5)
        painter.end()
