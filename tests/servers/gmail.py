"""A small Gmail: one store of messages with labels, of which IMAP folders are only views. Any thread may use it.

Behaves as Google documents it (developers.google.com/gmail/imap/imap-extensions; folder listing and codes after the
transcripts of MailKit's tests): a message is in All Mail, in Spam or in Trash; a label is a folder, and each folder gives
its own UIDs; HIGHESTMODSEQ is one number for the whole account; an expunge in a label's folder takes the label off; a move
or copy to Trash or Spam takes the message out of All Mail and off its labels; there is no QRESYNC.
"""

from __future__ import annotations

import datetime as dt
import email.header
import email.parser
import itertools
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from servers.certificates import Certificates
from servers.gmail_imap import Listener
from servers.gmail_words import ALL, SPAM, SYSTEM, TRASH

_LABELS = {label: folder for folder, label in SYSTEM.items()}


@dataclass(eq=False, slots=True)
class Letter:
    msgid: int
    raw: bytes
    received: dt.datetime
    where: str
    """ALL, TRASH or SPAM."""
    flags: set[str] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    """As on the wire, but in Unicode: `\\Inbox`, `Work`. `\\Starred` is the flag `\\Flagged`."""
    modseq: int = 1

    @property
    def subject(self) -> str:
        header = email.parser.BytesHeaderParser().parsebytes(self.raw)
        return str(email.header.make_header(email.header.decode_header(header.get("Subject", ""))))

    def all_labels(self) -> set[str]:
        return self.labels | ({"\\Starred"} if "\\Flagged" in self.flags else set())


@dataclass(eq=False, slots=True)
class Box:
    """One folder: which messages it shows under which UIDs."""

    name: str
    uidvalidity: int
    uidnext: int = 1
    uids: dict[int, Letter] = field(default_factory=dict)
    subscribed: bool = True
    hidden: bool = False
    """“Show in IMAP” is off."""

    def holds(self, letter: Letter) -> bool:
        if self.name in (ALL, TRASH, SPAM):
            return letter.where == self.name
        return letter.where == ALL and SYSTEM.get(self.name, self.name) in letter.all_labels()

    def uid_of(self, letter: Letter) -> int | None:
        return next((uid for uid, held in self.uids.items() if held is letter), None)


