"""Conversations in the library: what joins them, what does not, and what the user splits and merges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.events import Topic
from app.core.ids import AccountId, MessageId
from app.core.trouble import NotFound, WrongUse
from app.core.values import AccountSettings, Address, Role, Security, Server
from app.mail.envelope import read_envelope
from app.store import accounts, by_hand
from app.store.arrivals import Arrival, add_arrivals
from app.store.connection import Gate
from app.store.departures import sweep
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.rebuild import thread_anew
from app.store.threads import MOST, telling
from app.store.unit import Unit
from app.store.views import Reader

NOW = 1_800_000_000.0
FOLDERS = (
    ("INBOX", Role.INBOX),
    ("Sent", Role.SENT),
    ("Drafts", Role.DRAFTS),
    ("Trash", Role.TRASH),
    ("Junk", Role.JUNK),
    ("Clients", Role.NONE),
)


class Shelf:
    """A library with two accounts."""

    def __init__(self, profile: Path) -> None:
        self.events: list[object] = []
        self.library = Library(profile, self.events.append, lambda: NOW, Gate(), durable=False)
        self.account, self.other = (self._account(email) for email in ("me@here.test", "me@work.test"))
        self.reader = Reader(profile)
        self._uid = 0

    def _account(self, email: str) -> AccountId:
        server = Server(host="imap.test", port=993, security=Security.TLS, user="me")
        with self.library.transaction() as unit:
            account = accounts.add_account(unit, AccountSettings(email=email, imap=server))
            listed = [Listed(name=name, separator="/", role=role, selectable=True) for name, role in FOLDERS]
            record_folders(unit, account, listed)
        return account

    def come(
        self,
        own: str,
        *refers: str,
        answers: str = "",
        subject: str = "Plan",
        folder: str = "INBOX",
        account: AccountId | None = None,
        who: str = "zoe@there.test",
        flags: str = "",
        sent: float | None = None,
    ) -> MessageId:
        """A message comes; "a" is short for <a@x.test>."""
        account = account or self.account
        arrival = self.letter(own, *refers, answers=answers, subject=subject, who=who, flags=flags, sent=sent)
        return self.come_together(arrival, folder=folder, account=account)[0]

    def come_together(
        self, *arrivals: Arrival, folder: str = "INBOX", account: AccountId | None = None
    ) -> list[MessageId]:
        """Messages come in one batch."""
        account = account or self.account
        place = next(row.id for row in self.reader.folders(account) if row.name == folder)
        with self.library.transaction() as unit:
            return [message for message, _ in add_arrivals(unit, account, place, arrivals)]

    def letter(
        self,
        own: str,
        *refers: str,
        answers: str = "",
        subject: str = "Plan",
        who: str = "zoe@there.test",
        flags: str = "",
        sent: float | None = None,
    ) -> Arrival:
        self._uid += 1
        when = NOW - 10_000 + 10 * self._uid
        return Arrival(
            uid=self._uid,
            flags=frozenset(flags.split()),
            received=when,
            size=1000,
            fingerprint=f"print {self._uid}",
            message_id=long(own),
            in_reply_to=long(answers),
            references=tuple(long(each) for each in refers),
            subject=subject,
            sender=Address(name="", email=who),
            people={},
            sent=when if sent is None else sent,
        )

    def groups(self, *messages: MessageId) -> list[int]:
        """0 for the conversation of the first message, 1 for the next other one, and so on."""
        seen: dict[int, int] = {}
        return [seen.setdefault(row.conversation, len(seen)) for row in self.reader.rows(messages)]

    def do(self, what: Callable[[Unit], tuple[int, by_hand.Back]]) -> tuple[int, Callable[[], None]]:
        """Carry out what is done by hand: how many, and what takes it back."""
        with self.library.transaction() as unit:
            count, back = what(unit)

        def undo() -> None:
            with self.library.transaction() as unit:
                back(unit)

        return count, undo

    def split(self, message: MessageId) -> tuple[int, Callable[[], None]]:
        return self.do(lambda unit: by_hand.split(unit, message))

    def merge(self, *messages: MessageId) -> tuple[int, Callable[[], None]]:
        return self.do(lambda unit: by_hand.merge(unit, messages))

    def shown(self) -> list[tuple[int, int]]:
        """(message, conversation) as lists have it."""
        look = self.library.look()
        return sorted((row[0], row[1]) for row in look.all("SELECT message, conversation FROM shown"))

    def stored(self) -> list[tuple[int, int]]:
        return sorted((row[0], row[1]) for row in self.library.look().all("SELECT id, conversation FROM message"))


def long(short: str) -> str:
    return short if not short or short.startswith("<") else f"<{short}@x.test>"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "profile")
    yield shelf
    shelf.reader.close()
    shelf.library.close()


# --- what joins, and what does not


def test_the_same_subject_alone_joins_nothing(shelf: Shelf) -> None:
    first, second = shelf.come("a", subject="Re: Plan"), shelf.come("b", subject="Re: Plan")
    assert shelf.groups(first, second) == [0, 1]


def test_another_subject_does_not_part_an_answer_from_its_question(shelf: Shelf) -> None:
    first, second = shelf.come("a", subject="Plan"), shelf.come("b", answers="a", subject="Something else")
    assert shelf.groups(first, second) == [0, 0]


@pytest.mark.parametrize("garbage", ["<>", "<unknown>", "<null@null>", "<@host.test>", "<(none)>", "<1>", "<-@x.test>"])
def test_ids_that_name_nothing_join_nothing(shelf: Shelf, garbage: str) -> None:
    both_refer = shelf.come("a", garbage), shelf.come("b", answers=garbage)
    both_are = shelf.come(garbage, sent=NOW), shelf.come(garbage, sent=NOW)
    assert shelf.groups(*both_refer, *both_are) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "header",
    ["<a@x>", "<20261128.GA1234>", "<CAJ+unknown@mail.test>", "<null.1@x.test>", "<日本@x.test>", "<0@x.test>"],
)
def test_ids_as_they_are_given_count(header: str) -> None:
    assert telling(header)


def test_one_id_on_mail_after_mail_joins_neither_them_nor_what_answers_them(shelf: Shelf) -> None:
    alarms = [shelf.come("alarm", who=f"pump{n}@plant.test") for n in range(3)]
    answers = [shelf.come(f"answer{n}", answers="alarm") for n in range(2)]
    assert shelf.groups(*alarms, *answers) == [0, 1, 2, 3, 4]


def test_one_id_on_mail_after_mail_is_seen_within_one_batch(shelf: Shelf) -> None:
    fresh = shelf.come_together(*[shelf.letter("alarm", who="pump@plant.test") for _ in range(3)])
    assert shelf.groups(*fresh) == [0, 1, 2]


def test_copies_of_one_mail_are_one_conversation(shelf: Shelf) -> None:
    own = shelf.come("a", folder="Sent", who="me@here.test", sent=NOW)
    through_list = shelf.come("a", who="list@there.test", sent=NOW)
    answer = shelf.come("b", answers="a")
    assert shelf.groups(own, through_list, answer) == [0, 0, 0]


def test_references_without_end_are_looked_at_in_part(shelf: Shelf) -> None:
    first = shelf.come("root")
    many = [f"n{n}" for n in range(5 * MOST)]
    answer = shelf.come("answer", "root", *many)
    with shelf.library.transaction() as unit:
        row = unit.one("SELECT count(*) FROM mention WHERE message = ?", answer)
    assert row == (MOST,)
    assert shelf.groups(first, answer) == [0, 0]


@pytest.mark.parametrize(
    ("field", "read"),
    [
        (b"<a@x.test>", "<a@x.test>"),
        (b"<a@x.test> <b@x.test>", "<a@x.test>"),
        (b"Your mail from Kim <kim@there.test> of Monday, <id.1@there.test>", "<id.1@there.test>"),
        (b"Your message of Mon, 1 Jan, from kim@there.test", ""),
        (b"id.1@there.test", "<id.1@there.test>"),
        (b"<>", ""),
    ],
)
def test_a_phrase_before_the_id_of_what_is_answered_names_nobody(field: bytes, read: str) -> None:
    assert read_envelope(b"In-Reply-To: " + field + b"\r\n\r\n").in_reply_to == read


# --- split by hand


def chain(shelf: Shelf) -> tuple[MessageId, ...]:
    """a ← b ← c ← d, and e answers a."""
    return (
        shelf.come("a"),
        shelf.come("b", "a"),
        shelf.come("c", "a", "b", answers="b"),
        shelf.come("d", answers="c"),
        shelf.come("e", "a"),
    )


def test_split_takes_what_answers_along_and_new_answers_go_where_they_belong(shelf: Shelf) -> None:
    a, b, c, d, e = chain(shelf)
    shelf.events.clear()
    count, _ = shelf.split(b)
    assert count == 3
    assert shelf.groups(a, b, c, d, e) == [0, 1, 1, 1, 0]
    assert shelf.shown() == shelf.stored()
    (changed,) = shelf.events
    assert Topic.MESSAGES in changed.topics  # type: ignore[attr-defined]
    to_part, to_rest = shelf.come("f", "a", "b", "c", "d", answers="d"), shelf.come("g", "a", "e", answers="e")
    assert shelf.groups(a, b, to_part, to_rest) == [0, 1, 1, 0]
    # An answer to one that came since, and one that came before what it answers.
    to_new = shelf.come("h", answers="f")
    early = shelf.come("k", answers="j")
    late = shelf.come("j", "a", "b", answers="b")
    assert shelf.groups(a, b, to_new, early, late) == [0, 1, 1, 1, 1]


def test_who_holds_an_id_counts_more_than_who_names_it(shelf: Shelf) -> None:
    a, b, *_ = chain(shelf)
    shelf.split(b)
    names, holds, answers = shelf.come_together(
        shelf.letter("n", "f", "b"), shelf.letter("f", "a"), shelf.letter("g", answers="f")
    )
    assert shelf.groups(a, b, names, holds, answers) == [0, 1, 1, 0, 0]


def test_what_was_fetched_newest_first_splits_as_well(shelf: Shelf) -> None:
    d, c, b, a = shelf.come("d", "a", "b", "c"), shelf.come("c", "a", "b"), shelf.come("b", "a"), shelf.come("a")
    shelf.split(c)
    assert shelf.groups(a, b, c, d) == [0, 0, 1, 1]
    to_part, to_rest = shelf.come("e", "a", "b", "c", "d"), shelf.come("f", "a", "b")
    assert shelf.groups(a, d, to_part, to_rest) == [0, 1, 1, 0]


def test_split_holds_when_conversations_are_worked_out_anew(shelf: Shelf) -> None:
    a, b, c, d, e = chain(shelf)
    shelf.split(c)
    with shelf.library.transaction() as unit:
        thread_anew(unit, shelf.account)
    assert shelf.groups(a, b, c, d, e) == [0, 0, 1, 1, 0]
    f = shelf.come("f", answers="d")
    assert shelf.groups(a, c, f) == [0, 1, 1]


def test_undo_of_a_split_brings_together_what_came_since_too(shelf: Shelf) -> None:
    a, b, c, d, e = chain(shelf)
    before = shelf.stored()
    _, undo = shelf.split(b)
    shelf.events.clear()
    undo()
    assert shelf.stored() == before == shelf.shown()
    (changed,) = shelf.events
    assert Topic.MESSAGES in changed.topics  # type: ignore[attr-defined]
    _, undo = shelf.split(b)
    f = shelf.come("f", "a", "b")
    undo()
    assert shelf.groups(a, b, c, d, e, f) == [0] * 6
    # Nothing is by hand any more: an unrelated one that refers to both puts them together.
    lone = shelf.come("lone")
    both = shelf.come("both", "lone", "a")
    assert shelf.groups(a, lone, both) == [0, 0, 0]


def test_a_message_that_others_only_stand_beside_is_split_off_alone(shelf: Shelf) -> None:
    a, b, c, d, e = chain(shelf)
    assert shelf.split(e)[0] == 1
    assert shelf.groups(a, b, c, d, e) == [0, 0, 0, 0, 1]


def test_a_message_without_an_id_can_be_split_off(shelf: Shelf) -> None:
    a, nameless = shelf.come("a"), shelf.come("", answers="a")
    assert shelf.split(nameless)[0] == 1
    assert shelf.groups(a, nameless) == [0, 1]


def test_where_the_conversation_begins_nothing_is_split(shelf: Shelf) -> None:
    a, *_ = chain(shelf)
    before = shelf.stored()
    with pytest.raises(WrongUse, match="begins with this message"):
        shelf.split(a)
    with pytest.raises(NotFound):
        shelf.split(MessageId(9_999))
    assert shelf.stored() == before


def test_a_part_can_be_split_once_more(shelf: Shelf) -> None:
    a, b, c, d, e = chain(shelf)
    shelf.split(b)
    _, undo = shelf.split(d)
    assert shelf.groups(a, b, c, d, e) == [0, 1, 1, 2, 0]
    undo()
    assert shelf.groups(a, b, c, d, e) == [0, 1, 1, 1, 0]
    f = shelf.come("f", "a", "b")
    lone = shelf.come("lone")
    both = shelf.come("both", "lone", "b")
    assert shelf.groups(a, b, f, lone, both) == [0, 1, 1, 2, 1], "the first split still holds"


# --- merge by hand


def test_merged_conversations_stay_one_and_their_answers_join(shelf: Shelf) -> None:
    a, b = shelf.come("a"), shelf.come("b", "a")
    x, y = shelf.come("x"), shelf.come("y", "x")
    other = shelf.come("other")
    count, _ = shelf.merge(b, y)
    assert count == 2
    assert shelf.groups(a, b, x, y, other) == [0, 0, 0, 0, 1]
    assert shelf.shown() == shelf.stored()
    c, z = shelf.come("c", "a", "b"), shelf.come("z", answers="x")
    assert shelf.groups(a, c, z) == [0, 0, 0]
    with shelf.library.transaction() as unit:
        thread_anew(unit, shelf.account)
    assert shelf.groups(a, b, x, y, other, c, z) == [0, 0, 0, 0, 1, 0, 0]


def test_what_is_by_hand_is_never_joined_with_another(shelf: Shelf) -> None:
    a, x, other = shelf.come("a"), shelf.come("x"), shelf.come("other")
    shelf.merge(a, x)
    both = shelf.come("both", "a", "other")  # answers the other, and names one of the merged
    assert shelf.groups(a, x, other, both) == [0, 0, 1, 1]


def test_undo_of_a_merge_puts_each_where_it_was_and_what_came_since_where_it_belongs(shelf: Shelf) -> None:
    a, b = shelf.come("a"), shelf.come("b", "a")
    x = shelf.come("x")
    before = shelf.stored()
    _, undo = shelf.merge(a, x)
    undo()
    assert shelf.stored() == before == shelf.shown()
    _, undo = shelf.merge(a, x)
    to_a, to_x = shelf.come("c", "a"), shelf.come("y", "x")
    undo()
    assert shelf.groups(a, b, x, to_a, to_x) == [0, 0, 1, 0, 1]
    both = shelf.come("both", "a", "x")
    assert shelf.groups(a, x, both) == [0, 0, 0], "nothing is by hand any more"


def test_a_split_part_can_be_merged_back(shelf: Shelf) -> None:
    a, b, c, d, e = chain(shelf)
    shelf.split(b)
    _, undo = shelf.merge(a, c)
    assert shelf.groups(a, b, c, d, e) == [0] * 5
    undo()
    assert shelf.groups(a, b, c, d, e) == [0, 1, 1, 1, 0]
    f = shelf.come("f", "a", "b", "c")
    assert shelf.groups(a, c, f) == [0, 1, 1], "split as before"


def test_only_conversations_of_one_account_are_merged(shelf: Shelf) -> None:
    a, b = shelf.come("a"), shelf.come("b", "a")
    there = shelf.come("x", account=shelf.other)
    with pytest.raises(WrongUse, match="different accounts"):
        shelf.merge(a, there)
    with pytest.raises(WrongUse, match="one conversation already"):
        shelf.merge(a, b)
    assert shelf.groups(a, b, there) == [0, 0, 1]


def test_a_whole_folder_is_not_merged_by_mistake(shelf: Shelf) -> None:
    many = shelf.come_together(*[shelf.letter(f"n{n}") for n in range(by_hand.MOST + 1)])
    with pytest.raises(WrongUse, match="At most 100"):
        shelf.merge(*many)
    assert len(set(shelf.groups(*many))) == by_hand.MOST + 1
    assert shelf.merge(*many[1:])[0] == by_hand.MOST


def test_the_same_ids_in_another_account_are_another_conversation(shelf: Shelf) -> None:
    here, there = shelf.come("a"), shelf.come("b", "a", account=shelf.other)
    assert shelf.groups(here, there) == [0, 1]


# --- what the reader is told


def test_the_conversation_is_told_by_date_from_all_folders(shelf: Shelf) -> None:
    a = shelf.come("a", flags="\\Seen")
    b = shelf.come("b", "a", folder="Sent", who="me@here.test", flags="\\Seen")
    shelf.come("lone")
    c = shelf.come("c", "a", "b", folder="Clients", flags="\\Flagged")
    rows = shelf.reader.conversation(b)
    assert [row.id for row in rows] == [a, b, c]
    assert [(row.seen, row.flagged, row.draft) for row in rows] == [
        (True, False, False),
        (True, False, False),
        (False, True, False),
    ]
    assert rows[1].sender.email == "me@here.test"


def test_trash_and_junk_are_told_only_to_who_looks_there(shelf: Shelf) -> None:
    a, trashed = shelf.come("a"), shelf.come("b", "a", folder="Trash")
    junk, draft = shelf.come("c", "a", folder="Junk"), shelf.come("d", "a", folder="Drafts")
    told = {message: [row.id for row in shelf.reader.conversation(message)] for message in (a, trashed, junk, draft)}
    assert told == {a: [a, draft], trashed: [a, trashed, draft], junk: [a, junk, draft], draft: [a, draft]}
    assert [row.draft for row in shelf.reader.conversation(a)] == [False, True]


def test_of_several_copies_the_one_that_is_read_is_told(shelf: Shelf) -> None:
    own = shelf.come("a", folder="Sent", who="me@here.test", sent=NOW - 20_000)
    back = shelf.come("a", who="me@here.test", sent=NOW - 20_000)
    answer = shelf.come("b", "a")
    assert [row.id for row in shelf.reader.conversation(answer)] == [own, answer]
    assert [row.id for row in shelf.reader.conversation(back)] == [back, answer]


def test_nothing_is_told_of_a_message_that_is_gone(shelf: Shelf) -> None:
    a = shelf.come("a")
    with shelf.library.transaction() as unit:
        unit.run("DELETE FROM placement WHERE message = ?", a)
        sweep(unit, shelf.account)
    assert shelf.reader.conversation(a) == []
