"""Folders made, renamed and deleted by command, and what is missing for a role."""

from __future__ import annotations

import sqlite3

from commandline import Tandem, letter
from servers.mailbox import Mailbox
from servers.provider import Provider


def test_folders_are_made_renamed_and_deleted(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("Work", letter("Plan"))
    signed_up.ok("sync")

    signed_up.ok("folders", "create", "Work/Größe")
    answer = signed_up.ok("folders", "rename", "Work", "Arbeit", "--account", mailbox.email)
    assert answer.text == "“Work” renamed to “Arbeit”.\n"
    kinds = {entry["kind"]: entry["what"] for entry in signed_up.json("queue")}
    assert kinds == {
        "folder-create": "Make the folder Arbeit/Größe in the mailbox",
        "folder-rename": "Rename the folder Work to Arbeit in the mailbox",
    }
    signed_up.ok("sync")
    assert {"Arbeit", "Arbeit/Größe"} <= mailbox.folders() and "Work" not in mailbox.folders()

    (said,) = signed_up.json("folders", "delete", "Arbeit")
    assert said["what"] == "Folder “Arbeit” deleted, 1 message moved to Trash"
    signed_up.ok("sync")
    assert not {"Arbeit", "Arbeit/Größe"} & mailbox.folders()
    assert [record["subject"] for record in signed_up.list("trash")] == ["Plan"]


def test_what_cannot_be_done_to_a_folder_is_said_in_words(signed_up: Tandem, mailbox: Mailbox) -> None:
    signed_up.ok("sync")
    for argv, code, says in (
        (("create",), 64, "Type “folders create NAME”. Nothing was changed."),
        (("create", "Inbox"), 64, "There is a folder “INBOX” already. Nothing was made."),
        (("create", "No/Such"), 66, "There is no folder “No” in this account. Nothing was changed."),
        (("rename", "Nowhere", "Here"), 66, "There is no folder “Nowhere” in this account. Nothing was changed."),
        (("rename", "INBOX", "Post"), 64, "The Inbox keeps its name: every mailbox has it. Nothing was renamed."),
        (
            ("delete", "Trash"),
            64,
            "“Trash” is used as Trash. Choose another folder for that first. Nothing was deleted.",
        ),
    ):
        answer = signed_up("folders", *argv)
        assert (answer.code, answer.complaint) == (code, says)
    assert signed_up.json("queue") == []


def test_nothing_is_archived_without_an_archive_folder_and_one_can_be_made(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Plan"))
    signed_up.ok("sync")
    db = sqlite3.connect(signed_up.profile / "library.db")
    db.execute("UPDATE folder SET name = 'Misc', role = '', role_by = 'user' WHERE role = 'archive'")
    db.commit()
    db.close()
    plan = signed_up.ids()["Plan"]

    answer = signed_up("archive", plan)

    assert answer.code == 66
    assert answer.complaint == (
        "No folder of this account is used as Archive. Nothing was moved. Choose one first."
        " “tandem account set ADDRESS --role archive=NAME” uses one that is there,"
        " “tandem folders create NAME --role archive” makes one."
    )
    assert signed_up.ids() == {"Plan": plan}
    signed_up.ok("folders", "create", "Filed", "--role", "archive")
    signed_up.ok("archive", plan)
    assert signed_up.ids("Filed") == {"Plan": plan}


def test_a_system_folder_is_not_made_while_one_could_serve(signed_up: Tandem, mailbox: Mailbox) -> None:
    signed_up.ok("sync")
    answer = signed_up("folders", "create", "Papierkorb", "--role", "trash")
    assert answer.code == 66
    assert answer.complaint == "There is a folder “Trash” already, which can be used as Trash. Nothing was made."


def test_trash_is_emptied_and_what_was_never_here_is_counted(signed_up: Tandem, mailbox: Mailbox) -> None:
    import datetime as dt

    mailbox.append("Trash", letter("New"))
    mailbox.append("Trash", letter("Ancient"), date=dt.datetime(2001, 1, 1, tzinfo=dt.UTC))
    signed_up.ok("sync")

    answer = signed_up.json("empty", "trash", "--account", mailbox.email)

    assert answer == [{"account": mailbox.email, "folder": "Trash", "deleted": 1, "older": 1}]
    signed_up.ok("sync")
    assert len(mailbox.holds("Trash")) == 1


def test_messages_are_copied_and_moved_to_another_account(
    signed_up: Tandem, mailbox: Mailbox, mail_servers: Provider
) -> None:
    other = mail_servers.mailbox()
    signed_up.box = other
    assert signed_up.sign_up().code == 0
    mailbox.append("INBOX", letter("Plan"))
    mailbox.append("INBOX", letter("Contract"))
    other.append("Work", letter("Other"))
    signed_up.ok("sync")
    ids = signed_up.ids()

    signed_up.ok("copy", ids["Plan"], "--to", "archive")
    signed_up.ok("move", ids["Contract"], "--to", "Work", "--to-account", other.email)
    nowhere = signed_up("copy", ids["Plan"], "--to", "Nowhere", "--to-account", other.email)
    assert (nowhere.code, nowhere.complaint) == (
        66,
        "There is no folder “Nowhere” in this account. Nothing was changed.",
    )
    assert {entry["kind"] for entry in signed_up.json("queue")} == {"copy", "transfer"}
    signed_up.ok("sync")

    assert signed_up.json("queue") == []
    assert len(mailbox.holds("INBOX")) == 1 and len(mailbox.holds("Archive")) == 1 and len(other.holds("Work")) == 2
    assert set(signed_up.ids("Work")) == {"Other", "Contract"} and set(signed_up.ids("Archive")) == {"Plan"}
    other.close()
