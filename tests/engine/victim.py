"""A program that is killed in the middle of its work: it says each step it has come to and waits to be let on.

    python tests/engine/victim.py PROFILE EMAIL PASSWORD

Prints one word a step (an event, a file renamed, a letter handed over) and reads one line before it goes on.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

sys.path.insert(0, str(Path(__file__).parents[1]))

from app.core.events import Event
from app.remote.imap import Session
from household import Home
from servers.mailbox import Mailbox


class Steps(list[Event]):
    """Takes the place of the list of events."""

    def __init__(self) -> None:
        super().__init__()
        self._turn = threading.Lock()

    def append(self, event: Event) -> None:
        self.step(type(event).__name__)

    def step(self, name: str) -> None:
        with self._turn:
            print(name, flush=True)
            sys.stdin.readline()

    def around(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            self.step(f"before-{name}")
            answer = act(*args, **kwargs)
            self.step(f"after-{name}")
            return answer

        return stepped


def main() -> None:
    profile, email, password = sys.argv[1:]
    home = Home(Path(profile), cast(Mailbox, SimpleNamespace(email=email, password=password, heard=[])))
    steps = Steps()
    home.events = steps
    os.replace = steps.around("rename", os.replace)
    Session.append = steps.around("append", Session.append)  # type: ignore[method-assign]
    home.around = replace(home.around, deliver=steps.around("delivery", home.around.deliver))
    home.sync()
    print("end", flush=True)


if __name__ == "__main__":
    main()
