"""The simulation is tested by mistakes put into the program on purpose: each must be found within some stories."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from app.core.ids import FolderId
from app.core.values import Flags
from app.engine import compare, cycle, push, settlement
from app.engine.copies import Copies
from app.remote import changes, imap
from app.store import arrivals, history, label_arrivals, label_listing, mailbox, outbox, overlay
from app.store.unit import Unit
from app.sync import plan
from simulation.profiles import PROFILES_IN_TURN as PROFILES
from simulation.story import fails, plot

STORIES = 500
Plant = Callable[[pytest.MonkeyPatch], None]


def server_always_wins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan, "merge", lambda server, _base, _local: server)


def user_always_wins(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan, "merge", lambda _server, _base, local: local)


def cursor_moves_too_early(patch: pytest.MonkeyPatch) -> None:
    """Before the headers it stands for are stored."""
    note = mailbox.note_listing

    def early(unit: Unit, folder: FolderId, flags: Mapping[int, Flags]) -> None:
        note(unit, folder, flags)
        unit.run("UPDATE folder SET window_done = 1, first_uidnext = first_uidnext + 50 WHERE id = ?", folder)

    patch.setattr(compare, "note_listing", early)


def vanished_is_not_heard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(changes, "vanished_in", lambda _line: [])


def moves_are_not_recognised(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(arrivals, "_moved_here", lambda *_: False)


def expected_mail_is_taken_for_new(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(arrivals, "_expected", lambda *_: False)


def flags_do_not_go_along(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(arrivals, "applied", lambda _carried, flags: flags)


def uidvalidity_is_not_looked_at(patch: pytest.MonkeyPatch) -> None:
    def unnamed(_unit: Unit, _folder: FolderId) -> None:
        return None

    patch.setattr(compare, "unname", unnamed)


def a_half_listing_counts(patch: pytest.MonkeyPatch) -> None:
    """What could not be looked at counts as empty."""
    guarded = cycle.Cycle._guarded

    def careless(self: cycle.Cycle, cursor: Any, act: Callable[[], None]) -> None:
        guarded(self, cursor, act)
        self._whole = True

    patch.setattr(cycle.Cycle, "_guarded", careless)


def nothing_is_written_into_the_history(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(history, "tell", lambda *_args, **_how: None)


def a_letter_in_doubt_is_sent_again(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox, "COMMITTING", "never")


def sent_is_not_searched(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Copies, "_in_sent", lambda *_: False)
    patch.setattr(Copies, "_look_for_second", lambda *_: None)


def moved_mail_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A move that was carried out is not written down."""
    patch.setattr(push, "note_moved", lambda *_: None)


def the_overlay_is_left_out(patch: pytest.MonkeyPatch) -> None:
    """A switch that is off is not obeyed when mail goes."""
    patch.setattr(overlay, "hold", lambda *_: None)


def uids_are_one_too_high(patch: pytest.MonkeyPatch) -> None:
    """Another message is touched than the one that was meant."""
    store = imap.Session.store_flags

    def wrong(self: imap.Session, uids: Iterable[int], **how: Flags) -> set[int]:
        return store(self, [uid + 1 for uid in uids], **how)

    patch.setattr(imap.Session, "store_flags", wrong)


def what_is_owed_is_forgotten_after_trouble(patch: pytest.MonkeyPatch) -> None:
    for module in (compare, settlement):
        patch.setattr(module, "unsettled", lambda *_: [])


def a_label_that_comes_off_is_not_seen(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(label_listing, "came_off", lambda *_: None)


def a_message_of_gmails_is_taken_for_new_in_each_folder(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(arrivals, "recognise", lambda *_: None)


def marks_do_not_go_along_at_gmail(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(label_arrivals, "_wished_flags", lambda *_: "")


PLANTED: tuple[Plant, ...] = (
    server_always_wins,
    user_always_wins,
    cursor_moves_too_early,
    vanished_is_not_heard,
    moves_are_not_recognised,
    expected_mail_is_taken_for_new,
    flags_do_not_go_along,
    uidvalidity_is_not_looked_at,
    a_half_listing_counts,
    nothing_is_written_into_the_history,
    a_letter_in_doubt_is_sent_again,
    sent_is_not_searched,
    moved_mail_is_forgotten,
    the_overlay_is_left_out,
    uids_are_one_too_high,
    what_is_owed_is_forgotten_after_trouble,
)
AT_GMAIL: tuple[Plant, ...] = (
    a_label_that_comes_off_is_not_seen,
    a_message_of_gmails_is_taken_for_new_in_each_folder,
    marks_do_not_go_along_at_gmail,
)


LATE = {
    "moves_are_not_recognised": 255,
    "a_half_listing_counts": 213,
    "sent_is_not_searched": 230,
    "the_overlay_is_left_out": 147,
    "a_message_of_gmails_is_taken_for_new_in_each_folder": 190,
}
"""Stories known to notice what few others do: told first, because the rest of the search is long."""


def stories(plant: Plant) -> list[int]:
    first = LATE.get(plant.__name__, 0)
    return [first, *(seed for seed in range(STORIES) if seed != first)]


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    assert any(fails(plot(seed, PROFILES[seed % len(PROFILES)])) for seed in stories(plant)), "no story noticed it"


@pytest.mark.parametrize("plant", AT_GMAIL, ids=lambda plant: plant.__name__)
def test_a_planted_mistake_with_labels_is_found(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch)

    assert any(fails(plot(seed, "gmail")) for seed in stories(plant)), "no story noticed it"
