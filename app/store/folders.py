"""Folders: what the mailbox lists, what they are for, which are kept in step, and how far each has been read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, FolderId
from app.core.labels import ALL_MAIL
from app.core.trouble import Fix, NotFound, TryLater
from app.core.values import Role
from app.store.unit import Unit

BY_USER = "user"


@dataclass(frozen=True, slots=True)
class Gap:
    """UIDs (`low` ≤ UID < `high`) that came while the account was turned off: of them only what was received `until` then
    or later counts (Unix seconds of INTERNALDATE), the rest was not fetched. `high` 0: up to wherever the next look finds."""

    low: int
    high: int
    until: float

    def __contains__(self, uid: int) -> bool:
        return self.low <= uid and (not self.high or uid < self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a folder has been read; `name` is what the mailbox calls it. It moves in the same transaction as the rows it
    covers, never past them.

    `first_uidnext`: the UIDNEXT seen when the folder was first looked at; older mail counts only inside the window, which
    starts at `window_from` (Unix seconds of INTERNALDATE, 0 = all); every later UID counts whatever its date, but in `gaps`.
    `window_done`: the window has been fetched once, as far as headers go. `news_from`: what has a lower UID is no news; -1:
    nothing is that is there at the next look.
    """

    id: FolderId
    name: str
    role: Role
    uidvalidity: int
    uidnext: int
    highestmodseq: int
    server_count: int
    first_uidnext: int
    window_from: float
    window_done: bool
    compared: float
    """When all its messages were last compared with the mailbox (Unix seconds)."""
    news_from: int = 0
    gaps: tuple[Gap, ...] = ()
    label: str = ""
    """Where folders are labels: which one it is."""

    def counts(self, uid: int) -> bool:
        """Whether mail with this UID belongs here whatever its date."""
        return uid >= self.first_uidnext and not any(uid in gap for gap in self.gaps)

    def starts(self, uid: int) -> float:
        """Mail with this UID belongs here if it was received then or later (Unix seconds of INTERNALDATE)."""
        if uid < self.first_uidnext:
            return self.window_from
        return max((gap.until for gap in self.gaps if uid in gap), default=0.0)


def folder_for(unit: Unit, account: AccountId, role: Role) -> FolderId:
    """Raises NotFound when no folder has the role: nothing is moved until the user chooses one. Where folders are labels,
    what is archived is in All Mail."""
    row = unit.one(
        "SELECT id FROM folder WHERE account = ?1 AND (role = ?2 OR (?2 = 'archive' AND label = ?3)) AND gone = 0"
        " AND leaving = 0 ORDER BY role <> ?2 LIMIT 1",
        account,
        role,
        ALL_MAIL,
    )
    if row is None:
        raise NotFound(
            f"No folder of this account is used as {role.value.capitalize()}. Nothing was moved. Choose one first.",
            Fix.FOLDER,
        )
    return FolderId(row[0])


def folder_named(unit: Unit, account: AccountId, name: str) -> FolderId:
    """By its full name or its role; INBOX in any case. Raises NotFound."""
    row = unit.one("SELECT id FROM folder WHERE account = ? AND gone = 0 AND name = ?", account, name)
    if row is None:
        row = unit.one(
            "SELECT id FROM folder WHERE account = ? AND gone = 0 AND role <> '' AND role = lower(?)", account, name
        )
    if row is None:
        raise NotFound(f"There is no folder “{name}” in this account. Nothing was changed.")
    return FolderId(row[0])


def set_role(unit: Unit, folder: FolderId, role: Role) -> None:
    """The user's word beats what the server says; the folder that had the role loses it."""
    unit.run(
        "UPDATE folder SET role = '', role_by = ? WHERE role = ? AND role <> ''"
        " AND account = (SELECT account FROM folder WHERE id = ?)",
        BY_USER,
        role,
        folder,
    )
    unit.run("UPDATE folder SET role = ?, role_by = ? WHERE id = ?", role, BY_USER, folder)
    unit.touch(Topic.FOLDERS)


def choose_folders(unit: Unit, account: AccountId, folders: Iterable[FolderId] | None) -> list[FolderId]:
    """None = all. Returns those that were kept in step before and no longer are."""
    before = {row[0] for row in unit.all("SELECT id FROM folder WHERE account = ? AND selected = 1", account)}
    unit.run("UPDATE account SET all_folders = ? WHERE id = ?", int(folders is None), account)
    if folders is None:
        unit.run("UPDATE folder SET selected = 1 WHERE account = ?", account)
        after = before
    else:
        after = set(folders)
        unit.run("UPDATE folder SET selected = 0 WHERE account = ?", account)
        unit.many("UPDATE folder SET selected = 1 WHERE id = ? AND account = ?", ((f, account) for f in after))
    unit.touch(Topic.FOLDERS, Topic.ACCOUNTS)
    return [FolderId(f) for f in before - after]


