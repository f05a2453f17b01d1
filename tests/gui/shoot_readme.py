"""Takes the pictures of the README from the running demo: `python tests/gui/shoot_readme.py [FOLDER]`, offscreen.

Everything on them is real: the demo's mail server, the engine, the windows. Only the hour is set, so that the mail of the
morning has just come.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QLocale, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.core.commands import AddAccount
from app.demo.provider import start
from app.engine.house import Chances, House
from app.gui.application import Application, Start
from app.gui.look.fonts import load_fonts
from app.gui.window.request import ComposeKind, ComposeRequest
from app.remote.secrets import MemorySecrets

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "screenshots"
SIZE = (1440, 900)
MOST_BYTES = 300_000
PATIENCE = 20.0
ANSWER = """Hi Amira,

Yes to both. The price per seat stays fixed until all 40 seats are in use, and Lena signs for data protection on our side.

I countersigned the order form; it is attached. Hamburg and Lisbon are booked for 7 December.

Best,
Mara
"""


class Studio:
    """The application on the demo, and a camera."""

    def __init__(self, application: Application, folder: Path) -> None:
        self.application, self.folder = application, folder

    def rest(self, milliseconds: int = 400) -> None:
        """Engine threads and paints go on meanwhile."""
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, true: Callable[[], bool]) -> None:
        """Raises TimeoutError."""
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                raise TimeoutError("The demo did not come so far.")
            self.rest(50)

    def shoot(self, widget: QWidget, name: str, size: tuple[int, int] | None = None) -> None:
        """In both themes."""
        if size is not None:
            widget.resize(*size)
        for mode in ("light", "dark"):
            self.application.theme.mode = mode
            self.rest()
            target = self.folder / f"{name}-{mode}.png"
            # No alpha: less to store. Quality 0 asks for the strongest compression.
            widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888).save(str(target), quality=0)
            if target.stat().st_size > MOST_BYTES:
                raise SystemExit(f"{target.name} is larger than {MOST_BYTES:,} bytes.")
            print(target.name, f"{target.stat().st_size:,} bytes")
        self.application.theme.mode = "light"

    def main_window(self) -> None:
        window, reader = self.application.window, self.application.reader
        self.until(lambda: bool(reader.accounts()))
        self.until(lambda: any(folder.server_count for folder in reader.folders()))
        self.until(lambda: not window.folders.status.text().startswith(("Fetching", "Starting", "No")))
        window.messages.view.go(1)
        self.until(lambda: window.reader.content is not None)
        window.messages.view.setFocus()
        self.rest(1500)  # the message counts as read, the line at the foot says how things stand
        self.shoot(window, "main", SIZE)

    def composer(self, here: Path) -> None:
        form = here / "Order form countersigned.pdf"
        form.write_bytes(b"%PDF-1.7\n" + bytes(184_000))
        chosen = self.application.window.messages.view.selected()
        account = self.application.reader.accounts()[0].id
        compositions = self.application.compositions
        compositions.start(ComposeRequest(kind=ComposeKind.REPLY, account=account, message=chosen[0]))
        self.until(lambda: bool(compositions.open))
        composer = compositions.open[0]
        composer.body.insertPlainText(ANSWER)
        composer.attachments.add([str(form)])
        self.rest(1500)  # "Draft saved on this computer"
        self.shoot(composer, "composer", (1000, 780))

    def folder_picker(self) -> None:
        reader = self.application.reader
        account = reader.accounts()[0].id
        self.until(lambda: all(row.recent_count is not None for row in reader.folders(account) if row.selectable))
        self.application.open_picker(account)
        dialog = self.application.window.findChild(QWidget, "folder-picker-window")
        assert isinstance(dialog, QWidget)
        self.shoot(dialog, "folder-picker")
        dialog.close()

    def wizard(self) -> None:
        self.application.open_wizard()
        wizard = self.application.wizard
        assert wizard is not None
        wizard.address_page.address.setText("mara@fernhill.example")
        self.shoot(wizard, "wizard")


@contextmanager
def demo_application(here: Path) -> Iterator[Application]:
    """The whole program on a mailbox in which it is ten in the morning of today."""
    morning = dt.datetime.now().replace(hour=10, minute=0, second=0).timestamp()
    began = time.time()

    def clock() -> float:
        return morning + time.time() - began

    (here / "server").mkdir()
    demo = start(here / "server", now=morning, seed=7, arrivals=False)
    profile = here / "profile"
    chances = Chances(clock=clock, jitter=random.Random(1).random, random=os.urandom)
    application = Application(
        Start(
            profile=profile,
            make_house=lambda emit, carry: House(profile, MemorySecrets(), chances, emit, carry),
            clock=clock,
            prepare=lambda: AddAccount(settings=demo.settings, password=demo.password),
        )
    )
    try:
        yield application
    finally:
        application.close()
        demo.stop()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    QApplication(sys.argv[:1])
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    load_fonts()
    with tempfile.TemporaryDirectory() as name, demo_application(Path(name)) as application:
        application.theme.reduced_motion = True
        studio = Studio(application, folder)
        application.show()
        studio.main_window()
        studio.composer(Path(name))
        studio.folder_picker()
        studio.wizard()


if __name__ == "__main__":
    main()
