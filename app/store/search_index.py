"""The full-text index: which messages are in it, and under which key (`search_keys`).

Where the minute of a message is taken, the next free one before it in time is used; whoever reads sorts by the exact date
what it was given. A message is taken in with its content. Of one whose content is not here (too large, or not fetched yet)
the header is taken in by `catch_up`, which also fills the index of a library from before it was kept in this way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.core.ids import MessageId
from app.store.search_keys import key_of
from app.store.unit import Unit

_HEADER = (
    "m.subject, m.from_name || ' ' || m.from_email,"
    " coalesce((SELECT group_concat(value, ' ') FROM json_tree(m.people, '$.to') WHERE type = 'text'), ''),"
    " coalesce((SELECT group_concat(value, ' ') FROM json_tree(m.people) WHERE type = 'text'"
    "   AND (path LIKE '$.cc%' OR path LIKE '$.bcc%')), '')"
)


def take_in(unit: Unit, contents: Sequence[tuple[MessageId, str, str]]) -> None:
    """(message, its text, the names of its attachments), instead of what the index knew of these messages."""
    marks = ",".join("?" * len(contents))
    unit.run(f"DELETE FROM text WHERE id IN ({marks})", *(message for message, _, _ in contents))
    unit.many(
        "INSERT INTO text(id, subject, sender, receivers, copied, body, files)"
        f" SELECT m.id, {_HEADER}, ?, ? FROM message m WHERE m.id = ?",
        ((text, files, message) for message, text, files in contents),
    )
    _index(unit, [message for message, _, _ in contents])


def take_in_copy(unit: Unit, original: MessageId, copy: MessageId) -> None:
    """`copy` says the same as `original`."""
    rows = unit.all("SELECT body, files FROM text WHERE id = ?", original)
    take_in(unit, [(copy, body, files) for body, files in rows])


def lacking(unit: Unit) -> int:
    """How many messages the index does not know."""
    (count,) = unit.one("SELECT (SELECT count(*) FROM message) - (SELECT count(*) FROM find_key)") or (0,)
    return max(0, int(count))


def unfetched(unit: Unit) -> int:
    """Of how many messages the content is not here."""
    (count,) = unit.one("SELECT count(*) FROM message WHERE raw = ''") or (0,)
    return int(count)


def unknown(unit: Unit, *, whole_only: bool = False) -> list[MessageId]:
    """Those messages, the newest first; `whole_only`: those whose content is here. Reads through the whole library: ask
    `lacking` before."""
    rows = unit.all(
        "SELECT m.id FROM message m WHERE NOT EXISTS (SELECT 1 FROM find_key WHERE message = m.id)"
        " AND (m.raw <> '' OR NOT ?) ORDER BY m.date DESC",
        whole_only,
    )
    return [MessageId(row[0]) for row in rows]


def catch_up(unit: Unit, messages: Sequence[MessageId]) -> None:
    """Take in what is here of messages that the index does not know: their content where an older index had it, otherwise
    the header."""
    marks = ",".join("?" * len(messages))
    rows = unit.all(
        f"SELECT m.id FROM message m WHERE m.id IN ({marks}) AND NOT EXISTS (SELECT 1 FROM find_key WHERE message = m.id)",
        *messages,
    )
    ids = [row[0] for row in rows]
    unit.many(
        "INSERT INTO text(id, subject, sender, receivers, copied)"
        f" SELECT m.id, {_HEADER} FROM message m WHERE m.id = ?"
        " ON CONFLICT DO UPDATE SET receivers = excluded.receivers, copied = excluded.copied",
        ((message,) for message in ids),
    )
    _index(unit, ids)


def is_sound(unit: Unit) -> None:
    """Compare the index with the stored texts (FTS5, "integrity-check"). Raises what SQLite's damage is called in words."""
    unit.run("INSERT INTO find(find, rank) VALUES ('integrity-check', 1)")


def build_anew(unit: Unit) -> None:
    """The whole index, from the stored texts."""
    unit.run("INSERT INTO find(find) VALUES ('rebuild')")


def _index(unit: Unit, messages: Iterable[int]) -> None:
    wanted = ",".join(str(int(message)) for message in messages)
    keys = []
    for message, date in unit.all(f"SELECT id, date FROM message WHERE id IN ({wanted}) ORDER BY date DESC, id DESC"):
        key = _free_key(unit, key_of(date))
        unit.run("INSERT INTO find_key(key, message) VALUES (?, ?)", key, message)
        keys.append(key)
    # In the order of keys: FTS5 writes out what it holds each time that a key is smaller than the one before.
    unit.run(
        "INSERT INTO find(rowid, body, subject, sender, receivers, copied, files)"
        " SELECT key, body, subject, sender, receivers, copied, files FROM find_text"
        f" WHERE key IN ({','.join(map(str, keys))}) ORDER BY key"
    )


def _free_key(unit: Unit, key: int) -> int:
    """The first that is not taken from `key` on. Mail that was written in one go may fill thousands in a row, so they are
    counted, not looked at one by one."""

    def full(width: int) -> bool:
        (taken,) = unit.one("SELECT count(*) FROM find_key WHERE key >= ? AND key < ?", key, key + width) or (0,)
        return bool(taken == width)

    if not full(1):
        return key
    low, high = 1, 2
    while full(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if full(middle) else (low, middle)
    return key + low
