"""A user with much to do and a second client beside them; and what each alone wanted, to be looked for afterwards."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes

from app.core import commands as ask
from app.core.events import DraftSaved
from app.core.ids import AccountId, DraftId, MessageId
from app.core.values import Address, Letter
from app.store.rows import MessageRow
from household import Home, mail
from servers.mailbox import Mailbox

USUAL = ("INBOX", "Work", "Archive")
FLAGS = ("\\Seen", "\\Flagged")
SECOND = AccountId(2)


@dataclass(slots=True)
class Wishes:
    """By subject, which every message here has for itself. What both sides touched is in no one's wishes."""

    places: dict[str, frozenset[str]] = field(default_factory=dict)
    flags: dict[str, dict[str, bool]] = field(default_factory=dict)
    abroad: set[str] = field(default_factory=set)
    """Copied into the second account's Inbox."""
    folders: dict[str, bool] = field(default_factory=dict)
    """Name → there or not."""
    draft: str = ""
    """The newest text of the one draft."""
    letters: list[str] = field(default_factory=list)
    copied: set[str] = field(default_factory=set)
    """Two messages have this subject since."""
    shared: set[str] = field(default_factory=set)
    """Both sides touched it: the rules say who wins, and other tests whether they are kept."""

    def renamed(self, old: str, new: str) -> None:
        """Whatever shall be in the one folder shall be in the other."""
        self.folders[old], self.folders[new] = False, True
        for subject, names in self.places.items():
            self.places[subject] = frozenset(new if name == old else name for name in names)


class User:
    """Acts at a desk of the profile, as a window or a command beside the program that is killed. What a method has done is
    on the disk when it returns."""

    def __init__(self, home: Home, chance: random.Random, wishes: Wishes, friend: str) -> None:
        self._home, self._chance, self._wishes, self._friend = home, chance, wishes, friend
        self._draft: DraftId | None = None
        self._plans = "Plans 0"
        self._serial = itertools.count(1)
        self.done = ""

    def act(self) -> str:
        """One thing; what it was."""
        acts: list[Callable[[], None]] = [
            self.flag,
            self.flag,
            self.move,
            self.move,
            self.archive,
            self.delete,
            self.spam,
            self.copy,
            self.copy_abroad,
            self.rename,
            self.create,
            self.write_draft,
            self.send,
        ]
        self._chance.choice(acts)()
        return self.done

    def flag(self) -> None:
        rows, _ = self._some(20)
        flag, on = self._chance.choice(FLAGS), self._chance.random() < 0.5
        chosen = frozenset({flag})
        change = ask.ChangeFlags(messages=_ids(rows), **{"add" if on else "remove": chosen})  # type: ignore[arg-type]
        self._do(change, _subjects(rows))
        for row in rows:
            self._wishes.flags.setdefault(row.subject, {})[flag] = on

    def move(self) -> None:
        rows, source = self._some(10)
        target = self._chance.choice([name for name in (*USUAL, self._plans) if name != source])
        self._do(ask.MoveMessages(messages=_ids(rows), target=self._home.folder(target).id), _subjects(rows))
        self._put(rows, target)

    def archive(self) -> None:
        rows, _ = self._some(10, "INBOX")
        self._do(ask.ArchiveMessages(messages=_ids(rows)), _subjects(rows))
        self._put(rows, "Archive")

    def delete(self) -> None:
        rows, _ = self._some(6)
        self._do(ask.DeleteMessages(messages=_ids(rows)), _subjects(rows))
        self._put(rows, "Trash")

    def spam(self) -> None:
        rows, _ = self._some(3)
        self._do(ask.MarkSpam(messages=_ids(rows), spam=True), _subjects(rows))
        self._put(rows, "Junk")

    def copy(self) -> None:
        rows, source = self._some(4)
        target = self._chance.choice([name for name in USUAL if name != source])
        self._do(ask.CopyMessages(messages=_ids(rows), target=self._home.folder(target).id), _subjects(rows))
        for row in rows:
            self._wishes.copied.add(row.subject)
            self._wishes.places[row.subject] = frozenset({source, target})

    def copy_abroad(self) -> None:
        rows, source = self._some(3)
        (inbox,) = [row for row in self._home.reader().folders(SECOND) if row.name == "INBOX"]
        self._do(ask.CopyMessages(messages=_ids(rows), target=inbox.id), _subjects(rows))
        for row in rows:
            self._wishes.copied.add(row.subject)
            self._wishes.places[row.subject] = frozenset({source})
            self._wishes.abroad.add(row.subject)

    def rename(self) -> None:
        new = f"Plans {next(self._serial)}"
        self._do(ask.RenameFolder(folder=self._home.folder(self._plans).id, name=new))
        self._wishes.renamed(self._plans, new)
        self._plans = new

    def create(self) -> None:
        name = f"New {next(self._serial)}"
        self._do(ask.CreateFolder(account=self._home.account, name=name))
        self._wishes.folders[name] = True

    def write_draft(self) -> None:
        text = f"Version {next(self._serial)}"
        self._do(ask.SaveDraft(draft=self._draft, account=self._home.account, letter=self._letter("The draft", text)))
        self._draft = [event.draft for event in self._home.events if isinstance(event, DraftSaved)][-1]
        self._wishes.draft = text
        self._do(ask.UploadDraft(draft=self._draft))

    def send(self) -> None:
        subject = f"Letter {next(self._serial)}"
        self._do(ask.SendLetter(account=self._home.account, letter=self._letter(subject, "Hello")))
        self._wishes.letters.append(subject)

    def _letter(self, subject: str, text: str) -> Letter:
        me = Address(name="Me", email=self._home.box.email)
        return Letter(sender=me, to=(Address(email=self._friend),), subject=subject, text=text)

    def _do(self, command: ask.Command, subjects: list[str] | None = None) -> None:
        self._home.do(command)
        self.done = f"user: {command} {subjects or ''}"

    def _some(self, most: int, source: str = "") -> tuple[list[MessageRow], str]:
        """Up to so many of the user's own messages of one folder."""
        source = source or self._chance.choice((*USUAL, self._plans))
        rows = [
            row
            for row in self._home.list(source)
            if row.subject.startswith("user") and row.subject not in self._wishes.copied
        ]
        return self._chance.sample(rows, min(len(rows), self._chance.randint(1, most))), source

    def _put(self, rows: list[MessageRow], target: str) -> None:
        for row in rows:
            self._wishes.places[row.subject] = frozenset({target})


