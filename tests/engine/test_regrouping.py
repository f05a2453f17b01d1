"""Conversations split and merged by hand: at the desk, over a sync and a restart, and undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.commands import MergeConversations, SplitConversation, Undo
from app.core.events import Done, Undone
from app.core.ids import MessageId
from app.core.trouble import WrongUse
from household import Home, mail
from servers.mailbox import Mailbox


def letter(name: str, *refers: str) -> bytes:
    headers = {"references": " ".join(f"<{each}@client.test>" for each in refers)} if refers else {}
    return mail(name, message_id=f"<{name}@client.test>", **headers)


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Home:
    for raw in (letter("One"), letter("Two", "One"), letter("Three", "One", "Two"), letter("Other")):
        mailbox.append("INBOX", raw)
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    return home


def ids(home: Home, *names: str) -> tuple[MessageId, ...]:
    return tuple(home.one(name).id for name in names)


def groups(home: Home, *names: str) -> list[int]:
    seen: dict[int, int] = {}
    return [seen.setdefault(home.one(name).conversation, len(seen)) for name in names]


def done(home: Home) -> Done:
    return [event for event in home.events if isinstance(event, Done)][-1]


def test_a_split_outlives_syncs_and_restarts_and_is_undone(home: Home, mailbox: Mailbox) -> None:
    assert groups(home, "One", "Two", "Three", "Other") == [0, 0, 0, 1]
    home.do(SplitConversation(message=ids(home, "Two")[0]))
    assert done(home).sentence == "2 messages split off into a conversation of their own"
    token = done(home).token
    home.sync()
    mailbox.append("INBOX", letter("Four", "One", "Two", "Three"))
    mailbox.append("INBOX", letter("Five", "One"))
    home.sync()
    assert groups(home, "One", "Two", "Three", "Four", "Five") == [0, 1, 1, 1, 0]
    home.do(Undo(token=token))
    (undone,) = [event for event in home.events if isinstance(event, Undone)]
    assert undone.sentence == "Undone: 2 messages split off into a conversation of their own"
    assert groups(home, "One", "Two", "Three", "Four", "Five") == [0] * 5
    home.do(SplitConversation(message=ids(home, "Three")[0]))
    home.close()
    again = Home(home.profile, mailbox)
    try:
        again.sync()
        mailbox.append("INBOX", letter("Six", "One", "Two", "Three"))
        again.sync()
        # Four answers Three.
        assert groups(again, "One", "Two", "Three", "Four", "Five", "Six") == [0, 0, 1, 1, 0, 1]
    finally:
        again.close()


def test_a_merge_holds_and_nothing_of_it_is_told_to_the_mailbox(home: Home, mailbox: Mailbox) -> None:
    before = [(each.uid, each.flags, each.raw) for each in mailbox.holds("INBOX")]
    home.do(MergeConversations(messages=ids(home, "Three", "Other")))
    assert done(home).sentence == "2 conversations merged into one"
    assert home.reader().queue() == []
    home.sync()
    assert [(each.uid, each.flags, each.raw) for each in mailbox.holds("INBOX")] == before
    mailbox.append("INBOX", letter("Another", "Other"))
    home.sync()
    assert groups(home, "One", "Three", "Other", "Another") == [0, 0, 0, 0]
    home.do(Undo(token=done(home).token))
    assert groups(home, "One", "Three", "Other", "Another") == [0, 0, 1, 1]
    home.close()


def test_what_cannot_be_split_or_merged_is_said_and_nothing_is_changed(home: Home) -> None:
    with pytest.raises(WrongUse, match="begins with this message"):
        home.do(SplitConversation(message=ids(home, "One")[0]))
    with pytest.raises(WrongUse, match="one conversation already"):
        home.do(MergeConversations(messages=ids(home, "One", "Two")))
    assert groups(home, "One", "Two", "Three", "Other") == [0, 0, 0, 1]
    assert not [event for event in home.events if isinstance(event, Done)]
    home.close()
