"""A folder of a million messages: the first page, the memory, and what a kill -9 costs.

    .venv/bin/python tests/bench/million.py [--messages 1000000] [--body-seconds 20] [--runs 5] [--window-only]

The server is scripted (`vast.py`), on loopback and without TLS, and makes its letters up: what is measured is Tandem, by its
command line. First with the usual window of 60 days, to the end, several times from nothing. Then with everything: until half
of the list is here, kill -9, resume until the whole list is here, let whole messages come for some seconds, kill -9 again,
resume once more for as long. "First page": seconds from the command until the newest 200 are in the list. Memory is that of all
processes of the program together, pages they share counted twice.

Ends with 1 if anything is missing, if the first page takes more than 2 s, the memory more than 300 MB, or if more than one
batch (what is asked for at a time: 1,000 headers, a second of messages) was fetched twice after a kill.
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

from app.core.values import Role
from app.store.views import Reader
from bench.filling import FIRST_SCREEN, Incomplete, throw_away
from bench.measure import Running
from bench.programs import Tandem
from bench.vast import Asked, VastServer

PAGE_SECONDS, MEMORY = 2.0, 300e6
HEADER_BATCH = 1_000
LOOK = 0.02
PATIENCE = 1_800.0


@dataclass(slots=True)
class Seen:
    page: float = 0.0
    peak: int = 0
    seconds: float = 0.0


def account(folder: Path, server: VastServer, days: int) -> Tandem:
    folder.mkdir()
    program = Tandem(folder)
    imap = ["--imap", f"localhost:{server.port}", "--imap-security", "none"]
    program.add_account("vast@example.test", "secret", *imap, days=days)
    return program


def listed(reader: Reader) -> int:
    """How many are in the list; also before there is one."""
    inboxes = [each for each in reader.folders() if each.role is Role.INBOX]
    return len(reader.listing(inboxes[0].id)[0]) if inboxes else 0


def watch(running: Running, reader: Reader, enough: Callable[[], bool]) -> Seen:
    """Until it comes to its end, or `enough`, looked at each half second, when it is killed."""
    seen, start, looked = Seen(), time.perf_counter(), 0.0
    while running.look() is None:
        now = time.perf_counter() - start
        if not seen.page and listed(reader) >= FIRST_SCREEN:
            seen.page = time.perf_counter() - start
        if now - looked > 0.5 and seen.page:
            looked = now
            if enough():
                running.kill()
                break
        if now > PATIENCE:
            running.kill()
            raise Incomplete(f"Not done after {PATIENCE:.0f} s.")
        time.sleep(LOOK)
    seen.peak, seen.seconds = running.peak, time.perf_counter() - start
    return seen


def window(folder: Path, server: VastServer, runs: int) -> list[Seen]:
    """The usual 60 days, whole."""
    seen: list[Seen] = []
    for number in range(runs):
        program = account(folder / f"window-{number}", server, 60)
        reader = program.reader()
        seen.append(watch(program.begin_sync(), reader, lambda: False))
        count = listed(reader)
        rows = reader.search("", limit=1).searched
        reader.close()
        if rows != count or not count:
            raise Incomplete(f"Of {count} messages of the window {rows} are here whole.")
    again = program.sync()
    page = statistics.median(each.page for each in seen)
    seconds = statistics.median(each.seconds for each in seen)
    print(f"60 days, {count} messages: first page {page:.2f} s, all {seconds:.1f} s, peak {_peak(seen) / 1e6:.0f} MB")
    print(f"  nothing new: engine {again.engine:.3f} s, peak {again.cost.peak / 1e6:.0f} MB", flush=True)
    return seen


def everything(folder: Path, server: VastServer, messages: int, seconds: float) -> tuple[list[Seen], int, int]:
    """Also returns how many headers and bodies were fetched again after the kills."""
    program = account(folder / "everything", server, 0)
    reader = program.reader()
    before = server.asked()

    def have() -> int:
        return server.asked().headers - before.headers

    first = watch(program.begin_sync(), reader, lambda: have() > messages // 2)
    half, sent = listed(reader), have()
    print(
        f"everything: first page {first.page:.2f} s, {half} listed ({sent} sent) after {first.seconds:.0f} s, killed",
        flush=True,
    )
    whole_at: list[float] = []
    start = time.perf_counter()

    def long_enough() -> bool:
        """Once a whole message was asked for, the list was complete."""
        if not whole_at and server.asked().bodies - before.bodies > 0 and have() >= messages:
            whole_at.append(time.perf_counter())
            print(f"  resumed: all headers here after {whole_at[0] - start:.0f} s", flush=True)
        return bool(whole_at) and time.perf_counter() - whole_at[0] > seconds

    second = watch(program.begin_sync(), reader, long_enough)
    again = _again(server.asked(), before)
    if listed(reader) != messages:
        raise Incomplete(f"{listed(reader)} of {messages} messages are in the list.")
    bodies = server.asked().bodies - before.bodies
    print(f"  {bodies} bodies in {seconds:.0f} s, killed; {again[0]} headers were fetched again", flush=True)
    until = time.perf_counter() + seconds
    third = watch(program.begin_sync(), reader, lambda: time.perf_counter() > until)
    reader.close()
    again = _again(server.asked(), before)
    print(f"  resumed for {seconds:.0f} s: {again[1]} bodies were fetched again")
    seen = [first, second, third]
    print(f"  peaks: {', '.join(f'{each.peak / 1e6:.0f} MB' for each in seen)}")
    return seen, *again


def _again(now: Asked, before: Asked) -> tuple[int, int]:
    return now.headers_again - before.headers_again, now.bodies_again - before.bodies_again


def _peak(seen: list[Seen]) -> int:
    return max(each.peak for each in seen)


def run(messages: int, seconds: float, runs: int, *, window_only: bool) -> int:
    now = int(time.time())
    with throw_away() as folder, VastServer(messages, now) as server:
        seen = window(folder, server, runs)
        pages = statistics.median(each.page for each in seen)
        good = pages <= PAGE_SECONDS and _peak(seen) <= MEMORY
    if window_only:
        return int(not good)
    with throw_away() as folder, VastServer(messages, now) as server:  # which has sent nothing yet
        seen, headers, bodies = everything(folder, server, messages, seconds)
    good = good and seen[0].page <= PAGE_SECONDS and _peak(seen) <= MEMORY
    return int(not good or headers > HEADER_BATCH or bodies > HEADER_BATCH)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=1_000_000)
    arguments.add_argument("--body-seconds", type=float, default=20)
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--window-only", action="store_true", help="only the usual 60 days")
    chosen = arguments.parse_args()
    try:
        return run(chosen.messages, chosen.body_seconds, chosen.runs, window_only=chosen.window_only)
    except Incomplete as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