def _subjects(rows: list[MessageRow]) -> list[str]:
    return [row.subject for row in rows]


def _ids(rows: list[MessageRow]) -> tuple[MessageId, ...]:
    return tuple(row.id for row in rows)


class Other:
    """Another client on the same mailbox; most of the time with other messages than the user's."""

    def __init__(self, box: Mailbox, chance: random.Random, wishes: Wishes) -> None:
        self._box, self._chance, self._wishes = box, chance, wishes
        self._client = box.client()
        self._serial = itertools.count(1)
        self.done = ""

    def act(self) -> str:
        acts: list[Callable[[], None]] = [self.flag, self.flag, self.move, self.delete, self.erase, self.arrive]
        act = self._chance.choice(acts)
        self.done = f"other: {act.__name__}"
        act()
        return self.done

    def flag(self) -> None:
        uids, _ = self._some(10)
        flag, on = self._chance.choice(FLAGS), self._chance.random() < 0.5
        if uids:
            (self._client.add_flags if on else self._client.remove_flags)(list(uids), [flag])
        for subject in uids.values():
            self._wishes.flags.setdefault(subject, {})[flag] = on

    def move(self) -> None:
        uids, source = self._some(10)
        self._to(uids, self._chance.choice([name for name in USUAL if name != source]))

    def delete(self) -> None:
        self._to(self._some(5)[0], "Trash")

    def erase(self) -> None:
        uids, _ = self._some(3)
        if uids:
            self._client.delete_messages(list(uids))
            self._client.uid_expunge(list(uids))
        for subject in uids.values():
            self._wishes.places[subject] = frozenset()

    def arrive(self) -> None:
        for whose in ("user", "other"):
            subject = f"{whose} late {next(self._serial)}"
            self._box.append("INBOX", mail(subject))
            self._wishes.places[subject] = frozenset({"INBOX"})

    def _to(self, uids: dict[int, str], target: str) -> None:
        self.done += f" to {target}"
        if uids:
            self._client.move(list(uids), target)
        for subject in uids.values():
            self._wishes.places[subject] = frozenset({target})

    def _some(self, most: int) -> tuple[dict[int, str], str]:
        """UID → subject. One time in ten the user's own are among them: nobody can say then who gets their way."""
        source = self._chance.choice(USUAL)
        self._client.select_folder(source)
        uids = self._client.search()
        got = self._client.fetch(uids, ["BODY.PEEK[HEADER.FIELDS (SUBJECT)]"]) if uids else {}
        heads = {
            uid: value
            for uid, head in got.items()
            for key, value in head.items()
            if key.startswith(b"BODY")  # one that just went has none
        }
        mine = {uid: str(message_from_bytes(head)["Subject"]) for uid, head in heads.items()}
        both = self._chance.random() < 0.1
        kinds = ("other", "user") if both else ("other",)
        mine = {uid: s for uid, s in mine.items() if s.startswith(kinds) and s not in self._wishes.copied}
        chosen = self._chance.sample(sorted(mine), min(len(mine), self._chance.randint(1, most)))
        if both:
            self._wishes.shared |= {mine[uid] for uid in chosen}
        self.done += f" in {source}: {[mine[uid] for uid in chosen]}"
        return {uid: mine[uid] for uid in chosen}, source
