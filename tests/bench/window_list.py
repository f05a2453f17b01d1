"""How long the window's thread is held up by a long list: `python tests/bench/window_list.py [messages]`, 200,000 by default.

A timer beats every 2 ms; the figure is the longest gap between two beats while something happens to the list. The
library is filled through SQL, since 200,000 arrivals through the store would take minutes and are not what is measured.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.core.events import Changed, Topic
from app.gui.look.theme import Theme
from gui.scene import NOW, Scene, letter

BUDGET_MS = 50.0


class Heart(QObject):
    """Beats; remembers the longest pause since `reset`."""

    def __init__(self) -> None:
        super().__init__()
        self._last, self.worst = time.perf_counter(), 0.0
        timer = QTimer(self)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.timeout.connect(self._beat)
        timer.start(2)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.worst = max(self.worst, (now - self._last) * 1000)
        self._last = now

    def reset(self) -> None:
        self._last, self.worst = time.perf_counter(), 0.0


def spin(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def fill(scene: Scene, count: int) -> None:
    """So many messages in the Inbox, one each quarter of an hour, three to a conversation."""
    inbox = scene.folder("INBOX")
    with scene.library.transaction() as unit:
        unit.many(
            "INSERT INTO message(id, account, fingerprint, subject, from_name, from_email, date, snippet,"
            " conversation, people) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, '{}')",
            (
                (
                    n,
                    f"f{n}",
                    f"Subject {n}",
                    f"Person {n % 500}",
                    f"p{n % 500}@x.test",
                    NOW - n * 900.0,
                    "words " * 12,
                    n - (n - 1) % 3,
                )
                for n in range(1, count + 1)
            ),
        )
        unit.many(
            "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?, ?, ?, '', '', '')",
            ((n, inbox, n) for n in range(1, count + 1)),
        )


def main() -> int:
    sys.setswitchinterval(0.001)  # as the program does
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    app = QApplication(sys.argv[:1])
    theme = Theme("light")
    theme.apply(app)
    worst: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
        scene.add_account("mara@fernhill.example", "Fernhill Studio")
        fill(scene, count)
        window = scene.window(theme)
        window.resize(1300, 850)
        window.show()
        spin(2500)
        heart, view = Heart(), window.messages.view
        changed = Changed(topics=frozenset({Topic.MESSAGES}))

        def vanish(*messages: int) -> None:
            with scene.library.transaction() as unit:
                unit.run(f"DELETE FROM placement WHERE message IN ({','.join(map(str, messages))})")
            heart.reset()  # the engine would have done this in its own thread
            window.on_changed(changed)

        def arrive() -> None:
            scene.arrive(letter("New <n@x.test>", "New", "x", at=NOW), NOW, body=False)
            heart.reset()

        def middle() -> None:
            view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)

        steps: list[tuple[str, Callable[[], object]]] = [
            ("show another folder", lambda: window.panes.show_folder(window.folders.folders[3])),
            ("show the long one", lambda: window.panes.show_folder(window.folders.folders[0])),
            ("one arrives", arrive),
            ("select one", lambda: view.select_rows([3], 3)),
            ("five vanish here and there", lambda: vanish(5, 50, 500, 5_000, 15_000)),
            ("jump to the middle", middle),
            ("five vanish while in the middle", lambda: vanish(6, 60, 600, 6_000, 16_000)),
            ("select all", view.selectAll),
            ("another density", lambda: window.run("density-cosy")),
        ]
        scene._uid = count + 1
        for name, step in steps:
            heart.reset()
            step()
            spin(1500)
            worst[name] = heart.worst
            print(f"{name:34} {heart.worst:6.1f} ms")
        window.stop()
        scene.close()
    print(f"{count} messages; longest pause {max(worst.values()):.1f} ms, allowed {BUDGET_MS:.0f} ms")
    return int(max(worst.values()) > BUDGET_MS)


if __name__ == "__main__":
    os._exit(main())
