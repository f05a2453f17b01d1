"""A mailbox as people have it, from a seed: short notes, long threads, newsletters, attachments, several languages.

The mix: 35 % plain text, 57 % with HTML (5 to 80 KB), 8 % with attachments (50 KB to 2 MB, mostly small); half of the
letters that people write are replies, a quarter of the names and subjects is not ASCII. About 50 KB each on average.
"""

from __future__ import annotations

import base64
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, quote

DAY = 86_400
PLAIN = 0.35
SYLLABLES = "ka lo mi ren sta vor tel ne sur pan dre gil os ta ven cor bli ra shu mon ter fel qui zan del por est lin"
COMMON = (
    "the of and to in is you that it for on with as are this be at or from have not we can your will please meeting invoice "
    "project report order account update release customer schedule review budget contract delivery attached regards"
)
FIRST = "Anna Björn Chloé Dmitri Élodie Fatima Gábor Hana Igor José Łukasz Nadia Olivier Søren Tomáš Vera Xin Yuki Zoë"
LAST = "Ångström Çelik Dvořák Evans Faßbinder García Hughes Ito Kowalski Müller Nguyen Petrov Rossi Smith Tanaka Weber"
FOREIGN = (
    "Réunion d’équipe à 14 h – ordre du jour",
    "Angebot für die Übergabe",
    "会議の議事録について",
    "Отчёт за неделю",
    "请查收附件",
    "Zaproszenie na spotkanie żółć",
    "주간 보고서",
    "تقرير الأسبوع",
)
FILES = ("report.pdf", "Übersicht März.xlsx", "photo.jpg", "資料.docx")


@dataclass(frozen=True, slots=True)
class Written:
    """`when` in Unix seconds, also its Date; `message_id` without brackets."""

    raw: bytes
    when: int
    seen: bool
    message_id: str


