"""The conversation on one IMAP connection: a command goes out, lines come back until its tag answers.

Whatever breaks the conversation (silence, an end, nonsense, a stop in the middle of an answer) also ends the connection:
nobody could tell to which command the next line belongs.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from app.core.trouble import Stopped, Trouble
from app.remote import answers
from app.remote.connection import Wire
from app.remote.notices import Notices
from app.remote.pauses import Throttled
from app.remote.wire import Literal, Part, parse_set

_ANNOUNCED = re.compile(rb"~?\{(\d{1,4000})\+?\}\r\n$")
_TAGGED = re.compile(rb"(T\d+) (OK|NO|BAD)(?: ([^\r\n]*))?\r?\n$", re.IGNORECASE)
_COUNTED = re.compile(rb"\* (\d{1,19}) (EXISTS|EXPUNGE|FETCH|RECENT)\b", re.IGNORECASE)
_VANISHED = re.compile(rb"\* VANISHED (\(EARLIER\) )?", re.IGNORECASE)
_BYE = re.compile(rb"\* BYE(?: ([^\r\n]*))?", re.IGNORECASE)
_MOST_KEPT, _OVERHEAD = 1 << 26, 150
"""Octets of untagged lines that are kept for one command (FETCH is streamed and keeps none), and what a short line costs."""
NON_SYNC = 4_096


@dataclass(frozen=True, slots=True)
class Line:
    """One untagged response. In `text` a literal is only its `{n}` mark; the octets are in `literals`."""

    text: bytes
    literals: tuple[bytes, ...] = ()

    def is_news(self) -> bool:
        """Flags nobody asked for. FETCH without FLAGS only tells the new MODSEQ of an own STORE (RFC 7162 3.1.3)."""
        match = _COUNTED.match(self.text)
        return match is not None and match[2].upper() == b"FETCH" and b"FLAGS" in self.text.upper()


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of the tagged OK, and the untagged lines before it."""

    text: str
    lines: list[Line] = field(default_factory=list)

    def codes(self) -> Iterator[bytes]:
        """Texts that may begin with a response code: of the untagged `* OK` lines and of the tagged answer."""
        for line in self.lines:
            if line.text[:5].upper() == b"* OK ":
                yield line.text[5:]
        yield self.text.encode("latin-1", "replace")


