"""How many connections an account holds, who gives way, and that what others do is heard at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.core.commands import ChangeSetting, FetchBody, MakeRoom, SendLetter, Sync
from app.core.events import ConnectionChanged, Link
from app.core.trouble import Fix, TryLater
from app.core.values import Address, Letter, Role
from app.engine.access import NoRoom, Pulse, Surroundings, sign_in
from app.engine.connections import RECOVERY, Connections, Place
from app.engine.mailroom import Mailroom
from app.engine.standing import POLL_SETTING
from app.engine.watch import Watch
from app.engine.worker import Inbox
from app.remote import imap, pauses
from app.remote.backend import Session
from app.remote.imap import connect
from app.remote.pauses import Crowded
from household import Home, mail
from living import Living, redirect
from servers.gate import Gate
from servers.mailbox import Mailbox


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


class Provider:
    """Real sessions, but no more than `most` at a time; `elsewhere` of them are held by other devices."""

    def __init__(self, most: int, elsewhere: int = 0) -> None:
        self.most, self.elsewhere, self.asked = most, elsewhere, 0
        self.sessions: list[Session] = []

    def connect(self, *args: Any, **kwargs: Any) -> Session:
        self.asked += 1
        if len(self.open()) + self.elsewhere >= self.most:
            raise pauses.crowded("localhost", "[LIMIT] too many connections")
        self.sessions.append(connect(*args, **kwargs))
        return self.sessions[-1]

    def open(self) -> list[Session]:
        return [session for session in self.sessions if not session.broken]


def at_a_provider(home: Home, provider: Provider) -> Surroundings:
    return replace(home.around, connect=provider.connect, connections=Connections(), pulse=Pulse(heartbeat=0.05))


def enter(home: Home, around: Surroundings, place: Place) -> Session:
    library = home.library()
    try:
        return sign_in(home.account, library, around, home.events.append, lambda: False, place)
    finally:
        library.close()


def test_what_other_devices_send_and_file_shows_at_once_over_one_connection(
    home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]
) -> None:
    home.sync()
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    with Living(home.profile, home.secrets) as house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        for name in ("Sent", "Archive", "INBOX"):
            house.ears.until(lambda: not house.ears.quiet(0.3))
            started = time.monotonic()
            mailbox.append(name, mail(f"From the phone into {name}"))

            house.ears.until(lambda name=name: house.subjects(name) == [f"From the phone into {name}"])  # type: ignore[misc]

            assert time.monotonic() - started < 1.5
        assert door.wires == 2  # the mailroom's, and one that hears of all folders (NOTIFY)


def test_a_folder_made_by_another_device_shows_at_once(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    with Living(home.profile, home.secrets, pulse=Pulse(heartbeat=0.5)) as house:
        house.link(Link.LIVE)
        house.ears.until(lambda: house.watched())
        house.ears.until(lambda: not house.ears.quiet(0.3))

        mailbox.append("Fernhill", mail("In a new folder"))

        house.ears.until(lambda: house.subjects("Fernhill") == ["In a new folder"], 5.0)
        house.ears.until(lambda: not house.ears.quiet(0.3))
        mailbox.append("Fernhill", mail("And another"))
        house.ears.until(lambda: len(house.subjects("Fernhill")) == 2, 5.0)


def test_without_notify_sent_has_a_connection_of_its_own_and_four_are_never_exceeded(
    home: Home, mailbox: Mailbox, gate: Callable[[int], Gate], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap.Session, "notify", lambda *_: False)
    home.sync()
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    most = 0

    def count() -> bool:
        nonlocal most
        most = max(most, door.wires)
        return most >= 3

    with Living(home.profile, home.secrets) as house:
        house.ears.until(count)
        house.ears.until(lambda: not house.ears.quiet(0.3))
        mailbox.append("Sent", mail("From the phone"))
        house.ears.until(lambda: house.subjects("Sent") == ["From the phone"], 3.0)
        house.do(
            SendLetter(
                account=home.account,
                letter=Letter(sender=Address(email=mailbox.email), to=(Address(email=mailbox.email),), subject="Mine"),
            )
        )
        house.ears.until(lambda: not count() or "Mine" in house.subjects("Sent"))
        house.ears.until(lambda: "Mine" in house.subjects("Sent"))
    assert 3 <= most <= 4


def test_a_fifth_connection_waits_for_one_that_is_needed_less(home: Home) -> None:
    provider = Provider(most=99)
    around = at_a_provider(home, provider)
    held = {place: enter(home, around, place) for place in Place}
    around.connections.make_room = lambda: held[Place.SENT].close() if yields(Place.SENT) else None

    def yields(place: Place) -> bool:
        return around.connections.must_yield(place)

    another = enter(home, around, Place.POST)

    assert held[Place.SENT].broken and not another.broken and len(provider.open()) == 4
    with pytest.raises(NoRoom):
        enter(home, around, Place.SENT)
    for session in provider.open():
        session.close()


def test_a_provider_that_takes_fewer_gets_fewer_and_is_asked_again_after_an_hour(home: Home) -> None:
    provider = Provider(most=2)
    around = at_a_provider(home, provider)
    moment = 1_790_000_000.0
    home.now = lambda: moment
    enter(home, around, Place.MAILROOM)
    enter(home, around, Place.INBOX)

    with pytest.raises(Crowded) as caught:
        enter(home, around, Place.SENT)

    assert "no more connections" in str(caught.value)
    asked = provider.asked
    with pytest.raises(NoRoom):
        enter(home, around, Place.SENT)
    assert provider.asked == asked, "a refused connection is not tried again and again"
    moment += RECOVERY + 1
    with pytest.raises(Crowded):
        enter(home, around, Place.SENT)
    for session in provider.open():
        session.close()


def test_a_letter_is_filed_though_the_provider_takes_only_two_connections(
    home: Home, mailbox: Mailbox, another_mailbox: Mailbox
) -> None:
    provider = Provider(most=2)
    around = at_a_provider(home, provider)
    told: list[object] = []
    inbox = Inbox()
    watch = Watch(home.account, around, home.events.append, inbox, told.append)
    mailroom = Mailroom(home.account, around, home.events.append, home.inbox)

    def make_room() -> None:
        watch.handle(MakeRoom(account=home.account))
        watch.idle()

    around.connections.make_room = make_room
    mailroom.idle()
    watch.idle()
    assert len(provider.open()) == 2

    filing = enter(home, around, Place.POST)

    assert not filing.broken and len(provider.open()) == 2
    watch.idle()
    filing.close()
    watch.idle()
    assert len(provider.open()) == 2, "the watch comes back when there is room"
    watch.close()
    mailroom.close()


def test_where_connections_are_few_the_state_says_what_that_means(home: Home) -> None:
    provider = Provider(most=1)
    around = at_a_provider(home, provider)
    told: list[object] = []
    watch = Watch(home.account, around, home.events.append, Inbox(), told.append)
    mailroom = Mailroom(home.account, around, home.events.append, home.inbox)
    mailroom.idle()

    pause = watch.idle()
    mailroom.handle(Sync(account=home.account, folder=home.folder("inbox").id))

    assert pause and pause > 60 and told == [Sync(account=home.account, folder=home.folder("inbox").id)]
    last = [event for event in home.events if isinstance(event, ConnectionChanged)][-1]
    assert last.link is Link.LIVE
    assert "only one connection" in last.reason and "every 5 minutes" in last.reason
    watch.close()
    mailroom.close()


def test_the_second_watch_needs_no_connection_where_one_hears_all(home: Home) -> None:
    home.sync()
    provider = Provider(most=99)
    around = at_a_provider(home, provider)
    inbox_watch = Watch(home.account, around, home.events.append, Inbox(), lambda _: None)
    sent_watch = Watch(home.account, around, home.events.append, Inbox(), lambda _: None, Role.SENT)
    sent_watch.idle()  # not before it is known whether one suffices
    assert provider.open() == []
    inbox_watch.idle()
    sent_watch.idle()
    assert len(provider.open()) == 1 and around.connections.hears_all
    inbox_watch.close()
    sent_watch.close()


def test_the_time_between_two_looks_is_a_setting(home: Home, mailbox: Mailbox) -> None:
    start = 1_790_000_000.0
    home.now = lambda: start
    mailroom = Mailroom(home.account, home.around, home.events.append, home.inbox)
    mailroom.idle()
    mailbox.append("Archive", mail("Moved by the phone"))
    home.now = lambda: start + 130
    mailroom.idle()
    assert home.subjects("Archive") == []
    for nonsense in ("nan", "soon", "-5"):
        home.do(ChangeSetting(key=POLL_SETTING, value=nonsense))
        mailroom.idle()

    home.do(ChangeSetting(key=POLL_SETTING, value="120"))
    mailroom.idle()

    assert home.subjects("Archive") == ["Moved by the phone"]
    mailroom.close()


def test_a_pause_that_the_server_names_is_kept_by_everybody_and_said(home: Home, mailbox: Mailbox) -> None:
    start = 1_790_000_000.0
    home.now = lambda: start
    words = "Request is throttled. Suggested Backoff Time: 92000 milliseconds"
    asked = 0

    def refuse(*_args: object, **_kwargs: object) -> Session:
        nonlocal asked
        asked += 1
        raise pauses.throttled("localhost", words)

    around = replace(home.around, connect=refuse, connections=Connections())
    mailroom = Mailroom(home.account, around, home.events.append, home.inbox)
    watch = Watch(home.account, around, home.events.append, Inbox(), lambda _: None)

    mailroom.idle()
    mailroom.handle(Sync(account=home.account))  # the user is impatient
    pause = watch.idle()

    assert asked == 1
    said = [event for event in home.events if isinstance(event, ConnectionChanged) and event.link is Link.WAITING]
    assert "92 seconds" in said[0].reason and said[0].retry_at >= start + 92
    assert "asked for a pause" in said[-1].reason and said[-1].retry_at >= start + 92
    assert pause is None or pause == 2.0 or pause >= 92  # without an Inbox there is nothing to watch yet
    home.now = lambda: start + 93
    mailroom.handle(Sync(account=home.account))
    assert asked == 2
    mailroom.close()
    watch.close()


def test_one_message_that_the_server_cannot_give_stops_nothing_else(home: Home, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", mail("Damaged over there"))
    home.sync()
    message = home.one("Damaged over there").id
    library = home.library()
    with library.transaction() as unit:
        unit.run("UPDATE message SET raw = '' WHERE id = ?", message)
    library.close()

    def refuse(*_: object) -> Any:
        raise TryLater("localhost met a fault of its own.", Fix.NONE)

    def meet(*args: Any, **kwargs: Any) -> Session:
        session = connect(*args, **kwargs)
        session.fetch_bodies = refuse  # type: ignore[method-assign, assignment]
        return session

    mailroom = Mailroom(home.account, replace(home.around, connect=meet), home.events.append, home.inbox)
    mailroom.handle(Sync(account=home.account, folder=home.folder("inbox").id))
    home.events.clear()

    with pytest.raises(TryLater):  # the worker says so to whoever asked
        mailroom.handle(FetchBody(account=home.account, message=message))

    mailbox.append("INBOX", mail("Sound"))
    mailroom.handle(Sync(account=home.account, folder=home.folder("inbox").id))
    assert "Sound" in home.subjects()
    assert Link.WAITING not in [event.link for event in home.events if isinstance(event, ConnectionChanged)]
    mailroom.close()
