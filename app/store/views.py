"""What windows and commands read. Opens the library read-only; never waits for a writer."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.ids import AccountId, DraftId, FolderId, MessageId, OutboxId
from app.core.values import (
    ANSWERED,
    FLAGGED,
    FORWARDED,
    SEEN,
    AccountState,
    Address,
    OutboxState,
    Provider,
    Quota,
    QuotaKind,
    Role,
    Security,
    Server,
)
from app.store.connection import in_words, open_reader
from app.store.files import read_raw
from app.store.flags import as_flags
from app.store.journal import TURNED_OFF, read_concerned, read_history, read_queue
from app.store.label_words import IS_LABEL
from app.store.listing import Card, Smart, Wish, cards, count_list, members, read_list
from app.store.rows import (
    AccountRow,
    DraftRow,
    FolderRow,
    HistoryRow,
    IdentityRow,
    MassChange,
    MessageRow,
    OutboxRow,
    QueueRow,
    StoredPart,
    Whereabouts,
)
from app.store.talk import TalkRow, read_conversation

if TYPE_CHECKING:
    from app.store.contact import Contact
    from app.store.search import Extent, Hits

_ROLES = (Role.INBOX, Role.DRAFTS, Role.SENT, Role.ARCHIVE, Role.JUNK, Role.TRASH, Role.ALL)
_SYSTEM = frozenset({SEEN, FLAGGED, ANSWERED, FORWARDED, "\\Draft", "\\Deleted"})


class Reader:
    """One per thread. Each call takes some milliseconds at most."""

    def __init__(self, profile: Path) -> None:
        self._profile = profile
        self._db = open_reader(profile)
        self._extent: tuple[int, Extent] | None = None
        """What can be searched, and the state of the library in which that was so."""

    def close(self) -> None:
        self._db.close()

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as broken:
            raise in_words(broken, self._profile) from broken

    def _each(self, sql: str, values: Mapping[str, object]) -> sqlite3.Cursor:
        try:
            return self._db.execute(sql, values)
        except sqlite3.DatabaseError as broken:
            raise in_words(broken, self._profile) from broken

    def accounts(self) -> list[AccountRow]:
        """In the user's order."""
        identities: dict[int, list[IdentityRow]] = {}
        for account, email, name, signature in self._all(
            "SELECT account, email, name, signature FROM identity ORDER BY position, id"
        ):
            identities.setdefault(account, []).append(IdentityRow(email=email, name=name, signature=signature))
        return [_account(row, tuple(identities.get(row[0], ()))) for row in self._all(_ACCOUNT_SQL)]

    def folders(self, account: AccountId | None = None) -> list[FolderRow]:
        """Roles first in their usual order, then the tree by name, children below their parents."""
        rows = self._all(
            f"{_FOLDER_SQL} WHERE f.leaving = 0 AND (f.gone = 0 OR {_STILL_SHOWS}) AND (?1 IS NULL OR f.account = ?1)",
            account,
        )
        return sorted((_folder(row) for row in rows), key=_folder_order)

    def folder(self, folder: FolderId) -> FolderRow | None:
        rows = self._all(f"{_FOLDER_SQL} WHERE f.id = ?", folder)
        return _folder(rows[0]) if rows else None

    def listing(self, folder: FolderId) -> tuple[array[int], array[float]]:
        """Ids ('q') and sort dates ('d') of all that shows in `folder`, newest first."""
        return self.listed(Wish(folder), now=0.0)

    def listed(
        self, wish: Wish, *, now: float, most: int = -1, keep: Sequence[int] = ()
    ) -> tuple[array[int], array[float]]:
        """See `listing.read_list`."""
        return read_list(self._each, wish, now=now, most=most, keep=keep)

    def counted(self, now: float) -> dict[Smart, int]:
        """How many messages stand in the smart folders that tell their count; unread ones in all inboxes."""
        places = (Smart.INBOXES, Smart.UNREAD, Smart.FLAGGED, Smart.WAITING)
        return {place: count_list(self._each, place, now=now) for place in places}

    def members(self, wish: Wish, messages: Sequence[MessageId]) -> list[tuple[MessageId, bool]]:
        """What the rows of `messages` stand for: each message and whether it is unread, the newest first."""
        return members(self._each, wish, messages)

    def cards(self, wish: Wish, messages: Sequence[MessageId]) -> list[Card]:
        """What the rows of these show, in the order asked for; one that is gone is left out."""
        return cards(self._each, wish, self.rows(messages))

    def rows(self, messages: Sequence[MessageId]) -> list[MessageRow]:
        """In the order asked for; one that is gone is left out."""
        found: dict[int, MessageRow] = {}
        for start in range(0, len(messages), 500):
            some = messages[start : start + 500]
            marks = ",".join("?" * len(some))
            for row in self._all(f"{_MESSAGE_SQL} WHERE m.id IN ({marks}) GROUP BY m.id", *some):
                found[row[0]] = _message(row)
        return [found[message] for message in messages if message in found]

    def conversation(self, message: MessageId) -> list[TalkRow]:
        """See `store.talk`."""
        return read_conversation(self._all, message)

    def wrote_as(self, message: MessageId, own: Sequence[str]) -> list[str]:
        """With which of one's `own` addresses one wrote in the conversation of `message`, the latest first."""
        marks = ",".join("?" * len(own))
        rows = self._all(
            "SELECT lower(m.from_email) FROM message m JOIN message o ON o.conversation = m.conversation"
            f" AND o.account = m.account WHERE o.id = ? AND lower(m.from_email) IN ({marks}) ORDER BY m.date DESC LIMIT 20",
            message,
            *[email.lower() for email in own],
        )
        return [row[0] for row in rows]

    def recent(self, account: AccountId | None = None, limit: int | None = None) -> list[MessageId]:
        """All that shows in any folder, each message once, newest first."""
        rows = self._all(
            "SELECT s.message, max(s.date) FROM shown s JOIN folder f ON f.id = s.folder"
            " WHERE ?1 IS NULL OR f.account = ?1 GROUP BY s.message ORDER BY 2 DESC, 1 DESC LIMIT ?2",
            account,
            -1 if limit is None else limit,
        )
        return [MessageId(row[0]) for row in rows]

    def where(self, message: MessageId) -> Whereabouts:
        return self.whereabouts([message])[message]

    def whereabouts(self, messages: Sequence[MessageId]) -> dict[MessageId, Whereabouts]:
        """Where each of them shows, and where the mailbox holds it."""
        shown: dict[int, list[str]] = {message: [] for message in messages}
        uid: dict[int, dict[str, list[int]]] = {message: {} for message in messages}
        for start in range(0, len(messages), 500):
            some = messages[start : start + 500]
            marks = ",".join("?" * len(some))
            for message, name in self._all(
                "SELECT s.message, f.name FROM shown s JOIN folder f ON f.id = s.folder"
                f" WHERE s.message IN ({marks}) ORDER BY f.name",
                *some,
            ):
                shown[message].append(name)
            for message, name, number in self._all(
                "SELECT p.message, f.name, p.uid FROM placement p JOIN folder f ON f.id = p.folder"
                f" WHERE p.message IN ({marks}) AND p.server IS NOT NULL AND p.uid > 0"
                f" AND NOT {IS_LABEL} ORDER BY f.name, p.uid",
                *some,
            ):
                uid[message].setdefault(name, []).append(number)
        return {
            message: Whereabouts(folders=tuple(shown[message]), uid=uid[message], in_mailbox=bool(uid[message]))
            for message in messages
        }

    def newest_in_inbox(self, account: AccountId, limit: int) -> list[MessageId]:
        rows = self._all(
            "SELECT s.message FROM shown s WHERE s.folder IN (SELECT id FROM folder WHERE account = ? AND role = ?)"
            " ORDER BY s.date DESC LIMIT ?",
            account,
            Role.INBOX,
            limit,
        )
        return [MessageId(row[0]) for row in rows]

    def written_to(self, limit: int) -> list[str]:
        """Whom the newest `limit` letters in the Sent folders went to, in lower case, each once."""
        rows = self._all(
            "SELECT m.people FROM shown s JOIN message m ON m.id = s.message"
            " WHERE s.folder IN (SELECT id FROM folder WHERE role = ?) ORDER BY s.date DESC LIMIT ?",
            Role.SENT,
            limit,
        )
        people = [person for row in rows for kind in ("to", "cc") for person in json.loads(row[0]).get(kind, ())]
        return list(dict.fromkeys(email.lower() for _name, email in people if email))

    def folders_of(self, message: MessageId) -> list[FolderId]:
        """The folders it shows in."""
        return [FolderId(row[0]) for row in self._all("SELECT folder FROM shown WHERE message = ?", message)]

    def raw(self, message: MessageId) -> bytes | None:
        """The exact bytes, their hash checked; None = not fetched yet, or the file is damaged."""
        rows = self._all("SELECT raw FROM message WHERE id = ? AND raw <> ''", message)
        return read_raw(self._profile, rows[0][0]) if rows else None

    def excerpt(self, message: MessageId) -> tuple[str, list[StoredPart]] | None:
        """Text and parts of a message whose rest is only fetched when asked for; None: it is here, or nothing of it is."""
        rows = self._all(
            "SELECT t.body FROM text t JOIN message m ON m.id = t.id WHERE t.id = ? AND m.raw = ''", message
        )
        if not rows:
            return None
        parts = self._all(
            "SELECT number, name, content_type, size, inline FROM part WHERE message = ? ORDER BY number", message
        )
        return rows[0][0], [
            StoredPart(number=row[0], name=row[1], content_type=row[2], size=row[3], inline=bool(row[4]))
            for row in parts
        ]

    def outbox(self) -> list[OutboxRow]:
        """All letters, the oldest first; sent ones stay listed."""
        return [
            OutboxRow(
                id=OutboxId(row[0]),
                account=AccountId(row[1]),
                to=tuple(json.loads(row[2])),
                subject=row[3],
                state=OutboxState.SENDING if row[4] == "committing" else OutboxState(row[4]),
                filed=bool(row[5]),
                reason=row[6],
                since=row[7],
            )
            for row in self._all(
                "SELECT b.id, b.account, b.recipients, b.subject, b.state, b.filed,"
                " coalesce(nullif(b.reason, ''), nullif(o.reason, ''), CASE WHEN o.id > 0 AND a.state = ? THEN ? ELSE '' END),"
                " b.created FROM outbox b JOIN account a ON a.id = b.account LEFT JOIN operation o ON o.letter = b.id"
                " GROUP BY b.id ORDER BY b.id",
                AccountState.PAUSED,
                TURNED_OFF,
            )
        ]

    def queue(self) -> list[QueueRow]:
        """What waits to be told to the mailbox, or for the user's word, oldest first."""
        return read_queue(self._all)

    def concerned(self, asked: MassChange) -> list[MessageId]:
        """The messages that the mass-change guard asks about, the newest first."""
        return read_concerned(self._all, asked)

    def held_back(self, account: AccountId) -> dict[str, int]:
        """Switch → messages that it holds back while it is off: so many change at once when it is turned on."""
        rows = self._all(
            "SELECT replace(cause, '-', '_'), count(*) FROM overlay WHERE account = ? AND message > 0 GROUP BY cause",
            account,
        )
        return dict(rows)

    def history(
        self, words: str = "", account: AccountId | None = None, limit: int = -1, before: int = 0
    ) -> list[HistoryRow]:
        """What sync changed, the newest first. `words`: only lines that hold all of them, whatever the case.
        `before`: only lines older than the one with this id, 0 = all."""
        return read_history(self._all, words, account, limit, before)

    def drafts(self, *, everywhere: bool = False) -> list[DraftRow]:
        """Those that are not in the Drafts folder, where they are listed as messages; `everywhere`: all of them."""
        from app.store.drafts import as_letter  # brings along what only writers need: lists open faster without

        return [
            DraftRow(id=DraftId(row[0]), account=AccountId(row[1]), letter=as_letter(row[2]), saved=row[3])
            for row in self._all(
                "SELECT id, account, letter, saved FROM draft d WHERE state = 'open' AND (?1 OR NOT EXISTS"
                " (SELECT 1 FROM placement p WHERE p.folder = d.folder AND p.uid = d.copy_uid AND d.copy_uid > 0"
                " AND p.server IS NOT NULL)) ORDER BY saved DESC",
                int(everywhere),
            )
        ]

    def setting(self, key: str, default: str = "") -> str:
        rows = self._all("SELECT value FROM setting WHERE key = ?", key)
        return str(rows[0][0]) if rows else default

    def search(
        self,
        query: str,
        limit: int = 500,
        *,
        now: float = 0.0,
        typing: bool = False,
        overtaken: Callable[[], bool] | None = None,
    ) -> Hits:
        """See `store.search`: `now` for “yesterday”, `typing` while the query may not be finished. `overtaken` is asked now
        and then; once it says yes, Overtaken is raised."""
        from app.store.search import Overtaken, extent_of, search  # lists open faster without

        self._db.set_progress_handler(overtaken, 20_000)
        try:
            ((version,),) = self._all("PRAGMA data_version")
            if self._extent is None or self._extent[0] != version:
                self._extent = version, extent_of(self._all)
            return search(self._all, query, limit, self._extent[1], now=now, typing=typing)
        except sqlite3.OperationalError as trouble:
            if trouble.sqlite_errorname == "SQLITE_INTERRUPT":
                raise Overtaken from trouble
            raise
        finally:
            self._db.set_progress_handler(None, 0)

    def contact(self, message: MessageId) -> Contact | None:
        """What is known about whoever wrote `message`, see `store.contact`."""
        from app.store.contact import read_contact  # lists open faster without

        return read_contact(self._all, message)

    def people(self, prefix: str, limit: int = 8) -> list[tuple[str, str]]:
        """(name, address) pairs from past mail that match what was typed, the most used first."""
        typed = prefix.strip().lower()
        if not typed:
            return []
        pattern = "%" + typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        rows = self._all(
            "SELECT from_name, from_email FROM message WHERE auto = 0 AND from_email <> ''"
            " AND (from_email LIKE ?1 ESCAPE '\\' OR from_name LIKE ?1 ESCAPE '\\')"
            " GROUP BY lower(from_email) ORDER BY count(*) DESC, max(date) DESC LIMIT ?2",
            pattern,
            limit,
        )
        return [(row[0], row[1]) for row in rows]


