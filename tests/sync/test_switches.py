"""What each switch decides, as plain values."""

from __future__ import annotations

import pytest

from app.core.values import Role
from app.sync.switches import Cause, Change, Place, Switches, keeps, kind_of, too_many, withholds, yields

INBOX, WORK, TRASH = Place(Role.INBOX), Place(Role.NONE), Place(Role.TRASH)
ARCHIVE, BELOW = Place(Role.ARCHIVE, True), Place(Role.NONE, True)


@pytest.mark.parametrize(
    ("left", "now", "change"),
    [
        (INBOX, None, Change.DELETED),
        (TRASH, None, Change.DELETED),
        (INBOX, TRASH, Change.DELETED),
        (ARCHIVE, TRASH, Change.DELETED),
        (INBOX, ARCHIVE, Change.ARCHIVED),
        (INBOX, BELOW, Change.ARCHIVED),
        (WORK, ARCHIVE, Change.MOVED),
        (INBOX, WORK, Change.MOVED),
        (TRASH, INBOX, Change.MOVED),
        (TRASH, ARCHIVE, Change.MOVED),
    ],
)
def test_what_it_means_that_a_message_went(left: Place, now: Place | None, change: Change) -> None:
    assert kind_of(left, now) is change


@pytest.mark.parametrize("change", Change)
@pytest.mark.parametrize("off", ["delete_in", "delete_out", "archive_in", "archive_out"])
def test_each_switch_holds_back_its_own_change_and_no_other(change: Change, off: str) -> None:
    switches = Switches(**{off: False})
    held = {keeps(change, switches), withholds(change, switches)} - {None}
    own = {
        "delete_in": (Change.DELETED, Cause.DELETE_IN),
        "delete_out": (Change.DELETED, Cause.DELETE_OUT),
        "archive_in": (Change.ARCHIVED, Cause.ARCHIVE_IN),
        "archive_out": (Change.ARCHIVED, Cause.ARCHIVE_OUT),
    }[off]
    assert held == ({own[1]} if change is own[0] else set())


def test_what_was_deleted_here_stays_hidden_whatever_the_mailbox_does_with_it() -> None:
    assert not yields(Cause.DELETE_OUT, there=False)
    assert yields(Cause.DELETE_OUT, there=True)
    assert all(yields(cause, there=False) for cause in Cause if cause is not Cause.DELETE_OUT)


@pytest.mark.parametrize(
    ("removed", "held", "asks"),
    [(50, 60, False), (51, 60, True), (51, 255, False), (200, 1000, False), (201, 1000, True)],
)
def test_the_guard_asks_beyond_fifty_and_a_fifth(removed: int, held: int, asks: bool) -> None:
    assert too_many(removed, held) is asks
