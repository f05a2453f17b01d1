"""Keeps the list in step with the library: reads in the background, compares there, applies here."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.core.ids import FolderId, MessageId
from app.gui.background import Background
from app.gui.messages.keys import compare, group_keys, next_after
from app.gui.messages.model import MessageModel
from app.gui.messages.view import MessageView, Steps
from app.store.views import Reader

PAUSE_MS = 120
"""Between two refreshes while changes pour in."""
LONG = 20_000


@dataclass(frozen=True, slots=True)
class Fresh:
    """The answer of the background: the new list and how to get there."""

    folder: FolderId
    afresh: bool
    keys: array[int]
    steps: Steps | None
    current_row: int
    total: int
    groups: list[int]


class Listing(QObject):
    """What the view shows: a folder, or what a search found. `filled` is sent after each refresh with the count."""

    filled = Signal(int)

    def __init__(
        self,
        model: MessageModel,
        view: MessageView,
        background: Background,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._model, self._view, self._background, self._clock = model, view, background, clock
        self._folder: FolderId | None = None
        self._asked = False
        self._stale = False
        self._fresh_start = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._last = QElapsedTimer()
        """Since the list was asked for; invalid before the first time."""

    @property
    def folder(self) -> FolderId | None:
        return self._folder

    def show_folder(self, folder: FolderId) -> None:
        """Show this folder from the top."""
        self._folder = folder
        self._fresh_start = True
        self._ask()

    def show_messages(self, messages: Sequence[MessageId]) -> None:
        """Show exactly these, without groups."""
        self._folder = None
        keys: array[int] = array("q", messages)
        steps = None if not self._model.keys or not len(keys) else compare(self._model.keys, keys, 4)
        row = next_after(self._model.keys, self._view.currentIndex().row(), keys) if self._view.selected() else -1
        self._view.apply(steps, keys, row)
        self.filled.emit(len(keys))

    def refresh(self) -> None:
        """Something changed: look again, at once if nothing did for a while."""
        if self._folder is None:
            self._model.forget_pages()
            self._view.viewport().update()
        elif not self._timer.isActive():
            self._timer.start(self._pause())

    def _pause(self) -> int:
        """Milliseconds until the next look. Reading 200,000 rows takes a quarter of a second of somebody's time: a long list
        is looked at less often."""
        since = self._last.elapsed() if self._last.isValid() else 0
        return max(0, PAUSE_MS + len(self._model.keys) // 500 - since)

    def _ask(self) -> None:
        if self._folder is None:
            return
        if self._asked:
            self._stale = True
            return
        self._asked = True
        self._last.start()
        folder, now, old = self._folder, self._clock(), self._model.keys[:]
        row = self._view.currentIndex().row() if self._view.selected() else -1
        afresh = self._fresh_start

        def read(reader: Reader) -> Fresh:
            ids, dates = reader.listing(folder)
            keys = group_keys(ids, dates, now)
            if afresh:
                return Fresh(folder, afresh, keys, None, -1, len(ids), _groups(keys))
            steps = compare(old, keys, 2 if len(keys) > LONG else 16)
            current = next_after(old, row, keys) if row >= 0 else -1
            groups = _groups(keys) if steps is None else []
            return Fresh(folder, afresh, keys, steps, current, len(ids), groups)

        self._background.ask(read, self._take, self._give_up)

    def _give_up(self) -> None:
        """The library could not be read; the next change tries again."""
        self._asked = False

    def _take(self, fresh: Fresh) -> None:
        self._asked = False
        if fresh.folder != self._folder or fresh.afresh != self._fresh_start:
            self._ask()  # another folder was chosen meanwhile
            return
        if fresh.afresh:
            self._fresh_start = False
            self._view.clearSelection()
            self._view.apply(None, fresh.keys, -1, fresh.groups)
            self._view.scrollToTop()
        else:
            self._view.apply(fresh.steps, fresh.keys, fresh.current_row, fresh.groups)
        self.filled.emit(fresh.total)
        if self._stale:
            self._stale = False
            self._timer.start(self._pause())


def _groups(keys: array[int]) -> list[int]:
    """Rows of group headers; found here because it takes a frame in a long list."""
    return [row for row, key in enumerate(keys) if key < 0]
