"""A letter made elsewhere: what is changed about it, and what is refused. Sending it is in tests/cli/test_send.py."""

from __future__ import annotations

import pytest

from app.core.trouble import WrongUse
from app.mail.outgoing import Ready, ready

NOW = 1_790_000_000.0


def made(text: str) -> Ready:
    return ready(text.encode(), new_id=lambda domain: f"<new@{domain}>", now=NOW)


def test_bare_line_ends_become_the_ones_of_mail_and_nothing_else_changes() -> None:
    letter = made("From: me@x.test\nTo: b@x.test\nDate: x\nMessage-ID: <i@x>\nSubject: folded\n  twice \n\nbody\nend")

    assert letter.raw == (
        b"From: me@x.test\r\nTo: b@x.test\r\nDate: x\r\nMessage-ID: <i@x>\r\nSubject: folded\r\n  twice \r\n\r\nbody\r\nend"
    )
    assert letter.message_id == "<i@x>"


def test_bcc_lines_go_with_their_folded_ends_wherever_they_stand() -> None:
    letter = made(
        "bcc: s@x.test,\n  t@x.test\nFrom: me@x.test\nTo: b@x.test\nResent-Bcc: u@x.test\n\nBcc: stays in the text"
    )

    assert b"s@x" not in letter.raw and b"t@x" not in letter.raw and b"u@x" not in letter.raw
    assert b"Bcc: stays in the text" in letter.raw
    assert letter.recipients == ("b@x.test", "s@x.test", "t@x.test")


def test_date_and_message_id_are_added_where_they_lack() -> None:
    letter = made("From: Me <me@x.test>\nTo: b@x.test\nMessage-ID:\n\nbody")

    assert letter.message_id == "<new@x.test>"
    assert letter.raw.lower().count(b"message-id:") == 1 and b"Date: Mon, 21 Sep 2026" in letter.raw


def test_a_header_without_a_body_is_a_letter() -> None:
    assert made("From: me@x.test\nTo: b@x.test\nSubject: only this").raw.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "bad", ["From: a@x.test\nTo: b@x.test\nno field\n\nx", "From: a@x.test\n\nTo: b@x.test", "\n\nx"]
)
def test_what_is_no_letter_is_refused(bad: str) -> None:
    with pytest.raises(WrongUse):
        made(bad)


def test_more_people_than_can_be_read_from_one_line_are_refused_rather_than_left_out() -> None:
    many = ",\n ".join(f"p{n}@x.test" for n in range(1200))

    with pytest.raises(WrongUse, match="Split it"):
        made(f"From: me@x.test\nTo: {many}\n\nx")
