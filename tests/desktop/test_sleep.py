"""On a real message bus, with somebody who says what logind says."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jeepney import DBusAddress, new_method_call, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from app.desktop.sleep import INTERFACE, PLACE, SIGNAL, Sleep

CONF = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[str]:
    socket = tmp_path / "bus"
    conf = tmp_path / "bus.conf"
    conf.write_text(CONF.format(socket=socket))
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={conf}", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdout is not None
    assert daemon.stdout.readline().startswith("unix:")
    yield f"unix:path={socket}"
    daemon.terminate()
    daemon.wait(10)
    daemon.stdout.close()


@pytest.fixture
def logind(bus: str) -> Iterator[DBusConnection]:
    with open_dbus_connection(bus=bus) as connection:
        own = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        connection.send_and_get_reply(new_method_call(own, "RequestName", "su", ("org.freedesktop.login1", 0)))
        yield connection


def say(connection: DBusConnection, before: bool, member: str = SIGNAL) -> None:
    connection.send(new_signal(DBusAddress(PLACE, interface=INTERFACE), member, "b", (before,)))


def test_waking_up_is_heard_and_falling_asleep_is_not(bus: str, logind: DBusConnection) -> None:
    calls: list[str] = []
    woke = threading.Event()

    def hear() -> None:
        calls.append(threading.current_thread().name)
        woke.set()

    sleep = Sleep(hear, bus)
    sleep.start()
    assert sleep.listens.wait(10)
    say(logind, True)
    say(logind, False, "PrepareForShutdown")
    assert not woke.wait(0.3)

    say(logind, False)

    assert woke.wait(5)
    sleep.close()
    assert calls == ["sleep"]
    woke.clear()
    say(logind, False)
    assert not woke.wait(0.3)


def test_without_a_bus_nothing_is_heard_and_nothing_breaks(tmp_path: Path) -> None:
    sleep = Sleep(lambda: None, f"unix:path={tmp_path}/nobody")
    sleep.start()
    sleep.close()
    assert not sleep.listens.is_set()