_ACCOUNT_SQL = (
    "SELECT a.id, a.email, a.name, a.color, a.state, a.imap_host, a.imap_port, a.imap_security, a.imap_user,"
    " a.smtp_host, a.smtp_port, a.smtp_security, a.smtp_user, a.ca_file, a.days, a.all_folders,"
    " a.delete_in, a.delete_out, a.archive_in, a.archive_out, a.last_sync, i.email, i.name, i.signature, a.paused_at, a.provider,"
    " a.fallback_host, a.fallback_port, a.fallback_security, a.fallback_user, a.position,"
    " q.kind, q.used, q.most FROM account a JOIN identity i ON i.id ="
    " (SELECT id FROM identity WHERE account = a.id ORDER BY position, id LIMIT 1)"
    " LEFT JOIN quota q ON q.account = a.id"
    " ORDER BY a.position, a.id"
)

_FOLDER_SQL = (
    "SELECT f.id, f.account, f.name, f.separator, f.role, f.selectable, f.selected,"
    " (SELECT count(*) FROM shown s WHERE s.folder = f.id),"
    " (SELECT count(*) FROM shown s WHERE s.folder = f.id AND s.unseen = 1),"
    " f.server_count, f.recent_count, a.days, f.window_from, f.uidnext > 0, f.window_done = 0,"
    " (SELECT coalesce(sum(count), 0) FROM gap g WHERE g.folder = f.id AND count > 0),"
    " (SELECT coalesce(max(until), 0) FROM gap g WHERE g.folder = f.id AND count > 0)"
    " FROM folder f JOIN account a ON a.id = f.account"
)

