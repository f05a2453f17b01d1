"""doctor finds what is broken, says so, and repairs what can be repaired."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path
from typing import Any

from app.desktop.instance import EngineLock
from app.store.connection import teach
from commandline import Tandem, letter
from servers.gate import Gate
from servers.mailbox import Mailbox


def verdicts(tandem: Tandem) -> dict[str, dict[str, Any]]:
    lines = tandem.json("doctor")
    assert all(line.keys() == {"check", "ok", "detail"} and line["detail"].endswith(".") for line in lines)
    return {line["check"].replace(tandem.box.email, "me"): line for line in lines}


def bad(tandem: Tandem) -> list[str]:
    return [name for name, line in verdicts(tandem).items() if not line["ok"]]


def library(tandem: Tandem) -> sqlite3.Connection:
    db = sqlite3.connect(tandem.profile / "library.db", isolation_level=None)
    teach(db)
    return db


def test_a_sound_library_has_nothing_bad(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("a"))
    signed_up.ok("sync")
    mailbox.append("INBOX", letter("b"))

    found = verdicts(signed_up)

    assert [name for name, line in found.items() if not line["ok"]] == []
    assert found["mailbox me INBOX"]["detail"] == "2 in the mailbox, 1 here, 1 new since the last sync."
    assert "doctor" not in signed_up.ok("doctor").complaint


def test_damaged_mail_is_found_by_its_hash_and_fetched_again(signed_up: Tandem, mailbox: Mailbox) -> None:
    raw = letter("damaged")
    mailbox.append("INBOX", raw)
    signed_up.ok("sync")
    (ident,) = signed_up.ids().values()
    (file,) = (signed_up.profile / "mail").glob("*/*.eml")
    file.write_bytes(raw.replace(b"Hello", b"Hullo"))
    assert signed_up("show", ident, "--raw").code == 66

    assert bad(signed_up) == ["messages"]

    signed_up.ok("sync")
    assert signed_up.ok("show", ident, "--raw").out == raw and bad(signed_up) == []


def test_wrong_lists_are_put_right(signed_up: Tandem, mailbox: Mailbox) -> None:
    for subject in ("a", "b"):
        mailbox.append("INBOX", letter(subject))
    signed_up.ok("sync")
    with library(signed_up) as db:
        db.execute("DELETE FROM shown WHERE message = 1")
        db.execute("UPDATE shown SET unseen = 0")
    db.close()
    assert len(signed_up.list()) == 1

    assert bad(signed_up) == ["lists"]

    assert len(signed_up.list()) == 2 and bad(signed_up) == []


def test_a_search_index_that_lost_a_message_is_built_anew(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("findable", body="zebra\n"))
    signed_up.ok("sync")
    with library(signed_up) as db:
        db.execute("INSERT INTO find(find) VALUES ('delete-all')")
    db.close()
    assert signed_up.json("search", "zebra") == []

    assert bad(signed_up) == ["search index"]

    assert len(signed_up.json("search", "zebra")) == 1 and bad(signed_up) == []


def test_old_files_that_nobody_names_are_removed_and_young_ones_stay(signed_up: Tandem) -> None:
    folder = signed_up.profile / "mail" / "ab"
    folder.mkdir(parents=True)
    old, young = folder / ("ab" + "0" * 62 + ".eml"), folder / (".ab" + "1" * 62 + ".7.new")
    for file in (old, young):
        file.write_bytes(b"x")
    long_ago = time.time() - 3 * 86_400
    os.utime(old, (long_ago, long_ago))

    assert bad(signed_up) == ["files"]

    assert not old.exists() and young.exists()


def test_a_folder_that_lacks_a_message_is_found_and_the_next_sync_fetches_it(
    signed_up: Tandem, mailbox: Mailbox
) -> None:
    for subject in ("a", "b"):
        mailbox.append("INBOX", letter(subject))
    signed_up.ok("sync")
    with library(signed_up) as db:
        db.execute("DELETE FROM message WHERE subject = 'a'")
        db.execute("DELETE FROM shown WHERE message NOT IN (SELECT id FROM message)")
        db.execute("DELETE FROM placement WHERE message NOT IN (SELECT id FROM message)")
    db.close()
    assert signed_up.json("sync")[0]["fetched"] == 0

    assert bad(signed_up) == ["mailbox me INBOX"]

    signed_up.ok("sync")
    assert signed_up.ids().keys() == {"a", "b"} and bad(signed_up) == []


def test_without_net_the_library_is_still_checked(tandem: Tandem, mailbox: Mailbox, gate: object) -> None:
    wire: Gate = gate(mailbox.imap_port)  # type: ignore[operator]
    assert tandem.sign_up(imap_port=wire.port).code == 0
    wire.refuse()

    found = verdicts(tandem)

    assert found["database"]["ok"] and found["mailbox me"]["detail"].startswith("Not looked at:")


def test_a_library_that_is_none_is_one_sentence(tandem: Tandem) -> None:
    tandem.profile.mkdir()
    Path(tandem.profile / "library.db").write_bytes(b"this is not a database, " * 1000)

    answer = tandem("messages")

    assert answer.code == 74 and "damaged" in answer.complaint and "\n" not in answer.complaint


def test_a_rebuild_keeps_what_was_done_here(signed_up: Tandem, mailbox: Mailbox) -> None:
    for subject in ("Stays", "Goes", "Waits"):
        mailbox.append("INBOX", letter(subject))
    signed_up.ok("sync")
    signed_up.ok("account", "set", mailbox.email, "--delete-out", "off")
    signed_up.ok("delete", signed_up.ids()["Goes"])
    signed_up.ok("archive", signed_up.ids()["Waits"])
    with library(signed_up) as db:
        db.execute("UPDATE message SET subject = 'Garbage'")
    db.close()

    lines = {line["check"]: line["detail"] for line in signed_up.json("doctor", "--rebuild")}

    assert lines["rebuild"].startswith("3 messages were read anew from their files. What you did here")
    assert list(signed_up.ids()) == ["Stays"] and list(signed_up.ids("trash")) == ["Goes"]
    assert len(signed_up.json("queue")) == 1
    report = signed_up.json("sync")[0]
    assert (report["fetched"], report["removed"], report["waiting"]) == (0, 0, 0)
    assert list(signed_up.ids()) == ["Stays"] and list(signed_up.ids("archive")) == ["Waits"]
    assert len(mailbox.holds("INBOX")) == 2 and bad(signed_up) == []


def test_a_damaged_file_is_rebuilt_and_kept_beside(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Plan"))
    signed_up.ok("sync")
    db = library(signed_up)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (size,) = db.execute("PRAGMA page_size").fetchone()
    (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'placement'").fetchone()
    db.close()
    file = signed_up.profile / "library.db"
    raw = bytearray(file.read_bytes())
    raw[(page - 1) * size : page * size] = b"\xa5" * size
    file.write_bytes(raw)
    answer = signed_up("doctor")
    assert "doctor --rebuild" in answer.text + answer.complaint

    lines = {line["check"]: line for line in signed_up.json("doctor", "--rebuild")}

    assert not lines["salvage"]["ok"] and "the damaged file is kept" in lines["salvage"]["detail"]
    assert len(list(signed_up.profile.glob("library.damaged-*.db"))) == 1
    signed_up.ok("sync")
    assert list(signed_up.ids()) == ["Plan"] and bad(signed_up) == []


def test_a_rebuild_waits_until_nobody_else_runs(signed_up: Tandem) -> None:
    lock = EngineLock(signed_up.profile)
    assert lock.acquire()
    try:
        answer = signed_up("doctor", "--rebuild")
    finally:
        lock.release()
    assert answer.code == 64 and "Close it first" in answer.complaint
