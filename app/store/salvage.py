"""A library file that is damaged: what can still be read of it goes into a new one, and the damaged one is kept beside it.

What was fetched can be fetched again; what the user did (overlay, wishes, letters, drafts, history, settings) exists only
here, so every row that can be read is taken along.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.disk import full
from app.core.trouble import AskUser, Fix
from app.store.connection import FILE, in_words, open_writer

_WORKED_OUT = ("shown", "find")
"""Tables whose content follows from the others."""


def is_damaged(profile: Path) -> bool:
    """Whether SQLite finds the file wanting. A library that is not there yet is not."""
    file = profile / FILE
    if not file.exists():
        return False
    try:
        with contextlib.closing(_open(file)) as db:
            return [row[0] for row in db.execute("PRAGMA integrity_check(1)")] != ["ok"]
    except sqlite3.DatabaseError:
        return True


def salvage(profile: Path, now: float) -> tuple[Path, int]:
    """Nobody else may use the library meanwhile. Returns where the damaged file is kept, and how many rows were saved.

    Raises AskUser when not even the accounts can be read: nothing was changed then.
    """
    fresh = profile / "salvage"
    shutil.rmtree(fresh, ignore_errors=True)
    new = open_writer(fresh, durable=True)
    try:
        saved = _copy(profile / FILE, new)
        if not new.execute("SELECT count(*) FROM account").fetchone()[0]:
            raise AskUser(
                "The library file cannot be read at all. Your mail in the mailbox is safe. Move the file away and add your"
                " accounts again.",
                Fix.LIBRARY,
            )
        new.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except BaseException as trouble:
        said = in_words(trouble, profile) if isinstance(trouble, sqlite3.DatabaseError) else trouble
        new.close()
        shutil.rmtree(fresh, ignore_errors=True)
        raise said from trouble
    new.close()
    if (fresh / f"{FILE}-wal").exists():  # not all of it is in the one file that takes the other's place
        shutil.rmtree(fresh, ignore_errors=True)
        raise full()
    kept = profile / f"library.damaged-{int(now)}.db"
    for end in ("-wal", "-shm"):
        log = profile / f"{FILE}{end}"
        if log.exists():
            log.rename(profile / f"{kept.name}{end}")
    (profile / FILE).rename(kept)
    (fresh / FILE).rename(profile / FILE)
    shutil.rmtree(fresh, ignore_errors=True)
    return kept, saved


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=30, isolation_level=None)


def _copy(damaged: Path, new: sqlite3.Connection) -> int:
    saved = 0
    new.execute("PRAGMA foreign_keys = OFF")
    with contextlib.closing(_open(damaged)) as old:
        new.execute("BEGIN IMMEDIATE")
        for table, keyed in _tables(new):
            columns = _columns(new, table)
            with contextlib.suppress(sqlite3.DatabaseError):
                columns = [name for name in columns if name in _columns(old, table)]
            saved += _copy_table(old, new, table, columns, keyed=keyed)
        _mend(new)
        with contextlib.suppress(sqlite3.DatabaseError):  # ids are never given twice
            new.executemany(
                "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?",
                old.execute("SELECT seq, name FROM sqlite_sequence").fetchall(),
            )
        new.execute("COMMIT")
    new.execute("PRAGMA foreign_keys = ON")
    return saved


def _tables(new: sqlite3.Connection) -> list[tuple[str, bool]]:
    """In the order in which they were made, so that parents come before children; and whether they have a rowid."""
    rows = new.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    )
    return [
        (name, "WITHOUT ROWID" not in sql)
        for name, sql in rows.fetchall()
        if not any(name == each or name.startswith(f"{each}_") for each in _WORKED_OUT)
    ]


def _columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def _copy_table(
    old: sqlite3.Connection, new: sqlite3.Connection, table: str, columns: list[str], *, keyed: bool
) -> int:
    names = ", ".join(columns)
    insert = f"INSERT OR IGNORE INTO {table}({names}) VALUES ({','.join('?' * len(columns))})"
    saved = 0
    for row in _readable(old, table, names, keyed=keyed):
        try:
            saved += new.execute(insert, row).rowcount
        except sqlite3.Error:  # a row that is garbage breaks a rule of its table
            if not new.in_transaction:  # the new library is in trouble, not the row: SQLite gave up
                raise
    return saved


def _readable(old: sqlite3.Connection, table: str, names: str, *, keyed: bool) -> Iterator[tuple[Any, ...]]:
    """Rows from the first to where the damage begins, then from the last back to it."""
    orders = (" ORDER BY rowid", " ORDER BY rowid DESC") if keyed else ("",)
    for order in orders:
        try:
            yield from old.execute(f"SELECT {names} FROM {table}{order}")
        except sqlite3.DatabaseError:
            continue
        return


def _mend(new: sqlite3.Connection) -> None:
    """Rows whose parents are lost go with them; the overlay waits for its messages to be fetched again."""
    while broken := new.execute("PRAGMA foreign_key_check").fetchall():
        for table, rowid, *_ in broken:
            if rowid is None:  # without a rowid: parts and mentions, which are read anew
                new.execute(f"DELETE FROM {table} WHERE message NOT IN (SELECT id FROM message)")
            else:
                new.execute(f"DELETE FROM {table} WHERE rowid = ?", (rowid,))
    new.execute("UPDATE overlay SET message = 0 WHERE message > 0 AND message NOT IN (SELECT id FROM message)")
    new.execute("INSERT INTO find(find) VALUES ('rebuild')")
