"""Shows sanitised text without touching the net or the disk: whatever it wants to load, it gets nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QRect, QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QImageReader,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QTextBrowser, QTextEdit, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

WIDEST = 720
"""Pixels at 100 %: longer lines are hard to read."""
MOST_MATCHES = 2_000
MOST_PIXELS = 6_000
"""The longest side of an image that is decoded."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Sheet", text)


class SealedDocument(QTextDocument):
    """Loads nothing but images that stand in the message itself as `data:`. No file, no page, no style sheet.

    QTextDocument would read local files by itself when asked for a `file:` or relative address, so this never falls
    back to it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        """Addresses that the message asked for in vain."""
        self.widest = WIDEST

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        address = name.toString() if isinstance(name, QUrl) else name
        if kind == QTextDocument.ResourceType.ImageResource.value and address.startswith("data:image/"):
            image = decode_image(address)
            if not image.isNull() and image.width() > self.widest:
                image = image.scaledToWidth(self.widest, Qt.TransformationMode.SmoothTransformation)
            return image
        self.refused.append(address[:200])
        if kind == QTextDocument.ResourceType.ImageResource.value:
            return QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
        return QByteArray(b" ")  # not null: null would send Qt looking on the disk


def decode_image(address: str) -> QImage:
    """The image of a `data:` address; null if it is none, or larger than anybody needs to see."""
    head, _, body = address.partition(",")
    if not head.endswith(";base64"):
        return QImage()
    try:
        data = base64.b64decode(body, validate=False)
    except (binascii.Error, ValueError):
        return QImage()
    buffer = QBuffer()
    buffer.setData(data)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() > MOST_PIXELS or size.height() > MOST_PIXELS:
        reader.setScaledSize(size.scaled(QSize(MOST_PIXELS, MOST_PIXELS), Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


class Sheet(QTextBrowser):
    """The body of a message, as high as its text; the page around it scrolls. `followed` is sent when a link is clicked."""

    followed = Signal(str)
    pointed = Signal(str)
    """The address under the pointer, "" when it leaves."""
    found = Signal(QRect)
    """Where the match is that was gone to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._html, self._paper = "", False
        self._sought, self._match = "", 0
        self._document = SealedDocument()
        self._document.setParent(self)
        self.setDocument(self._document)
        self.setObjectName("message-body")
        self.setAccessibleName(tr("Message"))
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.viewport().setAutoFillBackground(False)
        self.anchorClicked.connect(self._on_clicked)
        self.highlighted.connect(self._on_pointed)
        theme.changed.connect(self._restyle)

    @property
    def refused(self) -> list[str]:
        return self._document.refused

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        return self._document.loadResource(kind, name)

    def show_html(self, html: str, *, paper: bool) -> None:
        """`paper`: the message brings its own colours, so it gets a white sheet with dark ink."""
        self._html, self._paper = html, paper
        self._restyle()

    def find_text(self, text: str, backwards: bool, told: Callable[[int, int], None]) -> None:
        """Mark all that is like it, and go to the next; `told` hears (which, of how many). "" takes the marks away."""
        matches: list[QTextCursor] = []
        cursor = self._document.find(text) if text else QTextCursor()
        while not cursor.isNull() and len(matches) < MOST_MATCHES:
            matches.append(cursor)
            cursor = self._document.find(text, cursor)
        same = text.casefold() == self._sought
        step = 0 if not same else -1 if backwards else 1
        self._match = (self._match + step) % len(matches) if matches else 0
        self._sought = text.casefold()
        marks = []
        for number, match in enumerate(matches):
            mark = QTextEdit.ExtraSelection()
            mark.cursor = match
            role: Colour = "accent_soft" if number != self._match else "warn_soft"
            mark.format.setBackground(self._theme.color(role))
            marks.append(mark)
        self.setExtraSelections(marks)
        if matches:
            self.found.emit(self.cursorRect(matches[self._match]))
        told(self._match + 1 if matches else 0, len(matches))

    def _restyle(self) -> None:
        theme = self._theme
        ink, link = theme.color("text"), theme.color("accent_text")
        faint = theme.color("text3")
        if self._paper:
            ink, link, faint = theme.color("ink"), QColor(theme.tokens.accent), theme.color("ink")
        palette = QPalette(self.palette())
        palette.setColor(QPalette.ColorRole.Text, ink)
        palette.setColor(QPalette.ColorRole.Link, link)
        palette.setColor(QPalette.ColorRole.Base, theme.color("paper") if self._paper else theme.color("surface"))
        self.setPalette(palette)
        document = self._document
        document.refused.clear()
        document.widest = theme.px(WIDEST)
        document.setDefaultFont(theme.font("read"))
        document.setDocumentMargin(theme.px(16) if self._paper else 0)
        document.setDefaultStyleSheet(
            f"body, p, div, li, td {{ line-height: 132%; }} a {{ color: {link.name()}; text-decoration: none; }}"
            f" .quoted, blockquote {{ color: {faint.name()}; }}"
        )
        self.setHtml(self._html)
        self._fit()

    def _fit(self) -> None:
        """As wide as there is room and it is readable, as high as the text."""
        widest = self._theme.px(WIDEST) + (self._theme.px(32) if self._paper else 0)
        self.setMaximumWidth(widest)
        width = min(self.width(), widest)
        if width > 0:
            self._document.setTextWidth(width)
            needed = int(self._document.idealWidth())
            wide = needed > width
            self.setHorizontalScrollBarPolicy(
                Qt.ScrollBarPolicy.ScrollBarAsNeeded if wide else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            )
            extra = self._theme.px(14) if wide else 0
            self.setFixedHeight(max(self._theme.px(24), int(self._document.size().height()) + 2 + extra))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._paper:
            painter = QPainter(self.viewport())
            canvas = Canvas.on(self.viewport(), painter, self._theme)
            canvas.fill(canvas.rect, "paper", 8)
            painter.end()
        super().paintEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.horizontalScrollBar().maximum() and event.angleDelta().x():
            super().wheelEvent(event)
        else:
            event.ignore()  # the page around it scrolls

    def _on_clicked(self, url: QUrl) -> None:
        self.followed.emit(url.toString())

    def _on_pointed(self, url: QUrl) -> None:
        self.pointed.emit(url.toString())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        link = self.anchorAt(event.pos())
        if self.textCursor().hasSelection():
            menu.addAction(tr("Copy"), self.copy)
        if link:
            menu.addAction(tr("Copy link"), lambda: QGuiApplication.clipboard().setText(link))
        menu.addAction(tr("Select all"), self.selectAll)
        menu.exec(event.globalPos())
        menu.deleteLater()
