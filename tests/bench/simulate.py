"""The long run of the simulation: many stories, on all processors, each told as short as it gets when it fails.

    .venv/bin/python tests/bench/simulate.py --seeds 10000 [--from 0] [--profile NAME] [--workers N]

A story is decided by its seed alone, but for the profile of the server, which is the seed modulo the number of profiles unless
one is named. Prints how it goes every ten seconds, then stories a second and the failing seeds; ends with 1 if any failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulation.profiles import PROFILES, PROFILES_IN_TURN
from simulation.story import plot, shortest_failure, told

EVERY_SECONDS = 10.0
LOT = 8


def tell(task: tuple[int, str]) -> tuple[int, str, str]:
    """(seed, profile, what went wrong in the shortest story that still fails): "" = nothing."""
    seed, profile = task
    failure = shortest_failure(plot(seed, profile))
    return seed, profile, told(failure[1]) if failure else ""


def outcomes(tasks: Sequence[tuple[int, str]], workers: int) -> Iterator[tuple[int, str, str]]:
    """As they come. One process for each worker; each story has a folder of its own."""
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap_unordered(tell, tasks, LOT)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10_000, help="how many stories")
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first seed")
    parser.add_argument("--profile", choices=list(PROFILES), help="only this kind of server")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    wanted = parser.parse_args(arguments)
    seeds = range(wanted.first, wanted.first + wanted.seeds)
    tasks = [(seed, wanted.profile or PROFILES_IN_TURN[seed % len(PROFILES_IN_TURN)]) for seed in seeds]
    failed: list[tuple[int, str]] = []
    start = said = time.monotonic()
    for done, (seed, profile, trouble) in enumerate(outcomes(tasks, wanted.workers), 1):
        if trouble:
            failed.append((seed, profile))
            print(f"\n--- seed {seed} ({profile}) fails ---\n{trouble}\n", flush=True)
        now = time.monotonic()
        if now - said >= EVERY_SECONDS or done == len(tasks):
            said = now
            rate = done / (now - start)
            print(f"{done} of {len(tasks)} stories, {rate:.1f} a second, {len(failed)} failed", flush=True)
    for seed, profile in sorted(failed):
        print(f"failed: seed {seed} ({profile})")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
