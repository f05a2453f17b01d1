"""The page of a quick look: a picture, a film, a text, a PDF document, or a sentence. Loads nothing from anywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QIODevice, QObject, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontDatabase,
    QImage,
    QKeyEvent,
    QMovie,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QWidget

from app.gui.look.parts.empty import EmptyState
from app.gui.look.theme import Theme
from app.gui.reader.preview import Preview

if TYPE_CHECKING:  # loading PDFium takes a moment, which only who looks at a PDF waits for
    from app.gui.reader.pdf_sheet import PdfSheet

_OURS = frozenset({Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Escape, Qt.Key.Key_Return})


def tr(text: str) -> str:
    return QCoreApplication.translate("Showing", text)


class Picture(QWidget):
    """An image, as large as there is room for and never larger than it is; a film runs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image = QImage()
        self._film: QMovie | None = None
        self._source: QBuffer | None = None
        self.setAccessibleName(tr("Picture"))

    @property
    def image(self) -> QImage:
        return self._image

    def show_image(self, image: QImage) -> None:
        self.stop()
        self._image = image
        self.update()

    def play(self, data: bytes) -> None:
        self.stop()
        self._source = QBuffer(self)
        self._source.setData(QByteArray(data))
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._film = QMovie(self._source, QByteArray(), self)
        self._film.setCacheMode(QMovie.CacheMode.CacheNone)
        self._film.frameChanged.connect(self._on_frame)
        self._film.jumpToFrame(0)
        if not self._theme.reduced_motion:
            self._film.start()

    @property
    def runs(self) -> bool:
        return self._film is not None and self._film.state() == QMovie.MovieState.Running

    def _on_frame(self) -> None:
        if self._film is not None:
            self._image = self._film.currentImage()
            self.update()

    def stop(self) -> None:
        if self._film is not None:
            self._film.stop()
            self._film.deleteLater()
            self._film = None
        if self._source is not None:
            self._source.deleteLater()
            self._source = None
        self._image = QImage()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        margin = self._theme.px(16)
        room = self.size() - QSize(2 * margin, 2 * margin)
        ratio = self.devicePixelRatioF()
        whole = QSize(max(1, round(self._image.width() / ratio)), max(1, round(self._image.height() / ratio)))
        size = whole
        if whole.width() > room.width() or whole.height() > room.height():
            size = whole.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        at = QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height())
        if self._image.hasAlphaChannel():
            painter.fillRect(at, self._theme.color("paper"))
        painter.drawImage(at, self._image)
        painter.end()


class Showing(QStackedWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("quick-look-page")
        self.picture = Picture(theme)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setObjectName("quick-look-text")
        self.text.setAccessibleName(tr("Text"))
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.text.installEventFilter(self)
        self.words = EmptyState(theme, "file", name="quick-look-words")
        self.pdf: PdfSheet | None = None
        for page in (self.picture, self.text, self.words):
            self.addWidget(page)
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._theme.px(13))
        self.text.setFont(font)
        self.text.document().setDocumentMargin(self._theme.px(16))

    def wait(self, sentence: str) -> None:
        self._clear()
        self.words.say("hourglass", sentence)
        self.setCurrentWidget(self.words)

    def show_preview(self, preview: Preview) -> None:
        self._clear()
        if preview.picture is not None:
            self.picture.show_image(preview.picture)
            self.setCurrentWidget(self.picture)
        elif preview.film:
            self.picture.play(preview.film)
            self.setCurrentWidget(self.picture)
        elif preview.text is not None:
            end = "\n\n" + tr("[… this text goes on: open or save it to see all of it]") if preview.cut else ""
            self.text.setPlainText(preview.text + end)
            self.setCurrentWidget(self.text)
        elif preview.pdf:
            self._show_pdf(preview.pdf)
        else:
            self.words.say("file", preview.sentence)
            self.setCurrentWidget(self.words)
        page = self.currentWidget()
        if page is not None:
            page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_pdf(self, data: bytes) -> None:
        if self.pdf is None:
            from app.gui.reader.pdf_sheet import PdfSheet

            self.pdf = PdfSheet(self._theme, self)
            self.pdf.installEventFilter(self)
            self.addWidget(self.pdf)
        problem = self.pdf.show_document(data)
        if problem:
            self.words.say("file-text", problem)
        self.setCurrentWidget(self.words if problem else self.pdf)

    def _clear(self) -> None:
        self.picture.stop()
        self.text.clear()
        if self.pdf is not None:
            self.pdf.clear()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the window stay keys of the window, whatever page has the focus."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() in _OURS:
            self.window().keyPressEvent(event)
            event.accept()  # otherwise it would come to the window once more
            return True
        return super().eventFilter(watched, event)
