"""Shows the sanitised HTML of one message; a link is told, never followed here."""

from __future__ import annotations

import math
from collections.abc import Callable

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QSizeF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtWebEngineCore import QWebEngineFindTextResult, QWebEnginePage, QWebEnginePermission, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.gui.look.theme import Theme
from app.gui.reader.web import engine
from app.gui.reader.web.page_style import document
from app.gui.reader.web.serving import Pictures, Serving

_Kind = QWebEnginePage.NavigationType
_MOST = 1 << 22
"""Pixels; whatever is higher scrolls."""
_TRIES = 8
FOLLOWED = ("http", "https", "mailto")


def tr(text: str) -> str:
    return QCoreApplication.translate("Sheet", text)


class Page(QWebEnginePage):
    """Goes nowhere but to the document it was given."""

    followed = Signal(str)

    def __init__(self, profile: QWebEngineProfile, parent: QObject) -> None:
        super().__init__(profile, parent)
        self.given = QUrl()
        self.permissionRequested.connect(self._deny)
        self.newWindowRequested.connect(lambda request: self._tell(request.requestedUrl()))

    def acceptNavigationRequest(self, url: QUrl | str, kind: _Kind, is_main_frame: bool) -> bool:
        address = QUrl(url)
        if kind == _Kind.NavigationTypeLinkClicked:
            self._tell(address)
            return False
        return is_main_frame and kind == _Kind.NavigationTypeTyped and address == self.given

    def createWindow(self, kind: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        return None

    def javaScriptConsoleMessage(self, *_: object) -> None:
        """What a mail has to say to developers is nobody's concern."""

    def _tell(self, url: QUrl) -> None:
        if url.scheme().lower() in FOLLOWED:
            self.followed.emit(url.toString())

    def _deny(self, permission: QWebEnginePermission) -> None:
        permission.deny()


class WebSheet(QWidget):
    """The same words as `Sheet`. The engine starts with the first message that is shown."""

    followed = Signal(str)
    pointed = Signal(str)
    """The address under the pointer, "" when it leaves."""
    shown = Signal()
    """What was given last is on screen."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._html, self._paper, self._ended = "", False, False
        self.loading = False
        """What was given last is not on screen yet."""
        self._view: QWebEngineView | None = None
        self._page: Page | None = None
        self._serving: Serving | None = None
        self._served: Pictures | None = None
        self._pictures: tuple[str, ...] = ()
        self._gate: engine.Gate | None = None
        self._measuring, self._tries, self._true = False, 0, 0.0
        self._whole = 0
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(40)
        self._patience.timeout.connect(self._on_patience)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.setObjectName("message-web")
        theme.changed.connect(self._load)

    @property
    def started(self) -> bool:
        return self._view is not None

    @property
    def refused(self) -> list[str]:
        """What the message asked for in vain."""
        return self._gate.refused if self._gate is not None else []

    @property
    def page(self) -> Page | None:
        return self._page

    def show_html(self, html: str, *, paper: bool, pictures: tuple[str, ...] = ()) -> None:
        """`paper`: the message brings its own colours, so it gets a white sheet with dark ink. `pictures`: addresses of the
        remote pictures in it; `give_picture` brings them."""
        self._html, self._paper, self._pictures = html, paper, pictures
        self._load()

    def warm(self) -> None:
        """Start the engine on an empty page."""
        if self._view is None:
            self._start()
            self._load()

    def end(self) -> None:
        """The page goes before the profile it belongs to; nothing is shown afterwards."""
        self._ended = True
        view, page = self._view, self._page
        self._view = self._page = self._serving = self._served = self._gate = None
        if view is not None and page is not None:
            self._column.removeWidget(view)
            shiboken6.delete(page)
            shiboken6.delete(view)

    def clear(self) -> None:
        """Nothing of the last message stays behind when another kind of view is shown."""
        if self._view is not None and self._html:
            self._html, self._pictures = "", ()
            self._load()

    def give_picture(self, address: str, content_type: str, data: bytes) -> None:
        """A remote picture is here, or, without data, could not be had."""
        if self._served is not None:
            self._served.give(address, content_type, data)

    def _load(self) -> None:
        if self._view is None:
            if not self._html or self._ended:
                return
            self._start()
        assert self._page is not None and self._serving is not None and self._gate is not None
        self._gate.refused.clear()
        assert self._served is not None
        self._served.expect(self._pictures)
        self._page.given = self._serving.offer(document(self._html, self._theme, paper=self._paper))
        ground = self._theme.color("paper") if self._paper else self._theme.color("surface")
        self._page.setBackgroundColor(ground)
        self.loading = True
        self._page.load(self._page.given)

    def _start(self) -> None:
        application = QCoreApplication.instance()
        assert application is not None
        one = engine.start(application)
        view = QWebEngineView(self)
        page = Page(one.profile, view)
        self._serving, self._served, self._gate = one.serving, one.pictures, engine.Gate(page)
        page.setUrlRequestInterceptor(self._gate)
        view.setPage(page)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._on_menu)
        view.setAccessibleName(tr("Message"))
        page.followed.connect(self.followed)
        page.linkHovered.connect(self.pointed)
        page.loadFinished.connect(self._on_loaded)
        page.contentsSizeChanged.connect(self._on_size)
        self._column.addWidget(view)
        self._view, self._page = view, page
        self.setFocusProxy(view)

    # --- as high as what it shows, where there is room for it; otherwise it scrolls inside

    def set_whole(self, most: int) -> None:
        """Take the room for all that is shown, up to so many pixels; 0: what is left over."""
        if most != self._whole:
            self._whole = most
            if not self._measuring and self._true:
                self._take_least()

    def _take_least(self) -> None:
        self.setMinimumHeight(min(self.maximumHeight(), max(self._theme.px(160), self._whole)))

    def _on_loaded(self, _ok: bool) -> None:
        assert self._page is not None
        self.loading = False
        size = self._page.contentsSize()
        if size.height() > self.height() + 1:
            self._take_height(size)
        else:
            self._squeeze()
        self.shown.emit()

    def _squeeze(self) -> None:
        """The engine tells the height only of a page that is higher than its view: so the view is low for a moment, unseen.
        The room it stands in stays, so that what is around it does."""
        if self._view is None:
            return
        self._measuring, self._tries = True, 0
        self._still(True)
        self._view.setMaximumHeight(self._low)
        self._patience.start()

    def _on_size(self, size: QSizeF) -> None:
        if self._measuring:
            if self._view is not None and self._view.height() <= self._low < size.height():
                self._take_height(size)
        elif size.height() > max(self._true, self.height()) + 1:
            self._take_height(size)
        elif size.height() < self._true - 1:
            self._squeeze()

    def _take_height(self, size: QSizeF) -> None:
        self._measuring = False
        self._patience.stop()
        self._true = size.height()
        bar = self._theme.px(16) if size.width() > self.width() + 1 else 0
        # Never nothing: of a view without any height the engine tells no size again.
        self.setMaximumHeight(max(self._low, min(_MOST, math.ceil(self._true) + bar)))
        self._take_least()
        if self._view is not None:
            self._view.setMaximumHeight(self.maximumHeight())
        self._still(False)

    def _on_patience(self) -> None:
        """Nothing was told: the page is as low as the view, or the engine is late."""
        self._tries += 1
        if self._page is not None and (self._tries >= _TRIES or self._page.contentsSize().height() <= self._low + 1):
            self._take_height(self._page.contentsSize())
        else:
            self._patience.start()

    @property
    def _low(self) -> int:
        return self._theme.px(24)

    def _still(self, on: bool) -> None:
        parent = self.parentWidget()
        if parent is not None:
            parent.setUpdatesEnabled(not on)

    def turn(self, step: int) -> bool:
        """By a screen; False: there is nothing to scroll to, that way."""
        target = self._view.focusProxy() if self._view is not None else None
        if target is None or self._page is None:
            return False
        above, height = self._page.scrollPosition().y(), self._page.contentsSize().height()
        if above <= 0 if step < 0 else above + self.height() >= height - 1:
            return False
        key = Qt.Key.Key_PageDown if step > 0 else Qt.Key.Key_PageUp
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier))
        return True

    def find_text(self, text: str, backwards: bool, told: Callable[[int, int], None]) -> None:
        """As in `Sheet`."""
        if self._page is None:
            return
        flags = QWebEnginePage.FindFlag.FindBackward if backwards else QWebEnginePage.FindFlag(0)

        def tell(result: QWebEngineFindTextResult) -> None:
            if not self.loading:  # of the page that is going
                told(result.activeMatch(), result.numberOfMatches())

        self._page.findText(text, flags, tell)

    def _on_menu(self, at: QPoint) -> None:
        assert self._view is not None and self._page is not None
        request = self._view.lastContextMenuRequest()
        menu = QMenu(self)
        link = request.linkUrl().toString() if request is not None else ""
        if self._page.hasSelection():
            menu.addAction(tr("Copy"), lambda: self._act(QWebEnginePage.WebAction.Copy))
        if link:
            menu.addAction(tr("Copy link"), lambda: QGuiApplication.clipboard().setText(link))
        menu.addAction(tr("Select all"), lambda: self._act(QWebEnginePage.WebAction.SelectAll))
        menu.exec(self._view.mapToGlobal(at))
        menu.deleteLater()

    def _act(self, action: QWebEnginePage.WebAction) -> None:
        if self._page is not None:
            self._page.triggerAction(action)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
