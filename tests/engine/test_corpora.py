"""Mail that nobody here wrote, and mail nobody should write: all of it arrives whole, is listed, read, made safe and found."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.ids import MessageId
from app.engine.report import Report
from app.mail.parse import read_message
from app.mail.sanitise import safe_html
from household import Home
from pouring import pour
from servers.mailbox import Mailbox
from servers.provider import Provider

CORPORA = Path(__file__).parents[2] / "../shared/corpora"
NO_MAIL = frozenset(
    ".html .htm .xml .ron .json .jsonl .md .out .tnef .pem .list .cfg .tokens .rtf .sh .ntx .dat .bin .xbm .src .sql .pub"
    " .pbm .msf .key".split()
)
NO_MAIL_FOLDERS = ("xss-", "leak-", "strings-", "ispdb", "imaptest", "mailkit-imap/UnitTests/Net")
WORD = re.compile(r"(?<![\w@.])[A-Za-z]{5,20}(?![\w@.])")


def foreign() -> Iterator[tuple[str, bytes]]:
    """(where from, bytes) of every mail in the corpora; an mbox is taken apart."""
    for path in sorted(CORPORA.rglob("*")):
        name = str(path.relative_to(CORPORA))
        if not path.is_file() or path.suffix in NO_MAIL:
            continue
        if name.startswith(NO_MAIL_FOLDERS) and path.suffix not in (".mbox", ".msg", ".eml"):
            continue
        raw = path.read_bytes()
        if path.suffix == ".mbox":
            for number, single in enumerate(re.split(rb"(?m)^From [^\r\n]*\r?\n", raw)[1:]):
                yield f"{name}#{number}", single
        else:
            yield name, raw


def hostile() -> Iterator[tuple[str, bytes]]:
    head = b"From: Zoe <zoe@client.test>\r\nTo: me@example.test\r\n"
    date, subject, kind = b"Date: Mon, 1 Jun 2026 10:00:00 +0200\r\n", b"Subject: Hello\r\n", b"MIME-Version: 1.0\r\n"
    yield "no date", head + subject + b"\r\nText\r\n"
    yield "no subject", head + date + b"\r\nText\r\n"
    yield "no body", head + date + subject
    yield "no header", b"\r\nText only\r\n"
    yield "nothing", b""
    yield "an empty line", b"\r\n"
    yield "no sender", date + subject + b"\r\nText\r\n"
    yield (
        "eight bits everywhere",
        bytes(range(128, 256)).join([b"From: ", b"\r\nSubject: ", b"\r\nX: ", b"\r\n\r\n", b""]),
    )
    yield (
        "unknown charset",
        head + subject + kind + b"Content-Type: text/plain; charset=x-klingon\r\n\r\nnuq\xffneH\r\n",
    )
    yield "unknown encoding", head + subject + kind + b"Content-Transfer-Encoding: x-smoke\r\n\r\npuff\r\n"
    yield "bad encoded words", head + b"Subject: =?utf-8?B?!!!?= =?x?Q?=ZZ?= =?utf-8?Q?=ED=A0=80?=\r\n\r\nText\r\n"
    yield "ten megabytes in one line", head + b"X-Long: " + b"x" * 10_000_000 + b"\r\n" + subject + b"\r\nAfter it\r\n"
    yield "a megabyte of subject", head + b"Subject: " + b"word " * 200_000 + b"\r\n\r\nText\r\n"
    yield "a megabyte of references", head + subject + b"References:" + b" <a@b.test>\r\n" * 80_000 + b"\r\nText\r\n"
    people = b",\r\n ".join(b"P%d <p%d@example.test>" % (number, number) for number in range(10_000))
    yield "ten thousand recipients", head + b"Cc: " + people + b"\r\n" + subject + b"\r\nText\r\n"
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(500))
    yield "five hundred multiparts inside one another", head + kind + nested + b"\r\nDeep\r\n"
    forwarded = b"Content-Type: message/rfc822\r\n\r\n" * 300
    yield "three hundred messages inside one another", head + kind + forwarded + subject + b"\r\nDeep\r\n"
    parts = b"--x\r\n\r\nA part\r\n" * 20_000
    yield (
        "twenty thousand parts",
        head + kind + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--\r\n",
    )
    yield "NULs", head + b"Subject: a\0b\r\n\r\nText\0with\0NULs\r\n"
    yield "bare CR", head.replace(b"\r\n", b"\r") + b"Subject: Mac\r\rText\rline\r"
    yield "bare LF", head.replace(b"\r\n", b"\n") + b"Subject: Unix\n\nText\nline\n"
    yield "no end of line", head + subject + b"\r\nText"
    yield "lone surrogates", head + b"Subject: \xed\xa0\x80\xed\xb0\x80\r\n\r\n\xed\xa0\x80\r\n"
    yield "far future", head + b"Date: Fri, 31 Dec 99999 25:61:61 +9999\r\n" + subject + b"\r\nText\r\n"
    yield "long past", head + b"Date: Thu, 01 Jan 0001 00:00:00 +0000\r\n" + subject + b"\r\nText\r\n"
    yield "fake mbox line", b"From nobody Mon Jan  1 00:00:00 2024\r\n" + head + subject + b"\r\nText\r\n"
    html = b"<div>" * 50_000 + b"deep" + b"<script>alert(1)</script><img src=x onerror=alert(1)>"
    yield "fifty thousand divs", head + subject + kind + b"Content-Type: text/html\r\n\r\n" + html
    yield (
        "a control character in each header",
        head + b"Subject: a\x1b[31m\x07b\x7f\r\nX\x01: y\r\n\r\n\x00\x01\x02\r\n",
    )
    yield "twice the same", head + date + subject + b"\r\nTwin\r\n"
    yield "twice the same again", head + date + subject + b"\r\nTwin\r\n"
    yield (
        "bidirectional name",
        head
        + kind
        + (
            b"Content-Type: application/pdf; name*=utf-8''%E2%80%AEfdp.exe\r\nContent-Disposition: attachment\r\n\r\nMZ\r\n"
        ),
    )


def synced(tmp_path: Path, box: Mailbox, provider: Provider, mails: list[tuple[str, bytes]]) -> tuple[Home, Report]:
    pour(box, provider, (raw for _, raw in mails))
    home = Home(tmp_path / "profile", box)
    return home, home.sync()


def check(home: Home, report: Report, mails: list[tuple[str, bytes]], box: Mailbox) -> None:
    assert report.errors == []
    held = {message.uid: message.raw for message in box.holds("INBOX")}
    rows = home.list()
    assert len(rows) == len(held) == len(mails) == report.fetched
    reader = home.reader()
    places = reader.whereabouts([MessageId(row.id) for row in rows])
    names = dict(zip(sorted(held), (name for name, _ in mails), strict=True))
    for row in rows:
        (uid,) = places[row.id].uid["INBOX"]
        raw = reader.raw(row.id)
        assert raw == held[uid], names[uid]
        assert row.fetched and row.size == len(raw), names[uid]
        assert_can_be_kept(names[uid], row.subject, row.sender.name, row.sender.email, row.snippet, row.message_id)
        started = time.process_time()
        parsed = read_message(raw)
        shown = safe_html(parsed.html or "")
        assert time.process_time() - started < 3.0, names[uid]
        assert_can_be_kept(names[uid], parsed.text, shown.html)
    library = home.library()
    texts = library.look().all("SELECT id, subject, sender, receivers, body, files FROM text")
    found_by_word = 0
    for ident, *columns in texts:
        assert_can_be_kept(str(ident), *columns)
        word = WORD.search(f"{columns[0]} {columns[3]}")
        if word is not None:
            hits = reader.search(f'"{word[0]}"', limit=100_000)
            assert ident in hits.messages, (word[0], columns[0])
            assert hits.searched == len(rows)
            found_by_word += 1
    library.close()
    assert len(texts) == len(rows) and found_by_word > len(rows) // 3
    again = home.sync()
    assert (again.fetched, again.bytes, again.flags, again.removed, again.pushed) == (0, 0, 0, 0, 0)


def assert_can_be_kept(name: str, *texts: str) -> None:
    for text in texts:
        assert "\0" not in text, name
        text.encode("utf-8")


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora lie beside the project and are not here")
def test_every_foreign_mail_arrives_whole_and_can_be_read_and_found(
    tmp_path: Path, mailbox: Mailbox, mail_servers: Provider
) -> None:
    mails = list(foreign())
    assert len(mails) > 1200

    home, report = synced(tmp_path, mailbox, mail_servers, mails)

    check(home, report, mails, mailbox)
    home.close()


def test_hostile_mail_arrives_whole_and_can_be_read_and_found(
    tmp_path: Path, mailbox: Mailbox, mail_servers: Provider
) -> None:
    mails = list(hostile())

    home, report = synced(tmp_path, mailbox, mail_servers, mails)

    check(home, report, mails, mailbox)
    rows = home.list()
    assert {"Mac", "Unix"} <= {row.subject for row in rows}
    reader = home.reader()
    late = [row.subject for row in rows if b"p9999@" in (reader.raw(row.id) or b"") or row.size > 10_000_000]
    assert late == ["Hello", "Hello"]  # it comes after the part of the header that lists ask for
    assert sum(row.snippet == "Twin" for row in rows) == 2  # equal mails are two mails
    home.close()
