"""Reads mail as the program does to list, index and show it, and tells what each costs: `reading_costs.py [ONE_IN] [NAME …]`.

Bombs always; of the mail of the corpora one in so many (1: all); or only what is named.

A line of JSON: `[[name, seconds of processor time, kB of memory at the most besides what there was], …]`.
"""

from __future__ import annotations

import ctypes
import gc
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from app.core.ids import MessageId  # noqa: E402
from app.gui.reader.behind import Watcher  # noqa: E402
from app.gui.reader.content import read_content, without_colours  # noqa: E402
from app.mail.parse import read_new  # noqa: E402
from engine.test_corpora import CORPORA, foreign, hostile  # noqa: E402
from gui.scene import NOW, Scene  # noqa: E402

HEAD = b"From: Zoe <zoe@client.test>\r\nTo: me@example.test\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n"


def bombs() -> Iterator[tuple[str, bytes]]:
    """Small things that want to be large, and large things that want to be larger."""
    pages = {
        "sixty thousand divs": b"<div>" * 60_000,
        "tables that never close": b"<table><tr><td>" * 20_000,
        "links in links": b"<a href=x><b><i><u>" * 20_000,
        "a huge style": b"<style>" + b"p{color:red}" * 100_000 + b"</style><p>x",
        "style attributes": b"<p style='color:rgb(1,2,3);margin:calc(1px + (2px * 3))'>x</p>" * 20_000,
        "only entities": b"&amp;&lt;&#x41;&nbsp;" * 200_000,
        "only quotes": b"<blockquote>" * 900 + b"x" + b"</blockquote>" * 900,
        "many quotes": b"<p>On 1 May 2026, Zoe wrote:</p><blockquote>x</blockquote>" * 10_000,
        "attributes without end": b"<p " + b"a=b " * 500_000 + b">x",
        "an attribute without end": b"<p title='" + b"x" * 4_000_000,
        "forty thousand links": b"<a href='https://client.test/a'>https://bank.test/a</a>\r\n" * 40_000,
        "forty thousand pictures": b"<img src='https://client.test/a.png' width=1>\r\n" * 40_000,
        "a picture in the words": b"<img src='data:image/png;base64," + b"A" * 4_000_000 + b"'>",
        "comments": b"<!--" * 300_000,
        "one long line": b"word " * 800_000,
        "one long word": b"w" * 4_000_000,
        "an early end and much after it": b"</body></html>" + b"<p>x</p>" * 100_000,
    }
    for name, page in pages.items():
        yield name, HEAD + HTML + page
    plain = {
        "links in plain text": b"https://client.test/a?b=c&d=e zoe@client.test www.client.test\r\n" * 50_000,
        "quotes in quotes": b">" * 1_000 + b" x\r\n" + b"> > > x\r\n" * 200_000,
        "attributions": b"On Mon, 1 Jun 2026 at 10:00, Zoe <zoe@client.test> wrote:\r\n> x\r\n" * 50_000,
        "flowed": b"word \r\n" * 500_000,
        "dots and at signs": b"a.a@" * 900_000,
    }
    for name, text in plain.items():
        kind = b"Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" if name == "flowed" else b"\r\n"
        yield name, HEAD + kind + text
    related = HEAD + b"Content-Type: multipart/related; boundary=x\r\n\r\n--x\r\n" + HTML
    image = (
        b"\r\n--x\r\nContent-Type: image/png\r\nContent-ID: <%d@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n"
    )
    yield (
        "one large picture shown a thousand times",
        related + b"<img src='cid:1@x'>" * 1_000 + image % (1, b"iVBORw0KGgo" + b"A" * 7_000_000) + b"--x--\r\n",
    )
    yield (
        "a hundred pictures of half a megabyte",
        related
        + b"".join(b"<img src='cid:%d@x'>" % number for number in range(100))
        + b"".join(image % (number, b"iVBORw0KGgo" + b"A" * 500_000) for number in range(100))
        + b"--x--\r\n",
    )
    yield (
        "a thousand small pictures",
        related
        + b"".join(b"<img src='cid:%d@x'>" % number for number in range(1_000))
        + b"".join(image % (number, b"iVBORw0KGgo" + b"A" * 500) for number in range(1_000))
        + b"--x--\r\n",
    )
    yield "quoted printable", HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=C3=\r\n=A4=" * 900_000
    yield (
        "uuencoded without end",
        HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + b"M" * 9_000_000,
    )
    yield "bad base64", HEAD + b"Content-Transfer-Encoding: base64\r\n" + HTML + b"PGI+*!" * 1_500_000
    yield (
        "invitations without end",
        HEAD + b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 60_000,
    )
    yield (
        "a meeting every second",
        HEAD
        + b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n"
        + b"DTSTART:19700101T000000Z\r\nRRULE:FREQ=SECONDLY;COUNT=999999999\r\nSUMMARY:x\r\n"
        + b"EXDATE:20260101T000000Z\r\n" * 30_000
        + b"END:VEVENT\r\nEND:VCALENDAR\r\n",
    )
    yield "results of checks", b"Authentication-Results: a; spf=pass;\r\n" * 30_000 + HEAD + b"\r\nx\r\n"


def peak() -> int:
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line)


def main() -> None:
    told = []
    trim = ctypes.CDLL("libc.so.6").malloc_trim
    one_in = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    wanted = sys.argv[2:]
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder) / "profile")
        scene.add_account("mara@fernhill.example", "Work")
        watcher = Watcher(scene.clock)
        mails = [*hostile(), *bombs(), *(list(foreign())[::one_in] if CORPORA.exists() else ())]
        for name, raw in mails:
            if wanted and name not in wanted:
                continue
            gc.collect()
            trim(0)
            Path("/proc/self/clear_refs").write_text("5")
            before = peak()
            message = MessageId(scene.arrive(raw, NOW))
            scene.reader.rows([message])
            began = time.process_time()
            read_new(raw)
            listed = time.process_time()
            content = read_content(scene.reader, message, pictures=lambda _: True, watcher=watcher)
            assert content is not None and content.parsed is not None
            without_colours(content.full)
            ended = time.process_time()
            told.append((name, max(listed - began, ended - listed), max(0, peak() - before - len(raw) // 1024)))
            del content
        scene.close()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
