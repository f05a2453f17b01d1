"""Unfinished letters: kept on this computer, and one copy of each in the mailbox; and the profile's settings.

A draft carries one Message-ID through all its versions, so that its copy is known again, here and on other devices. A row
whose `state` is not open has left this computer: it only waits for its copy in the mailbox to go.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app.core.disk import disk_trouble
from app.core.events import Topic
from app.core.ids import AccountId, DraftId, MessageId
from app.core.trouble import NotFound
from app.core.values import Address, Attachment, Letter
from app.mail.names import safe_filename
from app.store.unit import Unit

IDLE = 30.0
"""Seconds without a change after which a draft is put into the mailbox; one that is closed goes at once."""
OPEN, SENT, DISCARDED = "open", "sent", "discarded"
FILES = "drafts"
"""The folder of the profile with attachments of drafts that were written elsewhere."""


def save_draft(unit: Unit, draft: DraftId | None, account: AccountId, letter: Letter, message_id: str = "") -> DraftId:
    """`message_id` is for a new one; the same for all its versions."""
    text = json.dumps(asdict(letter), ensure_ascii=False)
    unit.touch(Topic.DRAFTS)
    if draft is not None:
        _leave_account(unit, draft, account)
        changed = unit.run(
            # Two versions are never of the same second: with the same size as well, nobody could tell their copies apart.
            "UPDATE draft SET account = ?, letter = ?, saved = max(?, saved + 1), upload_at = ?, tries = 0,"
            " message_id = CASE WHEN message_id = '' THEN ? ELSE message_id END WHERE id = ? AND state = ?",
            account,
            text,
            unit.now,
            unit.now + IDLE,
            message_id,
            draft,
            OPEN,
        ).rowcount
        if changed:
            return draft
    if unit.one("SELECT 1 FROM account WHERE id = ?", account) is None:
        raise NotFound("The account of this draft is not here any more. Choose another sender.")
    return DraftId(
        unit.insert(
            "INSERT INTO draft(account, letter, saved, message_id, upload_at) VALUES (?,?,?,?,?)",
            account,
            text,
            unit.now,
            message_id,
            unit.now + IDLE if message_id else 0.0,
        )
    )


def _leave_account(unit: Unit, draft: DraftId, account: AccountId) -> None:
    """Another sender was chosen: the copy in the old account's mailbox goes, the draft goes on without one."""
    row = unit.one("SELECT account, copy_uid FROM draft WHERE id = ?", draft)
    if row is None or row[0] == account:
        return
    if row[1]:
        unit.run(
            "INSERT INTO draft(account, letter, saved, message_id, upload_at, state, folder, copy_uid, copy_validity)"
            " SELECT account, letter, saved, message_id, ?, ?, folder, copy_uid, copy_validity FROM draft WHERE id = ?",
            unit.now,
            SENT,
            draft,
        )
    unit.run("UPDATE draft SET folder = 0, copy_uid = 0, copy_validity = 0, stale_uid = 0 WHERE id = ?", draft)


def upload_soon(unit: Unit, draft: DraftId) -> AccountId | None:
    """It was closed: what was written is put into the mailbox now. None: there is nothing to put there."""
    row = unit.one(
        "UPDATE draft SET upload_at = ? WHERE id = ? AND state = ? AND upload_at > 0 RETURNING account",
        unit.now,
        draft,
        OPEN,
    )
    return None if row is None else AccountId(row[0])


def leave_here(unit: Unit, draft: DraftId) -> None:
    """What is in the mailbox stays as it is there: the newest version is only here, until somebody writes on it again."""
    unit.run("UPDATE draft SET upload_at = 0, tries = 0, reason = '' WHERE id = ? AND state = ?", draft, OPEN)
    unit.run("DELETE FROM draft WHERE id = ? AND state <> ?", draft, OPEN)
    unit.touch(Topic.DRAFTS, Topic.QUEUE)


def discard_draft(unit: Unit, draft: DraftId, state: str = DISCARDED) -> None:
    """It leaves this computer; its copy in the mailbox follows. `state`: it was sent, or thrown away."""
    left = unit.run(
        "UPDATE draft SET state = ?, upload_at = ?, tries = 0 WHERE id = ? AND (copy_uid > 0 OR uploading > 0)",
        state,
        unit.now,
        draft,
    ).rowcount
    if not left:
        unit.run("DELETE FROM draft WHERE id = ?", draft)
    drop_files(unit.profile, draft)
    unit.touch(Topic.DRAFTS, Topic.QUEUE)


