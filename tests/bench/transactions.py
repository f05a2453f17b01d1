"""How long the library is held while a large mailbox is brought here, and what the user's own deeds wait for meanwhile.

    .venv/bin/python tests/bench/transactions.py [--messages 5000]

A heartbeat does what the desk does, a small durable transaction a hundred times a second, while the mailroom syncs from a
real Dovecot. Prints milliseconds for each kind of transaction; ends with 1 if half of one kind takes longer than 20 ms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.engine.mailroom import Mailroom
from app.store.connection import Gate
from app.store.drafts import change_setting
from app.store.library import Library
from app.store.unit import Unit
from bench.filling import fill
from household import Home
from servers.provider import Provider

LONGEST = 0.020
BEAT = 0.010


class Times:
    """Seconds by the name of who asked."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._of: dict[str, list[float]] = defaultdict(list)

    def note(self, name: str, seconds: float) -> None:
        with self._turn:
            self._of[name].append(seconds)

    def show(self) -> float:
        """Print them; returns the largest median."""
        print(f"{'transaction':28} {'count':>6} {'p50':>8} {'p99':>8} {'longest':>8}   ms")
        worst = 0.0
        for name, each in sorted(self._of.items()):
            each.sort()
            middle, late = each[len(each) // 2], each[min(len(each) - 1, len(each) * 99 // 100)]
            print(f"{name:28} {len(each):6} {middle * 1e3:8.2f} {late * 1e3:8.2f} {each[-1] * 1e3:8.2f}")
            worst = max(worst, middle)
        return worst


class TimedLibrary(Library):
    """Notes how long each transaction held the library, waiting for its turn included."""

    times: Times

    @contextmanager
    def transaction(self, origin: str = "") -> Iterator[Unit]:
        # two frames up: behind contextlib is the function that wrote "with"
        name = sys._getframe(2).f_code.co_qualname
        started = time.perf_counter()
        with super().transaction(origin) as unit:
            began = time.perf_counter()
            yield unit
        ended = time.perf_counter()
        self.times.note(name, ended - began)
        self.times.note(f"{name}, waited", began - started)


def beat(home: Home, gate: Gate, times: Times, over: threading.Event) -> None:
    library = Library(home.profile, lambda _event: None, time.time, gate, durable=True, hurried=True)
    while not over.wait(BEAT):
        started = time.perf_counter()
        with library.transaction() as unit:
            change_setting(unit, "heartbeat", str(started))
        times.note("the user’s deed, whole", time.perf_counter() - started)
    library.close()


def run(messages: int) -> float:
    provider = Provider()
    times, gate, over = Times(), Gate(), threading.Event()
    TimedLibrary.times = times
    try:
        box = provider.mailbox("bench")
        fill(box, provider, messages, int(time.time()))
        with tempfile.TemporaryDirectory(prefix="bench") as folder:
            home = Home(Path(folder) / "profile", box)

            def timed_library() -> Library:
                return TimedLibrary(home.profile, lambda _event: None, time.time, gate, durable=False)

            around = replace(home.around, open_library=timed_library)
            heart = threading.Thread(target=beat, args=(home, gate, times, over))
            heart.start()
            mailroom = Mailroom(home.account, around, lambda _event: None, home.inbox)
            started = time.perf_counter()
            report = mailroom.sync_to_the_end()
            seconds = time.perf_counter() - started
            over.set()
            heart.join()
            mailroom.close()
            home.close()
        box.close()
    finally:
        over.set()
        provider.close()
    print(f"{report.fetched} messages, {report.bytes / 1e6:.0f} MB in {seconds:.1f} s")
    return times.show()


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=5_000)
    return int(run(arguments.parse_args().messages) > LONGEST)


if __name__ == "__main__":
    sys.exit(main())
