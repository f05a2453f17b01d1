"""Draw what is about keys into PNG files, offscreen: `python tests/gui/shoot_keys.py FOLDER [WORD…]`."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parents[1]))

from PySide6.QtCore import QEventLoop, QLocale, Qt, QTimer, QTranslator
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.keys.help import KeyHelp
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.settings.window import SettingsWindow
from app.gui.window.main import MainWindow
from gui.fernhill import fill_fernhill
from gui.scene import NOW, Scene

VARIANTS = (
    ("light", False, False, 1.0, 1280, 820),
    ("dark", True, False, 1.0, 1280, 820),
    ("rtl", False, True, 1.0, 1280, 820),
    ("200", False, False, 2.0, 1440, 900),
    ("german", False, False, 1.0, 1280, 820),
    ("narrow", False, False, 1.0, 560, 700),
)
"""Name, dark, right to left, text size, width, height."""


class German(QTranslator):
    """Words from `german_keys.json`: real German, so that its length is real."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[str, str] = json.loads((Path(__file__).parent / "german_keys.json").read_text("utf-8"))

    def translate(self, context: str, text: str, *_: object) -> str:
        return self._words.get(text, text)

    def isEmpty(self) -> bool:
        return False


def settle(milliseconds: int = 150) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def palette(window: MainWindow, typed: str) -> QWidget:
    window.messages.view.select_rows([1], 1)
    for act in ("act-archive", "act-text-larger"):
        window.keyboard._on_used(act)
    settle()
    window.run("palette")
    shown = window.keyboard.palette
    assert shown is not None
    shown.field.setText(typed)
    return shown


def glance(window: MainWindow) -> QWidget:
    window.run("keys")
    shown = window.findChild(KeyHelp)
    assert shown is not None
    return shown


def framed(window: MainWindow) -> QWidget:
    window.messages.view.select_rows([1], 1)
    settle(500)
    window.run("next-pane")
    window.run("next-pane")
    return window


def settings(window: MainWindow, edited: str = "", key: str = "") -> QWidget:
    page = SettingsWindow(
        window._theme,
        window._reader,
        lambda _command: None,
        lambda: NOW,
        outside=Outside(),
        open_picker=lambda _account: None,
        open_add_account=lambda: None,
        close_composers=lambda _account: None,
    )
    page.resize(min(window.width(), int(1040 * window._theme.scale)), window.height() - 40)
    page.open(None, "keyboard")
    page.setProperty("kept", window)
    if edited:
        keyboard = page.keyboard_page
        keyboard._store(keyboard.keymap.give("flag", ("X, F",)))
        row = next(row for row in keyboard.rows if row.act == edited)
        row.click()
        keyboard.editor.field.setKeySequence(QKeySequence(key))
    return page


PICTURES: dict[str, Callable[[MainWindow], QWidget]] = {
    "palette": lambda window: palette(window, ""),
    "palette-typed": lambda window: palette(window, "ar"),
    "palette-folders": lambda window: palette(window, "to c"),
    "settings": settings,
    "glance": glance,
    "framed": framed,
    "settings-conflict": lambda window: settings(window, "reply", "E"),
    "palette-none": lambda window: palette(window, "xyzzy"),
}


def main(folder: Path, words: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    german = German()
    for variant, dark, rtl, scale, width, height in VARIANTS:
        is_german = variant == "german"
        QLocale.setDefault(QLocale("de_DE" if is_german else "en_GB"))
        if is_german:
            app.installTranslator(german)
        else:
            app.removeTranslator(german)
        theme = Theme("dark" if dark else "light", scale)
        theme.apply(app)
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight)
        for picture, draw in PICTURES.items():
            name = f"{picture}-{variant}"
            if words and not any(word in name for word in words):
                continue
            with tempfile.TemporaryDirectory() as profile:
                scene = Scene(Path(profile), now=NOW)
                fill_fernhill(scene)
                if variant != "200":
                    add_long_names(scene)
                window = scene.window(theme)
                window.resize(width, height)
                window.show()
                settle()
                shown = draw(window)
                settle()
                shown.grab().save(str(folder / f"{name}.png"))
                print(name)
                shown.close()
                window.stop()
                window.close()
                window.deleteLater()
                settle(20)
                scene.close()


def add_long_names(scene: Scene) -> None:
    from app.core.values import Role

    folders = (
        ("INBOX", Role.INBOX),
        ("Rückmeldungen zur Datenschutzgrundverordnungsfolgenabschätzung für das Rechnungswesen", Role.NONE),
        ("Café Zürich", Role.NONE),
        ("عملاء الشركة", Role.NONE),
    )
    scene.add_account("home@fernhill.example", "Mara at home, with a very long name of an account", folders)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
