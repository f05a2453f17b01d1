"""The conversation in the reader: one message is open, the others are folded rows above and below it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from PySide6.QtCore import QCoreApplication, QObject, QRect, Signal
from PySide6.QtWidgets import QWidget

from app.core.ids import MessageId
from app.gui.look.theme import Theme
from app.gui.reader.talk_items import around, earlier_items, later_items
from app.gui.reader.talk_row import TalkPainter
from app.gui.reader.talk_strip import TalkStrip
from app.store.talk import TalkRow


def tr(text: str) -> str:
    return QCoreApplication.translate("Conversation", text)


class Talk(QObject):
    """`earlier` and `later` are the two strips; the reader places them around the open message."""

    opened = Signal(int)
    """Another message of the conversation shall be open."""
    reached = Signal(QWidget, QRect)
    """The keyboard went to this row: (its strip, where in it)."""

    def __init__(self, theme: Theme, clock: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._painter = TalkPainter(theme, clock)
        self._rows: tuple[TalkRow, ...] = ()
        self._ids: frozenset[MessageId] = frozenset()
        self._message: MessageId | None = None
        self._unfolded = {False: False, True: False}
        """Whether the run of later messages (True) and that of earlier ones (False) are shown."""
        self.earlier = TalkStrip(
            theme, self._painter, tr("Earlier messages of the conversation"), "earlier-messages", closed=True
        )
        self.later = TalkStrip(
            theme, self._painter, tr("Later messages of the conversation"), "later-messages", closed=False
        )
        for strip, later in ((self.earlier, False), (self.later, True)):
            strip.opened.connect(self.opened)
            strip.unfolded.connect(lambda shown, later=later: self._unfold(later, shown))
            strip.reached.connect(lambda spot, strip=strip: self.reached.emit(strip, spot))

    @property
    def rows(self) -> tuple[TalkRow, ...]:
        """All messages of the conversation, the open one among them, oldest first."""
        return self._rows

    @property
    def several(self) -> bool:
        return len(self._rows) > 1

    def know(self, mine: Collection[str]) -> None:
        """Own addresses in lower case."""
        self._painter.know(mine)
        for strip in (self.earlier, self.later):
            strip.viewport().update()

    def holds(self, message: MessageId) -> bool:
        return message in self._ids

    def show(self, rows: Sequence[TalkRow], message: MessageId) -> None:
        """`message` is open; what was unfolded stays so within one conversation."""
        ids = frozenset(row.id for row in rows)
        if not ids & self._ids:
            self._unfolded = {False: False, True: False}
        self._rows, self._ids, self._message = tuple(rows), ids, message
        self._fill()

    def clear(self) -> None:
        self.show((), MessageId(0))

    def beside(self, step: int) -> MessageId | None:
        """The message after (+1) or before (−1) the open one; None at the ends."""
        ids = [row.id for row in self._rows]
        if self._message not in ids:
            return None
        place = ids.index(self._message) + step
        return ids[place] if 0 <= place < len(ids) else None

    def toggle_all(self) -> None:
        """Show all rows, or, when they are shown, only the nearest."""
        shown = not all(self._unfolded.values())
        self._unfolded = {False: shown, True: shown}
        self._fill()

    def _unfold(self, later: bool, shown: bool) -> None:
        self._unfolded[later] = shown
        self._fill()

    def _fill(self) -> None:
        before, after = around(self._rows, self._message or MessageId(0))
        self.earlier.show_items(earlier_items(before, unfolded=self._unfolded[False]))
        self.later.show_items(later_items(after, unfolded=self._unfolded[True]))
