"""What lists hold: folders and smart folders, narrowed, sorted, by conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.ids import MessageId
from app.core.values import FLAGGED, SEEN, AccountSettings, Address, Role, Security, Server
from app.store import accounts, local
from app.store.arrivals import Arrival, add_arrivals
from app.store.folders import folder_named
from app.store.listed import Listed, record_folders
from app.store.listing import Filter, Smart, Sort, Wish
from store.test_library import NOW, Shelf

DAY = 86_400.0


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def listed(shelf: Shelf, wish: Wish, keep: list[MessageId] | None = None, most: int = -1) -> list[str]:
    ids, dates = shelf.reader.listed(wish, now=NOW, keep=keep or [], most=most)
    assert len(ids) == len(dates)
    return [row.subject for row in shelf.reader.rows([MessageId(ident) for ident in ids])]


def answer(shelf: Shelf, subject: str, to: int, **changes: object) -> MessageId:
    return shelf.arrive(subject, in_reply_to=f"<{to}@there.test>", references=(f"<{to}@there.test>",), **changes)  # type: ignore[arg-type]


def talk(shelf: Shelf) -> tuple[MessageId, MessageId, MessageId]:
    """Two messages of one conversation with another between them."""
    first = shelf.arrive("Offer", flags=frozenset({SEEN, FLAGGED}), attached=True)
    other = shelf.arrive("Lunch", flags=frozenset({SEEN}))
    second = answer(shelf, "Re: Offer", 1, sender=Address(name="Ann", email="ann@there.test"))
    return first, other, second


def test_a_conversation_is_one_row_where_its_newest_message_stands(shelf: Shelf) -> None:
    first, other, second = talk(shelf)
    inbox = shelf.folder("INBOX")
    assert listed(shelf, Wish(inbox)) == ["Re: Offer", "Lunch", "Offer"]
    wish = Wish(inbox, grouped=True)
    assert listed(shelf, wish) == ["Re: Offer", "Lunch"]
    one, two = shelf.reader.cards(wish, [second, other])
    assert (one.newest.id, one.count, one.unread, one.flagged, one.files) == (second, 2, True, True, True)
    assert one.names == (("Zoë", "zoe@there.test"), ("Ann", "ann@there.test"))
    assert (two.count, two.unread, two.flagged, two.files) == (1, False, False, False)
    assert shelf.reader.members(wish, [second]) == [(second, True), (first, False)]
    assert shelf.reader.members(Wish(inbox), [second]) == [(second, True)]


def test_a_row_stands_for_what_is_in_its_folder_but_counts_the_whole_conversation(shelf: Shelf) -> None:
    first, _other, second = talk(shelf)
    with shelf.library.transaction() as unit:
        local.archive(unit, [first])
    wish = Wish(shelf.folder("INBOX"), grouped=True)
    assert shelf.reader.members(wish, [second]) == [(second, True)]
    assert [card.count for card in shelf.reader.cards(wish, [second])] == [2]
    with shelf.library.transaction() as unit:
        local.delete(unit, [first])
    assert [card.count for card in shelf.reader.cards(wish, [second])] == [1]


def test_of_two_messages_of_one_second_the_later_one_stands_for_the_conversation(shelf: Shelf) -> None:
    shelf.arrive("Offer", received=NOW)
    answer(shelf, "Re: Offer", 1, received=NOW)
    wish = Wish(shelf.folder("INBOX"), grouped=True)
    assert listed(shelf, wish) == listed(shelf, wish, most=9) == ["Re: Offer"]


def test_filters_narrow_a_list_and_keep_what_is_under_ones_eyes(shelf: Shelf) -> None:
    first, _other, second = talk(shelf)
    inbox = shelf.folder("INBOX")
    for grouped in (False, True):
        unread = Wish(inbox, filters=frozenset({Filter.UNREAD}), grouped=grouped)
        assert listed(shelf, unread) == ["Re: Offer"]
    flagged = frozenset({Filter.FLAGGED, Filter.FILES})
    assert listed(shelf, Wish(inbox, filters=flagged)) == ["Offer"]
    assert listed(shelf, Wish(inbox, filters=flagged, grouped=True)) == ["Re: Offer"]  # some of its messages are
    with shelf.library.transaction() as unit:
        local.change_flags(unit, [second], add=frozenset({SEEN}), remove=frozenset())
    for grouped in (False, True):
        unread = Wish(inbox, filters=frozenset({Filter.UNREAD}), grouped=grouped)
        assert listed(shelf, unread) == []
        assert listed(shelf, unread, [second]) == ["Re: Offer"]
    with shelf.library.transaction() as unit:
        local.archive(unit, [first, second])
    assert listed(shelf, Wish(inbox, filters=frozenset({Filter.UNREAD})), [second]) == []


def test_lists_are_sorted_by_what_people_ask_for(shelf: Shelf) -> None:
    shelf.arrive("Zebra", size=10, sender=Address(name="bob", email="a@there.test"))
    shelf.arrive("re: apple", size=30, sender=Address(name="", email="Ann@there.test"))
    shelf.arrive("mango", size=20, sender=Address(name="Cid", email="x@there.test"))
    inbox = shelf.folder("INBOX")
    found = {sort: listed(shelf, Wish(inbox, sort)) for sort in Sort}
    assert found == {
        Sort.NEWEST: ["mango", "re: apple", "Zebra"],
        Sort.OLDEST: ["Zebra", "re: apple", "mango"],
        Sort.SENDER: ["re: apple", "Zebra", "mango"],
        Sort.SUBJECT: ["re: apple", "mango", "Zebra"],
        Sort.SIZE: ["re: apple", "mango", "Zebra"],
    }
    for sort in Sort:
        assert listed(shelf, Wish(inbox, sort, grouped=True)) == found[sort]
        assert listed(shelf, Wish(inbox, sort), most=2) == found[sort][:2]


def test_smart_folders_are_over_all_accounts_and_leave_trash_out(shelf: Shelf) -> None:
    first, other, second = talk(shelf)
    server = Server(host="imap.test", port=993, security=Security.TLS, user="you")
    with shelf.library.transaction() as unit:
        account = accounts.add_account(unit, AccountSettings(email="you@here.test", imap=server))
        record_folders(unit, account, [Listed(name="INBOX", separator="/", role=Role.INBOX, selectable=True)])
        folder = folder_named(unit, account, "INBOX")
        arrival = Arrival(
            uid=1,
            flags=frozenset(),
            received=NOW,
            size=1,
            fingerprint="else",
            message_id="<else@there.test>",
            in_reply_to="",
            references=(),
            subject="Elsewhere",
            sender=Address(name="Zoë", email="zoe@there.test"),
            people={},
            sent=NOW,
        )
        add_arrivals(unit, account, folder, [arrival])
    assert listed(shelf, Wish(Smart.INBOXES, grouped=True)) == ["Elsewhere", "Re: Offer", "Lunch"]
    assert listed(shelf, Wish(Smart.UNREAD)) == ["Elsewhere", "Re: Offer"]
    assert listed(shelf, Wish(Smart.FLAGGED)) == ["Offer"] and listed(shelf, Wish(Smart.FILES)) == ["Offer"]
    counted = shelf.reader.counted(NOW)
    assert counted == {Smart.INBOXES: 2, Smart.UNREAD: 2, Smart.FLAGGED: 1, Smart.WAITING: 0}
    with shelf.library.transaction() as unit:
        local.delete(unit, [first, second])
    assert listed(shelf, Wish(Smart.FLAGGED)) == [] and listed(shelf, Wish(Smart.UNREAD)) == ["Elsewhere"]
    with shelf.library.transaction() as unit:
        local.change_flags(unit, [other], add=frozenset({FLAGGED}), remove=frozenset())
    assert listed(shelf, Wish(Smart.FLAGGED)) == ["Lunch"]


def test_who_has_not_answered_is_waited_for(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        record_folders(
            unit,
            shelf.account,
            [
                Listed(name=row.name, separator="/", role=row.role, selectable=row.selectable)
                for row in shelf.reader.folders()
            ]
            + [Listed(name="Sent", separator="/", role=Role.SENT, selectable=True)],
        )
    me, zoe = Address(name="Me", email="ME@here.test"), Address(name="Zoë", email="zoe@there.test")

    def send(subject: str, to: Address = zoe, **changes: object) -> MessageId:
        return shelf.arrive(subject, "Sent", sender=me, people={"to": [to]}, **changes)

    send("Asked")  # 1
    send("Note to self", me)
    send("Long ago", received=NOW - 91 * DAY, sent=NOW - 91 * DAY)
    send("Asked twice")  # 4
    send("Asked again", in_reply_to="<4@there.test>", references=("<4@there.test>",))
    waiting = Wish(Smart.WAITING)
    assert listed(shelf, waiting) == ["Asked again", "Asked"]
    answer(shelf, "Re: Asked", 1)
    assert listed(shelf, waiting) == ["Asked again"] and shelf.reader.counted(NOW)[Smart.WAITING] == 1
