"""Unfinished letters on this computer, and the profile's settings."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from app.core.events import Topic
from app.core.ids import AccountId, DraftId
from app.core.trouble import NotFound
from app.core.values import Address, Attachment, Letter
from app.store.unit import Unit


def save_draft(unit: Unit, draft: DraftId | None, account: AccountId, letter: Letter) -> DraftId:
    text = json.dumps(asdict(letter), ensure_ascii=False)
    unit.touch(Topic.DRAFTS)
    if draft is not None:
        changed = unit.run(
            "UPDATE draft SET account = ?, letter = ?, saved = ? WHERE id = ?", account, text, unit.now, draft
        ).rowcount
        if changed:
            return draft
    if unit.one("SELECT 1 FROM account WHERE id = ?", account) is None:
        raise NotFound("The account of this draft is not here any more. Choose another sender.")
    return DraftId(unit.insert("INSERT INTO draft(account, letter, saved) VALUES (?,?,?)", account, text, unit.now))


def discard_draft(unit: Unit, draft: DraftId) -> None:
    unit.run("DELETE FROM draft WHERE id = ?", draft)
    unit.touch(Topic.DRAFTS)


def as_letter(text: str) -> Letter:
    stored: dict[str, Any] = json.loads(text)
    for key in ("to", "cc", "bcc"):
        stored[key] = tuple(Address(**person) for person in stored[key])
    stored["sender"] = Address(**stored["sender"])
    stored["attachments"] = tuple(Attachment(**item) for item in stored["attachments"])
    stored["references"] = tuple(stored["references"])
    stored["carries"] = tuple((int(message), int(number)) for message, number in stored["carries"])
    return Letter(**stored)


def change_setting(unit: Unit, key: str, value: str) -> None:
    unit.run(
        "INSERT INTO setting(key, value) VALUES (?,?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value
    )
    unit.touch(Topic.SETTINGS)


def setting(unit: Unit, key: str, default: str = "") -> str:
    row = unit.one("SELECT value FROM setting WHERE key = ?", key)
    return default if row is None else str(row[0])
