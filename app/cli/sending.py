"""send: a letter from its parts, or a whole one made elsewhere, goes into the outbox. `sync` delivers it."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from app.cli.inside import at_desk
from app.cli.run import Run
from app.core.commands import SendLetter
from app.core.events import LetterQueued
from app.core.ids import MessageId, OutboxId
from app.core.trouble import NotFound, WrongUse
from app.core.values import Address, Attachment, Letter
from app.engine.letters import Envelope
from app.mail.addresses import addresses
from app.store.rows import AccountRow

LARGEST_TEXT = 50_000_000
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ODD_NAME = re.compile(r"[<>@]")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\"]+|\"[^\"\\]+\"@[^\s@<>()\[\],;:\\\"]+")


def send(options: Namespace, run: Run) -> int:
    if options.template is not None:
        raise WrongUse("Templates are not part of this version of Tandem yet. Nothing was queued.")
    letter = _send_file(options, run) if options.eml is not None else _send_parts(options, run)
    run.answer({"id": letter}, str(letter))
    return 0


# --- from its parts ----------------------------------------------------------------------------------------


def _send_parts(options: Namespace, run: Run) -> OutboxId:
    for needed in ("sender", "subject", "body_file"):
        if getattr(options, needed) is None:
            raise WrongUse(
                f"--{'from' if needed == 'sender' else needed.replace('_', '-')} is missing. Nothing was queued."
            )
    account = run.account(options.sender)
    letter = Letter(
        sender=Address(name=account.identity.name, email=account.identity.email),
        to=_people(options.to),
        cc=_people(options.cc),
        bcc=_people(options.bcc),
        subject=options.subject,
        text=_text(options.body_file, run),
        html=_text(options.html_file, run) if options.html_file is not None else "",
        attachments=tuple(_attachment(name) for name in options.attach),
    )
    if options.reply_to_message is not None:
        letter = _answering(letter, run, options.reply_to_message)
    with at_desk(run) as (desk, events):
        desk.handle(SendLetter(account=account.id, letter=letter))
    (queued,) = [event.letter for event in events if isinstance(event, LetterQueued)]
    return queued


def _people(typed: list[str]) -> tuple[Address, ...]:
    """Strict: what the tolerant reader would have to guess at is refused."""
    found: list[Address] = []
    for text in typed:
        people = () if _CONTROLS.search(text) else addresses(text.encode())
        if not people or not all(_EMAIL.fullmatch(each.email) and not _ODD_NAME.search(each.name) for each in people):
            raise WrongUse(f"“{_CONTROLS.sub('·', text)[:80]}” is not an e-mail address. Nothing was queued.")
        found += people
    return tuple(found)


def _text(name: str, run: Run) -> str:
    data = run.terminal.stdin.read(LARGEST_TEXT) if name == "-" else _file(name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse(f"“{Path(name).name}” is not UTF-8 text. Nothing was queued.") from None


def _file(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as trouble:
        reason = getattr(trouble, "strerror", None) or "no such file"
        raise NotFound(f"“{_CONTROLS.sub('·', name)[-80:]}” cannot be read: {reason}. Nothing was queued.") from trouble


def _attachment(name: str) -> Attachment:
    _file(name)  # said here, with the right exit code, rather than when the letter is made
    return Attachment(path=str(Path(name)))


def _answering(letter: Letter, run: Run, ident: int) -> Letter:
    """RFC 5322 3.6.4: in reply to it, with its references and itself."""
    from dataclasses import replace

    from app.mail.envelope import read_envelope

    rows = run.reader.rows([MessageId(ident)])
    if not rows:
        raise NotFound(f"There is no message {ident} here. Nothing was queued.")
    raw = run.reader.raw(MessageId(ident))
    before: tuple[str, ...] = ()
    if raw is not None:
        envelope = read_envelope(raw)
        before = envelope.references or ((envelope.in_reply_to,) if envelope.in_reply_to else ())
    own = rows[0].message_id
    return replace(
        letter, in_reply_to=own, references=tuple(dict.fromkeys((*before, own))) if own else (), answers=ident
    )


# --- made elsewhere ----------------------------------------------------------------------------------------


def _send_file(options: Namespace, run: Run) -> OutboxId:
    given = ("to", "cc", "bcc", "subject", "body_file", "html_file", "attach", "reply_to_message")
    for option in given:
        if getattr(options, option) not in (None, []):
            raise WrongUse(f"--eml takes a whole letter: leave out --{option.replace('_', '-')}. Nothing was queued.")
    from app.mail.build import new_message_id
    from app.mail.outgoing import ready

    letter = ready(
        _file(options.eml),
        new_id=lambda domain: new_message_id(domain, run.terminal.random(16)),
        now=run.terminal.clock(),
    )
    account = _account_of(run, options.sender or letter.sender.email)
    envelope = Envelope(
        raw=letter.raw,
        message_id=letter.message_id,
        mail_from=account.identity.email,
        recipients=letter.recipients,
        subject=letter.subject,
    )
    with at_desk(run) as (desk, events):
        queued = desk.queue(account.id, envelope)
        events.append(LetterQueued(letter=queued, origin=""))
    return queued


def _account_of(run: Run, email: str) -> AccountRow:
    try:
        return run.account(email)
    except NotFound:
        raise NotFound(
            f"There is no account “{email}” to send from; --from names another. Nothing was queued."
        ) from None
