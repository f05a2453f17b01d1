"""Whatever the program does when its disk is full: it says so, believes nothing half written, and goes on with room again.

A few sizes here; `tests/bench/disk_full.py` takes every one.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crash.deeds import STEP, Trial
from crash.small_disk import SmallDisk, small_disk
from servers.provider import Provider


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = small_disk(tmp_path / "disk")
    yield disk
    disk.end()


@pytest.mark.parametrize(
    ("deed", "steps"),
    [
        ("opening the library", 0),
        ("opening the library", 4),
        ("the first sync", 0),
        ("the first sync", 6),
        ("the first sync of many", 8),
        ("writing a letter", 2),
        ("sending a letter", 2),
        ("telling the mailbox", 1),
        ("going on after a crash", 1),
        ("saving what is damaged", 5),
    ],
)
def test_a_full_disk_is_said_and_nothing_is_lost(
    tmp_path: Path, disk: SmallDisk, mail_servers: Provider, deed: str, steps: int
) -> None:
    mail_servers.submission.conduct.behave()

    done = Trial(deed, disk, tmp_path / "beside", mail_servers).attempt(steps * STEP)

    assert not done or not disk.counts_all, "there was to be too little room"
