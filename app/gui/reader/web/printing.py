"""A message on paper, or as a PDF: its header and its text, in the same sealed engine, in a page of its own."""

from __future__ import annotations

import html as entities
from collections.abc import Callable, Sequence
from pathlib import Path

import shiboken6
from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QMarginsF, QObject
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWebEngineWidgets import QWebEngineView

from app.core.values import Address
from app.gui.look.theme import Theme
from app.gui.reader.content import Content, text_html
from app.gui.reader.web import engine
from app.gui.reader.web.page_style import document
from app.gui.reader.web.view import Page

_MARGIN = 15.0
"""Millimetres."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Printing", text)


def printed(content: Content) -> str:
    """The HTML that goes on paper. `content` is here, that is, parsed."""
    assert content.parsed is not None
    envelope = content.parsed.envelope
    when = QDateTime.fromSecsSinceEpoch(int(content.row.date))
    rows = [
        (tr("From"), _people([content.row.sender])),
        (tr("To"), _people(envelope.to)),
        (tr("Copy"), _people(envelope.cc)),
        (tr("Date"), entities.escape(QLocale().toString(when, QLocale.FormatType.LongFormat))),
        (tr("Files"), entities.escape(", ".join(part.name for part in content.attachments))),
    ]
    head = "".join(
        f"<tr><td style='padding:1px 14px 1px 0;opacity:0.65;vertical-align:top'>{entities.escape(name)}</td><td>{value}</td></tr>"
        for name, value in rows
        if value
    )
    subject = entities.escape(content.row.subject or tr("No subject"))
    body = content.full if content.rich else text_html(content.parsed.text)
    return f"<h2 style='margin:0 0 8px'>{subject}</h2><table>{head}</table><hr>{body}"


def _people(people: Sequence[Address]) -> str:
    return ", ".join(
        entities.escape(f"{person.name} <{person.email}>" if person.name else person.email) for person in people
    )


class Printing(QObject):
    """One job; it goes when it is done. `done` hears whether it went well."""

    def __init__(self, theme: Theme, content: Content, done: Callable[[bool], None], parent: QObject) -> None:
        super().__init__(parent)
        application = QCoreApplication.instance()
        assert application is not None
        one = engine.start(application)
        self._done = done
        self._view = QWebEngineView()
        self._page = Page(one.profile, self)
        self._gate = engine.Gate(self._page)
        self._page.setUrlRequestInterceptor(self._gate)
        self._view.setPage(self._page)
        self._page.given = one.serving.offer(document(printed(content), theme, paper=True))
        self._printer: QPrinter | None = None

    def save(self, target: Path) -> None:
        """As a PDF, on the paper that is usual where the user lives."""
        size = QPageSize(QPageSize.PageSizeId.A4)
        if QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem:
            size = QPageSize(QPageSize.PageSizeId.Letter)
        margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        layout = QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)
        self._page.pdfPrintingFinished.connect(lambda _path, well: self._end(well))
        self._page.loadFinished.connect(lambda _ok: self._page.printToPdf(str(target), layout))
        self._page.load(self._page.given)

    def send(self, printer: QPrinter) -> None:
        self._printer = printer  # lives until it is done
        self._view.printFinished.connect(self._end)
        self._page.loadFinished.connect(lambda _ok: self._view.print(printer))
        self._page.load(self._page.given)

    def _end(self, well: bool) -> None:
        self._done(well)
        self.deleteLater()
        self.destroyed.connect(self._view.deleteLater)

    def close(self) -> None:
        """Before the program ends: the page goes before its profile."""
        if shiboken6.isValid(self._page):
            shiboken6.delete(self._page)
