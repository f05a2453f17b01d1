"""Accounts, the queue and the outbox as lists, and what may be decided about their entries."""

from __future__ import annotations

from argparse import Namespace

from app.cli.lines import moment
from app.cli.run import Run
from app.core.ids import OutboxId
from app.core.trouble import WrongUse
from app.store.rows import AccountRow, HistoryRow


def accounts(_options: Namespace, run: Run) -> int:
    rows = []
    for account in run.accounts(None):
        record = account_record(run, account)
        folders = record["folders"]
        chosen = folders if isinstance(folders, str) else f"{len(_chosen(run, account))} folders"
        days = "all mail" if account.days == 0 else f"{account.days} days"
        last = record["last_sync"] or "never synced"
        rows.append((record, (account.email, account.name, account.state.value, days, chosen, str(last))))
    run.table(rows)
    return 0


def account_record(run: Run, account: AccountRow) -> dict[str, object]:
    return {
        "email": account.email,
        "name": account.name,
        "provider": "other",
        "state": account.state.value,
        "days": account.days or "all",
        "folders": "all" if account.all_folders else _chosen(run, account),
        "switches": {
            "delete_in": account.delete_in,
            "delete_out": account.delete_out,
            "archive_in": account.archive_in,
            "archive_out": account.archive_out,
        },
        "last_sync": moment(account.last_sync or None),
    }


def _chosen(run: Run, account: AccountRow) -> list[str]:
    return [folder.name for folder in run.reader.folders(account.id) if folder.selected]


def queue(options: Namespace, run: Run) -> int:
    if options.wish is not None:
        return _decide_owed(options, run)
    emails = {account.id: account.email for account in run.reader.accounts()}
    run.table(
        (
            {
                "id": entry.id,
                "account": emails.get(entry.account, ""),
                "kind": entry.kind,
                "what": entry.what,
                "since": moment(entry.since),
                "tries": entry.tries,
                "reason": entry.reason,
            },
            (entry.id, emails.get(entry.account, ""), entry.what, f"tried {entry.tries} times", entry.reason),
        )
        for entry in run.reader.queue()
    )
    return 0


def _decide_owed(options: Namespace, run: Run) -> int:
    from app.cli.inside import do
    from app.core.commands import DiscardOwed, RetryOwed

    if options.entry is None:
        raise WrongUse(f"Which one? Type “queue {options.wish} ID” with an id from “queue”. Nothing was changed.")
    do(run, RetryOwed(entries=(options.entry,)) if options.wish == "retry" else DiscardOwed(entries=(options.entry,)))
    return 0


def history(options: Namespace, run: Run) -> int:
    first, *rest = options.words or [""]
    if first == "undo" and all(word.isdecimal() for word in rest):
        return _undo_history(rest, run)
    emails = {account.id: account.email for account in run.reader.accounts()}
    only = run.account(options.account).id if options.account else None
    rows = run.reader.history(" ".join(options.words), only, -1 if options.limit is None else options.limit)
    run.table(
        (
            {
                "at": moment(row.at),
                "account": emails.get(row.account, ""),
                "side": row.side,
                "what": row.what,
                "message_id": row.message_id or None,
                "folder": row.folder,
                "cause": row.cause,
                "id": row.id,
                "kind": row.kind,
                "message": row.message or None,
                "reversible": row.reversible,
                "undone": moment(row.undone or None),
            },
            (str(row.id), str(moment(row.at)), emails.get(row.account, ""), row.what, _cause(row)),
        )
        for row in rows
    )
    return 0


def _cause(row: HistoryRow) -> str:
    return f"{row.cause} (undone)" if row.undone else row.cause


def _undo_history(entries: list[str], run: Run) -> int:
    from app.cli.inside import do
    from app.core.commands import UndoHistory
    from app.core.events import Done

    if not entries:
        raise WrongUse("Which one? Type “history undo ID” with an id from “history”. Nothing was changed.")
    for event in do(run, UndoHistory(entries=tuple(min(int(entry), 2**62) for entry in entries))):
        if isinstance(event, Done):
            run.answer({"done": event.sentence}, f"{event.sentence}.")
    return 0


def outbox(options: Namespace, run: Run) -> int:
    if options.wish is not None:
        return _decide_letter(options, run)
    run.table(
        (
            {
                "id": letter.id,
                "to": list(letter.to),
                "subject": letter.subject,
                "state": letter.state.value,
                "filed": letter.filed,
                "reason": letter.reason,
            },
            (
                str(letter.id),
                letter.state.value + (", filed in Sent" if letter.filed else ""),
                ", ".join(letter.to[:3]) + (" …" if len(letter.to) > 3 else ""),
                letter.subject or "(no subject)",
                letter.reason,
            ),
        )
        for letter in run.reader.outbox()
    )
    return 0


def _decide_letter(options: Namespace, run: Run) -> int:
    from app.cli.inside import do
    from app.core.commands import DropLetter, RetryLetter, SettleLetter

    if options.letter is None:
        raise WrongUse(f"Which one? Type “outbox {options.wish} ID” with an id from “outbox”. Nothing was changed.")
    wishes = {"retry": RetryLetter, "discard": DropLetter, "sent": SettleLetter}
    do(run, wishes[options.wish](letter=OutboxId(options.letter)))
    return 0
