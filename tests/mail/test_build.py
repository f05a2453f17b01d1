"""Letters as bytes: what arrives is what was written, and nothing else."""

from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.trouble import WrongUse
from app.core.values import Address, Letter
from app.mail.build import File, build, new_message_id, recipients
from app.mail.parse import part_content, read_message

ME = Address(name="Ada Lovelace", email="ada@example.org")
BOB = Address(email="bob@example.test")


def made(*files: File, **fields: Any) -> bytes:
    letter = Letter(**{"sender": ME, "to": (BOB,), **fields})
    return build(letter, files, message_id="<m@example.org>", date=1.8e9, tz_offset_minutes=60, boundary_seed=7)


def text_of(raw: bytes) -> bytes:
    message = message_from_bytes(raw, policy=compat32)
    parts = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    payload = parts[0].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload


SUBJECTS = [
    "",
    "plain",
    "=?utf-8?q?hi=0D=0ABcc:_eve@evil.test?=",
    "Re: =?utf-8?B?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=",
    "x" * 1500,
    "日本語 🎉 " * 20,
    "\u202egnp.exe",
    " leading",
    "trailing ",
    "tab\there",
    "two  blanks",
    "many words " * 60,
]
BODIES = [
    "",
    "\n.\n",
    ".\r\n..\nMAIL FROM:<x>\n",
    "bare\rcarriage",
    "ü" * 3000,
    "x" * 5000 + "\n",
    "From here\n>From there\n",
    "blank at end \ntab\t\n",
    "=" * 400,
    "." * 500,
    "日本語\n" * 50,
]


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("html", ["", "<p>Grüße</p>"])
def test_any_subject_arrives_as_it_was_written(subject: str, html: str) -> None:
    raw = made(subject=subject, text="hi", html=html, bcc=(Address(email="eve@evil.test"),))
    names = [name.lower() for name in message_from_bytes(raw, policy=compat32)]
    assert sorted(names) == sorted(set(names))
    assert "bcc" not in names
    assert b"evil.test>" not in raw
    shown = read_message(raw).envelope.subject
    assert shown == subject.replace("\t", " ").replace("\u202e", "").strip()


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("files", [(), (("a.bin", "application/octet-stream", bytes(range(256))),)])
def test_any_body_arrives_with_only_its_line_ends_normalised(body: str, files: tuple[File, ...]) -> None:
    raw = made(*files, text=body)
    expected = body.replace("\r\n", "\n").replace("\r", "\n").encode().strip(b"\n")
    assert text_of(raw).replace(b"\r\n", b"\n").strip(b"\n") == expected


@pytest.mark.parametrize("body", BODIES)
def test_lines_are_short_and_end_properly(body: str) -> None:
    raw = made(text=body, subject="x" * 1500, references=tuple(f"<{'r' * 90}{n}@x>" for n in range(50)))
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert not any(line.startswith((b".", b"From ")) for line in lines)
    assert not any(line.endswith((b" ", b"\t")) for line in raw.partition(b"\r\n\r\n")[2].split(b"\r\n"))
    assert raw.isascii()


@settings(max_examples=150, deadline=None)
@given(
    subject=st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=120),
    text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=400),
    name=st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=80),
    file=st.binary(max_size=300),
)
def test_nothing_a_person_can_type_comes_out_different(subject: str, text: str, name: str, file: bytes) -> None:
    raw = made(
        ("f.bin", "image/png", file), subject=subject, text=text, to=(Address(name=name, email="bob@example.test"),)
    )
    assert part_content(raw, 1)[1] == file
    assert [address.email for address in read_message(raw).envelope.to] == ["bob@example.test"]


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "a\r\nBcc: eve@evil.test"},
        {"subject": "a\nb"},
        {"subject": "a\0b"},
        {"subject": "\ud800"},
        {"to": (Address(name="a\r\nBcc: x", email="b@x.example"),)},
        {"to": (Address(email="b@x.example\r\nBcc: e@x"),)},
        {"to": (Address(email="b@x.example>, <e@x.example"),)},
        {"to": (Address(email="nobody"),)},
        {"to": (Address(email="a@b@c"),)},
        {"to": (Address(email="a b@c"),)},
        {"to": (Address(email="jörg@x.example"),)},
        {"bcc": (Address(email="nobody"),)},
        {"sender": Address(name="a\nb", email="a@x.example")},
        {"to": ()},
    ],
    ids=range(14),
)
def test_what_cannot_be_meant_is_refused_in_words(fields: dict[str, Any]) -> None:
    with pytest.raises(WrongUse) as refused:
        made(**fields)
    assert str(refused.value).endswith(".")


