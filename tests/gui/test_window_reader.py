"""The reader: what it shows, and that looking at a message sends and reads nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, Qt, QUrl
from PySide6.QtGui import QColor, QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import ArchiveMessages, ChangeFlags, ChangeSetting, FetchBody, FetchPictures
from app.core.events import BodyReady, PictureFetched
from app.core.ids import MessageId
from app.core.values import SEEN, Address
from app.gui.look.parts.labels import ElidedLabel
from app.gui.look.theme import Theme
from app.gui.outside import open_link
from app.gui.reader.content import text_html, without_colours
from app.gui.reader.find import FindBar
from app.gui.reader.images import SETTING, ImagesBar
from app.gui.reader.pane import PICTURES
from app.gui.reader.people import initials, recipients_in_words
from app.gui.reader.quotes import without_quotes
from app.gui.reader.sheet import SealedDocument, Sheet
from app.gui.reader.web.view import WebSheet
from app.gui.window.main import MainWindow
from gui.conftest import Answers
from gui.fernhill import PIXEL
from gui.scene import NOW, Scene, letter
from gui.web import text_of


def read(window: MainWindow, qtbot: QtBot, message: MessageId) -> None:
    """Select a message and wait until the reader shows it."""
    qtbot.waitUntil(lambda: window.messages.model.row_of(message) >= 0)
    row = window.messages.model.row_of(message)
    window.messages.view.select_rows([row], row)
    qtbot.waitUntil(lambda: window.reader.content is not None and window.reader.content.row.id == message)


def web(window: MainWindow, qtbot: QtBot) -> WebSheet:
    """The web engine's sheet, with the message on screen."""
    qtbot.waitUntil(lambda: window.reader.findChild(WebSheet) is not None)
    sheet = window.reader.findChild(WebSheet)
    assert isinstance(sheet, WebSheet)
    qtbot.waitUntil(lambda: bool(text_of(sheet, qtbot)), timeout=20_000)
    return sheet


def words(window: MainWindow, name: str) -> str:
    label = window.reader.findChild(QWidget, name)
    assert isinstance(label, QLabel | ElidedLabel)
    return label.text()


def amira(window: MainWindow) -> MessageId:
    return MessageId(window.messages.model.keys[1])


def test_name_and_address_stand_side_by_side(window: MainWindow, qtbot: QtBot) -> None:
    read(window, qtbot, amira(window))
    assert words(window, "subject") == "Rollout plan and two open questions"
    assert "amira.haddad@meridian.example" in words(window, "sender-address")
    assert words(window, "when") == "Today, 09:42"


def test_the_quote_is_folded_and_q_opens_it(window: MainWindow, qtbot: QtBot) -> None:
    read(window, qtbot, amira(window))
    sheet = web(window, qtbot)
    assert "three phases" not in text_of(sheet, qtbot)
    with qtbot.waitSignal(sheet.shown):
        window.run("quotes")
    assert "three phases" in text_of(sheet, qtbot)


def test_remote_images_are_held_back_and_counted(window: MainWindow, qtbot: QtBot) -> None:
    read(window, qtbot, amira(window))
    banner = window.reader.findChild(QLabel, "remote-images-sentence")
    assert isinstance(banner, QLabel)
    assert banner.text() == "Remote images not loaded. 2 trackers blocked."
    assert web(window, qtbot).refused == []  # not even asked for


def test_keys_work_while_the_message_has_the_focus(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    message = amira(window)
    read(window, qtbot, message)
    sheet = web(window, qtbot)
    window.activateWindow()
    window.run("reader")
    view = sheet.focusProxy()
    assert view is not None
    target = view.focusProxy()
    assert target is not None
    qtbot.waitUntil(target.hasFocus)
    QTest.keyClick(target, Qt.Key.Key_E)
    qtbot.waitUntil(lambda: bool(scene.sent(ArchiveMessages)))
    assert scene.sent(ArchiveMessages) == [ArchiveMessages(origin="window", messages=(message,))]


def test_html_and_plain_text_take_turns(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    rich = amira(window)
    plain = scene.arrive(letter("Ana <ana@there.example>", "Plain", "Only words.", at=NOW), NOW)
    read(window, qtbot, rich)
    sheet = web(window, qtbot)
    assert sheet.isVisible()
    read(window, qtbot, plain)
    words = window.reader.findChild(Sheet)
    assert isinstance(words, Sheet) and words.isVisible() and not sheet.isVisible()
    assert words.toPlainText().strip() == "Only words."
    qtbot.waitUntil(lambda: text_of(sheet, qtbot).strip() == "")  # nothing of the other stays behind


@pytest.mark.parametrize("kind", ["image", "style"])
def test_a_document_reads_no_file_whatever_the_message_says(light: Theme, tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.png"
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0)
    image.save(str(secret))
    style = tmp_path / "s.css"
    style.write_text("p { font-size: 99px }")
    document = SealedDocument()
    address = QUrl.fromLocalFile(str(secret if kind == "image" else style))
    source = (
        f'<img src="{address.toString()}">'
        if kind == "image"
        else f'<html><head><link rel="stylesheet" type="text/css" href="{address.toString()}"></head><p>x</p></html>'
    )
    document.setHtml(source)
    document.size()
    assert set(document.refused) == {address.toString()}
    loaded = document.resource(QTextDocument.ResourceType.ImageResource.value, address)
    assert not isinstance(loaded, QImage) or loaded.width() == 1


def test_images_in_the_message_itself_are_shown(light: Theme) -> None:
    import base64

    document = SealedDocument()
    address = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    image = document.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(address))
    assert isinstance(image, QImage)
    broken = document.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl("data:image/png;base64,####"))
    assert isinstance(broken, QImage) and broken.isNull()


