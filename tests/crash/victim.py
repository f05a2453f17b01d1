"""The real program in a process of its own, which is ended at a moment that is told in octets on its wires."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Sequence

import psutil

from commandline import Tandem
from servers.gate import Gate

PATIENCE = 30.0
"""Seconds after which a program that neither works nor ends is ended anyway."""
LINGER = 5.0
"""Seconds that helping processes get to notice that their parent is gone."""
LOOK = 0.001


class Victim:
    """`tandem COMMAND`, ended by `how` once `octets` have passed through the gates since its start, and `pause` seconds
    after that: what has come is being written then."""

    def __init__(
        self,
        tandem: Tandem,
        command: str,
        gates: Sequence[Gate],
        octets: int,
        pause: float = 0.0,
        how: signal.Signals = signal.SIGKILL,
    ) -> None:
        self._gates, self._before = gates, sum(gate.passed for gate in gates)
        self._goal, self._pause, self._how = octets, pause, how
        self.helpers: list[psutil.Process] = []
        self.was_hit = False
        """The signal came before its end."""
        self.took = 0.0
        """Seconds from the signal to the end."""
        self.said = self.complaint = b""
        self.command = command
        self._process = tandem.start(command, "--json")
        self._hunter = threading.Thread(target=self._hunt)
        self._hunter.start()

    @property
    def passed(self) -> int:
        return sum(gate.passed for gate in self._gates) - self._before

    @property
    def code(self) -> int | None:
        return self._process.returncode

    def alive(self) -> bool:
        return self._hunter.is_alive()

    def wait(self) -> None:
        """Until it is gone, and whoever helped it."""
        self.said, self.complaint = self._process.communicate()
        self._hunter.join()
        _, left = psutil.wait_procs(self.helpers, LINGER)
        assert not left, f"helping processes outlive it: {left}"

    def _hunt(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.passed < self._goal and self._process.poll() is None and time.monotonic() < deadline:
            time.sleep(LOOK)
        time.sleep(self._pause)
        try:
            if self._how is signal.SIGKILL:
                self._process.send_signal(signal.SIGSTOP)  # so that nobody is born while they are counted
            self.helpers = psutil.Process(self._process.pid).children(recursive=True)
            started = time.monotonic()
            self.was_hit = self._process.poll() is None
            self._process.send_signal(self._how)
            self._process.wait(PATIENCE)
            self.took = time.monotonic() - started
        except psutil.NoSuchProcess:
            pass
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
