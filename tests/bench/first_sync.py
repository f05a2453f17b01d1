"""How long it takes to bring a large mailbox here for the first time, against what is possible and what others need.

    .venv/bin/python tests/bench/first_sync.py [--messages 20000] [--runs 1] [--others-only]

In the same run, on the same Dovecot over TLS: the bare stream to nowhere, mbsync (Debian's isync) as shipped and without
fsync, and Tandem by its command line with bodies and search index. Ends with 1 if anything is missing here afterwards.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.ids import MessageId
from app.core.values import Role
from app.store.views import Reader
from bench.letters import Author, Written
from bench.measure import Cost, measure
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


def fill(box: Mailbox, provider: Provider, count: int, now: int) -> Sent:
    """Write the letters straight into the Maildir, since an APPEND for each takes minutes; then let Dovecot index them."""
    folder = box.maildir
    for part in (folder.parent, folder, *(folder / sub for sub in ("cur", "new", "tmp"))):
        part.mkdir(exist_ok=True)
        provider.dovecot.give(part)
    size = 0
    times: list[int] = []
    samples: list[Written] = []
    for number, letter in enumerate(Author(SEED, count=count, days=DAYS, now=now).letters()):
        length = len(letter.raw)
        # Dovecot's own names (S, W: the size as it is and with CRLF): it need not read the file to know them.
        name = f"{letter.when}.M{number:06}P1.bench,S={length},W={length}:2,{'S' if letter.seen else ''}"
        path = folder / "cur" / name
        path.write_bytes(letter.raw)
        os.utime(path, (letter.when, letter.when))
        provider.dovecot.give(path)
        size += length
        times.append(letter.when)
        if number % max(count // 100, 1) == 0:
            samples.append(letter)
    client = box.client()
    held = client.select_folder("INBOX", readonly=True)[b"EXISTS"]
    if held != count:
        raise Incomplete(f"The server has {held} of {count} messages.")
    return Sent(count, size, tuple(sorted(times, reverse=True)[:FIRST_SCREEN]), tuple(samples))


def stream(box: Mailbox) -> Cost:
    """The floor: everything through TLS, thrown away."""
    context = ssl.create_default_context(cafile=box.ca)
    buffer = memoryview(bytearray(1 << 20))
    start_wall, start_cpu = time.perf_counter(), time.process_time()
    with (
        socket.create_connection((box.host, box.imaps_port)) as plain,
        context.wrap_socket(plain, server_hostname=box.host) as wire,
    ):
        wire.sendall(f'a LOGIN "{box.email}" "{box.password}"\r\nb EXAMINE INBOX\r\n'.encode())
        wire.sendall(b"c UID FETCH 1:* BODY.PEEK[]\r\n")
        tail = b""
        while not re.search(rb"\nc [A-Z]+ [^\r\n]*\r\n$", tail):
            got = wire.recv_into(buffer)
            if not got:
                raise Incomplete("The server closed the bare stream.")
            tail = (tail + bytes(buffer[max(0, got - 200) : got]))[-200:]
    return Cost(time.perf_counter() - start_wall, time.process_time() - start_cpu, 0)


def mbsync(box: Mailbox, sent: Sent, folder: Path, *, fsync: bool) -> Cost:
    version = subprocess.run(["mbsync", "--version"], capture_output=True, text=True, check=True).stdout
    tls = "SSLType" if "isync 1.4" in version else "TLSType"
    (folder / "mbsyncrc").write_text(f"""
FSync {"yes" if fsync else "no"}

IMAPAccount far
Host {box.host}
Port {box.imaps_port}
User {box.email}
Pass "{box.password}"
{tls} IMAPS
AuthMechs LOGIN
CertificateFile {box.ca}

IMAPStore far
Account far

MaildirStore near
Path {folder}/mail/
Inbox {folder}/mail/INBOX
SubFolders Verbatim

