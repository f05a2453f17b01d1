"""Turning an account off and on again. What it costs the folders is `windows`' business."""

from __future__ import annotations

from app.core.events import Topic
from app.core.ids import AccountId
from app.core.trouble import WrongUse
from app.core.values import AccountState
from app.store import history
from app.store.accounts import set_state, state_of
from app.store.unit import Unit
from app.store.windows import reconnect

RESTING = frozenset({AccountState.PAUSED, AccountState.DISCONNECTED})
"""States in which no worker of the account runs."""


def pause(unit: Unit, account: AccountId) -> bool:
    """No connections from now on. False: it was so before. Raises WrongUse for one that is disconnected."""
    if state_of(unit, account) is AccountState.DISCONNECTED:
        raise WrongUse("This account is disconnected: it has no connections. Nothing was changed.")
    if not set_state(unit, account, AccountState.PAUSED):
        return False
    # Turned off again before everything was looked at: the pause goes on, as far as the mailbox is concerned.
    unit.run("UPDATE account SET paused_at = ? WHERE id = ? AND resuming = 0", unit.now, account)
    history.tell_of_account(
        unit,
        account,
        history.HERE,
        "paused",
        "Turned the account off",
        "You turned it off here. What you change waits.",
    )
    return True


def resume(unit: Unit, account: AccountId) -> bool:
    """It goes on. False: it was not turned off. Raises WrongUse for one that is disconnected."""
    state = state_of(unit, account)
    if state is AccountState.DISCONNECTED:
        raise WrongUse("This account is disconnected. Add it again with its password; its mail here is joined.")
    if state is not AccountState.PAUSED:
        return False
    set_state(unit, account, AccountState.LIVE)
    reconnect(unit, account)
    history.tell_of_account(unit, account, history.HERE, "resumed", "Turned the account on", "You turned it on here.")
    unit.touch(Topic.QUEUE)
    return True


def resting_accounts(unit: Unit) -> set[AccountId]:
    """Those that are turned off or disconnected."""
    rows = unit.all("SELECT id, state FROM account")
    return {AccountId(ident) for ident, state in rows if AccountState(state) in RESTING}
