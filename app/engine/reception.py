"""What another process of the same profile may ask of the one that holds the engine. Knows no sockets.

Every event of the house passes through `hear` on its way to whoever shows it, so that a sync asked for from outside can
be waited for.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from app.core.commands import Command, Push, SendNow, Sync
from app.core.events import Changed, CommandFailed, Event, OutboxTried, Synced, Topic, WindowWanted
from app.core.ids import AccountId
from app.core.trouble import Trouble
from app.core.values import AccountState
from app.engine.access import resting_report
from app.engine.errand import hurry
from app.engine.report import Report
from app.engine.worker import Emit
from app.store.library import Library
from app.store.views import Reader

OPENED_WITHIN = 10.0
"""Seconds in which the workers of an account start that another process has added."""
LOOK = 0.1


class Staff(Protocol):
    """What is needed of the house."""

    def post(self, command: Command) -> None: ...

    def runs(self, account: AccountId) -> bool: ...

    def library(self) -> Library: ...


class Reception:
    def __init__(self, profile: Path, emit: Emit) -> None:
        """`emit` is called from any thread, as that of the house."""
        self._profile, self._emit = profile, emit
        self._turn = threading.Condition()
        self._heard: dict[str, Event] = {}
        self._awaited: set[str] = set()
        self._closed = False
        self._serial = itertools.count(1)
        self._house: Staff | None = None

    def open(self, house: Staff) -> None:
        """From now on requests are answered. `house` must have been given `hear` as its `emit`."""
        self._house = house

    def close(self) -> None:
        """Whoever still waits gets an answer that says so."""
        with self._turn:
            self._closed = True
            self._turn.notify_all()

    def hear(self, event: Event) -> None:
        """Any thread."""
        origin = _ended(event)
        if origin:
            with self._turn:
                if origin in self._awaited:
                    self._heard[origin] = event
                self._turn.notify_all()
        self._emit(event)

    def answer(self, request: Mapping[str, object]) -> dict[str, object]:
        """`do`: changed, sync, show, mailto. Blocks until it is done. Trouble is answered as `error` with a sentence."""
        if self._house is None or self._closed:
            return {"error": "Tandem is just starting or closing. Try again in a moment."}
        try:
            match request.get("do"):
                case "changed":
                    return self._changed(self._house)
                case "sync":
                    return self._sync(self._house, request.get("account"))
                case "show":
                    self._emit(WindowWanted())
                    return {"ok": True}
                case "mailto":
                    self._emit(WindowWanted(mailto=str(request.get("url", ""))))
                    return {"ok": True}
                case _:
                    return {"error": "The running Tandem does not know this request."}
        except Trouble as trouble:
            return {"error": str(trouble)}

    # --- inside --------------------------------------------------------------------------------------------

    def _accounts(self) -> Sequence[tuple[AccountId, str]]:
        reader = Reader(self._profile)
        try:
            return [(account.id, account.email) for account in reader.accounts()]
        finally:
            reader.close()

    def _changed(self, house: Staff) -> dict[str, object]:
        """Another process wrote into the library: views look again, and what it owes goes out."""
        self._emit(Changed(topics=frozenset(Topic)))
        for account, _ in self._accounts():
            house.post(SendNow(account=account))
            house.post(Push(account=account))
        return {"ok": True}

    def _sync(self, house: Staff, wanted: object) -> dict[str, object]:
        accounts = [
            (account, email)
            for account, email in self._accounts()
            if wanted is None or email.lower() == str(wanted).lower()
        ]
        library = house.library()
        try:
            asleep = [report for account, _ in accounts if (report := resting_report(library, account)) is not None]
            emails = {report.email for report in asleep}
            if wanted is None:
                asleep = [report for report in asleep if report.state is not AccountState.DISCONNECTED]
            accounts = [(account, email) for account, email in accounts if email not in emails]
            self._await_workers(house, [account for account, _ in accounts])
            for account, _ in accounts:
                hurry(library, account)
        finally:
            library.close()
        sent = self._all(house, [(account, SendNow(account=account, origin=self._token())) for account, _ in accounts])
        synced = self._all(
            house, [(account, Sync(account=account, origin=self._token(), tell=True)) for account, _ in accounts]
        )
        for event in (*sent.values(), *synced.values()):
            if isinstance(event, CommandFailed):
                return {"error": event.reason}
        if len(synced) < len(accounts) or len(sent) < len(accounts):
            return {"error": "Tandem closed before the sync came to its end. What is waiting is safe."}
        reports = [_report(sent[account], synced[account]) for account, _ in accounts]
        return {"reports": reports + [as_answer(report) for report in asleep]}

    def _token(self) -> str:
        return f"reception-{next(self._serial)}"

    def _await_workers(self, house: Staff, accounts: Sequence[AccountId]) -> None:
        """An account that another process has just added gets its workers once somebody heard of it."""
        if all(house.runs(account) for account in accounts):
            return
        self._emit(Changed(topics=frozenset(Topic)))
        for _ in range(int(OPENED_WITHIN / LOOK)):
            with self._turn:
                if self._closed or all(house.runs(account) for account in accounts):
                    return
                self._turn.wait(LOOK)

    def _all(self, house: Staff, wishes: Sequence[tuple[AccountId, SendNow | Sync]]) -> dict[AccountId, Event]:
        """Post all, then wait until each has come to its end; those of accounts that left meanwhile are missing."""
        with self._turn:
            self._awaited |= {wish.origin for _, wish in wishes}
        for _, wish in wishes:
            house.post(wish)
        found: dict[AccountId, Event] = {}
        for account, wish in wishes:
            with self._turn:
                while wish.origin not in self._heard and not self._closed and house.runs(account):
                    self._turn.wait(1.0)
                self._awaited.discard(wish.origin)
                event = self._heard.pop(wish.origin, None)
            if event is not None:
                found[account] = event
        return found


def _ended(event: Event) -> str:
    """The origin of the wish that this event ends, "" for any other event."""
    match event:
        case Synced(origin=origin) | OutboxTried(origin=origin):
            return origin
        case CommandFailed(command=Sync(origin=origin) | SendNow(origin=origin)):
            return origin
    return ""


def _report(sent: Event, synced: Event) -> dict[str, object]:
    assert isinstance(sent, OutboxTried) and isinstance(synced, Synced)
    answer = as_answer(synced)
    answer["pushed"] = synced.pushed + sent.pushed
    answer["errors"] = list(dict.fromkeys([*sent.errors, *synced.errors]))
    return answer


def as_answer(report: Report | Synced) -> dict[str, object]:
    return {
        "email": report.email,
        "fetched": report.fetched,
        "bytes": report.bytes,
        "flags": report.flags,
        "removed": report.removed,
        "pushed": report.pushed,
        "waiting": report.waiting,
        "seconds": report.seconds,
        "errors": list(report.errors),
        "exit_code": report.exit_code,
        "state": report.state.value,
    }
