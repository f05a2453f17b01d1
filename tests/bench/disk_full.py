"""Everything the program does, on a disk with no room, with 64 kB, with 128 kB, … until there is enough.

    .venv/bin/python tests/bench/disk_full.py [DEED …]

On a tmpfs where it may be mounted; elsewhere no file may grow further than that. After each try there is room again, and
everything must be as it should (`tests/crash/deeds.py`). Prints a line a deed; ends with 1 if a promise was not kept.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import keyring
from keyring.backends.fail import Keyring

from crash.deeds import DEEDS, STEP, Trial
from crash.small_disk import small_disk
from servers.provider import Provider

MOST = 100
"""Steps after which a deed that still has too little room is a mistake of this program."""


def sweep(name: str, provider: Provider) -> tuple[int, list[int]]:
    """In how many steps there was enough, and at which a promise was not kept."""
    wrong: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        disk = small_disk(Path(folder) / "disk")
        trial = Trial(name, disk, Path(folder) / "beside", provider)
        try:
            for step in range(MOST):
                try:
                    if trial.attempt(step * STEP):
                        return step, wrong
                except AssertionError:
                    print(f"--- {name}, {step * STEP // 1024} kB", flush=True)
                    traceback.print_exc()
                    wrong.append(step)
        finally:
            disk.end()
    return MOST, [*wrong, MOST]


def main(names: list[str]) -> int:
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    provider = Provider()
    bad = False
    try:
        for name in names or list(DEEDS):
            enough, wrong = sweep(name, provider)
            bad = bad or bool(wrong)
            kept = f"wrong with {', '.join(f'{step * 64} kB' for step in wrong)}" if wrong else "every promise kept"
            print(f"{name}: enough with {enough * STEP // 1024} kB; {enough + 1} sizes; {kept}", flush=True)
    finally:
        provider.close()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
