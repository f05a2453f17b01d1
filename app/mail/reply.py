"""The letter that answers or forwards a message, ready for the composer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from app.core.values import Address, Letter
from app.mail.parse import Parsed

MOST_REFERENCES = 50
_MOST_QUOTED = 256 * 1024

# Prefixes as other programs and languages write them: Re[2]:, AW:, SV:, Antw:, 回复：
_NUMBER = r"(?:\s?[\[(^]?\d{1,3}[\])]?)?"
_REPLIED = re.compile(rf"(?:re|aw|sv|antw|vs|odp|ref|ynt|rif|res|回复|回覆|答复){_NUMBER}\s*[:：]\s*", re.IGNORECASE)
_FORWARDED = re.compile(rf"(?:fwd?|wg|tr|rv|vb|pd|enc|doorst|i|转发|轉寄){_NUMBER}\s*[:：]\s*", re.IGNORECASE)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def reply(
    parsed: Parsed,
    me: Address,
    mine: frozenset[str],
    *,
    everyone: bool,
    signature: str = "",
    answers: int = 0,
    tz_offset_minutes: int = 0,
) -> Letter:
    """An answer to the sender, or to everyone. `mine`: the user's own addresses in lower case, left out of it.

    `answers` is the library id of the message. An answer to one's own mail goes to those it went to.
    """
    envelope = parsed.envelope
    own = mine | {me.email.lower()}
    sent_by_me = envelope.sender.email.lower() in own
    if sent_by_me:
        first: tuple[Address, ...] = envelope.to
        others: tuple[Address, ...] = ()
    else:
        first = envelope.reply_to or envelope.senders or (envelope.sender,)
        others = envelope.to
    to = _without(first, own) or _without((envelope.sender,), frozenset()) or _without(first, frozenset())
    cc: tuple[Address, ...] = ()
    if everyone:
        to = _without((*to, *others), own) or to
        cc = _without(envelope.cc, own | {address.email.lower() for address in to})
    return Letter(
        sender=me,
        to=to,
        cc=cc,
        subject="Re: " + _bare(envelope.subject, _REPLIED),
        text=_signed(signature) + _attribution(parsed, tz_offset_minutes) + "\n" + quoted(parsed.text),
        in_reply_to=envelope.message_id,
        references=_references(parsed),
        answers=answers,
    )


def addressee(own: Sequence[str], delivered: Sequence[str], parsed: Parsed, earlier: Sequence[str] = ()) -> str:
    """Which of the user's `own` addresses (the usual one first) a message was meant for: by what servers wrote down
    (`delivered`), else To, else Cc, else the one the user wrote with before in this conversation (`earlier`, latest first).

    One's own mail is answered with the address it was sent from. "" when nothing tells.
    """
    known = {email.lower(): email for email in own}
    envelope = parsed.envelope
    for candidates in (
        [envelope.sender.email],
        delivered,
        [address.email for address in envelope.to],
        [address.email for address in envelope.cc],
        earlier,
    ):
        for candidate in candidates:
            found = known.get(candidate.lower()) or known.get(_without_tag(candidate.lower()))
            if found:
                return found
    return ""


def _without_tag(email: str) -> str:
    """mara+news@x is delivered to mara@x (RFC 5233)."""
    local, at, domain = email.rpartition("@")
    return local.partition("+")[0] + at + domain


def forward(
    parsed: Parsed,
    raw_id: int,
    me: Address,
    *,
    inline: bool = True,
    signature: str = "",
    tz_offset_minutes: int = 0,
) -> Letter:
    """Pass a message on; `raw_id` is its library id.

    Inline: its text below a block of its header lines, its parts taken along by number. Otherwise the whole message
    goes along as it is: number 0 in `carries`.
    """
    subject = "Fwd: " + _bare(parsed.envelope.subject, _FORWARDED)
    if not inline:
        return Letter(sender=me, subject=subject, text=_signed(signature), forwards=raw_id, carries=((raw_id, 0),))
    return Letter(
        sender=me,
        subject=subject,
        text=_signed(signature) + _header_block(parsed, tz_offset_minutes) + "\n" + parsed.text[:_MOST_QUOTED],
        forwards=raw_id,
        carries=tuple((raw_id, part.number) for part in parsed.parts),
    )


def quoted(text: str) -> str:
    """Every line behind a `>`; the sender's signature is left out."""
    text = text[:_MOST_QUOTED].rstrip()
    lines = text.split("\n")
    for index in range(len(lines) - 1, max(-1, len(lines) - 16), -1):
        if lines[index] in ("-- ", "--") and index:
            lines = lines[:index]
            break
    while lines and not lines[-1].strip():
        lines.pop()
    return "".join((">" if line.startswith(">") else "> " if line else ">") + line + "\n" for line in lines)


def _signed(signature: str) -> str:
    signature = signature.strip("\n")
    return f"\n\n-- \n{signature}\n\n" if signature.strip() else "\n\n"


def _without(addresses: Iterable[Address], left_out: frozenset[str] | set[str]) -> tuple[Address, ...]:
    """Each address once, none of `left_out`, none that cannot be written to."""
    kept: dict[str, Address] = {}
    for address in addresses:
        key = address.email.lower()
        if "@" in key and key not in left_out:
            kept.setdefault(key, address)
    return tuple(kept.values())


def _bare(subject: str, prefix: re.Pattern[str]) -> str:
    subject = subject.strip()
    for _ in range(20):
        match = prefix.match(subject)
        if match is None:
            break
        subject = subject[match.end() :]
    return subject


def _references(parsed: Parsed) -> tuple[str, ...]:
    """RFC 5322 3.6.4: the parent's References, or its In-Reply-To, and the parent itself."""
    envelope = parsed.envelope
    chain = envelope.references or ((envelope.in_reply_to,) if envelope.in_reply_to else ())
    chain = tuple(dict.fromkeys((*chain, envelope.message_id) if envelope.message_id else chain))
    return chain if len(chain) <= MOST_REFERENCES else (chain[0], *chain[1 - MOST_REFERENCES :])


def _when(seconds: float, tz_offset_minutes: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(timezone(timedelta(minutes=tz_offset_minutes)))


def _attribution(parsed: Parsed, tz_offset_minutes: int) -> str:
    envelope = parsed.envelope
    who = envelope.sender.name or envelope.sender.email or "somebody"
    if envelope.date is None:
        return f"{who} wrote:"
    when = _when(envelope.date, tz_offset_minutes)
    return f"On {when.day} {_MONTHS[when.month - 1]} {when.year} at {when:%H:%M}, {who} wrote:"


def _header_block(parsed: Parsed, tz_offset_minutes: int) -> str:
    envelope = parsed.envelope
    lines = ["---------- Forwarded message ----------", f"From: {envelope.sender}"]
    if envelope.date is not None:
        when = _when(envelope.date, tz_offset_minutes)
        lines.append(f"Date: {when.day} {_MONTHS[when.month - 1]} {when.year} at {when:%H:%M}")
    lines.append(f"Subject: {envelope.subject}")
    lines.append(f"To: {', '.join(map(str, envelope.to[:50]))}")
    if envelope.cc:
        lines.append(f"Cc: {', '.join(map(str, envelope.cc[:50]))}")
    return "\n".join(lines) + "\n"
