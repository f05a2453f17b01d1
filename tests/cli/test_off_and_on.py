"""account disable, enable; load-older; account set --days."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from commandline import Tandem, letter
from servers.mailbox import Mailbox

DAY = 86_400.0


def ago(days: float) -> datetime:
    return datetime.fromtimestamp(time.time() - days * DAY, UTC)


def test_an_account_is_turned_off_waits_in_words_and_goes_on(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Plan"))
    signed_up.ok("sync")
    answer = signed_up.ok("account", "disable", mailbox.email)
    assert "turned off" in answer.text and "(0 waiting now)" in answer.text
    assert signed_up.json("account", "list")[0]["state"] == "paused"

    assert signed_up("sync").code == 0  # nothing waits
    signed_up.ok("archive", signed_up.ids()["Plan"])
    mailbox.append("INBOX", letter("Meanwhile"))
    answer = signed_up("sync", "--json")
    assert answer.code == 75 and "turned off" in answer.complaint
    (report,) = answer.records
    assert (report["state"], report["waiting"], report["fetched"], report["errors"]) == ("paused", 1, 0, [])
    (entry,) = signed_up.json("queue")
    assert "turned off" in entry["reason"]
    assert list(signed_up.ids()) == [] and len(mailbox.holds("INBOX")) == 2
    assert signed_up.json("search", "Plan")[0]["subject"] == "Plan"

    answer = signed_up.ok("account", "enable", mailbox.email)
    assert "turned on" in answer.text
    assert signed_up.json("sync")[0]["state"] == "live"
    assert list(signed_up.ids()) == ["Meanwhile"] and len(mailbox.holds("Archive")) == 1
    assert signed_up.json("account", "list")[0]["state"] == "live"
    assert {line["what"] for line in signed_up.json("history")} >= {"Turned the account off", "Turned the account on"}


def test_an_account_that_is_not_there_is_not_turned_off(signed_up: Tandem) -> None:
    answer = signed_up("account", "disable", "nobody@example.test")
    assert answer.code == 66 and "no account" in answer.complaint


def test_older_mail_of_one_folder_and_of_all(tandem: Tandem, mailbox: Mailbox) -> None:
    for days in (10, 40, 100, 400):
        mailbox.append("INBOX", letter(f"{days} days", days_ago=days), date=ago(days))
        mailbox.append("Work", letter(f"Work {days} days", days_ago=days), date=ago(days))
    tandem.sign_up("--days", "30")
    assert tandem.json("sync")[0]["fetched"] == 2

    answer = tandem.ok("load-older", "INBOX", "--days", "60")
    assert "60 days back" in answer.text
    assert list(tandem.ids()) == ["10 days"]  # nothing by itself: it works offline, too
    report = tandem.json("sync")[0]
    assert report["fetched"] == 1 and list(tandem.ids()) == ["10 days", "40 days"]
    assert list(tandem.ids("Work")) == ["Work 10 days"]

    tandem.ok("account", "set", mailbox.email, "--days", "200")
    assert tandem.json("sync")[0]["fetched"] == 3
    assert list(tandem.ids("Work")) == ["Work 10 days", "Work 40 days", "Work 100 days"]
    answer = tandem.ok("account", "set", mailbox.email, "--days", "7")
    assert "stays" in answer.text
    assert tandem.json("sync")[0]["removed"] == 0 and len(tandem.ids("Work")) == 3
    tandem.ok("load-older", "inbox", "--days", "all", "--account", mailbox.email)
    tandem.ok("sync")
    assert len(tandem.ids()) == 4 and len(tandem.ids("Work")) == 3
    folders = {folder["name"]: folder for folder in tandem.json("folders")}
    assert folders["INBOX"]["from"] is None and folders["Work"]["from"] is not None


def test_older_mail_that_cannot_be_meant(signed_up: Tandem) -> None:
    assert signed_up("load-older", "INBOX").code == 64
    assert signed_up("load-older", "INBOX", "--days", "60").code == 64  # before the first sync
    signed_up.ok("sync")
    assert signed_up("load-older", "Nowhere", "--days", "60").code == 66
    assert signed_up("load-older", "INBOX", "--gap").code == 64
    assert signed_up("load-older", "INBOX", "--days", "0").code == 64


def test_an_account_leaves_its_mail_behind_and_comes_back(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Plan"))
    mailbox.append("INBOX", letter("Waits"))
    signed_up.ok("sync")
    signed_up.ok("archive", signed_up.ids()["Waits"])
    answer = signed_up.ok("account", "remove", mailbox.email, "--keep-mail", "--wipe-activities")
    assert "1 change had not been told" in answer.text and "“Waits”" in answer.text and "archive" in answer.text

    assert signed_up.json("account", "list")[0]["state"] == "disconnected"
    assert list(signed_up.ids()) == ["Plan"] and list(signed_up.ids("archive")) == ["Waits"]
    assert signed_up.json("queue") == [] and len(mailbox.holds("INBOX")) == 2
    signed_up.ok("delete", signed_up.ids()["Plan"])
    assert signed_up.json("queue") == [] and signed_up("sync").code == 0
    answer = signed_up("sync", "--account", mailbox.email, "--json")
    assert answer.code == 0 and answer.records[0]["state"] == "disconnected" and "archive" in answer.complaint
    assert signed_up("account", "enable", mailbox.email).code == 64
    (told,) = [line for line in signed_up.json("doctor") if line["check"].startswith("mailbox")]
    assert told["ok"] and "disconnected" in told["detail"]

    answer = signed_up.sign_up()
    assert answer.code == 0 and "Connected" in answer.text
    report = signed_up.json("sync")[0]
    assert (report["fetched"], report["pushed"], report["removed"]) == (0, 0, 0)
    assert list(signed_up.ids("trash")) == ["Plan"] and list(signed_up.ids("archive")) == ["Waits"]
    assert len(mailbox.holds("INBOX")) == 2  # what was done to the archive stays here
    assert signed_up.sign_up().code == 64