_CURSOR = (
    "SELECT id, coalesce(told, name), role, uidvalidity, uidnext, highestmodseq, server_count, first_uidnext, window_from,"
    " window_done, compared, news_from,"
    " (SELECT group_concat(low || ' ' || high || ' ' || until) FROM gap WHERE gap.folder = folder.id), label"
    " FROM folder"
)


def synced_folders(unit: Unit, account: AccountId) -> list[Cursor]:
    """Ticked folders that can be opened, the Inbox first, then by role; Inbox, Trash and Archive even when not ticked. Of
    labels, All Mail has it all."""
    rows = unit.all(
        f"{_CURSOR} WHERE account = ? AND selectable = 1 AND gone = 0 AND leaving = 0 AND told IS NOT ''"
        f" AND label IN ('', '{ALL_MAIL}') AND (selected = 1 OR role IN ('inbox', 'trash', 'archive') OR label <> '')"
        " ORDER BY CASE role WHEN 'inbox' THEN 0 WHEN 'sent' THEN 1 WHEN 'drafts' THEN 2 WHEN 'archive' THEN 3"
        " WHEN '' THEN 4 WHEN 'junk' THEN 8 WHEN 'trash' THEN 9 ELSE 5 END, name",
        account,
    )
    return [_cursor(row) for row in rows]


def cursor_of(unit: Unit, folder: FolderId) -> Cursor:
    """Raises TryLater when it was made here and the mailbox does not have it yet."""
    row = unit.one(f"{_CURSOR} WHERE id = ?", folder)
    if row is None:
        raise NotFound("This folder is not here any more.")
    if not row[1]:
        raise TryLater(f"The mailbox does not have the folder “{name_of(unit, folder)}” yet.")
    return _cursor(row)


def _cursor(row: tuple[object, ...]) -> Cursor:
    ident, name, role, validity, uidnext, modseq, count, first, window_from, done, compared, news_from, gaps, label = (
        row
    )
    return Cursor(
        id=FolderId(int(str(ident))),
        name=str(name),
        role=Role(str(role)),
        uidvalidity=int(str(validity)),
        uidnext=int(str(uidnext)),
        highestmodseq=int(str(modseq)),
        server_count=int(str(count)),
        first_uidnext=int(str(first)),
        window_from=float(str(window_from)),
        window_done=bool(done),
        compared=float(str(compared)),
        news_from=int(str(news_from)),
        gaps=tuple(_gap(text) for text in str(gaps or "").split(",") if text),
        label=str(label),
    )


def _gap(text: str) -> Gap:
    low, high, until = text.split()
    return Gap(int(low), int(high), float(until))


def open_window(unit: Unit, folder: FolderId, uidvalidity: int, uidnext: int, window_from: float) -> None:
    """First look at a folder, or at one whose UIDs were all given anew."""
    unit.run(
        "UPDATE folder SET uidvalidity = ?, first_uidnext = ?, window_from = ?, window_done = 0, uidnext = 0,"
        " highestmodseq = 0, news_from = 0 WHERE id = ?",
        uidvalidity,
        uidnext,
        window_from,
        folder,
    )
    unit.run("DELETE FROM gap WHERE folder = ?", folder)  # UIDs that mean nothing any more; the window covers it


def close_window(unit: Unit, folder: FolderId) -> None:
    """All headers of the window are here."""
    unit.run("UPDATE folder SET window_done = 1 WHERE id = ?", folder)


def note_state(
    unit: Unit, folder: FolderId, uidnext: int, highestmodseq: int, count: int, *, whole: bool = True
) -> None:
    """Everything up to here is stored: when the server says the same next time, nothing needs to be asked. `whole`: every
    message was compared."""
    if whole:
        unit.run("UPDATE folder SET compared = ? WHERE id = ?", unit.now, folder)
    unit.run(
        "UPDATE folder SET uidnext = ?, highestmodseq = ?, server_count = ?, checked = ?, recent_count ="
        " (SELECT count(*) FROM placement p JOIN message m ON m.id = p.message, account a WHERE p.folder = folder.id"
        "  AND p.server IS NOT NULL AND a.id = folder.account AND m.received >= CASE a.days WHEN 0 THEN 0"
        "  ELSE ? - 86400.0 * a.days END) WHERE id = ?",
        uidnext,
        highestmodseq,
        count,
        unit.now,
        unit.now,
        folder,
    )


