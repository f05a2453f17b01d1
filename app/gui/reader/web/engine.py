"""The web engine of the program: what must be said before it starts, and its one profile.

Which walls hold was measured with 211 ways to leak: JavaScript off, a policy in the header, the sanitiser and the interceptor
together still let five through; a resolver that resolves nothing, with JavaScript off, none. All of them stand.
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtWebEngineCore import (
    QWebEngineCookieStore,
    QWebEngineDownloadRequest,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlScheme,
)

from app.gui.reader.web.scheme import PICTURE_SCHEME, SCHEME
from app.gui.reader.web.serving import Pictures, Serving

FLAGS = (
    '--host-resolver-rules="MAP * ~NOTFOUND"',
    "--disable-background-networking",
    "--disable-component-update",
    "--dns-prefetch-disable",
    "--no-pings",
)
"""Of the whole process: nothing that Chromium wants from the net has an address."""
_CHROMIUM, _NO_SANDBOX = "QTWEBENGINE_CHROMIUM_FLAGS", "QTWEBENGINE_DISABLE_SANDBOX"

_Attribute = QWebEngineSettings.WebAttribute
_OFF = (
    _Attribute.JavascriptEnabled,
    _Attribute.JavascriptCanOpenWindows,
    _Attribute.JavascriptCanAccessClipboard,
    _Attribute.JavascriptCanPaste,
    _Attribute.LocalStorageEnabled,
    _Attribute.LocalContentCanAccessFileUrls,
    _Attribute.LocalContentCanAccessRemoteUrls,
    _Attribute.AutoLoadIconsForPage,
    _Attribute.TouchIconsEnabled,
    _Attribute.PluginsEnabled,
    _Attribute.PdfViewerEnabled,
    _Attribute.HyperlinkAuditingEnabled,
    _Attribute.DnsPrefetchEnabled,
    _Attribute.ErrorPageEnabled,
    _Attribute.FullScreenSupportEnabled,
    _Attribute.WebGLEnabled,
    _Attribute.NavigateOnDropEnabled,
    _Attribute.FocusOnNavigationEnabled,
    _Attribute.AllowRunningInsecureContent,
    _Attribute.AllowGeolocationOnInsecureOrigins,
    _Attribute.ScreenCaptureEnabled,
    _Attribute.ReadingFromCanvasEnabled,
)


def seal(environ: MutableMapping[str, str], uid: int) -> None:
    """Say what Chromium has to know, before it starts: at the latest before the first profile is made."""
    before = environ.get(_CHROMIUM, "")
    environ[_CHROMIUM] = " ".join([*(flag for flag in FLAGS if flag not in before), before]).strip()
    if uid == 0:  # Chromium's own sandbox does not work for root
        environ.setdefault(_NO_SANDBOX, "1")


class Gate(QWebEngineUrlRequestInterceptor):
    """Lets through what the program itself serves, and pictures that stand in the message."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.refused: list[str] = []
        """Addresses that were asked for in vain."""

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if info.requestUrl().scheme() not in (SCHEME.decode(), PICTURE_SCHEME.decode(), "data"):
            self.refused.append(info.requestUrl().toString()[:200])
            info.block(True)


@dataclass(frozen=True, slots=True)
class Engine:
    profile: QWebEngineProfile
    serving: Serving
    pictures: Pictures


_engine: Engine | None = None


def start(owner: QObject) -> Engine:
    """The one engine, which remembers nothing; made when the first message needs it, owned by `owner`."""
    global _engine
    if _engine is not None:
        return _engine
    seal(os.environ, os.geteuid() if hasattr(os, "geteuid") else 1)
    for name in (SCHEME, PICTURE_SCHEME):
        scheme = QWebEngineUrlScheme(name)
        scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
        scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme)
        QWebEngineUrlScheme.registerScheme(scheme)
    made = QWebEngineProfile(owner)
    made.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
    made.setPersistentCookiesPolicy(QWebEngineProfile.PersistentCookiesPolicy.NoPersistentCookies)
    made.setSpellCheckEnabled(False)
    cookies: QWebEngineCookieStore = made.cookieStore()
    cookies.setCookieFilter(lambda _request: False)
    made.downloadRequested.connect(_refuse_download)
    settings = made.settings()
    for attribute in _OFF:
        settings.setAttribute(attribute, False)
    serving, pictures = Serving(made), Pictures(made)
    made.installUrlSchemeHandler(SCHEME, serving)
    made.installUrlSchemeHandler(PICTURE_SCHEME, pictures)
    _engine = Engine(made, serving, pictures)
    return _engine


def _refuse_download(request: QWebEngineDownloadRequest) -> None:
    request.cancel()
