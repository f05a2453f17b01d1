"""Fills mailboxes of the test servers by the thousand, and folders that are thrown away: what benchmarks share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.letters import Author, Written
from servers.mailbox import Mailbox
from servers.provider import Provider

SEED = 1
DAYS = 50
FIRST_SCREEN = 200
"""So many of the newest must be in the list for the user to feel served."""


class Incomplete(Exception):
    """Something that was fetched is not what the server has."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What lies on the server. `newest` are the times of the newest letters, newest first."""

    count: int
    bytes: int
    newest: tuple[int, ...]
    samples: tuple[Written, ...]


def fill(
    box: Mailbox,
    provider: Provider,
    count: int,
    now: int,
    *,
    seed: int = SEED,
    small: bool = False,
    folders: Sequence[str] = (),
) -> Sent:
    """Write the letters straight into the Maildir, since an APPEND for each takes minutes; then let Dovecot index them.

    `small`: plain text only. `folders`: further ones beside the Inbox, which are made; all get the same share.
    """
    client = box.client()
    for name in folders:
        client.create_folder(name)
        client.subscribe_folder(name)
    places = [box.maildir, *(box.maildir / f".{name.replace('/', '.')}" for name in folders)]
    for part in (box.maildir.parent, *(place / sub for place in places for sub in ("", "cur", "new", "tmp"))):
        part.mkdir(exist_ok=True)
        provider.dovecot.give(part)
    size = 0
    times: list[int] = []
    samples: list[Written] = []
    for number, letter in enumerate(Author(seed, count=count, days=DAYS, now=now, small=small).letters()):
        write(places[number % len(places)], letter, number, provider)
        size += len(letter.raw)
        times.append(letter.when)
        if number % max(count // 100, 1) == 0:
            samples.append(letter)
    held = sum(client.select_folder(name, readonly=True)[b"EXISTS"] for name in ("INBOX", *folders))
    client.unselect_folder()
    if held != count:
        raise Incomplete(f"The server has {held} of {count} messages.")
    return Sent(count, size, tuple(sorted(times, reverse=True)[:FIRST_SCREEN]), tuple(samples))


def write(folder: Path, letter: Written, number: int, provider: Provider) -> None:
    """Into a Maildir folder, under Dovecot's own kind of name (S, W: the size as it is and with CRLF): it need not read the
    file to know them."""
    length = len(letter.raw)
    path = folder / "cur" / f"{letter.when}.M{number:06}P1.bench,S={length},W={length}:2,{'S' if letter.seen else ''}"
    path.write_bytes(letter.raw)
    os.utime(path, (letter.when, letter.when))
    provider.dovecot.give(path)


@contextmanager
def throw_away() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
