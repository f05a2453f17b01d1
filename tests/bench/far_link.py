"""What a long way to the server costs, against the bare stream over the same way.

    .venv/bin/python tests/bench/far_link.py [--messages 1000] [--round-trip 0.05] [--mbit 100] [--runs 5]

A link of the benchmark's own delays what passes in both directions between Tandem and a real Dovecot over TLS, and lets no more
than so many Mbit/s through (0 = as many as it can). Bodies: octets a second while whole messages come, against a bare
`UID FETCH 1:* BODY.PEEK[]` thrown away. A sync of nothing: round trips, counted by the link (how often the client spoke after
the server had), with and without those that connecting takes.

Ends with 1 if anything is missing here, if bodies come at less than 80 % of the bare stream, or if a sync of nothing takes more
than four round trips after connecting and signing in.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.events import Event, Progress, Stage
from app.core.values import Security
from app.engine.mailroom import Mailroom
from bench.filling import Incomplete, Sent, fill, throw_away
from bench.first_sync import stream
from bench.link import Link
from bench.programs import Tandem
from household import Home
from servers.mailbox import Mailbox
from servers.provider import Provider

ENOUGH = 0.8
"""Of the bare stream's speed."""
MOST_TURNS = 4
"""Round trips of a sync of nothing, after signing in."""
SIGNING_IN = ("CAPABILITY", "AUTHENTICATE", "LOGIN")


class Far(Mailbox):
    """A mailbox as it is met at the far end of a link."""

    def __init__(self, box: Mailbox, port: int) -> None:
        self.__dict__.update(box.__dict__)
        self.imaps_port = port


@dataclass(frozen=True, slots=True)
class Fetched:
    """Seconds of the whole sync, and of the bodies alone."""

    whole: float
    bodies: float


def tandem(box: Mailbox, sent: Sent, profile: Path) -> Fetched:
    """A first sync in this process, so that it can be seen when the headers are here and the bodies begin."""
    home = Home(profile, box, security=Security.TLS)
    moments: list[float] = []

    def hear(event: Event) -> None:
        if isinstance(event, Progress) and event.stage is Stage.HEADERS:
            moments.append(time.perf_counter())

    mailroom = Mailroom(home.account, home.around, hear, home.inbox)
    try:
        began = time.perf_counter()
        report = mailroom.sync_to_the_end()
        ended = time.perf_counter()
        bodies = sum(row.fetched for row in home.list())
    finally:
        mailroom.close()
        home.close()
    if bodies != sent.count or report.errors:
        raise Incomplete(f"Tandem has the whole of {bodies} of {sent.count} messages. {report.errors}")
    return Fetched(ended - began, ended - max(moments, default=began))


def bodies(box: Mailbox, link: Link, sent: Sent, runs: int, folder: Path) -> float:
    """Returns the share of the bare stream's speed."""
    far = Far(box, link.port)
    bare: list[float] = []
    ours: list[Fetched] = []
    for number in range(runs):
        bare.append(stream(far).wall)
        ours.append(tandem(far, sent, folder / f"bodies-{number}"))
    size = sent.bytes / 1e6
    floor = statistics.median(bare)
    whole = statistics.median(each.whole for each in ours)
    alone = statistics.median(each.bodies for each in ours)
    print(f"bare stream, connection included   {floor:6.2f} s  {size / floor:6.1f} MB/s")
    print(
        f"tandem, the whole first sync       {whole:6.2f} s  {size / whole:6.1f} MB/s   {floor / whole:.2f} of the stream"
    )
    print(
        f"tandem, after the headers          {alone:6.2f} s  {size / alone:6.1f} MB/s   {floor / alone:.2f} of the stream"
    )
    return floor / alone


def nothing(box: Mailbox, far: Link, reading: Link, runs: int, folder: Path) -> int:
    """Returns the round trips of a sync of nothing that come after signing in."""
    program = Tandem(folder)
    program.add(box, imap_port=far.port)
    program.sync()
    far.traffic()
    engine = statistics.median(program.sync().engine for _ in range(runs))
    turns = far.traffic().turns / runs
    counted = Tandem(_made(folder / "counted"))
    counted.add(box, imap_port=reading.port)
    counted.sync()
    reading.traffic()
    counted.sync()
    commands = [command for command in reading.traffic().commands if command != "LOGOUT"]
    after = [command for command in commands if not command.startswith(SIGNING_IN)]
    print(f"nothing new: engine {engine:.3f} s; round trips: {turns:.0f} with TLS, connecting (one more) not counted;")
    print(f"  {len(commands)} commands that are answered, {len(after)} of them after signing in: {'; '.join(after)}")
    return len(after)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def run(messages: int, round_trip: float, mbit: float, runs: int, *, judge: Callable[[float, int], bool]) -> int:
    provider = Provider()
    try:
        box = provider.mailbox("bench")
        sent = fill(box, provider, messages, int(time.time()))
        imaps = provider.dovecot.ports.imaps
        print(
            f"{sent.count} messages, {sent.bytes / 1e6:.0f} MB; {round_trip * 1e3:.0f} ms, {mbit or 'any number of'} Mbit/s"
        )
        with (
            throw_away() as folder,
            Link(imaps, round_trip=round_trip, speed=mbit * 125_000 or None) as far,
            Link(provider.dovecot.ports.imap, round_trip=round_trip, certificates=provider.certificates) as reading,
        ):
            share = bodies(box, far, sent, runs, folder)
            turns = nothing(box, far, reading, runs, _made(folder / "nothing"))
        box.close()
    finally:
        provider.close()
    return int(not judge(share, turns))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=1_000)
    arguments.add_argument("--round-trip", type=float, default=0.05)
    arguments.add_argument("--mbit", type=float, default=100)
    arguments.add_argument("--runs", type=int, default=5)
    chosen = arguments.parse_args()
    try:
        return run(
            chosen.messages,
            chosen.round_trip,
            chosen.mbit,
            chosen.runs,
            judge=lambda share, turns: share >= ENOUGH and turns <= MOST_TURNS,
        )
    except Incomplete as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
