"""Where the program starts: the window, a headless command, or the demo's mail server. The only module that knows all."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.core.commands import Command
    from app.desktop.instance import EngineLock
    from app.engine.house import Carrier, House
    from app.engine.reception import Reception
    from app.engine.worker import Emit, Worker
    from app.remote.secrets import Secrets

USAGE = 64


@dataclass(slots=True)
class Start:
    """What was typed before the command."""

    profile: Path | None = None
    demo: bool = False
    hidden: bool = False
    mailto: str = ""
    command: Sequence[str] = ()


def main(argv: Sequence[str] | None = None) -> int:
    """`tandem [--profile DIR] [--demo | --hidden] [mailto:… | COMMAND …]`; returns the exit code."""
    if getattr(sys, "frozen", False):  # a bundle starts its helping processes as itself
        from multiprocessing import freeze_support

        freeze_support()
    argv = list(sys.argv[1:] if argv is None else argv)
    if argv[:1] == ["--demo-server"]:
        from app.demo.serving import serve

        return serve(argv[1:])
    try:
        start = _read(argv)
    except ValueError as mistake:
        print(f"{mistake} “tandem --help” says what can be typed.", file=sys.stderr)
        return USAGE
    if start.command:
        return _command(start)
    return _demo(start) if start.demo else _window(start)


def _read(argv: Sequence[str]) -> Start:
    """What comes before the command. Raises ValueError with a sentence."""
    start, rest = Start(), list(argv)
    while rest:
        word = rest[0]
        if word == "--profile" or word.startswith("--profile="):
            value = word.partition("=")[2] if "=" in word else (rest[1] if len(rest) > 1 else "")
            if not value or "\0" in value:
                raise ValueError("--profile needs the name of a folder.")
            start.profile = Path(value)
            rest = rest[1:] if "=" in word else rest[2:]
        elif word == "--demo":
            start.demo, rest = True, rest[1:]
        elif word == "--hidden":
            start.hidden, rest = True, rest[1:]
        elif word.lower().startswith("mailto:"):
            start.mailto, rest = word, rest[1:]
        elif word in ("-h", "--help", "--version") or not word.startswith("-"):
            start.command, rest = rest, []
        else:
            raise ValueError(f"“{word}” is not an option of tandem.")
    if start.command and (start.demo or start.hidden or start.mailto):
        raise ValueError("--demo, --hidden and mailto: open the window; a command runs without one.")
    return start


def _profile(start: Start) -> Path:
    if start.profile is not None:
        return start.profile
    from platformdirs import user_data_path

    return user_data_path("Tandem", appauthor=False)


def _command(start: Start) -> int:
    try:
        from app.cli.program import run
        from app.cli.run import Terminal

        terminal = Terminal(
            stdin=sys.stdin.buffer,
            stdout=sys.stdout.buffer,
            stderr=sys.stderr.buffer,
            environ=os.environ,
            clock=time.time,
            jitter=random.random,
            random=os.urandom,
        )
        return run(start.command, _profile(start), terminal)
    except KeyboardInterrupt:
        return 130


# --- the window --------------------------------------------------------------------------------------------


class _Passphrase:
    """Opens the encrypted file of secrets where there is no keychain: typed in the window, or from the environment."""

    def __init__(self) -> None:
        self._typed = ""

    def give(self, words: str) -> None:
        self._typed = words

    def ask(self) -> str | None:
        from app.remote.secrets import passphrase_from_environment

        return self._typed or passphrase_from_environment(os.environ)


def _window(start: Start) -> int:
    from app.cli.codes import code_of
    from app.core.trouble import Trouble
    from app.remote.late_secrets import LateSecrets
    from app.remote.secrets import open_secrets

    profile, passphrase = _profile(start), _Passphrase()
    secrets = LateSecrets(lambda: open_secrets(profile, passphrase.ask))
    try:
        return _open_window(start, profile, secrets, give_passphrase=passphrase.give)
    except Trouble as trouble:  # it was said in a window; for whoever started this from a terminal
        print(trouble, file=sys.stderr)
        return code_of(trouble)


def _demo(start: Start) -> int:
    """The window on an example mailbox and a throw-away profile; both are gone afterwards."""
    import tempfile

    from app.core.commands import AddAccount
    from app.demo.provider import Demo
    from app.demo.provider import start as start_demo
    from app.remote.secrets import MemorySecrets

    running: list[Demo] = []
    with tempfile.TemporaryDirectory(prefix="tandem-demo-") as name:
        folder = Path(name)

        def prepare() -> Command:
            demo = start_demo(folder, now=time.time(), seed=random.getrandbits(32))
            running.append(demo)
            return AddAccount(settings=demo.settings, password=demo.password)

        try:
            return _open_window(start, folder / "profile", MemorySecrets(), prepare=prepare)
        finally:
            for demo in running:
                demo.stop()


def _open_window(
    start: Start,
    profile: Path,
    secrets: Secrets,
    *,
    prepare: Callable[[], Command] | None = None,
    give_passphrase: Callable[[str], None] | None = None,
) -> int:
    """The window that is open already, if there is one; otherwise a new one, which holds the engine."""
    from app.desktop.instance import EngineLock, ask
    from app.desktop.logbook import keep_log
    from app.desktop.sleep import Sleep

    lock = EngineLock(profile)
    deadline = time.monotonic() + 20.0
    while not _acquire(lock):
        wish = {"do": "mailto", "url": start.mailto} if start.mailto else {"do": "show"}
        if ask(profile, wish, seconds=5.0) is not None:
            return 0
        if time.monotonic() > deadline:  # a command that syncs, and does not come to its end
            print("Another Tandem works on this profile. Try again when it has finished.", file=sys.stderr)
            return 75
        time.sleep(0.1)
    keep_log(profile)

    from app.core.commands import CheckConnections
    from app.gui.application import Start as Window
    from app.gui.application import run_window

    receptions: list[Reception] = []

    def make_house(emit: Emit, carry: Callable[[Worker], Carrier]) -> House:
        from app.engine.house import Chances, House
        from app.engine.reception import Reception

        chances = Chances(clock=time.time, jitter=random.random, random=os.urandom)
        receptions.clear()  # of a try before this one that came to nothing
        receptions.append(Reception(profile, emit))
        return House(profile, secrets, chances, receptions[0].hear, carry)

    sleeps: list[Sleep] = []

    def opened(house: House, _bridge: object) -> None:
        receptions[0].open(house)
        lock.serve(receptions[0].answer)
        sleeps.append(Sleep(lambda: house.post(CheckConnections(resumed=True))))
        sleeps[0].start()

    try:
        # --hidden: without a tray the window is never hidden, and there is no tray yet.
        return run_window(
            Window(
                profile=profile,
                make_house=make_house,
                clock=time.time,
                prepare=prepare,
                give_passphrase=give_passphrase,
                try_demo=_open_demo,
                mailto=start.mailto,
                warm_after=1.5,
                opened=opened,
            )
        )
    finally:
        for sleep in sleeps:
            sleep.close()
        for reception in receptions:
            reception.close()
        lock.release()


def _acquire(lock: EngineLock) -> bool:
    """As the lock does; a profile that cannot be written is said in a window, and tried again if the user says so."""
    from app.core.trouble import Trouble

    while True:
        try:
            return lock.acquire()
        except Trouble as trouble:
            from app.gui.application import prepare_qt
            from app.gui.hindrance import try_again

            prepare_qt()
            if not try_again(trouble):
                raise


def _open_demo() -> None:
    """The demo in a program of its own, beside the one that is open."""
    import subprocess

    # -P: a folder named `app` where the program happens to be started must not be taken for this one.
    python = [sys.executable, "-P", "-m", "app"]
    program = [sys.executable] if getattr(sys, "frozen", False) else python
    subprocess.Popen([*program, "--demo"], stdin=subprocess.DEVNULL, start_new_session=True)


if __name__ == "__main__":
    sys.exit(main())
