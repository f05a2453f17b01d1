"""An IMAP server over a `Mailbox`, as far as Tandem speaks to one, and a little further. Octets in, octets out.

What it says is held against a real Dovecot by `test_model_is_reality`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from app.remote.wire import format_internaldate
from simulation.folder_commands import SYSTEM_FLAGS, FolderCommands, No, Seen, Server, flags_of, name_of, seen_now
from simulation.mailbox import Folder, Letter

__all__ = ["Conversation", "No", "Server", "name_of"]

_PART = re.compile(rb"<0\.(\d+)>")
_MARKS = {flag[1:].upper().encode(): (flag, True) for flag in SYSTEM_FLAGS.split()}
_MARKS |= {b"UN" + name: (flag, False) for name, (flag, _) in _MARKS.items()}
"""Search keys for marks: which one, and whether it has to be there."""


class Conversation(FolderCommands):
    """With the commands on the open folder."""

    _named_news = False
    """The command names what it speaks of by UID, and so does the news after it."""

    # --- looking -------------------------------------------------------------------------------------------------

    def _do_uid_search(self, words: list[Any]) -> None:
        extended = words[0] == b"RETURN"
        words = words[2:] if extended else words
        words = words[2:] if words[0] == b"CHARSET" else words
        found = [seen.uid for seen in self._view if self._matches(seen, list(words))]
        if not extended:
            self._say(b"SEARCH" + b"".join(b" %d" % uid for uid in found))
        elif found:
            self._say(b"ESEARCH UID ALL " + b",".join(b"%d" % uid for uid in found))
        else:
            self._say(b"ESEARCH UID")

    def _matches(self, seen: Seen, words: list[Any]) -> bool:
        """Takes one search key (or several, all of which must hold) from `words`."""
        holds = True
        while words:
            holds &= self._key(seen, words)
        return holds

    def _key(self, seen: Seen, words: list[Any]) -> bool:
        key = words.pop(0).upper()
        if key == b"ALL":
            return True
        if key in _MARKS:
            flag, there = _MARKS[key]
            return (flag in seen.flags) == there
        if key == b"UID":
            return seen.uid in UidSet(words.pop(0), self._last())
        if key == b"SINCE":
            day = dt.datetime.strptime(words.pop(0).decode(), "%d-%b-%Y").date()
            return dt.datetime.fromtimestamp(seen.letter.received, dt.UTC).date() >= day
        if key == b"HEADER":
            assert words.pop(0).lower() == b"message-id"
            return words.pop(0).decode().lower() in seen.letter.name.lower()
        if key == b"NOT":
            return not self._key(seen, words)
        if key == b"OR":
            first, second = self._key(seen, words), self._key(seen, words)
            return first or second
        if key[:1].isdigit():
            return self._view.index(seen) + 1 in UidSet(key, len(self._view))
        raise AssertionError(f"an unknown search key {key!r}")

    def _do_uid_fetch(self, words: list[Any]) -> None:
        assert self._folder is not None
        uids, items = UidSet(words[0], self._last()), [item.upper() for item in words[1]]
        since, vanished = 0, False
        if len(words) > 2:
            since, vanished = int(words[2][words[2].index(b"CHANGEDSINCE") + 1]), b"VANISHED" in words[2]
            items += [] if b"MODSEQ" in items else [b"MODSEQ"]
        self._condstore |= b"MODSEQ" in items
        self._folder.tracked |= self._condstore
        assert not vanished or self._qresync
        if vanished:
            self._say_gone(self._folder, since, uids)
        self._fetch(uids, since, items)

    def _fetch(self, uids: UidSet, since: int, items: list[bytes]) -> None:
        for number, seen in enumerate(self._view, 1):
            if seen.uid in uids and seen.modseq > since:
                self._say(self._fetched(number, seen, items))
                if not self._holds(seen) and any(item.startswith(b"BODY") for item in items):
                    self._code = "[EXPUNGEISSUED]"

    def _resync(self, folder: Folder, words: list[Any]) -> None:
        """QRESYNC of SELECT (RFC 7162 3.2.5): the UIDVALIDITY known to the client, its mod-sequence, the UIDs it knows."""
        assert self._qresync, "QRESYNC has to be enabled first"
        validity, since, known = int(words[0]), int(words[1]), words[2] if len(words) > 2 else b"1:*"
        if validity != folder.uidvalidity:
            return
        uids = UidSet(known, folder.uidnext)
        self._say_gone(folder, since, uids)
        self._fetch(uids, since, [b"UID", b"FLAGS", b"MODSEQ"])

    def _say_gone(self, folder: Folder, since: int, uids: UidSet) -> None:
        gone = sorted({uid for modseq, uid in folder.gone if modseq > since and uid in uids})
        if gone:
            self._say(b"VANISHED (EARLIER) " + b",".join(b"%d" % uid for uid in gone))

    def _fetched(self, number: int, seen: Seen, items: list[bytes]) -> bytes:
        parts: list[bytes] = []
        letter, there = seen.letter, self._holds(seen)
        header = letter.raw[: letter.raw.index(b"\r\n\r\n") + 4]
        for item in items:
            match item:
                case b"UID":
                    parts.append(b"UID %d" % seen.uid)
                case b"FLAGS":
                    parts.append(b"FLAGS (%s)" % " ".join(sorted(seen.flags)).encode())
                case b"INTERNALDATE":
                    parts.append(b"INTERNALDATE " + format_internaldate(letter.received))
                case b"RFC822.SIZE":
                    parts.append(b"RFC822.SIZE %d" % len(letter.raw))
                case b"MODSEQ":
                    parts.append(b"MODSEQ (%d)" % seen.modseq)
                case b"BODY.PEEK[HEADER]":
                    parts.append(b"BODY[HEADER] " + (_literal(header) if there else b"NIL"))
                case b"BODY.PEEK[]":
                    parts.append(b"BODY[] " + (_literal(letter.raw) if there else b"NIL"))
                case _ if part := _PART.fullmatch(item):  # of the header; the reader takes it for a word of its own
                    parts[-1] = b"BODY[HEADER]<0> " + (_literal(header[: int(part[1])]) if there else b"NIL")
                case _:
                    parts.append(self._extra(item, letter))
        return b"%d FETCH (%s)" % (number, b" ".join(parts))

    def _extra(self, item: bytes, letter: Letter) -> bytes:
        """What only some servers tell."""
        raise AssertionError(f"an unknown item {item!r} of {letter.name}")

    # --- changing ------------------------------------------------------------------------------------------------

    def _do_uid_store(self, words: list[Any]) -> str:
        uids, flags = UidSet(words[0], self._last()), flags_of(words[-1])
        unchanged = int(words[1][1]) if isinstance(words[1], list) else None
        self._condstore |= unchanged is not None
        sign, silent = words[-2][:1], words[-2].upper().endswith(b".SILENT")
        if self._readonly:
            return "ignored, this folder is only looked at"
        assert self._folder is not None
        modified: list[int] = []
        for number, seen in self._numbered():
            letter = seen.letter
            if seen.uid not in uids:
                continue
            if unchanged is not None and letter.modseq > unchanged:
                modified.append(seen.uid)
                continue
            add = frozenset[str]() if sign == b"-" else flags
            remove = flags if sign == b"-" else frozenset[str]() if sign == b"+" else letter.flags - flags
            if self._server.mailbox.store(self._who, self._folder, seen.uid, add, remove):
                self._note_keywords()
                seen.flags, seen.modseq = letter.flags, letter.modseq
                items = [*([] if silent else [b"FLAGS"]), *([b"MODSEQ"] if self._tells_modseq else [])]
                if items:
                    self._say(self._fetched(number, seen, [b"UID", *items]))
        self._named_news = not silent or self._condstore
        return f"[MODIFIED {','.join(map(str, modified))}] stored" if modified else "stored"

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
        wanted = UidSet(uids, self._last())
        return {seen.uid: act(self._folder, seen.uid) for _, seen in self._numbered() if seen.uid in wanted}

    def _do_uid_expunge(self, words: list[Any]) -> str:
        return self._expunged(UidSet(words[0], self._last()))

    def _do_expunge(self, _words: list[Any]) -> str:
        return self._expunged(UidSet(b"1:*", self._last()))

    def _expunged(self, uids: UidSet) -> str:
        folder = self._writable()
        for _, seen in self._numbered():
            if seen.uid in uids and "\\Deleted" in seen.flags:
                self._server.mailbox.expunge(self._who, folder, seen.uid)
        return ""

    def _do_close(self, _words: list[Any]) -> None:
        if not self._readonly:
            self._expunged(UidSet(b"1:*", self._last()))
        self._folder = None

    # --- inside --------------------------------------------------------------------------------------------------

    def _writable(self) -> Folder:
        assert self._folder is not None
        if self._readonly:
            raise No("[READ-ONLY] look, but do not touch")
        return self._folder

    def _numbered(self) -> list[tuple[int, Seen]]:
        """What is still there, with the numbers that it has for this connection."""
        return [(number, seen) for number, seen in enumerate(self._view, 1) if self._holds(seen)]

    def _holds(self, seen: Seen) -> bool:
        return self._still() and self._folder is not None and self._folder.letters.get(seen.uid) is seen.letter

    def _last(self) -> int:
        return max((seen.uid for seen in self._view), default=0)

    def _still(self) -> bool:
        folder = self._folder
        return (
            folder is not None
            and self._server.mailbox.folders.get(folder.name) is folder
            and folder.uidvalidity == self._validity
        )

    @property
    def _tells_modseq(self) -> bool:
        return self._modseqs and self._condstore

    def _note_keywords(self) -> None:
        """One that was not known in the folder is told before it is used."""
        assert self._folder is not None
        used = {flag for letter in self._folder.letters.values() for flag in letter.flags if flag[0] != "\\"}
        if not used <= self._keywords:
            self._keywords |= used
            self._say_flags()

    def _news(self) -> None:
        """What others did to the open folder, told before the command ends."""
        folder = self._folder
        assert folder is not None
        if not self._still():
            self._say(b"BYE the folder is not what it was")
            self.hung_up = True
            return
        self._note_keywords()
        items = [b"UID"] if self._qresync or self._named_news else []
        items += [b"FLAGS", *([b"MODSEQ"] if self._tells_modseq else [])]
        self._named_news = False
        for number, seen in self._numbered():
            letter = seen.letter
            changed, seen.flags, seen.modseq = seen.flags != letter.flags, letter.flags, letter.modseq
            if changed:
                self._say(self._fetched(number, seen, items))
        gone = [number for number, seen in enumerate(self._view, 1) if not self._holds(seen)]
        if gone and self._qresync:
            self._say(b"VANISHED " + b",".join(b"%d" % self._view[number - 1].uid for number in gone))
            # RFC 7162 3.2.7: so that the client's cursor may move on
            self._code = self._code or f"[HIGHESTMODSEQ {folder.modseq}]"
        for number in reversed(gone):
            del self._view[number - 1]
            if not self._qresync:
                self._say(b"%d EXPUNGE" % number)
        known = {seen.uid for seen in self._view}
        new = [letter for letter in folder.letters.values() if letter.uid not in known]
        if new:
            self._view += [seen_now(letter) for letter in new]
            self._say(b"%d EXISTS" % len(self._view))


def _literal(data: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(data), data)


class UidSet:
    """A UID set as written, with `*`."""

    def __init__(self, text: bytes, last: int) -> None:
        self._ranges = []
        for part in text.split(b","):
            ends = sorted(last if end == b"*" else int(end) for end in part.split(b":"))
            self._ranges.append((ends[0], ends[-1]))

    def __contains__(self, uid: object) -> bool:
        return isinstance(uid, int) and any(low <= uid <= high for low, high in self._ranges)
