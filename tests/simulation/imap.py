"""An IMAP server over a `Mailbox`, as far as Tandem speaks to one. Octets in, octets out: no socket, no clock, no thread.

What it says is held against a real Dovecot by `test_model_is_real`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from typing import Any

from app.core.values import Flags
from app.remote.wire import decode_mailbox, encode_mailbox, format_internaldate, parse
from simulation.mailbox import Folder, Letter, Mailbox
from simulation.network import Fate

_LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
_BASIC = "IMAP4rev1 AUTH=PLAIN SASL-IR"
PROFILES = {
    "plain": _BASIC,
    "uidplus": f"{_BASIC} UIDPLUS LITERAL-",
    "condstore": f"{_BASIC} UIDPLUS MOVE ENABLE CONDSTORE ESEARCH LITERAL+",
    "qresync": f"{_BASIC} UIDPLUS MOVE ENABLE CONDSTORE QRESYNC ESEARCH LIST-EXTENDED LIST-STATUS SPECIAL-USE LITERAL+ IDLE",
}


class No(Exception):
    """The command is answered with NO and these words."""


@dataclass(slots=True)
class Seen:
    """What a connection was told of one message."""

    uid: int
    flags: Flags


class Server:
    """The mailbox of one person; any number of connections."""

    def __init__(self, mailbox: Mailbox, profile: str, fate: Fate) -> None:
        self.mailbox, self.fate = mailbox, fate
        self.capabilities = frozenset(PROFILES[profile].upper().split())
        self.shown = PROFILES[profile]
        self.commands: list[str] = []
        """Every command of every connection, without its tag."""
        self.refusals: dict[str, str] = {}
        """Verb → words with which it is always refused."""
        self.closed = ""
        """A folder that cannot be opened now."""
        self.interlude: Callable[[], None] | None = None
        """Called before each command: others may act in between."""


class Conversation:
    """One connection, signed in already or not. `who` stands in the deeds."""

    def __init__(self, server: Server, who: str = "tandem") -> None:
        self._server, self._who = server, who
        self.said = bytearray()
        self.hung_up = False
        self._heard = bytearray()
        self._text = b""
        self._literals: list[bytes] = []
        self._wanted = 0
        self._folder: Folder | None = None
        self._validity = 0
        self._readonly = False
        self._view: list[Seen] = []
        self._qresync = False
        self._untagged: list[bytes] = []

    # --- octets --------------------------------------------------------------------------------------------------

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

    def _command(self, text: bytes, literals: list[bytes]) -> None:
        words = parse(text, literals)
        tag, verb = words[0], words[1].upper().decode()
        rest = words[2:]
        if verb == "UID":
            verb, rest = f"UID {rest[0].upper().decode()}", rest[1:]
        if self._server.interlude is not None:
            self._server.interlude()
        fate = self._server.fate.next(verb)
        self._server.commands.append(text.split(b" ", 1)[1].decode("utf-8", "replace").strip())
        if fate == "cut before":
            self.hung_up = True
            return
        if fate == "goodbye":
            self.said += b"* BYE going down for a moment\r\n"
            self.hung_up = True
            return
        self._untagged = []
        refusal = "[UNAVAILABLE] not now" if fate == "refuse" else self._server.refusals.get(verb, "")
        try:
            if refusal:
                raise No(refusal)
            done = self._obey(verb, rest) or f"{verb} done"
            answer = b"%s OK %s\r\n" % (tag, done.encode())
        except No as no:
            answer = b"%s NO %s\r\n" % (tag, str(no).encode())
        if self._folder is not None and verb not in ("SELECT", "EXAMINE"):
            self._news()
        if fate == "twice" and self._untagged:
            self._untagged.append(self._untagged[self._server.fate.share(len(self._untagged))])
        output = b"".join(self._untagged) + answer
        if fate in ("cut after", "time out"):
            output = b""
        elif fate == "cut inside":
            output = output[: self._server.fate.share(len(output))]
        self.said += output
        if fate in ("cut after", "cut inside"):
            self.hung_up = True

    def _say(self, line: bytes) -> None:
        self._untagged.append(b"* " + line + b"\r\n")

    # --- commands ------------------------------------------------------------------------------------------------

    def _obey(self, verb: str, words: list[Any]) -> str:
        act: Callable[[list[Any]], str | None] | None = getattr(self, f"_do_{verb.lower().replace(' ', '_')}", None)
        needs = {"UID MOVE": "MOVE", "UID EXPUNGE": "UIDPLUS", "ENABLE": "ENABLE", "IDLE": "IDLE"}.get(verb)
        if act is None or (needs is not None and needs not in self._server.capabilities):
            raise AssertionError(f"this server was never said to know {verb}")
        return act(words) or ""

    def _do_authenticate(self, _words: list[Any]) -> str:
        return f"[CAPABILITY {self._server.shown}] signed in"

    def _do_capability(self, _words: list[Any]) -> None:
        self._say(b"CAPABILITY " + self._server.shown.encode())

    def _do_noop(self, _words: list[Any]) -> None:
        pass

    def _do_logout(self, _words: list[Any]) -> None:
        self._say(b"BYE bye")

    def _do_enable(self, words: list[Any]) -> None:
        if words == [b"QRESYNC"] and "QRESYNC" in self._server.capabilities:
            self._qresync = True
            self._say(b"ENABLED QRESYNC")

    def _do_list(self, words: list[Any]) -> None:
        options = words[3] if len(words) > 3 else []
        status = options[options.index(b"STATUS") + 1] if b"STATUS" in options else None
        for folder in self._server.mailbox.folders.values():
            flags = ["\\HasNoChildren"]
            flags += [f"\\{folder.role}"] if folder.role and "SPECIAL-USE" in self._server.capabilities else []
            flags += ["\\Subscribed"] if b"SUBSCRIBED" in options else []
            self._say(b'LIST (%s) "/" %s' % (" ".join(flags).encode(), _name(folder)))
            if status is not None:
                self._say(b"STATUS %s %s" % (_name(folder), self._status(folder, status)))

    def _do_lsub(self, _words: list[Any]) -> None:
        for folder in self._server.mailbox.folders.values():
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
        return b"(" + b" ".join(b"%s %d" % (item, values[item.upper()]) for item in items) + b")"

    def _do_select(self, words: list[Any], *, readonly: bool = False) -> str:
        self._folder = None
        folder = self._find(words[0])
        if folder.name == self._server.closed:
            raise No("[UNAVAILABLE] another time")
        self._folder, self._validity, self._readonly = folder, folder.uidvalidity, readonly
        self._view = [Seen(letter.uid, letter.flags) for letter in folder.letters.values()]
        self._say(b"FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)")
        self._say(b"OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] kept")
        self._say(b"%d EXISTS" % len(self._view))
        self._say(b"OK [UIDVALIDITY %d] valid" % folder.uidvalidity)
        self._say(b"OK [UIDNEXT %d] next" % folder.uidnext)
        if self._modseqs:
            self._say(b"OK [HIGHESTMODSEQ %d] highest" % folder.modseq)
        return "[READ-ONLY] opened" if readonly else "[READ-WRITE] opened"

    def _do_examine(self, words: list[Any]) -> str:
        return self._do_select(words, readonly=True)

    def _do_create(self, words: list[Any]) -> None:
        name = decode_mailbox(words[0])
        if name in self._server.mailbox.folders:
            raise No("[ALREADYEXISTS] it is there")
        self._server.mailbox.create(name)

    def _do_subscribe(self, words: list[Any]) -> None:
        self._find(words[0])

    def _do_append(self, words: list[Any]) -> str:
        folder = self._find(words[0], "[TRYCREATE] ")
        raw = words[-1]
        flags = _flags(words[1]) if isinstance(words[1], list) else frozenset()
        date = next((word for word in words[1:-1] if isinstance(word, bytes)), b"")
        uid = self._server.mailbox.append(self._who, folder, name_of(raw), raw, flags, _moment(date))
        return f"[APPENDUID {folder.uidvalidity} {uid}] kept" if "UIDPLUS" in self._server.capabilities else "kept"

    # --- commands on the open folder -----------------------------------------------------------------------------

    def _do_uid_search(self, words: list[Any]) -> None:
        extended = words[0] == b"RETURN"
        words = words[2:] if extended else words
        words = words[2:] if words[0] == b"CHARSET" else words
        found = [letter.uid for letter in self._shown() if self._matches(letter, list(words))]
        if not extended:
            self._say(b"SEARCH" + b"".join(b" %d" % uid for uid in found))
        elif found:
            self._say(b"ESEARCH UID ALL " + b",".join(b"%d" % uid for uid in found))
        else:
            self._say(b"ESEARCH UID")

    def _matches(self, letter: Letter, words: list[Any]) -> bool:
        """Takes one search key (or several, all of which must hold) from `words`."""
        holds = True
        while words:
            holds &= self._key(letter, words)
        return holds

    def _key(self, letter: Letter, words: list[Any]) -> bool:
        key = words.pop(0).upper()
        if key == b"ALL":
            return True
        if key == b"UID":
            return letter.uid in _set(words.pop(0), self._last())
        if key == b"SINCE":
            day = dt.datetime.strptime(words.pop(0).decode(), "%d-%b-%Y").date()
            return dt.datetime.fromtimestamp(letter.received, dt.UTC).date() >= day
        if key == b"HEADER":
            assert words.pop(0).lower() == b"message-id"
            return words.pop(0).decode() in letter.name
        if key == b"OR":
            first, second = self._key(letter, words), self._key(letter, words)
            return first or second
        raise AssertionError(f"an unknown search key {key!r}")

    def _do_uid_fetch(self, words: list[Any]) -> None:
        uids, items = _set(words[0], self._last()), [item.upper() for item in words[1]]
        since, vanished = 0, False
        if len(words) > 2:
            since, vanished = int(words[2][1]), b"VANISHED" in words[2]
        assert not vanished or self._qresync
        assert self._folder is not None
        if vanished:
            gone = sorted({uid for modseq, uid in self._folder.gone if modseq > since and uid in uids})
            if gone:
                self._say(b"VANISHED (EARLIER) " + b",".join(b"%d" % uid for uid in gone))
        for number, letter in enumerate(self._shown(), 1):
            if letter.uid in uids and letter.modseq > since:
                self._say(self._fetched(number, letter, items))

    def _fetched(self, number: int, letter: Letter, items: list[bytes]) -> bytes:
        parts: list[bytes] = []
        header = letter.raw[: letter.raw.index(b"\r\n\r\n") + 4]
        for item in items:
            match item:
                case b"UID":
                    parts.append(b"UID %d" % letter.uid)
                case b"FLAGS":
                    parts.append(b"FLAGS (%s)" % " ".join(sorted(letter.flags)).encode())
                case b"INTERNALDATE":
                    parts.append(b"INTERNALDATE " + format_internaldate(letter.received))
                case b"RFC822.SIZE":
                    parts.append(b"RFC822.SIZE %d" % len(letter.raw))
                case b"MODSEQ":
                    parts.append(b"MODSEQ (%d)" % letter.modseq)
                case b"BODY.PEEK[HEADER]":
                    parts.append(b"BODY[HEADER]<0> {%d}\r\n%s" % (len(header), header))
                case b"BODY.PEEK[]":
                    parts.append(b"BODY[] {%d}\r\n%s" % (len(letter.raw), letter.raw))
                case _ if item.startswith(b"<"):
                    pass
                case _:
                    raise AssertionError(f"an unknown item {item!r}")
        return b"%d FETCH (%s)" % (number, b" ".join(parts))

    def _do_uid_store(self, words: list[Any]) -> None:
        folder = self._writable()
        uids, flags = _set(words[0], self._last()), _flags(words[2])
        adding = words[1].startswith(b"+")
        assert words[1].upper().endswith(b"FLAGS.SILENT")
        for number, letter in enumerate(self._shown(), 1):
            if letter.uid in uids:
                add, remove = (flags, frozenset[str]()) if adding else (frozenset[str](), flags)
                self._server.mailbox.store(self._who, folder, letter.uid, add, remove)
                self._view[number - 1].flags = letter.flags
                if self._modseqs:
                    self._say(b"%d FETCH (UID %d MODSEQ (%d))" % (number, letter.uid, letter.modseq))

    def _do_uid_copy(self, words: list[Any]) -> str:
        target = self._find(words[1], "[TRYCREATE] ")
        return self._named(
            self._several(words[0], lambda f, uid: self._server.mailbox.copy(self._who, f, uid, target)), target
        )

    def _do_uid_move(self, words: list[Any]) -> str:
        self._writable()
        target = self._find(words[1], "[TRYCREATE] ")
        told = self._named(
            self._several(words[0], lambda f, uid: self._server.mailbox.move(self._who, f, uid, target)), target
        )
        if told:
            self._say(b"OK " + told.encode())
        return ""

    def _named(self, pairs: dict[int, int], target: Folder) -> str:
        if not pairs or "UIDPLUS" not in self._server.capabilities:
            return ""
        old, new = (",".join(map(str, uids)) for uids in (pairs.keys(), pairs.values()))
        return f"[COPYUID {target.uidvalidity} {old} {new}] copied"

    def _several(self, uids: bytes, act: Callable[[Folder, int], int]) -> dict[int, int]:
        assert self._folder is not None
        wanted = _set(uids, self._last())
        return {letter.uid: act(self._folder, letter.uid) for letter in self._shown() if letter.uid in wanted}

    def _do_uid_expunge(self, words: list[Any]) -> None:
        folder, uids = self._writable(), _set(words[0], self._last())
        for letter in self._shown():
            if letter.uid in uids and "\\Deleted" in letter.flags:
                self._server.mailbox.expunge(self._who, folder, letter.uid)

    # --- inside --------------------------------------------------------------------------------------------------

    @property
    def _modseqs(self) -> bool:
        return "CONDSTORE" in self._server.capabilities

    def _writable(self) -> Folder:
        assert self._folder is not None
        if self._readonly:
            raise No("[READ-ONLY] look, but do not touch")
        return self._folder

    def _find(self, wire: bytes, code: str = "[NONEXISTENT] ") -> Folder:
        name = decode_mailbox(wire)
        folder = self._server.mailbox.folders.get("INBOX" if name.upper() == "INBOX" else name)
        if folder is None:
            raise No(f"{code}there is no such folder")
        return folder

    def _shown(self) -> list[Letter]:
        """Messages this connection knows of and that are still there, in the order of their numbers."""
        assert self._folder is not None
        if self._still():
            return [self._folder.letters[seen.uid] for seen in self._view if seen.uid in self._folder.letters]
        return []

    def _last(self) -> int:
        return max((seen.uid for seen in self._view), default=0)

    def _still(self) -> bool:
        folder = self._folder
        return (
            folder is not None
            and self._server.mailbox.folders.get(folder.name) is folder
            and folder.uidvalidity == self._validity
        )

    def _news(self) -> None:
        """What others did to the open folder, told before the command ends."""
        folder = self._folder
        assert folder is not None
        if not self._still():
            self._say(b"BYE the folder is not what it was")
            self.hung_up = True
            return
        gone = [seen.uid for seen in self._view if seen.uid not in folder.letters]
        if gone and self._qresync:
            self._say(b"VANISHED " + b",".join(b"%d" % uid for uid in gone))
        for uid in gone:
            number = next(at for at, seen in enumerate(self._view, 1) if seen.uid == uid)
            del self._view[number - 1]
            if not self._qresync:
                self._say(b"%d EXPUNGE" % number)
        for number, seen in enumerate(self._view, 1):
            letter = folder.letters[seen.uid]
            if letter.flags != seen.flags:
                seen.flags = letter.flags
                modseq = b" MODSEQ (%d)" % letter.modseq if self._modseqs else b""
                flags = " ".join(sorted(letter.flags)).encode()
                self._say(b"%d FETCH (UID %d FLAGS (%s)%s)" % (number, letter.uid, flags, modseq))
        known = {seen.uid for seen in self._view}
        new = [letter for letter in folder.letters.values() if letter.uid not in known]
        if new:
            self._view += [Seen(letter.uid, letter.flags) for letter in new]
            self._say(b"%d EXISTS" % len(self._view))


def name_of(raw: bytes) -> str:
    """A message goes by its Message-ID."""
    return str(BytesHeaderParser().parsebytes(raw)["Message-ID"] or "").strip()


def _name(folder: Folder) -> bytes:
    return b'"' + encode_mailbox(folder.name) + b'"'


def _flags(words: Iterable[bytes]) -> Flags:
    return frozenset(word.decode() for word in words)


def _moment(date: bytes) -> int:
    return int(dt.datetime.strptime(date.decode().strip(), "%d-%b-%Y %H:%M:%S %z").timestamp()) if date else 0


class _set:
    """A UID set as written, with `*`."""

    def __init__(self, text: bytes, last: int) -> None:
        self._ranges = []
        for part in text.split(b","):
            ends = sorted(last if end == b"*" else int(end) for end in part.split(b":"))
            self._ranges.append((ends[0], ends[-1]))

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, int) and any(low <= uid <= high for low, high in self._ranges)
