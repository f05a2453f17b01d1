"""One whole sync of one account in the calling thread: what the command line does, and what another process asks for."""

from __future__ import annotations

from contextlib import suppress

from app.core.ids import AccountId, OutboxId
from app.core.trouble import Stopped
from app.core.values import OutboxState
from app.engine.access import Surroundings
from app.engine.mailroom import Mailroom
from app.engine.post import Post
from app.engine.report import Report
from app.engine.worker import Emit, Inbox
from app.store.files import sweep_unfinished
from app.store.library import Library
from app.store.outbox import settle_after_crash
from app.store.waiting import hurry_account


def settle(library: Library) -> list[OutboxId]:
    """What a crash left in the middle. Only whoever holds the engine lock may do this. Returns the letters of which only
    Sent, or the user, can tell whether they were sent."""
    with library.transaction() as unit:
        caught = settle_after_crash(unit)
    sweep_unfinished(library.profile, unit.now)
    return [letter for letter, state, _ in caught if state == OutboxState.UNCERTAIN]


def hurry(library: Library, account: AccountId) -> None:
    """The user asks for a sync now: what was put off is tried at once."""
    with library.transaction() as unit:
        hurry_account(unit, account)


def sync_whole(
    account: AccountId, ordinary: Surroundings, durable: Surroundings, emit: Emit, inbox: Inbox | None = None
) -> Report:
    """Send, file, push, pull until nothing is left. Trouble with a server is in the report, never raised.

    `ordinary` opens libraries for what can be fetched again, `durable` for letters. A `Stop` in `inbox`, which any thread
    may put there, ends it early and in good order.
    """
    inbox = inbox or Inbox()
    sent = Report()
    post = Post(account, durable, emit, inbox)
    try:
        with suppress(Stopped):  # the mailroom says so, too
            post.empty(sent)
    finally:
        post.close()
    mailroom = Mailroom(account, ordinary, emit, inbox)
    try:
        report = mailroom.sync_to_the_end()
    finally:
        mailroom.close()
    report.pushed += sent.pushed
    report.errors = list(dict.fromkeys([*sent.errors, *report.errors]))
    report.seconds += sent.seconds
    return report
