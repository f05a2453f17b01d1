"""Turns what a composer holds into the bytes that leave, exactly once, when the letter is queued."""

from __future__ import annotations

import hashlib
import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.ids import MessageId
from app.core.trouble import AskUser, Fix, WrongUse
from app.core.values import Letter
from app.mail.build import build, new_message_id
from app.mail.draft import with_hidden
from app.mail.names import safe_filename
from app.mail.parse import part_content
from app.store.bodies import message_id_of, raw_of
from app.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A letter as bytes, with what SMTP and the outbox need to know of it."""

    raw: bytes
    message_id: str
    mail_from: str
    recipients: tuple[str, ...]
    subject: str
    answers: int = 0
    forwards: int = 0


def as_draft(unit: Unit, letter: Letter, message_id: str, saved: float) -> bytes:
    """The letter as far as it is written, with its attachments and its Bcc. Raises as `Stationery.seal`."""
    raw = build(
        letter,
        [*Stationery.carried(unit, letter), *Stationery.files(letter)],
        message_id=message_id,
        date=saved,
        tz_offset_minutes=time.localtime(saved).tm_gmtoff // 60,
        boundary_seed=int.from_bytes(hashlib.sha256(f"{message_id}/{saved}".encode()).digest()[:8], "big"),
        allow_empty=True,
    )
    forwarded = message_id_of(unit, MessageId(letter.forwards)) if letter.forwards else ""
    return with_hidden(raw, letter, forwarded)


class Stationery:
    """`random` gives bytes, `clock` Unix seconds: both handed in, so that a letter can be made again."""

    def __init__(self, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._clock, self._random = clock, random

    def message_id(self, letter: Letter) -> str:
        """A fresh one."""
        return new_message_id(letter.sender.email.rpartition("@")[2], self._random(16))

    def seal(self, unit: Unit, letter: Letter) -> Envelope:
        """Read the attached files now: what is queued does not depend on them any more.

        Raises AskUser when a file cannot be read, WrongUse for headers that cannot be meant.
        """
        recipients = tuple(dict.fromkeys(person.email for person in (*letter.to, *letter.cc, *letter.bcc)))
        if not recipients:
            raise WrongUse("There is nobody to send this to. Add a recipient.", Fix.ADDRESS)
        now = self._clock()
        message_id = self.message_id(letter)
        raw = build(
            letter,
            [*self.carried(unit, letter), *self.files(letter)],
            message_id=message_id,
            date=now,
            tz_offset_minutes=time.localtime(now).tm_gmtoff // 60,
            boundary_seed=int.from_bytes(self._random(8), "big"),
        )
        return Envelope(
            raw=raw,
            message_id=message_id,
            mail_from=letter.sender.email,
            recipients=recipients,
            subject=letter.subject,
            answers=letter.answers,
            forwards=letter.forwards,
        )

    @staticmethod
    def files(letter: Letter) -> list[tuple[str, str, bytes]]:
        files = []
        for attachment in letter.attachments:
            path = Path(attachment.path)
            name = safe_filename(attachment.name or path.name)
            try:
                data = path.read_bytes()
            except OSError as trouble:
                raise AskUser(
                    f"“{name}” can no longer be read, so the letter was not queued. Attach it again or remove it.",
                    Fix.RETRY,
                    str(trouble),
                ) from trouble
            kind = attachment.content_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
            files.append((name, kind, data))
        return files

    @staticmethod
    def carried(unit: Unit, letter: Letter) -> list[tuple[str, str, bytes]]:
        """Parts of stored messages that go along; number 0 is the whole message."""
        files = []
        for message, number in letter.carries:
            subject, raw = raw_of(unit, MessageId(message))
            if raw is None:
                raise AskUser("The message to forward is not completely here yet. Open it once, then send again.")
            if number == 0:
                files.append((safe_filename(f"{subject or 'message'}.eml"), "message/rfc822", raw))
                continue
            part, data = part_content(raw, number)
            files.append((safe_filename(part.name), part.content_type, data))
        return files
