"""How the library file is opened: pragmas, migrations, and the gate that lets one writer in at a time."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.disk import closed, disk_trouble, full
from app.core.trouble import AskUser, Fix, TryLater
from app.store.schema import STEPS

FILE = "library.db"
CHECKPOINT_PAGES = 32_000
"""Pages of 4 KB in the write-ahead log before they go into the library file; half of it is kept afterwards."""

LEAST_ROOM = 262_144
"""Octets without which a library cannot be opened: its log needs an index, and a first page or two."""


class Gate:
    """One writer at a time inside this process; those in a hurry (the desk) go first.

    SQLite's own lock is polled and unfair: a mailroom that commits fifty times a second would keep the desk waiting.
    """

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._busy = False
        self._hurried = 0
        self._patient = 0

    def waiting(self) -> int:
        """How many stand before the gate."""
        with self._turn:
            return self._hurried + self._patient

    @contextmanager
    def pass_through(self, *, hurried: bool) -> Iterator[None]:
        with self._turn:
            if hurried:
                self._hurried += 1
                self._turn.wait_for(lambda: not self._busy)
                self._hurried -= 1
            else:
                self._patient += 1
                self._turn.wait_for(lambda: not self._busy and not self._hurried)
                self._patient -= 1
            self._busy = True
        try:
            yield
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()


def open_writer(profile: Path, *, durable: bool) -> sqlite3.Connection:
    """A connection of the calling thread. `durable`: commits survive a power cut (desk, post); otherwise they may be
    lost with it, which is right for what can be fetched again.

    Raises AskUser when the file is not a library or was written by a newer program.
    """
    try:
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as trouble:
        raise disk_trouble(trouble) from trouble
    try:
        db = sqlite3.connect(profile / FILE, timeout=30, isolation_level=None, cached_statements=256)
    except sqlite3.DatabaseError as broken:
        raise in_words(broken, profile) from broken
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA cache_size = -16384")
        # A checkpoint waits for the disk, and with it for all mail just written to files: seldom is better than small.
        db.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        db.execute(f"PRAGMA journal_size_limit = {CHECKPOINT_PAGES * 2048}")
        teach(db)
        upgrade(db)
    except sqlite3.DatabaseError as broken:
        db.close()
        raise in_words(broken, profile) from broken
    except BaseException:
        db.close()
        raise
    try:
        (profile / FILE).chmod(0o600)
    except OSError as trouble:
        db.close()
        raise disk_trouble(trouble) from trouble
    return db


def open_reader(profile: Path) -> sqlite3.Connection:
    """A connection that cannot write. The library must exist and be up to date (`open_writer` has been called once)."""
    file = profile / FILE
    if not file.exists():
        open_writer(profile, durable=True).close()
    try:
        db = sqlite3.connect(f"file:{_quoted(file)}?mode=ro", uri=True, timeout=30, isolation_level=None)
    except sqlite3.DatabaseError as broken:
        raise in_words(broken, profile) from broken
    try:
        (version,) = db.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as broken:
        db.close()
        raise in_words(broken, profile) from broken
    if version != len(STEPS):
        db.close()
        open_writer(profile, durable=True).close()
        return open_reader(profile)
    teach(db)
    return db


def teach(db: sqlite3.Connection) -> None:
    """What the library's own triggers and views call for: `terms`, text as the full-text index takes it."""
    db.create_function("terms", 1, _terms, deterministic=True)


def _terms(text: str) -> str:
    from app.core.search.terms import terms  # lists open faster without

    return terms(text)


def upgrade(db: sqlite3.Connection, steps: tuple[str, ...] = STEPS) -> int:
    """Bring the file up to date, one numbered step a transaction; returns how many steps were taken.

    Every step is committed together with its number, so that a power cut leaves a whole step or none. The number is read
    again inside the transaction: two programs may start at once.
    """
    taken = 0
    while True:
        (have,) = db.execute("PRAGMA user_version").fetchone()
        if have > len(steps):
            raise AskUser(
                "This library was last opened by a newer Tandem. Nothing was changed. Install the newer version to use it."
            )
        if have == len(steps):
            return taken
        db.execute("BEGIN IMMEDIATE")
        try:
            (now,) = db.execute("PRAGMA user_version").fetchone()
            if now == have:
                for statement in _statements(steps[have]):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {have + 1}")
                taken += 1
            db.execute("COMMIT")
        except BaseException:
            take_back(db)
            raise


def take_back(db: sqlite3.Connection) -> None:
    """End a transaction that came to nothing. On a full disk SQLite has ended it already."""
    if db.in_transaction:
        db.execute("ROLLBACK")


def in_words(broken: sqlite3.DatabaseError, profile: Path) -> Exception:
    """SQLite's trouble as a sentence; what is a bug of ours stays what it is.

    SQLite has many names for a disk without room (the log's index that cannot grow, a file that cannot be made): where it
    says no more than that reading or writing failed, the disk itself is asked.
    """
    name = getattr(broken, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_FULL", "SQLITE_IOERR_WRITE")):
        return full(name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return TryLater(
            "Another program holds the library. Nothing was changed. Close what may have it open, for instance a backup, and"
            " try again.",
            Fix.LIBRARY,
        )
    if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM")):
        return full(name) if _has_no_room(profile) else closed(name)
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return AskUser(
            "The library file is damaged. Your mail in the mailbox is safe. Close Tandem and type “tandem doctor --rebuild”.",
            Fix.LIBRARY,
        )
    return broken


def _has_no_room(profile: Path) -> bool:
    try:
        return shutil.disk_usage(profile).free < LEAST_ROOM
    except OSError:
        return False


def _statements(script: str) -> Iterator[str]:
    """Cut a script into statements; `executescript` cannot be used, since it commits first."""
    start = ""
    for line in script.splitlines(keepends=True):
        start += line
        if sqlite3.complete_statement(start):
            yield start
            start = ""
    if start.strip():
        raise ValueError(f"not a whole statement: {start[:60]!r}")


def _quoted(path: Path) -> str:
    from urllib.parse import quote

    return quote(str(path.resolve()))
