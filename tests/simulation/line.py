"""The octets of one connection to a server of the simulation: commands are put together, and each meets its fate."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from app.remote.wire import parse
from simulation.network import Fate

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")


class Hall:
    """What all connections of one server share."""

    def __init__(self, fate: Fate) -> None:
        self.fate = fate
        self.commands: list[str] = []
        """Every command of every connection, without its tag."""
        self.refusals: dict[str, str] = {}
        """Verb → words with which it is always refused."""
        self.closed = ""
        """A folder that cannot be opened now."""
        self.interlude: Callable[[], None] | None = None
        """Called before each command: others may act in between."""


class Line:
    """Octets in, octets out: no socket, no clock, no thread. What a command does is the subclass's."""

    def __init__(self, hall: Hall) -> None:
        self._hall = hall
        self.said = bytearray()
        self.hung_up = False
        self._heard = bytearray()
        self._text = b""
        self._literals: list[bytes] = []
        self._wanted = 0
        self._waiting = b""
        """The tag of an IDLE that goes on."""
        self._untagged: list[bytes] = []

    def hear(self, data: bytes) -> None:
        self._heard += data
        while not self.hung_up:
            if self._wanted:
                if len(self._heard) < self._wanted:
                    return
                self._literals.append(bytes(self._heard[: self._wanted]))
                del self._heard[: self._wanted]
                self._wanted = 0
            end = self._heard.find(b"\n")
            if end < 0:
                return
            line = bytes(self._heard[: end + 1])
            del self._heard[: end + 1]
            if self._waiting:
                self.stir()
                self.said += b"%s OK done waiting\r\n" % self._waiting if line.strip() == b"DONE" else b"* BAD\r\n"
                self._waiting = b""
                continue
            self._text += line
            match = _LITERAL.search(line)
            if match is not None:
                self._wanted = int(match[1])
                if not match[2]:
                    self.said += b"+ go on\r\n"
                continue
            text, literals = self._text, self._literals
            self._text, self._literals = b"", []
            self._command(text, literals)

    def stir(self) -> None:
        """Others have acted: told at once while the client waits (IDLE)."""
        if self._waiting:
            self._untagged = []
            self._news()
            self.said += b"".join(self._untagged)

    def _command(self, text: bytes, literals: list[bytes]) -> None:
        words = parse(text, literals)
        tag, verb = words[0], words[1].upper().decode()
        rest = words[2:]
        if verb == "UID":
            verb, rest = f"UID {rest[0].upper().decode()}", rest[1:]
        hall = self._hall
        if hall.interlude is not None:
            hall.interlude()
        fate = hall.fate.next(verb)
        hall.commands.append(text.split(b" ", 1)[1].decode("utf-8", "replace").strip())
        if fate == "cut before":
            self.hung_up = True
            return
        if fate == "goodbye":
            self.said += b"* BYE going down for a moment\r\n"
            self.hung_up = True
            return
        self._untagged = []
        refusal = "[UNAVAILABLE] not now" if fate == "refuse" else hall.refusals.get(verb, "")
        answer = f"NO {refusal}" if refusal else self._obeyed(verb, rest)
        if verb == "IDLE" and answer == "":
            self.said += b"".join(self._untagged) + b"+ waiting\r\n"
            self._waiting = tag
            return
        if fate == "twice" and self._untagged:
            self._untagged.append(self._untagged[hall.fate.share(len(self._untagged))])
        output = b"".join(self._untagged) + b"%s %s\r\n" % (tag, answer.encode())
        if fate in ("cut after", "time out"):
            output = b""
        elif fate == "cut inside":
            output = output[: hall.fate.share(len(output))]
        self.said += output
        if fate in ("cut after", "cut inside"):
            self.hung_up = True

    def _obeyed(self, verb: str, words: list[Any]) -> str:
        """Do it; what is said of it goes to `_say`. Returns the tagged answer without its tag; "" after IDLE."""
        raise NotImplementedError

    def _news(self) -> None:
        """Say what others did to the open folder."""
        raise NotImplementedError

    def _say(self, line: bytes) -> None:
        self._untagged.append(b"* " + line + b"\r\n")