Channel all
Far :far:
Near :near:
Patterns *
Create Near
Sync Pull
SyncState *
""")
    (folder / "mail").mkdir()
    cost = measure(["mbsync", "-q", "-c", str(folder / "mbsyncrc"), "all"])
    here = sum(1 for sub in ("cur", "new") for _ in (folder / "mail/INBOX" / sub).iterdir())
    if here != sent.count:
        raise Incomplete(f"mbsync brought {here} of {sent.count} messages.")
    return cost


def tandem(box: Mailbox, sent: Sent, folder: Path, screens: list[float]) -> Cost:
    """As a user would, from nothing. Adds to `screens` the seconds until the newest letters were in the list."""
    profile, phrase = folder / "profile", folder / "phrase"
    phrase.write_text("correct horse battery staple\n")
    environment = os.environ | {
        "TANDEM_PASSPHRASE_FILE": str(phrase),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }
    program = [str(Path(sys.executable).parent / "tandem"), "--profile", str(profile)]
    imap = ["--imap", f"{box.host}:{box.imaps_port}", "--imap-security", "tls"]
    smtp = ["--smtp", f"{box.host}:{box.smtp_port}", "--smtp-security", "starttls"]
    account = ["account", "add", "--email", box.email, *imap, *smtp, "--ca-file", box.ca, "--password-stdin"]
    subprocess.run([*program, *account], input=f"{box.password}\n", text=True, env=environment, check=True)
    reader = Reader(profile)
    try:
        start = time.perf_counter()

        def look() -> bool:
            """Are the newest letters in the list? The folder may only appear while it runs."""
            inboxes = [each.id for each in reader.folders() if each.role is Role.INBOX]
            dates = reader.listing(inboxes[0])[1][: len(sent.newest)] if inboxes else []
            if len(dates) < len(sent.newest) or any(date < when for date, when in zip(dates, sent.newest, strict=True)):
                return False
            screens.append(time.perf_counter() - start)
            return True

        cost = measure([*program, "sync", "--json"], environment, until=look)
        check_all_is_here(reader, sent)
    finally:
        reader.close()
    return cost


def check_all_is_here(reader: Reader, sent: Sent) -> None:
    (inbox,) = [each for each in reader.folders() if each.role is Role.INBOX]
    ids, _dates = reader.listing(inbox.id)
    rows = reader.rows([*map(MessageId, ids)])
    whole = [row for row in rows if row.fetched]
    if len(whole) != sent.count:
        raise Incomplete(f"Tandem lists {len(rows)} and has the whole of {len(whole)} of {sent.count} messages.")
    known = {row.message_id.strip("<>"): row.id for row in rows}
    for letter in sent.samples:
        if letter.message_id not in known or reader.raw(known[letter.message_id]) != letter.raw:
            raise Incomplete("A message is not here byte for byte.")
    found, searched = reader.search("invoice", limit=10)
    if searched < sent.count or len(found) < min(10, sent.count // 10):
        raise Incomplete(f"The search index covers {searched} of {sent.count} messages.")


@contextmanager
def throw_away() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def compare(box: Mailbox, sent: Sent, runs: int, *, others_only: bool) -> None:
    screens: list[float] = []
    with_fsync, without_fsync = "mbsync", "mbsync, FSync no"
    peers: dict[str, Callable[[Path], Cost]] = {
        "bare TLS stream": lambda folder: stream(box),
        with_fsync: lambda folder: mbsync(box, sent, folder, fsync=True),
        without_fsync: lambda folder: mbsync(box, sent, folder, fsync=False),
    }
    if not others_only:
        peers["tandem"] = lambda folder: tandem(box, sent, folder, screens)
    costs: dict[str, list[Cost]] = {name: [] for name in peers}
    stream(box)  # the files come from memory for all, not only for the second
    with throw_away() as folder:
        # Nothing is deleted in between: ext4 passes over inodes deleted in the last seconds one by one, so that whoever came
        # after a clean-up of 20,000 files would pay for it. Nor does anybody wait for what another left to be written.
        for number in range(runs):
            for name, run in peers.items():
                place = folder / f"{number}-{list(peers).index(name)}"
                place.mkdir()
                os.sync()
                costs[name].append(run(place))
                last = costs[name][-1]
                print(
                    f"{name:18} wall {last.wall:7.2f} s   cpu {last.cpu:7.2f} s   peak {last.peak / 1e6:6.0f} MB",
                    flush=True,
                )
    wall = {name: statistics.median(cost.wall for cost in each) for name, each in costs.items()}
    for name in peers:
        print(f"{name:18} median {wall[name]:6.2f} s, {sent.bytes / 1e6 / wall[name]:6.0f} MB/s")
    if not others_only:
        for name in (with_fsync, without_fsync, "bare TLS stream"):
            print(f"tandem / {name}: {wall['tandem'] / wall[name]:.2f}")
        shown = f"{statistics.median(screens):.2f} s" if len(screens) == runs else "not before the end"
        print(f"the newest {len(sent.newest)} in the list after: {shown}")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=20_000)
    arguments.add_argument("--runs", type=int, default=1)
    arguments.add_argument("--others-only", action="store_true", help="leave Tandem out")
    chosen = arguments.parse_args()
    if shutil.which("mbsync") is None:
        print("mbsync is missing: install the package isync.", file=sys.stderr)
        return 69
    provider = Provider()
    try:
        box = provider.mailbox("bench")
        sent = fill(box, provider, chosen.messages, int(time.time()))
        box.close()
        print(f"{sent.count} messages, {sent.bytes / 1e6:.0f} MB, on {os.cpu_count()} processors", flush=True)
        compare(box, sent, chosen.runs, others_only=chosen.others_only)
    except Incomplete as trouble:
        print(trouble, file=sys.stderr)
        return 1
    finally:
        provider.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
