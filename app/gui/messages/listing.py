"""Keeps the list in step with the library: reads in the background, compares there, applies here."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from app.core.ids import FolderId, MessageId
from app.gui.background import Background
from app.gui.messages.away import Advance, moved_up, next_row, steps_without, without
from app.gui.messages.keys import compare, group_keys, next_after
from app.gui.messages.model import MessageModel
from app.gui.messages.view import MessageView, Steps
from app.store.listing import Smart, Sort, Wish
from app.store.views import Reader

PAUSE_MS = 120
"""Between two refreshes while changes pour in."""
LONG = 20_000
HEAD = 600
"""Messages read first when another list is shown: some screens full, painted before the rest is known."""
HELD = 200
"""Selected rows that are followed when their conversation moves on."""
KEPT = 5_000
"""Rows that are kept though they do not fit any more; of more, only the selected ones."""
MATCHES = (Smart.UNREAD, Smart.FLAGGED)
"""Lists of what is in a state that is easily lost."""
MOST_STEPS = 32
"""So many stretches of rows are taken out one by one; for more the list is shown afresh."""

NO_LIST = Wish(FolderId(0))
"""Single messages of any folder: what a search found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fresh:
    """The answer of the background: the new list and how to get there."""

    wish: Wish
    afresh: bool
    keys: array[int]
    total: int
    changes: int
    """How often the list had changed by itself when this was asked for."""
    whole: bool = True
    steps: Steps | None = None
    current_row: int = -1
    groups: list[int] | None = None
    moved: Mapping[int, int] = field(default_factory=dict)
    """Key of a row as it was → as it is, where a conversation goes on under the key of its newest message."""


class Listing(QObject):
    """What the view shows: a folder, a smart folder, or what a search found. `filled` is sent after each refresh."""

    filled = Signal(int)
    """How many rows there are, headers left out."""

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
        self._wish: Wish | None = None
        self._asked = False
        self._stale = False
        self._fresh_start = False
        self._away: frozenset[int] = frozenset()
        """Messages that the user sent away, of which the library does not know yet."""
        self._changes = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._ask)
        self._last = QElapsedTimer()
        """Since the list was asked for; invalid before the first time."""

        self.shown = NO_LIST
        """What the rows are of."""
        self.whole = True
        """All rows are there, not only the first."""

    def show_list(self, wish: Wish) -> None:
        """Show this from the top."""
        self._wish, self.whole = wish, False
        self._fresh_start = True
        self._ask()

    def show_messages(self, messages: Sequence[MessageId]) -> None:
        """Show exactly these, without groups."""
        self._wish, self.shown, self.whole = None, NO_LIST, True
        keys: array[int] = array("q", messages)
        steps = None if not self._model.keys or not len(keys) else compare(self._model.keys, keys, 4)
        row = next_after(self._model.keys, self._view.currentIndex().row(), keys) if self._view.selected() else -1
        self._view.apply(steps, keys, row)
        self.filled.emit(len(keys))

    def hide(self, messages: Sequence[MessageId], advance: Advance) -> None:
        """Take these out of the list before the library knows of it. Tell `bring_back` when it does, or when they stay."""
        keys, view, away = self._model.keys, self._view, frozenset(messages)
        self._away |= away
        here = view.currentIndex().row()
        steps = steps_without(keys, away, here)
        if not steps:
            return
        row = -1
        if view.selected():
            row = next_row(keys, here, away, advance)
            if row >= 0 and away.issuperset(view.selected()):
                view.select_rows([row], row)  # before the others go: then nothing has to be sought
            row = moved_up(row, steps)
        self._changes += 1
        if len(steps) <= MOST_STEPS:
            view.apply(steps, keys, row, again=False)
        else:
            gone = {place for first, count, _ in steps for place in range(first, first + count)}
            view.apply(None, array("q", [key for place, key in enumerate(keys) if place not in gone]), row)
        self.filled.emit(len(self._model.keys) - len(self._model.groups))

    def bring_back(self, messages: Iterable[MessageId]) -> None:
        """Show what the library says of these: they are where it has them."""
        self._away -= set(messages)
        if self._wish is not None:
            self._changes += 1  # what is being read may be from before
            self.refresh()

    def refresh(self) -> None:
        """Something changed: look again, at once if nothing did for a while."""
        if self._wish is None:
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
        if self._wish is None:
            return
        if self._asked:
            self._stale = True
            return
        self._asked = True
        self._last.start()
        wish, now, afresh = self._wish, self._clock(), self._fresh_start
        away, changes = self._away, self._changes
        if afresh:
            self._background.ask(lambda reader: _begin(reader, wish, now, away, changes), self._take, self._give_up)
            return
        old, chosen = self._model.keys[:], self._view.selected()
        row = self._view.currentIndex().row() if chosen else -1
        anchor = self._view.anchor()
        held = [*chosen[:HELD], *([anchor[0]] if anchor is not None else [])]

        def read(reader: Reader) -> Fresh:
            keep = _kept(wish, old, held)
            ids, dates = without(*reader.listed(wish, now=now, keep=keep), away)
            keys = _keys(wish, ids, dates, now)
            moved = _moved(reader, wish, held, keys)
            steps = compare(old, keys, 2 if len(keys) > LONG else 16)
            goes_on = moved.get(old[row]) if 0 <= row < len(old) else None
            current = keys.index(goes_on) if goes_on is not None else next_after(old, row, keys) if row >= 0 else -1
            return Fresh(
                wish=wish,
                afresh=False,
                keys=keys,
                total=len(ids),
                changes=changes,
                steps=steps,
                current_row=current,
                groups=_groups(keys) if steps is None else None,
                moved=moved,
            )

        self._background.ask(read, self._take, self._give_up)

    def _give_up(self) -> None:
        """The library could not be read; the next change tries again."""
        self._asked = False

    def _take(self, fresh: Fresh) -> None:
        self._asked = False
        if fresh.wish != self._wish or fresh.afresh != self._fresh_start:
            self._ask()  # another list was chosen meanwhile
            return
        if fresh.changes != self._changes:
            self._ask()  # rows went meanwhile: the way from the old list to the new one is another
            return
        self.whole = fresh.whole
        if fresh.afresh:
            self._fresh_start = False
            self._view.clearSelection()
            self.shown = fresh.wish
            self._view.apply(None, fresh.keys, -1, fresh.groups)
            self._view.scrollToTop()
        else:
            self._view.apply(fresh.steps, fresh.keys, fresh.current_row, fresh.groups, fresh.moved)
        if not fresh.whole:
            self._stale = False
            self._ask()
        self.filled.emit(fresh.total)
        if self._stale:
            self._stale = False
            self._timer.start(self._pause())


