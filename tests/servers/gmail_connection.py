"""One client of the small Gmail: its lines, its words, and what it has been told."""

from __future__ import annotations

import re
import select
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from imapclient.imap_utf7 import decode

from servers.gmail_words import ranges, words

if TYPE_CHECKING:
    from servers.gmail import Box, Gmail, Letter

CAPABILITIES = (
    "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 UIDPLUS ENABLE MOVE CONDSTORE ESEARCH"
    " LIST-EXTENDED LIST-STATUS SPECIAL-USE LITERAL- APPENDLIMIT=35651584"
)
_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r?\n\Z")


class Refused(Exception):
    """The command is answered NO."""


class Connection:
    """One connection."""

    def __init__(self, gmail: Gmail, wire: ssl.SSLSocket) -> None:
        self._gmail, self._wire = gmail, wire
        self._buffer = b""
        self._signed_in = False
        self._box: Box | None = None
        self._known: list[int] = []
        """UIDs by sequence number, as this client was told."""
        self._flags: dict[int, frozenset[str]] = {}
        self._validity = 0
        self._readonly = False

    def run(self) -> None:
        self._say("* OK Gimap ready for requests from 127.0.0.1")
        while (words := self._command()) is not None:
            tag, verb, *rest = words
            name = verb.decode().upper()
            if name == "UID" and rest:
                name = "UID " + rest.pop(0).decode().upper()
            with self._gmail.lock:
                self._answer(tag.decode(), name, rest)
            if name == "LOGOUT":
                return
            if name == "IDLE":
                self._idle(tag.decode())

    def _answer(self, tag: str, name: str, rest: list[Any]) -> None:
        act: Callable[..., str | None] | None = getattr(self, "_do_" + name.lower().replace(" ", "_"), None)
        if act is None:
            self._say(f"{tag} BAD Unknown command {name}")
            return
        if not self._signed_in and name not in ("CAPABILITY", "LOGIN", "LOGOUT", "NOOP", "ID"):
            self._say(f"{tag} BAD Not signed in")
            return
        try:
            told = act(*rest) or ""
        except Refused as refusal:
            self._say(f"{tag} NO {refusal}")
            return
        except (TypeError, ValueError, IndexError) as error:
            self._say(f"{tag} BAD Could not parse command: {error}")
            return
        if name not in ("FETCH", "STORE", "SEARCH", "SELECT", "EXAMINE"):
            self._tell_news()
        if name != "IDLE":
            self._say(f"{tag} OK {told}Success")

    # --- any state ---------------------------------------------------------------------------------------------

    def _do_capability(self) -> None:
        self._say(
            "* CAPABILITY " + (CAPABILITIES if self._signed_in else "IMAP4rev1 IDLE NAMESPACE ID XLIST AUTH=PLAIN")
        )

    def _do_login(self, user: bytes, password: bytes) -> str:
        if (user.decode(), password.decode()) != (self._gmail.email, self._gmail.password):
            raise Refused("[AUTHENTICATIONFAILED] Invalid credentials (Failure)")
        self._signed_in = True
        return f"[CAPABILITY {CAPABILITIES}] "

    def _do_noop(self) -> None:
        """News comes after it."""

    def _do_logout(self) -> None:
        self._say("* BYE Logout Requested")

    def _do_id(self, *_: Any) -> None:
        self._say('* ID ("name" "GImap" "vendor" "Google, Inc.")')

    def _do_enable(self, *_: Any) -> None:
        self._say("* ENABLED")

    def _do_namespace(self) -> None:
        self._say('* NAMESPACE (("" "/")) NIL NIL')

    def _do_getquotaroot(self, _name: bytes) -> None:
        self._say('* QUOTAROOT "INBOX" ""')
        self._say('* QUOTA "" (STORAGE 8598323 15728640)')

    def _fetched(self, uid: int, letter: Letter, wanted: Iterable[bytes]) -> None:
        raise NotImplementedError

    # --- news --------------------------------------------------------------------------------------------------

    def _do_idle(self) -> None:
        self._opened()
        self._say("+ idling")

    def _idle(self, tag: str) -> None:
        while True:
            with self._gmail.lock:
                self._tell_news()
                if not self._pending():
                    self._gmail.changed.wait(0.02)
            if self._pending():
                line = self._line()
                if line is None:
                    return
                self._say(f"{tag} OK IDLE terminated (Success)" if line.strip().upper() == b"DONE" else f"{tag} BAD")
                return

    def _tell_news(self) -> None:
        box = self._box
        if box is None:
            return
        if box.uidvalidity != self._validity or self._gmail.boxes.get(box.name) is not box:
            self._say("* BYE The folder was made anew")
            raise OSError("the folder is another one")
        for position in range(len(self._known), 0, -1):
            uid = self._known[position - 1]
            if uid not in box.uids:
                del self._known[position - 1]
                self._flags.pop(uid, None)
                self._say(f"* {position} EXPUNGE")
        fresh = sorted(set(box.uids) - set(self._known))
        if fresh:
            self._known += fresh
            self._flags |= {uid: frozenset(box.uids[uid].flags) for uid in fresh}
            self._say(f"* {len(self._known)} EXISTS")
        for uid in self._known:
            if self._flags[uid] != frozenset(box.uids[uid].flags):
                self._fetched(uid, box.uids[uid], [b"UID", b"MODSEQ", b"FLAGS"])

    # --- the wire ----------------------------------------------------------------------------------------------

    def _opened(self) -> Box:
        if self._box is None:
            raise Refused("No folder is open (Failure)")
        return self._box

    def _named(self, wire: bytes) -> Box:
        name = decode(wire)
        box = self._gmail.boxes.get("INBOX" if name.upper() == "INBOX" else name)
        if box is None or box.hidden:
            raise Refused(f"[NONEXISTENT] Unknown Mailbox: {name} (Failure)")
        return box

    def _uids(self, numbers: bytes) -> list[int]:
        highest = max(self._known, default=0)
        wanted = ranges(numbers, highest)
        return [uid for uid in self._known if any(low <= uid <= high for low, high in wanted)]

    def _say(self, *parts: str | bytes) -> None:
        self._wire.sendall(b"".join(p if isinstance(p, bytes) else p.encode() for p in parts) + b"\r\n")

    def _pending(self) -> bool:
        return bool(self._buffer) or self._wire.pending() > 0 or bool(select.select([self._wire], [], [], 0)[0])

    def _more(self) -> bool:
        data = self._wire.recv(65536)
        self._buffer += data
        return bool(data)

    def _line(self) -> bytes | None:
        while b"\n" not in self._buffer:
            if not self._more():
                return None
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line + b"\n"

    def _command(self) -> list[Any] | None:
        """The words of one command: atoms and strings as bytes, lists as lists."""
        text = b""
        literals: list[bytes] = []
        while (line := self._line()) is not None:
            match = _LITERAL.search(line)
            if match is None:
                self._note(text + line)
                return words((text + line).strip(), literals)
            if not match[2]:
                self._say("+ go ahead")
            size = int(match[1])
            while len(self._buffer) < size:
                if not self._more():
                    return None
            literals.append(self._buffer[:size])
            self._buffer = self._buffer[size:]
            text += line[: match.start()] + b"{}"
        return None

    def _note(self, line: bytes) -> None:
        said = line.decode("utf-8", "replace").strip().partition(" ")[2]
        with self._gmail.lock:
            self._gmail.commands.append("LOGIN …" if said.upper().startswith("LOGIN") else said)
