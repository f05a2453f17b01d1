"""The notice of a mailbox that is nearly full: once at 90, 95 and 100 per cent, unless it was waved away at that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QCoreApplication

from app.core.ids import AccountId
from app.core.values import AccountState, Quota, QuotaKind
from app.gui.folders.quota import quota_words
from app.gui.window.notice import Notice
from app.store.rows import AccountRow

HEARD = "quota_heard"
"""Setting: "account:level" with commas between, of the notices that were waved away."""
LEVELS = (100, 95, 90)


def tr(text: str) -> str:
    return QCoreApplication.translate("Notices", text)


def level_of(quota: Quota) -> int:
    """Per cent; 0 = there is room."""
    return next((level for level in LEVELS if quota.share * 100 >= level), 0)


def heard_in(text: str) -> dict[AccountId, int]:
    """The levels in a setting; what is no such thing is passed over."""
    pairs = (piece.partition(":") for piece in text.split(","))
    return {AccountId(int(a)): int(n) for a, _, n in pairs if a.isdecimal() and n.isdecimal()}


def as_setting(heard: dict[AccountId, int]) -> str:
    return ",".join(f"{account}:{level}" for account, level in sorted(heard.items()))


def quota_notices(
    accounts: Iterable[AccountRow],
    heard: dict[AccountId, int],
    search: Callable[[str], None],
    wave_away: Callable[[AccountId, int], None],
) -> Iterator[Notice]:
    for row in accounts:
        quota = row.quota
        level = level_of(quota) if quota is not None and row.state is not AccountState.DISCONNECTED else 0
        if quota is not None and level > heard.get(row.id, 0):
            yield _notice(row, quota, level, search, wave_away)


def _notice(
    row: AccountRow,
    quota: Quota,
    level: int,
    search: Callable[[str], None],
    wave_away: Callable[[AccountId, int], None],
) -> Notice:
    full = level == LEVELS[0]
    sentence = tr("The mailbox of {name} is full") if full else tr("The mailbox of {name} is nearly full")
    after = (
        tr("New mail may go back to its senders until there is room.")
        if full
        else tr("When it is full, new mail goes back to its senders.")
    )
    many = quota.kind is QuotaKind.MESSAGES
    query = f"older_than:2y account:{row.email}" if many else f"larger:5M account:{row.email}"
    return Notice(
        tone="warn",
        sentence=sentence.format(name=row.name or row.email),
        detail=f"{quota_words(quota)}. {after}",
        icon="mailbox",
        action=tr("Show old messages") if many else tr("Show large messages"),
        does=lambda: search(query),
        choices=((tr("Not now"), lambda: wave_away(row.id, level)),),
    )
