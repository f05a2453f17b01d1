"""A mailbox with labels by command line: each message once, its labels as folders, acts that change labels."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from commandline import Tandem, letter
from servers.gmail import Gmail
from servers.gmail_words import ALL, TRASH
from servers.mailbox import Mailbox


@pytest.fixture(autouse=True)
def mail_there(gmail: Gmail) -> None:
    gmail.receive(letter("Plan"), "\\Inbox", "Work")
    gmail.receive(letter("Other"), "Work")


@pytest.fixture
def tandem(tmp_path: Path, gmail: Gmail, mail_there: None) -> Tandem:
    tandem = Tandem(tmp_path, cast(Mailbox, gmail))
    tandem.ok(
        "account", "add", "--email", gmail.email, "--imap", f"localhost:{gmail.imap_port}", "--imap-security", "tls",
        "--ca-file", gmail.ca, "--password-stdin", "--days", "all", typed=f"{gmail.password}\n",
    )  # fmt: skip
    tandem.ok("sync")
    return tandem


def test_folders_and_messages_show_labels(tandem: Tandem, gmail: Gmail) -> None:
    (plan,) = tandem.list("inbox")
    assert plan["folders"] == ["INBOX", "Work", ALL] and list(plan["uid"]) == [ALL] and plan["in_mailbox"]
    assert len(tandem.json("messages")) == 2
    folders = {row["name"]: row for row in tandem.json("folders")}
    assert (folders["Work"]["server_count"], folders["Work"]["local_count"], folders["Work"]["unread"]) == (2, 2, 2)
    assert folders[ALL]["role"] == "all" and folders["INBOX"]["local_count"] == 1


def test_archive_move_and_delete_change_labels(tandem: Tandem, gmail: Gmail) -> None:
    plan = tandem.ids()["Plan"]
    tandem.ok("archive", plan)
    (report,) = tandem.json("sync")
    assert (report["pushed"], report["waiting"]) == (1, 0) and gmail.labels_of("Plan") == {"Work"}
    tandem.ok("move", plan, "--to", "INBOX")
    tandem.ok("sync")
    assert gmail.labels_of("Plan") == {"\\Inbox"}
    tandem.ok("delete", plan)
    tandem.ok("sync")
    assert gmail.subjects(TRASH) == ["Plan"] and tandem.ids("trash") == {"Plan": plan}
    said = [(line["side"], line["what"]) for line in tandem.json("history") if line["side"] == "mailbox"]
    assert ("mailbox", "Archived “Plan” in the mailbox") in said


def test_doctor_finds_nothing_wrong(tandem: Tandem) -> None:
    assert all(line["ok"] for line in tandem.json("doctor"))
