"""What a list shows of a message, read from its header block alone. Never raises, whatever the bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_tz

from app.core.values import Address
from app.mail.addresses import MOST, addresses
from app.mail.fields import Fields, fields, header_end, parameters
from app.mail.words import legible, shown, text_of

MOST_SUBJECT = 2000
MOST_REFERENCES = 100

WANTED = frozenset(
    b"subject from sender to cc bcc reply-to message-id in-reply-to references date list-id list-unsubscribe list-post"
    b" auto-submitted precedence content-type x-auto-response-suppress feedback-id".split()
)
_DELIVERED_ORDER = (b"delivered-to", b"x-original-to", b"envelope-to", b"x-delivered-to")
_DELIVERED = frozenset(_DELIVERED_ORDER)
LONGEST_HEADER = 1 << 18
"""Octets of a message in which these are looked for: they are written above everything else."""
_ID = re.compile(rb"<\s*([^<>\s]{1,990})\s*>")
_BARE_ID = re.compile(rb"[^<>\s,;\"]{1,990}@[^<>\s,;\"]{1,990}")
_NOBODY = Address(email="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """The header fields a list, a reply and the conversation need. All text is one line and safe in UTF-8 and SQLite.

    `sender` is the first From mailbox (an empty address where there is none), `senders` all of them. Message-IDs have
    their brackets. `date` is in Unix seconds, None if unreadable. `auto`: no person wrote this (RFC 3834, lists, bulk).
    `references` keeps the first and the last ones of very long chains.
    """

    subject: str = ""
    sender: Address = _NOBODY
    senders: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    date: float | None = None
    list_id: str = ""
    list_unsubscribe: str = ""
    auto: bool = False
    content_type: str = "text/plain"


def read_envelope(header_block: bytes) -> Envelope:
    """Read a header block; what follows its first empty line is not looked at."""
    block = header_block
    if block.startswith((b"From ", b">From ")):  # what mbox files and some gateways put before the header
        block = block.partition(b"\n")[2]
    return envelope_of(fields(with_line_ends(block), WANTED))


def delivered_to(raw: bytes) -> tuple[str, ...]:
    """The addresses that mail servers wrote down as those a message was delivered to, the last hop first, in lower case."""
    head = raw[:LONGEST_HEADER]
    block = with_line_ends(head[: header_end(head)[0]])
    found = fields(block, _DELIVERED)
    addressed = (address.email.lower() for name in _DELIVERED_ORDER for address in _all(found.get(name)))
    return tuple(dict.fromkeys(email for email in addressed if email))


def envelope_of(found: Fields) -> Envelope:
    """The envelope out of the fields named in `WANTED`."""
    get = found.get
    kind = get(b"content-type")
    hint = parameters(kind[0])[1].get("charset", "") if kind and _needs_hint(found) else ""
    senders = _all(get(b"from"), hint)
    subject = get(b"subject")
    own = get(b"message-id")
    answered = get(b"in-reply-to")
    chain = get(b"references")
    date = get(b"date")
    list_id = get(b"list-id")
    unsubscribe = get(b"list-unsubscribe")
    return Envelope(
        subject=shown(subject[0], MOST_SUBJECT, hint) if subject else "",
        sender=senders[0] if senders else _first_of(get(b"sender")),
        senders=senders,
        to=_all(get(b"to"), hint),
        cc=_all(get(b"cc"), hint),
        bcc=_all(get(b"bcc"), hint),
        reply_to=_all(get(b"reply-to"), hint),
        message_id=_one_id(own[0]) if own else "",
        in_reply_to=_answered(answered[0]) if answered else "",
        references=_ids(b" ".join(chain)) if chain else (),
        date=read_date(date[0]) if date else None,
        list_id=_bracketed(shown(list_id[0], 500)) if list_id else "",
        list_unsubscribe=shown(unsubscribe[0], 4000) if unsubscribe else "",
        auto=bool(list_id or unsubscribe or get(b"list-post")) or _automatic(found),
        content_type=_type(kind[0]) if kind else "text/plain",
    )


def with_line_ends(raw: bytes) -> bytes:
    """Mail of old Macintoshes has bare carriage returns only."""
    if b"\n" not in raw[:65_536] and b"\r" in raw[:65_536]:
        return raw.replace(b"\r", b"\n")
    return raw


def _needs_hint(found: Fields) -> bool:
    """Raw 8-bit text in a field that is shown: then the body's charset is the best guess at its own."""
    return any(
        not value.isascii()
        for name in (b"subject", b"from", b"to", b"cc", b"reply-to")
        for value in found.get(name, ())
    )


