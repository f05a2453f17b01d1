"""The search worker: answers, mistakes in words, and taking in what the index does not know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import Search
from app.core.events import Event, Found
from app.engine.seeker import LOOK, PAUSE, Seeker
from app.engine.worker import Inbox
from app.store.connection import Gate
from app.store.library import Library
from app.store.views import Reader
from store.test_library import NOW, Shelf


class Room:
    """A seeker over a library, with a clock that is set by hand."""

    def __init__(self, profile: Path) -> None:
        self.shelf, self.now = Shelf(profile), NOW
        self.events: list[Event] = []
        self.inbox = Inbox()
        library = Library(profile, self.events.append, lambda: self.now, Gate(), durable=False)
        self.seeker = Seeker(Reader(profile), library, lambda: self.now, self.events.append, self.inbox)

    def search(self, query: str, *, typing: bool = False) -> Found:
        self.seeker.handle(Search(origin="x", query=query, typing=typing))
        found = self.events.pop()
        assert isinstance(found, Found)
        return found

    def rest(self) -> None:
        """Nothing to do until the next look."""
        while self.seeker.idle() == PAUSE:
            pass


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    yield room
    room.seeker.close()


def test_a_mistake_is_part_of_the_answer(room: Room) -> None:
    found = room.search("before:soon")
    assert found.mistake == "“before:” needs a date such as 2024-05-31." and found.messages == ()
    assert room.search("before:2024-", typing=True).mistake == ""


def test_a_search_that_was_typed_over_is_not_answered(room: Room) -> None:
    room.inbox.put(Search(query="later"))
    room.seeker.handle(Search(query="earlier"))
    assert room.events == []


def test_a_header_whose_content_does_not_come_is_taken_in_after_a_while(room: Room) -> None:
    message = room.shelf.arrive("Only a header")
    room.rest()
    assert room.search("header").messages == () and room.search("header").waiting == 1

    room.now += LOOK
    room.rest()

    assert room.search("header").messages == (message,) and room.search("header").waiting == 0


def test_while_contents_come_in_headers_wait_for_their_own(room: Room) -> None:
    messages = [room.shelf.arrive(f"letter {number}") for number in range(3)]
    room.rest()
    room.shelf.fill(messages[0], "content")
    room.now += LOOK
    room.rest()
    assert room.search("letter").messages == (messages[0],)


def test_an_index_of_before_is_filled_newest_first_between_searches(room: Room) -> None:
    messages = [room.shelf.arrive(f"letter {number}") for number in range(50)]
    for message in messages:
        room.shelf.fill(message, "content")
    with room.shelf.library.transaction() as unit:
        unit.run("DELETE FROM find_key")
        unit.run("INSERT INTO find(find) VALUES ('delete-all')")

    assert room.seeker.idle() == PAUSE
    assert set(room.search("content").messages) == set(messages[-20:]) and room.search("content").waiting == 30
    room.rest()
    assert len(room.search("content").messages) == 50