_STILL_SHOWS = "EXISTS (SELECT 1 FROM overlay o WHERE o.folder = f.id AND o.message > 0)"
"""The mailbox lost it, and mail that was in it is kept here."""

_MESSAGE_SQL = (
    "SELECT m.id, m.account, m.from_name, m.from_email, m.people, m.subject, m.snippet, m.date, m.sent,"
    " m.attachments, m.size, m.message_id, m.conversation, m.raw <> '', coalesce(min(p.local), o.flags, ''),"
    " coalesce(o.cause, ''), EXISTS (SELECT 1 FROM placement h WHERE h.message = m.id AND h.server IS NOT NULL)"
    " FROM message m LEFT JOIN placement p ON p.message = m.id AND p.local IS NOT NULL"
    " LEFT JOIN overlay o ON o.message = m.id"
)


def _account(row: tuple[Any, ...], identities: tuple[IdentityRow, ...]) -> AccountRow:
    fallback = Server(host=row[26], port=row[27], security=Security(row[28]), user=row[29]) if row[26] else None
    smtp = Server(host=row[9], port=row[10], security=Security(row[11]), user=row[12]) if row[9] else None
    return AccountRow(
        id=AccountId(row[0]),
        email=row[1],
        name=row[2],
        color=row[3],
        state=AccountState(row[4]),
        imap=Server(host=row[5], port=row[6], security=Security(row[7]), user=row[8]),
        smtp=smtp,
        ca_file=row[13],
        days=row[14],
        all_folders=bool(row[15]),
        delete_in=bool(row[16]),
        delete_out=bool(row[17]),
        archive_in=bool(row[18]),
        archive_out=bool(row[19]),
        last_sync=row[20],
        identity=IdentityRow(email=row[21], name=row[22], signature=row[23]),
        paused_at=row[24],
        provider=Provider(row[25]),
        fallback=fallback,
        identities=identities,
        position=row[30],
        quota=Quota(kind=QuotaKind(row[31]), used=row[32], most=row[33]) if row[31] is not None else None,
    )


