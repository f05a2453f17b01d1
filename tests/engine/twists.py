"""What a server says instead of the truth, for the conversations of `told`."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.told import Twist


def honest(_command: bytes, said: bytes) -> bytes:
    return said


def told(name: str, value: int | None) -> Twist:
    """A counter of the folder with another value, or untold, wherever it is told."""

    def twist(command: bytes, said: bytes) -> bytes:
        word = name.encode()
        if command.startswith(b"SELECT"):
            line = b"* OK [%s %d] x\r\n" % (word, value) if value is not None else b""
            return re.sub(rb"\* OK \[" + word + rb" \d+\][^\r\n]*\r\n", line, said)
        if command.startswith((b"LIST", b"STATUS")):
            return re.sub(word + rb" \d+ ?", b"%s %d " % (word, value) if value is not None else b"", said)
        return said

    return twist


def first(start: bytes, line: bytes) -> Twist:
    """Something is said before the answer to commands that begin so."""
    return lambda command, said: line + said if command.startswith(start) else said


def changed(start: bytes, change: Callable[[bytes], bytes]) -> Twist:
    return lambda command, said: change(said) if command.startswith(start) else said


def refusal(words: bytes) -> Twist:
    """The folder cannot be opened."""
    return changed(b"SELECT", lambda said: b"%s NO %s\r\n" % (said.rsplit(b"\r\n", 2)[-2].split()[0], words))


def backwards(said: bytes) -> bytes:
    *untagged, tagged, end = said.split(b"\r\n")
    return b"\r\n".join([*untagged[::-1], tagged, end])
