"""Whether a message costs more in a large mailbox than in a small one.

    .venv/bin/python tests/bench/growth.py [--small 5000] [--large 80000] [--runs 5]

Small letters of plain text on a real Dovecot over TLS, headers, bodies and search index by the command line, from nothing each
time, turn by turn. The floor in the same run is the bare stream of the same mailbox, thrown away: where it costs more in the
large one, that is the server's doing. Milliseconds a message, of the clock and of the processor, without what a mailbox of
200 costs: otherwise starting the program would make the small one look dear, and hide what grows.

Ends with 1 if anything is missing here, or if a message of the large mailbox costs more than 1.3 times one of the small one.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.filling import Incomplete, Sent, fill, throw_away
from bench.first_sync import check_all_is_here, stream
from bench.measure import Cost
from bench.programs import Tandem
from servers.mailbox import Mailbox
from servers.provider import Provider

MOST = 1.3
"""How much more a message may cost."""
LEAST = 200
"""Messages of the mailbox whose cost is taken off."""


def tandem(box: Mailbox, sent: Sent, folder: Path) -> Cost:
    folder.mkdir()
    program = Tandem(folder)
    program.add(box)
    cost = program.sync().cost
    reader = program.reader()
    try:
        check_all_is_here(reader, sent)
    finally:
        reader.close()
    return cost


def a_message(costs: list[Cost], sent: Sent, least: list[Cost]) -> tuple[float, float]:
    """Milliseconds of the clock and of the processor, medians."""
    more = sent.count - LEAST
    wall = statistics.median(cost.wall for cost in costs) - statistics.median(cost.wall for cost in least)
    cpu = statistics.median(cost.cpu for cost in costs) - statistics.median(cost.cpu for cost in least)
    return wall / more * 1e3, cpu / more * 1e3


def run(sizes: list[int], runs: int) -> int:
    provider = Provider()
    try:
        boxes = [provider.mailbox("bench") for _ in sizes]
        sent = [fill(box, provider, size, int(time.time()), small=True) for box, size in zip(boxes, sizes, strict=True)]
        ours: list[list[Cost]] = [[] for _ in sizes]
        bare: list[list[Cost]] = [[] for _ in sizes]
        for box in boxes:
            stream(box)  # the files come from memory for all
        for number in range(runs):
            with throw_away() as folder:  # of one run: together they would be more than a disk has
                for place, (box, what) in enumerate(zip(boxes, sent, strict=True)):
                    bare[place].append(stream(box))
                    ours[place].append(tandem(box, what, folder / str(place)))
                    cost = ours[place][-1]
                    print(
                        f"{number + 1}: {what.count:6} messages  wall {cost.wall:6.2f} s  cpu {cost.cpu:6.2f} s"
                        f"  peak {cost.peak / 1e6:4.0f} MB",
                        flush=True,
                    )
        for box in boxes:
            box.close()
    finally:
        provider.close()
    ratios = {}
    for name, costs in (("bare stream", bare), ("tandem", ours)):
        each = [a_message(some, what, costs[0]) for some, what in zip(costs[1:], sent[1:], strict=True)]
        for what, (wall, cpu) in zip(sent[1:], each, strict=True):
            print(
                f"{name:12} {what.count:6} messages, {what.bytes / 1e6:.0f} MB: {wall:.3f} ms a message, cpu {cpu:.3f} ms"
            )
        ratios[name] = each[-1][0] / each[0][0], each[-1][1] / each[0][1]
        print(f"{name:12} large / small: {ratios[name][0]:.2f}, cpu {ratios[name][1]:.2f}")
    return int(max(ratios["tandem"]) > MOST)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--small", type=int, default=5_000)
    arguments.add_argument("--large", type=int, default=80_000)
    arguments.add_argument("--runs", type=int, default=5)
    chosen = arguments.parse_args()
    try:
        return run([LEAST, chosen.small, chosen.large], chosen.runs)
    except Incomplete as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
