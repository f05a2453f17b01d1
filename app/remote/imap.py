"""A signed-in session with an IMAP server: what the engine asks of a mailbox, and nothing else.

Everything raises `TryLater` when the connection breaks (make a new session then), `AskUser` when only the user can help,
`FolderGone` when a folder is no longer there, `WrongUse` for arguments that cannot be sent.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.core.search import tree
from app.core.trouble import Trouble, WrongUse
from app.core.values import Flags, Quota, Role, Server
from app.mail import mime
from app.remote import changing, gmail, idling, listing, signin, streaming
from app.remote.answers import FolderGone
from app.remote.changes import Changes, fetch_changes
from app.remote.credentials import Secret
from app.remote.idling import Stir
from app.remote.items import BodyItem, FlagItem, FolderStatus, HeaderItem, ListedFolder, Selected, WholeItem
from app.remote.quirks import Quirk, quirks_of
from app.remote.quota import ask_quota, offered
from app.remote.searching import criteria, is_plain
from app.remote.structure import read_structure
from app.remote.talk import Answer, Talk
from app.remote.wire import HIGHEST_UID, Part, encode_mailbox, format_day, number, parse_set, string, uid_set

__all__ = [
    "BodyItem",
    "FlagItem",
    "FolderGone",
    "FolderStatus",
    "HeaderItem",
    "ListedFolder",
    "Selected",
    "Session",
    "Stir",
    "connect",
]

_NUMBER_CODE = re.compile(rb"\[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]", re.IGNORECASE)
_PERMANENT = re.compile(rb"\[PERMANENTFLAGS \(([^)]*)\)\]", re.IGNORECASE)
_EXISTS = re.compile(rb"\* (\d+) EXISTS", re.IGNORECASE)
_ENABLED = re.compile(rb"\* ENABLED\b.*\bQRESYNC\b", re.IGNORECASE)
_SECTION = re.compile(r"(?:[1-9][0-9]{0,3}(?:\.[1-9][0-9]{0,3}){0,60})?")
_ESEARCH_ALL = re.compile(rb"\* ESEARCH .*\bALL ([\d:,]+)", re.IGNORECASE)


def connect(
    server: Server,
    secret: Secret,
    *,
    ca_file: str = "",
    timeout: float = 30.0,
    stop: Callable[[], bool] | None = None,
    transcript: Callable[[str], None] | None = None,
) -> Session:
    """Connect, protect the connection, sign in. `timeout`: seconds of silence allowed.

    `stop` is looked at each second while waiting; once true, a `TryLater` ends whatever goes on. `transcript` hears each
    line of the conversation without passwords and without the octets of literals.
    """
    talk, offered = signin.open_talk(server, ca_file, timeout, stop, transcript)
    try:
        capabilities = signin.sign_in(talk, server, secret, offered)
        return Session(talk, capabilities, quirks_of(server.host))
    except BaseException:
        talk.close()
        raise


class Session:
    """`backend.Session` over IMAP: what its methods mean is said there."""

    def __init__(self, talk: Talk, capabilities: frozenset[str], quirks: frozenset[Quirk]) -> None:
        self._talk = talk
        self._quirks = quirks
        self._wires: dict[str, bytes] | None = None
        self._folder: Selected | None = None
        self._names: dict[bytes, str] = {}
        self.capabilities = capabilities
        self.selected: str | None = None
        if Quirk.WANTS_ID in quirks and "ID" in capabilities:
            talk.run(b"ID", b'("name" "Tandem")')
        self.tells_vanished = self._enable_qresync()

    @property
    def stirred(self) -> bool:
        return self._talk.stirred

    @stirred.setter
    def stirred(self, value: bool) -> None:
        self._talk.stirred = value

    @property
    def broken(self) -> bool:
        return self._talk.dead

    @property
    def uidvalidity(self) -> int:
        return self._folder.uidvalidity if self._folder is not None else 0

    # --- folders -----------------------------------------------------------------------------------------

    def folders(self) -> list[ListedFolder]:
        listed = listing.list_folders(self._talk, self.capabilities)
        self._wires = {folder.name: folder.wire for folder in listed}
        return listed

    def statuses(self, names: Sequence[str]) -> dict[str, FolderStatus]:
        wires = {name: self._wire(name) for name in names}
        return listing.statuses(self._talk, self.capabilities, wires, 1 if self._under_way == 1 else 20)

    def status(self, name: str) -> FolderStatus:
        wire = self._wire(name)
        answer = self._talk.run(b"STATUS", string(wire), listing.status_items(self.capabilities))
        return listing.status_of(answer.lines, wire)

    def quota(self) -> Quota | None:
        return ask_quota(self._talk) if offered(self.capabilities) else None

    def select(self, name: str, *, readonly: bool = False) -> Selected:
        self.selected = self._folder = None
        verb = b"EXAMINE" if readonly else b"SELECT"
        parts: list[Part] = [verb, string(self._wire(name))]
        if self._condstore:
            parts.append(b"(CONDSTORE)")
        answer = self._talk.run(*parts)
        self._folder = _read_selected(answer, readonly)
        self._talk.exists = self._folder.exists
        self._talk.stirred = False
        self.selected = name
        return self._folder

    def create(self, name: str, role: Role = Role.NONE) -> None:
        wire = string(encode_mailbox(name))
        self._wires = None
        if role is not Role.NONE and "CREATE-SPECIAL-USE" in self.capabilities:
            use = b"(USE (\\%s))" % role.value.capitalize().encode("ascii")
            if self._talk.ask(b"CREATE", wire, use)[0] == "OK":
                return
        self._talk.run(b"CREATE", wire)

    def leave(self) -> None:
        self.select("INBOX", readonly=True)

    def subscribe(self, name: str) -> None:
        self._talk.run(b"SUBSCRIBE", string(self._wire(name)))

    def delete(self, name: str) -> None:
        self._talk.run(b"DELETE", string(self._wire(name)))
        self._wires = None

    def rename(self, name: str, new: str) -> None:
        self._talk.run(b"RENAME", string(self._wire(name)), string(encode_mailbox(new)))
        self._wires = None

    # --- looking -----------------------------------------------------------------------------------------

    def all_uids(self) -> list[int]:
        return self._search(b"ALL")

    def uids_between(self, low: int, high: int | None) -> list[int]:
        top = "*" if high is None else str(min(high, HIGHEST_UID))
        found = self._search(f"UID {max(1, low)}:{top}".encode("ascii"))
        return [uid for uid in found if low <= uid and (high is None or uid <= high)]

    def uids_at(self, numbers: Iterable[int]) -> list[int]:
        return [uid for text in uid_set(sorted(set(numbers))) for uid in self._search(text.encode("ascii"))]

    def undeleted_uids(self) -> list[int]:
        return self._search(b"UNDELETED")

    def uids_since(self, day: datetime.date) -> list[int]:
        return self._search(b"SINCE " + format_day(day))

    def uids_found(self, node: tree.Node) -> list[int]:
        parts = criteria(node)
        return self._search(*parts, charset=b"" if is_plain(parts) else b"UTF-8") if parts else []

    def uids_with_message_id(self, message_id: str) -> list[int]:
        try:
            value = message_id.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            raise WrongUse("That Message-ID has characters that are none.", detail=ascii(message_id)) from None
        charset = b"" if value.isascii() else b"UTF-8"
        return self._search(b"HEADER Message-ID", string(value), charset=charset)

    def uids_with_message_ids(self, message_ids: Sequence[str]) -> list[int]:
        values = [value for value in (each.encode("utf-8", "replace") for each in message_ids) if value]
        if not values:
            return []
        criteria: list[Part] = []
        for value in values[:-1]:
            criteria += [b"OR HEADER Message-ID", string(value)]
        criteria += [b"HEADER Message-ID", string(values[-1])]
        return self._search(*criteria, charset=b"" if all(value.isascii() for value in values) else b"UTF-8")

    @property
    def has_labels(self) -> bool:
        return gmail.EXTENSION in self.capabilities

    @property
    def tells_modseq(self) -> bool:
        return self._condstore

    def still_there(self, uids: Sequence[int]) -> set[int]:
        return {uid for text in uid_set(sorted(set(uids))) for uid in self._search(b"UID " + text.encode("ascii"))}

    def changes(self, since: int) -> Changes:
        return fetch_changes(self._talk, since, vanished=self.tells_vanished, extra=self._label_item)

    def fetch_flags(self, low: int, high: int | None) -> Iterator[FlagItem]:
        wanted = b"(UID FLAGS" + (b" MODSEQ" if self._modseq else b"") + self._label_item + b")"
        sets = [(None, f"{max(1, low)}:{'*' if high is None else min(high, HIGHEST_UID)}")]
        for item in streaming.stream(self._talk, sets, wanted, streaming.read_flags):
            # n:* always holds the last message, even below n (RFC 9051 6.4.8)
            if low <= item.uid and (high is None or item.uid <= high):
                yield item

    def fetch_headers(self, uids: Sequence[int]) -> Iterator[HeaderItem]:
        sets = streaming.batches(uids, streaming.HEADERS_AT_ONCE)
        wanted = self._with_heads(b"BODY.PEEK[HEADER]<0.%d>" % streaming.HEADER_LIMIT)
        return streaming.stream(self._talk, sets, wanted, streaming.read_header, under_way=self._under_way)

    def fetch_wholes(self, uids: Sequence[int]) -> Iterator[WholeItem]:
        sets = streaming.batches(uids, streaming.BODIES_AT_ONCE)
        wanted = self._with_heads(b"BODY.PEEK[]")
        return streaming.stream(self._talk, sets, wanted, streaming.read_whole, under_way=self._under_way)

    def _with_heads(self, item: bytes) -> bytes:
        """What is asked for of a message that is new here."""
        items = [b"UID", b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"]
        items += [b"MODSEQ"] if self._modseq else []
        items += [b"EMAILID"] if "OBJECTID" in self.capabilities else []
        items += [b"X-GM-MSGID", gmail.ITEM] if self.has_labels else []
        return b"(" + b" ".join([*items, item]) + b")"

    def fetch_bodies(self, uids: Sequence[int]) -> Iterator[BodyItem]:
        sets = streaming.batches(uids, streaming.BODIES_AT_ONCE)
        return streaming.stream(self._talk, sets, b"(UID BODY.PEEK[])", streaming.read_body, under_way=self._under_way)

    def fetch_structure(self, uid: int) -> tuple[mime.Node, dict[int, str]] | None:
        sets = streaming.batches([uid], 1)
        for words in streaming.stream(self._talk, sets, b"(UID BODYSTRUCTURE)", streaming.read_described):
            return read_structure(words)
        return None

    def fetch_piece(self, uid: int, section: str, start: int, most: int) -> bytes | None:
        if not _SECTION.fullmatch(section):
            raise WrongUse("That is no part of a message.", detail=ascii(section))
        wanted = b"(UID BODY.PEEK[%s]<%d.%d>)" % (section.encode("ascii"), start, most)
        for piece in streaming.stream(self._talk, streaming.batches([uid], 1), wanted, streaming.read_piece):
            return piece
        return None

    # --- changing ----------------------------------------------------------------------------------------

    def store_flags(self, uids: Sequence[int], *, add: Flags = frozenset(), remove: Flags = frozenset()) -> set[int]:
        before, self._talk.lost = self._talk.lost, False
        changing.store_flags(self._talk, self._folder, uids, add, remove)
        lost, self._talk.lost = self._talk.lost, before
        return set(uids) - self.still_there(uids) if lost else set()

    @property
    def moves(self) -> bool:
        return "MOVE" in self.capabilities or "IMAP4REV2" in self.capabilities

    def move(self, uids: Sequence[int], target: str, *, uidvalidity: int | None = None) -> dict[int, int]:
        return changing.move(self._talk, self.capabilities, uids, string(self._wire(target)), uidvalidity)

    def store_label(self, uids: Sequence[int], label: str, *, add: bool) -> None:
        gmail.store_label(self._talk, uids, label, add=add)

    def copy(self, uids: Sequence[int], target: str, *, uidvalidity: int | None = None) -> dict[int, int]:
        return changing.copy(self._talk, uids, string(self._wire(target)), uidvalidity)

    def expunge(self, uids: Sequence[int]) -> bool:
        return changing.expunge(self._talk, self.capabilities, uids)

    def append(self, name: str, raw: bytes, flags: Flags, received: float | None) -> int | None:
        known = self.uidvalidity if self.selected == name else None
        return changing.append(self._talk, string(self._wire(name)), raw, flags, received, known)

    # --- waiting -----------------------------------------------------------------------------------------

    def idle(self, seconds: float, stop: Callable[[], bool], answer: float | None = None) -> Stir:
        wait = idling.idle if self.hears else idling.poll
        wait(self._talk, seconds, stop, answer)
        return idling.take(self._talk, self._names)

    @property
    def hears(self) -> bool:
        return "IDLE" in self.capabilities and Quirk.NO_IDLE not in self._quirks

    def notify(self, watched: Iterable[str], known: Iterable[str]) -> bool:
        if "NOTIFY" not in self.capabilities or not self.hears:
            return False
        wires = [self._wire(name) for name in watched]
        self._names = {listing.canonical(self._wire(name)): name for name in known}
        return idling.notify(self._talk, wires)

    def doubt(self, seconds: float) -> None:
        self._talk.wire.source.doubt(seconds)

    def noop(self, answer: float | None = None) -> bool:
        with self._talk.wire.within(answer):
            self._talk.run(b"NOOP")
        return self._talk.stirred

    def close(self) -> None:
        if not self._talk.dead:
            with contextlib.suppress(Trouble):
                self._talk.begin(b"LOGOUT")
        self._talk.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- inside ------------------------------------------------------------------------------------------

    def _enable_qresync(self) -> bool:
        if not {"QRESYNC", "ENABLE"} <= self.capabilities:
            return False
        status, answer = self._talk.ask(b"ENABLE QRESYNC")
        return status == "OK" and any(_ENABLED.match(line.text) for line in answer.lines)

    @property
    def _condstore(self) -> bool:
        return "CONDSTORE" in self.capabilities or "QRESYNC" in self.capabilities

    @property
    def _modseq(self) -> bool:
        return self._condstore and self._folder is not None and self._folder.highestmodseq > 0

    @property
    def _label_item(self) -> bytes:
        return b" " + gmail.ITEM if self.has_labels else b""

    @property
    def _under_way(self) -> int:
        return 1 if Quirk.ONE_AT_A_TIME in self._quirks else 2

    def _wire(self, name: str) -> bytes:
        """What the server calls a folder. A name that may hide invalid modified UTF-7 is looked up in the listing."""
        if self._wires is not None and name in self._wires:
            return self._wires[name]
        if name.isascii() and "&" not in name:
            return name.encode("ascii") if name.isprintable() else encode_mailbox(name)
        if self._wires is None:
            listed = listing.read_listing(self._talk.run(b"LIST", b'""', b'"*"').lines)
            self._wires = {folder.name: folder.wire for folder in listed}
        return self._wires.get(name, encode_mailbox(name))

    def _search(self, *criteria: Part, charset: bytes = b"") -> list[int]:
        offered = "ESEARCH" in self.capabilities or "IMAP4REV2" in self.capabilities
        extended = offered and Quirk.NO_ESEARCH not in self._quirks
        parts: list[Part] = [b"UID SEARCH"]
        parts += [b"RETURN (ALL)"] if extended else []
        parts += [b"CHARSET", charset] if charset else []
        return _read_search(self._talk.run(*parts, *criteria))


def _read_selected(answer: Answer, readonly: bool) -> Selected:
    numbers: dict[bytes, int] = {}
    permanent: frozenset[str] | None = None
    exists = 0
    for text in answer.codes():
        if (code := _NUMBER_CODE.search(text)) is not None:
            numbers[code[1].upper()] = number(code[2])
        if (flags := _PERMANENT.search(text)) is not None:
            permanent = frozenset(flags[1].decode("ascii", "replace").split())
    for line in answer.lines:
        if (count := _EXISTS.match(line.text)) is not None:
            exists = number(count[1])
    known = permanent or frozenset()
    return Selected(
        uidvalidity=numbers.get(b"UIDVALIDITY", 0),
        uidnext=numbers.get(b"UIDNEXT", 0),
        exists=exists,
        highestmodseq=numbers.get(b"HIGHESTMODSEQ", 0),
        permanent_flags=known - {"\\*"},
        readonly=readonly or "[READ-ONLY]" in answer.text.upper(),
        keywords_allowed=permanent is None or "\\*" in known,  # without PERMANENTFLAGS all are kept (RFC 9051 6.3.2)
    )


def _read_search(answer: Answer) -> list[int]:
    """UIDs of SEARCH or ESEARCH lines, sorted; numbers that no UID can be are left out."""
    found: set[int] = set()
    for line in answer.lines:
        head = line.text[:10].upper()
        if head.startswith(b"* SEARCH"):
            words = line.text[8:].split(b"(", 1)[0].split()  # (MODSEQ n) may follow
            found.update(int(word) for word in words if word.isdigit() and len(word) < 11)
        elif head.startswith(b"* ESEARCH") and (match := _ESEARCH_ALL.match(line.text)) is not None:
            with contextlib.suppress(ValueError):
                found.update(parse_set(match[1]))
    return sorted(uid for uid in found if 0 < uid <= HIGHEST_UID)
