"""The real program is killed (SIGKILL) at seeded moments of a busy sync; the next sync loses and doubles nothing."""

from __future__ import annotations

import itertools
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from crash.story import Story
from servers.gate import Gate
from servers.provider import Provider

KILLS = 5
SOON = 2.0
"""Seconds in which a program that is asked to end must have ended."""


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_after_each_kill_one_sync_puts_everything_right(
    tmp_path: Path, mail_servers: Provider, gate: Callable[[int], Gate], seed: int
) -> None:
    mail_servers.submission.conduct.behave()
    story = Story(tmp_path / "story", mail_servers, gate, seed)
    try:
        killed = 0
        while killed < KILLS:
            killed += story.round().was_hit
    except BaseException:
        print("\n".join(story.told))
        raise
    finally:
        story.close()


def test_sigterm_and_ctrl_c_end_a_busy_program_at_once_and_in_good_order(
    tmp_path: Path, mail_servers: Provider, gate: Callable[[int], Gate]
) -> None:
    mail_servers.submission.conduct.behave()
    story = Story(tmp_path / "story", mail_servers, gate, 4)
    ended: set[tuple[str, int]] = set()
    try:
        for how, command in (*itertools.product((signal.SIGTERM, signal.SIGINT), ("sync", "watch", "sync")),):
            victim = story.round(how, command)
            ended.add((command, victim.code or 0))
            wanted = 0 if command == "watch" else 128 + how
            # One that comes when the work is done ends what is left of the interpreter.
            assert victim.code in (0, wanted, -how) and victim.took < SOON, (victim.code, victim.took, victim.complaint)
            assert victim.complaint.count(b"\n") == (victim.code == 128 + how), victim.complaint
    except BaseException:
        print("\n".join(story.told))
        raise
    finally:
        story.close()
    assert ("watch", 0) in ended and {("sync", 128 + signal.SIGTERM), ("sync", 128 + signal.SIGINT)} & ended
