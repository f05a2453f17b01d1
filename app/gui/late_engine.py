"""The engine of a window, which starts after the first paint: mail is on screen before anything is fetched."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from app.core.commands import Command

if TYPE_CHECKING:  # half of the program's modules, read while the window is painted already
    from app.engine.house import House


class LateEngine(QObject):
    """`make` builds it. What is posted before it runs waits for it; `open` and `house` are for the window's thread."""

    def __init__(self, make: Callable[[], House], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._lock = threading.Lock()
        self._house: House | None = None
        self._waiting: list[Command] = []

    @property
    def runs(self) -> bool:
        return self._house is not None

    @property
    def house(self) -> House:
        """Opens it if it is not yet. Raises Trouble."""
        return self._house or self.open()

    def post(self, command: Command) -> None:
        """From any thread."""
        with self._lock:
            if self._house is None:
                self._waiting.append(command)
                return
        self._house.post(command)

    def open(self) -> House:
        """Start its workers. Raises Trouble, and can be tried again."""
        house = self._make()
        house.open()
        with self._lock:
            self._house, waiting = house, self._waiting
            self._waiting = []
        for command in waiting:
            house.post(command)
        return house

    def close(self, seconds: float) -> bool:
        """False when a worker did not end in time."""
        return self._house is None or self._house.close(seconds)


class Loading(QThread):
    """Reads the engine's modules beside the window; `loaded` comes when they are there."""

    loaded = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.setObjectName("loading")
        self.finished.connect(self.loaded)

    def run(self) -> None:
        import app.engine.house  # noqa: F401
