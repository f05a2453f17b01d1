"""Starts the demo's mail provider in a process of its own and says how to reach it."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from app.core.trouble import TryLater
from app.core.values import AccountSettings, Security, Server

EMAIL = "mara@fernhill.example"
NAME = "Mara Lindqvist"
START_TIMEOUT = 20.0
"""Seconds to wait for the servers. They need about one; a busy machine may need more."""

SERVER_FLAG = "--demo-server"
"""First argument of a frozen program that is to run `app.demo.serving.serve` and nothing else."""


@dataclass(slots=True)
class Demo:
    """A running provider. It ends with `stop`, or by itself when this process ends."""

    email: str
    name: str
    password: str = field(repr=False)
    settings: AccountSettings
    process: subprocess.Popen[bytes] = field(repr=False)

    def stop(self) -> None:
        """End the servers and wait until they are gone. What the mailbox held is gone with them."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(folder: Path, *, now: float, seed: int, arrivals: bool = True, pace: float = 1.0) -> Demo:
    """Start the servers on free ports of 127.0.0.1 and return once they answer.

    `folder` must exist; the certificate to trust and a log are written there. `now` (Unix seconds) is the time around
    which the mail is told. The same `seed` and `now` give the same mailbox; the password is new each time. `arrivals`:
    new mail comes in now and then. `pace` stretches every wait for arrivals and answers, 0 = at once.

    Raises TryLater if the servers do not come up.
    """
    password = secrets.token_urlsafe(18)
    order = {
        "folder": str(folder),
        "now": now,
        "seed": seed,
        "arrivals": arrivals,
        "pace": pace,
        "password": password,
    }
    # -P: a folder named `app` where the program happens to be started must not be taken for this one.
    python = [sys.executable, "-P", "-m", "app.demo"]
    command = [sys.executable, SERVER_FLAG] if getattr(sys, "frozen", False) else python
    log = folder / "demo-server.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
    answer = _ask(process, order)
    if not answer:
        process.kill()
        process.communicate()
        raise TryLater(
            "The demo mailbox did not start. Nothing of yours was touched; start the demo again.",
            detail=log.read_text(encoding="utf-8", errors="replace")[-2000:],
        )
    told = json.loads(answer)
    settings = AccountSettings(
        email=EMAIL,
        name=NAME,
        imap=Server(host="127.0.0.1", port=told["imap"], security=Security.TLS, user=EMAIL),
        smtp=Server(host="127.0.0.1", port=told["smtp"], security=Security.TLS, user=EMAIL),
        ca_file=told["ca_file"],
        color="#2F8F83",
    )
    return Demo(EMAIL, NAME, password, settings, process)


def _ask(process: subprocess.Popen[bytes], order: dict[str, object]) -> bytes:
    """Hand over the order and read the one line of answer; empty if there is none in time."""
    assert process.stdin and process.stdout
    answers: list[bytes] = []
    output = process.stdout

    def listen() -> None:
        answers.append(output.readline())

    try:
        process.stdin.write(json.dumps(order).encode("ascii") + b"\n")
        process.stdin.flush()
    except BrokenPipeError:  # died at once; its log says why
        return b""
    # A thread, because a pipe cannot be read with a timeout on every system.
    listener = threading.Thread(target=listen, name="demo-start", daemon=True)
    listener.start()
    listener.join(START_TIMEOUT)
    return answers[0] if answers else b""
