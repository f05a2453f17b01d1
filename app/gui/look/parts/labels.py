"""Words, icons, avatars, lines and surfaces: what stands still."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.fonts import TextRole
from app.gui.look.parts.tips import plain_tip
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour


class Label(QLabel):
    """Plain words in a text role and a colour role. Never rich text: what a mail says is not markup."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: TextRole = "body",
        weight: int = 400,
        colour: Colour = "text",
        *,
        wrap: bool = False,
        tabular: bool = False,
        selectable: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._theme, self._role, self._weight, self._colour, self._tabular = theme, role, weight, colour, tabular
        self.setTextFormat(Qt.TextFormat.PlainText)
        if name:
            self.setObjectName(name)
        if wrap:
            self.setWordWrap(True)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        if selectable:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_colour(self, colour: Colour) -> None:
        self._colour = colour
        self._restyle()

    def set_weight(self, weight: int) -> None:
        self._weight = weight
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(self._theme.font(self._role, self._weight, self._tabular))
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.WindowText, self._theme.color(self._colour))
        self.setPalette(palette)
        if not self.alignment() & Qt.AlignmentFlag.AlignHCenter:
            # QLabel would follow the direction of the words; a column of labels follows the window.
            rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
            self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._restyle()


class ElidedLabel(QWidget):
    """One line that gives way: cut with an ellipsis, whole in the tooltip. Takes the room it gets.

    `middle` cuts in the middle: of an address, the domain must stay in sight.
    """

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: TextRole = "body",
        weight: int = 400,
        colour: Colour = "text",
        *,
        middle: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._role, self._weight, self._colour = theme, role, weight, colour
        self._text, self._middle = "", middle
        if name:
            self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setText(text)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        return self._text

    def setText(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = self._theme.width(self._text, self._role, self._weight)
        return QSize(int(width) + 2, int(self._theme.metrics(self._role, self._weight).height() + 0.99))

    def minimumSizeHint(self) -> QSize:
        least = self._theme.px(110 if self._middle else 24)
        return QSize(min(least, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        shown = self._text
        if self._middle:
            metrics = self._theme.metrics(self._role, self._weight)
            shown = metrics.elidedText(shown, Qt.TextElideMode.ElideMiddle, canvas.rect.width() + 0.6)
        canvas.text(canvas.rect, shown, self._role, self._weight, self._colour)
        self.setToolTip(plain_tip(self._text) if self.width() < self.sizeHint().width() - 2 else "")
        painter.end()


class IconLabel(QWidget):
    """An icon that only shows. `tip` in words where it carries meaning."""

    def __init__(
        self,
        theme: Theme,
        icon_name: str,
        role: Colour = "text2",
        side: int = 16,
        *,
        tip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon_name, self._role, self._side = theme, icon_name, role, side
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def set_icon(self, icon_name: str, role: Colour) -> None:
        self._icon_name, self._role = icon_name, role
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.icon(self._icon_name, canvas.rect, self._role)
        painter.end()


class Avatar(QWidget):
    """Initials on a tint; pictures are never fetched."""

    def __init__(self, theme: Theme, initials: str = "", side: int = 38, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._initials, self._side = theme, initials, side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def set_initials(self, initials: str) -> None:
        self._initials = initials
        self.update()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.dot(canvas.rect, self._theme.color("accent_soft"))
        canvas.text(canvas.rect, self._initials, "strong", 600, "accent_text", align="centre")
        painter.end()


class Hairline(QWidget):
    """One device pixel, across or down."""

    def __init__(
        self, theme: Theme, *, vertical: bool = False, role: Colour = "line", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._role = theme, role
        if vertical:
            self.setFixedWidth(1)
        else:
            self.setFixedHeight(1)
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color(self._role))
        painter.end()


class Surface(QWidget):
    """A pane or a card: a ground in a colour role, optionally outlined and rounded, with a hairline at an edge."""

    def __init__(
        self,
        theme: Theme,
        ground: Colour | None = "surface",
        *,
        line: Colour | None = None,
        radius: int = 0,
        edge: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`edge`: "lead", "trail" or "" for the side with a hairline; `radius` in pixels at 100 %."""
        super().__init__(parent)
        self._theme, self._fill_role, self._outline, self._corner, self._edge_side = theme, ground, line, radius, edge
        if name:
            self.setObjectName(name)
        theme.changed.connect(self.update)

    def set_ground(self, ground: Colour | None, line: Colour | None = None) -> None:
        self._fill_role, self._outline = ground, line
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        if self._corner or self._outline:
            canvas.fill(canvas.rect, self._fill_role, self._corner, line=self._outline)
        elif self._fill_role:
            painter.fillRect(event.rect(), self._theme.color(self._fill_role))
        if self._edge_side:
            lead = 0.0 if self._edge_side == "lead" else canvas.rect.width() - 1
            canvas.hairline(canvas.at(lead, 0, 1, canvas.rect.height()))
        painter.end()


class Bar(QWidget):
    """How much of a whole is done, 3 pixels high. `setValue` takes 0.0 to 1.0."""

    def __init__(self, theme: Theme, *, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._value = theme, 0.0
        self.setAccessibleName(label)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedHeight(self._theme.px(3))
        self.update()

    def value(self) -> float:
        return self._value

    def set_value(self, value: float) -> None:
        self._value = min(max(value, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.fill(canvas.rect, "fill" if self._theme.dark else "press", 2)
        if self._value:
            rect: QRectF = canvas.at(0, 0, canvas.rect.width() * self._value, canvas.rect.height())
            canvas.fill(rect, "accent", 2)
        painter.end()


class Dot(QWidget):
    """A state or an account, always beside the word for it."""

    def __init__(self, theme: Theme, role: Colour = "ok", side: int = 8, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._role, self._side = theme, role, side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def set_role(self, role: Colour) -> None:
        self._role = role
        self.update()

    def sizeHint(self) -> QSize:
        side = self._theme.px(self._side)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        canvas.dot(canvas.rect, self._theme.color(self._role))
        painter.end()
