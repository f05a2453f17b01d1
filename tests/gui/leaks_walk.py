"""Does with each message what people do with mail, in the program's own window: `leaks_walk.py FOLDER < LIST`.

LIST is JSON, `[html, …]`: what tries to reach the net. Each is listed, opened, opened with its pictures allowed, searched in,
answered, forwarded and printed; files that try the same are looked at. Told is how often each was done.
"""

from __future__ import annotations

import collections
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

FAR = "https://own.leaking.via"
HEADERS = "\r\n".join(
    (
        "Disposition-Notification-To: <told@own.leaking.via>",
        "Return-Receipt-To: <told@own.leaking.via>",
        "X-Confirm-Reading-To: <told@own.leaking.via>",
        f"List-Unsubscribe: <{FAR}/leave>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        f"Content-Base: {FAR}/",
        f"Content-Location: {FAR}/here/",
        f"X-Image-URL: {FAR}/face",
        f"BIMI-Location: v=BIMI1; l={FAR}/logo.svg",
        f"OpenPGP: url={FAR}/key",
        f"Autocrypt: addr=x@own.leaking.via; keydata={FAR}",
        f"Received-From-MTA: {FAR}",
    )
)
FILES = (
    ("picture.svg", "image/svg+xml", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{FAR}/svg"/></svg>'),
    ("lying.png", "image/png", f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{FAR}/lying"/></svg>'),
    ("page.html", "text/html", f'<img src="{FAR}/page"><script src="{FAR}/script"></script>'),
    ("day.ics", "text/calendar", f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nATTACH:{FAR}/ics\r\nEND:VEVENT\r\nEND:VCALENDAR"),
    ("who.vcf", "text/vcard", f"BEGIN:VCARD\r\nPHOTO;VALUE=uri:{FAR}/face\r\nFN:X\r\nEND:VCARD"),
    ("there.url", "text/plain", f"[InternetShortcut]\r\nURL={FAR}/shortcut\r\nIconFile={FAR}/icon"),
    ("note.txt", "text/plain", f"See {FAR}/words"),
    ("data.xml", "text/xml", f'<!DOCTYPE x [<!ENTITY y SYSTEM "{FAR}/entity">]><x>&y;</x>'),
    (
        "paper.pdf",
        "application/pdf",
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(FAR/pdf)>>>>endobj\n2 0 obj<</Type/Pages/Count 1"
        "/Kids[3 0 R]>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/AA<</O<</S/GoToR/F<</FS/URL/F(FAR/go)>>>>>>"
        ">>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".replace("FAR", FAR),
    ),
    ("letter.eml", "message/rfc822", f"Subject: x\r\nContent-Type: text/html\r\n\r\n<img src='{FAR}/inside'>"),
    ("letter.mht", "multipart/related", f"Content-Type: text/html\r\nContent-Location: {FAR}/\r\n\r\n<img src=x>"),
)
ELSEWHERE = (
    f"Content-Type: message/external-body; access-type=URL; URL='{FAR}/external'\r\n\r\nContent-Type: image/png\r\n\r\n",
    f"Content-Type: text/uri-list\r\n\r\n{FAR}/list\r\n",
    f"Content-Type: text/x-html\r\n\r\n<img src='{FAR}/x-html'>\r\n",
    "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\nMAsGCSqGSIb3DQEHAg==\r\n",
    f"Content-Type: text/plain\r\nContent-Disposition: attachment; filename*=utf-8''{FAR}/name\r\n\r\nx\r\n",
)


def message(number: int, html: str) -> bytes:
    head = f"From: Test <test{number}@own.leaking.via>\r\nTo: mara@fernhill.example\r\nSubject: Try {number}\r\n{HEADERS}\r\n"
    return (
        f"{head}MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Words {number}</p>{html}".encode()
    )


def with_files() -> bytes:
    parts = [f"Content-Type: text/html\r\n\r\n<p>Words</p><img src='{FAR}/beside'>\r\n", *ELSEWHERE]
    parts += [
        f"Content-Type: {kind}; name={name}\r\nContent-Disposition: attachment\r\n\r\n{text}\r\n"
        for name, kind, text in FILES
    ]
    body = "".join(f"--cut\r\n{part}" for part in parts)
    head = f"From: Test <files@own.leaking.via>\r\nSubject: Files\r\n{HEADERS}\r\nMIME-Version: 1.0\r\n"
    return f"{head}Content-Type: multipart/mixed; boundary=cut\r\n\r\n{body}--cut--\r\n".encode()


def main(folder: Path) -> None:
    from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer

    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    from PySide6.QtWidgets import QApplication

    from app.core.commands import FetchPictures
    from app.core.ids import MessageId
    from app.gui.compositions import Compositions
    from app.gui.look.theme import Theme
    from app.gui.outside import Outside
    from app.gui.reader.files import FileRow
    from app.gui.reader.images import ImagesBar
    from app.gui.reader.quick_look import QuickLook
    from app.gui.reader.web.view import WebSheet
    from app.store.views import Reader
    from gui.scene import NOW, Scene

    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    theme.reduced_motion = True
    done: collections.Counter[str] = collections.Counter()

    def wait(milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(condition: Callable[[], object], what: str) -> None:
        end = time.monotonic() + 60
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"never came: {what} {dict(done)}")
            wait(5)

    scene = Scene(folder / "profile")
    scene.add_account("mara@fernhill.example", "Work")
    texts = json.load(sys.stdin)
    messages = [scene.arrive(message(number, html), NOW - number) for number, html in enumerate(texts)]
    files = scene.arrive(with_files(), NOW - len(messages))
    outside = Outside(
        open_link=lambda link: bool(done.update(["opened outside"])),
        open_file=lambda path: bool(done.update(["opened outside"])),
        ask_file=lambda title, name: folder / f"{done['printed']}.pdf",
        ask_folder=lambda title: folder,
        ask_yes=lambda *_: True,
    )
    window = scene.window(theme, outside)
    window.resize(1300, 850)
    window.show()
    until(lambda: window.messages.model.row_of(files) >= 0, "the list")
    compositions = Compositions(scene.reader, lambda: Reader(scene.profile), scene.post, theme, scene.clock)

    def write(kind: str) -> None:
        window.run(kind)
        until(lambda: scene.composed, kind)
        compositions.start(scene.composed.pop())
        until(lambda: compositions.open, "the composer")
        (composer,) = compositions.open
        assert "Words" in composer.form.letter().text, composer.form.letter().text
        composer.close()
        until(lambda: not compositions.open, "the composer's end")
        done[kind] += 1

    def open_it(ident: MessageId) -> WebSheet:
        row = window.messages.model.row_of(ident)
        window.messages.view.select_rows([row], row)
        until(lambda: window.reader.content is not None and window.reader.content.row.id == ident, "the message")
        until(lambda: window.reader.findChild(WebSheet) is not None, "the engine")
        sheet = window.reader.findChild(WebSheet)
        assert isinstance(sheet, WebSheet)
        wait(60)
        done["opened"] += 1
        return sheet

    for ident in messages:
        open_it(ident)
        window.run("find")
        window.reader.find_bar.field.setText("words")
        wait(20)
        window.run("back")
        write("reply")
        write("forward")
        window.run("save-pdf")
        paper = folder / f"{done['printed']}.pdf"
        until(lambda: paper.exists() and "Saved" in window.toast.sentence(), "the paper")  # noqa: B023
        done["printed"] += 1
        bar = window.reader.findChild(ImagesBar)
        if bar is not None and bar.show_once.isVisible():
            bar.show_once.click()
            wait(60)
            done["shown with images"] += 1
    open_it(files)
    row = window.reader.findChild(FileRow)
    assert isinstance(row, FileRow)
    for part in row._parts:
        row.preview(part)
        wait(80)
        look = row.look
        assert isinstance(look, QuickLook)
        look.close()
        done["looked at"] += 1
    for words in ("words", "leaking", '"try 3"', "from:test"):
        window.messages.search.setText(words)
        wait(400)
        done["searched"] += window.messages.model.rowCount() > 0
    wait(1500)
    done["fetches"] = len(scene.sent(FetchPictures))
    print(json.dumps(done))
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
