"""What an IMAP server with Gmail's labels (X-GM-EXT-1) says beyond the others."""

from __future__ import annotations

import re
from typing import Any

from app.remote.wire import decode_mailbox, encode_mailbox
from simulation.folder_commands import No, Server
from simulation.gmail import ALL, LABELS, SPAM, TRASH, Gmail
from simulation.imap import Conversation, UidSet
from simulation.mailbox import Letter

_GIVEN = frozenset({"\\sent", "\\draft", "\\drafts"})
"""Gmail's own business."""
_BINS = {"\\trash": TRASH, "\\spam": SPAM, "\\junk": SPAM}
_ATOM = re.compile(rb"[A-Za-z0-9&+,.-]+")


class GmailConversation(Conversation):
    def __init__(self, server: Server, who: str = "tandem") -> None:
        super().__init__(server, who)
        assert isinstance(server.mailbox, Gmail)
        self._gmail = server.mailbox

    def _do_list(self, words: list[Any]) -> None:
        self._say(b'LIST (\\HasChildren \\Noselect) "/" "[Gmail]"')
        super()._do_list(words)

    def _extra(self, item: bytes, letter: Letter) -> bytes:
        if item in (b"X-GM-MSGID", b"X-GM-THRID"):
            return item + b" %d" % letter.number
        if item == b"X-GM-LABELS":
            assert self._folder is not None
            own = LABELS.get(self._folder.name, self._folder.name)  # the one that is open is not told
            return (
                item + b" (" + b" ".join(_spelt(each) for each in sorted(self._gmail.labels_of(letter) - {own})) + b")"
            )
        return super()._extra(item, letter)

    def _do_uid_store(self, words: list[Any]) -> str:
        sign, item = words[-2][:1], words[-2][1:].upper()
        if not item.startswith(b"X-GM-LABELS"):
            return super()._do_uid_store(words)
        assert sign in b"+-" and item.endswith(b".SILENT"), "not needed so far"
        if self._readonly:
            raise No("[READ-ONLY] look, but do not touch")
        uids = UidSet(words[0], self._last())
        for _, seen in self._numbered():
            for label in map(decode_mailbox, words[-1] if seen.uid in uids else ()):
                self._label(seen.letter, label, on=sign == b"+")
        return "stored"

    def _label(self, letter: Letter, label: str, *, on: bool) -> None:
        if label.lower() in _GIVEN:
            raise No("[CANNOT] no label to put on or to take off")
        gmail, home = self._gmail, self._folder
        folder = gmail.folders[_BINS[label.lower()]] if label.lower() in _BINS else gmail.folder_of(label)
        uid = next((uid for uid, each in folder.letters.items() if each.number == letter.number), None)
        assert home is not None and home.name == ALL, "labels are read and changed where the message is"
        if on and uid is None:
            gmail.copy(self._who, home, letter.uid, folder)
        elif not on and uid is not None:
            gmail.expunge(self._who, folder, uid)


def _spelt(label: str) -> bytes:
    """An ASTRING in modified UTF-7."""
    wire = encode_mailbox(label)
    return wire if _ATOM.fullmatch(wire) else b'"' + wire.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
