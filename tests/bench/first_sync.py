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
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.ids import MessageId
from app.core.values import Role
from app.store.views import Reader
from bench.filling import Incomplete, Sent, fill, throw_away
from bench.measure import Cost
from bench.programs import Mbsync, Tandem
from servers.mailbox import Mailbox
from servers.provider import Provider


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


def tandem(box: Mailbox, sent: Sent, folder: Path, screens: list[float]) -> Cost:
    """As a user would, from nothing. Adds to `screens` the seconds until the newest letters were in the list."""
    program = Tandem(folder)
    program.add(box)
    reader = program.reader()
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

        cost = program.sync_watched(look)
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
    hits = reader.search("invoice", limit=10)
    if hits.searched < sent.count or len(hits.messages) < min(10, sent.count // 10):
        raise Incomplete(f"The search index covers {hits.searched} of {sent.count} messages.")


def compare(box: Mailbox, sent: Sent, runs: int, *, others_only: bool) -> None:
    screens: list[float] = []
    with_fsync, without_fsync = "mbsync", "mbsync, FSync no"
    peers: dict[str, Callable[[Path], Cost]] = {
        "bare TLS stream": lambda folder: stream(box),
        with_fsync: lambda folder: Mbsync(folder, box, fsync=True).sync(sent.count),
        without_fsync: lambda folder: Mbsync(folder, box, fsync=False).sync(sent.count),
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
