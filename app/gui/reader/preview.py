"""What can be shown of an attachment inside the program, decided and decoded away from the window's thread.

By its first bytes, not by its name or type; nothing is fetched, no script is run, and what would take too much memory is
not decoded.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from app.gui.reader.danger_words import why_only_saved
from app.mail.charset import decode_body
from app.mail.dangers import danger_of
from app.mail.kinds import IMAGES, READABLE, RUNNING, Kind, contradicts, kind_of
from app.mail.parse import Part, read_message

MOST_PIXELS = 64_000_000
"""Decoded at once: 256 MB."""
LONGEST_SIDE = 4_000
"""Pixels that are kept of a picture's longer side: no screen shows more."""
MOST_FILM_PIXELS = 4_000_000
"""Of one picture of an animation, which is decoded while it runs."""
MOST_TEXT = 400_000
"""Bytes of a text that are shown."""
MOST_BYTES = 100_000_000


def tr(text: str) -> str:
    return QCoreApplication.translate("Preview", text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One of `picture`, `film` (a moving GIF or WebP), `pdf` or `text`; none of them: `sentence` says why.

    `warning`: the content is not what the name says. `cut`: the text goes on.
    """

    picture: QImage | None = None
    film: bytes = b""
    pdf: bytes = b""
    text: str | None = None
    cut: bool = False
    warning: str = ""
    sentence: str = ""


def make_preview(part: Part, data: bytes) -> Preview:
    """Any thread."""
    kind = kind_of(data)
    warning = ""
    if contradicts(part.name, kind):
        ending = "." + part.name.rpartition(".")[2]
        warning = tr("The name ends in {ending}, but this is {what}.").format(ending=ending, what=kind_words(kind))
    if kind is Kind.EMPTY:
        return Preview(sentence=tr("This file is empty."))
    danger = danger_of(part.name, part.content_type)
    if danger is not None:
        return Preview(warning=warning, sentence=why_only_saved(danger))
    if kind in RUNNING:
        return Preview(
            warning=warning, sentence=tr("Files that could run something are not shown. Save it if you trust it.")
        )
    if len(data) > MOST_BYTES:
        return Preview(warning=warning, sentence=tr("This file is too large to be shown here. Open or save it."))
    if kind in IMAGES:
        return _picture(data, kind, warning)
    if kind is Kind.PDF:
        return Preview(pdf=data, warning=warning)
    if kind in READABLE:
        if part.content_type == "message/rfc822":
            return _letter(data, warning)
        cut = len(data) > MOST_TEXT
        return Preview(text=read_text(data[:MOST_TEXT], cut=cut), cut=cut, warning=warning)
    words = tr("Tandem cannot show {what} here. Open or save it.").format(what=kind_words(kind))
    return Preview(warning=warning, sentence=words)


def kind_words(kind: Kind) -> str:
    """In a sentence: "a program"."""
    words = {
        Kind.PDF: tr("a PDF document"),
        Kind.ZIP: tr("a ZIP archive or Office document"),
        Kind.OLE: tr("an old Office document"),
        Kind.RTF: tr("a formatted text (RTF)"),
        Kind.GZIP: tr("a packed file"),
        Kind.SEVENZIP: tr("a packed file"),
        Kind.RAR: tr("a packed file"),
        Kind.XML: tr("an XML text"),
        Kind.HTML: tr("a web page"),
        Kind.PROGRAM: tr("a program"),
        Kind.SCRIPT: tr("a script, which is a program as text"),
        Kind.MEDIA: tr("sound or film"),
        Kind.TEXT: tr("plain text"),
        Kind.UNKNOWN: tr("a kind of file it does not know"),
    }
    if kind in IMAGES:
        return tr("a picture ({kind})").format(kind=kind.value.upper())
    return words.get(kind, tr("a kind of file it does not know"))


def _picture(data: bytes, kind: Kind, warning: str) -> Preview:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    # The format is named, so that no other reader (SVG, PDF) ever gets to see it.
    reader = QImageReader(buffer, QByteArray(kind.value.encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    pixels = size.width() * size.height()
    if not reader.canRead() or size.isEmpty():
        return Preview(
            warning=warning,
            sentence=tr("This picture is damaged and cannot be shown. Save it to look at it elsewhere."),
        )
    if pixels > MOST_PIXELS:
        words = tr("This picture has {n} million pixels, too many to be shown here. Open or save it.")
        return Preview(warning=warning, sentence=words.format(n=round(pixels / 1e6)))
    if (
        kind in (Kind.GIF, Kind.WEBP)
        and reader.supportsAnimation()
        and pixels <= MOST_FILM_PIXELS
        and reader.imageCount() != 1
    ):
        return Preview(film=data, warning=warning)
    if max(size.width(), size.height()) > LONGEST_SIDE:
        longest = QSize(LONGEST_SIDE, LONGEST_SIDE)
        reader.setScaledSize(size.scaled(longest, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return Preview(
            warning=warning,
            sentence=tr("This picture is damaged and cannot be shown. Save it to look at it elsewhere."),
        )
    return Preview(picture=image, warning=warning)


def _letter(data: bytes, warning: str) -> Preview:
    read = read_message(data)
    head = read.envelope
    people = ", ".join(f"{person.name} <{person.email}>".strip() for person in head.senders)
    lines = [tr("From: {who}").format(who=people), tr("Subject: {subject}").format(subject=head.subject), "", read.text]
    text = "\n".join(lines)
    return Preview(text=text[:MOST_TEXT], cut=len(text) > MOST_TEXT, warning=warning)


def read_text(data: bytes, *, cut: bool = False) -> str:
    """In the charset it says (byte order mark), else UTF-8, else what it most looks like. `cut`: it may
    end in the middle of a character."""
    for mark, charset in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return decode_body(data, charset)[0]
    try:
        utf8 = codecs.getincrementaldecoder("utf-8")().decode(data, final=not cut)
    except UnicodeDecodeError:
        pass
    else:
        return decode_body(utf8.encode(), "utf-8")[0]
    from charset_normalizer import from_bytes  # late: few files need it

    best = from_bytes(data[:64_000], preemptive_behaviour=False).best()
    return decode_body(data, best.encoding if best is not None else "windows-1252")[0]
