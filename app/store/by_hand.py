"""Conversations that the user split or merged: they stay as they are, whatever messages refer to."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from app.core.events import Topic
from app.core.ids import AccountId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.store.threads import join_conversations, said_by
from app.store.unit import Unit

Back = Callable[[Unit], None]
"""Takes it back."""
MOST = 100
"""Conversations merged at once: more than that were selected by mistake."""
_MANY = 500


def split(unit: Unit, message: MessageId) -> tuple[int, Back]:
    """This message and what answers it, directly or through others, become a conversation of their own. How many they are.

    Raises NotFound or WrongUse when nothing would be left of the old one: nothing was changed then.
    """
    row = unit.one("SELECT account, conversation FROM message WHERE id = ?", message)
    if row is None:
        raise NotFound("This message is not here any more. Nothing was changed.")
    account, before = AccountId(row[0]), int(row[1])
    every = {ident for (ident,) in unit.all("SELECT id FROM message WHERE account = ? AND conversation = ?", *row)}
    part = _answering(unit, account, message) & every | {int(message)}
    rest = every - part
    if not rest:
        raise WrongUse("The conversation begins with this message, so there is nothing to split. Nothing was changed.")
    was_fixed = _is_fixed(unit, before)
    after = min(part), before if before in rest else min(rest)
    for ids, conversation in ((part, after[0]), (rest, after[1])):
        _put(unit, account, ids, conversation)
    _fix(unit, account, after, before)

    def back(unit: Unit) -> None:
        # What came since goes along.
        for conversation in after:
            unit.run(
                "UPDATE message SET conversation = ? WHERE conversation = ? AND account = ?",
                before,
                conversation,
                account,
            )
        _unfix(unit, after)
        _fix(unit, account, (before,) if was_fixed else ())
        unit.touch(Topic.MESSAGES)

    return len(part), back


def merge(unit: Unit, messages: Sequence[MessageId]) -> tuple[int, Back]:
    """The conversations of these messages become one. How many they were.

    Raises WrongUse when they are of several accounts, or one conversation already: nothing was changed then.
    """
    found = unit.all(
        "SELECT DISTINCT account, conversation FROM message WHERE id IN (SELECT value FROM json_each(?))",
        json.dumps([int(message) for message in messages]),
    )
    if not found:
        raise NotFound("These messages are not here any more. Nothing was changed.")
    if len({account for account, _ in found}) > 1:
        raise WrongUse("Conversations of different accounts cannot become one. Nothing was changed.")
    account = AccountId(found[0][0])
    several = sorted(conversation for _, conversation in found)
    if len(several) < 2:
        raise WrongUse("These messages are one conversation already. Nothing was changed.")
    if len(several) > MOST:
        raise WrongUse(f"These are {len(several):,} conversations. At most {MOST} can become one. Nothing was changed.")
    one = several[0]
    before = {
        conversation: {
            ident
            for (ident,) in unit.all(
                "SELECT id FROM message WHERE account = ? AND conversation = ?", account, conversation
            )
        }
        for conversation in several
    }
    were_fixed = [conversation for conversation in several if _is_fixed(unit, conversation)]
    for conversation in several[1:]:
        _put(unit, account, before[conversation], one)
    _fix(unit, account, (one,), *several[1:])

    def back(unit: Unit) -> None:
        for conversation in several[1:]:
            _put(unit, account, before[conversation], conversation)
        _unfix(unit, (one,))
        _fix(unit, account, were_fixed)
        # What came since finds its place anew.
        here = {
            ident
            for (ident,) in unit.all("SELECT id FROM message WHERE account = ? AND conversation = ?", account, one)
        }
        since = here - before[one]
        _put(unit, account, since, 0)
        join_conversations(unit, account, said_by(unit, "account = ? AND conversation = 0", account))

    return len(several), back


def _answering(unit: Unit, account: AccountId, message: MessageId) -> set[int]:
    """What answers the message, and what answers those."""
    found: set[int] = set()
    ahead = [int(message)]
    while ahead:
        marks = ",".join("?" * len(ahead[:_MANY]))
        rows = unit.all(
            "SELECT DISTINCT mention.message FROM message o JOIN mention ON mention.header = o.message_id"
            f" JOIN message m ON m.id = mention.message WHERE o.id IN ({marks}) AND o.message_id <> '' AND m.account = ?",
            *ahead[:_MANY],
            account,
        )
        fresh = {ident for (ident,) in rows} - found
        found |= fresh
        ahead = ahead[_MANY:] + sorted(fresh)
    return found


def _put(unit: Unit, account: AccountId, messages: set[int], conversation: int) -> None:
    unit.many(
        "UPDATE message SET conversation = ? WHERE id = ? AND account = ?",
        [(conversation, ident, account) for ident in sorted(messages)],
    )
    unit.touch(Topic.MESSAGES)


def _is_fixed(unit: Unit, conversation: int) -> bool:
    return unit.one("SELECT 1 FROM by_hand WHERE conversation = ?", conversation) is not None


def _fix(unit: Unit, account: AccountId, conversations: Sequence[int], *instead: int) -> None:
    """These are as the user wants them, in place of others."""
    _unfix(unit, instead)
    unit.many(
        "INSERT OR IGNORE INTO by_hand(conversation, account) VALUES (?,?)",
        [(conversation, account) for conversation in conversations],
    )


def _unfix(unit: Unit, conversations: Sequence[int]) -> None:
    unit.many("DELETE FROM by_hand WHERE conversation = ?", [(conversation,) for conversation in conversations])
