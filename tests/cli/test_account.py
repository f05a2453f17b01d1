"""account add, list, set, remove: nothing is stored before both servers accepted the sign-in."""

from __future__ import annotations

from pathlib import Path

import pytest

from commandline import Tandem, letter
from servers.mailbox import Mailbox
from servers.submission import Mischief


def nothing_is_stored(tandem: Tandem) -> None:
    assert tandem.json("account", "list") == []
    assert not (tandem.profile / "secrets.bin").exists()


def test_an_account_is_listed_with_its_folders_before_the_first_sync(tandem: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("Clients/Meridian", letter("Rollout"))

    answer = tandem.sign_up()

    assert answer.code == 0
    (account,) = tandem.json("account", "list")
    assert account == {
        "email": mailbox.email,
        "name": "Alice",
        "provider": "other",
        "state": "live",
        "days": 60,
        "folders": "all",
        "switches": {"delete_in": True, "delete_out": True, "archive_in": True, "archive_out": True},
        "last_sync": None,
    }
    folders = {folder["name"]: folder for folder in tandem.json("folders")}
    assert {"INBOX", "Sent", "Trash", "Archive", "Clients/Meridian"} <= folders.keys()
    assert folders["INBOX"]["role"] == "inbox" and folders["Clients/Meridian"]["selected"]


def test_a_wrong_password_exits_77_and_stores_nothing(tandem: Tandem) -> None:
    answer = tandem.sign_up(password="wrong")

    assert answer.code == 77
    assert "password was not accepted" in answer.complaint and "\n" not in answer.complaint
    nothing_is_stored(tandem)


def test_a_password_that_only_the_second_server_refuses_stores_nothing(tandem: Tandem, mailbox: Mailbox) -> None:
    mailbox.conduct.order(Mischief.REFUSE_LOGIN)

    assert tandem.sign_up().code == 77
    nothing_is_stored(tandem)


def test_a_certificate_for_another_host_exits_76_and_stores_nothing(
    tandem: Tandem, mailbox: Mailbox, imaps_with_wrong_name: int
) -> None:
    answer = tandem.sign_up("--imap-security", "tls", imap_port=imaps_with_wrong_name)

    assert answer.code == 76
    assert "certificate" in answer.complaint
    nothing_is_stored(tandem)


def test_a_server_that_cannot_be_reached_exits_69_and_stores_nothing(tandem: Tandem) -> None:
    answer = tandem.sign_up(imap_port=1)

    assert answer.code == 69
    nothing_is_stored(tandem)


def test_without_keychain_and_passphrase_it_exits_77_and_says_so(tandem: Tandem) -> None:
    tandem.environ.clear()

    answer = tandem.sign_up()

    assert answer.code == 77
    assert "TANDEM_PASSPHRASE_FILE" in answer.complaint
    nothing_is_stored(tandem)


def test_the_password_is_in_no_file_of_the_profile_in_clear(signed_up: Tandem, mailbox: Mailbox) -> None:
    signed_up.ok("sync")

    kept = [path for path in signed_up.profile.rglob("*") if path.is_file()]
    assert [path for path in kept if mailbox.password.encode() in path.read_bytes()] == []
    assert (signed_up.profile / "secrets.bin").stat().st_mode & 0o077 == 0
    assert signed_up.profile.stat().st_mode & 0o077 == 0


def test_chosen_folders_alone_are_kept_in_step(tandem: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("Clients", letter("Chosen"))
    mailbox.append("Other", letter("Not chosen"))

    assert tandem.sign_up("--folders", "INBOX,Clients", "--days", "all").code == 0
    tandem.ok("sync")

    assert tandem.ids("Clients").keys() == {"Chosen"} and tandem.list("Other") == []
    (account,) = tandem.json("account", "list")
    assert account["folders"] == ["INBOX", "Clients"] and account["days"] == "all"


def test_a_folder_that_is_not_there_exits_66_and_stores_nothing(tandem: Tandem) -> None:
    assert tandem.sign_up("--folders", "INBOX,Nowhere").code == 66
    nothing_is_stored(tandem)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--email", "no address"),
        ("--email", "a@b\r\nBcc: x@y"),
        ("--imap", "localhost:99999"),
        ("--imap", "::1:143"),
        ("--imap", "local host:143"),
        ("--imap", "localhost:143\r\n"),
        ("--days", "-3"),
        ("--folders", ","),
        ("--imap-security", "maybe"),
        ("--user", "a\nb"),
    ],
)
def test_what_cannot_be_meant_exits_64_before_any_server_is_asked(tandem: Tandem, wrong: tuple[str, str]) -> None:
    answer = tandem.sign_up(*wrong, imap_port=1)

    assert answer.code == 64
    assert answer.complaint and "\n" not in answer.complaint