def unsynced_folders(unit: Unit, account: AccountId) -> list[Cursor]:
    """Folders that can be opened but are not kept in step: only their counts are of interest."""
    synced = {cursor.id for cursor in synced_folders(unit, account)}
    rows = unit.all(
        f"{_CURSOR} WHERE account = ? AND selectable = 1 AND gone = 0 AND leaving = 0 AND told IS NOT ''"
        f" AND (label IN ('', '{ALL_MAIL}') OR (selected = 0 AND role <> 'inbox')) ORDER BY name",
        account,
    )
    return [cursor for cursor in map(_cursor, rows) if cursor.id not in synced]


def note_counts(unit: Unit, folder: FolderId, total: int, recent: int) -> None:
    """What the mailbox holds in a folder that is not kept in step, altogether and inside the account's window.

    The count then no longer belongs to the cursor: once ticked again, the folder is compared as a whole.
    """
    unit.run(
        "UPDATE folder SET server_count = ?, recent_count = ?, highestmodseq = 0 WHERE id = ?", total, recent, folder
    )
    unit.touch(Topic.FOLDERS)


def folder_names(unit: Unit, account: AccountId) -> dict[FolderId, str]:
    """What the mailbox calls them; "" = it does not have it yet."""
    rows = unit.all("SELECT id, coalesce(told, name) FROM folder WHERE account = ?", account)
    return {FolderId(ident): name for ident, name in rows}


def told_name(unit: Unit, folder: FolderId) -> str:
    """What the mailbox calls it; "" = it does not have it."""
    row = unit.one("SELECT coalesce(told, name) FROM folder WHERE id = ?", folder)
    return str(row[0]) if row else ""


def account_of(unit: Unit, folder: FolderId) -> AccountId:
    row = unit.one("SELECT account FROM folder WHERE id = ?", folder)
    if row is None:
        raise NotFound("This folder is not here any more.")
    return AccountId(row[0])


def name_of(unit: Unit, folder: FolderId) -> str:
    row = unit.one("SELECT name FROM folder WHERE id = ?", folder)
    if row is None:
        raise NotFound("This folder is not here any more.")
    return str(row[0])


def nameable_folders(unit: Unit, account: AccountId) -> list[tuple[str, str, Role]]:
    """(name, separator, role) of every folder that can hold mail."""
    rows = unit.all(
        "SELECT name, separator, role FROM folder WHERE account = ? AND gone = 0 AND leaving = 0 AND selectable = 1",
        account,
    )
    return [(name, separator, Role(role)) for name, separator, role in rows]


def folders_left_behind(unit: Unit, account: AccountId) -> list[Cursor]:
    """Folders that the mailbox does not list any more, and that still have mail here."""
    rows = unit.all(
        f"{_CURSOR} WHERE account = ? AND gone = 1 AND EXISTS (SELECT 1 FROM placement p WHERE p.folder = folder.id"
        " AND (p.server IS NOT NULL OR (p.uid = 0 AND p.base IS NULL)))",
        account,
    )
    return [_cursor(row) for row in rows]


def note_folder_gone(unit: Unit, folder: FolderId) -> None:
    """The mailbox does not know it any more; its mail stays until it was looked for elsewhere."""
    unit.run("UPDATE folder SET gone = 1 WHERE id = ?", folder)
    unit.touch(Topic.FOLDERS)


def window_start(unit: Unit, account: AccountId, cursor: Cursor) -> float:
    """Where the window of a folder starts (Unix seconds, 0 = everything).

    When every UID was given anew, or a folder that is gone may be this one under a new name, what is here must be found
    again, however old it is.
    """
    if cursor.uidvalidity:
        start, known = cursor.window_from, "p.folder = ?"
    else:
        # A folder that was made while the account was turned off is read as far back as the others then are.
        (days,) = unit.one(
            "SELECT CASE WHEN resuming > 0 AND days > 0 THEN max(days, 60) ELSE days END FROM account WHERE id = ?",
            account,
        ) or (60,)
        start = unit.now - days * 86_400.0 if days else 0.0
        known = "p.folder IN (SELECT id FROM folder WHERE account = ? AND gone = 1) AND p.uid > 0 AND p.server IS NULL"
    (oldest,) = unit.one(
        f"SELECT min(m.received) FROM placement p JOIN message m ON m.id = p.message WHERE {known}",
        cursor.id if cursor.uidvalidity else account,
    ) or (None,)
    return start if oldest is None else min(start, float(oldest))
