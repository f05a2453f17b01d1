"""sync: by this process if nobody holds the engine, otherwise by whoever does."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import Any

from app.cli.codes import DONE, WAITING
from app.cli.inside import proofs_of, surroundings
from app.cli.run import Run
from app.cli.stopping import stopped_by_signals
from app.core.trouble import TryLater
from app.core.values import AccountState, OutboxState
from app.desktop.instance import EngineLock, ask
from app.desktop.logbook import close_log, keep_log
from app.engine.errand import hurry, settle, sync_whole
from app.engine.report import Report
from app.engine.worker import Emit
from app.store.connection import Gate
from app.store.rows import AccountRow
from app.store.transfers import MOVE, anything_to_transfer

PATIENCE = 60.0
"""Seconds to wait for another short-lived process, such as a second `sync`."""
LOOK = 0.05
FIELDS = ("email", "fetched", "bytes", "flags", "removed", "pushed", "waiting", "seconds", "errors", "state")
RESTS = {
    "paused": "This account is turned off: nothing was fetched or sent. “tandem account enable” turns it on.",
    "disconnected": "This account is disconnected: its mail here is an archive. “tandem account add” connects it again.",
}


def sync(options: Namespace, run: Run) -> int:
    accounts = [
        account
        for account in run.accounts(options.account)
        if options.account or account.state is not AccountState.DISCONNECTED
    ]
    if not accounts:
        run.complain("There is no account to sync. Add one with “tandem account add”.")
        return DONE
    lock = EngineLock(run.profile)
    deadline = time.monotonic() + PATIENCE
    while not lock.acquire():
        answer = ask(run.profile, {"do": "sync", "account": options.account})
        if answer is not None:
            return _from_holder(run, answer)
        if time.monotonic() > deadline:
            run.complain(
                "Another Tandem is still syncing this profile. Nothing is lost; try again when it has finished."
            )
            return WAITING
        time.sleep(LOOK)
    keep_log(run.profile)
    try:
        return _sync_here(run, accounts)
    finally:
        close_log()
        lock.release()


def _from_holder(run: Run, answer: Mapping[str, Any]) -> int:
    if "error" in answer:
        raise TryLater(str(answer["error"]))
    reports: Sequence[Mapping[str, Any]] = answer["reports"]
    for report in reports:
        _tell(run, report)
    return _code([(int(report["exit_code"]), int(report["waiting"])) for report in reports])


def _sync_here(run: Run, accounts: Sequence[AccountRow]) -> int:
    gate, proofs, emit = Gate(), proofs_of(run), _silent
    ordinary = surroundings(run, gate, emit, durable=False, proofs=proofs)
    durable = surroundings(run, gate, emit, durable=True, proofs=proofs)
    library = durable.open_library()
    try:
        caught = settle(library)
        for account in accounts:
            hurry(library, account.id)
        # What moves here from another account is brought first: then it can leave there in the same run.
        getting = {account.id for account in accounts if anything_to_transfer(library.look(), account.id, MOVE)}
    finally:
        library.close()
    reports: list[Report] = []
    with stopped_by_signals() as stopping:
        for account in sorted(accounts, key=lambda each: each.id not in getting):
            report = sync_whole(account.id, ordinary, durable, emit, stopping.inbox)
            if stopping.code:
                run.complain("Stopped. What came is here, and nothing is lost; the next sync goes on from there.")
                return stopping.code
            _tell(run, {name: getattr(report, name) for name in FIELDS})
            run.terminal.stdout.flush()
            reports.append(report)
    for letter in run.reader.outbox() if caught else ():
        if letter.id in caught and letter.state is OutboxState.UNCERTAIN:  # Sent does not have it either
            run.complain(f"{letter.reason} It waits in the outbox for your decision.")
    return _code([(report.exit_code, report.waiting) for report in reports])


_silent: Emit = lambda _event: None  # noqa: E731 - a constant of the type that workers take


def _code(ends: Sequence[tuple[int, int]]) -> int:
    """The first account's trouble, else whether anything waits."""
    for code, _ in ends:
        if code:
            return code
    return WAITING if any(waiting for _, waiting in ends) else DONE


def _tell(run: Run, report: Mapping[str, Any]) -> None:
    record = {name: report[name] for name in FIELDS}
    record["state"] = str(record["state"])
    record["seconds"] = round(float(record["seconds"]), 3)
    told = [
        f"{report['fetched']} fetched ({report['bytes'] / 1e6:.1f} MB)",
        f"{report['flags'] + report['removed']} changes in",
        f"{report['pushed']} out",
        f"{report['waiting']} waiting",
        f"{record['seconds']:.1f} s",
    ]
    run.answer(record, f"{report['email']}: {', '.join(told)}")
    rest = RESTS.get(record["state"])
    for sentence in [*([rest] if rest else []), *report["errors"]]:
        run.complain(f"{report['email']}: {sentence}")
