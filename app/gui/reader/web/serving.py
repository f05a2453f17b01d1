"""Hands the engine the one document it may show, with a policy that forbids everything else."""

from __future__ import annotations

from typing import Any

import shiboken6
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler

from app.gui.reader.web.scheme import SCHEME

POLICY = (
    "default-src 'none'; img-src data: tandem-image:; style-src 'unsafe-inline'; font-src 'none'; form-action 'none';"
    " base-uri 'none'; frame-ancestors 'none'; sandbox"
)
HEADERS = {
    b"Content-Security-Policy": POLICY.encode(),
    b"Referrer-Policy": b"no-referrer",
    b"X-Content-Type-Options": b"nosniff",
    b"X-DNS-Prefetch-Control": b"off",
}


MOST_KEPT = 8
"""Documents that can still be asked for."""


class Serving(QWebEngineUrlSchemeHandler):
    """`offer` a document, then load the address it returns. Each has an address of its own; old ones are forgotten."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._documents: dict[str, bytes] = {}
        self.headers = dict(HEADERS)
        """What is said with each document."""

    def offer(self, html: str) -> QUrl:
        self._number += 1
        host = f"m{self._number}"
        self._documents[host] = html.encode("utf-8", "replace")
        while len(self._documents) > MOST_KEPT:
            del self._documents[next(iter(self._documents))]
        return QUrl(f"{SCHEME.decode()}://{host}/")

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        document = self._documents.get(job.requestUrl().host())
        if document is None or bytes(job.requestMethod().data()) != b"GET":
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        buffer = QBuffer(job)
        buffer.setData(document)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        headers: Any = {QByteArray(name): [QByteArray(value)] for name, value in self.headers.items()}
        job.setAdditionalResponseHeaders(headers)
        job.reply(QByteArray(b"text/html; charset=utf-8"), buffer)


class Pictures(QWebEngineUrlSchemeHandler):
    """Remote pictures of the document on screen: the engine asks by number, and waits until `give` brings them."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._addresses: tuple[str, ...] = ()
        self._here: dict[str, tuple[str, bytes]] = {}
        self._waiting: dict[str, list[QWebEngineUrlRequestJob]] = {}

    def expect(self, addresses: tuple[str, ...]) -> None:
        """Another document; what is fetched for the last one is of no interest any more."""
        self._addresses, self._here, self._waiting = addresses, {}, {}

    def give(self, address: str, content_type: str, data: bytes) -> None:
        """`data` empty: it could not be fetched."""
        if address not in self._addresses:
            return
        self._here[address] = (content_type, data)
        for job in self._waiting.pop(address, []):
            if shiboken6.isValid(job):
                self._answer(job, content_type, data)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        number = job.requestUrl().path().strip("/")
        if not number.isdecimal() or int(number) >= len(self._addresses):
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        address = self._addresses[int(number)]
        if address in self._here:
            self._answer(job, *self._here[address])
        else:
            self._waiting.setdefault(address, []).append(job)

    def _answer(self, job: QWebEngineUrlRequestJob, content_type: str, data: bytes) -> None:
        if not data:
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        buffer = QBuffer(job)
        buffer.setData(data)
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(QByteArray(content_type.encode()), buffer)
