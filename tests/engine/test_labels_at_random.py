"""A mailbox with labels, its user and another client act at random: afterwards both sides show the same, and nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    DeleteMessages,
    MarkSpam,
    MoveMessages,
    Undo,
)
from app.core.events import Done
from app.core.ids import MessageId
from household import mail
from labelled import LabelHome
from servers.gmail import Gmail
from servers.gmail_words import ALL, SPAM, TRASH
from servers.provider import Provider

LABELS = ("Work", "Clients/Büro", 'Odd "one"')
STEPS = 25


class Chance:
    def __init__(self, seed: int, home: LabelHome, gmail: Gmail) -> None:
        self.dice, self.home, self.gmail = random.Random(seed), home, gmail
        self.made = 0

    def step(self) -> None:
        act: Callable[[], None] = self.dice.choice(
            [self.arrive, self.over_there, self.over_there, self.here, self.here, self.here, self.renumber, self.sync]
        )
        act()

    def arrive(self) -> None:
        self.made += 1
        labels = [label for label in ("\\Inbox", *LABELS) if self.dice.random() < 0.4]
        self.gmail.receive(mail(f"Number {self.made}"), *(labels or [""]))

    def over_there(self) -> None:
        if not self.gmail.letters:
            return
        letter = self.dice.choice(self.gmail.letters)
        labels = [label for label in ("\\Inbox", *LABELS) if self.dice.random() < 0.4]
        if letter.where != ALL:
            self.gmail.restore(letter.subject, *(labels or ["Work"]))
            return
        match self.dice.randrange(6):
            case 0:
                self.gmail.archive(letter.subject)
            case 1:
                self.gmail.trash(letter.subject)
            case 2:
                self.gmail.spam(letter.subject)
            case 3:
                self.gmail.label(letter.subject, *labels)
            case 4:
                self.gmail.unlabel(letter.subject, *labels)
            case _:
                self.gmail.mark(letter.subject, self.dice.choice(["\\Seen", "\\Flagged"]))

    def here(self) -> None:
        reader = self.home.reader()
        messages = reader.recent(self.home.account)
        if not messages:
            return
        one = (MessageId(self.dice.choice(messages)),)
        folders = reader.where(one[0]).folders
        source = self.dice.choice([None, *folders])
        target = self.dice.choice(["INBOX", *LABELS])
        match self.dice.randrange(7):
            case 0:
                self.home.do(ArchiveMessages(messages=one))
            case 1:
                self.home.do(DeleteMessages(messages=one))
            case 2:
                self.home.do(MarkSpam(messages=one, spam=SPAM not in folders))
            case 3 | 4:
                ident = self.home.folder(source).id if source else None
                self.home.do(MoveMessages(messages=one, target=self.home.folder(target).id, source=ident))
            case 5:
                done = [event.token for event in self.home.events if isinstance(event, Done)]
                if done:
                    self.home.events.clear()
                    self.home.do(Undo(token=done[-1]))
            case _:
                self.home.do(ChangeFlags(messages=one, add=frozenset({"\\Seen"}), remove=frozenset({"\\Flagged"})))

    def renumber(self) -> None:
        if self.dice.random() < 0.3:
            self.gmail.renumber(self.dice.choice([ALL, TRASH, SPAM]))

    def sync(self) -> None:
        report = self.home.sync()
        assert report.errors == [], report


@pytest.mark.parametrize("seed", range(12))
def test_both_sides_agree_whatever_happened(tmp_path: Path, mail_servers: Provider, seed: int) -> None:
    gmail = Gmail(mail_servers.certificates)
    for label in LABELS:
        gmail.create(label)
    home = LabelHome(tmp_path / "profile", gmail)
    chance = Chance(seed, home, gmail)
    home.sync()
    for _ in range(STEPS):
        chance.step()
    for _ in range(3):
        home.sync()

    home.settled()
    assert len(gmail.letters) == chance.made  # nothing was erased
    for letter in gmail.letters:
        there = {name for name, box in gmail.boxes.items() if box.uid_of(letter) is not None}
        there -= {"[Gmail]/Starred", "[Gmail]/Important"}
        assert home.shows(letter.subject) == there, letter
        row = home.reader().rows([MessageId(home.ident(letter.subject))])[0]
        assert (row.seen, row.flagged) == ("\\Seen" in letter.flags, "\\Flagged" in letter.flags)
    assert len(home.reader().recent(home.account)) == chance.made
    home.close()
    gmail.close()