def _all(values: list[bytes] | None, hint: str = "") -> tuple[Address, ...]:
    if not values:
        return ()
    if len(values) == 1:
        return addresses(values[0], hint)
    several = [address for value in values[:MOST] for address in addresses(value, hint)]
    return tuple(several[:MOST])


def _first_of(values: list[bytes] | None) -> Address:
    """Sender stands in where From is missing."""
    found = _all(values)
    return found[0] if found else _NOBODY


def _one_id(value: bytes) -> str:
    match = _ID.search(value[:8192])
    if match:
        return legible(f"<{text_of(match[1])}>")
    bare = _BARE_ID.search(value[:2048])
    return legible(f"<{text_of(bare[0])}>") if bare else ""


def _answered(value: bytes) -> str:
    """In-Reply-To once held a phrase, often with an address in it ("Your mail from Kim <kim@there>, <id@there>"): then the id
    comes last, and what stands there without brackets is nobody's id."""
    found = _ID.findall(value[:8192])
    if found:
        only_ids = not _ID.sub(b"", value[:8192]).strip(b" \t\r\n,;")
        return legible(f"<{text_of(found[0 if only_ids else -1])}>")
    bare = _BARE_ID.fullmatch(value.strip())
    return legible(f"<{text_of(bare[0])}>") if bare else ""


def _ids(value: bytes) -> tuple[str, ...]:
    raw = list(dict.fromkeys(_ID.findall(value)))
    if len(raw) > MOST_REFERENCES:  # the thread's root and its latest messages tie it together
        raw = raw[:10] + raw[10 - MOST_REFERENCES :]
    return tuple([legible(f"<{text_of(one)}>") for one in raw])


def _bracketed(text: str) -> str:
    return text.rpartition("<")[2].partition(">")[0].strip() if "<" in text else text


def _automatic(found: Fields) -> bool:
    submitted = found.get(b"auto-submitted", [b"no"])[0].lower()
    precedence = found.get(b"precedence", [b""])[0].lower()
    return (
        not submitted.startswith(b"no")
        or precedence in (b"bulk", b"list", b"junk", b"auto_reply")
        or b"feedback-id" in found
    )


def _type(value: bytes) -> str:
    token = legible(text_of(value[:200].partition(b";")[0])).strip().lower()
    main, slash, sub = token.partition("/")
    return token if slash and main and sub and " " not in token else "text/plain"


_EARLIEST = 1970
_LATEST = 2200


def read_date(value: bytes) -> float | None:
    """Unix seconds of a Date field (RFC 5322 3.3 and what senders make of it); None if it cannot be meant."""
    text = text_of(value[:200])
    try:
        parsed = parsedate_tz(text)
        if parsed is not None:
            year, month, day, hour, minute, second = parsed[:6]
            if not _EARLIEST <= year < _LATEST:
                return None
            when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).timestamp()
            offset = parsed[9] or 0
            return _sane(when - (offset if abs(offset) < 86_400 else 0))
        iso = datetime.fromisoformat(text.strip())
        return _sane(iso.replace(tzinfo=iso.tzinfo or UTC).timestamp())
    except (ValueError, IndexError, OverflowError, TypeError, AttributeError):
        return None


def _sane(when: float) -> float | None:
    return float(when) if when >= 0 else None
