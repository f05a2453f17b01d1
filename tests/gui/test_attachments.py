"""Attachments in the reader: looked at, opened, saved, pulled out; and what may not be opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QMarginsF, QMimeData, QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import FetchBody, StopFetching
from app.core.events import BodyComing, BodyReady, BodyStopped, CommandFailed, Remedy
from app.core.ids import MessageId
from app.gui.reader.file_chip import FileChip
from app.gui.reader.files import FileRow
from app.gui.reader.pdf_sheet import PdfSheet
from app.gui.reader.preview import MOST_PIXELS, MOST_TEXT, make_preview, read_text
from app.gui.reader.quick_look import QuickLook
from app.gui.reader.showing import Showing
from app.gui.window.main import MainWindow
from app.mail.parse import Part
from gui.conftest import Answers
from gui.scene import NOW, Scene, letter

Files = tuple[tuple[str, str, bytes], ...]
OCTETS = "application/octet-stream"


def png(width: int = 60, height: int = 40, colour: str = "#c03020") -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def pdf(tmp_path: Path, pages: int = 2) -> bytes:
    path = tmp_path / "made.pdf"
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(10, 10, 10, 10))
    painter = QPainter(writer)
    for number in range(pages):
        if number:
            writer.newPage()
        painter.drawText(200, 400, f"Page {number + 1}")
    painter.end()
    return path.read_bytes()


def part(name: str, kind: str = OCTETS, size: int = 1) -> Part:
    return Part(number=1, name=name, content_type=kind, size=size, content_id="", inline=False)


def read(window: MainWindow, qtbot: QtBot, message: MessageId) -> FileRow:
    qtbot.waitUntil(lambda: window.messages.model.row_of(message) >= 0)
    row = window.messages.model.row_of(message)
    window.messages.view.select_rows([row], row)
    qtbot.waitUntil(lambda: window.reader.content is not None and window.reader.content.row.id == message)
    found = window.reader.findChild(FileRow)
    assert isinstance(found, FileRow)
    return found


def with_files(window: MainWindow, qtbot: QtBot, scene: Scene, files: Files) -> FileRow:
    raw = letter("Ana <ana@there.example>", "Files", "See below", at=NOW, files=files)
    return read(window, qtbot, scene.arrive(raw, NOW))


def chips(row: FileRow) -> list[FileChip]:
    return [chip for chip in row.findChildren(FileChip) if chip.isVisible()]


def look(row: FileRow, qtbot: QtBot) -> QuickLook:
    def there() -> bool:
        page = row.look.showing if row.look is not None else None
        return page is not None and (
            page.currentWidget() is not page.words or "being read" not in page.words.sentence()
        )

    qtbot.waitUntil(there)
    assert row.look is not None
    return row.look


THREE: Files = (
    ("../../.bashrc", "text/plain", b"one"),
    ("plan.pdf", "application/pdf", b"%PDF-two"),
    ("plan.pdf", "application/pdf", b"%PDF-three"),
)


def test_enter_opens_a_copy_that_nobody_else_may_read(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    row = with_files(window, qtbot, scene, THREE)
    assert [chip.text() for chip in chips(row)] == ["bashrc", "plan.pdf", "plan.pdf"]
    QTest.keyClick(chips(row)[1], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(answers.files) == 1)
    (opened,) = answers.files
    assert opened.read_bytes() == b"%PDF-two" and opened.stat().st_mode & 0o777 == 0o600
    assert opened.parent.parent.stat().st_mode & 0o077 == 0
    window.reader.close_files()
    assert not opened.exists()


def test_all_are_saved_side_by_side_and_over_nothing(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    (answers.folder / "bashrc").write_bytes(b"mine")
    (answers.folder / "plan (2).pdf").symlink_to(answers.folder / "elsewhere")
    row = with_files(window, qtbot, scene, THREE)
    row.save_all()
    qtbot.waitUntil(lambda: (answers.folder / "plan (3).pdf").exists())
    saved = {path.name: path.read_bytes() for path in answers.folder.iterdir() if not path.is_symlink()}
    assert saved == {
        "bashrc": b"mine",
        "bashrc (2)": b"one",
        "plan.pdf": b"%PDF-two",
        "plan (3).pdf": b"%PDF-three",
    }
    assert not (answers.folder / "elsewhere").exists()


def test_a_file_put_where_a_link_lies_takes_the_place_of_the_link(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    victim = answers.folder / "victim"
    victim.write_bytes(b"mine")
    (answers.folder / "plan.pdf").symlink_to(victim)
    row = with_files(window, qtbot, scene, THREE)
    with qtbot.waitSignal(row.told):
        row.save(row._parts[1])
    assert (answers.folder / "plan.pdf").read_bytes() == b"%PDF-two" and victim.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("invoice.pdf.exe", "application/pdf", b"MZ"),
        ("photo\u202egpj.exe", "image/jpeg", b"MZ"),
        ("letter.docm", OCTETS, b"PK\x03\x04"),
        ("readme.txt", "application/x-msdownload", b"MZ"),
        ("start.desktop", "text/plain", b"[Desktop Entry]"),
    ],
)
def test_a_dangerous_file_can_only_be_saved_and_a_sentence_says_why(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers, name: str, kind: str, data: bytes
) -> None:
    row = with_files(window, qtbot, scene, ((name, kind, data),))
    (chip,) = chips(row)
    assert "save only" in chip.detail() and "Not opened from here" in chip.accessibleDescription()
    menu = row.menu(row._parts[0])
    acts = {action.objectName(): action for action in menu.actions()}
    assert list(acts) == ["why", "save", "copy"]
    assert acts["why"].text() == chip.accessibleDescription() and not acts["why"].isEnabled()
    row.open(row._parts[0])  # whoever asks for it
    QTest.keyClick(chip, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: (answers.folder / chip.text()).exists())
    assert answers.files == [] and row.look is None


def test_a_program_that_calls_itself_a_document_is_not_opened(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    row = with_files(window, qtbot, scene, (("bill.pdf", "application/pdf", b"MZ\x90\0" + b"\0" * 60),))
    with qtbot.waitSignal(row.told) as told:
        row.open(row._parts[0])
    assert told.args == [
        "“bill.pdf” was not opened: it is a program, whatever its name says. Save it if you trust it.",
        False,
    ]
    assert answers.files == []
    row.preview(row._parts[0])
    shown = look(row, qtbot)
    assert shown.warning() == "The name ends in .pdf, but this is a program."
    assert shown.showing.currentWidget() is shown.showing.words


def test_the_menu_offers_what_can_be_done(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    row = with_files(window, qtbot, scene, THREE)
    acts = [action.text() for action in row.menu(row._parts[1]).actions()]
    assert acts == ["Open", "Preview", "Save as…", "Save all…", "Copy"]


def test_the_arrows_go_from_chip_to_chip(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    row = with_files(window, qtbot, scene, THREE)
    window.activateWindow()
    first, second, _ = chips(row)
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Right)
    qtbot.waitUntil(second.hasFocus)
    QTest.keyClick(second, Qt.Key.Key_Left)
    qtbot.waitUntil(first.hasFocus)


def test_a_long_name_is_cut_in_its_middle_and_keeps_its_extension(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    name = "The minutes of the meeting of the board of all depots in November.final.docx"
    row = with_files(window, qtbot, scene, ((name, OCTETS, b"PK\x03\x04"),))
    (chip,) = chips(row)
    shown = chip.shown_name(150)
    assert shown.startswith("The m") and "…" in shown and shown.endswith(".docx") and len(shown) < len(name)
    assert name in chip.toolTip()


def test_space_looks_arrows_go_on_space_and_escape_close(
    window: MainWindow, qtbot: QtBot, scene: Scene, tmp_path: Path, answers: Answers
) -> None:
    files: Files = (
        ("photo.png", "image/png", png()),
        ("words.txt", "text/plain", "Grüße".encode("cp1252")),
        ("plan.pdf", "application/pdf", pdf(tmp_path)),
    )
    row = with_files(window, qtbot, scene, files)
    QTest.keyClick(chips(row)[0], Qt.Key.Key_Space)
    shown = look(row, qtbot)
    qtbot.waitUntil(lambda: shown.showing.currentWidget() is shown.showing.picture)
    assert shown.showing.picture.image.pixelColor(5, 5) == QColor("#c03020")
    QTest.keyClick(shown, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown.showing.currentWidget() is shown.showing.text)
    assert shown.showing.text.toPlainText() == "Grüße"
    QTest.keyClick(shown.showing.text, Qt.Key.Key_Right)  # the text has the focus, the arrows are the window's
    qtbot.waitUntil(lambda: isinstance(shown.showing.currentWidget(), PdfSheet))
    assert shown.showing.pdf is not None and shown.showing.pdf.pages == 2
    QTest.keyClick(shown.showing.pdf, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [path.name for path in answers.files] == ["plan.pdf"])
    QTest.keyClick(shown.showing.pdf, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shown.part.name == "photo.png")
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert row.look is None
    QTest.keyClick(chips(row)[1], Qt.Key.Key_Space)
    QTest.keyClick(look(row, qtbot), Qt.Key.Key_Escape)
    assert row.look is None


def test_a_copied_file_can_be_pasted_into_a_folder(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    row = with_files(window, qtbot, scene, THREE)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("before")
    row.copy(row._parts[1])
    qtbot.waitUntil(lambda: bool(clipboard.mimeData() and clipboard.mimeData().hasUrls()))
    (url,) = clipboard.mimeData().urls()
    assert Path(url.toLocalFile()).name == "plan.pdf" and Path(url.toLocalFile()).read_bytes() == b"%PDF-two"
    clipboard.clear()


def test_a_chip_that_is_pulled_gives_a_file_and_is_not_clicked(
    window: MainWindow, qtbot: QtBot, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = with_files(window, qtbot, scene, THREE)
    given: list[QMimeData] = []
    monkeypatch.setattr(row, "_pull", lambda part, chip: row._give(part, given.append))
    chip = chips(row)[1]
    QTest.mousePress(chip, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(chip, QPoint(20, 12))
    QTest.mouseMove(chip, QPoint(90, 30))
    QTest.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(90, 30))
    qtbot.waitUntil(lambda: len(given) == 1)
    (url,) = given[0].urls()
    assert Path(url.toLocalFile()).read_bytes() == b"%PDF-two" and Path(url.toLocalFile()).stat().st_mode & 0o077 == 0
    assert row.look is None


# --- large messages


def large(window: MainWindow, qtbot: QtBot, scene: Scene, *names: str) -> tuple[FileRow, MessageId, bytes]:
    """A message of which only the text and the names are here."""
    window.run("fetch-1")
    files = tuple((name, OCTETS, b"%PDF-1.7" + b"x" * 900_000) for name in names)
    raw = letter("Ana <ana@there.example>", "Large", "Only words so far", at=NOW, files=files)
    message = scene.arrive(raw, NOW, body=False)
    scene.bring_excerpt(message, raw)
    return read(window, qtbot, message), message, raw


def test_a_large_message_shows_its_words_and_says_what_is_not_fetched(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    row, _, _ = large(window, qtbot, scene, "plan.pdf", "setup.exe")
    content = window.reader.content
    assert content is not None and content.parsed is not None and "Only words so far" in content.parsed.text
    assert [chip.detail() for chip in chips(row)] == ["Not fetched · 900 KB", "Not fetched · 900 KB · save only"]
    assert scene.sent(FetchBody) == []


def test_a_click_fetches_it_shows_how_far_it_is_and_then_does_what_was_asked(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    row, message, raw = large(window, qtbot, scene, "plan.pdf", "other.pdf")
    QTest.keyClick(chips(row)[0], Qt.Key.Key_Return)
    assert [command.message for command in scene.sent(FetchBody) if isinstance(command, FetchBody)] == [message]
    window.on_event(BodyComing(message=message, done=500_000, total=len(raw)))
    assert chips(row)[0].detail() == "500 KB of 2.5 MB · click to stop"
    assert answers.files == []
    scene.bring_body(message, raw)
    window.on_event(BodyReady(message=message))
    qtbot.waitUntil(lambda: [path.name for path in answers.files] == ["plan.pdf"])
    assert [chip.detail() for chip in chips(row)] == ["900 KB", "900 KB"]


def test_a_second_click_stops_it(window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers) -> None:
    row, message, _ = large(window, qtbot, scene, "plan.pdf")
    (chip,) = chips(row)
    chip.click()
    chip.click()
    assert len(scene.sent(FetchBody)) == 1 and len(scene.sent(StopFetching)) == 1
    window.on_event(BodyStopped(message=message))
    assert chip.detail() == "Not fetched · 900 KB"
    chip.click()  # and it can be asked for again
    assert len(scene.sent(FetchBody)) == 2
    failed = scene.sent(FetchBody)[-1]
    window.on_event(CommandFailed(command=failed, remedy=Remedy.WAIT, reason="The server does not answer."))
    assert chip.detail() == "Not fetched · 900 KB" and row.look is None


# --- what a preview is made of


def test_a_picture_too_large_for_memory_is_not_decoded(qapp: object) -> None:
    import struct
    import zlib

    side = int(MOST_PIXELS**0.5) + 100

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    shown = make_preview(part("a.png", "image/png"), bomb)
    assert shown.picture is None and shown.sentence.startswith("This picture has 66 million pixels")


def film() -> bytes:
    """A GIF of two pictures, one white pixel and one black."""
    head = b"GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0"
    frames = [b"!\xf9\4\0\5\0\0\0,\0\0\0\0\1\0\1\0\0\2\2" + pixel + b"\1\0" for pixel in (b"\x44", b"\x4c")]
    return head + b"".join(frames) + b";"


def test_a_film_runs_and_stands_still_where_motion_is_unwanted(window: MainWindow, qtbot: QtBot) -> None:
    shown = make_preview(part("a.gif", "image/gif"), film())
    assert shown.film == film()
    page = Showing(window._theme, window)
    page.show_preview(shown)

    def runs() -> bool:
        return page.picture.runs

    assert not runs() and page.picture.image.pixelColor(0, 0) == QColor("white")
    window._theme.reduced_motion = False
    page.show_preview(shown)
    assert runs()
    qtbot.waitUntil(lambda: page.picture.image.pixelColor(0, 0) == QColor("black"))
    page.wait("next")
    assert not runs()
    window._theme.reduced_motion = True


def test_a_picture_of_svg_is_its_text_and_runs_no_script(qapp: object) -> None:
    shown = make_preview(part("a.svg", "image/svg+xml"), b'<svg xmlns="x"><script>alert(1)</script></svg>')
    assert shown.picture is None and shown.text is not None and "<script>" in shown.text
    lying = make_preview(part("a.png", "image/png"), b'<svg xmlns="x"><image href="file:///etc/passwd"/></svg>')
    assert lying.picture is None and lying.warning == "The name ends in .png, but this is an XML text."


def test_a_picture_is_known_by_its_bytes_and_a_wrong_name_is_said(qapp: object) -> None:
    shown = make_preview(part("scan.pdf", "application/pdf"), png())
    assert shown.picture is not None and shown.warning == "The name ends in .pdf, but this is a picture (PNG)."


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\nbroken", b"GIF89a", b"RIFF\0\0\0\0WEBPVP8 "])
def test_a_damaged_picture_gets_a_sentence(qapp: object, data: bytes) -> None:
    assert "damaged" in make_preview(part("a"), data).sentence


def test_a_long_text_is_shown_in_part(qapp: object) -> None:
    shown = make_preview(part("a.txt"), b"x" + "ü".encode() * MOST_TEXT)  # the cut is in the middle of a character
    assert shown.cut and shown.text == "x" + "ü" * (MOST_TEXT // 2 - 1)


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Grüße, 5 € – ja", "utf-8"),
        ("Grüße", "utf-16"),
        ("Grüße, schöne Wörter über Öl und Äpfel", "cp1252"),
        ("Привет, как дела? Сегодня хорошая погода, и мы идём гулять.", "cp1251"),
        ("これは日本語の文章です。今日はとても良い天気ですね。", "shift_jis"),
    ],
)
def test_the_charset_of_a_text_is_found(text: str, charset: str) -> None:
    assert read_text(text.encode(charset)) == text


def test_a_letter_in_a_letter_is_shown_as_text(qapp: object) -> None:
    raw = letter("Ana <ana@there.example>", "Inside", "Its words", at=NOW)
    shown = make_preview(part("Inside.eml", "message/rfc822"), raw)
    assert shown.text is not None and "Subject: Inside" in shown.text and "Its words" in shown.text
