"""A connection whose other end is gone says nothing, like one on which nothing happens: the two are told apart in time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.commands import CheckConnections, Sync
from app.core.events import CommandFailed, ConnectionChanged, Link, Progress, Stage
from app.engine.access import Pulse
from app.engine.watch import Watch
from app.engine.worker import Inbox
from app.remote.imap import Session
from household import Home, mail
from living import Living, redirect
from servers.gate import Gate
from servers.mailbox import Mailbox

PULSE = Pulse(heartbeat=0.4, answer=0.4, doubt=0.4)


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    home = Home(tmp_path / "profile", mailbox)
    home.sync()
    yield home
    home.close()


@pytest.fixture
def door(home: Home, mailbox: Mailbox, gate: Callable[[int], Gate]) -> Gate:
    door = gate(mailbox.imap_port)
    redirect(home.profile, door.port)
    return door


def settle(house: Living) -> int:
    house.link(Link.LIVE)
    house.ears.until(lambda: house.watched())
    house.ears.until(lambda: not house.ears.quiet(0.3))
    return house.ears.count()


def test_the_usual_pulse_notices_a_dead_connection_within_a_minute() -> None:
    pulse = Pulse()
    assert pulse.heartbeat + pulse.answer < 60.0


def test_a_wire_that_swallows_everything_is_noticed_while_nothing_happens(
    home: Home, mailbox: Mailbox, door: Gate
) -> None:
    with Living(home.profile, home.secrets, pulse=PULSE) as house:
        before = settle(house)

        door.stall()

        waiting = house.link(Link.WAITING, since=before)
        assert "did not answer" in waiting.reason
        door.cut()
        door.resume()
        mailbox.deliver(mail("Came meanwhile"))
        house.ears.until(lambda: house.subjects() == ["Came meanwhile"])
        house.ears.until(lambda: house.ears.heard(ConnectionChanged)[-1].link is Link.LIVE)
        mailbox.deliver(mail("Came afterwards"))
        house.ears.until(lambda: len(house.subjects()) == 2, 3.0)
    assert house.ears.heard(CommandFailed) == []


def test_the_watch_notices_it_under_idle_and_calls_the_mailroom(home: Home, door: Gate) -> None:
    told: list[object] = []
    around = replace(home.around, pulse=PULSE)
    watch = Watch(home.account, around, home.events.append, Inbox(), told.append)
    watch.idle()
    told.clear()
    door.stall()

    started = time.monotonic()
    pause = watch.idle()

    assert time.monotonic() - started < 3.0
    assert told == [Sync(account=home.account)] and pause and pause > 0
    door.cut()
    door.resume()
    watch.idle()
    assert told[1:] == [Sync(account=home.account, folder=home.folder("inbox").id)]
    watch.close()


def test_a_wire_that_dies_during_idle_is_noticed_at_its_end(home: Home, door: Gate) -> None:
    told: list[object] = []
    around = replace(home.around, pulse=Pulse(heartbeat=0.8, answer=0.4))
    watch = Watch(home.account, around, home.events.append, Inbox(), told.append)
    watch.idle()
    told.clear()
    timer = threading.Timer(0.3, door.stall)
    timer.start()

    started = time.monotonic()
    watch.idle()

    assert time.monotonic() - started < 5.0 and told == [Sync(account=home.account)]
    timer.join()
    watch.close()


def test_a_quiet_connection_that_lives_is_kept(home: Home, mailbox: Mailbox, door: Gate) -> None:
    with Living(home.profile, home.secrets, pulse=PULSE) as house:
        before = settle(house)
        came = door.connections

        house.ears.quiet(2.5)

        assert door.connections == came
        assert [event for event in house.ears.heard(ConnectionChanged, before) if event.link is not Link.LIVE] == []
        mailbox.deliver(mail("Heard"))
        house.ears.until(lambda: house.subjects() == ["Heard"], 3.0)


def test_a_changed_network_ends_a_fetch_that_hangs_and_a_living_one_goes_on(
    home: Home, mailbox: Mailbox, door: Gate
) -> None:
    for number in range(40):
        mailbox.append("INBOX", mail(f"Big {number}", body=("y" * 70 + "\r\n") * 1500))
    door.slow_down(400_000)
    with Living(home.profile, home.secrets, pulse=Pulse(doubt=0.5)) as house:
        house.ears.wait(Progress, lambda event: event.stage is Stage.BODIES and event.done > 0)
        before = house.ears.count()
        house.do(CheckConnections())  # a VPN came up; the wire lives
        house.ears.until(
            lambda: len(house.ears.heard(Progress, before)) >= 3
        )  # it was looked at, and the fetch goes on
        assert Link.WAITING not in [event.link for event in house.ears.heard(ConnectionChanged, before)]

        door.stall()
        house.ears.quiet(0.5)  # the mailroom asks for more, and waits
        assert not all(row.fetched for row in house.rows()), "in the middle of it"
        started = time.monotonic()
        house.do(CheckConnections(resumed=True))
        house.link(Link.WAITING, since=before)

        assert time.monotonic() - started < 5.0
        door.cut()
        door.slow_down(None)
        door.resume()
        house.ears.until(lambda: len(house.rows()) == 40 and all(row.fetched for row in house.rows()), 30.0)


def test_after_sleep_everything_is_looked_at_at_once(home: Home, mailbox: Mailbox, door: Gate) -> None:
    with Living(home.profile, home.secrets, pulse=Pulse(doubt=0.4)) as house:
        before = settle(house)
        door.stall()  # the provider forgot us while the lid was closed
        mailbox.deliver(mail("Came in the night"))

        started = time.monotonic()
        house.do(CheckConnections(resumed=True))
        house.link(Link.WAITING, since=before)
        door.cut()
        door.resume()

        house.ears.until(lambda: house.subjects() == ["Came in the night"])
        assert time.monotonic() - started < 8.0


def test_a_clock_that_jumps_is_taken_for_sleep(home: Home, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "notify", lambda *_: False)  # so that Archive is only looked at by the hour
    with Living(home.profile, home.secrets) as house:
        settle(house)
        mailbox.append("Archive", mail("Archived by the phone"))
        house.ears.quiet(1.5)
        assert house.subjects("archive") == [], "nothing looks there by itself"

        house.slept = -7200.0  # set back: the next look would be hours away

        house.ears.until(lambda: house.subjects("archive") == ["Archived by the phone"], 5.0)


def test_without_a_net_nothing_is_an_error_and_with_it_all_goes_on(home: Home, mailbox: Mailbox, door: Gate) -> None:
    with Living(home.profile, home.secrets) as house:
        before = settle(house)
        door.refuse()
        door.cut()
        house.do(CheckConnections(online=False))
        offline = house.link(Link.OFFLINE, since=before)
        assert offline.reason == ""
        house.ears.until(lambda: not house.ears.quiet(0.5))
        assert house.ears.heard(ConnectionChanged)[-1].link is Link.OFFLINE
        came = door.connections
        house.ears.quiet(1.5)
        assert door.connections == came, "nobody knocks where there is no net"

        mailbox.deliver(mail("Meanwhile"))
        door.open()
        house.do(CheckConnections(online=True))

        house.ears.until(lambda: house.subjects() == ["Meanwhile"], 5.0)
        mailbox.deliver(mail("Heard again"))
        house.ears.until(lambda: len(house.subjects()) == 2, 5.0)
