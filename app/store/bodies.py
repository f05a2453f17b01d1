"""What was read from stored mail, and which rows name its files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.core.events import Topic
from app.core.ids import AccountId, MessageId
from app.core.trouble import NotFound
from app.store.files import raw_path as raw_path
from app.store.files import read_raw as read_raw
from app.store.files import write_raw as write_raw
from app.store.label_words import IS_LABEL
from app.store.rows import MOST_UNASKED as MOST_UNASKED
from app.store.rows import StoredPart as StoredPart
from app.store.search_index import take_in
from app.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBody:
    """One message's whole content, parsed and written to its file, ready to be named by its row."""

    message: MessageId
    digest: str
    size: int
    text: str
    snippet: str
    parts: Sequence[StoredPart]
    problems: str
    late: tuple[str, str, str] | None = None
    """Subject, author's name and address, where the header was too long to be read whole before."""


def forget_raw(unit: Unit, digest: str) -> None:
    """Unlink the file after the commit, unless another row still names it."""
    if (
        digest
        and not unit.one("SELECT 1 FROM message WHERE raw = ? LIMIT 1", digest)
        and not unit.one("SELECT 1 FROM outbox WHERE raw = ? LIMIT 1", digest)
    ):
        unit.doomed_files.append(raw_path(unit.profile, digest))


def store_bodies(unit: Unit, bodies: Sequence[StoredBody]) -> None:
    """Name the files and index the texts. A message that vanished meanwhile is passed over, and its file goes."""
    there = {
        row[0]
        for row in unit.all(
            f"SELECT id FROM message WHERE id IN ({','.join('?' * len(bodies))})",
            *(body.message for body in bodies),
        )
    }
    for body in bodies:
        if body.message not in there:
            forget_raw(unit, body.digest)
    bodies = [body for body in bodies if body.message in there]
    unit.many(
        "UPDATE message SET raw = ?, size = ?, snippet = ?, attachments = ?, problems = ? WHERE id = ?",
        ((b.digest, b.size, b.snippet, sum(not p.inline for p in b.parts), b.problems, b.message) for b in bodies),
    )
    unit.many("DELETE FROM part WHERE message = ?", ((b.message,) for b in bodies))  # of an excerpt
    unit.many(
        "INSERT OR REPLACE INTO part(message, number, name, content_type, size, inline) VALUES (?,?,?,?,?,?)",
        ((b.message, p.number, p.name, p.content_type, p.size, int(p.inline)) for b in bodies for p in b.parts),
    )
    late = [(*b.late, b.message) for b in bodies if b.late is not None]
    if late:
        unit.many("UPDATE message SET subject = ?, from_name = ?, from_email = ? WHERE id = ?", late)
        unit.touch(Topic.MESSAGES)
    take_in(unit, [(b.message, b.text, "\n".join(p.name for p in b.parts if p.name)) for b in bodies])
    unit.touch(Topic.BODIES)


def store_excerpt(unit: Unit, excerpt: StoredBody) -> None:
    """Of a message that is too large to be fetched unasked: its text and what its parts are called. Its row names no file.

    `digest` "" and `size` are not written down.
    """
    if unit.one("SELECT 1 FROM message WHERE id = ? AND raw = ''", excerpt.message) is None:
        return
    size = unit.one("SELECT size FROM message WHERE id = ?", excerpt.message) or (0,)
    store_bodies(unit, [replace(excerpt, digest="", size=size[0])])


_PLACED = (
    " JOIN placement p ON p.id = (SELECT min(q.id) FROM placement q JOIN folder f ON f.id = q.folder"
    f"   WHERE q.message = m.id AND q.uid > 0 AND q.server IS NOT NULL AND NOT {IS_LABEL})"
)
ANY_SIZE = 1 << 60


def unfetched(
    unit: Unit, account: AccountId, limit: int, most: int = ANY_SIZE
) -> list[tuple[MessageId, int, int, int]]:
    """Messages without their content, newest first: (message, folder, uid, size). `most`: octets of one, at most."""
    return [
        (MessageId(row[0]), row[1], row[2], row[3])
        for row in unit.all(
            f"SELECT m.id, p.folder, p.uid, m.size FROM message m INDEXED BY message_unfetched{_PLACED}"
            " WHERE m.account = ? AND m.raw = '' AND m.size <= ? ORDER BY m.date DESC LIMIT ?",
            account,
            most,
            limit,
        )
    ]


def without_excerpt(unit: Unit, account: AccountId, limit: int, most: int) -> list[tuple[MessageId, int, int, int]]:
    """As `unfetched`: those larger than `most` of which nothing but the header is here."""
    return [
        (MessageId(row[0]), row[1], row[2], row[3])
        for row in unit.all(
            f"SELECT m.id, p.folder, p.uid, m.size FROM message m INDEXED BY message_unfetched{_PLACED}"
            " WHERE m.account = ? AND m.raw = '' AND m.size > ?"
            " AND NOT EXISTS (SELECT 1 FROM text t WHERE t.id = m.id) ORDER BY m.date DESC LIMIT ?",
            account,
            most,
            limit,
        )
    ]


def forget_body(unit: Unit, message: MessageId) -> None:
    """The file is missing or damaged: fetch it again."""
    unit.run("UPDATE message SET raw = '' WHERE id = ?", message)
    unit.touch(Topic.BODIES)


def count_unfetched(unit: Unit, account: AccountId, most: int = ANY_SIZE) -> int:
    (count,) = unit.one("SELECT count(*) FROM message WHERE account = ? AND raw = '' AND size <= ?", account, most) or (
        0,
    )
    return int(count)


def size_of(unit: Unit, message: MessageId) -> int:
    """Octets as the mailbox tells them; 0 = not known."""
    row = unit.one("SELECT size FROM message WHERE id = ?", message)
    return int(row[0]) if row else 0


def raw_of(unit: Unit, message: MessageId) -> tuple[str, bytes | None]:
    """Subject and bytes of a stored message; the bytes are None when they are not here or damaged. Raises NotFound."""
    row = unit.one("SELECT subject, raw FROM message WHERE id = ?", message)
    if row is None:
        raise NotFound("This message is not here any more.")
    return row[0], read_raw(unit.profile, row[1]) if row[1] else None


def is_placed(unit: Unit, message: MessageId) -> bool:
    """Whether the mailbox has it, or will have it once what waits here was told."""
    return unit.one("SELECT 1 FROM placement WHERE message = ? LIMIT 1", message) is not None


def message_id_of(unit: Unit, message: MessageId) -> str:
    row = unit.one("SELECT message_id FROM message WHERE id = ?", message)
    return str(row[0]) if row else ""


def message_with_id(unit: Unit, account: AccountId, message_id: str) -> MessageId | None:
    """The first of the account's messages with this Message-ID."""
    row = unit.one(
        "SELECT id FROM message WHERE message_id = ? AND message_id <> '' AND account = ? ORDER BY id LIMIT 1",
        message_id,
        account,
    )
    return MessageId(row[0]) if row else None


def account_of_message(unit: Unit, message: MessageId) -> AccountId:
    row = unit.one("SELECT account FROM message WHERE id = ?", message)
    if row is None:
        raise NotFound("This message is not here any more.")
    return AccountId(row[0])
