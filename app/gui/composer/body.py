"""The text of a letter: plain, in reading size, at most 720 pixels wide."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMargins, QMimeData, Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextBlockFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from app.gui.forms.neutral import body_text
from app.gui.look.theme import Theme

WIDTH = 720
LONG = 200_000
"""Characters from which on lines are not set apart any more: it would take longer than a window may stand still."""
_LEAD, _TRAIL, _TOP = 28, 24, 18
_LEADING = 136
"""Per cent of the font's own line height: 1.6 times its size with Inter."""


class Body(QTextEdit):
    """A rich editor kept to plain text, since only that one can set lines apart. Tab writes a tab, Shift+Tab goes back."""

    files_given = Signal(list)
    """Paths that were dropped or pasted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("body")
        self.setAccessibleName(self.tr("Message text"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptRichText(False)
        self.setAutoFormatting(QTextEdit.AutoFormattingFlag.AutoNone)
        self.setTabChangesFocus(False)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_text(self, text: str) -> None:
        """Replace everything; nothing to undo afterwards."""
        self.setPlainText(body_text(text))
        self._space_lines()
        self.document().clearUndoRedoStacks()
        self.document().setModified(False)

    def replace_text(self, text: str) -> None:
        """Replace everything in a way that can be undone; the cursor stays where it was."""
        place = self.textCursor().position()
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(body_text(text))
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)

    def text(self) -> str:
        """Exactly what is shown. Qt's own `toPlainText` would turn no-break spaces into spaces."""
        raw = self.document().toRawText()
        for mark in "\u2028\u2029\ufdd0\ufdd1":
            raw = raw.replace(mark, "\n")
        return raw

    def go_to_start(self) -> None:
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _space_lines(self) -> None:
        if self.document().characterCount() > LONG:
            return
        form = QTextBlockFormat()
        form.setLineHeight(_LEADING, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        self.document().setUndoRedoEnabled(False)
        cursor.mergeBlockFormat(form)
        self.document().setUndoRedoEnabled(True)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or bool(local_files(source))

    def insertFromMimeData(self, source: QMimeData) -> None:
        if files := local_files(source):
            self.files_given.emit(files)
        elif source.hasText():
            self.insertPlainText(body_text(source.text()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside, Shift+Tab leaves: no keyboard trap."""
        return False if forward else QFrame.focusNextPrevChild(self, False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # first, since a viewport that is not shown yet forgets a resize that comes out of a resize
        self._set_margins()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._set_margins()

    def _set_margins(self) -> None:
        px = self._theme.px
        lead = px(_LEAD) - int(self.document().documentMargin())
        room = self.width() - lead - px(WIDTH)
        trail = max(px(_TRAIL), room)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            lead, trail = trail, lead
        margins = QMargins(lead, px(_TOP), trail, 0)
        if margins != self.viewportMargins():
            self.setViewportMargins(margins)

    def _restyle(self) -> None:
        self.setFont(self._theme.font("read"))
        self.setTabStopDistance(self._theme.width("    ", "read"))
        self._set_margins()


def local_files(source: QMimeData) -> list[str]:
    """Paths of the files on this computer that `source` holds."""
    return [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
