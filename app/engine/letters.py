"""Turns what a composer holds into the bytes that leave, exactly once, when the letter is queued."""

from __future__ import annotations

import mimetypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.ids import MessageId
from app.core.trouble import AskUser, Fix, WrongUse
from app.core.values import Letter
from app.mail.build import build, new_message_id
from app.mail.names import safe_filename
from app.mail.parse import part_content
from app.store.bodies import raw_of
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


class Stationery:
    """`random` gives bytes, `clock` Unix seconds: both handed in, so that a letter can be made again."""

    def __init__(self, clock: Callable[[], float], random: Callable[[int], bytes]) -> None:
        self._clock, self._random = clock, random

    def seal(self, unit: Unit, letter: Letter) -> Envelope:
        """Read the attached files now: what is queued does not depend on them any more.

        Raises AskUser when a file cannot be read, WrongUse for headers that cannot be meant.
        """
        recipients = tuple(dict.fromkeys(person.email for person in (*letter.to, *letter.cc, *letter.bcc)))
        if not recipients:
            raise WrongUse("There is nobody to send this to. Add a recipient.", Fix.ADDRESS)
        now = self._clock()
        message_id = new_message_id(letter.sender.email.rpartition("@")[2], self._random(16))
        raw = build(
            letter,
            [*self._carried(unit, letter), *self._files(letter)],
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
    def _files(letter: Letter) -> list[tuple[str, str, bytes]]:
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
    def _carried(unit: Unit, letter: Letter) -> list[tuple[str, str, bytes]]:
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
