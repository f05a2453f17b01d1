"""Where in the full-text index a message has its place: by time, counted backwards in minutes.

The later a message, the smaller its key. FTS5 gives what it finds in the order of keys, so that the newest come first
without looking at the others.
"""

from __future__ import annotations

LAST = 1 << 26
"""Minute, counted from 1970, which has key 0: in the year 2097. Smaller keys make a smaller index."""
LEEWAY = 43_200
"""Minutes by which a key may be away from its message's date, as far as anything relies on it."""


def key_of(date: float) -> int:
    """The key at which a message of this date (Unix seconds) has its place."""
    return max(1, LAST - int(date // 60))
