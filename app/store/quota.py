"""How full each mailbox is, as its server last said."""

from __future__ import annotations

from app.core.events import Topic
from app.core.ids import AccountId
from app.core.values import Quota
from app.store.unit import Unit


def note_quota(unit: Unit, account: AccountId, quota: Quota | None) -> None:
    """None: it has no limit that is known."""
    before = unit.one("SELECT kind, used, most FROM quota WHERE account = ?", account)
    after = (quota.kind.value, quota.used, quota.most) if quota is not None else None
    if quota is None:
        unit.run("DELETE FROM quota WHERE account = ?", account)
    else:
        unit.run(
            "INSERT OR REPLACE INTO quota(account, kind, used, most, said) VALUES (?, ?, ?, ?, ?)",
            account,
            quota.kind,
            quota.used,
            quota.most,
            unit.now,
        )
    if before != after:
        unit.touch(Topic.ACCOUNTS)