def _begin(reader: Reader, wish: Wish, now: float, away: frozenset[int], changes: int) -> Fresh:
    """The first rows where they can be had at once, else all."""
    quick = wish.sort is Sort.NEWEST and not wish.filters and not isinstance(wish.place, Smart)
    ids, dates = without(*reader.listed(wish, now=now, most=HEAD if quick else -1), away)
    keys = _keys(wish, ids, dates, now)
    whole = not quick or len(reader.listed(Wish(wish.place), now=now, most=HEAD)[0]) < HEAD
    return Fresh(wish=wish, afresh=True, keys=keys, total=len(ids), changes=changes, whole=whole, groups=_groups(keys))


def _keys(wish: Wish, ids: array[int], dates: array[float], now: float) -> array[int]:
    """Only what is in the order of time has headers that tell the time."""
    return group_keys(ids, dates, now) if wish.sort is Sort.NEWEST else ids


def _kept(wish: Wish, old: array[int], held: Sequence[int]) -> Sequence[int]:
    if not wish.filters and wish.place not in MATCHES:
        return ()
    rows = [key for key in old if key > 0]
    return rows if len(rows) <= KEPT else held


def _moved(reader: Reader, wish: Wish, held: Sequence[int], keys: array[int]) -> dict[int, int]:
    """Where conversations among `held` stand under another message now."""
    if not wish.grouped:
        return {}
    there = set(keys)
    moved: dict[int, int] = {}
    for key in held:
        if key not in there:
            found = next((m for m, _unread in reader.members(wish, [MessageId(key)]) if m in there), None)
            if found is not None:
                moved[key] = found
    return moved


def _groups(keys: array[int]) -> list[int]:
    """Rows of group headers; found here because it takes a frame in a long list."""
    return [row for row, key in enumerate(keys) if key < 0]