class Author:
    """Writes `count` letters up to the time `now`, oldest first; the same ones for the same arguments.

    `small`: of plain text only, 4 KB on average.
    """

    def __init__(self, seed: int, *, count: int, days: int, now: int, small: bool = False) -> None:
        self._count = count
        self._days = days
        self._now = now
        self._kinds = PLAIN if small else 1.0
        self._dice = dice = random.Random(seed)
        self._syllables = SYLLABLES.split()
        vocabulary = COMMON.split() + sorted({self._word() for _ in range(30_000)}, key=lambda word: (len(word), word))
        # A pool to cut from, with few frequent and many rare words, as in every language.
        self._words = dice.choices(vocabulary, [1 / (rank + 8) for rank in range(len(vocabulary))], k=400_000)
        first, last = FIRST.split(), LAST.split()
        self._people = [
            (f"{dice.choice(first)} {dice.choice(last)}", f"person{i}@{dice.choice(('client', 'firm', 'shop'))}.test")
            for i in range(400)
        ]
        self._lists = [(f"{self._word().title()} News", f"news@list{i}.test") for i in range(60)]
        self._noise = _lines(base64.b64encode(dice.randbytes(6_000_000)))
        self._blocks = [self._block() for _ in range(400)]
        self._threads: list[tuple[str, list[str]]] = []

    def letters(self) -> Iterator[Written]:
        for number in range(self._count):
            offset = (number + self._dice.random()) * self._days * DAY / self._count
            yield self._letter(number, self._now - self._days * DAY + int(offset))

    def _letter(self, number: int, when: int) -> Written:
        dice = self._dice
        kind = dice.random() * self._kinds
        is_news = PLAIN <= kind < 0.65
        name, address = dice.choice(self._lists if is_news else self._people)
        message_id = f"{dice.getrandbits(96):024x}.{number}@{address.split('@')[1]}"
        subject, references = self._topic(message_id, number, is_news)
        head = [
            *self._path(when, address),
            f"From: {_encoded(name)} <{address}>",
            "To: You <bench@example.test>" + "".join(f",\r\n {_encoded(n)} <{a}>" for n, a in self._others()),
            f"Subject: {'Re: ' if references else ''}{_encoded(subject)}",
            f"Date: {formatdate(when)}",
            f"Message-ID: <{message_id}>",
        ]
        if references:
            head.append(f"In-Reply-To: <{references[-1]}>")
            head.append("References: " + "\r\n ".join(f"<{each}>" for each in references))
        if is_news:
            head += [f"List-Id: <{address.replace('@', '.')}>", "Precedence: bulk"]
            head.append(f"List-Unsubscribe: <https://unsubscribe.test/{dice.getrandbits(90):x}>")
        head.append("MIME-Version: 1.0")
        if kind < PLAIN:
            content = self._plain(is_reply=bool(references))
        elif kind < 0.92:
            content = self._alternative(name, number)
        else:
            content = self._with_files(name, number)
        raw = "\r\n".join(head).encode() + b"\r\n" + content
        return Written(raw, when, seen=dice.random() < 0.8, message_id=message_id)

    def _topic(self, message_id: str, number: int, is_news: bool) -> tuple[str, list[str]]:
        """A new subject, or that of a thread that goes on, mostly a recent one."""
        dice = self._dice
        if not is_news and self._threads and dice.random() < 0.6:
            back = min(int(dice.expovariate(1 / 60)), len(self._threads) - 1)
            subject, members = self._threads[-1 - back]
            before = members[-12:]
            members.append(message_id)
            return subject, before
        foreign = dice.random() < 0.18
        subject = f"{dice.choice(FOREIGN)} {number}" if foreign else " ".join(self._some(2, 9)).capitalize()
        if not is_news:
            self._threads.append((subject, [message_id]))
        return subject, []

    def _path(self, when: int, sender: str) -> Iterator[str]:
        """What servers on the way wrote on top: a good kilobyte on every real message."""
        dice = self._dice
        yield f"Return-Path: <bounce-{dice.getrandbits(40):x}@{sender.split('@')[1]}>"
        for hop in range(dice.choice((2, 3, 3, 4))):
            yield (
                f"Received: from mx{hop}.relay.test (mx{hop}.relay.test [192.0.2.{dice.randrange(255)}])\r\n"
                f"\tby mail{hop}.example.test with ESMTPS id {dice.getrandbits(44):X}\r\n"
                f"\tfor <bench@example.test>; {formatdate(when - hop)}"
            )
        signature = "\r\n\t ".join(base64.b64encode(dice.randbytes(48)).decode() for _ in range(5))
        yield f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.test; s=s1;\r\n\tb={signature}"

    def _others(self) -> list[tuple[str, str]]:
        return self._dice.sample(self._people, self._dice.choice((0, 0, 0, 1, 2, 6)))

    def _plain(self, *, is_reply: bool) -> bytes:
        text = self._text(40, 400)
        if is_reply:
            quoted = self._text(30, 250).replace("\r\n", "\r\n> ")
            text += f"\r\n\r\nOn some day somebody wrote:\r\n> {quoted}"
        charset = self._dice.choice(("utf-8", "utf-8", "utf-8", "iso-8859-1", "windows-1252"))
        body = f"{text}\r\n\r\nMit freundlichen Grüßen\r\nJürgen\r\n".encode(charset)
        encoding = self._dice.choice(("8bit", "quoted-printable"))
        if encoding == "quoted-printable":
            body = _quoted_printable(body)
        return _part(f"text/plain; charset={charset}", encoding, body)

    def _alternative(self, name: str, number: int) -> bytes:
        size = int(5_000 * 16 ** self._dice.random())
        blocks = ['<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><table width="600">\r\n']
        length = 0
        while length < size:
            blocks.append(self._dice.choice(self._blocks))
            length += len(blocks[-1])
        blocks.append(f"<tr><td>Grüße, {name} – №{number}</td></tr></table></body></html>\r\n")
        html = "".join(blocks).encode()
        kind = self._dice.random()
        if kind < 0.25:
            encoding, html = "base64", _lines(base64.b64encode(html))
        elif kind < 0.6:
            encoding, html = "quoted-printable", _quoted_printable(html)
        else:
            encoding = "8bit"
        plain = _part("text/plain; charset=utf-8", "8bit", f"{self._text(40, 400)}\r\n".encode())
        return self._multipart("alternative", [plain, _part("text/html; charset=utf-8", encoding, html)])

    def _with_files(self, name: str, number: int) -> bytes:
        dice = self._dice
        parts = [self._alternative(name, number)]
        size = int(100_000 * 25 ** (dice.random() ** 4))
        for _ in range(dice.choice((1, 1, 1, 2))):
            lines = size // 78
            start = dice.randrange(len(self._noise) // 78 - lines) * 78
            parts.append(_attachment(dice.choice(FILES), self._noise[start : start + lines * 78]))
            size //= 3
        return self._multipart("mixed", parts)

    def _multipart(self, subtype: str, parts: list[bytes]) -> bytes:
        boundary = f"{subtype}_{self._dice.getrandbits(80):x}"
        lines = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
        head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
        return head + lines + f"--{boundary}--\r\n".encode()

    def _block(self) -> str:
        dice = self._dice
        text = " ".join(self._some(30, 110)).capitalize()
        return (
            '<tr><td align="left" style="padding:12px 24px;font-family:Helvetica,Arial,sans-serif;font-size:14px;'
            f'color:#{dice.randrange(0x444444):06x};"><a href="https://click.test/c/{dice.getrandbits(160):040x}">'
            f'<img src="https://img.test/{dice.getrandbits(64):x}.png" width="{dice.randrange(20, 600)}" alt="{text[:24]}">'
            f'</a><p style="margin:0 0 10px 0;">{text}.</p></td></tr>\r\n'
        )

    def _text(self, least: int, most: int) -> str:
        words = self._some(least, most)
        return "\r\n".join(" ".join(words[start : start + 11]) for start in range(0, len(words), 11)) + "."

    def _some(self, least: int, most: int) -> list[str]:
        start = self._dice.randrange(len(self._words) - most)
        return self._words[start : start + self._dice.randrange(least, most)]

    def _word(self) -> str:
        return "".join(self._dice.choices(self._syllables, k=self._dice.choice((1, 2, 2, 3, 3, 4))))


def _part(content_type: str, encoding: str, body: bytes) -> bytes:
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


def _attachment(name: str, encoded: bytes) -> bytes:
    head = (
        f'Content-Type: application/octet-stream; name="{quote(_encoded(name))}"\r\n'
        f'Content-Disposition: attachment; filename="{quote(_encoded(name))}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + encoded


def _encoded(text: str) -> str:
    """As encoded words (RFC 2047) where need be."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _quoted_printable(body: bytes) -> bytes:
    return quopri.encodestring(body.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")


def _lines(encoded: bytes) -> bytes:
    """Base64 in lines of 76 characters."""
    return b"".join(encoded[start : start + 76] + b"\r\n" for start in range(0, len(encoded), 76))