def test_only_web_and_mail_links_ever_leave() -> None:
    for link in ("file:///etc/passwd", "smb://host/share", "javascript:alert(1)", "tandem:x", "", "//host/x"):
        assert not open_link(link)


def test_a_clicked_link_goes_outside_and_a_mail_address_to_the_composer(
    window: MainWindow, scene: Scene, answers: Answers
) -> None:
    window.reader.followed.emit("https://meridian.example/plan")
    window.reader.followed.emit("mailto:lang@meridian.example")
    assert answers.links == ["https://meridian.example/plan"]
    assert scene.composed[-1].to == "mailto:lang@meridian.example"


def test_a_message_is_read_after_the_time_one_can_set(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    scene.post(ChangeSetting(key="read_after_seconds", value="-1"))
    unread = MessageId(window.messages.model.keys[2])
    read(window, qtbot, unread)
    scene.post(ChangeSetting(key="read_after_seconds", value="0"))
    other = MessageId(window.messages.model.keys[3])
    assert scene.sent(ChangeFlags) == []
    read(window, qtbot, other)
    assert scene.sent(ChangeFlags) == [ChangeFlags(origin="reading", messages=(other,), add=frozenset({SEEN}))]
    assert window.toast.isHidden()


def test_marking_unread_by_hand_wins_over_the_timer(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    scene.post(ChangeSetting(key="read_after_seconds", value="30"))
    read(window, qtbot, MessageId(window.messages.model.keys[2]))
    assert window.reader.counts_down
    window.run("unread")
    assert window.reader.counts_down
    window.run("unread")
    assert not window.reader.counts_down


def test_a_body_that_is_not_here_is_asked_for_and_appears(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    raw = letter("Ana <ana@there.example>", "A long report", "The whole text.", at=NOW)
    message = scene.arrive(raw, NOW, body=False)
    read(window, qtbot, message)
    assert scene.sent(FetchBody) == [
        FetchBody(origin="window", account=scene.reader.rows([message])[0].account, message=message)
    ]
    scene.bring_body(message, raw)
    window.on_event(BodyReady(message=message))
    sheet = window.reader.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    qtbot.waitUntil(lambda: "The whole text." in sheet.toPlainText())


def test_a_name_that_shows_another_address_is_called_out(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    raw = letter('"service@bank.example" <x@elsewhere.example>', "Your account", "Click", at=NOW)
    read(window, qtbot, scene.arrive(raw, NOW))
    assert words(window, "sender-warning-sentence") == "The name shows an address at bank.example"


def test_the_file_saved_is_exactly_the_message(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    message = amira(window)
    read(window, qtbot, message)
    window.run("save-eml")
    (saved,) = answers.folder.glob("*.eml")
    assert saved.read_bytes() == scene.reader.raw(message)


def test_people_in_words() -> None:
    me, jonas = Address(name="Mara", email="Mara@fernhill.example"), Address(name="Jonas Weber", email="j@f.example")
    other = Address(email="lang@m.example")
    mine = {"mara@fernhill.example"}
    assert recipients_in_words([jonas, me], [other], mine) == "to me, Jonas Weber and 1 more"
    assert recipients_in_words([], [], mine) == "no recipient is named"
    assert (initials(jonas), initials(other), initials(Address(name="田中 そら", email="s@t.example"))) == (
        "JW",
        "L",
        "田そ",
    )


def test_plain_text_keeps_its_lines_and_cannot_become_markup() -> None:
    html = text_html("a < b\n  <script>x</script> see https://x.example/a?b=1&c=2.")
    assert "<script" not in html and "a &lt; b\n  &lt;script" in html
    assert '<a href="https://x.example/a?b=1&amp;c=2">' in html and html.endswith(".</p>")


def test_quotes_and_colours_can_be_left_out() -> None:
    assert without_quotes("<p>a</p><blockquote>b<blockquote>c</blockquote>d</blockquote><p>e</p>") == "<p>a</p><p>e</p>"
    assert without_quotes("<blockquote>only</blockquote>") == "<blockquote>only</blockquote>"
    assert without_colours('<p style="color: #000; margin: 0">x</p>') == '<p style=" margin: 0">x</p>'


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>Hi</p><p>On 21 November 2026, at 17:05, Mara wrote:</p><blockquote>x</blockquote>", "<p>Hi</p>"),
        (
            'Hi<div><div>On 21 Nov Mara &lt;<a href="m@x.test">m@x.test</a>&gt; wrote:<br></div><blockquote>x</blockquote></div>',
            'Hi<div><div><a href="m@x.test"></a><br></div></div>',
        ),
        ("Hi<br>On 21 Nov 2026 at 17:05 Mara<br>m@x.test wrote:<br><blockquote>x</blockquote>Bye", "HiBye"),
        ("Fine.<br>Am 21.11.2026 schrieb Mara:<p>&nbsp;</p><blockquote>x</blockquote>", "Fine."),
        ("<p>On the other hand:</p><blockquote>x</blockquote>", "<p>On the other hand:</p>"),
        ("On 3 May we met<br>Ada wrote much.<blockquote>x</blockquote>", "On 3 May we met<br>Ada wrote much."),
    ],
)
def test_the_line_that_introduces_a_quote_is_folded_with_it(html: str, left: str) -> None:
    assert without_quotes(html) == left


def test_in_plain_text_it_is_folded_too(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    text = "Yes, Thursday.\n\nOn 21 November 2026, at 17:05, Mara Lindqvist wrote:\n> Thursday?\n"
    read(window, qtbot, scene.arrive(letter("Ana <ana@there.example>", "Re: When", text, at=NOW), NOW))
    sheet = window.reader.findChild(Sheet)
    assert isinstance(sheet, Sheet) and sheet.toPlainText() == "Yes, Thursday."
    window.run("quotes")
    assert "Mara Lindqvist wrote:" in sheet.toPlainText() and "Thursday?" in sheet.toPlainText()


def test_where_room_is_short_the_address_gives_way_before_the_name(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(1000, 800)
    read(window, qtbot, amira(window))
    name, address = (window.reader.findChild(QWidget, part) for part in ("sender-name", "sender-address"))
    assert isinstance(name, ElidedLabel) and isinstance(address, ElidedLabel)
    qtbot.waitUntil(lambda: name.width() == name.sizeHint().width())
    assert address.isVisible() and address.width() < address.sizeHint().width()


def image_bar(window: MainWindow) -> ImagesBar:
    bar = window.reader.findChild(ImagesBar)
    assert isinstance(bar, ImagesBar)
    return bar


def red() -> bytes:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(QColor(250, 10, 20))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def is_red(sheet: WebSheet) -> bool:
    image = sheet.grab().toImage()
    wide, high = image.width(), image.height()
    colours = {image.pixelColor(x, y).name() for x in range(0, wide, 8) for y in range(0, high, 8)}
    return "#fa0a14" in colours


LOGO = "https://meridian.example/logo.png"


def test_remote_images_are_shown_once_and_trackers_never(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(window, qtbot, amira(window))
    sheet = web(window, qtbot)
    assert not is_red(sheet)
    image_bar(window).show_once.click()
    qtbot.waitUntil(lambda: scene.sent(FetchPictures) == [FetchPictures(origin=PICTURES, urls=(LOGO,))])
    window.on_event(PictureFetched(origin=PICTURES, url=LOGO, content_type="image/png", data=red()))
    qtbot.waitUntil(lambda: is_red(sheet), timeout=10_000)
    assert words(window, "remote-images-sentence") == "Remote images are shown this once. 2 trackers blocked."
    assert sheet.refused == []

    read(window, qtbot, MessageId(window.messages.model.keys[2]))
    read(window, qtbot, amira(window))
    assert words(window, "remote-images-sentence").startswith("Remote images not loaded.")
    assert len(scene.sent(FetchPictures)) == 1


@pytest.mark.parametrize(("place", "kept"), [(0, "amira.haddad@meridian.example"), (1, "@meridian.example")])
def test_images_of_a_sender_or_a_domain_are_always_shown_until_they_are_not(
    window: MainWindow, qtbot: QtBot, scene: Scene, place: int, kept: str
) -> None:
    read(window, qtbot, amira(window))
    web(window, qtbot)
    bar = image_bar(window)
    bar.menu().actions()[place].trigger()
    qtbot.waitUntil(lambda: bar.stop.isVisible())
    assert scene.reader.setting(SETTING) == f'["{kept}"]' and not bar.show_always.isVisible()
    assert len(scene.sent(FetchPictures)) >= 1

    read(window, qtbot, MessageId(window.messages.model.keys[2]))
    before = len(scene.sent(FetchPictures))
    read(window, qtbot, amira(window))
    qtbot.waitUntil(lambda: len(scene.sent(FetchPictures)) == before + 1)
    bar.stop.click()
    qtbot.waitUntil(lambda: not bar.stop.isVisible())
    assert scene.reader.setting(SETTING) == "[]" and bar.show_once.isVisible()


def test_a_picture_that_cannot_be_had_is_waited_for_no_longer(window: MainWindow, qtbot: QtBot) -> None:
    read(window, qtbot, amira(window))
    sheet = web(window, qtbot)
    image_bar(window).show_once.click()
    qtbot.waitUntil(lambda: image_bar(window).show_once.isHidden())
    window.on_event(PictureFetched(origin=PICTURES, url=LOGO, reason="answered 404"))
    window.on_event(
        PictureFetched(origin=PICTURES, url="https://other.example/x.png", content_type="image/png", data=red())
    )
    QTest.qWait(300)
    assert not is_red(sheet) and "Hamburg" in text_of(sheet, qtbot)


def find(window: MainWindow, text: str) -> FindBar:
    window.run("find")
    bar = window.reader.find_bar
    assert bar.isVisible() and bar.field.hasFocus()
    bar.field.setText(text)
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    return bar


def test_words_are_found_in_html_also_in_what_is_folded(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    read(window, qtbot, amira(window))
    web(window, qtbot)
    bar = find(window, "phase")
    # The quoted text unfolds for it: what is counted before that is less.
    qtbot.waitUntil(lambda: bar.count.text().startswith("1 of ") and bar.count.text() != "1 of 1", timeout=10_000)
    matches = int(bar.count.text().rpartition(" ")[2])
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bar.count.text() == f"2 of {matches}", timeout=10_000)
    QTest.keyClick(bar.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: bar.count.text() == f"1 of {matches}", timeout=10_000)
    bar.field.setText("no such words")
    qtbot.waitUntil(lambda: bar.count.text() == "Not found", timeout=10_000)
    window.run("back")
    assert not bar.isVisible()


def test_words_are_found_in_plain_text_and_come_into_sight(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    window.activateWindow()
    other = amira(window)
    text = "needle\n" + "line\n" * 200 + "Needle at the end\n"
    read(window, qtbot, scene.arrive(letter("Ana <ana@there.example>", "Long", text, at=NOW), NOW))
    bar = find(window, "needle")
    assert bar.count.text() == "1 of 2"
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "2 of 2"
    scroll = window.reader.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    qtbot.waitUntil(lambda: scroll.verticalScrollBar().value() > 500)
    read(window, qtbot, other)
    assert not bar.isVisible()


def test_html_is_shown_as_plain_text_and_back(window: MainWindow, qtbot: QtBot) -> None:
    read(window, qtbot, amira(window))
    sheet = web(window, qtbot)
    window.run("plain-text")
    words = window.reader.findChild(Sheet)
    assert isinstance(words, Sheet) and words.isVisible() and not sheet.isVisible()
    assert "phased plan" in words.toPlainText()
    window.run("plain-text")
    assert sheet.isVisible() and not words.isVisible()


def test_the_message_s_own_colours_are_one_key_away_in_dark_mode(
    window: MainWindow, qtbot: QtBot, scene: Scene, light: Theme
) -> None:
    html = '<html><body><p style="color:#111111">Black words</p></body></html>'
    raw = letter("Ana <ana@there.example>", "Black", "", at=NOW, html=html)
    light.mode = "dark"
    message = scene.arrive(raw, NOW)
    read(window, qtbot, message)
    sheet = web(window, qtbot)
    dark = sheet.grab().toImage().pixelColor(4, 4).lightness()
    with qtbot.waitSignal(sheet.shown):
        window.run("own-colours")
    qtbot.waitUntil(lambda: sheet.grab().toImage().pixelColor(4, 4).lightness() > dark + 100, timeout=10_000)
