"""Chips: tags that only tell, addresses and attachments that can be used."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from app.gui.look.canvas import Canvas
from app.gui.look.parts.focus import FocusRing
from app.gui.look.parts.tips import plain_tip
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

Tone = Literal["plain", "accent", "crm", "ok", "warn", "danger"]

GROUND: dict[Tone, Colour] = {
    "plain": "fill",
    "accent": "accent_soft",
    "crm": "crm_soft",
    "ok": "ok_soft",
    "warn": "warn_soft",
    "danger": "danger_soft",
}
INK: dict[Tone, Colour] = {
    "plain": "text2",
    "accent": "accent_text",
    "crm": "crm",
    "ok": "ok",
    "warn": "warn",
    "danger": "danger",
}


class Chip(QWidget):
    """A tinted tag; it tells a state in words and cannot be clicked."""

    def __init__(
        self, theme: Theme, text: str, tone: Tone = "plain", *, icon_name: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._text, self._tone, self._icon_name = theme, text, tone, icon_name
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        return self._text

    def set_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        icon = px(18) if self._icon_name else 0
        width = self._theme.width(self._text, "meta", 500) + icon + px(16)
        return QSize(int(min(width, px(240)) + 0.99), px(22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height = self._theme.px, canvas.rect.height()
        canvas.fill(canvas.rect, GROUND[self._tone], 11)
        lead = px(8)
        if self._icon_name:
            canvas.icon(self._icon_name, canvas.at(lead, (height - px(13)) / 2, px(13), px(13)), INK[self._tone])
            lead += px(18)
        room = canvas.rect.width() - lead - px(6)
        canvas.text(canvas.at(lead, 0, room, height), self._text, "meta", 500, INK[self._tone])
        painter.end()


class AddressChip(QAbstractButton):
    """One recipient. Known, not yet known, or invalid (outlined in danger, with a reason in the tooltip).

    Click or Enter sends `edited` (turn it back into text), ✕, Delete or Backspace `removed`.
    """

    removed = Signal()
    edited = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        tip: str = "",
        invalid: bool = False,
        unknown: bool = False,
        removable: bool = True,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._invalid, self._unknown, self._removable = theme, invalid, unknown, removable
        self._ring = FocusRing(self)
        self.setText(text)
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(text)
        self.setAccessibleDescription(tip)
        if name:
            self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self.edited)
        theme.changed.connect(self._restyle)

    @property
    def invalid(self) -> bool:
        return self._invalid

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _icon(self) -> str:
        return "circle-alert" if self._invalid else "user-plus" if self._unknown else ""

    def sizeHint(self) -> QSize:
        px = self._theme.px
        width = self._theme.width(self.text(), "body", 500) + px(16)
        width += px(18) if self._icon() else 0
        width += px(20) if self._removable else 0
        return QSize(int(min(width, px(360)) + 0.99), px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _on_cross(self, pos: QPoint) -> bool:
        reach = self._theme.px(26)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return self._removable and (pos.x() < reach if rtl else pos.x() > self.width() - reach)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._on_cross(event.position().toPoint()):
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._removable:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, height, width = self._theme.px, canvas.rect.height(), canvas.rect.width()
        line: Colour = "danger" if self._invalid else "edge"
        canvas.fill(canvas.rect, "hover" if self.underMouse() else "surface", 6, line=line)
        ink: Colour = "danger" if self._invalid else "text"
        lead = px(8)
        if self._icon():
            tint: Colour = "danger" if self._invalid else "text2"
            canvas.icon(self._icon(), canvas.at(lead, (height - px(13)) / 2, px(13), px(13)), tint)
            lead += px(18)
        tail = px(26) if self._removable else px(6)
        canvas.text(canvas.at(lead, 0, width - lead - tail, height), self.text(), "body", 500, ink)
        if self._removable:
            canvas.icon("x", canvas.at(width - px(21), (height - px(13)) / 2, px(13), px(13)), "text3")
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()


def attachment_look(content_type: str, name: str, dangerous: bool) -> tuple[str, Tone]:
    """Icon and tint for a kind of file. Dangerous kinds are amber, whatever they call themselves."""
    if dangerous:
        return "shield-alert", "warn"
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if content_type == "application/pdf" or ending == "pdf":
        return "file-text", "danger"
    if ending in ("xls", "xlsx", "ods", "csv") or "spreadsheet" in content_type or content_type == "text/csv":
        return "file-spreadsheet", "ok"
    if content_type.startswith("image/"):
        return "file-image", "crm"
    if content_type.startswith("audio/"):
        return "file-music", "accent"
    if content_type.startswith("video/"):
        return "file-video", "accent"
    if content_type == "message/rfc822":
        return "mail", "accent"
    if ending in ("zip", "gz", "tar", "7z", "rar", "xz", "bz2"):
        return "file-archive", "warn"
    if content_type.startswith("text/") or ending in ("doc", "docx", "odt", "rtf", "txt", "md"):
        return "file-text", "accent"
    return "file", "plain"


class AttachmentChip(QAbstractButton):
    """A file: click or Enter sends `clicked`, ✕ or Delete `removed` where `removable`, right click asks for a menu."""

    removed = Signal()

    def __init__(
        self,
        theme: Theme,
        file_name: str,
        detail: str,
        *,
        content_type: str = "",
        dangerous: bool = False,
        removable: bool = False,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """`detail` is the second line: size or state."""
        super().__init__(parent)
        self._theme, self._detail, self._removable = theme, detail, removable
        self._icon_name, self._tone = attachment_look(content_type, file_name, dangerous)
        self._ring = FocusRing(self)
        self.setText(file_name)
        self.setAccessibleName(f"{file_name}, {detail}")
        self.setToolTip(plain_tip(file_name))
        if name:
            self.setObjectName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        theme.changed.connect(self._restyle)

    def detail(self) -> str:
        return self._detail

    def shown_name(self, room: float) -> str:
        """The name cut in its middle: what kind of file it is stays in sight."""
        metrics = self._theme.metrics("body", 500)
        stem, dot, extension = self.text().rpartition(".")
        if not stem or len(extension) > 12 or metrics.horizontalAdvance(self.text()) <= room:
            return metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room)
        tail = dot + extension
        return metrics.elidedText(stem, Qt.TextElideMode.ElideMiddle, room - metrics.horizontalAdvance(tail)) + tail

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        words = max(self._theme.width(self.text(), "body", 500), self._theme.width(self._detail, "caption"), px(80))
        return QSize(int(min(words, px(220)) + px(66) + (px(20) if self._removable else 0)), px(46))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pos, reach = event.position().toPoint(), self._theme.px(30)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        on_cross = pos.x() < reach if rtl else pos.x() > self.width() - reach
        if self._removable and on_cross and event.button() == Qt.MouseButton.LeftButton:
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._removable:
            self.removed.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px, width = self._theme.px, canvas.rect.width()
        canvas.fill(canvas.rect, "hover" if self.underMouse() else "surface", 8, line="edge")
        canvas.fill(canvas.at(px(8), px(8), px(30), px(30)), GROUND[self._tone], 6)
        canvas.icon(self._icon_name, canvas.at(px(15), px(15), px(16), px(16)), INK[self._tone])
        room = width - px(58) - (px(20) if self._removable else 0)
        canvas.text(canvas.at(px(48), px(6), room, px(18)), self.shown_name(room), "body", 500)
        canvas.text(canvas.at(px(48), px(23), room, px(16)), self._detail, "caption", 400, "text3", tabular=True)
        if self._removable:
            canvas.icon("x", canvas.at(width - px(24), px(16), px(14), px(14)), "text3")
        if self._ring.shown:
            canvas.ring(canvas.rect, 8)
        painter.end()


class FoldButton(QAbstractButton):
    """··· Show quoted text: opens and closes what is folded. `toggled` says which."""

    def __init__(
        self,
        theme: Theme,
        closed: str,
        opened: str,
        *,
        key: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._closed, self._opened = theme, closed, opened
        self._ring = FocusRing(self)
        if name:
            self.setObjectName(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.set_key(key)
        self.toggled.connect(self._restyle)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_key(self, key: str) -> None:
        """The key that does the same, for the tooltip; "" = none."""
        self.setToolTip(QCoreApplication.translate("FoldButton", "Key: {key}").format(key=key) if key else "")

    def _words(self) -> str:
        return self._opened if self.isChecked() else self._closed

    def _restyle(self) -> None:
        self.setAccessibleName(self._words())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(int(self._theme.width(self._words(), "meta", 500)) + px(50), px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        canvas = Canvas.on(self, painter, self._theme)
        px = self._theme.px
        canvas.fill(canvas.at(0, px(3), px(28), px(18)), "press" if self.underMouse() else "fill", 6)
        canvas.icon("ellipsis", canvas.at(px(6), px(4), px(16), px(16)), "text2", stroke=2)
        room = canvas.rect.width() - px(36)
        canvas.text(canvas.at(px(36), 0, room, px(24)), self._words(), "meta", 500, "text3")
        if self._ring.shown:
            canvas.ring(canvas.rect)
        painter.end()
