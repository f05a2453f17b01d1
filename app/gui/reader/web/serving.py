"""Hands the engine the one document it may show, with a policy that forbids everything else."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QUrl
from PySide6.QtWebEngineCore import QWebEngineUrlRequestJob, QWebEngineUrlSchemeHandler

from app.gui.reader.web.scheme import SCHEME

POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src 'none'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'none'; sandbox"
)
_HEADERS = {
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
        headers: Any = {QByteArray(name): [QByteArray(value)] for name, value in _HEADERS.items()}
        job.setAdditionalResponseHeaders(headers)
        job.reply(QByteArray(b"text/html; charset=utf-8"), buffer)
