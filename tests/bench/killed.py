"""The real program killed (SIGKILL) at seeded moments of busy syncs against a real Dovecot, many times.

    .venv/bin/python tests/bench/killed.py [--times 200] [--seed 1]

Each story is one profile with two accounts, killed five times; after each kill one sync must put everything right (see
`tests/crash/story.py`). Prints a line a kill and the story of what went wrong; ends with 1 if anything did.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import keyring
from keyring.backends.fail import Keyring

from crash.story import Story
from servers.gate import Gate
from servers.provider import Provider

OF_ONE_STORY = 5


def tell(provider: Provider, folder: Path, seed: int) -> tuple[int, bool]:
    """How often the program was killed, and whether all went well."""
    gates: list[Gate] = []

    def make_gate(port: int) -> Gate:
        gates.append(Gate(port))
        return gates[-1]

    provider.submission.conduct.behave()
    story = Story(folder, provider, make_gate, seed)
    killed = 0
    try:
        while killed < OF_ONE_STORY:
            killed += story.round().was_hit
            print(f"seed {seed}: {story.told[-1]}", flush=True)
        return killed, True
    except Exception:
        traceback.print_exc()
        print(f"--- seed {seed} ---", *story.told, sep="\n", flush=True)
        return killed + 1, False
    finally:
        story.close()
        for gate in gates:
            gate.close()


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill the program many times.")
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    provider = Provider()
    started, kills, seed, wrong = time.monotonic(), 0, options.seed, []
    try:
        while kills < options.times:
            with tempfile.TemporaryDirectory() as folder:
                killed, well = tell(provider, Path(folder), seed)
            kills += killed
            wrong += [] if well else [seed]
            seed += 1
    finally:
        provider.close()
    print(
        f"{kills} kills in {time.monotonic() - started:.0f} s, seeds {options.seed} to {seed - 1}; wrong: {wrong or 'none'}"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
