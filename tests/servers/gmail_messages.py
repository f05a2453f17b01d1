"""The message commands of the small Gmail: FETCH, STORE, COPY, MOVE, EXPUNGE, SEARCH."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from imapclient.imap_utf7 import decode, encode

from app.remote.wire import format_internaldate
from servers.gmail_connection import Refused
from servers.gmail_folders import FolderCommands
from servers.gmail_words import ALL, SPAM, SYSTEM, TRASH, changed_since, flag, header, quoted, section
from servers.gmail_words import numbers as numbered

if TYPE_CHECKING:
    from servers.gmail import Box, Letter


class MessageCommands(FolderCommands):
    def _do_close(self) -> None:
        if not self._readonly:
            self._remove(list(self._opened().uids))
        self._box = None

    def _do_uid_fetch(self, numbers: bytes, items: Any, *modifiers: Any) -> None:
        wanted = items if isinstance(items, list) else [items]
        since = changed_since(modifiers)
        for uid in self._uids(numbers):
            letter = self._opened().uids.get(uid)
            if letter is not None and letter.modseq > since:
                self._fetched(uid, letter, [b"UID", *[item for item in wanted if item.upper() != b"UID"]])

    def _do_fetch(self, numbers: bytes, items: Any, *modifiers: Any) -> None:
        wanted = items if isinstance(items, list) else [items]
        for number in numbered(numbers, len(self._known)):
            uid = self._known[number - 1]
            letter = self._opened().uids.get(uid)
            if letter is not None and letter.modseq > changed_since(modifiers):
                self._fetched(uid, letter, wanted)

    def _fetched(self, uid: int, letter: Letter, wanted: Iterable[bytes]) -> None:
        if uid not in self._known:
            return
        parts: list[bytes] = []
        for item in wanted:
            name = item.upper()
            if name == b"UID":
                parts.append(b"UID %d" % uid)
            elif name == b"FLAGS":
                parts.append(b"FLAGS (" + " ".join(sorted(letter.flags)).encode() + b")")
                self._flags[uid] = frozenset(letter.flags)
            elif name == b"MODSEQ":
                parts.append(b"MODSEQ (%d)" % letter.modseq)
            elif name == b"INTERNALDATE":
                date = format_internaldate(letter.received.timestamp())
                parts.append(b"INTERNALDATE " + (date if isinstance(date, bytes) else date.data))
            elif name == b"RFC822.SIZE":
                parts.append(b"RFC822.SIZE %d" % len(letter.raw))
            elif name == b"X-GM-MSGID" or name == b"X-GM-THRID":
                parts.append(name + b" %d" % letter.msgid)
            elif name == b"X-GM-LABELS":
                parts.append(b"X-GM-LABELS (" + self._labels(letter) + b")")
            elif name.startswith((b"BODY.PEEK[", b"BODY[", b"RFC822")):
                parts.append(section(name, letter.raw))
                if not name.startswith(b"BODY.PEEK") and not self._readonly:
                    letter.flags.add("\\Seen")
            else:
                raise ValueError(f"unknown item {item!r}")
        self._say(f"* {self._known.index(uid) + 1} FETCH (", b" ".join(parts), ")")

    def _labels(self, letter: Letter) -> bytes:
        """ASTRINGs in modified UTF-7; the label of the folder that is open is not told."""
        own = SYSTEM.get(self._opened().name, self._opened().name)
        words = []
        for label in sorted(letter.all_labels() - {own}):
            wire = encode(label)
            if label.startswith("\\"):
                words.append(b'"\\\\' + wire[1:] + b'"')
            else:
                words.append(wire if re.fullmatch(rb"[A-Za-z0-9&+,.-]+", wire) else quoted(wire))
        return b" ".join(words)

    def _do_uid_store(self, numbers: bytes, *rest: Any) -> None:
        *_, item, values = rest
        if self._readonly:
            raise Refused("[READ-ONLY] Folder is read-only (Failure)")
        name = item.decode().upper()
        sign, plain = name[:1] if name[:1] in "+-" else "", name.lstrip("+-")
        silent = plain.endswith(".SILENT")
        plain = plain.removesuffix(".SILENT")
        values = values if isinstance(values, list) else [values]
        letters = [(uid, self._opened().uids[uid]) for uid in self._uids(numbers) if uid in self._opened().uids]
        for _, letter in letters:
            if plain == "FLAGS":
                flags = set(map(flag, values))
                letter.flags = letter.flags | flags if sign == "+" else letter.flags - flags if sign == "-" else flags
                self._gmail.touch(letter)
            elif plain == "X-GM-LABELS" and sign:
                change = self._gmail.add_label if sign == "+" else self._gmail.take_label
                if not all(change(letter, decode(value)) for value in values):
                    raise Refused("[CANNOT] Could not change label (Failure)")
            else:
                raise ValueError(f"unknown item {name}")
        self._gmail.settle()
        for uid, letter in letters:
            if plain == "FLAGS":
                self._flags[uid] = frozenset(letter.flags)
            if uid in self._opened().uids:
                modseq = [b"UID", b"MODSEQ"] if silent else [b"UID", b"MODSEQ", plain.encode()]
                self._fetched(uid, letter, modseq)

    def _do_uid_copy(self, numbers: bytes, name: bytes) -> str:
        return self._copied(numbers, self._named(name), moving=False)

    def _do_uid_move(self, numbers: bytes, name: bytes) -> None:
        if self._readonly:
            raise Refused("[READ-ONLY] Folder is read-only (Failure)")
        code = self._copied(numbers, self._named(name), moving=True)
        if code:
            self._say(f"* OK {code}")

    def _copied(self, numbers: bytes, target: Box, *, moving: bool) -> str:
        box = self._opened()
        pairs = [(uid, box.uids[uid]) for uid in self._uids(numbers) if uid in box.uids]
        for _, letter in pairs:
            if moving and box.name not in (ALL, SPAM, TRASH) and target is not box:
                self._gmail.leave(letter, box.name)
            self._gmail.enter(letter, target.name)
        self._gmail.settle()
        told = sorted((uid, target.uid_of(letter) or 0) for uid, letter in pairs)
        if not told:
            return ""
        old, new = ",".join(str(uid) for uid, _ in told), ",".join(str(uid) for _, uid in told)
        return f"[COPYUID {target.uidvalidity} {old} {new}] "

    def _do_uid_expunge(self, numbers: bytes) -> None:
        self._remove(self._uids(numbers))

    def _do_expunge(self) -> None:
        self._remove(list(self._opened().uids))

    def _remove(self, uids: list[int]) -> None:
        box = self._opened()
        for uid in uids:
            letter = box.uids.get(uid)
            if letter is not None and "\\Deleted" in letter.flags:
                self._gmail.leave(letter, box.name)
        self._gmail.settle()

    def _do_uid_search(self, *criteria: Any) -> None:
        words = list(criteria)
        extended = bool(words) and isinstance(words[0], bytes) and words[0].upper() == b"RETURN"
        words = words[2:] if extended else words
        if words and words[0].upper() == b"CHARSET":
            words = words[2:]
        found = [uid for uid in self._known if uid in self._opened().uids]
        while words:
            matches = self._criterion(words)
            found = [uid for uid in found if matches(uid, self._opened().uids[uid])]
        if extended:
            uids = f" ALL {','.join(map(str, found))}" if found else ""
            self._say(f'* ESEARCH (TAG "x") UID{uids}')
        else:
            self._say("* SEARCH" + "".join(f" {uid}" for uid in found))

    def _criterion(self, words: list[Any]) -> Callable[[int, Letter], bool]:
        key = words.pop(0)
        name = key.upper()
        if name == b"ALL":
            return lambda _uid, _letter: True
        if name == b"SINCE":
            day = dt.datetime.strptime(words.pop(0).decode(), "%d-%b-%Y").replace(tzinfo=dt.UTC)
            return lambda _uid, letter: letter.received >= day
        if name == b"HEADER":
            field, value = words.pop(0).decode(), words.pop(0)
            return lambda _uid, letter: value.lower() in header(letter.raw, field).lower()
        if name == b"SUBJECT":
            value = words.pop(0)
            return lambda _uid, letter: value.lower() in header(letter.raw, "Subject").lower()
        if name == b"OR":
            one, other = self._criterion(words), self._criterion(words)
            return lambda uid, letter: one(uid, letter) or other(uid, letter)
        if name in (b"SEEN", b"UNSEEN", b"FLAGGED", b"DELETED"):
            flag = "\\Seen" if name == b"UNSEEN" else "\\" + name.decode().capitalize()
            return lambda _uid, letter: (flag in letter.flags) == (name != b"UNSEEN")
        if name == b"UID":
            some = set(self._uids(words.pop(0)))
            return lambda uid, _letter: uid in some
        if name == b"X-GM-MSGID":
            number = int(words.pop(0))
            return lambda _uid, letter: letter.msgid == number
        if name == b"X-GM-LABELS":
            label = decode(words.pop(0))
            return lambda _uid, letter: label.lower() in {each.lower() for each in letter.all_labels()}
        raise ValueError(f"unknown criterion {key!r}")
