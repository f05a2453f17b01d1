"""How long it takes from choosing a message that is here until it is on screen, against a bare web view that shows the same page.

    .venv/bin/python tests/bench/reader_open.py [--rounds 5] [--files FOLDER]

Messages are HTML files of the folder (default: the public mail templates beside this checkout). In each round every page is
shown once by the reader, in the whole window, and once by a QWebEngineView of its own with `setHtml`. Ends with 1 when the
95th percentile of the reader is above 80 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

GOAL = 0.080
TEMPLATES = Path(__file__).parents[3] / "shared" / "corpora" / "postmark-templates"


def pages(folder: Path) -> list[str]:
    return [file.read_text(encoding="utf-8", errors="replace") for file in sorted(folder.rglob("*.html"))[:24]]


def as_mail(number: int, html: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "News <news@shop.example>", "mara@fernhill.example"
    mail["Subject"], mail["Message-ID"] = f"Page {number}", f"<page{number}@shop.example>"
    mail.set_content(html, subtype="html")
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--files", type=Path, default=TEMPLATES)
    options = words.parse_args()
    found = pages(options.files)
    if not found:
        print(f"no HTML files in {options.files}")
        return 2
    from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication

    from app.gui.look.fonts import load_fonts
    from app.gui.look.theme import Theme
    from app.gui.reader.web.view import WebSheet
    from gui.fernhill import fill_fernhill
    from gui.scene import NOW, Scene

    application = QApplication([])
    load_fonts()
    theme = Theme("light")
    theme.apply(application)

    def wait(until: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.perf_counter() + seconds
        while not until():
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            assert time.perf_counter() < end

    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile))
        fill_fernhill(scene)
        messages = [scene.arrive(as_mail(number, html), NOW) for number, html in enumerate(found)]
        window = scene.window(theme)
        window.resize(1440, 900)
        window.show()
        wait(lambda: all(window.messages.model.row_of(message) >= 0 for message in messages))
        window.reader.warm()
        wait(lambda: window.reader.findChild(WebSheet) is not None)
        sheet = window.reader.findChild(WebSheet)
        assert isinstance(sheet, WebSheet)
        bare = QWebEngineView()
        bare.resize(760, 700)
        bare.show()
        shown = [0]
        sheet.shown.connect(lambda: shown.__setitem__(0, shown[0] + 1))
        loaded = [0]
        bare.loadFinished.connect(lambda _ok: loaded.__setitem__(0, loaded[0] + 1))
        ours: list[float] = []
        theirs: list[float] = []
        for round_ in range(options.rounds + 1):
            for message, html in zip(messages, found, strict=True):
                before, began = shown[0], time.perf_counter()
                row = window.messages.model.row_of(message)
                window.messages.view.select_rows([row], row)
                wait(lambda before=before: shown[0] > before)  # type: ignore[misc]
                sheet.repaint()
                took = time.perf_counter() - began
                before, began = loaded[0], time.perf_counter()
                bare.setHtml(html)
                wait(lambda before=before: loaded[0] > before)  # type: ignore[misc]
                bare.repaint()
                if round_:  # the first is for caches and fonts
                    ours.append(took)
                    theirs.append(time.perf_counter() - began)
                rest = QEventLoop()
                QTimer.singleShot(60, rest.quit)
                rest.exec()
    p95, bare95 = (statistics.quantiles(each, n=20)[-1] for each in (ours, theirs))
    print(f"{len(found)} messages × {options.rounds}")
    print(
        f"reader    median {statistics.median(ours) * 1000:5.1f} ms, p95 {p95 * 1000:5.1f} ms (goal {GOAL * 1000:.0f})"
    )
    print(f"bare view median {statistics.median(theirs) * 1000:5.1f} ms, p95 {bare95 * 1000:5.1f} ms")
    print(f"ratio of medians {statistics.median(ours) / statistics.median(theirs):.2f}")
    sys.stdout.flush()
    os._exit(int(p95 > GOAL))


if __name__ == "__main__":
    sys.exit(main())
