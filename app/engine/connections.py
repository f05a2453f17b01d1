"""How many connections one account holds at a time, and who gives way when the provider takes no more of them.

Shared by the workers of one account; any thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from enum import IntEnum

from app.core.trouble import TryLater
from app.remote.backend import Session
from app.remote.pauses import Throttled, span

MOST = 4
RECOVERY = 3600.0
"""Seconds after which a provider that took fewer connections is asked for more again: other devices come and go."""
TURN = 0.1
"""Seconds of one wait for another worker to give way."""


class Place(IntEnum):
    """What a connection is for; the first is needed most, the last gives way first."""

    MAILROOM = 0
    POST = 1
    INBOX = 2
    SENT = 3


class Connections:
    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._open: list[tuple[Place, Session]] = []
        self._most, self._until = MOST, 0.0
        self._asking: Place | None = None
        self._quiet, self._quiet_why = 0.0, ""
        self.make_room: Callable[[], None] = lambda: None
        """Called when somebody has to give way: whoever waits for something else looks at `must_yield` then."""
        self.hears_all: bool | None = None
        """The connection of the Inbox hears of every folder (NOTIFY); None = not known yet."""

    # --- room ----------------------------------------------------------------------------------------------

    def has_room(self, most: int, now: float) -> bool:
        """`most`: what the provider is known to take. Sessions count until they are closed or broken."""
        with self._turn:
            return len(self._living()) < self._limit(most, now)

    def opened(self, place: Place, session: Session) -> None:
        with self._turn:
            self._open.append((place, session))

    def refused(self, now: float) -> None:
        """The server takes no more than are open now (at least one, since others may hold the rest)."""
        with self._turn:
            self._most, self._until = max(1, len(self._living())), now + RECOVERY

    def limit(self, most: int, now: float) -> int:
        with self._turn:
            return self._limit(most, now)

    def wait_for_room(self, place: Place) -> bool:
        """Ask one that is needed less to give way, and wait a moment. False: there is none."""
        with self._turn:
            if not any(held > place for held, _ in self._living()):
                return False
            self._asking = place if self._asking is None else min(place, self._asking)
        self.make_room()
        with self._turn:
            self._turn.wait(TURN)
        return True

    def stop_asking(self, place: Place) -> None:
        """Whoever asked has what it wanted, or gave up."""
        with self._turn:
            if self._asking is not None and place <= self._asking:
                self._asking = None

    def must_yield(self, place: Place) -> bool:
        """Whether the connection for `place` is the one to be given up for somebody who waits."""
        with self._turn:
            if self._asking is None or place <= self._asking:
                return False
            return place == max((held for held, _ in self._living()), default=place)

    # --- pauses the server wants ---------------------------------------------------------------------------

    def keep_quiet(self, trouble: TryLater, now: float) -> None:
        """The server wants to be left alone: by all workers, and whatever the user asks for meanwhile."""
        if isinstance(trouble, Throttled) and now + trouble.wait > self._quiet:
            self._quiet, self._quiet_why = now + trouble.wait, trouble.detail

    def must_be_quiet(self, host: str, now: float) -> None:
        """Raises Throttled with what is left of the pause. A clock that was set back ends it."""
        left = self._quiet - now
        if 0 < left <= 86_400.0:
            raise Throttled(
                f"{host} asked for a pause; {span(left)} of it are left. Tandem goes on by itself afterwards.",
                detail=self._quiet_why,
                wait=left,
            )

    # --- doubt -----------------------------------------------------------------------------------------------

    def doubt(self, seconds: float) -> None:
        """The net may have changed: whoever stays silent for so long from now on is taken for dead."""
        with self._turn:
            sessions = [session for _, session in self._living()]
        for session in sessions:
            session.doubt(seconds)

    # --- inside ----------------------------------------------------------------------------------------------

    def _limit(self, most: int, now: float) -> int:
        lowered = self._most if now < self._until <= now + RECOVERY else MOST
        return max(1, min(most, lowered))

    def _living(self) -> list[tuple[Place, Session]]:
        self._open = [(place, session) for place, session in self._open if not session.broken]
        return self._open
