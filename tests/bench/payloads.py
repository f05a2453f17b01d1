"""Every payload there is against each wall of the engine, and against all; `tests/gui/test_executions.py` takes a part of them.

`PYTHONPATH=. python tests/bench/payloads.py`; some minutes.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))


def main() -> None:
    from gui.payloads import bundled, payloads, shown_to_the_engine

    every = payloads()
    documents = bundled(every)
    for walls in ("none", "off", "policy", "engine"):
        begun = time.monotonic()
        told = shown_to_the_engine(documents, walls)
        numbers = f"{told['calls']} calls, {told['dialogs']} dialogs, {told['strayed']} pages left"
        print(
            f"{walls:8} {len(every)} payloads in {len(documents)} documents: {numbers}; {time.monotonic() - begun:.0f} s"
        )


if __name__ == "__main__":
    main()
