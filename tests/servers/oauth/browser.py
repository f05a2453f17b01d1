"""A user with a browser: a real Chromium (QtWebEngine, off screen) in a process of its own, which fills the page of consent.

usage: browser.py URL ADDRESS allow|deny [SCOPE to untick…]     prints the text of the page it came back to
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path


def user(address: str, *, act: str = "allow", untick: Sequence[str] = ()) -> Callable[[str], None]:
    """What opens pages for Tandem: this user answers them. Returns at once, as the system's browser would."""

    def opened(url: str) -> None:
        threading.Thread(target=answer, args=(url, address, act, *untick), daemon=True).start()

    return opened


def answer(url: str, address: str, act: str = "allow", *untick: str) -> str:
    """The whole visit; returns the text of the last page."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    environment["QTWEBENGINE_CHROMIUM_FLAGS"] = "--disable-gpu --no-first-run --disable-background-networking"
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), url, address, act, *untick],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"the browser failed: {done.stderr[-1500:]}")
    return done.stdout.strip()


_FILL = """
(function (address, act, untick) {
  const form = document.getElementById('consent');
  if (!form) return false;
  form.elements.login.value = address;
  for (const box of form.querySelectorAll('input[type=checkbox]'))
    if (untick.includes(box.value)) box.checked = false;
  form.querySelector(`button[value=${act}]`).click();
  return true;
})(%s, %s, %s)
"""


def main(url: str, address: str, act: str, *untick: str) -> int:
    from PySide6.QtCore import QTimer, QUrl
    from PySide6.QtWebEngineCore import QWebEngineCertificateError, QWebEnginePage, QWebEngineProfile
    from PySide6.QtWidgets import QApplication

    application = QApplication([sys.argv[0]])
    profile = QWebEngineProfile()  # forgets everything
    page = QWebEnginePage(profile)

    def trust(error: QWebEngineCertificateError) -> None:
        error.acceptCertificate()  # the authority of the tests; what Tandem itself trusts is its own matter

    def loaded(_ok: bool) -> None:
        if page.url().scheme() == "http" and page.url().host() in ("127.0.0.1", "localhost"):
            page.toPlainText(finish)
        else:
            page.runJavaScript(_FILL % (json.dumps(address), json.dumps(act), json.dumps(untick)))

    def finish(text: str) -> None:
        print(text)
        application.exit(0)

    page.certificateError.connect(trust)
    page.loadFinished.connect(loaded)
    QTimer.singleShot(30_000, lambda: application.exit(1))
    page.load(QUrl(url))
    code = application.exec()
    if code:
        print(page.url().toString(), file=sys.stderr)
    sys.stdout.flush()
    os._exit(code)  # Chromium's own leaving takes a second


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
