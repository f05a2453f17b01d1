"""send: what cannot be sent is refused in words before anything is queued; a letter made elsewhere leaves as it is."""

from __future__ import annotations

import email
import email.policy
import sqlite3
from pathlib import Path

import pytest

from app.store.outbox import COMMITTING
from commandline import Answer, Tandem
from servers.mailbox import Mailbox


def send(tandem: Tandem, folder: Path, *more: object, text: bytes = b"Hello") -> Answer:
    (folder / "text").write_bytes(text)
    return tandem("send", "--from", tandem.box.email, "--body-file", folder / "text", *more)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (["--subject", "s"], 64),  # nobody to send it to
        (["--subject", "s", "--to", "no address"], 64),
        (["--subject", "s", "--to", "a@b.test\r\nBcc: eve@evil.test"], 64),
        (["--subject", "s", "--to", "a@b.test> <eve@evil.test"], 64),
        (["--subject", "a\r\nBcc: eve@evil.test", "--to", "a@b.test"], 64),
        (["--to", "a@b.test"], 64),  # no subject
        (["--subject", "s", "--to", "a@b.test", "--template", "t"], 64),
        (["--subject", "s", "--to", "a@b.test", "--attach", "/nowhere/at all"], 66),
        (["--subject", "s", "--to", "a@b.test", "--attach", "/"], 66),
        (["--subject", "s", "--to", "a@b.test", "--reply-to-message", "999"], 66),
        (["--subject", "s", "--to", "a@b.test", "--from", "nobody@here.test"], 66),
        (["--subject", "s", "--to", "a@b.test", "--body-file", "/nowhere"], 66),
    ],
)
def test_what_cannot_be_sent_is_refused_and_nothing_is_queued(
    signed_up: Tandem, tmp_path: Path, more: list[str], code: int
) -> None:
    answer = send(signed_up, tmp_path, *more)

    assert answer.code == code, answer.complaint
    assert answer.complaint and "\n" not in answer.complaint and "\r" not in answer.complaint
    assert signed_up.json("outbox") == []


def test_a_text_that_is_not_utf_8_is_refused(signed_up: Tandem, tmp_path: Path) -> None:
    answer = send(signed_up, tmp_path, "--to", "a@b.test", "--subject", "s", text="Grüße".encode("latin-1"))

    assert answer.code == 64 and "UTF-8" in answer.complaint


def test_a_text_comes_from_the_standard_input_too(signed_up: Tandem) -> None:
    signed_up.ok(
        "send", "--from", signed_up.box.email, "--to", "a@b.test", "--subject", "s", "--body-file", "-", typed="Hello\n"
    )
    signed_up.ok("sync")

    (sent,) = signed_up.box.conduct.accepted()
    assert sent.raw.rstrip().endswith(b"Hello")


def test_subjects_that_look_like_headers_arrive_as_they_were_typed(signed_up: Tandem, tmp_path: Path) -> None:
    subject = "=?utf-8?q?hi=0D=0ABcc:_eve@evil.test?="
    assert send(signed_up, tmp_path, "--to", "a@b.test", "--subject", subject).code == 0
    signed_up.ok("sync")

    (sent,) = signed_up.box.conduct.accepted()
    names = [name.lower() for name in email.message_from_bytes(sent.raw)]
    assert "bcc" not in names and names.count("subject") == 1 and sent.recipients == ("a@b.test",)
    assert signed_up.json("outbox")[0]["subject"] == subject


# --- a letter made elsewhere -------------------------------------------------------------------------------


def test_a_whole_letter_leaves_octet_for_octet_without_its_bcc(
    signed_up: Tandem, mailbox: Mailbox, tmp_path: Path
) -> None:
    file = tmp_path / "letter.eml"
    head = f"From: Alice <{mailbox.email}>\r\nTo: b@x.test\r\nCc: C <c@x.test>\r\n"
    rest = "Subject: signed\r\nDate: Mon, 02 Nov 2026 10:00:00 +0100\r\nMessage-ID: <own@x.test>\r\nX-Odd:  two  blanks\r\n"
    body = "\r\n.leading dot\r\n  trailing blanks  \r\n"
    file.write_bytes(f"{head}Bcc: secret@x.test,\r\n other@x.test\r\n{rest}{body}".encode())

    signed_up.ok("send", "--eml", file)
    signed_up.ok("sync")

    (sent,) = mailbox.conduct.accepted()
    assert sent.raw == f"{head}{rest}{body}".encode()
    assert sent.recipients == ("b@x.test", "c@x.test", "secret@x.test", "other@x.test")
    assert sent.sender == mailbox.email
    assert mailbox.holds("Sent")[0].raw == sent.raw


def test_a_whole_letter_gets_the_date_and_message_id_it_lacks(
    signed_up: Tandem, mailbox: Mailbox, tmp_path: Path
) -> None:
    file = tmp_path / "letter.eml"
    file.write_text(f"From {mailbox.email} Mon Nov  2 10:00:00 2026\nFrom: {mailbox.email}\nTo: b@x.test\n\nHello\n")

    signed_up.ok("send", "--eml", file)
    signed_up.ok("sync")

    (sent,) = mailbox.conduct.accepted()
    mail = email.message_from_bytes(sent.raw, policy=email.policy.default)
    assert mail["Date"] and mail["Message-ID"].endswith("@example.test>") and mail.get_content().strip() == "Hello"
    assert len(mailbox.holds("Sent")) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 64),
        ("no header at all, just words", 64),
        ("To: b@x.test\n\nnobody sent it", 64),
        ("From: {me}\nFrom: {me}\nTo: b@x.test\n\nx", 64),
        ("From: {me}, other@x.test\nTo: b@x.test\n\nx", 64),
        ("From: {me}\n\nto nobody", 64),
        ("From: {me}\nTo: b@x.test\nTo: c@x.test\n\nx", 64),
        ("From: {me}\nTo: Bob\n\nx", 64),
        ("From: {me}\nTo: b@x.test\n\n" + "x" * 2000, 64),
        ("From: {me}\nTo: b@x.test\n\n\0", 64),
        ("From: stranger@x.test\nTo: b@x.test\n\nx", 66),
    ],
)
def test_a_file_that_is_no_letter_of_ours_is_refused(signed_up: Tandem, tmp_path: Path, text: str, code: int) -> None:
    file = tmp_path / "letter.eml"
    file.write_text(text.replace("{me}", signed_up.box.email))

    answer = signed_up("send", "--eml", file)

    assert answer.code == code, answer.complaint
    assert answer.complaint and "\n" not in answer.complaint and signed_up.json("outbox") == []


def test_a_whole_letter_takes_no_parts(signed_up: Tandem, tmp_path: Path) -> None:
    assert signed_up("send", "--eml", tmp_path / "x", "--to", "a@b.test").code == 64
    assert signed_up("send", "--eml", tmp_path / "nowhere").code == 66


def test_a_letter_that_a_crash_left_in_doubt_is_told_by_the_next_sync(signed_up: Tandem, tmp_path: Path) -> None:
    assert send(signed_up, tmp_path, "--subject", "Offer", "--to", "zoe@client.test").code == 0
    db = sqlite3.connect(signed_up.profile / "library.db")
    with db:
        db.execute("UPDATE outbox SET state = ?", (COMMITTING,))
    db.close()

    answer = signed_up("sync")

    assert answer.code == 0 and signed_up("sync").complaint == "", "said once"
    assert answer.complaint == (
        "“Offer” may or may not have been sent: Tandem was stopped while the text was handed over."
        " It waits in the outbox for your decision."
    )
    assert [row["state"] for row in signed_up.json("outbox")] == ["uncertain"]
