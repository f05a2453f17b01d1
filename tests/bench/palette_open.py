"""Ctrl+K → painted, and each letter typed: `python tests/bench/palette_open.py [FOLDERS]`. Offscreen, processor time in ms."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtWidgets import QApplication

from app.core.values import Role
from app.gui.look.theme import Theme
from gui.fernhill import fill_fernhill
from gui.scene import NOW, Scene

ROUNDS = 12


def main(folders: int) -> None:
    app = QApplication([])
    theme = Theme("light")
    theme.apply(app)
    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile), now=NOW)
        fill_fernhill(scene)
        many = (("INBOX", Role.INBOX), *((f"Clients/Company {n}", Role.NONE) for n in range(folders)))
        scene.add_account("many@fernhill.example", "Many folders", many)
        window = scene.window(theme)
        window.resize(1280, 820)
        window.show()
        for _ in range(30):
            app.processEvents()
        opened: list[float] = []
        typed: list[float] = []
        for _ in range(ROUNDS):
            began = time.process_time()
            window.run("palette")
            palette = window.keyboard.palette
            assert palette is not None
            palette.grab()
            opened.append((time.process_time() - began) * 1000)
            for letters in ("m", "mo", "mov", "move 7"):
                began = time.process_time()
                palette.field.setText(letters)
                palette.grab()
                typed.append((time.process_time() - began) * 1000)
            palette.hide()
        first, *rest = opened
        print(f"{folders} folders: first {first:.0f}, then {statistics.median(rest):.0f}, at most {max(rest):.0f} ms")
        print(f"a letter: {statistics.median(typed):.0f}, at most {max(typed):.0f} ms")
        window.stop()
        scene.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 600)
