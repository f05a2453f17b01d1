"""A PDF document inside the program, by PDFium: no JavaScript engine in it, and no link leads out of it."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice
from PySide6.QtGui import QMouseEvent, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QFrame, QWidget

from app.gui.look.theme import Theme

Problem = QPdfDocument.Error


def tr(text: str) -> str:
    return QCoreApplication.translate("PdfSheet", text)


class PdfSheet(QPdfView):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pages = QPdfDocument(parent)  # not below the view, which reaches for it while it ends
        self._source: QBuffer | None = None
        self.setObjectName("quick-look-pdf")
        self.setAccessibleName(tr("PDF document"))
        self.setDocument(self._pages)
        self.setPageMode(QPdfView.PageMode.MultiPage)
        self.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self.setFrameShape(QFrame.Shape.NoFrame)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        palette = QPalette(self.palette())
        for role in (QPalette.ColorRole.Dark, QPalette.ColorRole.Base, QPalette.ColorRole.Window):
            palette.setColor(role, self._theme.color("bg"))
        self.setPalette(palette)

    @property
    def pages(self) -> int:
        return self._pages.pageCount()

    def show_document(self, data: bytes) -> str:
        """ "" or, in a sentence, why it cannot be shown."""
        self.clear()
        self._source = QBuffer(self._pages)
        self._source.setData(QByteArray(data))
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._pages.load(self._source)
        problem = self._pages.error()
        if problem in (Problem.IncorrectPassword, Problem.UnsupportedSecurityScheme):
            return tr("This PDF document is protected by a password. Open or save it to type the password elsewhere.")
        if self._pages.status() != QPdfDocument.Status.Ready or not self._pages.pageCount():
            return tr("This PDF document is damaged and cannot be shown here. Save it to look at it elsewhere.")
        return ""

    def clear(self) -> None:
        self._pages.close()
        if self._source is not None:
            self._source.deleteLater()
            self._source = None

    # QPdfView would hand addresses in the document to the desktop by itself: it hears of no button.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
