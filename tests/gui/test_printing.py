"""A message on paper: a real PDF, read back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from app.gui.look.theme import Theme
from app.gui.reader.content import read_content
from app.gui.reader.web.printing import printed
from app.gui.window.main import MainWindow
from gui.conftest import Answers
from gui.fernhill import fill_fernhill
from gui.scene import NOW, Scene, letter
from gui.test_window_reader import amira, read


def text_of(file: Path) -> str:
    document = QPdfDocument()
    assert document.load(str(file)) == QPdfDocument.Error.None_
    pages = [document.getAllText(number).text() for number in range(document.pageCount())]
    document.close()
    return "\n".join(pages)


def ink_on(file: Path) -> int:
    """Dark spots on the first page."""
    document = QPdfDocument()
    assert document.load(str(file)) == QPdfDocument.Error.None_
    image = document.render(0, QSize(600, 850))
    document.close()
    spots = ((x, y) for x in range(0, 600, 2) for y in range(0, 850, 2))
    return sum(image.pixelColor(x, y).alpha() > 100 and image.pixelColor(x, y).lightness() < 120 for x, y in spots)


def test_a_message_is_saved_as_pdf_with_its_header(window: MainWindow, qtbot: QtBot, answers: Answers) -> None:
    read(window, qtbot, amira(window))
    window.run("save-pdf")
    qtbot.waitUntil(lambda: "Saved" in window.toast.sentence(), timeout=20_000)
    (target,) = answers.folder.glob("*.pdf")
    words = " ".join(text_of(target).split())
    for part in (
        "Rollout plan",
        "amira.haddad@meridian.example",
        "Hamburg and Lisbon",
        "Order form v2.pdf",
        "three phases",
    ):
        assert part in words, part


def test_plain_text_and_hostile_names_are_printed_as_they_are(
    scene: Scene, light: Theme, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    fill_fernhill(scene)
    paper = tmp_path / "paper.pdf"

    def printer(_title: str) -> QPrinter:
        made = QPrinter(QPrinter.PrinterMode.HighResolution)
        made.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        made.setOutputFileName(str(paper))
        return made

    window = scene.window(light, replace(answers.outside(), ask_printer=printer))
    qtbot.addWidget(window)
    window.show()
    raw = letter(
        "<script>x</script> <a@there.example>", "A <b>bold</b> subject", "One < two & three\n> quoted\n", at=NOW
    )
    message = scene.arrive(raw, NOW)
    read(window, qtbot, message)
    window.run("print")
    qtbot.waitUntil(lambda: paper.exists() and paper.stat().st_size > 1000, timeout=20_000)
    qtbot.wait(300)
    window.stop()
    assert ink_on(paper) > 200  # the printer gets a picture of the words
    content = read_content(scene.reader, message)
    assert content is not None
    html = printed(content)
    assert "A &lt;b&gt;bold&lt;/b&gt; subject" in html and "One &lt; two &amp; three" in html and "<script" not in html


def test_where_it_cannot_be_written_it_says_so(
    scene: Scene, light: Theme, answers: Answers, qtbot: QtBot, tmp_path: Path
) -> None:
    fill_fernhill(scene)
    nowhere = replace(answers.outside(), ask_file=lambda _title, name: tmp_path / "no folder" / name)
    window = scene.window(light, nowhere)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: len(window.messages.model.keys) > 1)
    read(window, qtbot, amira(window))
    window.run("save-pdf")
    qtbot.waitUntil(lambda: "was not saved" in window.toast.sentence(), timeout=20_000)
    window.stop()
