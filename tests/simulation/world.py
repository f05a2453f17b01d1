"""The whole engine on one side, a mailbox on the other, and between them a wire with a fate. No thread, no socket, no clock.

Desk, mailroom, post, store and session are the program's own; only the wire, the time and the disk's luck are ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from unittest.mock import patch

from app.core.commands import AddAccount, Command
from app.core.events import Event
from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import TryLater
from app.core.values import AccountSettings, Flags, Security
from app.core.values import Server as Place
from app.engine import bodies, compare, difference, errand
from app.engine.access import Surroundings
from app.engine.desk import Desk
from app.engine.letters import Stationery
from app.engine.proofs import Proofs
from app.engine.report import Report
from app.engine.shelf import Shelf
from app.remote import signin
from app.remote.imap import Session
from app.remote.quirks import quirks_of
from app.remote.secrets import MemorySecrets
from app.remote.smtp import Uncertain
from app.remote.talk import Talk
from app.store.connection import Gate
from app.store.library import Library
from app.store.rows import MessageRow
from app.store.unit import Unit
from app.store.views import Reader
from app.sync.switches import Switches
from simulation.imap import Server, name_of
from simulation.network import FakeWire, Fate
from simulation.profiles import PROFILES

START = 1_790_000_000.0
EMAIL = "me@sim.test"


class Crash(BaseException):
    """The program ends here and now, without a word to anybody."""


class Fuse:
    """Burns at the n-th step of the library, once lit. A crashed program says nothing more, to nobody."""

    def __init__(self) -> None:
        self.left = 0
        self.burnt = False

    def light(self, steps: int) -> None:
        self.left = steps

    def check(self) -> None:
        if self.burnt:
            raise Crash

    def step(self) -> None:
        self.check()
        if self.left:
            self.left -= 1
            if not self.left:
                self.burnt = True
                raise Crash


class BurningLibrary(Library):
    """May crash before, within and after every transaction."""

    def __init__(self, profile: Path, emit: Callable[[Event], None], clock: Callable[[], float], fuse: Fuse) -> None:
        super().__init__(profile, emit, clock, Gate(), durable=False)
        self._fuse = fuse

    @contextmanager
    def transaction(self, origin: str = "") -> Iterator[Unit]:
        self._fuse.step()
        with super().transaction(origin) as unit:
            yield unit
            self._fuse.step()
        self._fuse.step()


class InlineShelver:
    """Shelves in the calling thread, so that a run is the same each time."""

    def __init__(self, open_library: Callable[[], Library]) -> None:
        self._library = open_library()
        self._shelf = Shelf(self._library)

    def put(self, message: MessageId, digest: str, raw: bytes) -> None:
        self._shelf.add(message, digest, raw)
        self._shelf.store()

    def flush(self) -> None:
        pass

    def close(self) -> None:
        self._library.close()


LONG = ((compare, "MANY", 4), (compare, "PAGE", 2), (difference, "STRETCH", 3))


class World:
    def __init__(self, folder: Path, profile: str, seed: int) -> None:
        """`folder`: empty, for the profile of the program. `profile`: what the server can do."""
        self.now = START
        self._long = seed % 3 == 1
        self.fuse = Fuse()
        self.fate = Fate(seed, 0)
        self.profile = PROFILES[profile]
        self.mailbox = self.profile.mailbox(self.profile.folders)
        self.server = Server(self.mailbox, self.profile.offers, self.fate)
        self.archive = self.profile.archive
        self.trash, self.junk = self.profile.named("Trash"), self.profile.named("Junk")
        self.usual = ["INBOX", "Work", "Größe", self.archive]
        self.trace: list[str] = []
        self.delivered: list[str] = []
        """Message-IDs, once for each delivery."""
        self._filing: list[tuple[int, bytes]] = []
        """What was delivered and is not yet in Sent, with the number of syncs until it is."""
        self.events: list[Event] = []
        self._folder = folder
        self._libraries: list[Library] = []
        self._random = itertools.count(seed * 1000 + 1)
        self._serial = itertools.count(1)
        self.secrets = MemorySecrets()
        self.account = AccountId(1)
        self._start()
        self._desk.handle(AddAccount(settings=_settings(self.profile.host), password="secret"))

    # --- the program ---------------------------------------------------------------------------------------------

    def do(self, command: Command) -> None:
        """What the user does. A crash in the middle restarts the program."""
        with self._restarting():
            self._desk.handle(command)

    def sync(self) -> Report | None:
        """What `tandem sync` does; None when the program crashed on the way."""
        report: list[Report] = []
        self._file()
        with self._restarting(), patch.object(bodies, "ThreadShelver", InlineShelver), self._folders_are_long():
            library = self._open()
            errand.hurry(library, self.account)
            library.close()
            whole = errand.sync_whole(self.account, self.around, self.around, self.events.append)
            self.fuse.check()  # a crash may have been covered by the trouble of cleaning up after it
            report.append(whole)
        self.now += 30
        return report[0] if report else None

    @contextmanager
    def _folders_are_long(self) -> Iterator[None]:
        """For every third seed a folder of five messages is as long as one of a million."""
        with ExitStack() as patches:
            for module, name, number in LONG if self._long else ():
                patches.enter_context(patch.object(module, name, number))
            yield

    def reader(self) -> Reader:
        return Reader(self._folder)

    def close(self) -> None:
        self._desk.close()
        for library in self._libraries:
            library.close()

    @contextmanager
    def _restarting(self) -> Iterator[None]:
        try:
            yield
        except Crash:
            self.trace.append("-- crash --")
            self.fuse.burnt = False
            self.close()
            self._start()
        self.fuse.left = 0

    def _start(self) -> None:
        self._libraries.clear()
        self.around = Surroundings(  # with a crash the process forgets its locks and counts, too
            open_library=self._open,
            proofs=Proofs(self.secrets, {}, lambda: self.now),
            clock=lambda: self.now,
            jitter=lambda: 0.5,
            connect=self._connect,
            deliver=self._deliver,
            steady=lambda: self.now,
        )
        stationery = Stationery(lambda: self.now, lambda n: next(self._random).to_bytes(n, "big"))
        self._desk = Desk(self.around, stationery, self.events.append)
        library = self._open()
        errand.settle(library)
        library.close()

    def _open(self) -> Library:
        self._libraries.append(BurningLibrary(self._folder, self.events.append, lambda: self.now, self.fuse))
        return self._libraries[-1]

    # --- the net -------------------------------------------------------------------------------------------------

    def _connect(self, server: Place, secret: str, **_how: object) -> Session:
        self.fuse.step()
        talk = Talk(FakeWire(self.profile.conversation(self.server), self._hear), server.host)  # type: ignore[arg-type]
        capabilities = signin.sign_in(talk, server, secret, self.server.capabilities)
        return Session(talk, capabilities, quirks_of(server.host))

    def _hear(self, line: str) -> None:
        self.fuse.step()
        self.trace.append(line)

    def _deliver(
        self, server: Place, _secret: str, *, raw: bytes, committing: Callable[[], None], **_how: object
    ) -> dict[str, str]:
        fate = self.fate.next("DATA")
        if fate in ("cut before", "refuse", "goodbye"):
            raise TryLater(f"{server.host} does not take this letter yet.")
        committing()
        if fate != "cut inside":
            self.delivered.append(name_of(raw))
            if self.profile.labels:
                self._filing.append((self.fate.share(2), raw))
                self._file()
        if fate in ("cut inside", "cut after", "time out"):
            raise Uncertain("The connection broke after the text was handed over.")
        return {}

    def _file(self) -> None:
        """The provider puts what went out by it into Sent, now or somewhat later."""
        sent = self.mailbox.folders[self.profile.named("Sent")]
        for late, raw in self._filing:
            if not late:
                self.mailbox.append("provider", sent, name_of(raw), raw, frozenset({"\\Seen"}), int(self.now))
        self._filing = [(late - 1, raw) for late, raw in self._filing if late]

    # --- looking -------------------------------------------------------------------------------------------------

    def shown(self) -> dict[str, list[tuple[str, MessageRow]]]:
        """Message → (folder, row) wherever a list shows it."""
        found: dict[str, list[tuple[str, MessageRow]]] = {}
        reader = self.reader()
        try:
            for folder in reader.folders(self.account):
                ids, _ = reader.listing(folder.id)
                for row in reader.rows([MessageId(ident) for ident in ids]):
                    found.setdefault(row.message_id, []).append((folder.name, row))
        finally:
            reader.close()
        return {name: sorted(places, key=lambda place: place[0]) for name, places in sorted(found.items())}

    def folder_ids(self) -> dict[str, FolderId]:
        reader = self.reader()
        try:
            return {folder.name: folder.id for folder in reader.folders(self.account)}
        finally:
            reader.close()

    def switches(self) -> Switches:
        reader = self.reader()
        try:
            (row,) = reader.accounts()
            return Switches(
                delete_in=row.delete_in,
                delete_out=row.delete_out,
                archive_in=row.archive_in,
                archive_out=row.archive_out,
            )
        finally:
            reader.close()


def letter(number: int) -> tuple[str, bytes]:
    """A message and its name."""
    mail = EmailMessage()
    name = f"<m{number}@sim.test>"
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "zoe@client.test", EMAIL, f"m{number}", name
    mail["Date"] = formatdate(START - 1000 + number)
    mail.set_content(f"This is letter {number}.\r\n")
    return name, mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def marks(row: MessageRow) -> Flags:
    """The flags a list shows."""
    pairs = {"\\Seen": row.seen, "\\Flagged": row.flagged, "\\Answered": row.answered}
    return frozenset(flag for flag, there in pairs.items() if there)


def _settings(host: str) -> AccountSettings:
    place = Place(host=host, port=993, security=Security.TLS, user=EMAIL)
    return AccountSettings(email=EMAIL, name="Me", imap=place, smtp=place, ca_file="", days=0, folders=None)
