"""The picture under the pointer while messages are dragged."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.messages.model import tr


def drag_picture(widget: QWidget, theme: Theme, count: int) -> QPixmap:
    """How many messages are being dragged, as a small dark card."""
    px = theme.px
    words = tr("1 message") if count == 1 else tr("{n} messages").format(n=count)
    width = int(theme.width(words, "body", 500)) + px(52)
    picture = QPixmap(int((width + 24) * widget.devicePixelRatioF()), int((px(36) + 24) * widget.devicePixelRatioF()))
    picture.setDevicePixelRatio(widget.devicePixelRatioF())
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    rtl = widget.layoutDirection() == Qt.LayoutDirection.RightToLeft
    canvas = Canvas(painter, theme, QRectF(12, 10, width, px(36)), rtl)
    canvas.shadow(canvas.rect, 8)
    canvas.fill(canvas.rect, "tooltip", 8)
    canvas.icon("mail", canvas.at(px(12), px(10), px(16), px(16)), "on_tooltip")
    canvas.text(canvas.at(px(38), 0, width - px(46), px(36)), words, "body", 500, "on_tooltip")
    painter.end()
    return picture
