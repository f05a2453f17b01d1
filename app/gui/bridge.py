"""The one place where the engine's plain callback becomes Qt signals."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from app.core.events import Changed, Event


class Bridge(QObject):
    """Lives in the windows' thread. `deliver` may be called from any thread."""

    changed = Signal(object)
    """`events.Changed` only: what kind of thing changed."""
    happened = Signal(object)
    """Every other event."""
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._arrived.connect(self._route, Qt.ConnectionType.QueuedConnection)

    def deliver(self, event: Event) -> None:
        self._arrived.emit(event)

    def _route(self, event: Event) -> None:
        if isinstance(event, Changed):
            self.changed.emit(event)
        else:
            self.happened.emit(event)
