"""What the library tells of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.ids import MessageId
from app.core.values import Address, Identity, Role
from app.store import accounts, local
from app.store.contact import _COUNT, _FROM, _NAME, _SENT_TO, RECENT, Contact
from app.store.folders import set_role
from store.test_library import NOW, Shelf

DAY = 86_400.0
ME = Address(name="Me", email="me@here.test")
ZOE = Address(name="Zoë", email="zoe@there.test")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def about(shelf: Shelf, message: MessageId) -> Contact:
    contact = shelf.reader.contact(message)
    assert contact is not None
    return contact


def mail(
    shelf: Shelf, subject: str, sender: Address, to: Address, days: float, folder: str = "INBOX", kind: str = "to"
) -> MessageId:
    at = NOW - days * DAY
    return shelf.arrive(subject, folder, sender=sender, people={kind: [to]}, sent=at, received=at)


def test_both_directions_are_counted_by_address_whatever_its_case(shelf: Shelf) -> None:
    mail(shelf, "First", ZOE, ME, 90)
    mail(shelf, "Shouted", Address(name="Zoë at Work", email="ZOE@there.TEST"), ME, 5)
    mail(shelf, "Answer", ME, Address(name="Z", email="Zoe@There.test"), 4, "Archive")
    mail(shelf, "Copied", Address(name="", email="ME@here.test"), ZOE, 3, "Archive", "cc")
    mail(shelf, "Another's", Address(name="Amy", email="amy@shop.test"), ZOE, 2)
    mail(shelf, "Longer", ME, Address(name="", email="notzoe@there.test"), 2, "Archive")
    opened = mail(shelf, "Now", ZOE, ME, 1)

    contact = about(shelf, opened)

    assert (contact.email, contact.received, contact.sent) == ("zoe@there.test", 3, 2)
    assert (contact.first, contact.last) == (NOW - 90 * DAY, NOW - DAY)
    told = [(each.subject, each.outgoing) for each in contact.recent]
    assert told == [("Now", False), ("Copied", True), ("Answer", True), ("Shouted", False), ("First", False)]


def test_of_ones_own_message_the_one_it_went_to_is_told(shelf: Shelf) -> None:
    with shelf.library.transaction() as unit:
        second = Identity(email="second@here.test", name="")
        accounts.change_identities(unit, shelf.account, [Identity(email=ME.email, name=""), second])
    people = {"to": [Address(name="", email="second@here.test")], "cc": [ZOE]}
    opened = shelf.arrive("Mine", sender=ME, people=people)
    contact = about(shelf, opened)
    assert (contact.email, contact.name, contact.received, contact.sent) == (ZOE.email, ZOE.name, 0, 1)
    alone = shelf.arrive("To myself", sender=ME, people={"to": [ME]})
    assert about(shelf, alone).email == ME.email


def test_another_address_under_the_same_name_is_named_and_not_counted(shelf: Shelf) -> None:
    opened = mail(shelf, "Real", ZOE, ME, 9)
    for days, email in ((7, "zoe@old.test"), (3, "zoe@there-mail.test"), (2, "zoe@old.test")):
        shelf.fill(mail(shelf, "Other", Address(name="zoë", email=email), ME, days), "words")
    shelf.fill(mail(shelf, "Namesake", Address(name="Zoë Long", email="long@there.test"), ME, 1), "words")

    contact = about(shelf, opened)

    assert sorted(contact.others) == ["zoe@old.test", "zoe@there-mail.test"]
    assert contact.received == 1 and [each.subject for each in contact.recent] == ["Real"]


def test_what_shows_nowhere_and_drafts_do_not_count(shelf: Shelf) -> None:
    opened = mail(shelf, "Here", ZOE, ME, 3)
    gone = mail(shelf, "Gone", ZOE, ME, 2)
    mail(shelf, "Half a thought", ME, ZOE, 1, "Clients/Meridian")
    with shelf.library.transaction() as unit:
        set_role(unit, shelf.folder("Clients/Meridian"), Role.DRAFTS)
        local.delete_for_good(unit, [gone])
    contact = about(shelf, opened)
    assert (contact.received, contact.sent, contact.last) == (1, 0, NOW - 3 * DAY)


def test_many_messages_give_the_newest_and_the_whole_count(shelf: Shelf) -> None:
    for number in range(40):
        opened = mail(shelf, f"Letter {number}", ZOE, ME, 50 - number)
    contact = about(shelf, opened)
    assert contact.received == 40 and len(contact.recent) == RECENT and contact.recent[0].subject == "Letter 39"


def test_a_message_without_a_sender_tells_of_nobody(shelf: Shelf) -> None:
    assert shelf.reader.contact(shelf.arrive("Who?", sender=Address(name="", email=""))) is None
    assert shelf.reader.contact(MessageId(999)) is None


def test_a_date_that_could_not_be_read_is_no_first_contact(shelf: Shelf) -> None:
    opened = shelf.arrive("No date", sender=ZOE, sent=None, received=0.0)
    contact = about(shelf, opened)
    assert contact.received == 1 and contact.first == 0.0


def test_an_index_leads_to_the_messages_of_an_address(shelf: Shelf) -> None:
    plans = [
        str(row[3])
        for sql, values in ((_COUNT, ("x",)), (_FROM, ("x", 1)), (_SENT_TO, ("x", "x", Role.DRAFTS)), (_NAME, ("x",)))
        for row in shelf.reader._all(f"EXPLAIN QUERY PLAN {sql}", *values)
        if " m " in f"{row[3]} " or "message" in row[3]
    ]
    searched = [plan for plan in plans if "message_sender" in plan]
    assert len(searched) == 4 and not [plan for plan in plans if plan.startswith("SCAN")], plans
