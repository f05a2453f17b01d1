"""Waiting for news: IDLE (RFC 2177), or NOOP now and then where it is missing."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.remote.talk import Talk

LOOK_EVERY = 1.0
"""Seconds between two looks at the stop flag."""
NOOP_EVERY = 10.0
Clock = Callable[[], float]


def idle(talk: Talk, seconds: float, stop: Callable[[], bool], clock: Clock = time.monotonic) -> bool:
    """True as soon as the folder stirred, False after `seconds` or when `stop()` says so."""
    if talk.stirred:
        talk.stirred = False
        return True
    end = clock() + seconds
    tag = talk.begin(b"IDLE")
    if not talk.invited(tag):
        status, answer = talk.settle(tag)
        raise talk.refused(status, answer.text)
    while not talk.stirred and not stop() and clock() < end:
        if talk.has_early():
            talk.take_early()
        elif talk.waiting(min(LOOK_EVERY, max(0.0, end - clock()))):
            talk.one_line()
    talk.send_raw(b"DONE\r\n")
    status, answer = talk.settle(tag)
    if status != "OK":
        raise talk.refused(status, answer.text)
    stirred, talk.stirred = talk.stirred, False
    return stirred


def poll(talk: Talk, seconds: float, stop: Callable[[], bool], clock: Clock = time.monotonic) -> bool:
    """As `idle`, asking each ten seconds."""
    end = clock() + seconds
    while True:
        talk.run(b"NOOP")
        if talk.stirred:
            talk.stirred = False
            return True
        again = min(end, clock() + NOOP_EVERY)
        while clock() < again:
            if stop():
                return False
            talk.waiting(min(LOOK_EVERY, max(0.0, again - clock())))
            if talk.waiting(0.0):
                break  # the server speaks, or hung up: NOOP reads it
        if clock() >= end or stop():
            return False
