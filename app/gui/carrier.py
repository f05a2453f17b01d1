"""Carries a worker of the engine in a QThread. Made once, lives until quit."""

from __future__ import annotations

from PySide6.QtCore import QObject, QThread

from app.engine.worker import Worker


class WorkerThread(QThread):
    """Never deleted while it runs: its owner joins it before it goes."""

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(worker.name)
        self._worker = worker

    def run(self) -> None:
        self._worker.run()

    def join(self, seconds: float) -> bool:
        """Wait for the end. False when it did not come in time."""
        return bool(self.wait(int(seconds * 1000)))
