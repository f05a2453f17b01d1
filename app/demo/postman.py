"""What happens to mail while the demo runs: letters are delivered, customers answer, new mail arrives."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from random import Random

from app.demo.author import Author, Earlier, Told, read_told
from app.demo.letter import Letter, Person, compose, quoted
from app.demo.moments import wrote

Inbox = Callable[[bytes, datetime], Awaitable[object]]
"""Puts a mail into the Inbox of the demo's user."""

FIRST_ARRIVAL = 25.0
"""Seconds from the start to the first new mail."""


class Postman:
    """Delivers letters of the demo's user and writes the answers. `clock` tells Unix seconds."""

    def __init__(self, author: Author, inbox: Inbox, clock: Callable[[], float]) -> None:
        self._author = author
        self._inbox = inbox
        self._clock = clock
        self._random = Random(f"{author.seed}:answers")  # noqa: S311 - not for secrets
        self._answers: dict[str, int] = {}
        self._is_first = True

    async def deliver(self, recipients: tuple[str, ...], raw: bytes) -> None:
        """To the own address: into the Inbox, below the trace of this server. Other addresses swallow it."""
        now = datetime.fromtimestamp(self._clock(), tz=UTC)
        if self._author.owner.email in (recipient.lower() for recipient in recipients):
            trace = (
                f"Return-Path: <{self._author.owner.email}>\r\n"
                "Received: by mx.fernhill.example with ESMTPSA;\r\n"
                f" {format_datetime(now)}\r\n"
            )
            await self._inbox(trace.encode("ascii") + raw, now)

    def answer_to(self, recipients: tuple[str, ...], raw: bytes) -> tuple[float, Callable[[], bytes]] | None:
        """Whether one of `recipients` answers the letter: after how many seconds, and the mail to be made then.

        The first letter is always answered, later ones in three of four cases; never what a program sent (RFC 3834).
        """
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        told = next((t for address in recipients if (t := self._author.about(address)).get("replies")), None)
        if told is None or mail.get("Auto-Submitted", "no") != "no":
            return None
        delay, luck = self._random.uniform(6.0, 15.0), self._random.random()
        if luck > 0.75 and not self._is_first:
            return None
        self._is_first = False
        number = self._answers.get(told["email"], 0)
        self._answers[told["email"]] = number + 1
        return delay, lambda: self._answer(told, number, mail)

    def _answer(self, told: Told, number: int, mail: EmailMessage) -> bytes:
        sender = Person(told["name"], told["email"])
        now = datetime.fromtimestamp(self._clock(), tz=UTC).astimezone()
        body = mail.get_body(("plain",))
        said = str(body.get_content()).replace("\r\n", "\n").rstrip() if body else ""
        subject = " ".join(str(mail.get("Subject", "")).split())
        references = [*str(mail.get("References", "")).split(), *str(mail.get("Message-ID", "")).split()]
        replies = told["replies"]
        text = f"{replies[number % len(replies)]}\n\n{sender.name}"
        if said:
            text += f"\n\n{wrote(now, self._author.owner.name, told.get('language', 'en'))}\n\n{quoted(said)}"
        letter = Letter(
            sender=sender,
            to=[self._author.owner],
            subject=subject if subject.lower().startswith(("re:", "aw:", "sv:")) else f"Re: {subject}",
            sent=now,
            message_id=self._author.message_id(f"answer/{sender.email}/{number}", sender),
            references=references,
            text=text,
        )
        return compose(letter, arrived=True)

    def arrivals(self) -> Iterator[tuple[float, Callable[[], bytes]]]:
        """The new mail to come: how many seconds after the one before, and the mail to be made then."""
        random = Random(f"{self._author.seed}:arrivals")  # noqa: S311 - not for secrets
        for number, told in enumerate(read_told(self._author.resources / "arrivals.toml")["arrival"]):
            delay = FIRST_ARRIVAL if number == 0 else random.uniform(60.0, 180.0)
            yield delay, lambda number=number, told=told: self._arrival(number, told)  # type: ignore[misc]

    def _arrival(self, number: int, told: Told) -> bytes:
        now = datetime.fromtimestamp(self._clock(), tz=UTC).astimezone()
        earlier = None
        if "answers" in told:
            author = self._author.person(told["answers"]["from"])
            before = self._author.message_id(told["answers"]["mail"], author)
            earlier = Earlier(author, now, "", (before,), told["subject"])
        raw, _ = self._author.write({"quote": False, **told}, f"arrival/{number}", now, earlier=earlier)
        return raw
