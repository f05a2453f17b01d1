"""How quickly a search answers, against notmuch on the same mail: `python tests/bench/search.py [messages]`, 200,000 by
default. With `--alone` notmuch is left out: taking in so much mail takes it some minutes.

The library is filled through SQL with texts made up from a seed (words as frequent and rare as in a language, over ten
years), since fetching them is not what is measured; the index is filled by the program's own code. notmuch reads the same
messages from files. It answers as a process of its own, so that what such a process costs when it has nothing to look for is
taken off its time.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.values import AccountSettings, Role, Security, Server
from app.store import accounts, search_index
from app.store.connection import Gate
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.views import Reader
from bench.letters import COMMON, FIRST, FOREIGN, LAST, SYLLABLES

NOW = 1_790_000_000.0
YEARS = 10
SEED = 7
LIMIT = 500
ROUNDS = 15
BUDGET_MS = 30.0
BUDGET_SIZE = 0.6
QUERIES = (
    ("a frequent word", "invoice ", "invoice"),
    ("three words", "budget review contract ", "budget and review and contract"),
    ("a sender and a word", "from:anna meeting ", "from:anna and meeting"),
    ("a phrase", '"project report"', '"project report"'),
    ("typing, unread", "is:unread deliv", "tag:unread and deliv*"),
)
"""What it is, for Tandem, for notmuch."""


@dataclass(frozen=True, slots=True)
class Made:
    number: int
    date: float
    unread: bool
    subject: str
    name: str
    email: str
    to: tuple[str, str]
    body: str


def made_up(count: int) -> Iterator[Made]:
    """The newest last, as they came."""
    dice = random.Random(SEED)
    syllables = SYLLABLES.split()
    rare = sorted(
        {"".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(60_000)}, key=lambda w: (len(w), w)
    )
    vocabulary = COMMON.split() + rare
    pool = dice.choices(vocabulary, [1 / (rank + 8) for rank in range(len(vocabulary))], k=400_000)
    people = [
        (f"{dice.choice(FIRST.split())} {dice.choice(LAST.split())}", f"person{n}@firm{n % 9}.test") for n in range(400)
    ]
    step = YEARS * 365.25 * 86_400 / count
    for number in range(1, count + 1):
        start, words = dice.randrange(len(pool) - 1600), min(1500, int(dice.paretovariate(1.5) * 90))
        name, email = dice.choice(people)
        subject = dice.choice(FOREIGN) if dice.random() < 0.05 else " ".join(pool[start : start + 5]).capitalize()
        yield Made(
            number,
            NOW - (count - number + dice.random()) * step,
            number > count * 0.95 and dice.random() < 0.5,
            subject,
            name,
            email,
            dice.choice(people),
            " ".join(pool[start + 5 : start + 5 + words]),
        )


def fill(profile: Path, count: int) -> float:
    """Returns the seconds that the index took."""
    library = Library(profile, lambda _event: None, lambda: NOW, Gate(), durable=False)
    server = Server(host="imap.test", port=993, security=Security.TLS, user="me")
    with library.transaction() as unit:
        account = accounts.add_account(unit, AccountSettings(email="me@here.test", imap=server))
        record_folders(unit, account, [Listed(name="INBOX", separator="/", role=Role.INBOX, selectable=True)])
        unit.many(
            "INSERT INTO message(id, account, fingerprint, subject, from_name, from_email, people, date, size, snippet, raw)"
            " VALUES (?, 1, ?, ?, ?, ?, ?, ?, 5000, ?, 'x')",
            (
                (
                    *(each.number, f"f{each.number}", each.subject, each.name, each.email),
                    f'{{"to": [["{each.to[0]}", "{each.to[1]}"]]}}',
                    each.date,
                    each.body[:200],
                )
                for each in made_up(count)
            ),
        )
        unit.many(
            "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?1, 1, ?1, ?2, ?2, ?2)",
            ((each.number, "" if each.unread else "\\Seen") for each in made_up(count)),
        )
        unit.many(
            "INSERT INTO text(id, subject, sender, body) VALUES (?, ?, ?, ?)",
            ((each.number, each.subject, f"{each.name} {each.email}", each.body) for each in made_up(count)),
        )
    began = time.perf_counter()
    unknown = search_index.unknown(library.look())
    for start in range(0, len(unknown), 100):
        with library.transaction() as unit:
            search_index.catch_up(unit, unknown[start : start + 100])
    took = time.perf_counter() - began
    library.close()
    return took


def sizes(profile: Path) -> tuple[int, int]:
    """Octets of the index and of the texts in it."""
    library = Library(profile, lambda _event: None, lambda: NOW, Gate(), durable=False)
    look = library.look()
    (pages,) = look.one("SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'find\\_%' ESCAPE '\\'") or (0,)
    columns = "subject || sender || receivers || copied || body || files"
    (texts,) = look.one(f"SELECT sum(length(CAST({columns} AS BLOB))) FROM text") or (0,)
    library.close()
    return int(pages), int(texts)


def timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def write_files(folder: Path, count: int) -> None:
    for each in made_up(count):
        place = folder / f"{each.number // 1000:04d}"
        place.mkdir(exist_ok=True)
        when = time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(each.date))
        (place / f"{each.number}.eml").write_text(
            f"Message-ID: <{each.number}@here.test>\nDate: {when}\nFrom: {each.name} <{each.email}>\n"
            f"To: {each.to[0]} <{each.to[1]}>\nSubject: {each.subject}\nMIME-Version: 1.0\n"
            f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{each.body}\n"
        )


class Notmuch:
    def __init__(self, place: Path, count: int) -> None:
        mail = place / "files"
        mail.mkdir()
        write_files(mail, count)
        config = place / "config"
        config.write_text(
            f"[database]\npath={mail}\n[user]\nname=me\nprimary_email=me@here.test\n[new]\ntags=\n[search]\nexclude_tags=\n"
        )
        self._environment = {**os.environ, "NOTMUCH_CONFIG": str(config)}
        self.seconds = timed(lambda: self.run("new", "--quiet")) / 1000
        unread = "\n".join(f"+unread -- id:{each.number}@here.test" for each in made_up(count) if each.unread)
        self.run("tag", "--batch", words=unread)
        self.idle = statistics.median(timed(lambda: self.search("id:nobody")) for _ in range(ROUNDS))
        self.size = sum(each.stat().st_size for each in (mail / ".notmuch").rglob("*") if each.is_file())

    def run(self, *command: str, words: str = "") -> list[str]:
        """The lines that it answered."""
        done = subprocess.run(
            ["notmuch", *command], env=self._environment, input=words, capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()

    def count(self, query: str) -> int:
        return int(self.run("count", query)[0])

    def milliseconds(self, query: str) -> float:
        """For the first hits, without what its process takes anyway."""
        return max(0.1, statistics.median(timed(lambda: self.search(query)) for _ in range(ROUNDS)) - self.idle)

    def search(self, query: str) -> list[str]:
        return self.run("search", "--output=messages", "--sort=newest-first", f"--limit={LIMIT}", query)


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("messages", type=int, nargs="?", default=200_000)
    options.add_argument("--alone", action="store_true", help="without notmuch")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return compare(Path(folder), asked.messages, alone=asked.alone or shutil.which("notmuch") is None)


def compare(place: Path, count: int, *, alone: bool) -> int:
    profile = place / "profile"
    took = fill(profile, count)
    index, texts = sizes(profile)
    print(
        f"{count:,} messages taken into the index in {took:.0f} s; {index / 1e6:.0f} MB for {texts / 1e6:.0f} MB of text"
    )
    peer = None if alone else Notmuch(place, count)
    if peer is None:
        print("notmuch is left out or not installed: no ratios")
    else:
        print(
            f"notmuch took {peer.seconds:.0f} s and {peer.size / 1e6:.0f} MB; its process alone takes {peer.idle:.1f} ms"
        )
    everything: list[float] = []
    ours: list[float] = []
    theirs: list[float] = []
    for name, query, other in QUERIES:
        runs = [searched(profile, query) for _ in range(ROUNDS)]
        everything += runs
        ours.append(statistics.median(runs))
        line = f"{name:22} {ours[-1]:7.1f} ms, worst {max(runs):6.1f} ms, {hits(profile, query):,} hits"
        if peer is not None:
            theirs.append(peer.milliseconds(other))
            line += f"; notmuch {theirs[-1]:7.1f} ms, {peer.count(other):,} hits: {ours[-1] / theirs[-1]:.2f} x"
        print(line)
    p95 = statistics.quantiles(everything, n=20)[-1]
    print(
        f"p95 {p95:.1f} ms (budget {BUDGET_MS:.0f}); index {index / texts:.0%} of the text (budget {BUDGET_SIZE:.0%})"
    )
    good = p95 <= BUDGET_MS and index <= BUDGET_SIZE * texts
    if theirs:
        ratio = sum(ours) / sum(theirs)
        print(f"all five: {ratio:.2f} x notmuch (budget 1.00)")
        good = good and ratio <= 1.0
    return 0 if good else 1


def searched(profile: Path, query: str) -> float:
    """Milliseconds, over a connection that has nothing of the last search in its memory."""
    reader = Reader(profile)
    reader.search("", 1)
    took = timed(lambda: reader.search(query, LIMIT, now=NOW))
    reader.close()
    return took


def hits(profile: Path, query: str) -> int:
    reader = Reader(profile)
    found = len(reader.search(query, -1, now=NOW).messages)
    reader.close()
    return found


if __name__ == "__main__":
    sys.exit(main())