def test_drafts_may_lack_recipients() -> None:
    raw = build(Letter(sender=ME), (), message_id="<d@x>", date=0, boundary_seed=1, allow_empty=True)
    assert b"\r\nTo:" not in raw


def test_international_domains_travel_in_ascii() -> None:
    letter = Letter(
        sender=ME, to=(Address(email="a@bücher.example"),), bcc=(Address(email="b@x"), Address(email="b@x"))
    )
    assert recipients(letter) == ("a@xn--bcher-kva.example", "b@x")
    assert b"To: a@xn--bcher-kva.example\r\n" in made(to=letter.to)


def test_hidden_recipients_alone_leave_no_trace() -> None:
    raw = made(to=(), bcc=(BOB,))
    assert b"bob@" not in raw
    assert b"To: undisclosed-recipients:;" in raw


@pytest.mark.parametrize(
    "name", ["plain.txt", "ä" * 90 + ".pdf", 'a"b\\c.pdf', "two  blanks.txt", "=?utf-8?q?x?=.txt", "日本.txt"]
)
def test_file_names_arrive(name: str) -> None:
    part, data = part_content(made((name, "text/plain", b"a\r\nb\n")), 1)
    assert (part.name, data) == (name.replace("\\", "_").replace("=?", "=_"), b"a\r\nb\n")


def test_a_mail_inside_is_not_encoded() -> None:
    raw = made(("m.eml", "message/rfc822", "Subject: ü\n\nGrüße\n".encode()))
    part = next(p for p in message_from_bytes(raw, policy=compat32).walk() if p.get_content_type() == "message/rfc822")
    assert part["Content-Transfer-Encoding"] == "8bit"
    inner = part.get_payload(0)
    assert isinstance(inner, Message)
    assert inner.get_payload(decode=True) == "Grüße\r\n".encode() or inner.get_payload(decode=True) == "Grüße".encode()


def test_boundaries_never_stand_in_a_part() -> None:
    first = made(("a.txt", "text/plain", b"x"))
    boundary = first.partition(b'boundary="')[2].partition(b'"')[0]
    again = made(("m.eml", "message/rfc822", b"Subject: a\r\n\r\n--" + boundary + b"--\r\n"))
    assert again.partition(b'boundary="')[2].partition(b'"')[0] != boundary


def test_answers_name_what_they_answer() -> None:
    raw = made(in_reply_to="<a@x>", references=("<0@x>", "bad\r\nBcc: e@x", "<a@x>"))
    envelope = read_message(raw).envelope
    assert (envelope.in_reply_to, envelope.references) == ("<a@x>", ("<0@x>", "<a@x>"))
    assert b"Bcc" not in raw


def test_message_ids_tell_nothing() -> None:
    assert new_message_id("example.org", bytes(10)) == "<aaaaaaaaaaaaaaaa@example.org>"
    assert new_message_id("a\r\nb>", bytes(5)) == "<aaaaaaaa@ab>"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_file_name_travels(name: str) -> None:
    assert part_content(made((name, "image/png", b"x")), 1)[0].name


@pytest.mark.parametrize("html", ["", "<p>Yes</p>"])
def test_the_answer_to_an_invitation_travels_as_a_calendar_part(html: str) -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nX:" + "ü" * 500 + "\r\nEND:VCALENDAR\r\n"
    raw = made(("a.txt", "text/plain", b"one"), subject="Accepted: Rollout", text="Yes", html=html, calendar=calendar)
    parts = [
        part for part in message_from_bytes(raw, policy=compat32).walk() if part.get_content_type() == "text/calendar"
    ]
    assert [part.get_param("method") for part in parts] == ["REPLY"]
    assert parts[0].get_payload(decode=True) == calendar.encode() and raw.isascii()
    assert [part.name for part in read_message(raw).parts] == ["", "a.txt"]
