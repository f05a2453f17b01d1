"""A letter made elsewhere, made fit to leave: checked, without its Bcc, with what every letter must have.

Everything else stays octet for octet, so that signatures hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate

from app.core.trouble import Fix, WrongUse
from app.core.values import Address
from app.mail.addresses import MOST
from app.mail.envelope import read_envelope

_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
LONGEST_LINE = 998
"""Octets without the line end (RFC 5322 2.1.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """Bytes to send, and what the envelope needs."""

    raw: bytes
    sender: Address
    recipients: tuple[str, ...]
    subject: str
    message_id: str


def ready(raw: bytes, *, new_id: Callable[[str], str], now: float) -> Ready:
    """`new_id(domain)` makes a Message-ID where there is none; `now` in Unix seconds is the date where there is none.

    Raises WrongUse in words for what is no letter or must not be sent.
    """
    if raw.startswith(b"From "):  # the separator of an mbox file
        raw = raw.partition(b"\n")[2]
    raw = _LONE.sub(b"\r\n", raw)
    head, body = _split(raw)
    fields = _fields(head)
    names = [name for name, _ in fields]
    for name in ("from", "to", "cc", "bcc", "subject", "date", "message-id", "sender", "reply-to"):
        if names.count(name) > 1:
            raise WrongUse(f"The file has {names.count(name)} “{name.capitalize()}” lines, so it cannot be sent.")
    envelope = read_envelope(b"".join(text for _, text in fields) + b"\r\n")
    if len(envelope.senders) != 1 or "@" not in envelope.senders[0].email:
        raise WrongUse("The file does not say who it is from: one “From” line with one address is needed.", Fix.ADDRESS)
    people = (*envelope.to, *envelope.cc, *envelope.bcc)
    if any(len(some) >= MOST for some in (envelope.to, envelope.cc, envelope.bcc)):
        raise WrongUse(f"The file names {MOST:,} or more addresses in one line. Split it.", Fix.ADDRESS)
    for person in people:
        if "@" not in person.email or re.search(r"[\x00-\x20<>\x7f]", person.email):
            raise WrongUse(
                f"“{person.email[:80] or person.name[:80]}” in the file is not an e-mail address.", Fix.ADDRESS
            )
    recipients = tuple(dict.fromkeys(person.email for person in people))
    if not recipients:
        raise WrongUse("The file names nobody to send it to. Add a “To” line.", Fix.ADDRESS)
    kept = [text for name, text in fields if name not in ("bcc", "resent-bcc", "return-path")]
    sender = envelope.senders[0]
    if "date" not in names:
        kept.append(f"Date: {formatdate(now)}\r\n".encode())
    message_id = envelope.message_id
    if not message_id:
        kept = [text for text in kept if not text.lower().startswith(b"message-id")]
        message_id = new_id(sender.email.rpartition("@")[2])
        kept.append(f"Message-ID: {message_id}\r\n".encode())
    made = b"".join(kept) + b"\r\n" + body
    if b"\0" in made:
        raise WrongUse("The file holds NUL octets, which mail cannot carry.")
    if any(len(line) > LONGEST_LINE for line in made.split(b"\r\n")):
        raise WrongUse(f"The file has lines of more than {LONGEST_LINE} octets, which mail servers refuse.")
    return Ready(raw=made, sender=sender, recipients=recipients, subject=envelope.subject, message_id=message_id)


def _split(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith(b"\r\n"):
        return b"", raw[2:]
    head, gap, body = raw.partition(b"\r\n\r\n")
    return (head + b"\r\n", body) if gap else (raw if raw.endswith(b"\r\n") else raw + b"\r\n", b"")


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    """(lower-case name, its lines). Raises WrongUse when it is no header."""
    fields: list[tuple[str, bytes]] = []
    for line in re.findall(rb"[^\n]*\n", head):  # `splitlines` would also break at other octets
        if line[:1] in (b" ", b"\t") and fields:
            name, text = fields[-1]
            fields[-1] = name, text + line
        elif _FIELD.match(line):
            fields.append((line.partition(b":")[0].strip().lower().decode("ascii"), line))
        else:
            raise WrongUse("The file is not a letter: its header has a line that is none.")
    if not fields:
        raise WrongUse("The file is not a letter: it has no header.")
    return fields
