"""One message that somebody waits for: piece by piece if it is large, so that its progress is seen and it can be stopped."""

from __future__ import annotations

from app.core.events import BodyComing, BodyStopped
from app.core.ids import MessageId
from app.core.trouble import Fix, Stopped, TryLater
from app.engine.worker import Emit, Inbox
from app.remote.backend import Session
from app.store.bodies import ANY_SIZE, MOST_UNASKED
from app.store.drafts import setting
from app.store.unit import Unit

LARGE = 1_000_000
"""Octets above which a message comes in pieces."""
PIECE = 500_000


def most_unasked(unit: Unit) -> int:
    value = setting(unit, MOST_UNASKED)
    return int(value) if value.isdecimal() and int(value) > 0 else ANY_SIZE


class Asked:
    def __init__(self, session: Session, emit: Emit, inbox: Inbox) -> None:
        self._session, self._emit, self._inbox = session, emit, inbox

    def fetch(self, message: MessageId, uid: int, size: int) -> bytes | None:
        """Its octets; None when it is gone, or not wanted any more (`BodyStopped`)."""
        if size <= LARGE:
            for item in self._session.fetch_bodies([uid]):
                return item.raw
            return None
        raw = bytearray()
        while True:
            self._emit(BodyComing(message=message, done=min(len(raw), size), total=size))
            piece = self._session.fetch_piece(uid, "", len(raw), PIECE)
            if piece is None:
                return None
            if len(piece) > PIECE and not raw:
                return piece  # a server that knows no pieces gives all of it
            raw += piece
            if len(raw) > 2 * size + 2 * PIECE:
                raise TryLater(
                    "The mailbox sends this message without end. It was given up; nothing else is wrong.", Fix.NONE
                )
            if len(piece) < PIECE:  # what the server told of the size may be wrong: the end is where it ends
                return bytes(raw)
            if self._inbox.withdrawn(message):
                self._emit(BodyStopped(message=message))
                return None
            if self._inbox.stopping():
                raise Stopped
