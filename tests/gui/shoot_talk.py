"""Takes pictures of conversations in the reader: `python tests/gui/shoot_talk.py FOLDER [name…]`. Offscreen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

STATES = ("short", "long", "open", "late", "html", "phone", "keyboard")
LOOKS = ("light", "dark", "200-light", "german-light", "rtl-light")


def main() -> None:
    """Each picture in a process of its own: scale, direction and language are settled at start."""
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    for name in names or [f"{state}-{look}" for state in STATES for look in LOOKS]:
        env = dict(os.environ, QT_QPA_PLATFORM="offscreen")
        if "200" in name.split("-"):
            env["QT_SCALE_FACTOR"] = "2"
        subprocess.run([sys.executable, __file__, "--one", name, str(folder / f"{name}.png")], env=env, check=True)


def shoot(name: str, target: Path) -> None:
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from PySide6.QtCore import QCoreApplication, QEventLoop, QLocale, Qt, QTimer, QTranslator
    from PySide6.QtWidgets import QApplication

    from app.gui.look.fonts import load_fonts
    from app.gui.look.theme import Theme
    from gui.fernhill import HTML, fill_fernhill
    from gui.scene import NOW, Scene
    from gui.talks import fill_talk

    class German(QTranslator):
        words = json.loads((Path(__file__).parent / "german_keys.json").read_text(encoding="utf-8"))

        def isEmpty(self) -> bool:
            return False

        def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
            word: str = self.words.get(source, source)
            return word

    parts = name.split("-")
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(sys.argv[:1])
    load_fonts()
    if "rtl" in parts:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    german = German()
    if "german" in parts:
        QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
        app.installTranslator(german)
    theme = Theme("dark" if "dark" in parts else "light")
    theme.apply(app)

    def settle(milliseconds: int = 400) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    with tempfile.TemporaryDirectory() as profile:
        scene = Scene(Path(profile))
        fill_fernhill(scene)
        state = parts[0]
        counts = {"short": 4, "html": 7, "phone": 40}
        unread = {"short": (2,), "html": (1, 6)}.get(state, (2, 33, 38))
        said = fill_talk(
            scene, counts.get(state, 40), unread=unread, html=HTML if state == "html" else "", until=NOW - 600
        )
        window = scene.window(theme)
        window.resize(*((560, 800) if state == "phone" else (1440, 900)))
        window.show()
        window.run("list-messages")
        if state == "html":
            window.reader.warm()
            settle(2500)
        settle()
        shown = said[{"short": 2, "html": 4, "late": 20}.get(state, -2)]
        row = window.messages.model.row_of(shown)
        window.messages.view.select_rows([row], row)
        window.messages.view.setFocus()
        settle(1200)
        if state == "phone":
            window.panes.frame.read_alone(True)
        if state == "open":
            window.run("unfold-conversation")
            settle()
            window.run("previous-in-conversation")
        if state == "keyboard":
            window.reader.talk.earlier.setFocus(Qt.FocusReason.TabFocusReason)
        settle()
        window.grab().save(str(target))
        window.stop()
        window.close()
        scene.close()
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        shoot(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
