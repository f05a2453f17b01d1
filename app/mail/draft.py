"""A draft as a message, and a message that is a draft as something to go on writing."""

from __future__ import annotations

from app.core.values import Address, Letter
from app.mail import wire
from app.mail.fields import fields, header_end
from app.mail.parse import Parsed

FORWARDED = "X-Forwarded-Message-Id"
"""As Thunderbird writes it."""


def with_hidden(raw: bytes, letter: Letter, forwarded: str = "") -> bytes:
    """What never leaves with a letter but must not be lost from a draft: Bcc, and which message is forwarded."""
    lines = [f"Bcc: {wire.mailboxes(letter.bcc)}"] if letter.bcc else []
    lines += [f"{FORWARDED}: {forwarded}"] if forwarded.isascii() and forwarded.isprintable() and forwarded else []
    return "".join(f"{line}\r\n" for line in lines).encode("ascii") + raw


def forwarded_in(raw: bytes) -> str:
    """The Message-ID of the message that a draft forwards, "" if none."""
    end, _ = header_end(raw)
    name = FORWARDED.lower().encode()
    values = fields(raw[:end], frozenset({name})).get(name)
    return values[0].decode("ascii", "replace") if values else ""


def letter_of(parsed: Parsed, me: Address, *, answers: int = 0, forwards: int = 0) -> Letter:
    """The letter that the draft is, without its attachments."""
    envelope = parsed.envelope
    return Letter(
        sender=me,
        to=envelope.to,
        cc=envelope.cc,
        bcc=envelope.bcc,
        subject=envelope.subject,
        text=parsed.text,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        answers=answers,
        forwards=forwards,
    )
