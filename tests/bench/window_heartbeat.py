"""How long the window's thread is held up while a large mailbox arrives, against the same window at rest.

    .venv/bin/python tests/bench/window_heartbeat.py [--messages 20000]

A timer in the window's thread beats every 5 ms; a beat that comes late was held up. The engine runs in the same process, as
in the program. Ends with 1 when a beat was more than 50 ms late while mail arrived.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.core.commands import AddAccount
from app.core.events import ConnectionChanged, Event, Link
from app.core.values import AccountSettings, Security, Server
from app.engine.house import Chances, House
from app.gui.application import Application, Start, spare_the_collector
from app.remote.secrets import MemorySecrets
from bench.filling import fill
from servers.mailbox import Mailbox
from servers.provider import Provider

BEAT, LIMIT, REST = 0.005, 0.050, 5.0


class Heart(QObject):
    """`late`: by how many seconds each beat came too late."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(int(BEAT * 1000))
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - BEAT))
        self._last = now

    def read(self, name: str) -> float:
        """Print what was measured so far and begin anew. Returns the worst, in seconds."""
        late, self.late = sorted(self.late), []
        worst = late[-1]
        over = sum(beat > LIMIT for beat in late)
        print(
            f"{name:22} beats {len(late):6}  median {late[len(late) // 2] * 1e3:5.1f} ms"
            f"  p99 {late[int(len(late) * 0.99)] * 1e3:5.1f} ms  worst {worst * 1e3:6.1f} ms  over 50 ms: {over}"
        )
        return worst


class Watcher:
    """Ends the wait when the mailbox is here whole."""

    def __init__(self, application: Application, count: int, loop: QEventLoop) -> None:
        self._application, self._count, self._loop = application, count, loop
        self.fetching = False

    def on_event(self, event: Event) -> None:
        if isinstance(event, ConnectionChanged):
            self.fetching = self.fetching or event.link is Link.FETCHING
            if event.link is Link.LIVE and self.fetching and self._complete():
                self._loop.quit()

    def _complete(self) -> bool:
        return self._application.reader.search("", limit=1).searched >= self._count


def measure(box: Mailbox, count: int, profile: Path) -> float:
    heart = Heart()
    loop = QEventLoop()
    start = Start(
        profile=profile,
        make_house=lambda emit, carry: House(
            profile, MemorySecrets(), Chances(clock=time.time, jitter=random.random, random=os.urandom), emit, carry
        ),
        clock=time.time,
    )
    application = Application(start)
    try:
        application.window.resize(1280, 820)
        application.window.show()
        spare_the_collector()
        watcher = Watcher(application, count, loop)
        application.bridge.happened.connect(watcher.on_event)
        heart.start()
        QTimer.singleShot(int(REST * 1000), loop.quit)
        loop.exec()
        rest = heart.read("at rest")
        began = time.perf_counter()
        application.house.post(AddAccount(settings=settings_of(box), password=box.password))
        loop.exec()
        took = time.perf_counter() - began
        worst = heart.read("while mail arrives")
        print(f"{count} messages in {took:.1f} s; worst / worst at rest: {worst / max(rest, 0.001):.1f}")
        return worst
    finally:
        application.close()


def settings_of(box: Mailbox) -> AccountSettings:
    return AccountSettings(
        email=box.email,
        imap=Server(host=box.host, port=box.imaps_port, security=Security.TLS, user=box.email),
        smtp=Server(host=box.host, port=box.smtp_port, security=Security.STARTTLS, user=box.email),
        ca_file=box.ca,
    )


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=20_000)
    chosen = arguments.parse_args()
    _qt = QApplication(sys.argv[:1])
    provider = Provider()
    try:
        box = provider.mailbox("heart")
        fill(box, provider, chosen.messages, int(time.time()))
        box.close()
        with tempfile.TemporaryDirectory(prefix="heart") as folder:
            return int(measure(box, chosen.messages, Path(folder) / "profile") > LIMIT)
    finally:
        provider.close()


if __name__ == "__main__":
    sys.exit(main())
