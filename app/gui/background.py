"""A thread of its own for reading what takes longer than a frame: long lists, counts, heavy messages."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal

from app.store.views import Reader

Then = Callable[[Any], None]
Job = tuple[Callable[[Reader], object], Then, Callable[[], None] | None]


class _Carrier(QThread):
    """Owns a Reader of its own; answers leave by signal, in order."""

    answered = Signal(object, object)
    broken = Signal(object, object)
    """(what to tell the asker, the exception)"""

    def __init__(self, open_reader: Callable[[], Reader]) -> None:
        super().__init__()
        self._open_reader = open_reader
        self.inbox: SimpleQueue[Job | None] = SimpleQueue()

    def run(self) -> None:
        reader = self._open_reader()
        while (job := self.inbox.get()) is not None:
            work, then, failed = job
            try:
                self.answered.emit(then, work(reader))
            except Exception as trouble:  # noqa: BLE001 - raised again in the window's thread; this one must live on
                self.broken.emit(failed, trouble)
            del job, work, then, failed
        reader.close()


class Background(QObject):
    """`ask(work, then)`: `work(reader)` runs over there, `then(answer)` here afterwards. `stop` before quitting."""

    def __init__(self, open_reader: Callable[[], Reader], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._carrier = _Carrier(open_reader)
        self._carrier.answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._carrier.broken.connect(self._break, Qt.ConnectionType.QueuedConnection)
        self._open = True
        self._carrier.start()

    def ask(self, work: Callable[[Reader], object], then: Then, failed: Callable[[], None] | None = None) -> None:
        """`failed` is called instead of `then` when `work` raised; the exception is then raised here, for the log."""
        if self._open:
            self._carrier.inbox.put((work, then, failed))

    def _deliver(self, then: Callable[[Any], None], answer: object) -> None:
        if self._open:
            then(answer)

    def _break(self, failed: Callable[[], None] | None, trouble: Exception) -> None:
        if failed is not None and self._open:
            failed()
        raise trouble

    def stop(self) -> None:
        """Finish what is being read, then end; answers still on the way are dropped."""
        if self._open:
            self._open = False
            self._carrier.inbox.put(None)
            self._carrier.wait()