class Gmail:
    """One person's account and its IMAP server. Runs from construction to `close`."""

    host = "localhost"

    def __init__(self, certificates: Certificates) -> None:
        self.email, self.password = f"person.{uuid.uuid4().hex[:6]}@gmail.test", "app password"
        self.ca = str(certificates.ca)
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.letters: list[Letter] = []
        self.boxes: dict[str, Box] = {}
        self.modseq = 1000
        self.heard: list[str] = []
        """The conversation, as a client of ours wrote it down."""
        self.commands: list[str] = []
        """What clients said, a line each, without literals."""
        self._validity = 0
        self._msgids = itertools.count(1_850_000_000_000_000_001, 7919)
        for name in ("INBOX", ALL, *[name for name in SYSTEM if name != "INBOX"], SPAM, TRASH):
            self._add_box(name)
        self._listener = Listener(self, certificates.good())
        self.imap_port = self._listener.port

    def close(self) -> None:
        self._listener.close()

    # --- what the person does in the browser or on the phone -------------------------------------------------

    def receive(self, raw: bytes, *labels: str, when: dt.datetime | None = None, flags: Iterable[str] = ()) -> Letter:
        """New mail, in the Inbox unless labels are given; "" is none at all."""
        return self.add(raw, ALL, set(labels or ("\\Inbox",)), set(flags), when)

    def send(self, raw: bytes) -> Letter:
        """What goes out by Gmail's own SMTP server is filed by Gmail itself."""
        return self.add(raw, ALL, {"\\Sent"}, {"\\Seen"})

    def label(self, subject: str, *labels: str) -> None:
        self._change(subject, lambda letter: letter.labels.update(labels))

    def unlabel(self, subject: str, *labels: str) -> None:
        self._change(subject, lambda letter: letter.labels.difference_update(labels))

    def archive(self, subject: str) -> None:
        self.unlabel(subject, "\\Inbox")

    def trash(self, subject: str) -> None:
        self._change(subject, lambda letter: self.relocate(letter, TRASH))

    def spam(self, subject: str) -> None:
        self._change(subject, lambda letter: self.relocate(letter, SPAM))

    def restore(self, subject: str, *labels: str) -> None:
        """Out of Trash or Spam, with these labels."""

        def back(letter: Letter) -> None:
            letter.where, letter.labels = ALL, set(labels or ("\\Inbox",))

        self._change(subject, back)

    def mark(self, subject: str, *flags: str) -> None:
        self._change(subject, lambda letter: letter.flags.update(flags))

    def erase(self, subject: str) -> None:
        """Gone for good, from wherever it is (“Delete forever”)."""
        with self.lock:
            self.letters = [letter for letter in self.letters if letter.subject != subject]
            self.settle()

    def create(self, label: str) -> None:
        with self.lock:
            self._add_box(label)
            self.settle()

    def remove_label(self, label: str) -> None:
        """The label goes, its messages stay."""
        with self.lock:
            del self.boxes[label]
            for letter in self.letters:
                if label in letter.labels:
                    letter.labels.discard(label)
                    self.touch(letter)
            self.settle()

    def rename_label(self, old: str, new: str) -> None:
        with self.lock:
            box = self.boxes.pop(old)
            box.name = new
            self.boxes[new] = box
            for letter in self.letters:
                if old in letter.labels:
                    letter.labels = (letter.labels - {old}) | {new}
            self.settle()

    def hide(self, folder: str, *, hidden: bool = True) -> None:
        """“Show in IMAP” in the settings."""
        with self.lock:
            self.boxes[folder].hidden = hidden

    def renumber(self, folder: str) -> None:
        """A new UIDVALIDITY: every UID is given anew."""
        with self.lock:
            box = self.boxes[folder]
            self._validity += 1
            box.uidvalidity, box.uids, box.uidnext = self._validity, {}, box.uidnext + 1000
            self.settle()

    # --- what tests look at ----------------------------------------------------------------------------------

    def subjects(self, folder: str) -> list[str]:
        with self.lock:
            return sorted(letter.subject for letter in self.boxes[folder].uids.values())

    def find(self, subject: str) -> Letter:
        found = [letter for letter in self.letters if letter.subject == subject]
        assert len(found) == 1, f"{len(found)} messages “{subject}”"
        return found[0]

    def labels_of(self, subject: str) -> set[str]:
        with self.lock:
            return set(self.find(subject).labels)

    def told(self, start: str) -> list[str]:
        """Commands of clients that begin so (without their tag)."""
        with self.lock:
            return [line for line in self.commands if line.upper().startswith(start.upper())]

    # --- for the server --------------------------------------------------------------------------------------

    def add(self, raw: bytes, where: str, labels: set[str], flags: set[str], when: dt.datetime | None = None) -> Letter:
        with self.lock:
            for label in labels:
                if not label.startswith("\\") and label not in self.boxes:
                    self._add_box(label)
            received = when or dt.datetime.now(dt.UTC).replace(microsecond=0)
            letter = Letter(next(self._msgids), raw, received, where)
            letter.flags, letter.labels = flags, {label for label in labels if label}
            self.letters.append(letter)
            self.touch(letter)
            self.settle()
            return letter

    def touch(self, letter: Letter) -> None:
        self.modseq += 1
        letter.modseq = self.modseq

    def relocate(self, letter: Letter, where: str) -> None:
        letter.where, letter.labels = where, set()

    def enter(self, letter: Letter, folder: str) -> None:
        """Copied or moved into a folder."""
        if folder in (TRASH, SPAM):
            self.relocate(letter, folder)
        elif letter.where != ALL:
            letter.where, letter.labels = ALL, set()
        if folder == "[Gmail]/Starred":
            letter.flags.add("\\Flagged")
        elif folder not in (ALL, TRASH, SPAM):
            letter.labels.add(SYSTEM.get(folder, folder))
        self.touch(letter)

    def leave(self, letter: Letter, folder: str) -> None:
        """Expunged from a folder: for good from Trash and Spam, out of All Mail into Trash, else the label comes off."""
        if folder in (TRASH, SPAM):
            self.letters.remove(letter)
        elif folder == ALL:
            self.relocate(letter, TRASH)
        elif folder == "[Gmail]/Starred":
            letter.flags.discard("\\Flagged")
        else:
            letter.labels.discard(SYSTEM.get(folder, folder))
        letter.flags.discard("\\Deleted")
        self.touch(letter)

    def settle(self) -> None:
        """Every folder shows what it should; whoever waits is told."""
        self.modseq += 1
        there = set(map(id, self.letters))
        for box in self.boxes.values():
            for uid, letter in list(box.uids.items()):
                if id(letter) not in there or not box.holds(letter):
                    del box.uids[uid]
            held = set(map(id, box.uids.values()))
            for letter in self.letters:
                if id(letter) not in held and box.holds(letter):
                    box.uids[box.uidnext] = letter
                    box.uidnext += 1
        self.changed.notify_all()

    def add_label(self, letter: Letter, label: str) -> bool:
        """False: Gmail refuses it. Only existing labels can be set over IMAP; Sent and Drafts are Gmail's own business."""
        spelt = "\\" + label[1:].capitalize() if label[:1] == "\\" else label
        folder = _LABELS.get("\\Draft" if spelt == "\\Drafts" else spelt, label)
        if label[:1] == "\\" and label.lower() in ("\\trash", "\\spam", "\\junk"):
            self.enter(letter, TRASH if label.lower() == "\\trash" else SPAM)
            return True
        if folder in ("[Gmail]/Sent Mail", "[Gmail]/Drafts") or (label[:1] == "\\" and folder == label):
            return False
        if folder not in self.boxes:
            self._add_box(folder)
        self.enter(letter, folder)
        return True

    def take_label(self, letter: Letter, label: str) -> bool:
        spelt = "\\" + label[1:].capitalize() if label[:1] == "\\" else label
        if spelt in ("\\Sent", "\\Draft", "\\Drafts"):
            return False
        if spelt == "\\Starred":
            letter.flags.discard("\\Flagged")
        letter.labels.discard(spelt)
        self.touch(letter)
        return True

    def shown(self) -> Iterator[Box]:
        yield from (box for box in self.boxes.values() if not box.hidden)

    def _add_box(self, name: str) -> None:
        self._validity += 1
        self.boxes[name] = Box(name, self._validity)

    def _change(self, subject: str, change: Callable[[Letter], None]) -> None:
        with self.lock:
            letter = self.find(subject)
            change(letter)
            for label in letter.labels:
                if label[:1] != "\\" and label not in self.boxes:
                    self._add_box(label)
            self.touch(letter)
            self.settle()