def take_up(unit: Unit, message: MessageId, letter: Letter) -> DraftId:
    """Go on with a draft that is in the mailbox, wherever it was written. It is the same draft from now on."""
    unit.touch(Topic.DRAFTS)
    row = unit.one(
        "SELECT m.account, m.message_id, p.folder, p.uid, f.uidvalidity FROM message m JOIN placement p ON p.message = m.id"
        " JOIN folder f ON f.id = p.folder WHERE m.id = ? AND p.uid > 0 AND p.server IS NOT NULL ORDER BY f.role <> 'drafts'",
        message,
    )
    if row is None:
        raise NotFound("This draft is not in the mailbox any more.")
    account, message_id, folder, uid, uidvalidity = row
    return DraftId(
        unit.insert(
            "INSERT INTO draft(account, letter, saved, version, message_id, folder, copy_uid, copy_validity)"
            " VALUES (?,?,?,?,?,?,?,?)",
            account,
            json.dumps(asdict(letter), ensure_ascii=False),
            unit.now,
            unit.now,
            message_id or f"<{hashlib.sha256(f'{message}/{unit.now}'.encode()).hexdigest()[:26]}@tandem>",
            folder,
            uid,
            uidvalidity,
        )
    )


def account_of(unit: Unit, draft: DraftId) -> AccountId | None:
    row = unit.one("SELECT account FROM draft WHERE id = ?", draft)
    return AccountId(row[0]) if row else None


def draft_of(unit: Unit, message: MessageId) -> DraftId | None:
    """The draft whose copy in the mailbox this message is, or was until a moment ago."""
    row = unit.one(
        "SELECT d.id FROM message m JOIN draft d ON d.account = m.account JOIN placement p ON p.message = m.id"
        " WHERE m.id = ? AND d.state = ? AND p.folder = d.folder"
        " AND ((d.copy_uid > 0 AND p.uid = d.copy_uid) OR (m.message_id <> '' AND d.message_id = m.message_id))"
        " ORDER BY p.uid = d.copy_uid DESC LIMIT 1",
        message,
        OPEN,
    )
    return DraftId(row[0]) if row else None


# --- files --------------------------------------------------------------------------------------------------


def keep_files(profile: Path, draft: DraftId, letter: Letter, files: Sequence[tuple[str, str, bytes]]) -> Letter:
    """The letter with these attachments, (name, content type, bytes), written below the profile."""
    kept: list[Attachment] = []
    for number, (name, kind, data) in enumerate(files):
        path = profile / FILES / str(draft) / str(number) / safe_filename(name or "attachment")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_bytes(data)
        except OSError as trouble:
            raise disk_trouble(trouble) from trouble
        kept.append(Attachment(path=str(path), name=name, content_type=kind))
    return replace(letter, attachments=tuple(kept))


def drop_files(profile: Path, draft: DraftId) -> None:
    shutil.rmtree(profile / FILES / str(draft), ignore_errors=True)


def as_letter(text: str) -> Letter:
    stored: dict[str, Any] = json.loads(text)
    for key in ("to", "cc", "bcc"):
        stored[key] = tuple(Address(**person) for person in stored[key])
    stored["sender"] = Address(**stored["sender"])
    stored["attachments"] = tuple(Attachment(**item) for item in stored["attachments"])
    stored["references"] = tuple(stored["references"])
    stored["carries"] = tuple((int(message), int(number)) for message, number in stored["carries"])
    return Letter(**stored)


def change_letter(unit: Unit, draft: DraftId, letter: Letter) -> None:
    """Its files have found their place; nothing was written."""
    unit.run("UPDATE draft SET letter = ? WHERE id = ?", json.dumps(asdict(letter), ensure_ascii=False), draft)


def change_setting(unit: Unit, key: str, value: str) -> None:
    unit.run(
        "INSERT INTO setting(key, value) VALUES (?,?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value
    )
    unit.touch(Topic.SETTINGS)


def setting(unit: Unit, key: str, default: str = "") -> str:
    row = unit.one("SELECT value FROM setting WHERE key = ?", key)
    return default if row is None else str(row[0])
