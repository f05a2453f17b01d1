"""The source of a message, as it came."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from app.gui.look.theme import Theme

MOST = 400_000
"""Bytes shown; saving gives all of them."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Source", text)


class SourceWindow(QDialog):
    def __init__(self, theme: Theme, raw: bytes, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("source")
        self.setWindowTitle(tr("Message source"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = QPlainTextEdit()
        text.setAccessibleName(tr("Message source"))
        text.setReadOnly(True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(theme.px(12))
        text.setFont(font)
        shown = raw[:MOST].decode("utf-8", "replace").replace("\r\n", "\n")
        if len(raw) > MOST:
            shown += "\n\n" + tr("[… {n} more bytes: save the message to see them all]").format(n=len(raw) - MOST)
        text.setPlainText(shown)
        column = QVBoxLayout(self)
        column.addWidget(text)
        self.resize(theme.px(820), theme.px(620))
