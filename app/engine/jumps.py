"""Notices that the computer slept or its clock was set: more or less time went by than this program saw."""

from __future__ import annotations

from collections.abc import Callable

LEAST = 60.0
"""Seconds; less is a clock that was corrected."""


class Jumps:
    """For one thread. `wall` is what everybody's clock says, `steady` one that nobody can set and that sleeps, too."""

    def __init__(self, wall: Callable[[], float], steady: Callable[[], float]) -> None:
        self._wall, self._steady = wall, steady
        self._gap = wall() - steady()

    def jumped(self) -> bool:
        """Since this was last asked."""
        before, self._gap = self._gap, self._wall() - self._steady()
        return abs(self._gap - before) > LEAST
