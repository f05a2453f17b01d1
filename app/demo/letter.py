"""From a written letter to the bytes of a mail, the same bytes every time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.base64mime import body_encode
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from html import escape
from pathlib import PurePath

POLICY = compat32.clone(linesep="\r\n", max_line_length=78)

_TYPES = {
    ".csv": "text/csv",
    ".ics": "text/calendar",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}


@dataclass(frozen=True, slots=True)
class Person:
    """`zone`: hours ahead of UTC that their clock shows, None = this computer's."""

    name: str
    email: str
    zone: float | None = None

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail in words. `html` "" = no HTML part; `text` "" = no plain part."""

    sender: Person
    to: Sequence[Person]
    cc: Sequence[Person] = ()
    subject: str
    sent: datetime
    message_id: str = ""
    references: Sequence[str] = ()
    text: str = ""
    html: str = ""
    images: Mapping[str, bytes] = field(default_factory=dict)
    files: Sequence[tuple[str, bytes]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    charset: str = "utf-8"
    invitation: str = ""
    """An iCalendar object to carry as a further alternative (RFC 6047)."""


def compose(letter: Letter, *, arrived: bool) -> bytes:
    """Make the mail. `arrived`: with the marks of a mail server that received it, as opposed to a sent copy or draft."""
    mail = _content(letter)
    body_headers = list(mail.items())
    for name in mail:
        del mail[name]
    if arrived:
        _stamp(mail, letter)
    mail["Date"] = format_datetime(letter.sent)
    mail["From"] = _addresses([letter.sender])
    if letter.to:
        mail["To"] = _addresses(letter.to)
    if letter.cc:
        mail["Cc"] = _addresses(letter.cc)
    mail["Subject"] = _header(letter.subject, "Subject")
    if letter.message_id:
        mail["Message-ID"] = letter.message_id
    if letter.references:
        mail["In-Reply-To"] = letter.references[-1]
        mail["References"] = "\r\n ".join(letter.references)
    for name, value in letter.headers.items():
        mail[name] = _header(value, name)
    mail["MIME-Version"] = "1.0"
    for name, value in body_headers:
        if name != "MIME-Version":
            mail[name] = value
    _name_boundaries(mail, letter)
    return mail.as_bytes(policy=POLICY)


def paragraphs(text: str) -> str:
    """Plain text as simple HTML: paragraphs, numbered and dotted lists, **strong** words, links, quotations."""
    blocks = []
    for block in text.strip().split("\n\n"):
        lines = block.split("\n")
        if all(re.match(r"\d+\. ", line) for line in lines):
            items = "".join(f"<li>{_inline(line.partition(' ')[2])}</li>" for line in lines)
            blocks.append(f"<ol>{items}</ol>")
        elif all(line.startswith("- ") for line in lines):
            blocks.append("<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>")
        elif all(line.startswith(">") for line in lines):
            inner = "\n".join(line[1:].removeprefix(" ") for line in lines)
            blocks.append(f'<blockquote type="cite">{paragraphs(inner)}</blockquote>')
        else:
            blocks.append("<p>" + "<br>\n".join(_inline(line) for line in lines) + "</p>")
    return "\n".join(blocks)


def plain(text: str) -> str:
    """The same text without the marks for strong words."""
    return text.replace("**", "")


def quoted(text: str) -> str:
    """Each line with the mark of a quotation (RFC 3676 4.5)."""
    return "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in text.split("\n"))


def _inline(line: str) -> str:
    strong = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(line, quote=False))
    return re.sub(r"(https://[^\s<]+[^\s<.,)])", r'<a href="\1">\1</a>', strong)


def _content(letter: Letter) -> Message:
    bodies: list[Message] = []
    if letter.text or not letter.html:
        bodies.append(_text(plain(letter.text), "plain", letter.charset))
    if letter.html:
        page = _text(letter.html, "html", letter.charset)
        bodies.append(_joined("related", [page, *(_image(key, data) for key, data in letter.images.items())]))
    if letter.invitation:
        invitation = _text(letter.invitation.replace("\n", "\r\n"), "calendar", "utf-8")
        invitation.set_param("method", "REQUEST" if "METHOD:REQUEST" in letter.invitation else "REPLY")
        bodies.append(invitation)
    body = _joined("alternative", bodies)
    return _joined("mixed", [body, *(_file(name, data) for name, data in letter.files)])


def _joined(kind: str, parts: Sequence[Message]) -> Message:
    if len(parts) == 1:
        return parts[0]
    whole = MIMEMultipart(kind)
    for part in parts:
        del part["MIME-Version"]
        whole.attach(part)
    return whole


def _text(text: str, kind: str, charset: str) -> Message:
    text = text.strip("\n") + "\n"
    if text.isascii() and max(map(len, text.split("\n"))) < 900:
        return MIMEText(text, kind, "us-ascii")
    if charset == "iso-2022-jp":  # a 7-bit encoding: goes as it is
        part = MIMENonMultipart("text", kind, charset=charset)
        part["Content-Transfer-Encoding"] = "7bit"
        part.set_payload(text.encode(charset).decode("ascii"))
        return part
    encoding = Charset(charset)
    # What is mostly not Latin gets longer and unreadable as quoted-printable.
    encoding.body_encoding = BASE64 if sum(ord(letter) > 0x24F for letter in text) * 3 > len(text) else QP
    return MIMEText(text, kind, encoding)  # type: ignore[arg-type]


def _image(key: str, data: bytes) -> Message:
    part = MIMEImage(data, "png")
    part["Content-ID"] = f"<{key}>"
    part.add_header("Content-Disposition", "inline", filename=f"{key}.png")
    return part


def _file(name: str, data: bytes) -> Message:
    kind, _, subkind = _TYPES[PurePath(name).suffix].partition("/")
    part: Message
    if kind == "text":
        part = MIMEText(data.decode("utf-8"), subkind, "utf-8")
    else:
        part = MIMEBase(kind, subkind)
        _in_base64(part, data)
    part.add_header("Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name))
    return part


def _in_base64(part: Message, data: bytes) -> None:
    part.set_payload(body_encode(data))
    part["Content-Transfer-Encoding"] = "base64"


def _addresses(people: Sequence[Person]) -> str:
    return ",\r\n ".join(
        person.email
        if not person.name
        else formataddr((person.name, person.email))
        if person.name.isascii()
        else f"{Header(person.name, 'utf-8').encode()} <{person.email}>"
        for person in people
    )


def _header(value: str, name: str) -> str:
    if value.isascii() and len(name) + len(value) < 76:
        return value
    return Header(value, None if value.isascii() else "utf-8", header_name=name).encode(linesep="\r\n")


def _stamp(mail: Message, letter: Letter) -> None:
    domain = letter.sender.domain
    mark = hashlib.sha256(letter.message_id.encode()).hexdigest()[:12]
    mail["Return-Path"] = f"<{letter.sender.email}>"
    verdict = "fail" if "X-Spam-Flag" in letter.headers else "pass"
    mail["Authentication-Results"] = (
        f"mx.fernhill.example;\r\n dkim={verdict} header.d={domain};\r\n dmarc={verdict} header.from={domain}"
    )
    mail["Received"] = (
        f"from mail.{domain} by mx.fernhill.example\r\n with ESMTPS id {mark};\r\n {format_datetime(letter.sent)}"
    )


def _name_boundaries(mail: Message, letter: Letter) -> None:
    """Boundaries would be drawn at random otherwise."""
    seed = hashlib.sha256(f"{letter.message_id}{letter.sent}".encode()).hexdigest()[:20]
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{seed}")
