"""Five hundred stories in which everything may go wrong, each by its number. A failing one is told as short as it gets."""

from __future__ import annotations

import pytest

from simulation.profiles import PROFILES_IN_TURN as PROFILES
from simulation.story import plot, run, shortest_failure, told

SEEDS = 500
LOTS = 25


@pytest.mark.parametrize("lot", range(LOTS))
def test_whatever_goes_wrong_nothing_is_lost_doubled_or_mixed_up(lot: int) -> None:
    for seed in range(lot, SEEDS, LOTS):
        failure = shortest_failure(plot(seed, PROFILES[seed % len(PROFILES)]))
        if failure is not None:
            pytest.fail(told(failure[1]), pytrace=False)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_tells_the_same_story(seed: int) -> None:
    first, second = run(plot(seed, PROFILES[seed % len(PROFILES)])), run(plot(seed, PROFILES[seed % len(PROFILES)]))

    assert first.trace == second.trace and len(first.trace) > 100