class Talk:
    """Commands one after another; streamed ones may overlap."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host
        self._count = 0
        self._early: list[Line] = []
        self._settled: dict[str, tuple[str, str]] = {}
        self.literal_plus = False
        self.literal_minus = False
        self.dead = False
        self.busy = False
        self.stirred = False
        self.lost = False
        """Messages left the open folder by another hand."""
        self.notices: Notices | None = None
        """What is said of other folders, once the server was asked to (NOTIFY)."""
        self.exists = 0
        self.expected_losses = 0
        """How many EXPUNGEs are our own doing, so that they are no news."""

    @property
    def wire(self) -> Wire:
        return self._wire

    def run(self, *parts: Part, shown: str = "") -> Answer:
        """Send one command, wait for its end. NO and BAD raise what they mean, a broken connection `TryLater`."""
        status, answer = self.ask(*parts, shown=shown)
        if status != "OK":
            raise self.refused(status, answer.text)
        return answer

    def ask(self, *parts: Part, shown: str = "") -> tuple[str, Answer]:
        """As `run`, but NO and BAD are handed back for the caller to judge."""
        if self.busy:
            raise RuntimeError("A command was sent while a streamed answer was still being read.")
        tag = self.begin(*parts, shown=shown)
        return self.settle(tag)

    def settle(self, tag: str) -> tuple[str, Answer]:
        """Wait for the answer to `tag`: OK, NO or BAD, and all that was said until then."""
        lines: list[Line] = []
        kept = 0
        while (line := self.next_line(tag)) is not None:
            self.stirred = self.stirred or line.is_news()
            kept += _OVERHEAD + len(line.text) + sum(map(len, line.literals))
            if kept > _MOST_KEPT:
                self.flooded()
            lines.append(line)
        status, text = self._settled.pop(tag)
        return status, Answer(text, lines)

    def begin(self, *parts: Part, shown: str = "") -> str:
        """Send a command and return its tag. Literals wait for the server's `+` unless it takes them unasked."""
        self._count += 1
        tag = f"T{self._count}"
        with self.unbroken():
            pending = bytearray(tag.encode())
            for part in parts:
                pending += b" "
                if not isinstance(part, Literal):
                    pending += part
                    continue
                size = len(part.data)
                unasked = self.literal_plus or (self.literal_minus and size <= NON_SYNC)
                pending += b"{%d+}\r\n" % size if unasked else b"{%d}\r\n" % size
                self._send(bytes(pending), shown or "")
                pending.clear()
                if not unasked and not self.invited(tag):
                    return tag
                self._wire.send(part.data)
            self._send(bytes(pending) + b"\r\n", shown)
        return tag

    def _send(self, data: bytes, shown: str) -> None:
        self._wire.say("C: ", shown.encode() if shown else data)
        self._wire.send(data)

    def invited(self, tag: str) -> bool:
        """Wait for `+`. False when the server answered NO or BAD instead; `next_line` then ends at once."""
        return self.challenge(tag) is not None

    def challenge(self, tag: str) -> bytes | None:
        """Wait for `+` and return what follows it; None when `tag` was answered instead (OK, NO, BAD)."""
        with self.unbroken():
            while tag not in self._settled:
                line = self._read()
                if line.text.startswith(b"+"):
                    return line.text[1:].strip()
                if not self._tagged(line):
                    self._hear(line)
                    self._early.append(line)
        return None

    def next_line(self, tag: str) -> Line | None:
        """The next untagged line before `tag` is answered; None once it is. News (EXISTS, EXPUNGE …) is noted."""
        if self._early:
            return self._early.pop(0)
        with self.unbroken():
            while tag not in self._settled:
                line = self._read()
                if not self._tagged(line):
                    self._hear(line)
                    return line
        return None

    def outcome(self, tag: str) -> None:
        """Take the answer that `next_line` came to: NO and BAD raise what they mean.

        That some messages were gone already (RFC 5530, EXPUNGEISSUED) is news, not a failure: the others have come.
        """
        status, text = self._settled.pop(tag)
        if answers.response_code(text)[0] == "EXPUNGEISSUED":
            self.stirred = True
        elif status != "OK":
            raise self.refused(status, text)

    def forget(self, tag: str) -> None:
        self._settled.pop(tag, None)

    def has_early(self) -> bool:
        """Lines that came while a command was still being sent."""
        return bool(self._early)

    def take_early(self) -> None:
        line = self._early.pop(0)
        self.stirred = self.stirred or line.is_news()

    def waiting(self, seconds: float) -> bool:
        with self.unbroken():
            return self._wire.waiting(seconds)

    def one_line(self) -> Line:
        """The next untagged line, for IDLE."""
        with self.unbroken():
            line = self._read()
            if not self._tagged(line):
                self._hear(line)
            self.stirred = self.stirred or line.is_news()
            return line

    def send_raw(self, data: bytes, shown: str = "") -> None:
        with self.unbroken():
            self._send(data, shown)

    def flooded(self) -> NoReturn:
        """More was said than can be meant."""
        self.close()
        raise answers.nonsense(self._host, "an answer without end")

    def refused(self, status: str, text: str) -> Trouble:
        """What a NO or BAD means. A server that wants to be left alone is: the connection ends, nothing more is asked."""
        trouble = answers.refusal(self._host, status, self.clean(text))
        if isinstance(trouble, Throttled):
            self.close()
        return trouble

    def clean(self, text: str) -> str:
        return answers.without_secrets(text, self._wire.secrets)

    def close(self) -> None:
        self.dead = True
        self._wire.shutdown()

    @contextmanager
    def unbroken(self) -> Iterator[None]:
        """Turn what happens to connections into words, and end a connection whose conversation is broken."""
        if self.dead:
            raise answers.lost(self._host)
        try:
            yield
        except TimeoutError:
            silent = self._wire.source.patience
            self.close()
            raise answers.silent(self._host, silent) from None
        except (OSError, EOFError, ssl.SSLError) as error:
            self.close()
            raise answers.lost(self._host, self.clean(str(error))) from None
        except (ValueError, MemoryError) as error:
            self.close()
            raise answers.nonsense(self._host, self.clean(str(error))) from None
        except Trouble:
            self.close()
            raise

    # --- reading -----------------------------------------------------------------------------------------

    def _read(self) -> Line:
        line = self._wire.readline()
        if not line:
            raise EOFError("the server ended the connection")
        match = _ANNOUNCED.search(line) if line.startswith(b"*") else None
        if match is None:
            return Line(line)
        literals: list[bytes] = []
        text = line
        left = self._wire.largest
        while match is not None:
            size = int(match[1])
            left -= size
            if left < 0:
                raise answers.nonsense(self._host, f"a literal of {size} octets")
            literals.append(self._wire.read(size))
            line = self._wire.readline()
            if not line:
                raise EOFError("the server ended the connection")
            text += line
            match = _ANNOUNCED.search(line)
        return Line(text, tuple(literals))

    def _tagged(self, line: Line) -> bool:
        if line.text.startswith((b"*", b"+")):
            return False
        match = _TAGGED.match(line.text)
        if match is None:
            raise answers.nonsense(self._host, self.clean(line.text[:200].decode("ascii", "replace")))
        text = (match[3] or b"").decode("utf-8", "replace")
        self._settled[match[1].decode().upper()] = (match[2].decode().upper(), text)
        return True

    def _hear(self, line: Line) -> None:
        """Note what the server says unasked, so that no change by others is lost."""
        text = line.text
        match = _COUNTED.match(text)
        if match is not None:
            number, kind = int(match[1]), match[2].upper()
            if kind == b"EXISTS":
                self.stirred = self.stirred or number != self.exists
                self.exists = number
            elif kind == b"EXPUNGE":
                self._lose(1)
        elif (vanished := _VANISHED.match(text)) is not None:
            if vanished[1] is None:  # what went just now; (EARLIER) answers a question
                self._lose(_count_of(text[vanished.end() :]))
        elif (bye := _BYE.match(text)) is not None:
            raise answers.goodbye(self._host, self.clean((bye[1] or b"").decode("utf-8", "replace")))
        elif self.notices is not None:
            self.notices.hear(line.text, line.literals)

    def _lose(self, count: int) -> None:
        self.exists = max(0, self.exists - count)
        if self.expected_losses >= count:
            self.expected_losses -= count
        else:
            self.expected_losses = 0
            self.stirred = self.lost = True


def _count_of(uids: bytes) -> int:
    """How many messages a UID set stands for; at least one, however it is written."""
    try:
        return max(1, len(parse_set(uids.strip())))
    except ValueError:
        return 1


__all__ = ["Answer", "Line", "Stopped", "Talk"]