def test_no_password_at_all_exits_64(tandem: Tandem, mailbox: Mailbox) -> None:
    arguments = ("account", "add", "--email", mailbox.email, "--imap", f"localhost:{mailbox.imap_port}")

    assert tandem(*arguments).code == 64
    assert tandem(*arguments, "--password-stdin", typed="\n").code == 64


def test_adding_an_account_twice_exits_64_and_keeps_the_first_password(signed_up: Tandem, mailbox: Mailbox) -> None:
    answer = signed_up.sign_up(password="another")

    assert answer.code == 64 and "already here" in answer.complaint
    signed_up.ok("sync")


@pytest.mark.parametrize(
    ("typed", "host", "port", "security"),
    [
        ("mail.test", "mail.test", 143, "starttls"),
        ("mail.test:993", "mail.test", 993, "tls"),
        ("[::1]:143", "::1", 143, "starttls"),
        ("[fe80::1%eth0]:1430", "fe80::1%eth0", 1430, "starttls"),
        ("127.0.0.1:1", "127.0.0.1", 1, "starttls"),
    ],
)
def test_a_server_is_read_with_its_port_and_security(typed: str, host: str, port: int, security: str) -> None:
    from app.cli.accounts import _server

    server = _server("imap", typed, None, "me")

    assert (server.host, server.port, server.security.value) == (host, port, security)


def test_folders_days_and_roles_can_be_changed(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("Old stuff", letter("x"))
    signed_up.ok("sync")

    signed_up.ok("account", "set", mailbox.email, "--folders", "INBOX,Old stuff", "--days", 30)
    signed_up.ok("account", "set", mailbox.email.upper(), "--role", "archive=Old stuff", "--delete-in", "on")

    (account,) = signed_up.json("account", "list")
    assert account["days"] == 30 and set(account["folders"]) == {"INBOX", "Old stuff"}
    roles = {folder["name"]: folder["role"] for folder in signed_up.json("folders")}
    assert roles["Old stuff"] == "archive" and roles["Archive"] == ""


def test_a_change_that_cannot_be_made_changes_nothing_else(signed_up: Tandem, mailbox: Mailbox) -> None:
    before = signed_up.json("account", "list")

    off = signed_up("account", "set", mailbox.email, "--days", 7, "--delete-out", "perhaps")
    nowhere = signed_up("account", "set", mailbox.email, "--days", 7, "--folders", "INBOX,Nowhere")
    role = signed_up("account", "set", mailbox.email, "--days", 7, "--role", "king=INBOX")
    nobody = signed_up("account", "set", "nobody@example.test", "--days", 7)

    assert [answer.code for answer in (off, nowhere, role, nobody)] == [64, 66, 64, 66]
    assert signed_up.json("account", "list") == before


def test_a_new_password_signs_in_again_in_place(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Before"))
    signed_up.ok("sync")
    mailbox.change_password("a new one")
    assert signed_up("sync").code == 77
    assert signed_up.json("account", "list")[0]["state"] == "sign-in-needed"
    mailbox.append("INBOX", letter("After"))

    wrong = signed_up("account", "set", mailbox.email, "--password-stdin", typed="wrong again\n")
    right = signed_up("account", "set", mailbox.email, "--password-stdin", typed="a new one\n")

    assert (wrong.code, right.code) == (77, 0)
    signed_up.ok("sync")
    assert signed_up.ids().keys() == {"Before", "After"}


def test_removing_an_account_leaves_the_mailbox_and_nothing_here(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Stays over there"))
    signed_up.ok("sync")
    signed_up.ok("archive", signed_up.ids()["Stays over there"])

    answer = signed_up.ok("account", "remove", mailbox.email)

    assert "Stays over there" in answer.text  # it had not been told
    assert signed_up.json("account", "list") == [] and signed_up.json("messages") == []
    assert not list((signed_up.profile / "mail").rglob("*.eml"))
    assert len(mailbox.holds("INBOX")) == 1
    assert signed_up.sign_up().code == 0


def test_a_profile_that_cannot_be_written_is_a_sentence(tandem: Tandem, tmp_path: Path) -> None:
    tandem.profile = tmp_path / "file"
    tandem.profile.write_text("not a folder")

    answer = tandem("account", "list")

    assert answer.code == 74 and answer.complaint
