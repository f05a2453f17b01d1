"""The reader's toolbar, and the box at its foot: one labelled action, the rest icons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.labels import Hairline
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("ReaderBar", text)


class ReaderBar(QWidget):
    """Calls `act(name)` for what is pressed. Away while nothing is chosen."""

    more_asked = Signal(QPoint)

    def __init__(self, theme: Theme, act: Callable[[str], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._act = theme, act
        self._row = QHBoxLayout(self)
        self.back = ToolButton(theme, "arrow-left", tr("Back to the list"), key="Esc", name="reader-back")
        self.back.hide()
        self._reply = Button(theme, tr("Reply"), icon_name="reply", key="R", height=30, name="reader-reply")
        self._reply.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._reply.clicked.connect(lambda: act("reply"))
        self._row.addWidget(self.back)
        self._row.addWidget(self._reply)
        self._tools: dict[str, ToolButton] = {}
        self._add("reply-all", "reply-all", tr("Reply all"), "A")
        self._add("forward", "forward", tr("Forward"), "F")
        self._line = Hairline(theme, vertical=True)
        self._row.addWidget(self._line)
        self._add("archive", "archive", tr("Archive"), "E")
        self._add("delete", "trash-2", tr("Delete"), "Del")
        self._add("move", "folder-input", tr("Move"), "M")
        self._add("flag", "flag", tr("Flag"), "S")
        self._more = ToolButton(theme, "ellipsis", tr("More"), name="reader-more")
        self._more.clicked.connect(self._on_more)
        self._row.addWidget(self._more)
        self._row.addStretch(1)
        self.contact = ToolButton(theme, "panel-right", tr("Contact panel"), key="F8", name="reader-contact")
        self.contact.setCheckable(True)
        self.contact.clicked.connect(lambda: act("contact"))
        self._row.addWidget(self.contact)
        theme.changed.connect(self._measure)
        self._measure()

    def _add(self, name: str, icon_name: str, tip: str, key: str) -> None:
        button = ToolButton(self._theme, icon_name, tip, key=key, name=f"reader-{name}")
        button.clicked.connect(lambda: self._act(name))
        self._tools[name] = button
        self._row.addWidget(button)

    def _measure(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(52))
        self._row.setContentsMargins(px(16), 0, px(12), 0)
        self._row.setSpacing(px(2))
        self._line.setFixedHeight(px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        button = self.contact
        needed = self._row.minimumSize().width()
        if button.isHidden():
            needed += button.sizeHint().width() + self._row.spacing()
        button.setVisible(needed <= self.width())  # where there is no room, the key and the menu are left

    def allow(self, count: int) -> None:
        """Enable what can be done with so many messages."""
        self.setVisible(count > 0)
        self._reply.setEnabled(count == 1)
        for name in ("reply-all", "forward"):
            self._tools[name].setEnabled(count == 1)

    def show_contact(self, shown: bool) -> None:
        """Whether the contact panel is in sight."""
        self.contact.setChecked(shown)

    def show_flag(self, flagged: bool) -> None:
        self._tools["flag"].set_icon("flag", "flag" if flagged else "text2")
        self._tools["flag"].set_tip(tr("Remove flag") if flagged else tr("Flag"))

    def _on_more(self) -> None:
        self.more_asked.emit(self._more.mapToGlobal(QPoint(0, self._more.height())))


class ReplyBox(QAbstractButton):
    """ "Write a reply to Amira…": looks like a field, opens the composer."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._ring = FocusRing(self)
        self._key = "R"
        self.setObjectName("reply-box")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def say(self, text: str) -> None:
        self.setText(text)
        self.setAccessibleName(text)
        self.update()

    def set_key(self, key: str) -> None:
        """The hint at the end; "" = none."""
        self._key = key
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), self._theme.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, width, height = self._theme.px, canvas.rect.width(), canvas.rect.height()
        canvas.fill(canvas.rect, "sunken" if self.underMouse() else "surface", 10, line="edge")
        cap = max(px(18), int(self._theme.width(self._key, "caption", 500)) + px(10)) if self._key else 0
        canvas.text(canvas.at(px(14), 0, width - px(42) - cap, height), self.text(), "body", 400, "text3")
        if self._key:
            key = canvas.at(width - px(14) - cap, (height - px(18)) / 2, cap, px(18))
            canvas.fill(key, "fill", 4)
            canvas.text(key, self._key, "caption", 500, "text2", align="centre")
        if self._ring.shown:
            canvas.ring(canvas.rect, 10)
        painter.end()
