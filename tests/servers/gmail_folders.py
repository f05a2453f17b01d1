"""The folder commands of the small Gmail: LIST with counts, STATUS, SELECT, CREATE, DELETE, RENAME, APPEND."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from imapclient.imap_utf7 import decode, encode

from servers.gmail_connection import Connection, Refused
from servers.gmail_words import ALL, FLAGS, SPAM, TRASH, USES, flag, quoted

if TYPE_CHECKING:
    from servers.gmail import Box


class FolderCommands(Connection):
    def _do_list(self, _root: bytes, pattern: bytes, *options: Any) -> None:
        wanted = options[1] if len(options) > 1 else []
        texts: list[Any] = [word.upper() if isinstance(word, bytes) else word for word in wanted]
        matches = re.compile(
            ".*".join(re.escape(part) for part in decode(pattern).replace("%", "*").split("*")) + r"\Z"
        )
        shown = sorted(self._gmail.shown(), key=lambda box: box.name != "INBOX")
        for name in ["[Gmail]"] * any(box.name.startswith("[Gmail]") for box in shown):
            if matches.match(name):
                self._say(f'* LIST (\\HasChildren \\Noselect) "/" "{name}"')
        for box in shown:
            if matches.match(box.name):
                self._list(box, subscribed=b"SUBSCRIBED" in texts)
                if b"STATUS" in texts:
                    self._tell_status(box, texts[texts.index(b"STATUS") + 1])

    def _list(self, box: Box, *, subscribed: bool, verb: str = "LIST") -> None:
        below = any(other.name.startswith(box.name + "/") for other in self._gmail.shown())
        words = ["\\HasChildren" if below else "\\HasNoChildren"]
        words += [USES[box.name]] if box.name in USES else []
        words += ["\\Subscribed"] if subscribed and box.subscribed else []
        self._say(f'* {verb} ({" ".join(words)}) "/" ', quoted(encode(box.name)))

    def _do_lsub(self, _root: bytes, _pattern: bytes) -> None:
        for box in self._gmail.shown():
            if box.subscribed:
                self._list(box, subscribed=False, verb="LSUB")

    def _do_status(self, name: bytes, items: list[bytes]) -> None:
        self._tell_status(self._named(name), items)

    def _tell_status(self, box: Box, items: list[bytes]) -> None:
        values = {
            b"MESSAGES": len(box.uids),
            b"RECENT": 0,
            b"UIDNEXT": box.uidnext,
            b"UIDVALIDITY": box.uidvalidity,
            b"UNSEEN": sum("\\Seen" not in letter.flags for letter in box.uids.values()),
            b"HIGHESTMODSEQ": self._gmail.modseq,
        }
        told = " ".join(f"{item.decode().upper()} {values[item.upper()]}" for item in items)
        self._say("* STATUS ", quoted(encode(box.name)), f" ({told})")

    def _do_select(self, name: bytes, *_: Any) -> str:
        return self._open(name, readonly=False)

    def _do_examine(self, name: bytes, *_: Any) -> str:
        return self._open(name, readonly=True)

    def _open(self, name: bytes, *, readonly: bool) -> str:
        self._box = None
        box = self._named(name)
        self._box, self._readonly, self._validity = box, readonly, box.uidvalidity
        self._known = sorted(box.uids)
        self._flags = {uid: frozenset(letter.flags) for uid, letter in box.uids.items()}
        self._say(f"* FLAGS ({FLAGS})")
        permanent = "" if readonly else FLAGS + " \\*"
        self._say(f"* OK [PERMANENTFLAGS ({permanent})] Flags permitted.")
        self._say(f"* OK [UIDVALIDITY {box.uidvalidity}] UIDs valid.")
        self._say(f"* {len(box.uids)} EXISTS")
        self._say("* 0 RECENT")
        self._say(f"* OK [UIDNEXT {box.uidnext}] Predicted next UID.")
        self._say(f"* OK [HIGHESTMODSEQ {self._gmail.modseq}]")
        return "[READ-ONLY] " if readonly else "[READ-WRITE] "

    def _do_unselect(self) -> None:
        self._box = None

    def _do_create(self, name: bytes) -> None:
        text = decode(name)
        if text in self._gmail.boxes or text.upper() == "INBOX":
            raise Refused("[ALREADYEXISTS] Duplicate folder name (Failure)")
        if text.startswith("[Gmail]"):
            raise Refused("[CANNOT] Invalid folder name (Failure)")
        self._gmail.create(text)

    def _do_delete(self, name: bytes) -> None:
        box = self._named(name)
        if box.name == "INBOX" or box.name.startswith("[Gmail]"):
            raise Refused("[CANNOT] Cannot delete a system folder (Failure)")
        self._gmail.remove_label(box.name)

    def _do_rename(self, name: bytes, new: bytes) -> None:
        box = self._named(name)
        if box.name == "INBOX" or box.name.startswith("[Gmail]"):
            raise Refused("[CANNOT] Cannot rename a system folder (Failure)")
        self._gmail.rename_label(box.name, decode(new))

    def _do_subscribe(self, name: bytes) -> None:
        self._named(name).subscribed = True

    def _do_unsubscribe(self, name: bytes) -> None:
        self._named(name).subscribed = False

    def _do_append(self, name: bytes, *rest: Any) -> str:
        box = self._named(name)
        *options, raw = rest
        flags: set[str] = set()
        when = None
        for option in options:
            if isinstance(option, list):
                flags = set(map(flag, option))
            else:
                when = dt.datetime.strptime(option.decode().strip(), "%d-%b-%Y %H:%M:%S %z")
        letter = self._gmail.add(raw, box.name if box.name in (TRASH, SPAM) else ALL, set(), flags, when)
        self._gmail.enter(letter, box.name)
        self._gmail.settle()
        return f"[APPENDUID {box.uidvalidity} {box.uid_of(letter)}] "