def _folder(row: tuple[Any, ...]) -> FolderRow:
    name, separator = row[2], row[3]
    parent, _, label = name.rpartition(separator) if separator else ("", "", name)
    return FolderRow(
        id=FolderId(row[0]),
        account=AccountId(row[1]),
        name=name,
        label=label or name,
        parent=parent,
        depth=name.count(separator) if separator else 0,
        role=Role(row[4]),
        selectable=bool(row[5]),
        selected=bool(row[6]),
        total=row[7],
        unread=row[8],
        server_count=None if row[9] < 0 else row[9],
        recent_count=None if row[10] < 0 else row[10],
        window_days=row[11],
        window_from=row[12],
        looked_at=bool(row[13]),
        reading_back=bool(row[13] and row[14]),
        gap_count=row[15],
        gap_until=row[16],
        separator=separator,
    )


def _folder_order(folder: FolderRow) -> tuple[object, ...]:
    # A role inside a tree ("INBOX.Sent") still belongs to the top; other folders sort by their path, part by part.
    if folder.role:
        return folder.account, 0, _ROLES.index(folder.role), folder.name.casefold()
    separator = folder.name[len(folder.parent) : len(folder.parent) + 1] if folder.parent else "\0"
    return folder.account, 1, 0, folder.name.casefold().replace(separator, "\0")


def _message(row: tuple[Any, ...]) -> MessageRow:
    people = json.loads(row[4])
    flags = as_flags(row[14])
    return MessageRow(
        id=MessageId(row[0]),
        account=AccountId(row[1]),
        sender=Address(name=row[2], email=row[3]),
        to=tuple(Address(name=name, email=email) for name, email in people.get("to", ())),
        subject=row[5],
        snippet=row[6],
        date=row[7],
        sent=row[8],
        seen=SEEN in flags,
        flagged=FLAGGED in flags,
        answered=ANSWERED in flags,
        forwarded=FORWARDED in flags,
        keywords=tuple(sorted(flags - _SYSTEM)),
        attachments=row[9],
        size=row[10],
        message_id=row[11],
        conversation=row[12],
        fetched=bool(row[13]),
        cause=row[15],
        in_mailbox=bool(row[16]),
    )
