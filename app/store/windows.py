"""How far back each folder is read: widened when older mail is asked for, with gaps where the account was turned off."""

from __future__ import annotations

from collections.abc import Collection

from app.core.events import Topic
from app.core.ids import AccountId, FolderId
from app.core.trouble import NotFound
from app.store.labels import opened_for
from app.store.unit import Unit

DAY = 86_400.0
LEAST = 60
"""Days before a reconnection that are fetched at least."""
RESUMING, JOINING = 1, 2
"""Why an account has to hear its mailbox out before it says anything (`account.resuming`, 0 = it has not)."""


def start_of(unit: Unit, days: int) -> float:
    """Where a window of so many days starts (Unix seconds); `days` 0 = all."""
    return unit.now - days * DAY if days else 0.0


def set_days(unit: Unit, account: AccountId, days: int) -> bool:
    """How far back folders are read; 0 = all. What is further back in any folder is fetched by the next sync; of what is
    here nothing goes. True: there is something to fetch."""
    unit.run("UPDATE account SET days = ? WHERE id = ?", days, account)
    unit.touch(Topic.ACCOUNTS, Topic.FOLDERS)
    folders = unit.all("SELECT id FROM folder WHERE account = ? AND uidvalidity <> 0", account)
    return sum(_widen(unit, FolderId(row[0]), start_of(unit, days)) for row in folders) > 0


def load_older(unit: Unit, folder: FolderId, days: int) -> bool:
    """Read this one folder so many days back, 0 = all; its gaps too, as far as they lie inside. False: it was so before."""
    if unit.one("SELECT 1 FROM folder WHERE id = ?", folder) is None:
        raise NotFound("This folder is not here any more.")
    return _widen(unit, opened_for(unit, folder), start_of(unit, days))


def load_gap(unit: Unit, folder: FolderId) -> bool:
    """Fetch what came while the account was turned off. False: nothing is missing for that reason."""
    folder = opened_for(unit, folder)
    if not unit.run("DELETE FROM gap WHERE folder = ?", folder).rowcount:
        return False
    _read_anew(unit, folder)
    return True


def _widen(unit: Unit, folder: FolderId, start: float) -> bool:
    wider = unit.run(
        "UPDATE folder SET window_from = ? WHERE id = ? AND window_from > ?", start, folder, start
    ).rowcount
    if start:
        wider += unit.run("UPDATE gap SET until = ? WHERE folder = ? AND until > ?", start, folder, start).rowcount
    else:
        wider += unit.run("DELETE FROM gap WHERE folder = ?", folder).rowcount
    if wider:
        _read_anew(unit, folder)
    return bool(wider)


def _read_anew(unit: Unit, folder: FolderId) -> None:
    """The next look compares all of it, and fetches what is missing; what it finds is no news, but what came since."""
    unit.run("UPDATE folder SET window_done = 0, highestmodseq = 0 WHERE id = ?", folder)
    unit.touch(Topic.FOLDERS, folder=folder)


def reconnect(unit: Unit, account: AccountId, *, joining: bool = False) -> None:
    """The account goes on after it was turned off: every folder is compared as a whole, and what came meanwhile is no news.

    The last max(60, chosen) days are fetched. Where the account was turned off for longer, what came before that is a gap.
    `joining`: it was disconnected, and its mail was kept.
    """
    days, paused_at = unit.one("SELECT days, paused_at FROM account WHERE id = ?", account) or (LEAST, 0.0)
    start = start_of(unit, max(LEAST, days) if days else 0)
    if 0 < paused_at < start:
        unit.run("DELETE FROM gap WHERE high = 0 AND folder IN (SELECT id FROM folder WHERE account = ?)", account)
        unit.run(
            "INSERT INTO gap(folder, low, until) SELECT id, max(uidnext, first_uidnext), ? FROM folder"
            " WHERE account = ? AND uidvalidity <> 0",
            start,
            account,
        )
    unit.run("UPDATE folder SET window_done = 0, highestmodseq = 0, news_from = -1 WHERE account = ?", account)
    unit.run("UPDATE account SET resuming = ? WHERE id = ?", JOINING if joining else RESUMING, account)


def resuming(unit: Unit, account: AccountId) -> bool:
    """Whether the account was turned on again and not all folders were looked at since: nothing goes out until then."""
    return unit.one("SELECT 1 FROM account WHERE id = ? AND resuming > 0", account) is not None


def joining(unit: Unit, account: AccountId) -> bool:
    """Whether what was kept of a disconnected account is being joined with the mailbox."""
    return unit.one("SELECT 1 FROM account WHERE id = ? AND resuming = ?", account, JOINING) is not None


def end_resuming(unit: Unit, account: AccountId) -> None:
    unit.run("UPDATE account SET resuming = 0, paused_at = 0 WHERE id = ?", account)


def note_first_look(unit: Unit, folder: FolderId, uidnext: int) -> None:
    """Of a folder whose account was turned off: what comes from now on is news, and the gap ends here."""
    unit.run("UPDATE folder SET news_from = ? WHERE id = ?", uidnext, folder)
    unit.run("UPDATE gap SET high = ? WHERE folder = ? AND high = 0", uidnext, folder)


def note_beyond(unit: Unit, folder: FolderId, uids: Collection[int]) -> None:
    """These are in the mailbox and not here, by their date. A gap in which there is nothing is none."""
    for ident, low, high in unit.all("SELECT id, low, high FROM gap WHERE folder = ?", folder):
        count = sum(low <= uid < high for uid in uids)
        if count:
            unit.run("UPDATE gap SET count = ? WHERE id = ?", count, ident)
        else:
            unit.run("DELETE FROM gap WHERE id = ?", ident)
        unit.touch(Topic.FOLDERS, folder=folder)
