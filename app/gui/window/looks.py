"""Theme, text size, layout, density, and when mail counts as read: chosen in the menu, worn at once, remembered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from app.core.commands import ChangeSetting, Command
from app.gui.look.theme import Theme
from app.gui.messages.view import MessageView
from app.gui.window import settings
from app.gui.window.deeds import ORIGIN
from app.gui.window.frame import Frame
from app.gui.window.menus import Actions
from app.store.rows import MOST_UNASKED
from app.store.views import Reader

STEP = 0.1


class Looks:
    """`restore` once at the start, `choose` for the actions of the view menu, `save` before the window closes."""

    def __init__(
        self, window: QMainWindow, theme: Theme, frame: Frame, view: MessageView, post: Callable[[Command], None]
    ) -> None:
        self._window, self._theme, self._frame, self._view, self._post = window, theme, frame, view, post

    def restore(self, reader: Reader, actions: Actions) -> None:
        self._view.set_density(settings.density(reader))
        self._frame.set_layout(settings.layout(reader))
        self._view.set_columns(self._frame.layout_name == "classic")
        self._frame.load(reader.setting(settings.SIZES))
        for kind, value in (
            ("theme", self._theme.mode),
            ("layout", self._frame.layout_name),
            ("density", self._view.density),
        ):
            actions.check(f"{kind}-{value}")
        seconds = settings.read_after(reader)
        actions.check("read-never" if seconds < 0 else f"read-{seconds:g}")
        actions.check(f"advance-{settings.advance(reader)}")
        limit = reader.setting(MOST_UNASKED)
        actions.check(f"fetch-{int(limit) // 1_000_000 if limit.isdecimal() else 0}")
        saved = settings.geometry(reader)
        if not saved or not self._window.restoreGeometry(QByteArray(saved)):
            self._window.resize(self._theme.px(1280), self._theme.px(820))

    def choose(self, kind: str, value: str) -> None:
        """`kind` is theme, layout, density, text, read (when a message counts as read), advance (what is selected
        after an act) or fetch (what is fetched unasked, in MB)."""
        match kind:
            case "theme":
                self._theme.mode = settings.as_mode(value)
                self._remember(settings.THEME, value)
            case "layout":
                self._frame.set_layout(settings.as_layout(value))
                self._view.set_columns(value == "classic")
                self._remember(settings.LAYOUT, value)
            case "density":
                self._view.set_density(settings.as_density(value))
                self._remember(settings.DENSITY, value)
            case "read":
                self._remember(settings.READ_AFTER, "-1" if value == "never" else value)
            case "advance":
                self._remember(settings.ADVANCE, value)
            case "fetch":
                self._remember(MOST_UNASKED, str(int(value) * 1_000_000))
            case "text":
                step = {"larger": STEP, "smaller": -STEP}.get(value)
                self._theme.scale = round(self._theme.scale + step, 2) if step else 1.0
                self._remember(settings.TEXT_SIZE, str(self._theme.scale))

    def save(self) -> None:
        self._remember(settings.GEOMETRY, settings.as_text(bytes(self._window.saveGeometry().data())))
        self._remember(settings.SIZES, self._frame.save())

    def _remember(self, key: str, value: str) -> None:
        self._post(ChangeSetting(origin=ORIGIN, key=key, value=value))
