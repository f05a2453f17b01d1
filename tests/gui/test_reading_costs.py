"""No mail costs more than a second of the processor and 100 MB, bombs included; what is left out of one is said."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.look.parts.banner import Banner
from app.gui.reader.content import MOST_IMAGE, MOST_IMAGES, read_content, without_colours
from app.gui.window.main import MainWindow
from gui.scene import NOW, Scene, letter
from gui.test_window_reader import read

SECONDS, KILOBYTES = 1.0, 100_000
ONE_IN = 12
"""Of the mail in the corpora; all of it: `reading_costs.py`."""


def test_no_mail_costs_much() -> None:
    program = [sys.executable, str(Path(__file__).with_name("reading_costs.py")), str(ONE_IN)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert len(told) > 60
    assert [each for each in told if each[1] > SECONDS] == [], "seconds"
    assert [each for each in told if each[2] > KILOBYTES] == [], "kB"
    assert max(told, key=lambda each: each[2])[2] > 10_000  # the measuring sees something


def pictures(count: int, size: int, shown: int = 1) -> bytes:
    html = "".join(f'<p style="color:#123456">x<img src="cid:p{number}"></p>' * shown for number in range(count))
    inline = tuple((f"p{number}", "image/png", b"\x89PNG" + b"x" * size) for number in range(count))
    return letter("Zoe <zoe@there.example>", "Pictures", "x", html=html, at=NOW, inline=inline)


def test_pictures_for_which_there_is_no_room_are_offered_as_files(scene: Scene) -> None:
    scene.add_account("mara@fernhill.example", "Work")
    content = read_content(scene.reader, scene.arrive(pictures(6, 4_000_000), NOW))
    assert content is not None and len(content.full) < MOST_IMAGES + 10_000
    assert content.full.count("<img") == 3 and not content.whole
    assert len(content.attachments) == 3

    few = read_content(scene.reader, scene.arrive(pictures(2, 1_000, shown=3), NOW))
    assert few is not None and few.whole and few.attachments == ()
    assert few.full.count("base64,iVBOR3h4") == 6 and MOST_IMAGE > 4_000_000
    plain = without_colours(few.full)
    assert "123456" not in plain and plain.count("base64,iVBOR3h4") == 6


def test_what_could_not_be_shown_whole_is_said(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    read(window, qtbot, scene.arrive(letter("Zoe <z@there.example>", "Deep", "x", html="<div>" * 40_000, at=NOW), NOW))
    said = [each.accessibleName() + _words(each) for each in window.reader.findChildren(Banner) if each.isVisible()]
    assert any("could not be shown whole" in words for words in said)
    read(window, qtbot, scene.arrive(letter("Zoe <z@there.example>", "Flat", "x", html="<div>x</div>", at=NOW), NOW))
    assert not any("whole" in _words(each) for each in window.reader.findChildren(Banner) if each.isVisible())


def _words(banner: Banner) -> str:
    return " ".join(str(each.property("text") or "") for each in banner.findChildren(QWidget))
