"""How long it takes from the server's word that mail has come until its row is painted in the window.

    .venv/bin/python tests/bench/new_mail.py [--messages 2000] [--letters 20]

The whole program with its window, on an X server (Xvfb is started unless DISPLAY is set), signed in to a real Dovecot over TLS.
Letters are delivered one at a time over LMTP. Two clocks: from EXISTS, as it passes on the wire (a link in a process of its own
reads along), and from the moment before the delivery begins; both end when the row has been painted. Dovecot itself waits
about half a second before it tells of a delivery: that floor is the difference of the two, printed as well.

Ends with 1 if a letter did not come, or if the medians are above 0.1 s and 0.7 s.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from email.utils import formatdate
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.core.commands import AddAccount
from app.core.events import ConnectionChanged, Event, Link
from app.core.values import AccountSettings, Security, Server
from app.engine.house import Chances, House
from app.gui.application import Application, Start, spare_the_collector
from app.gui.look.fonts import load_fonts
from app.remote.secrets import MemorySecrets
from bench import link
from bench.filling import Incomplete, fill
from household import mail
from servers.mailbox import Mailbox
from servers.provider import Provider

FROM_EXISTS, FROM_DELIVERY = 0.1, 0.7
"""Seconds, medians."""
OLD_DATE = formatdate(1_790_000_000).encode()
"""Of test letters; one that has just been sent is on top."""
PATIENCE = 20.0
QUIET = 0.3
"""Seconds between two letters and more: never the same, so that nothing is measured in step with a timer."""


class Painted:
    """Notes when a subject was painted first, by `time.monotonic`."""

    def __init__(self, application: Application) -> None:
        self.at: dict[str, float] = {}
        painter: Any = application.window.messages.view._painter
        really = painter.paint

        def paint(canvas: Any, message: Any, state: Any) -> None:
            really(canvas, message, state)
            self.at.setdefault(message.subject, time.monotonic())

        painter.paint = paint


def spin(loop: QEventLoop, seconds: float) -> None:
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def wait_for(what: str, true: Any, loop: QEventLoop) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise Incomplete(f"{what}: not within {PATIENCE:.0f} s.")
        spin(loop, 0.02)


def receive(application: Application, box: Mailbox, wire: link.Link, letters: int) -> tuple[list[float], list[float]]:
    """Seconds from EXISTS and from delivery."""
    loop = QEventLoop()
    painted = Painted(application)
    dice = random.Random(1)
    from_exists: list[float] = []
    from_delivery: list[float] = []
    for number in range(letters + 1):
        spin(loop, QUIET + dice.random())
        wire.traffic()
        subject = f"News {number}"
        moment: list[float] = []

        def deliver(subject: str = subject, moment: list[float] = moment) -> None:
            moment.append(time.monotonic())
            box.deliver(mail(subject).replace(OLD_DATE, formatdate().encode()))

        courier = threading.Thread(target=deliver)
        courier.start()
        wait_for(f"“{subject}”", lambda subject=subject: subject in painted.at, loop)
        courier.join()
        exists = wire.traffic().exists
        if not exists:
            raise Incomplete("The server's word was not seen on the wire.")
        if number:  # the first finds nothing warm
            from_exists.append(painted.at[subject] - exists[0])
            from_delivery.append(painted.at[subject] - moment[0])
    return from_exists, from_delivery


def run(messages: int, letters: int) -> int:
    provider = Provider()
    try:
        box = provider.mailbox("news")
        fill(box, provider, messages, int(time.time()))
        with (
            tempfile.TemporaryDirectory(prefix="news") as folder,
            link.Link(provider.dovecot.ports.imap, certificates=provider.certificates) as wire,
        ):
            application = _application(Path(folder) / "profile")
            try:
                _sign_in(application, box, wire.port, messages)
                from_exists, from_delivery = receive(application, box, wire, letters)
            finally:
                application.close()
        box.close()
    finally:
        provider.close()
    floor = [late - soon for late, soon in zip(from_delivery, from_exists, strict=True)]
    print(f"{letters} letters into a mailbox of {messages}, window on {QApplication.platformName()}")
    for name, each in (("EXISTS → row", from_exists), ("delivery → row", from_delivery), ("delivery → EXISTS", floor)):
        each.sort()
        print(f"{name:18} median {statistics.median(each):.3f} s   best {each[0]:.3f} s   worst {each[-1]:.3f} s")
    return int(statistics.median(from_exists) > FROM_EXISTS or statistics.median(from_delivery) > FROM_DELIVERY)


def _application(profile: Path) -> Application:
    application = Application(
        Start(
            profile=profile,
            make_house=lambda emit, carry: House(
                profile, MemorySecrets(), Chances(clock=time.time, jitter=random.random, random=os.urandom), emit, carry
            ),
            clock=time.time,
        )
    )
    application.window.resize(1280, 820)
    application.window.show()
    spare_the_collector()
    return application


def _sign_in(application: Application, box: Mailbox, port: int, count: int) -> None:
    """Until all is here and the program listens."""
    settings = AccountSettings(
        email=box.email,
        imap=Server(host=box.host, port=port, security=Security.TLS, user=box.email),
        smtp=Server(host=box.host, port=box.smtp_port, security=Security.STARTTLS, user=box.email),
        ca_file=box.ca,
    )
    links: list[Link] = []

    def hear(event: Event) -> None:
        if isinstance(event, ConnectionChanged):
            links.append(event.link)

    application.bridge.happened.connect(hear)
    application.house.post(AddAccount(settings=settings, password=box.password))
    loop = QEventLoop()
    end = time.monotonic() + PATIENCE + count / 100
    while not (links[-1:] == [Link.LIVE] and application.reader.search("", limit=1).searched >= count):
        if time.monotonic() > end:
            raise Incomplete("The mailbox did not come here whole.")
        spin(loop, 0.1)
    spin(loop, 2.0)  # the watch is at its place, and what was found is painted
    inbox = next(row for row in application.window.folders.folders if row.role == "inbox")
    application.window.panes.show_folder(inbox)
    spin(loop, 0.5)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--messages", type=int, default=2_000)
    arguments.add_argument("--letters", type=int, default=20)
    chosen = arguments.parse_args()
    if not os.environ.get("DISPLAY") and "QT_QPA_PLATFORM" not in os.environ:
        if shutil.which("xvfb-run") is None:
            print("xvfb-run is missing: install the packages xvfb and xauth, or set QT_QPA_PLATFORM.", file=sys.stderr)
            return 69
        os.execvp("xvfb-run", ["xvfb-run", "-a", sys.executable, *sys.argv])
    sys.setswitchinterval(0.001)  # as the program does
    _qt = QApplication(sys.argv[:1])
    load_fonts()
    try:
        return run(chosen.messages, chosen.letters)
    except Incomplete as trouble:
        print(trouble, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
