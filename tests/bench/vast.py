"""An IMAP server with one folder of any size, whose letters are made up when they are asked for: it needs no disk and little
time. In a process of its own, without TLS. It counts what it was asked for.

Every tenth UID is missing, as in a mailbox that has been used. The letters are spread evenly over twenty years; one in five of
the newest thousand is unread.
"""

from __future__ import annotations

import json
import re
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path
from types import TracebackType

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.remote.wire import HIGHEST_UID, format_internaldate

YEARS = 20 * 365.25 * 86_400
GAP = 10
UNREAD = 1_000
CAPABILITIES = (
    b"IMAP4rev1 AUTH=PLAIN SASL-IR ESEARCH ENABLE CONDSTORE QRESYNC LIST-EXTENDED LIST-STATUS SPECIAL-USE UIDPLUS MOVE"
)
_TEXT = b"The quick brown fox jumps over the lazy dog, and nobody minds.\r\n" * 8
_STATUS = b"MESSAGES %d UIDNEXT %d UIDVALIDITY 7 UNSEEN %d HIGHESTMODSEQ 1"
_ITEM = re.compile(rb"UID|FLAGS|INTERNALDATE|RFC822\.SIZE|MODSEQ|BODY\.PEEK\[(?:HEADER)?\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Since the server began: how many headers and whole messages it sent, how many of them it had sent before, and the
    commands, FETCH without its UIDs."""

    headers: int
    headers_again: int
    bodies: int
    bodies_again: int
    commands: dict[str, int]


class VastServer:
    """`port` on loopback; any user, any password. Lives from construction to `close`."""

    def __init__(self, count: int, now: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(count), str(now)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.port = int(self._read())

    def __enter__(self) -> VastServer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def asked(self) -> Asked:
        assert self._process.stdin is not None
        self._process.stdin.write("asked\n")
        self._process.stdin.flush()
        return Asked(**json.loads(self._read()))

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class Folder:
    """What lies in the one folder, and how often it was sent."""

    def __init__(self, count: int, now: int) -> None:
        self.count, self.now = count, now
        self.uidnext = count + (count - 1) // (GAP - 1) + 1
        self._step = YEARS / self.uidnext
        self._sent = {"headers": bytearray(self.uidnext), "bodies": bytearray(self.uidnext)}
        self._counts = {"headers": 0, "headers_again": 0, "bodies": 0, "bodies_again": 0}
        self._turn = threading.Lock()
        self.commands: dict[str, int] = {}

    def holds(self, uid: int) -> bool:
        return 0 < uid < self.uidnext and uid % GAP != 0

    def since(self, when: float) -> int:
        """The first UID that is so young."""
        return max(1, self.uidnext - int((self.now - when) / self._step))

    def at(self, number: int) -> int:
        """UID of the message with this sequence number."""
        return number + (number - 1) // (GAP - 1)

    def between(self, low: int, high: int) -> Iterator[int]:
        return (uid for uid in range(max(low, 1), min(high, self.uidnext - 1) + 1) if uid % GAP)

    def ranges(self, low: int) -> bytes:
        """As a UID set."""
        cut = []
        while low < self.uidnext:
            low += low % GAP == 0
            high = min(low - low % GAP + GAP - 1, self.uidnext - 1)
            cut.append(b"%d:%d" % (low, high) if high > low else b"%d" % low)
            low = high + 1
        return b",".join(cut)

    def unseen(self, uid: int) -> bool:
        return uid > self.uidnext - UNREAD and uid % 5 == 0

    def header(self, uid: int) -> bytes:
        when = self.when(uid)
        answers = b"In-Reply-To: <%d@vast.test>\r\n" % (uid - 1) if uid % 3 == 0 else b""
        return (
            b"Return-Path: <p%d@client.test>\r\n"
            b"Received: from mx.client.test (mx.client.test [192.0.2.7])\r\n\tby mail.vast.test with ESMTPS id %08X;\r\n\t%b\r\n"
            b"From: Person %d <p%d@client.test>\r\nTo: You <vast@example.test>\r\nSubject: Letter number %d about %d\r\n"
            b"Date: %b\r\nMessage-ID: <%d@vast.test>\r\n%bMIME-Version: 1.0\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n\r\n"
        ) % (uid % 997, uid, when, uid % 997, uid % 997, uid, uid % 7919, when, uid, answers)

    def when(self, uid: int) -> bytes:
        return formatdate(self._time(uid)).encode()

    def internaldate(self, uid: int) -> bytes:
        return format_internaldate(self._time(uid))

    def _time(self, uid: int) -> float:
        return int(self.now - (self.uidnext - uid) * self._step)

    def note(self, kind: str, uids: Iterable[int]) -> None:
        sent = self._sent[kind]
        with self._turn:
            for uid in uids:
                self._counts[kind] += 1
                self._counts[f"{kind}_again"] += sent[uid]
                sent[uid] = 1

    def note_command(self, name: str) -> None:
        with self._turn:
            self.commands[name] = self.commands.get(name, 0) + 1

    def asked(self) -> str:
        with self._turn:
            return json.dumps({**self._counts, "commands": self.commands})


class Conversation(socketserver.StreamRequestHandler):
    """One connection."""

    folder: Folder
    wbufsize = 1 << 18

    def handle(self) -> None:
        self.wfile.write(b"* OK [CAPABILITY %b] ready\r\n" % CAPABILITIES)
        self.wfile.flush()
        try:
            while (line := self.rfile.readline().rstrip(b"\r\n")) and self._obey(line):
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            return  # killed: that is what this server is for

    def _obey(self, line: bytes) -> bool:
        tag, _, rest = line.partition(b" ")
        words = rest.split(b" ")
        verb = words[0].upper() if words[0].upper() != b"UID" else b"UID " + words[1].upper()
        self.folder.note_command(verb.decode())
        folder, say = self.folder, self.wfile.write
        match verb:
            case b"CAPABILITY":
                say(b"* CAPABILITY %b\r\n" % CAPABILITIES)
            case b"ENABLE":
                say(b"* ENABLED QRESYNC\r\n")
            case b"LIST":
                say(b'* LIST (\\Subscribed \\HasNoChildren) "/" INBOX\r\n')
                say(b"* STATUS INBOX (%b)\r\n" % self._status())
            case b"STATUS":
                say(b"* STATUS INBOX (%b)\r\n" % self._status())
            case b"SELECT" | b"EXAMINE":
                say(b"* %d EXISTS\r\n* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n" % folder.count)
                say(b"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] ok\r\n")
                say(
                    b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT %d] ok\r\n* OK [HIGHESTMODSEQ 1] ok\r\n" % folder.uidnext
                )
            case b"UID SEARCH":
                say(b"* ESEARCH (TAG %b) UID%b\r\n" % (tag, self._search(rest.upper())))
            case b"UID FETCH":
                self._fetch(words[2], b" ".join(words[3:]).upper())
            case b"LOGOUT":
                say(b"* BYE goodbye\r\n")
        say(b"%b OK done\r\n" % tag)
        if verb == b"LOGOUT":
            self.wfile.flush()
        return verb != b"LOGOUT"

    def _status(self) -> bytes:
        folder = self.folder
        return _STATUS % (
            folder.count,
            folder.uidnext,
            sum(map(folder.unseen, folder.between(folder.uidnext - UNREAD, HIGHEST_UID))),
        )

    def _search(self, rest: bytes) -> bytes:
        since = re.search(rb"SINCE \"?(\d+-\w+-\d+)", rest)
        if since is not None:
            day = datetime.strptime(since[1].decode().title(), "%d-%b-%Y").replace(tzinfo=UTC)
            found = self.folder.ranges(self.folder.since(day.timestamp()))
        elif rest.endswith((b" ALL", b" UNDELETED")):
            found = self.folder.ranges(1)
        elif (uids := re.search(rb" UID ([\d:,*]+)$", rest)) is not None:
            found = b",".join(b"%d" % uid for uid in self._uids(uids[1]))
        elif (numbers := re.search(rb" ([\d:,]+)$", rest)) is not None:
            found = b",".join(b"%d" % self.folder.at(number) for number in _numbers(numbers[1]))
        else:
            found = b""
        return b" ALL " + found if found else b""

    def _uids(self, text: bytes) -> Iterator[int]:
        folder = self.folder
        for part in text.split(b","):
            low, _, high = part.replace(b"*", b"%d" % (folder.uidnext - 1)).partition(b":")
            ends = sorted((int(low), int(high or low)))
            yield from folder.between(*ends)

    def _fetch(self, uids: bytes, wanted: bytes) -> None:
        if b"CHANGEDSINCE" in wanted:
            return
        folder, say = self.folder, self.wfile.write
        items = _ITEM.findall(wanted)
        kind = "bodies" if b"BODY.PEEK[]" in items else "headers" if b"BODY.PEEK[HEADER]" in items else ""
        sent: list[int] = []
        for uid in self._uids(uids):
            parts = []
            for item in items:
                match item:
                    case b"UID":
                        parts.append(b"UID %d" % uid)
                    case b"FLAGS":
                        parts.append(b"FLAGS ()" if folder.unseen(uid) else b"FLAGS (\\Seen)")
                    case b"INTERNALDATE":
                        parts.append(b"INTERNALDATE %b" % folder.internaldate(uid))
                    case b"RFC822.SIZE":
                        parts.append(b"RFC822.SIZE %d" % (len(folder.header(uid)) + len(_TEXT)))
                    case b"MODSEQ":
                        parts.append(b"MODSEQ (1)")
                    case b"BODY.PEEK[]":
                        raw = folder.header(uid) + _TEXT
                        parts.append(b"BODY[] {%d}\r\n%b" % (len(raw), raw))
                    case b"BODY.PEEK[HEADER]":
                        raw = folder.header(uid)
                        parts.append(b"BODY[HEADER]<0> {%d}\r\n%b" % (len(raw), raw))
            say(b"* %d FETCH (%b)\r\n" % (uid - uid // GAP, b" ".join(parts)))
            sent.append(uid)
        if kind:
            folder.note(kind, sent)


def _numbers(text: bytes) -> Iterator[int]:
    for part in text.split(b","):
        low, _, high = part.partition(b":")
        yield from range(int(low), int(high or low) + 1)


class Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def main() -> None:
    count, now = map(int, sys.argv[1:])
    Conversation.folder = Folder(count, now)
    with Listener(("127.0.0.1", 0), Conversation) as listener:
        print(listener.server_address[1], flush=True)
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        while sys.stdin.readline():
            print(Conversation.folder.asked(), flush=True)
        listener.shutdown()


if __name__ == "__main__":
    main()
