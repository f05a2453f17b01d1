"""How long it takes to open a message of a conversation of 300, against one of 9 and a message alone, in the same window.

    .venv/bin/python tests/bench/talk_open.py [--rounds 20] [--length 300] [--html]

Each round opens one message of the long conversation, one of the short and one that stands alone, in turn, from choosing it
in the list until it is painted; then one more of the conversation in place, with all its rows unfolded. `--html`: until the web
engine shows it. Long and short show the same eight rows around the message, alone there are none to be painted. Ends with 1 when
the long conversation takes more than a quarter longer than the short one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

MOST = 1.25
SHORT = 9


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--rounds", type=int, default=20)
    words.add_argument("--length", type=int, default=300)
    words.add_argument("--html", action="store_true")
    options = words.parse_args()
    from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)

    from app.core.ids import MessageId
    from app.gui.look.fonts import load_fonts
    from app.gui.look.theme import Theme
    from app.gui.reader.web.view import WebSheet
    from gui.fernhill import HTML, fill_fernhill
    from gui.scene import NOW, Scene
    from gui.talks import PEOPLE, fill_talk, say

    application = QApplication([])
    load_fonts()
    theme = Theme("light")
    theme.apply(application)
    page = HTML.replace("{", "{{").replace("}", "}}") + "<p>This is number {n}.</p>" if options.html else ""

    def wait(until: Callable[[], bool], seconds: float = 20.0) -> None:
        end = time.perf_counter() + seconds
        while not until():
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            assert time.perf_counter() < end

    def rest(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile))
        fill_fernhill(scene)
        talk = fill_talk(scene, options.length, html=page, until=NOW - 7200)
        short = [
            fill_talk(scene, SHORT, html=page, name=f"short{n}-", until=NOW - 3600 - n)[4]
            for n in range(options.rounds)
        ]
        lone = [
            say(scene, f"lone{n}", who=PEOPLE[n % 5], at=NOW - 60 * n, html=page.format(n=n), flags="\\Seen")
            for n in range(options.rounds)
        ]
        window = scene.window(theme)
        window.resize(1440, 900)
        window.show()
        window.run("list-messages")
        wait(lambda: window.messages.model.row_of(talk[0]) >= 0)
        shown = [0]
        if options.html:
            window.reader.warm()
            rest(3000)
            sheet = window.reader.findChild(WebSheet)
            assert isinstance(sheet, WebSheet)
            sheet.shown.connect(lambda: shown.__setitem__(0, shown[0] + 1))

        def timed(begin: Callable[[], object], message: MessageId) -> float:
            before, began = shown[0], time.perf_counter()
            begin()
            wait(lambda: window.reader.content is not None and window.reader.content.row.id == message)
            wait(lambda: not options.html or shown[0] > before)
            window.reader.repaint()
            took = time.perf_counter() - began
            rest(60)
            return took

        def choose(message: MessageId) -> None:
            row = window.messages.model.row_of(message)
            window.messages.view.select_rows([row], row)

        here = [message for message in talk if window.messages.model.row_of(message) >= 0]
        step = max(1, len(here) // (options.rounds + 1))
        some = here[: step * options.rounds : step]
        times: dict[str, list[float]] = {"long": [], "short": [], "alone": [], "unfold": [], "in place, unfolded": []}
        for round_, (one, few, alone) in enumerate(zip(some, short, lone, strict=False)):
            took = {"long": timed(lambda one=one: choose(one), one)}  # type: ignore[misc]
            assert len(window.reader.talk.rows) == options.length
            began = time.perf_counter()
            window.run("unfold-conversation")
            window.reader.repaint()
            took["unfold"] = time.perf_counter() - began
            rest(60)
            beside = window.reader.talk.beside(1)
            assert beside is not None
            took["in place, unfolded"] = timed(lambda: window.reader.go_in_conversation(1), beside)
            took["between"] = timed(lambda: choose(lone[0]), lone[0])
            took["short"] = timed(lambda few=few: choose(few), few)  # type: ignore[misc]
            assert len(window.reader.talk.rows) == SHORT
            took["alone"] = timed(lambda alone=alone: choose(alone), alone)  # type: ignore[misc]
            if round_:  # the first is for caches and fonts
                for name, every in times.items():
                    every.append(took[name])
    print(
        f"{len(times['alone'])} rounds, a conversation of {options.length}, {'HTML' if options.html else 'plain text'}"
    )
    for name, every in times.items():
        p95 = statistics.quantiles(every, n=20)[-1]
        print(f"{name:20} median {statistics.median(every) * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms")
    ratio = statistics.median(times["long"]) / statistics.median(times["short"])
    print(f"long / short, medians: {ratio:.2f} (at most {MOST})")
    print(f"long / alone, medians: {statistics.median(times['long']) / statistics.median(times['alone']):.2f}")
    sys.stdout.flush()
    os._exit(int(ratio > MOST))


if __name__ == "__main__":
    sys.exit(main())
