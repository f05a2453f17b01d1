"""The one copy that each draft has in the mailbox: put there, replaced, taken out. New first, then away with the old.

Each step is written down before the next, so that a program that is killed leaves one copy, or two for a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.events import Topic
from app.core.ids import AccountId, DraftId, FolderId, MessageId
from app.core.values import Letter
from app.store import history
from app.store.departures import drop_unplaced
from app.store.drafts import OPEN, SENT, as_letter, drop_files
from app.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A draft as whoever brings it into the mailbox needs it. `copy`, `stale`: UIDs in `folder`, 0 = none."""

    id: DraftId
    letter: Letter
    saved: float
    state: str
    message_id: str
    uploading: float
    """The version (its `saved`) that was being put into the mailbox when this was written down, 0 = none."""
    version: float
    """The one that is in the mailbox, 0 = none, or another device's."""
    folder: FolderId
    uidvalidity: int
    copy: int
    stale: int
    tries: int


def due_drafts(unit: Unit, account: AccountId) -> list[Kept]:
    rows = unit.all(
        "SELECT id, letter, saved, state, message_id, uploading, version, folder, copy_validity, copy_uid, stale_uid, tries"
        " FROM draft WHERE account = ? AND upload_at > 0 AND upload_at <= ? AND message_id <> '' ORDER BY id",
        account,
        unit.now,
    )
    return [
        Kept(
            id=DraftId(row[0]),
            letter=as_letter(row[1]),
            saved=row[2],
            state=row[3],
            message_id=row[4],
            uploading=row[5],
            version=row[6],
            folder=FolderId(row[7]),
            uidvalidity=row[8],
            copy=row[9],
            stale=row[10],
            tries=row[11],
        )
        for row in rows
    ]


def next_upload(unit: Unit, account: AccountId) -> float | None:
    """Unix seconds, None = no draft waits."""
    (soonest,) = unit.one(
        "SELECT min(upload_at) FROM draft WHERE account = ? AND upload_at > 0 AND message_id <> ''", account
    ) or (None,)
    return None if soonest is None else float(soonest)


def begin_upload(unit: Unit, draft: Kept) -> None:
    """From here on a copy of this version may be in the mailbox, whatever happens to this program."""
    unit.run("UPDATE draft SET uploading = ? WHERE id = ?", draft.saved, draft.id)


def note_uploaded(
    unit: Unit, draft: Kept, version: float, folder: FolderId, uid: int, validity: int, stale: int
) -> None:
    """`version` is in the mailbox now. `stale`: the copy before it, which goes next. What was written since stays due."""
    unit.run(
        "UPDATE draft SET uploading = 0, version = ?, folder = ?, copy_uid = ?, copy_validity = ?, stale_uid = ?, tries = 0,"
        " reason = '' WHERE id = ?",
        version,
        folder,
        uid,
        validity,
        stale,
        draft.id,
    )
    if not stale:
        note_settled(unit, draft)
    unit.touch(Topic.DRAFTS, Topic.QUEUE)


def note_stale_gone(unit: Unit, draft: Kept) -> None:
    unit.run("UPDATE draft SET stale_uid = 0 WHERE id = ?", draft.id)
    note_settled(unit, draft)


def note_settled(unit: Unit, draft: Kept) -> None:
    """Exactly the newest version is in the mailbox, unless somebody wrote on it meanwhile."""
    unit.run(
        "UPDATE draft SET upload_at = 0 WHERE id = ? AND version = saved AND stale_uid = 0 AND state = ?",
        draft.id,
        OPEN,
    )


def part_ways(unit: Unit, draft: Kept, account: AccountId, message_id: str, stale: int) -> None:
    """Another device changed it meanwhile: both versions stay, ours as a draft of its own."""
    unit.run(
        "UPDATE draft SET message_id = ?, copy_uid = 0, uploading = 0, stale_uid = ? WHERE id = ?",
        message_id,
        stale,
        draft.id,
    )
    _tell(
        unit,
        account,
        draft,
        "conflict",
        "Kept two versions of the draft {} in Drafts",
        "It was changed here and on another device at the same time.",
    )


def tell_kept(unit: Unit, draft: Kept, account: AccountId) -> None:
    what, cause = (
        "Put the draft {} back into Drafts in the mailbox",
        "It was deleted there after you had changed it here.",
    )
    _tell(unit, account, draft, "conflict", what, cause)


def note_removed(unit: Unit, draft: Kept, account: AccountId, uids: Sequence[int], where: str) -> None:
    """Its copies left the mailbox, since it was sent or thrown away here. `where`: the name of the folder it went to."""
    for uid in uids:
        row = unit.one("SELECT id, message FROM placement WHERE folder = ? AND uid = ? AND uid > 0", draft.folder, uid)
        if row is not None:
            unit.run("DELETE FROM placement WHERE id = ?", row[0])
            drop_unplaced(unit, [MessageId(row[1])])
            unit.touch(Topic.MESSAGES, Topic.FOLDERS, folder=draft.folder)
    unit.run("DELETE FROM draft WHERE id = ?", draft.id)
    unit.touch(Topic.QUEUE)
    if not uids:
        return
    if draft.state == SENT:
        what, cause = "Took the draft of {} out of the mailbox", "You sent it, or chose another sender."
    elif where:
        what, cause = f"Moved the draft {{}} to {where} in the mailbox", "You threw it away here."
    else:
        what, cause = "Deleted the draft {} for good in the mailbox", "You threw it away here, and there is no Trash."
    _tell(unit, account, draft, "replaced", what, cause)


def put_draft_off(unit: Unit, draft: Kept, reason: str, until: float) -> None:
    unit.run(
        "UPDATE draft SET tries = tries + 1, reason = ?, upload_at = ? WHERE id = ?", reason[:500], until, draft.id
    )
    unit.touch(Topic.QUEUE)


def follow_mailbox(unit: Unit, account: AccountId) -> None:
    """After a whole cycle: a draft whose copy went from the mailbox, and that was not changed here since, went here, too."""
    gone = unit.all(
        "SELECT d.id FROM draft d JOIN folder f ON f.id = d.folder WHERE d.account = ? AND d.state = ? AND d.version = d.saved"
        " AND d.copy_uid > 0 AND f.uidvalidity = d.copy_validity AND f.uidnext > d.copy_uid"
        " AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.folder = d.folder AND p.uid = d.copy_uid)",
        account,
        OPEN,
    )
    for (draft,) in gone:
        unit.run("DELETE FROM draft WHERE id = ?", draft)
        drop_files(unit.profile, DraftId(draft))
        unit.touch(Topic.DRAFTS)


def _tell(unit: Unit, account: AccountId, draft: Kept, kind: str, what: str, cause: str) -> None:
    said = what.replace("{}", f"“{draft.letter.subject or 'no subject'}”")
    history.tell_of_account(unit, account, history.MAILBOX, kind, said, cause)
