"""The small IMAP server of the simulation: what can be said without an open folder, and the opening of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import Any

from app.core.values import Flags
from app.remote.wire import decode_mailbox, encode_mailbox
from simulation.line import Hall, Line
from simulation.mailbox import Folder, Letter, Mailbox
from simulation.network import Fate

NEEDED = {
    "UID MOVE": "MOVE",
    "UID EXPUNGE": "UIDPLUS",
    "ENABLE": "ENABLE",
    "IDLE": "IDLE",
    "UNSELECT": "UNSELECT",
}
SYSTEM_FLAGS = "\\Answered \\Flagged \\Deleted \\Seen \\Draft"


class No(Exception):
    """The command is answered with NO and these words."""


@dataclass(slots=True)
class Seen:
    """One message as a connection sees it until its next look: what others do meanwhile is told after the command."""

    uid: int
    flags: Flags
    modseq: int
    letter: Letter


def seen_now(letter: Letter) -> Seen:
    return Seen(letter.uid, letter.flags, letter.modseq, letter)


class Server(Hall):
    """The mailbox of one person; any number of connections. `offers`: its capabilities, as it says them."""

    def __init__(self, mailbox: Mailbox, offers: str, fate: Fate) -> None:
        super().__init__(fate)
        self.mailbox = mailbox
        self.capabilities = frozenset(offers.upper().split())
        self.shown = offers


class FolderCommands(Line):
    """One connection, signed in already or not. `who` stands in the deeds."""

    def __init__(self, server: Server, who: str = "tandem") -> None:
        super().__init__(server)
        self._server, self._who = server, who
        self._folder: Folder | None = None
        self._validity = 0
        self._readonly = False
        self._view: list[Seen] = []
        self._keywords: Flags = frozenset()
        self._condstore = self._qresync = False
        self._code = ""
        """For the end of the tagged answer."""

    def _obeyed(self, verb: str, words: list[Any]) -> str:
        act: Callable[[list[Any]], str | None] | None = getattr(self, f"_do_{verb.lower().replace(' ', '_')}", None)
        if act is None or (verb in NEEDED and NEEDED[verb] not in self._server.capabilities):
            raise AssertionError(f"this server was never said to know {verb}")
        self._code = ""
        try:
            answer = f"OK {act(words) or f'{verb} done'}"
        except No as no:
            answer = f"NO {no}"
        if self._folder is not None and verb not in ("SELECT", "EXAMINE"):
            self._news()
        if self._code and answer.startswith("OK ") and "[" not in answer:
            answer = f"OK {self._code} {answer[3:]}"
        return "" if verb == "IDLE" else answer

    # --- any state -----------------------------------------------------------------------------------------------

    def _do_authenticate(self, _words: list[Any]) -> str:
        return f"[CAPABILITY {self._server.shown}] signed in"

    def _do_capability(self, _words: list[Any]) -> None:
        self._say(b"CAPABILITY " + self._server.shown.encode())

    def _do_noop(self, _words: list[Any]) -> None:
        """News comes after it."""

    def _do_idle(self, _words: list[Any]) -> None:
        """News comes for as long as it lasts."""

    def _do_logout(self, _words: list[Any]) -> None:
        self._say(b"BYE bye")

    def _do_enable(self, words: list[Any]) -> None:
        wanted = {word.decode().upper() for word in words} & {"CONDSTORE", "QRESYNC"} & self._server.capabilities
        self._condstore |= bool(wanted)
        self._qresync |= "QRESYNC" in wanted
        self._say(b" ".join([b"ENABLED", *(word.encode() for word in sorted(wanted))]))

    # --- folders -------------------------------------------------------------------------------------------------

    def _do_list(self, words: list[Any]) -> None:
        options = words[3] if len(words) > 3 else []
        status = options[options.index(b"STATUS") + 1] if b"STATUS" in options else None
        folders = self._server.mailbox.folders
        for folder in list(folders.values()):
            flags = [self._children(folder)] if not options or b"CHILDREN" in options else []
            flags += [f"\\{folder.role}"] if folder.role and "SPECIAL-USE" in self._server.capabilities else []
            flags += ["\\Subscribed"] if b"SUBSCRIBED" in options and folder.subscribed else []
            self._say(b'LIST (%s) "/" %s' % (" ".join(flags).encode(), _name(folder)))
            if status is not None:
                self._say(b"STATUS %s %s" % (_name(folder), self._status(folder, status)))

    def _children(self, folder: Folder) -> str:
        below = any(name.startswith(folder.name + "/") for name in self._server.mailbox.folders)
        return "\\HasChildren" if below else "\\HasNoChildren"

    def _do_lsub(self, _words: list[Any]) -> None:
        for folder in self._server.mailbox.folders.values():
            if folder.subscribed:
                self._say(b'LSUB () "/" %s' % _name(folder))

    def _do_status(self, words: list[Any]) -> None:
        folder = self._find(words[0])
        self._say(b"STATUS %s %s" % (_name(folder), self._status(folder, words[1])))

    def _status(self, folder: Folder, items: list[bytes]) -> bytes:
        values = {
            b"MESSAGES": len(folder.letters),
            b"UIDNEXT": folder.uidnext,
            b"UIDVALIDITY": folder.uidvalidity,
            b"UNSEEN": sum("\\Seen" not in letter.flags for letter in folder.letters.values()),
            b"HIGHESTMODSEQ": folder.modseq,
        }
        folder.tracked |= b"HIGHESTMODSEQ" in items
        self._condstore |= b"HIGHESTMODSEQ" in items
        return b"(" + b" ".join(b"%s %d" % (item, values[item.upper()]) for item in items) + b")"

    def _do_create(self, words: list[Any]) -> None:
        name = decode_mailbox(words[0])
        if self._known(name) is not None:
            raise No("[ALREADYEXISTS] it is there")
        self._server.mailbox.create(name).subscribed = False

    def _do_delete(self, words: list[Any]) -> None:
        folder = self._find(words[0], "[NONEXISTENT] ")
        if folder.name == "INBOX":
            raise No("[CANNOT] INBOX stays")
        self._server.mailbox.delete(folder)

    def _do_rename(self, words: list[Any]) -> None:
        folder, name = self._find(words[0], "[NONEXISTENT] "), decode_mailbox(words[1])
        if self._known(name) is not None:
            raise No("[ALREADYEXISTS] it is there")
        assert folder.name != "INBOX", "renaming INBOX is a thing of its own (RFC 9051 6.3.6)"
        self._server.mailbox.rename(folder, name)

    def _do_subscribe(self, words: list[Any]) -> None:
        self._find(words[0]).subscribed = True

    def _do_unsubscribe(self, words: list[Any]) -> None:
        self._find(words[0]).subscribed = False

    def _do_append(self, words: list[Any]) -> str:
        folder = self._find(words[0], "[TRYCREATE] ")
        raw = words[-1]
        flags = flags_of(words[1]) if isinstance(words[1], list) else frozenset()
        date = next((word for word in words[1:-1] if isinstance(word, bytes)), b"")
        uid = self._server.mailbox.append(self._who, folder, name_of(raw), raw, flags, _moment(date))
        return f"[APPENDUID {folder.uidvalidity} {uid}] kept" if "UIDPLUS" in self._server.capabilities else "kept"

    # --- opening -------------------------------------------------------------------------------------------------

    def _do_select(self, words: list[Any], *, readonly: bool = False) -> str:
        self._folder = None
        folder = self._find(words[0])
        if folder.name == self._server.closed:
            raise No("[UNAVAILABLE] another time")
        options = words[1] if len(words) > 1 else []
        self._condstore |= b"CONDSTORE" in options or b"QRESYNC" in options
        self._folder, self._validity, self._readonly = folder, folder.uidvalidity, readonly
        folder.tracked |= self._condstore
        self._view = [seen_now(letter) for letter in folder.letters.values()]
        self._keywords = frozenset()
        self._say_flags()
        self._say(b"%d EXISTS" % len(self._view))
        self._say(b"OK [UIDVALIDITY %d] valid" % folder.uidvalidity)
        self._say(b"OK [UIDNEXT %d] next" % folder.uidnext)
        if self._modseqs and folder.tracked:
            self._say(b"OK [HIGHESTMODSEQ %d] highest" % folder.modseq)
        if b"QRESYNC" in options:
            self._resync(folder, options[options.index(b"QRESYNC") + 1])
        return "[READ-ONLY] opened" if readonly else "[READ-WRITE] opened"

    def _do_examine(self, words: list[Any]) -> str:
        return self._do_select(words, readonly=True)

    def _say_flags(self) -> None:
        flags = " ".join([SYSTEM_FLAGS, *sorted(self._keywords)])
        kept = "" if self._readonly else f"{flags} \\*"
        self._say(f"FLAGS ({flags})".encode())
        self._say(f"OK [PERMANENTFLAGS ({kept})] kept".encode())

    def _do_unselect(self, _words: list[Any]) -> None:
        self._folder = None

    def _resync(self, folder: Folder, words: list[Any]) -> None:
        raise NotImplementedError

    @property
    def _modseqs(self) -> bool:
        return "CONDSTORE" in self._server.capabilities

    def _known(self, name: str) -> Folder | None:
        return self._server.mailbox.folders.get("INBOX" if name.upper() == "INBOX" else name)

    def _find(self, wire: bytes, code: str = "") -> Folder:
        folder = self._known(decode_mailbox(wire))
        if folder is None:
            raise No(f"{code}Mailbox doesn't exist: {decode_mailbox(wire)}")
        return folder


def name_of(raw: bytes) -> str:
    """A message goes by its Message-ID."""
    return str(BytesHeaderParser().parsebytes(raw)["Message-ID"] or "").strip()


def flags_of(words: Iterable[bytes]) -> Flags:
    return frozenset(word.decode() for word in words)


def _name(folder: Folder) -> bytes:
    return b'"' + encode_mailbox(folder.name) + b'"'


def _moment(date: bytes) -> int:
    return int(dt.datetime.strptime(date.decode().strip(), "%d-%b-%Y %H:%M:%S %z").timestamp()) if date else 0
