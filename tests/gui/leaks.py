"""Shows each of the messages it is given and lets them settle: `leaks.py open|pictures|raw|unguarded < LIST`.

`open`: sanitised, in the reader's view. `pictures`: with remote pictures allowed, which nobody fetches here. `raw`: in the
reader's view without the sanitiser. `unguarded`: in a view as Qt makes it.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))


def main(how: str) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    from PySide6.QtWebEngineWidgets import QWebEngineView
    from PySide6.QtWidgets import QApplication

    from app.gui.look.theme import Theme
    from app.gui.reader.web.view import WebSheet
    from app.mail.sanitise import safe_html

    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    shown = 0
    plain = QWebEngineView() if how == "unguarded" else None
    sheet = WebSheet(theme) if plain is None else None
    widget = plain or sheet
    assert widget is not None
    widget.resize(700, 500)
    widget.show()
    for html in json.load(sys.stdin):
        loop = QEventLoop()
        QTimer.singleShot(3000, loop.quit)
        if sheet is not None:
            sheet.shown.connect(loop.quit)
            safe = safe_html(html, pictures=how == "pictures")
            sheet.show_html(html if how == "raw" else safe.html, paper=False, pictures=safe.pictures)
        else:
            assert plain is not None
            plain.loadFinished.connect(loop.quit)
            plain.setHtml(html)
        loop.exec()
        settle = QEventLoop()
        QTimer.singleShot(30, settle.quit)
        settle.exec()
        shown += 1
    late = QEventLoop()
    QTimer.singleShot(1500, late.quit)
    late.exec()
    print(json.dumps({"shown": shown}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
