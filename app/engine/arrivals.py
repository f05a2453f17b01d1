"""From bytes to what the library stores. Runs outside any transaction.

Reading never raises; should it do so all the same, that message is kept unread: a bug met in one of 100,000 messages must
not keep the others away for ever.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from app.core.ids import MessageId
from app.mail.envelope import Envelope, read_envelope
from app.mail.fingerprint import fingerprint
from app.mail.parse import Indexed, read_for_index, read_new
from app.remote.items import HeaderItem
from app.remote.streaming import HEADER_LIMIT
from app.store.arrivals import Arrival
from app.store.bodies import StoredBody, StoredPart

log = logging.getLogger(__name__)


def arrival(item: HeaderItem) -> Arrival:
    return _arrival(item, _envelope(item.header), item.header)


def whole(item: HeaderItem, digest: str, raw: bytes) -> tuple[Arrival, StoredBody]:
    """As `arrival` and `body` say, for an item whose header is in `raw` alone; the body is nobody's yet."""
    end = raw.find(b"\r\n\r\n", 0, HEADER_LIMIT)
    header = raw[: end + 4 if end >= 0 else HEADER_LIMIT]
    if _longer_than_asked_for(raw):
        return _arrival(item, _envelope(header), header), body(MessageId(0), digest, raw)
    try:
        envelope, parsed = read_new(raw)
    except Exception:
        log.exception("A message could not be read at once; its header is.")
        return _arrival(item, _envelope(header), header), body(MessageId(0), digest, raw)
    return _arrival(item, envelope, header), _body(MessageId(0), digest, raw, parsed, None)


def _arrival(item: HeaderItem, envelope: Envelope, header: bytes) -> Arrival:
    return Arrival(
        uid=item.uid,
        flags=item.flags,
        received=item.received,
        size=item.size,
        fingerprint=fingerprint(header, item.size),
        message_id=envelope.message_id,
        in_reply_to=envelope.in_reply_to,
        references=envelope.references,
        subject=envelope.subject,
        sender=envelope.sender,
        people={"to": envelope.to, "cc": envelope.cc, "bcc": envelope.bcc, "reply_to": envelope.reply_to},
        sent=envelope.date,
        list_id=envelope.list_id,
        auto=envelope.auto,
        email_id=item.email_id,
        gm_msgid=item.gm_msgid,
        labels=item.labels,
        attached=envelope.content_type == "multipart/mixed",
    )


def body(message: MessageId, digest: str, raw: bytes) -> StoredBody:
    """`digest` names the file the raw bytes have been written to."""
    late = _envelope(raw) if _longer_than_asked_for(raw) else None
    return _body(message, digest, raw, _parsed(raw), late)


def _body(message: MessageId, digest: str, raw: bytes, parsed: Indexed, late: Envelope | None) -> StoredBody:
    return StoredBody(
        message=message,
        digest=digest,
        size=len(raw),
        text=parsed.index_text,
        snippet=parsed.snippet,
        parts=[
            StoredPart(
                number=part.number, name=part.name, content_type=part.content_type, size=part.size, inline=part.inline
            )
            for part in parsed.parts
        ],
        problems="; ".join(parsed.problems),
        late=(late.subject, late.sender.name, late.sender.email) if late else None,
    )


def _envelope(header: bytes) -> Envelope:
    try:
        return read_envelope(header)
    except Exception:
        log.exception("The header of a message could not be read.")
        return Envelope()


def _parsed(raw: bytes) -> Indexed:
    try:
        return read_for_index(raw)
    except Exception:
        log.exception("A message could not be read; it is kept as it is.")
        return replace(read_for_index(b""), problems=("could not be read",))


def _longer_than_asked_for(raw: bytes) -> bool:
    """Whether the header goes on behind what was fetched of it for the list."""
    return len(raw) > HEADER_LIMIT and raw.find(b"\r\n\r\n", 0, HEADER_LIMIT) < 0
