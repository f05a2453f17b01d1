"""Looks for damage in the library and repairs what can be worked out again or fetched again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.core.events import Topic
from app.core.ids import FolderId, MessageId
from app.core.trouble import AskUser
from app.store import search_index
from app.store.bodies import forget_body
from app.store.files import FOLDER, read_raw
from app.store.library import Library
from app.store.schema import SHOWN
from app.store.unit import Unit

OLD = 86_400.0
"""Seconds after which a file that nobody names is certainly left over, not just on its way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check. `ok` False: something was wrong; `detail` says what, and what was done about it."""

    check: str
    ok: bool
    detail: str


def examine(library: Library, *, alone: bool) -> Iterator[Finding]:
    """All checks of the library itself, the quick ones first. `alone`: nobody fetches mail meanwhile, so that files which
    no row names can be removed."""
    checks = (_structure, _references, _lists, _search_index, _hashes, lambda each: _orphans(each, alone=alone))
    try:
        for check in checks:
            yield check(library)
    except (sqlite3.DatabaseError, AskUser) as broken:  # what cannot even be read through is not repaired further
        yield _damaged(str(broken))


def look_again(unit: Unit, folder: FolderId) -> None:
    """The next sync compares the whole folder, whatever its counters say."""
    unit.run("UPDATE folder SET window_done = 0, highestmodseq = 0 WHERE id = ?", folder)


def _structure(library: Library) -> Finding:
    problems = [str(row[0]) for row in library.look().all("PRAGMA integrity_check(20)")]
    if problems == ["ok"]:
        return Finding(check="database", ok=True, detail="The library file is sound.")
    return _damaged(problems[0][:200])


def _damaged(problem: str) -> Finding:
    return Finding(
        check="database",
        ok=False,
        detail=f"The library file is damaged ({problem}). Your mail in the mailbox is safe. Close"
        " Tandem and type “tandem doctor --rebuild”: what you did here is kept, the rest is fetched again.",
    )


def _references(library: Library) -> Finding:
    broken = library.look().all("PRAGMA foreign_key_check")
    detail = f"{len(broken)} rows name something that is gone." if broken else "Every row names what is there."
    return Finding(check="references", ok=not broken, detail=detail)


def _lists(library: Library) -> Finding:
    """What lists show is kept ready; here it is worked out anew."""
    stored = "SELECT folder, date, message, unseen, flagged, conversation FROM shown"
    with library.transaction() as unit:
        wrong = unit.one(
            f"SELECT count(*) FROM (SELECT * FROM ({SHOWN} EXCEPT {stored}) UNION ALL"
            f" SELECT * FROM ({stored} EXCEPT SELECT * FROM ({SHOWN})))"
        )
        count = int(wrong[0]) if wrong else 0
        if count:
            unit.run("DELETE FROM shown")
            unit.run(f"INSERT OR REPLACE INTO shown(folder, date, message, unseen, flagged, conversation) {SHOWN}")
            unit.touch(Topic.MESSAGES, Topic.FOLDERS)
    if count:
        return Finding(check="lists", ok=False, detail=f"{count} lines of lists were wrong and have been put right.")
    return Finding(check="lists", ok=True, detail="Every list shows what it should.")


def _search_index(library: Library) -> Finding:
    found = ""
    with library.transaction() as unit:
        try:
            search_index.is_sound(unit)
        except AskUser as broken:
            found = str(broken)
            search_index.build_anew(unit)
        unindexed = unit.run(
            "UPDATE message SET raw = '' WHERE raw <> '' AND NOT EXISTS (SELECT 1 FROM text WHERE text.id = message.id)"
        ).rowcount
    late = search_index.unknown(library.look())
    for start in range(0, len(late), 100):
        with library.transaction() as unit:
            search_index.catch_up(unit, late[start : start + 100])
    if found:
        return Finding(check="search index", ok=False, detail="The search index was damaged and has been built anew.")
    if unindexed:
        detail = f"{unindexed} messages were missing from the search index; the next sync fetches them again."
        return Finding(check="search index", ok=False, detail=detail)
    if late:
        return Finding(
            check="search index", ok=True, detail=f"{len(late)} messages were still to be taken in; now all are."
        )
    return Finding(check="search index", ok=True, detail="The search index agrees with the stored texts.")


def _hashes(library: Library) -> Finding:
    look = library.look()
    damaged: list[MessageId] = []
    count = 0
    for message, digest in look.all("SELECT id, raw FROM message WHERE raw <> ''"):
        count += 1
        if read_raw(library.profile, digest) is None:
            damaged.append(MessageId(message))
    letters = [
        subject
        for subject, digest in look.all("SELECT subject, raw FROM outbox WHERE raw <> ''")
        if read_raw(library.profile, digest) is None
    ]
    for start in range(0, len(damaged), 100):
        with library.transaction() as unit:
            for message in damaged[start : start + 100]:
                forget_body(unit, message)
    if not damaged and not letters:
        return Finding(check="messages", ok=True, detail=f"{count:,} stored messages are what they were.")
    said = []
    if damaged:
        said.append(
            f"{len(damaged)} of {count:,} stored messages were damaged or missing; the next sync fetches them again."
        )
    if letters:
        said.append(f"{len(letters)} letters in the outbox are damaged or missing and must be written again.")
    return Finding(check="messages", ok=False, detail=" ".join(said))


def _orphans(library: Library, *, alone: bool) -> Finding:
    look = library.look()
    named = {row[0] for row in look.all("SELECT raw FROM message WHERE raw <> '' UNION SELECT raw FROM outbox")}
    left = [path for path in _mail_files(library.profile) if path.suffix != ".eml" or path.stem not in named]
    old = [path for path in left if _age(path, look.now) > OLD]
    if not old:
        return Finding(check="files", ok=True, detail="No file is left over.")
    if not alone:
        return Finding(check="files", ok=True, detail=f"{len(old)} files are left over; without a window open they go.")
    for path in old:
        path.unlink(missing_ok=True)
    return Finding(check="files", ok=False, detail=f"{len(old)} files were left over and have been removed.")


def _mail_files(profile: Path) -> Iterator[Path]:
    for folder in (profile / FOLDER).glob("[0-9a-f][0-9a-f]"):
        yield from (path for path in folder.iterdir() if path.is_file())


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return 0.0
