"""Answers searches away from the windows' thread; of several waiting ones only the last matters. When nobody searches, it
takes into the index what is not in it yet."""

from __future__ import annotations

from collections.abc import Callable

from app.core.commands import Command, Search
from app.core.events import Found
from app.core.ids import MessageId
from app.core.search.read import Misunderstood
from app.engine.worker import Emit, Inbox
from app.store import search_index
from app.store.library import Library
from app.store.search import Overtaken
from app.store.views import Reader

AT_ONCE = 20
"""Messages taken in between two looks at the inbox: some 10 ms, in which nobody else writes."""
PAUSE = 0.05
LOOK = 60.0
"""Seconds between two looks for what is not in the index. A message whose content did not come for so long is taken in
with its header."""


def look_up(reader: Reader, command: Search, now: float, overtaken: Callable[[], bool] | None = None) -> Found:
    """The answer to a search; what was mistyped is part of it. Raises Overtaken."""
    try:
        hits = reader.search(command.query, command.limit, now=now, typing=command.typing, overtaken=overtaken)
    except Misunderstood as mistake:
        return Found(origin=command.origin, query=command.query, messages=(), searched=0, mistake=str(mistake))
    return Found(
        origin=command.origin,
        query=command.query,
        messages=tuple(hits.messages),
        searched=hits.searched,
        more=hits.more,
        since=hits.since,
        waiting=hits.waiting,
    )


class Seeker:
    def __init__(self, reader: Reader, library: Library, clock: Callable[[], float], emit: Emit, inbox: Inbox) -> None:
        self._reader, self._library, self._clock = reader, library, clock
        self._emit, self._inbox = emit, inbox
        self._unknown: list[MessageId] = []
        """Still to be taken in, the newest last."""
        self._unfetched = -1
        self._looked = 0.0

    def handle(self, command: Command) -> None:
        match command:
            case Search():
                if self._inbox.stirs():
                    return  # typed on meanwhile
                try:
                    self._emit(look_up(self._reader, command, self._clock(), self._inbox.stirs))
                except Overtaken:
                    return
            case _:
                raise TypeError(f"not a command for the search: {type(command).__name__}")

    def idle(self) -> float | None:
        if not self._unknown:
            rest = self._looked + LOOK - self._clock()
            if 0 < rest <= LOOK:
                return rest
            self._look()
        if not self._unknown:
            return LOOK
        some = [self._unknown.pop() for _ in range(min(AT_ONCE, len(self._unknown)))]
        with self._library.transaction() as unit:
            search_index.catch_up(unit, some)
        return PAUSE

    def _look(self) -> None:
        """While contents still come in, what has none yet waits for its own: nothing is taken in twice."""
        self._looked = self._clock()
        look = self._library.look()
        before, self._unfetched = self._unfetched, search_index.unfetched(look)
        if search_index.lacking(look):
            unknown = search_index.unknown(look, whole_only=self._unfetched != before)
            self._unknown = unknown[::-1]

    def close(self) -> None:
        self._reader.close()
        self._library.close()
