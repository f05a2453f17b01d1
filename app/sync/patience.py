"""How long to wait before the next try."""

from __future__ import annotations

LONGEST = 900.0


def wait_before(attempt: int, jitter: float, longest: float = LONGEST, *, asked: float = 0.0) -> float:
    """Seconds before try number `attempt` (1, 2, …): doubling, never exact, so that a thousand clients of one server do
    not come back at the same moment. `jitter` in 0..1 is handed in. Never sooner than the server `asked` for."""
    own = min(longest, 2.0 ** min(attempt, 16)) * (0.5 + jitter / 2)
    return max(own, asked * (1 + max(0.0, jitter) / 10))
