"""Answers and forwards: to whom, called what, tied to what."""

import pytest

from app.core.values import Address
from app.mail.envelope import delivered_to
from app.mail.parse import Parsed, read_message
from app.mail.reply import addressee, forward, reply

ME = Address(name="Me", email="me@example.org")
MINE = frozenset({"me@example.org", "also.me@example.org"})


def mail(**headers: str) -> Parsed:
    lines = {
        "From": "Ada <ada@x.example>",
        "To": "Me <me@example.org>, bob@x.example",
        "Cc": "carl@x.example, Also.Me@example.org, BOB@x.example",
        "Subject": "Plan",
        "Date": "Sat, 21 Nov 2026 09:42:00 +0000",
        "Message-ID": "<2@x>",
        "References": "<0@x> <1@x>",
    }
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return read_message(f"{head}\r\nHello\r\n> older\r\n\r\n-- \r\nAda\r\n".encode())


def emails(addresses: tuple[Address, ...]) -> list[str]:
    return [address.email for address in addresses]


def test_reply_goes_to_the_sender_alone() -> None:
    letter = reply(mail(), ME, MINE, everyone=False, answers=5)
    assert (emails(letter.to), letter.cc, letter.sender, letter.answers) == (["ada@x.example"], (), ME, 5)


def test_reply_to_everyone_leaves_me_out_and_names_nobody_twice() -> None:
    letter = reply(mail(), ME, MINE, everyone=True)
    assert emails(letter.to) == ["ada@x.example", "bob@x.example"]
    assert emails(letter.cc) == ["carl@x.example"]


def test_reply_to_header_wins() -> None:
    assert emails(reply(mail(Reply_To="list@x.example"), ME, MINE, everyone=False).to) == ["list@x.example"]


def test_answer_to_my_own_mail_goes_where_it_went() -> None:
    assert emails(reply(mail(From="me@example.org", To="bob@x.example"), ME, MINE, everyone=False).to) == [
        "bob@x.example"
    ]
    letter = reply(mail(From="me@example.org", To="bob@x.example"), ME, MINE, everyone=True)
    assert emails(letter.to) == ["bob@x.example"]
    assert emails(letter.cc) == ["carl@x.example"]


def test_answer_to_a_mail_to_myself_is_possible() -> None:
    assert emails(reply(mail(From="me@example.org", To="me@example.org"), ME, MINE, everyone=False).to) == [
        "me@example.org"
    ]


@pytest.mark.parametrize(
    ("subject", "answered", "forwarded"),
    [
        ("Plan", "Re: Plan", "Fwd: Plan"),
        ("Re: Plan", "Re: Plan", "Fwd: Re: Plan"),
        ("AW: SV: Re[3]: Plan", "Re: Plan", "Fwd: AW: SV: Re[3]: Plan"),
        ("WG: Plan", "Re: WG: Plan", "Fwd: Plan"),
        ("Antw: Plan", "Re: Plan", "Fwd: Antw: Plan"),
        ("TR: RV: Plan", "Re: TR: RV: Plan", "Fwd: Plan"),
        ("Regarding: x", "Re: Regarding: x", "Fwd: Regarding: x"),
        ("", "Re: ", "Fwd: "),
    ],
)
def test_prefixes_do_not_pile_up(subject: str, answered: str, forwarded: str) -> None:
    parsed = mail(Subject=subject)
    assert reply(parsed, ME, MINE, everyone=False).subject == answered
    assert forward(parsed, 1, ME).subject == forwarded


def test_chain_is_continued() -> None:
    letter = reply(mail(), ME, MINE, everyone=False)
    assert letter.in_reply_to == "<2@x>"
    assert letter.references == ("<0@x>", "<1@x>", "<2@x>")
    assert reply(mail(References="", In_Reply_To="<1@x>"), ME, MINE, everyone=False).references == ("<1@x>", "<2@x>")


def test_text_is_quoted_below_the_signature() -> None:
    letter = reply(mail(), ME, MINE, everyone=False, signature="Me\nTandem Ltd", tz_offset_minutes=60)
    assert letter.text == ("\n\n-- \nMe\nTandem Ltd\n\nOn 21 Nov 2026 at 10:42, Ada wrote:\n> Hello\n>> older\n")


def test_forward_inline_shows_the_header_and_takes_the_parts_along() -> None:
    raw = (
        b"From: a@x.example\r\nSubject: S\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n"
        b"Content-Type: image/png; name=p.png\r\n\r\nx\r\n--b--\r\n"
    )
    letter = forward(read_message(raw), 9, ME)
    assert letter.to == ()
    assert "From: a@x.example\nSubject: S" in letter.text
    assert letter.text.endswith("\nhi")
    assert (letter.carries, letter.forwards) == (((9, 1),), 9)
    assert letter.in_reply_to == ""


def test_forward_whole_carries_number_nought() -> None:
    assert forward(mail(), 9, ME, inline=False).carries == ((9, 0),)


OWN = ["me@example.org", "sales@example.org", "kim@old.example"]


@pytest.mark.parametrize(
    ("headers", "delivered", "earlier", "meant"),
    [
        ({}, (), (), "me@example.org"),
        ({"To": "SALES@example.org, me@example.org"}, (), (), "sales@example.org"),
        ({"To": "bob@x.example", "Cc": "sales@example.org"}, (), (), "sales@example.org"),
        ({"To": "me@example.org"}, ("sales@example.org",), (), "sales@example.org"),
        ({"To": "team@lists.example"}, ("kim@old.example",), ("sales@example.org",), "kim@old.example"),
        ({"To": "team@lists.example", "Cc": ""}, (), ("sales@example.org",), "sales@example.org"),
        ({"To": "team@lists.example", "Cc": ""}, (), (), ""),
        ({"To": "sales+fair@example.org", "Cc": ""}, (), (), "sales@example.org"),
        ({"From": "kim@old.example", "To": "sales@example.org"}, (), (), "kim@old.example"),
    ],
)
def test_whom_a_message_was_meant_for(
    headers: dict[str, str], delivered: tuple[str, ...], earlier: tuple[str, ...], meant: str
) -> None:
    assert addressee(OWN, delivered, mail(**headers), earlier) == meant


def test_what_servers_wrote_down_is_read_the_last_hop_first() -> None:
    raw = b"Delivered-To: Last@example.org\r\nDelivered-To: first@example.org\r\nX-Original-To: <alias@example.org>\r\n\r\n"
    assert delivered_to(raw) == ("last@example.org", "first@example.org", "alias@example.org")
    assert delivered_to(b"Subject: x\r\n\r\nDelivered-To: me@example.org\r\n") == ()
