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


def measure(
    command: Sequence[str], environment: Mapping[str, str] | None = None, until: Callable[[], bool] | None = None
) -> Cost:
    """Run it to its end; a failure raises `CalledProcessError`. `until` is asked every 20 ms until it says yes once.

    The peak counts all processes of the program together, so pages they share count more than once.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    family = psutil.Process(process.pid)
    peak = 0
    looks = 0
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        wall = time.perf_counter() - start
        if pid:
            break
        if until is not None and until():
            until = None
        if looks % 25 == 0:  # looking at every process of the machine costs some milliseconds
            peak = max(peak, _memory(family))
        looks += 1
        time.sleep(LOOK_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(wall, used.ru_utime + used.ru_stime, max(peak, used.ru_maxrss * 1024))


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
