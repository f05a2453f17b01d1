"""A user, a second client and fate act at random on a real mailbox, while the account is turned off and on, disconnected and
connected again, rebuilt, and its folders are numbered anew. Afterwards nothing is left to do, nothing is lost or double."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.commands import (
    AddAccount,
    ArchiveMessages,
    ChangeFlags,
    DeleteMessages,
    MoveMessages,
    PauseAccount,
    RemoveAccount,
    ResumeAccount,
)
from app.core.values import AccountState
from app.engine.rebuild import rebuild
from app.store.health import examine
from app.store.rows import MessageRow
from household import Home, mail
from servers.mailbox import Mailbox

FOLDERS = ("INBOX", "Work", "Archive", "Trash")
STEPS = 40


class World:
    """Everything that may happen, by name."""

    def __init__(self, home: Home, mailbox: Mailbox, dice: random.Random) -> None:
        self.home, self.mailbox, self.dice = home, mailbox, dice
        self.client = mailbox.client()
        self.count = 0
        self.log: list[str] = []

    def act(self, *, leaving: bool) -> None:
        acts: list[Callable[[], object]] = [
            self.arrives,
            self.moves_there,
            self.dies_there,
            self.is_flagged_there,
            *(lambda deed=deed: self.here(deed) for deed in ("move", "delete", "archive", "read")),
            self.home.sync,
            self.home.sync,
            self.turns_off,
            self.turns_on,
            self.is_rebuilt,
            self.is_renumbered,
        ]
        if leaving:
            acts += [self.leaves, self.joins, self.joins]
        self.dice.choice(acts)()

    @property
    def disconnected(self) -> bool:
        return self.home.reader().accounts()[0].state is AccountState.DISCONNECTED

    # --- the mailbox

    def arrives(self) -> None:
        self.count += 1
        self.mailbox.append(self.dice.choice(["INBOX", "Work"]), mail(f"m{self.count}"))

    def _one_there(self) -> tuple[str, list[int]]:
        folder = self.dice.choice(FOLDERS)
        self.client.select_folder(folder)
        uids = self.client.search()
        return folder, [self.dice.choice(uids)] if uids else []

    def moves_there(self) -> None:
        folder, uids = self._one_there()
        if uids:
            self.log.append(f"moved there from {folder}")
            self.client.move(uids, self.dice.choice([each for each in FOLDERS if each != folder]))

    def dies_there(self) -> None:
        folder, uids = self._one_there()
        if uids:
            self.log.append(f"deleted there from {folder}")
            self.client.delete_messages(uids)
            self.client.uid_expunge(uids)

    def is_flagged_there(self) -> None:
        _, uids = self._one_there()
        if uids:
            self.client.add_flags(uids, [b"\\Flagged"])

    def is_renumbered(self) -> None:
        """Made anew, in another order."""
        held = self.mailbox.holds("Work")
        self.client.select_folder("INBOX")
        self.client.delete_folder("Work")
        self.client.create_folder("Work")
        for message in reversed(held):
            self.mailbox.append("Work", message.raw, message.flags - {"\\Recent"}, message.date)
        self.log.append("numbered anew")

    # --- the user

    def here(self, deed: str) -> None:
        shown: list[tuple[str, MessageRow]] = [
            (name, row) for name in ("inbox", "Work", "archive", "trash") for row in self.home.list(name)
        ]
        if not shown:
            return
        folder, row = self.dice.choice(shown)
        self.log.append(f"{deed} {row.subject} in {folder}")
        match deed:
            case "move":
                target = self.home.folder(self.dice.choice(["inbox", "Work", "archive"])).id
                self.home.do(MoveMessages(messages=(row.id,), target=target))
            case "delete":
                self.home.do(DeleteMessages(messages=(row.id,)))
            case "archive":
                self.home.do(ArchiveMessages(messages=(row.id,)))
            case _:
                self.home.do(ChangeFlags(messages=(row.id,), add=frozenset({"\\Seen"})))

    def turns_off(self) -> None:
        if not self.disconnected:
            self.log.append("off")
            self.home.do(PauseAccount(account=self.home.account))

    def turns_on(self) -> None:
        if not self.disconnected:
            self.log.append("on")
            self.home.do(ResumeAccount(account=self.home.account))

    def leaves(self) -> None:
        if not self.disconnected:
            self.log.append("disconnected")
            self.home.do(RemoveAccount(account=self.home.account, keep_mail=True))

    def joins(self) -> None:
        if self.disconnected:
            self.log.append("connected")
            self.home.do(AddAccount(settings=self.home.settings(), password=self.mailbox.password))

    def is_rebuilt(self) -> None:
        self.log.append("rebuilt")
        library = self.home.library()
        rebuild(library)
        library.close()


def there(mailbox: Mailbox, folder: str) -> list[str]:
    return sorted(
        line.split(": ", 1)[1]
        for held in mailbox.holds(folder)
        for line in held.raw.decode().splitlines()
        if line[:9] == "Subject: "
    )


@pytest.mark.parametrize("seed", range(10))
def test_nothing_is_left_to_do_lost_or_double(tmp_path: Path, mailbox: Mailbox, seed: int) -> None:
    leaving = seed % 2 == 1
    mailbox.client().create_folder("Work")
    home = Home(tmp_path / "profile", mailbox)
    world = World(home, mailbox, random.Random(seed))
    for _ in range(6):
        world.arrives()
    home.sync()
    for _ in range(STEPS):
        world.act(leaving=leaving)
    world.joins()
    world.turns_on()
    home.sync()
    home.sync()

    report = home.sync()

    done = (report.fetched, report.flags, report.removed, report.pushed, report.waiting, report.errors)
    assert done == (0, 0, 0, 0, 0, []), world.log
    library = home.library()
    assert [finding for finding in examine(library, alone=True) if not finding.ok] == [], world.log
    library.close()
    here = {folder: sorted(home.subjects(folder)) for folder in FOLDERS}
    over = {folder: there(mailbox, folder) for folder in FOLDERS}
    everything = [subject for subjects in here.values() for subject in subjects]
    assert len(everything) == len(set(everything)), (world.log, here, over)
    if leaving:  # some happened here only, and what the mailbox lost meanwhile was kept
        assert {subject for subjects in over.values() for subject in subjects} <= set(everything), (
            world.log,
            here,
            over,
        )
    else:
        assert here == over, world.log
    home.close()
