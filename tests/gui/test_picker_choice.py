"""Ticks, halves and sums of the folder picker."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import FolderId
from app.core.values import Role
from app.gui.picker.choice import Choice, PickRow, Sum, Tick


def row(
    key: str,
    parent: str = "",
    *,
    selectable: bool = True,
    recent: int | None = 1,
    local: int = 0,
    ticked: bool = True,
) -> PickRow:
    return PickRow(
        key=key,
        label=key.rpartition("/")[2],
        parent=parent,
        depth=key.count("/"),
        role=Role.NONE,
        is_selectable=selectable,
        recent=recent,
        total=10,
        local=local,
        is_ticked=ticked,
        folder=FolderId(sum(map(ord, key))),
    )


def tree(*, keep_all: bool = False) -> Choice:
    return Choice(
        [
            row("INBOX", recent=412, local=400),
            row("Clients", selectable=False),
            row("Clients/Meridian", "Clients", recent=61, local=60),
            row("Clients/Kestrel", "Clients", recent=83),
            row("News", recent=388, ticked=False),
        ],
        keep_all=keep_all,
    )


def test_a_parent_without_mail_mirrors_its_children() -> None:
    choice = tree()
    assert choice.tick("Clients") is Tick.ON

    choice.turn("Clients/Kestrel")
    assert choice.tick("Clients") is Tick.SOME

    choice.turn("Clients/Meridian")
    assert choice.tick("Clients") is Tick.OFF


def test_pressing_a_half_box_ticks_all_below_and_pressing_again_none() -> None:
    choice = tree()
    choice.turn("Clients/Kestrel")

    choice.turn("Clients")
    assert choice.tick("Clients") is Tick.ON
    choice.turn("Clients")
    assert choice.tick("Clients") is Tick.OFF
    assert choice.names() == ("INBOX",)


def test_a_parent_with_mail_of_its_own_can_be_taken_alone() -> None:
    choice = Choice([row("A"), row("A/B", "A"), row("A/C", "A")], keep_all=False)
    choice.turn("A")

    choice.turn("A", alone=True)

    assert choice.names() == ("A",)
    assert choice.tick("A") is Tick.SOME


def test_the_header_box_speaks_for_all() -> None:
    choice = tree()
    assert choice.tick() is Tick.SOME

    choice.turn()

    assert choice.tick() is Tick.ON
    assert choice.names() == ("INBOX", "Clients/Meridian", "Clients/Kestrel", "News")


def test_the_sum_counts_only_folders_that_hold_mail() -> None:
    assert tree().sum() == Sum(ticked=3, folders=4, recent=412 + 61 + 83)


def test_a_sum_with_an_uncounted_folder_is_not_known() -> None:
    assert Choice([row("A", recent=None), row("B")], keep_all=False).sum().recent is None
    assert Choice([row("A", recent=None, ticked=False), row("B")], keep_all=False).sum().recent == 1


def test_all_folders_means_all_and_asks_for_no_names() -> None:
    choice = tree(keep_all=True)

    assert choice.names() is None
    assert choice.ids() is None
    assert choice.sum().ticked == 4


def test_taking_one_tick_away_from_all_leaves_all_the_others() -> None:
    choice = tree(keep_all=True)

    choice.turn("News")

    assert not choice.keeps_all
    assert choice.names() == ("INBOX", "Clients/Meridian", "Clients/Kestrel")


def test_only_folders_with_mail_here_are_asked_about() -> None:
    choice = tree()
    choice.turn("Clients")
    choice.turn("News")

    assert [each.key for each in choice.leaving()] == ["Clients/Meridian"]

    choice.turn("Clients/Meridian")
    assert choice.leaving() == []


def test_a_search_keeps_the_parents_of_what_it_finds() -> None:
    assert tree().matching("kest") == {"Clients", "Clients/Kestrel"}
    assert tree().matching("client meri") == {"Clients", "Clients/Meridian"}
    assert tree().matching("nowhere") == set()


def test_a_parent_the_server_does_not_list_leaves_its_children_at_the_top() -> None:
    choice = Choice([row("Gone/B", "Gone")], keep_all=False)

    assert choice.children() == ["Gone/B"]
    assert choice.sum().folders == 1


def test_new_counts_keep_the_ticks() -> None:
    choice = tree()
    choice.recount([row("INBOX", recent=900), row("Unknown", recent=1)])

    assert choice.sum().recent == 900 + 61 + 83
    assert choice.names() == ("INBOX", "Clients/Meridian", "Clients/Kestrel")


@given(st.lists(st.sampled_from(["", "INBOX", "Clients", "Clients/Meridian", "Clients/Kestrel", "News"])))
def test_boxes_always_tell_the_truth_about_what_is_below(presses: list[str]) -> None:
    choice = tree()
    for key in presses:
        choice.turn(key)

    below = {
        "": ("INBOX", "Clients/Meridian", "Clients/Kestrel", "News"),
        "Clients": ("Clients/Meridian", "Clients/Kestrel"),
    }
    for key, leaves in below.items():
        ticked = [choice.is_ticked(leaf) for leaf in leaves]
        assert choice.tick(key) is (Tick.ON if all(ticked) else Tick.SOME if any(ticked) else Tick.OFF)
    assert choice.sum().ticked == len(choice.names() or ())
