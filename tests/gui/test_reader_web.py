"""Mail in the web engine: what is shown, and that the engine alone, without the sanitiser, runs, loads and follows nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.look.theme import Theme
from app.gui.reader.web import engine
from app.gui.reader.web.view import WebSheet
from app.mail.sanitise import safe_html
from gui.web import text_of

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
LEAKS = CORPORA / "leak-httpleaks" / "payloads.jsonl"
PRESENT = pytest.mark.skipif(not LEAKS.exists(), reason="the corpora are not beside this checkout")


def _namespaces() -> bool:
    """Whether a process may have a network of its own here."""
    if not shutil.which("unshare") or not shutil.which("ip"):
        return False
    tried = ["unshare", "--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


NAMESPACES = _namespaces()
ELSEWHERE = pytest.mark.skipif(NAMESPACES, reason="test_leaks.py does it where every packet is seen")


@pytest.fixture
def sheet(light: Theme, qtbot: QtBot) -> Iterator[WebSheet]:
    sheet = WebSheet(light)
    qtbot.addWidget(sheet)
    sheet.resize(760, 500)
    sheet.show()
    yield sheet
    sheet.end()


def show(sheet: WebSheet, qtbot: QtBot, html: str) -> str:
    with qtbot.waitSignal(sheet.shown, timeout=20_000):
        sheet.show_html(html, paper=False)
    return text_of(sheet, qtbot)


def test_one_view_shows_one_message_after_another(sheet: WebSheet, qtbot: QtBot) -> None:
    assert not sheet.started
    assert show(sheet, qtbot, "<p>Grüße, שלום</p>").strip() == "Grüße, שלום"
    view = sheet.focusProxy()
    assert show(sheet, qtbot, "<p>The next</p>").strip() == "The next"
    assert sheet.focusProxy() is view
    sheet.clear()
    qtbot.waitUntil(lambda: text_of(sheet, qtbot) == "")


def test_a_message_larger_than_two_megabytes_is_shown_whole(sheet: WebSheet, qtbot: QtBot) -> None:
    text = show(sheet, qtbot, f"<p>{'Words of a long report. ' * 40}</p>" * 3_000 + "<p>The end</p>")
    assert text.rstrip().endswith("The end")


@pytest.mark.parametrize("address", ["https://shop.example/a?b=1&c=2", "mailto:mara@fernhill.example"])
def test_a_link_is_told_and_not_followed(sheet: WebSheet, qtbot: QtBot, address: str) -> None:
    show(sheet, qtbot, safe_html(f'<a href="{address.replace("&", "&amp;")}">Press here</a>').html)
    assert sheet.page is not None
    before = sheet.page.url()
    with qtbot.waitSignal(sheet.followed, timeout=10_000) as told:
        press_first_link(sheet, qtbot)
    assert told.args == [address]
    assert sheet.page.url() == before and "Press here" in text_of(sheet, qtbot)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "smb://host/share", "javascript:document.title='ran'", "tandem-mail://m1/"]
)
def test_other_links_go_nowhere(sheet: WebSheet, qtbot: QtBot, address: str) -> None:
    show(sheet, qtbot, f'<a href="{address}">Press here</a>')
    assert sheet.page is not None
    before = sheet.page.url()
    told: list[str] = []
    sheet.followed.connect(told.append)
    press_first_link(sheet, qtbot)
    QTest.qWait(300)
    assert told == [] and sheet.page.url() == before and sheet.page.title() != "ran"


def press_first_link(sheet: WebSheet, qtbot: QtBot) -> None:
    """By keyboard, as somebody without a mouse would."""
    sheet.activateWindow()
    view = sheet.focusProxy()
    assert view is not None
    view.setFocus()
    target = view.focusProxy()
    assert target is not None
    QTest.qWait(100)
    QTest.keyClick(target, Qt.Key.Key_Tab)
    QTest.qWait(100)
    QTest.keyClick(target, Qt.Key.Key_Return)


ACTIVE = {
    "script": "<script>document.title='ran'</script>",
    "handler": "<img src='data:image/png;base64,xx' onerror=\"document.title='ran'\"><body onload=\"document.title='ran'\">",
    "svg": "<svg onload=\"document.title='ran'\"></svg>",
    "refresh": "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "refresh to script": "<meta http-equiv=refresh content=\"0;url=javascript:document.title='ran'\">",
    "frame": "<iframe src='https://evil.example/'></iframe><iframe srcdoc=\"<script>top.document.title='ran'</script>\"></iframe>",
    "object": "<object data='https://evil.example/'></object><embed src='https://evil.example/'>",
    "form": "<form action='https://evil.example/'><input autofocus><button>x</button></form>",
    "base": "<base href='https://evil.example/'><img src='x.png'>",
    "another mail": "<img src='tandem-mail://m1/'><iframe src='tandem-mail://m1/'></iframe>",
    "a file": "<img src='file:///etc/hostname'><link rel=stylesheet href='file:///etc/passwd'>",
    "font": "<style>@font-face{font-family:x;src:url(https://evil.example/f)} p{font-family:x}</style><p>x</p>",
    "import": "<style>@import 'https://evil.example/s.css';</style>",
    "preconnect": "<link rel=preconnect href='https://evil.example'><link rel=dns-prefetch href='//evil.example'>",
}


@pytest.mark.parametrize("html", ACTIVE.values(), ids=ACTIVE.keys())
def test_the_engine_alone_runs_and_loads_nothing(sheet: WebSheet, qtbot: QtBot, html: str) -> None:
    show(sheet, qtbot, f"<p>Words</p>{html}")
    assert sheet.page is not None
    QTest.qWait(150)
    assert sheet.page.title() != "ran"
    assert sheet.page.url() == sheet.page.given
    assert "Words" in text_of(sheet, qtbot)


def test_what_chromium_is_told_before_it_starts() -> None:
    environ = {"QTWEBENGINE_CHROMIUM_FLAGS": "--lang=de"}
    engine.seal(environ, 1000)
    engine.seal(environ, 1000)
    flags = environ["QTWEBENGINE_CHROMIUM_FLAGS"]
    assert flags.count("--host-resolver-rules") == 1 and flags.endswith("--lang=de")
    assert "QTWEBENGINE_DISABLE_SANDBOX" not in environ
    engine.seal(environ, 0)
    assert environ["QTWEBENGINE_DISABLE_SANDBOX"] == "1"


# --- leaks: a process of its own, and a listener that hears every connection to this computer -----------------


class Sink:
    """Counts who connects."""

    def __init__(self) -> None:
        self.heard = 0
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._door.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._door.accept()
            except OSError:
                return
            self.heard += 1
            sock.close()

    def close(self) -> None:
        self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    yield sink
    sink.close()


def vectors(port: int) -> list[str]:
    """The public collection of ways in which HTML reaches the net, all of them led to this computer."""
    found = []
    for line in LEAKS.read_text(encoding="utf-8").splitlines():
        payload = json.loads(line)["payload"]
        found.append(redirected(payload, port))
    return found


def redirected(html: str, port: int) -> str:
    return re.sub(r"(?:[a-z][a-z0-9-]*\.)*leaking\.via", f"127.0.0.1:{port}", html)


@PRESENT
@ELSEWHERE
@pytest.mark.parametrize("how", ["open", "pictures", "raw"])
def test_no_way_to_leak_reaches_the_net(sink: Sink, how: str) -> None:
    told = run_leaks(sink, how)
    assert told["shown"] == len(vectors(0)) > 80
    assert sink.heard == 0


@PRESENT
@ELSEWHERE
def test_the_listener_would_hear_it(sink: Sink) -> None:
    """A web view as Qt makes it, without our walls."""
    run_leaks(sink, "unguarded")
    assert sink.heard > 20


def run_leaks(sink: Sink, how: str) -> dict[str, int]:
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
    environ.pop("QTWEBENGINE_CHROMIUM_FLAGS", None)
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("leaks.py")), how],
        input=json.dumps(vectors(sink.port)),
        capture_output=True,
        text=True,
        timeout=240,
        env=environ,
        check=True,
    )
    found: dict[str, int] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
