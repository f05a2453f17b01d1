"""What a program costs: seconds, processor seconds, memory."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

LOOK_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, seconds of processor (children included), bytes of memory at the highest point."""

    wall: float
    cpu: float
    peak: int


class Running:
    """A program that was started; looked at now and then."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._command, self._start, self._looks = command, time.perf_counter(), 0
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self._family = psutil.Process(self._process.pid)
        self.peak = 0
        """All processes of the program together, so that pages they share count more than once."""

    def look(self) -> Cost | None:
        """Each 20 ms, say. What it cost, once it has come to its end; a failure raises `CalledProcessError`."""
        pid, status, used = os.wait4(self._process.pid, os.WNOHANG)
        wall = time.perf_counter() - self._start
        if not pid:
            if self._looks % 25 == 0:  # looking at every process of the machine costs some milliseconds
                self.peak = max(self.peak, _memory(self._family))
            self._looks += 1
            return None
        self._process.returncode = os.waitstatus_to_exitcode(status)
        if self._process.returncode != 0:
            raise subprocess.CalledProcessError(self._process.returncode, self._command)
        return Cost(wall, used.ru_utime + used.ru_stime, max(self.peak, used.ru_maxrss * 1024))

    def kill(self) -> None:
        """As kill -9; its children end by themselves."""
        self._process.kill()
        self._process.wait()


def measure(
    command: Sequence[str], environment: Mapping[str, str] | None = None, until: Callable[[], bool] | None = None
) -> Cost:
    """Run it to its end; a failure raises `CalledProcessError`. `until` is asked every 20 ms until it says yes once."""
    running = Running(command, environment)
    while (cost := running.look()) is None:
        if until is not None and until():
            until = None
        time.sleep(LOOK_SECONDS)
    return cost


def once(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[Cost, bytes]:
    """As `measure`, for what is over soon: the clock is exact, the peak that of the largest process. And what it printed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    with process.stdout as stdout:
        said = stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, said)
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024), said


def _memory(family: psutil.Process) -> int:
    try:
        return sum(each.memory_info().rss for each in (family, *family.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0
