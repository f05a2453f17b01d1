"""A worker that cannot begin yet: it says so, answers what is asked meanwhile, and begins when it can."""

from __future__ import annotations

import threading

from app.core.commands import Command, Push
from app.core.disk import full
from app.core.events import CommandFailed, Event
from app.core.ids import AccountId
from app.engine.worker import Emit, Inbox, Stop, Worker

WISH = Push(account=AccountId(1))


class Hand:
    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self.done: list[Command] = []

    def handle(self, command: Command) -> None:
        self.done.append(command)
        self._inbox.put(Stop())

    def idle(self) -> float | None:
        return None

    def close(self) -> None: ...


def test_a_worker_that_finds_the_disk_full_begins_with_the_first_wish_that_finds_room() -> None:
    said: list[Event] = []
    hands: list[Hand] = []
    tries = 0

    def start(_emit: Emit, inbox: Inbox) -> Hand:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise full()
        hands.append(Hand(inbox))
        return hands[0]

    worker = Worker("desk", start, said.append)
    worker.post(WISH)
    worker.post(WISH)
    thread = threading.Thread(target=worker.run)
    thread.start()
    thread.join(10)

    assert not thread.is_alive() and hands[0].done == [WISH]
    failed = [event for event in said if isinstance(event, CommandFailed)]
    assert [event.command for event in failed] == [None, WISH] and "disk is full" in failed[0].reason


def test_one_that_never_began_can_be_stopped() -> None:
    def start(_emit: Emit, _inbox: Inbox) -> Hand:
        raise full()

    worker = Worker("desk", start, lambda _event: None)
    worker.post(Stop())
    thread = threading.Thread(target=worker.run)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
