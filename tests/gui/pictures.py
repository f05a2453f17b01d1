"""The pictures that a look of the window is held against: `python tests/gui/pictures.py --renew` takes the references anew.

`./dev pictures` does the same after setting up. `pictures.py FOLDER` only takes them, at full size, into a folder. Each state in
light and dark, left to right and right to left, at 100 and 200 %. Look at what changed before it is committed: `git diff --stat
tests/gui/references` names it, and a failing test writes what differs beside the shot.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

REFERENCES = Path(__file__).parent / "references"
WIDTH, HEIGHT = 1440, 900
SCALES = (1, 2)
STATES = {1: ("main", "empty", "phone", "large", "parts"), 2: ("main", "parts")}
"""What is taken at which scale. "large" is text at 200 % on a screen at 100 %."""
MODES, WAYS = ("light", "dark"), ("ltr", "rtl")


def names(scale: int) -> list[str]:
    """Of all pictures of this scale."""
    return [f"{state}-{mode}-{way}-{scale}00" for state in STATES[scale] for way in WAYS for mode in MODES]


def take(folder: Path, scale: int, only: str = "", **more: str) -> None:
    """In a process of its own, since the scale is settled at start; off screen, so that no window manager meddles. `only`: a
    state and a way, such as "main-rtl"; `more`: further variables of the environment."""
    env = os.environ | {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(scale)} | more
    env["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), env.get("PYTHONPATH", "")])
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, __file__, "--take", str(folder), str(scale), only]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(f"The pictures could not be taken:\n{done.stderr[-3000:]}")


def renew() -> None:
    """Half as large as the window: enough to see everything, small enough to keep."""
    from PySide6.QtGui import QImage

    from gui.likeness import reduced

    with tempfile.TemporaryDirectory() as place:
        for scale in SCALES:
            take(Path(place), scale)
        for old in REFERENCES.glob("*.png"):
            old.unlink()
        REFERENCES.mkdir(exist_ok=True)
        for file in sorted(Path(place).glob("*.png")):
            image = QImage(str(file))
            times = WIDTH * (2 if file.stem.endswith("-200") else 1) // (WIDTH // 2)
            reduced(image, image.width() // times, image.height() // times).save(str(REFERENCES / file.name), None, 0)
    print(sum(file.stat().st_size for file in REFERENCES.glob("*.png")) // 1000, "kB in", REFERENCES)


# --- in the process that takes them


def _take_all(folder: Path, scale: int, only: str) -> None:
    from PySide6.QtCore import QLocale, Qt
    from PySide6.QtWidgets import QApplication

    from app.gui.look.fonts import load_fonts
    from app.gui.look.theme import Theme

    app = QApplication(sys.argv[:1])
    load_fonts()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    app.setCursorFlashTime(0)
    for state, way in itertools.product(STATES[scale], WAYS):
        if only and only != f"{state}-{way}":
            continue
        rtl = way == "rtl"
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        theme = Theme("light", 2.0 if state == "large" else 1.0)
        theme.reduced_motion = True
        theme.apply(app)
        for widget in _shown(app, state, theme):
            for mode in MODES:
                theme.mode = "dark" if mode == "dark" else "light"
                _until(app, lambda: True, more=4)
                widget.grab().toImage().save(str(folder / f"{state}-{mode}-{way}-{scale}00.png"))
    os._exit(0)  # whatever threads still do


def _shown(app: QApplication, state: str, theme: object) -> Iterator[QWidget]:
    """The widget to take, ready; it is put away afterwards."""
    import shiboken6

    from app.core.commands import ChangeSetting
    from app.core.events import ConnectionChanged, Link
    from app.core.ids import AccountId
    from app.gui.look.theme import Theme
    from app.gui.window.settings import READ_AFTER
    from app.store.listing import Smart
    from gui.fernhill import fill_fernhill
    from gui.gallery import gallery
    from gui.scene import NOW, Scene

    assert isinstance(theme, Theme)
    if state == "parts":
        page = gallery(theme)
        page.resize(WIDTH, HEIGHT)
        page.show()
        _until(app, lambda: True, more=3)
        yield page
        shiboken6.delete(page)
        return
    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile))
        fill_fernhill(scene)
        with scene.library.transaction() as unit:  # its letters are of whichever font a computer has for them
            unit.run("DELETE FROM message WHERE from_email = 'sora@tanaka.example'")
        scene.post(ChangeSetting(key=READ_AFTER, value="-1"))  # or it would depend on how long the picture takes
        window = scene.window(theme)
        window.resize(WIDTH // 3 if state == "phone" else WIDTH, HEIGHT)
        window.show()
        window.on_event(ConnectionChanged(account=AccountId(1), link=Link.LIVE, at=NOW - 6))
        _until(app, lambda: bool(window.messages.model.keys) and window.folders.count(Smart.UNREAD) > 0)
        if state == "empty":
            window.panes.show_folder(next(row for row in window.folders.folders if row.name == "Junk"))
            _until(app, window.messages.empty.isVisible)
        else:
            model = window.messages.model
            shown = (
                row
                for row in range(model.rowCount())
                if model.data(model.index(row, 0)) == "Signed order form attached"
            )
            row = next(shown)
            window.messages.view.select_rows([row], row)
            window.messages.view.setFocus()
            _until(app, lambda: window.reader.content is not None)
            panel = window.panes.contact
            _until(app, lambda: not panel.isVisible() or panel.contact is not None)
        _until(app, lambda: True, more=8)
        yield window
        window.stop()
        shiboken6.delete(window)  # or the next one's style sheet would polish it again
        scene.close()


def _until(app: QApplication, ready: Callable[[], bool], more: int = 1) -> None:
    """Let the program work until `ready`, and some turns of 20 ms more."""
    from PySide6.QtTest import QTest

    for _ in range(500):
        if ready():
            break
        QTest.qWait(20)
    else:
        raise RuntimeError("The window did not get ready to be taken.")
    for _ in range(more):
        QTest.qWait(20)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if sys.argv[1] == "--take":
        _take_all(Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    elif sys.argv[1] == "--renew":
        renew()
    else:
        for each in SCALES:
            take(Path(sys.argv[1]), each)
