"""Folders, messages, one message, its attachments, search: what is here, without the net."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.lines import message_line, message_record, moment, written
from app.cli.run import Run
from app.core.ids import MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import Role
from app.store.rows import FolderRow

if TYPE_CHECKING:
    from app.mail.parse import Parsed
    from app.store.rows import MessageRow

CHUNK = 500
"""Messages read and written at a time: the first lines come at once, however long the list."""


def folders(options: Namespace, run: Run) -> int:
    if options.wish is not None:
        from app.cli.foldering import change_folder

        return change_folder(options, run)
    only = run.account(options.account).id if options.account else None
    emails = {account.id: account.email for account in run.reader.accounts()}
    run.table(
        (
            {
                "account": emails[folder.account],
                "id": folder.id,
                "name": folder.name,
                "role": folder.role.value,
                "selected": folder.selected,
                "server_count": folder.server_count,
                "local_count": folder.total,
                "unread": folder.unread,
                "from": moment(folder.window_from or None),
                "gap": folder.gap_count,
            },
            (
                emails[folder.account],
                folder.name,
                folder.role.value,
                f"{folder.total} here",
                "" if folder.server_count is None else f"{folder.server_count} in the mailbox",
                f"{folder.unread} unread" if folder.unread else "",
                "" if folder.selected else "not kept in step",
                f"{folder.gap_count} not fetched" if folder.gap_count else "",
            ),
        )
        for folder in run.reader.folders(only)
    )
    return 0


def messages(options: Namespace, run: Run) -> int:
    accounts = run.accounts(options.account)
    only = accounts[0].id if options.account else None
    if options.folder is None:
        found = run.reader.recent(only, options.limit)
    else:
        chosen = _folders_named(run.reader.folders(only), options.folder)
        dated: dict[int, float] = {}
        for folder in chosen:
            ids, dates = run.reader.listing(folder.id)
            dated.update(zip(ids, dates, strict=True))
        newest = sorted(dated, key=lambda ident: (dated[ident], ident), reverse=True)
        found = [MessageId(ident) for ident in newest[: options.limit]]
    _list(run, found)
    return 0


def search(options: Namespace, run: Run) -> int:
    # Words may come as one argument or as several.
    query, limit = " ".join(options.query), -1 if options.limit is None else options.limit
    found = run.reader.search(query, limit, now=run.terminal.clock())
    _list(run, found.messages, kind="message")
    if found.waiting:
        run.complain(
            f"{found.waiting} messages here cannot be searched yet. The window takes them in, and so does “doctor”."
        )
    return 0


def _folders_named(folders: Sequence[FolderRow], wanted: str) -> list[FolderRow]:
    """By full name, else by role, in every account."""
    named = [folder for folder in folders if folder.name == wanted]
    if not named and wanted:
        named = [folder for folder in folders if folder.role is not Role.NONE and folder.role.value == wanted.lower()]
    if not named:
        named = [folder for folder in folders if folder.name.casefold() == wanted.casefold()]
    if not named:
        raise NotFound(f"There is no folder “{wanted}” here.")
    return named


def _list(run: Run, found: Sequence[MessageId], **extra: str) -> None:
    emails = {account.id: account.email for account in run.reader.accounts()}
    for start in range(0, len(found), CHUNK):
        some = found[start : start + CHUNK]
        places = run.reader.whereabouts(some) if run.as_json else {}
        for row in run.reader.rows(some):
            if run.as_json:
                run.record(message_record(row, emails.get(row.account, ""), places[row.id]) | extra)
            else:
                run.say(message_line(row))


# --- one message -------------------------------------------------------------------------------------------


def show(options: Namespace, run: Run) -> int:
    message = _message(run, options.id)
    raw = _whole(run, message)
    if options.raw:
        run.terminal.stdout.write(raw)
        return 0
    from app.mail.parse import read_message

    parsed = read_message(raw)
    if options.json:
        run.record(_shown_record(run, message, parsed))
    elif options.html:
        if parsed.html is None:
            raise NotFound("This message has no HTML. Its text is shown by “show” with --text.")
        run.say(_harmless(parsed.html))
    elif options.text:
        run.say(_harmless(parsed.text))
    else:
        run.say(_harmless(_shown_text(message, parsed)))
    return 0


def _shown_record(run: Run, message: MessageRow, parsed: Parsed) -> dict[str, object]:
    account = next((a.email for a in run.reader.accounts() if a.id == message.account), "")
    record = message_record(message, account, run.reader.where(message.id))
    return record | {
        "cc": [written(person) for person in parsed.envelope.cc],
        "in_reply_to": parsed.envelope.in_reply_to or None,
        "references": list(parsed.envelope.references),
        "text": parsed.text,
        "html": parsed.html,
        "parts": [
            {"n": part.number, "name": part.name, "type": part.content_type, "size": part.size, "inline": part.inline}
            for part in parsed.parts
        ],
    }


def _shown_text(message: MessageRow, parsed: Parsed) -> str:
    envelope = parsed.envelope
    lines = [
        f"From: {', '.join(written(person) for person in envelope.senders) or '(no sender)'}",
        f"To: {', '.join(written(person) for person in envelope.to)}",
    ]
    if envelope.cc:
        lines.append(f"Cc: {', '.join(written(person) for person in envelope.cc)}")
    lines += [f"Date: {moment(message.sent) or '(unreadable)'}", f"Subject: {envelope.subject}", "", parsed.text]
    attached = [part for part in parsed.parts if not part.inline]
    if attached:
        lines += ["", "Attachments:"]
        lines += [f"  {part.number}  {part.name or part.content_type}  {part.size:,} bytes" for part in attached]
    return "\n".join(lines)


def attachment(options: Namespace, run: Run) -> int:
    from app.mail.names import safe_filename
    from app.mail.parse import part_content

    raw = _whole(run, _message(run, options.id))
    try:
        part, data = part_content(raw, options.number)
    except KeyError:
        raise NotFound(f"This message has no attachment {options.number}. Nothing was saved.") from None
    folder = Path(options.out)
    if not folder.is_dir():
        raise NotFound(f"There is no folder “{options.out}”. Nothing was saved.")
    path = _save(folder, safe_filename(part.name, f"attachment-{part.number}"), data)
    run.answer({"path": str(path), "type": part.content_type, "size": len(data)}, str(path))
    return 0


def _save(folder: Path, name: str, data: bytes) -> Path:
    """Never over something that is there."""
    for number in range(1, 10_000):
        path = folder / (name if number == 1 else f"{Path(name).stem} ({number}){Path(name).suffix}")
        try:
            with path.open("xb") as file:
                file.write(data)
        except FileExistsError:
            continue
        except OSError as trouble:
            raise WrongUse(f"The attachment cannot be written to “{folder}”: {trouble.strerror}.") from trouble
        return path
    raise WrongUse(f"“{folder}” holds too many files called “{name}”. Nothing was saved.")


def _message(run: Run, ident: int) -> MessageRow:
    rows = run.reader.rows([MessageId(ident)])
    if not rows:
        raise NotFound(f"There is no message {ident} here.")
    return rows[0]


def _whole(run: Run, message: MessageRow) -> bytes:
    raw = run.reader.raw(message.id)
    if raw is not None:
        return raw
    if message.fetched:
        raise NotFound("The stored message is damaged or missing. Run “doctor”, then “sync” fetches it again.")
    raise NotFound("Only the header of this message is here yet. Run “sync” first.")


def _harmless(text: str) -> str:
    """Without what could steer a terminal."""
    return "".join(c if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160) else "�" for c in text)
