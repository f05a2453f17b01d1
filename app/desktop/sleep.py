"""Hears from the system that the computer woke up: logind's signal PrepareForSleep on the system bus (Linux).

Where there is no such bus, nothing is heard; the engine then notices by the clock that time went by unseen.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

PLACE = "/org/freedesktop/login1"
INTERFACE = "org.freedesktop.login1.Manager"
SIGNAL = "PrepareForSleep"
LOOK = 1.0
"""Seconds between two looks whether to stop."""


class Sleep:
    """`woke` is called from a thread of its own after each sleep. `bus`: SYSTEM, or the address of another one."""

    def __init__(self, woke: Callable[[], None], bus: str = "SYSTEM") -> None:
        self._woke, self._bus = woke, bus
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sleep", daemon=True)
        self.listens = threading.Event()
        """The bus has been asked to tell."""

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Returns once nothing is called any more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(2 * LOOK)

    def _run(self) -> None:
        try:
            self._listen()
        except Exception as trouble:  # noqa: BLE001 - without this the clock still tells
            log.info("The system does not tell when the computer sleeps: %s", type(trouble).__name__)

    def _listen(self) -> None:
        from jeepney import HeaderFields, MatchRule, message_bus
        from jeepney.io.blocking import Proxy, open_dbus_connection

        with open_dbus_connection(bus=self._bus) as connection:
            rule = MatchRule(type="signal", interface=INTERFACE, member=SIGNAL, path=PLACE)
            Proxy(message_bus, connection).AddMatch(rule)
            self.listens.set()
            while not self._stop.is_set():
                try:
                    message = connection.receive(timeout=LOOK)
                except TimeoutError:
                    continue
                if message.header.fields.get(HeaderFields.member) == SIGNAL and message.body == (False,):
                    log.info("The computer woke up.")
                    self._woke()
