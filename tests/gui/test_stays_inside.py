"""A mail stays where it is shown: it draws nothing over the window, and puts nothing into names and titles that deceives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.desktop.saving import save_new
from app.gui.look.parts.labels import ElidedLabel
from app.gui.look.parts.tips import plain_tip
from app.gui.reader.files import FileRow, shown_name
from app.gui.window.main import MainWindow
from app.mail.sanitise import safe_html
from gui.conftest import Answers
from gui.scene import NOW, Scene
from gui.test_window_reader import amira, read, web

OVER = (
    "position:fixed;top:0;left:0;width:9999px;height:9999px;z-index:2147483647;background:#f0f",
    "position:absolute;top:-900px;left:-900px;width:9999px;height:9999px;background:#f0f",
    "position:sticky;top:-900px;margin:-900px;padding:900px;background:#f0f",
    "margin:-900px -900px -900px -900px;width:9999px;height:900px;background:#f0f",
    "transform:scale(99) translate(-50px,-90px);width:900px;height:90px;background:#f0f",
    "zoom:90;outline:900px solid #f0f;box-shadow:0 0 0 900px #f0f",
    "float:left;margin-left:-900px;margin-top:-900px;width:9999px;height:9999px;background:#f0f",
)


def outside_of(window: MainWindow, inner: QWidget) -> QImage:
    """The window as it looks, without the message and what is left empty under it."""
    image = window.grab().toImage()
    hole = QRect(inner.mapTo(window, QPoint(0, 0)), window.rect().bottomRight())
    ratio = image.devicePixelRatio()
    image.setDevicePixelRatio(1.0)
    painter = QPainter(image)
    painter.fillRect(QRect(hole.topLeft() * ratio, hole.size() * ratio), 0)
    painter.end()
    return image


@pytest.mark.parametrize("cleaned", [True, False], ids=["cleaned", "by the engine alone"])
def test_a_mail_draws_nothing_over_the_window(window: MainWindow, qtbot: QtBot, cleaned: bool) -> None:
    read(window, qtbot, amira(window))
    sheet = web(window, qtbot)
    tall = "<p>Words</p>" * 200

    def show(html: str) -> None:
        with qtbot.waitSignal(sheet.shown, timeout=20_000):
            sheet.show_html(safe_html(html).html if cleaned else html, paper=False)
        qtbot.wait(150)

    def is_as_before() -> bool:  # while the height of a page is found out, the pane stands still and is not drawn
        return outside_of(window, sheet) == plain

    show(tall)
    pane = sheet.parentWidget()
    assert pane is not None
    qtbot.waitUntil(pane.updatesEnabled)
    qtbot.wait(500)
    plain = outside_of(window, sheet)
    for style in OVER:
        show(f'<div style="{style}">x</div><dialog open style="{style}">x</dialog>{tall}')
        qtbot.waitUntil(is_as_before, timeout=10_000)
        show(f"<style>html,body,p{{{style}}}</style>{tall}")
        qtbot.waitUntil(is_as_before, timeout=10_000)


@pytest.mark.parametrize("style", OVER)
def test_what_moves_over_other_things_is_taken_out(style: str) -> None:
    clean = safe_html(f'<style>div{{{style}}}</style><div style="{style}">x</div>').html
    for word in ("position", "z-index", "transform", "zoom", "outline", "shadow", "fixed", "sticky"):
        assert word not in clean


# --- names and titles

DECEIVING = (
    "\u202e\u202d\u202a\u202b\u2066\u2067\u2068\x00\x07\x1b\x7f\x85\u2028\u2029\u200b\u2060\ufeff\u00ad\U000e0041"
)
NAME = "invoice\u202efdp.exe"


def deceives(text: str) -> list[str]:
    """Line ends and what is right in a sentence of a right-to-left language are not meant."""
    allowed = "\n\u200c\u200d\u200e\u200f\u061c"
    wrong = ("Cc", "Cf", "Cs", "Zl", "Zp")
    text = re.sub("\u2066([^\u2066\u2069]*)\u2069", r"\1", text)  # the window itself sets addresses apart so
    return [f"U+{ord(each):04X}" for each in text if unicodedata.category(each) in wrong and each not in allowed]


def words_in(window: QWidget) -> Iterator[str]:
    for each in [window, *window.findChildren(QWidget)]:
        yield from (each.toolTip(), each.accessibleName(), each.accessibleDescription(), each.windowTitle())
        if isinstance(each, QLabel | ElidedLabel | QAbstractButton):
            yield each.text()


def hostile_letter() -> bytes:
    def coded(text: str) -> str:
        return "=?utf-8?q?" + "".join(f"={octet:02X}" for octet in text.encode()) + "?="

    def percent(text: str) -> str:
        return "".join(f"%{octet:02X}" for octet in text.encode())

    return (
        f"From: {coded('Ma' + DECEIVING + 'ra')} <zoe@there.example>\r\n"
        f"To: {coded('Yo' + DECEIVING + 'u')} <mara@fernhill.example>\r\n"
        f"Cc: {coded('O' + DECEIVING)} <other@there.example>\r\nSubject: {coded('Pl' + DECEIVING + 'an <b>bold</b>')}\r\n"
        "Date: Mon, 23 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=cut\r\n\r\n"
        f"--cut\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nHel{DECEIVING}lo\r\n"
        f"--cut\r\nContent-Type: application/pdf; name*=utf-8''{percent(NAME)}\r\nContent-Disposition: attachment\r\n\r\nMZ\r\n"
        f"--cut\r\nContent-Type: text/plain; name*=utf-8''{percent('a' + DECEIVING + '.txt')}\r\n"
        "Content-Disposition: attachment\r\n\r\nx\r\n--cut--\r\n"
    ).encode("utf-8", "surrogatepass")


def test_names_and_titles_say_what_they_say(window: MainWindow, scene: Scene, qtbot: QtBot, answers: Answers) -> None:
    assert deceives(DECEIVING)  # those who judge see them
    message = scene.arrive(hostile_letter(), NOW)
    read(window, qtbot, message)
    (row,) = scene.reader.rows([message])
    assert (row.subject.replace(" ", ""), row.sender.name.replace(" ", "")) == ("Plan<b>bold</b>", "Mara")
    files = window.reader.findChild(FileRow)
    assert files is not None
    files.preview(files._parts[1])
    assert files.look is not None
    seen = [*words_in(window), *words_in(files.look), row.subject, row.sender.name, row.sender.email, row.snippet]
    listed = window.messages.model
    for number in range(listed.rowCount()):
        for role in range(0x100, 0x130):
            seen.append(str(listed.data(listed.index(number, 0), role) or ""))
        seen += [str(listed.data(listed.index(number, 0), role) or "") for role in range(15)]
    assert any("<b>bold</b>" in text for text in seen)
    assert [text for text in seen if deceives(text)] == []
    saved = [save_new(answers.folder, shown_name(part), b"x").name for part in files._parts]
    files.look.close()
    assert len(saved) == 2 and [name for name in saved if deceives(name)] == []
    assert saved[0].endswith("exe")  # as what it is, whatever direction it was written in


def test_words_of_a_mail_are_no_markup_in_a_tooltip() -> None:
    assert plain_tip("Plan") == "Plan"
    shown = plain_tip("<img src=file:///etc/hostname> <b>x</b>")
    assert "<img" not in shown and "&lt;img" in shown


def test_a_long_subject_is_told_whole_without_being_obeyed(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    head = (
        b"From: <b>Zoe</b> <zoe@there.example>\r\nTo: mara@fernhill.example\r\nSubject: <b>"
        + b"long " * 60
        + b"</b>\r\n"
    )
    read(window, qtbot, scene.arrive(head + b"\r\nHello\r\n", NOW))
    window.grab()
    tips = [each.toolTip() for each in window.reader.findChildren(QWidget) if "long long" in each.toolTip()]
    assert all("<b>" not in tip for tip in tips)
    rich = [each for each in window.findChildren(QLabel) if "<b>" in each.text()]
    assert all(each.textFormat().name == "PlainText" for each in rich)
