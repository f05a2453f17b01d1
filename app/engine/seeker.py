"""Answers searches away from the windows' thread; of several waiting ones only the last matters."""

from __future__ import annotations

from app.core.commands import Command, Search
from app.core.events import Found
from app.engine.worker import Emit, Inbox
from app.store.views import Reader


class Seeker:
    def __init__(self, reader: Reader, emit: Emit, inbox: Inbox) -> None:
        self._reader, self._emit, self._inbox = reader, emit, inbox

    def handle(self, command: Command) -> None:
        match command:
            case Search():
                if self._inbox.stirs():
                    return  # typed on meanwhile
                messages, searched = self._reader.search(command.query, command.limit)
                self._emit(
                    Found(origin=command.origin, query=command.query, messages=tuple(messages), searched=searched)
                )
            case _:
                raise TypeError(f"not a command for the search: {type(command).__name__}")

    def idle(self) -> float | None:
        return None

    def close(self) -> None:
        self._reader.close()
