"""A wire without sockets, with a seeded fate: what is cut, refused or said twice is decided by a number."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol


class Peer(Protocol):
    """The other end: takes octets, says octets."""

    said: bytearray
    hung_up: bool

    def hear(self, data: bytes) -> None: ...


FATES = ("cut before", "cut after", "cut inside", "refuse", "goodbye", "twice", "time out")


class Fate:
    """Decides what goes wrong. `rate`: one command in so many meets something; 0 = none does."""

    def __init__(self, seed: int, rate: int) -> None:
        self._random = random.Random(seed)
        self.rate = rate
        self.once: dict[str, str] = {}
        """What happens to the next command of a kind, whatever the number says."""
        self.met: list[str] = []

    def next(self, command: str) -> str:
        """What happens to a command; "" = nothing."""
        if command in self.once:
            return self.once.pop(command)
        if not self.rate or self._random.randrange(self.rate):
            return ""
        fate = self._random.choice(FATES)
        self.met.append(f"{fate}: {command}")
        return fate

    def share(self, size: int) -> int:
        """Where an answer of `size` octets is cut."""
        return self._random.randrange(size) if size else 0


class Source:
    patience = 30.0
    hurry = False


class FakeWire:
    """Does for `remote.talk.Talk` what `remote.connection.Wire` does."""

    state = "NONAUTH"

    def __init__(self, peer: Peer, transcript: Callable[[str], None]) -> None:
        self._peer, self._transcript = peer, transcript
        self.source = Source()
        self.secrets: tuple[str, ...] = ()
        self.largest = 1 << 30

    def send(self, data: bytes | memoryview) -> None:
        if self._peer.hung_up:
            raise ConnectionResetError("the connection is cut")
        self._peer.hear(bytes(data))

    def readline(self) -> bytes:
        said = self._peer.said
        end = said.find(b"\n")
        if end < 0:
            if not self._peer.hung_up:
                raise TimeoutError("silence")
            rest = bytes(said)
            said.clear()
            return rest if rest.endswith(b"\n") else b""
        line = bytes(said[: end + 1])
        del said[: end + 1]
        self.say("S: ", line)
        return line

    def read(self, size: int) -> bytes:
        said = self._peer.said
        if len(said) < size:
            raise EOFError("closed inside a literal")
        data = bytes(said[:size])
        del said[:size]
        return data

    @contextmanager
    def within(self, _seconds: float) -> Iterator[None]:
        yield

    def waiting(self, _seconds: float) -> bool:
        return bool(self._peer.said) or self._peer.hung_up

    def shutdown(self) -> None:
        self._peer.hung_up = True

    def say(self, side: str, line: bytes) -> None:
        self._transcript(side + line.rstrip(b"\r\n").decode("utf-8", "backslashreplace"))
