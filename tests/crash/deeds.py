"""What a program may be doing when its disk is full: each deed on a profile made ready for it, and what must be true."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from app.core.ids import AccountId
from commandline import Answer, Tandem
from crash.agreement import agrees
from crash.small_disk import SmallDisk
from household import mail
from pouring import pour
from scenes import subject_of
from servers.mailbox import Mailbox
from servers.provider import Provider

STEP = 65_536
SOME, MANY = 60, 450
DONE, FULL = 0, 74
"""Exit codes: `app.cli.codes`."""


@dataclass(frozen=True, slots=True)
class Place:
    """`tandem` works on a small disk; `ready` is a profile beside it that a deed begins with."""

    tandem: Tandem
    ready: Tandem
    friend: Mailbox

    @property
    def box(self) -> Mailbox:
        return self.tandem.box

    @property
    def letter(self) -> Path:
        return self.ready.home / "letter.eml"


@dataclass(frozen=True, slots=True)
class Deed:
    """`prepare` is done once, on a disk with room; `act` each time, on one with less."""

    prepare: Callable[[Place, Provider], None]
    act: Callable[[Place], Answer]


def run(*command: object) -> Callable[[Place], Answer]:
    """The real program, in a process of its own."""

    def act(place: Place) -> Answer:
        process = place.tandem.start(*command)
        out, complaint = process.communicate(timeout=60)
        return Answer(process.returncode, out, complaint.decode().strip())

    return act


# --- what is made ready ------------------------------------------------------------------------------------------


def nothing(_place: Place, _provider: Provider) -> None: ...


def signed_up(place: Place, provider: Provider, count: int = SOME) -> None:
    assert place.ready.sign_up("--days", "all").code == DONE
    size = 200 if count == SOME else 10
    pour(place.box, provider, (mail(f"m {n}", body="A line of text.\r\n" * (n % size)) for n in range(count)))


def with_many(place: Place, provider: Provider) -> None:
    signed_up(place, provider, MANY)


def synced(place: Place, provider: Provider) -> None:
    signed_up(place, provider)
    place.ready.ok("sync")


def killed_with_a_long_log(place: Place, provider: Provider) -> None:
    """What the write-ahead log holds was never brought into the library's file; the program's own log is about to turn."""
    synced(place, provider)
    profile = place.ready.profile
    reader = sqlite3.connect(profile / "library.db")
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM message").fetchone()
    for verb in ("flag", "unflag", "read"):
        place.ready.ok(verb, *place.ready.ids().values())
    copy = profile.with_name("copy")
    shutil.copytree(profile, copy)
    reader.close()
    shutil.rmtree(profile)
    copy.rename(profile)
    (profile / "log" / "tandem.log").write_text("x" * 999_990 + "\n")


def with_paper(place: Place, provider: Provider) -> None:
    synced(place, provider)
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = place.box.email, place.friend.email, "The letter"
    letter.set_content("Hello\n" * 20_000)
    place.letter.write_bytes(letter.as_bytes())


def with_a_letter(place: Place, provider: Provider) -> None:
    with_paper(place, provider)
    place.ready.ok("send", "--eml", place.letter)


def with_wishes(place: Place, provider: Provider) -> None:
    synced(place, provider)
    place.ready.ok("archive", *list(place.ready.ids().values())[:40])


def damaged(place: Place, provider: Provider) -> None:
    synced(place, provider)
    with closing(sqlite3.connect(place.ready.profile / "library.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = db.execute("PRAGMA page_size").fetchone()
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'placement'").fetchone()
    with (place.ready.profile / "library.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


# --- what is done ------------------------------------------------------------------------------------------------


def sign_up(place: Place) -> Answer:
    return place.tandem.sign_up("--days", "all")


def send(place: Place) -> Answer:
    """The letter's own file, its row, and what is owed, one with the other."""
    return run("send", "--eml", place.letter)(place)


DEEDS = {
    "opening the library": Deed(nothing, sign_up),
    "the first sync": Deed(signed_up, run("sync", "--json")),
    "the first sync of many": Deed(with_many, run("sync", "--json")),
    "writing a letter": Deed(with_paper, send),
    "sending a letter": Deed(with_a_letter, run("sync", "--json")),
    "organising": Deed(synced, run("archive", *range(1, SOME + 1))),
    "telling the mailbox": Deed(with_wishes, run("sync", "--json")),
    "going on after a crash": Deed(killed_with_a_long_log, run("sync", "--json")),
    "examining": Deed(synced, run("doctor")),
    "rebuilding": Deed(synced, run("doctor", "--rebuild")),
    "saving what is damaged": Deed(damaged, run("doctor", "--rebuild")),
}


class Trial:
    """One deed on one disk, again and again with other room. Every try has a mailbox of its own."""

    def __init__(self, name: str, disk: SmallDisk, beside: Path, provider: Provider) -> None:
        self._deed, self._disk, self._provider = DEEDS[name], disk, provider
        self._beside = beside
        self._number = 0

    def attempt(self, room: int) -> bool:
        """With so many octets of room. True: the deed was done. Raises AssertionError where a promise was not kept."""
        self._number += 1
        box, friend = self._provider.mailbox(), self._provider.mailbox("friend")
        beside = self._beside / f"{self._number}" / "ready"
        beside.mkdir(parents=True)
        self._disk.clear()
        work = self._disk.folder / "work"
        work.mkdir()
        place = Place(Tandem(work, box), Tandem(beside, box), friend)
        try:
            self._deed.prepare(place, self._provider)
            if place.ready.profile.exists():
                shutil.copytree(place.ready.profile, place.tandem.profile)
            place.tandem.environ["TANDEM_PASSPHRASE_FILE"] = str(beside / "words")
            self._disk.leave(room)
            return self._try(place)
        finally:
            self._disk.make_room()
            box.close()
            friend.close()
            shutil.rmtree(beside.parent)

    def _try(self, place: Place) -> bool:
        answer = self._deed.act(place)
        assert answer.code in (DONE, FULL), answer
        assert "Traceback" not in answer.complaint and "mistake" not in answer.complaint, answer
        if answer.code == FULL:
            assert "The disk is full." in answer.complaint, answer
        looked = run("doctor")(place)
        assert looked.code == DONE or (looked.code == FULL and "The disk is full." in looked.complaint), looked
        self._disk.make_room()
        if answer.code == FULL:
            again = self._deed.act(place)
            assert again.code == DONE, again
        self._all_is_well(place)
        return answer.code == DONE

    @staticmethod
    def _all_is_well(place: Place) -> None:
        """With room again everything comes to rest, and what was refused was not done by half."""
        tandem = place.tandem
        after = tandem("sync", "--json")
        assert after.code == DONE and all(not report["errors"] for report in after.records), after
        there = agrees(tandem.profile, {AccountId(1): place.box})[AccountId(1)]
        doctor = tandem("doctor", "--json")
        assert doctor.code == DONE and all(line["ok"] for line in doctor.records), doctor
        assert list(tandem.profile.glob("mail/unfinished/*")) == [], "left over"
        if place.letter.exists():
            came = [held for held in place.friend.holds("INBOX") if subject_of(held) == "The letter"]
            states = [record["state"] for record in tandem.json("outbox")]
            # Where there was no room to note that the server took it, the user is asked; nothing is sent again.
            assert (len(came), len(there["Sent"]), states) in ((1, 1, ["sent"]), (1, 0, ["uncertain"]))
