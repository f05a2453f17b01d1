"""Shows hostile HTML to the real engine and tells what of it ran: `executions.py WALLS < LIST`.

LIST is JSON, `[html, …]`: each is a document in a frame of its own, some hundred of them on a page. Whatever a handler in it
waits for, happens, and everything is given the focus and clicked. WALLS says what stands in the way:
`none` JavaScript on and no policy, `off` JavaScript off as in the program and no policy, `policy` JavaScript on and the
program's policy, `engine` both, as the program has it.

Told are numbers of documents: `ran` called alert or its like, `calls` times together. `asked` came to the point where a script
would have run under no policy: scripts are then forbidden by one that only reports.
"""

from __future__ import annotations

import html as entities
import json
import os
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

A_PAGE = 200
"""Documents on a page."""
SETTLE_MS = 150
"""After a page is loaded, for what it does later."""
TOLD = re.compile(r"tandem-test (ran|asked|here) (\d+)")

# In the world of the page itself: what payloads call to show that they ran.
TELL = """
for (const name of ["alert", "confirm", "prompt", "print", "open"])
    window[name] = () => console.log("tandem-test ran " + window.name);
"""
# In a world apart, which JavaScript of pages being off does not touch: a tireless reader.
TOUCH = """
if (window !== window.top) {
    const number = window.name;
    document.addEventListener("securitypolicyviolation", (event) => {
        if (event.effectiveDirective.startsWith("script-src")) console.log("tandem-test asked " + number);
    });
    console.log("tandem-test here " + number);
    document.addEventListener("DOMContentLoaded", () => {
        for (const element of [...document.querySelectorAll("*")].slice(0, 1000)) {
            for (const attribute of element.attributes)
                if (attribute.name.startsWith("on")) element.dispatchEvent(new Event(attribute.name.slice(2)));
            if (element.focus) element.focus();
            if (element.click) element.click();
        }
    });
}
"""


def main(walls: str) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer, QUrl

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineScript, QWebEngineSettings
    from PySide6.QtWidgets import QApplication

    from app.gui.reader.web import engine
    from app.gui.reader.web.view import Page

    application = QApplication([])
    one = engine.start(application)
    told: dict[str, set[int]] = {"ran": set(), "asked": set(), "here": set()}
    calls: list[str] = []
    dialogs: list[str] = []

    class Watched(Page):
        """The program's page, but for the frames that it needs here, and ears."""

        def acceptNavigationRequest(self, url: QUrl | str, kind: QWebEnginePage.NavigationType, is_main: bool) -> bool:
            if not is_main and QUrl(url).toString() == "about:srcdoc":
                return True
            return super().acceptNavigationRequest(url, kind, is_main)

        def javaScriptConsoleMessage(self, *said_by: object) -> None:
            if said := TOLD.fullmatch(str(said_by[1])):
                calls.extend([said[2]] * (said[1] == "ran"))
                told[said[1]].add(int(said[2]))

        def javaScriptAlert(self, _origin: QUrl | str, message: str) -> None:
            dialogs.append(message)

        def javaScriptConfirm(self, _origin: QUrl | str, message: str) -> bool:
            dialogs.append(message)
            return False

        def javaScriptPrompt(self, _origin: QUrl | str, message: str, _given: str) -> tuple[bool, str]:
            dialogs.append(message)
            return False, ""

    worlds = QWebEngineScript.ScriptWorldId
    for name, source, world in (("tell", TELL, worlds.MainWorld), ("touch", TOUCH, worlds.ApplicationWorld)):
        script = QWebEngineScript()
        script.setName(name)
        script.setSourceCode(source)
        script.setWorldId(world)
        script.setInjectionPoint(QWebEngineScript.InjectionPoint.DocumentCreation)
        script.setRunsOnSubFrames(True)
        one.profile.scripts().insert(script)

    page = Watched(one.profile, application)
    page.setUrlRequestInterceptor(engine.Gate(page))
    page.setVisible(True)  # what nobody sees would be slow to do anything
    if walls in ("none", "policy"):
        page.settings().setAttribute(QWebEngineSettings.WebAttribute.JavascriptEnabled, True)
    if walls in ("none", "off"):
        del one.serving.headers[b"Content-Security-Policy"]
    one.serving.headers[b"Content-Security-Policy-Report-Only"] = b"script-src 'none'; report-uri tandem-mail://nobody/"

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    documents = json.load(sys.stdin)
    strayed = 0
    for first in range(0, len(documents), A_PAGE):
        frames = "".join(
            f'<iframe name="{number}" srcdoc="{entities.escape(documents[number])}"></iframe>'
            for number in range(first, min(first + A_PAGE, len(documents)))
        )
        page.given = one.serving.offer(f"<!DOCTYPE html><meta charset=utf-8><title>still</title>{frames}")
        loop = QEventLoop()
        page.loadFinished.connect(loop.quit)
        QTimer.singleShot(30_000, loop.quit)
        page.load(page.given)
        loop.exec()
        page.loadFinished.disconnect(loop.quit)
        wait(SETTLE_MS)
        strayed += page.title() != "still" or page.url() != page.given
    wait(500)
    counts = {"shown": len(told["here"]), "calls": len(calls), "dialogs": len(dialogs), "strayed": strayed}
    print(json.dumps({**counts, "ran": sorted(told["ran"]), "asked": sorted(told["asked"])}))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
