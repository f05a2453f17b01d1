"""A letter as the bytes that travel (RFC 5322, MIME). What was built is read again before anybody sees it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import format_datetime, getaddresses

from app.core.trouble import WrongUse
from app.core.values import Address, Letter
from app.mail import wire
from app.mail.parse import part_content, read_message
from app.mail.words import legible, unword

File = tuple[str, str, bytes]
"""(name, content type, bytes) of an attachment."""

_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_COMPARED = 500_000
_ONCE = frozenset(("from", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references", "mime-version"))
_MAY_BE = _ONCE | {"content-type", "content-transfer-encoding", "content-disposition"}


class BuiltWrong(Exception):
    """What was built does not read as what was asked for: a bug here, and nothing may be sent."""


def new_message_id(domain: str, random_bytes: bytes) -> str:
    """A Message-ID of a fresh letter; it gives away neither time nor machine."""
    name = base64.b32encode(random_bytes).decode().rstrip("=").lower()
    host = re.sub(r"[^A-Za-z0-9.-]", "", domain).strip(".-")
    return f"<{name}@{host or 'localhost'}>"


def recipients(letter: Letter) -> tuple[str, ...]:
    """Everyone the letter goes to, Bcc included, each once, domains in ASCII: what the server is told (RFC 5321)."""
    everyone = (*letter.to, *letter.cc, *letter.bcc)
    return tuple(dict.fromkeys(wire.email_address(address.email) for address in everyone))


def build(
    letter: Letter,
    files: Sequence[File],
    *,
    message_id: str,
    date: float,
    tz_offset_minutes: int = 0,
    boundary_seed: int,
    allow_empty: bool = False,
) -> bytes:
    """The letter with its files, lines ended by CRLF. Bcc is never in it.

    `allow_empty`: recipients may be missing, as in a draft. WrongUse, in a sentence: what was asked for cannot be sent.
    A mail attached whole may hold 8-bit lines; a server without 8BITMIME must not get them.
    """
    if not allow_empty and not (letter.to or letter.cc or letter.bcc):
        raise WrongUse("The letter has no recipient. Nothing was sent.")
    if not re.fullmatch(r"<[!-;=?-~]{1,400}>", message_id):
        raise WrongUse("The letter's own Message-ID is not usable.")
    encoding, content_type, content = _entity(letter, files, _boundaries(boundary_seed))
    header = _header(letter, message_id, date, tz_offset_minutes)
    header += [f"Content-Type: {content_type}", f"Content-Transfer-Encoding: {encoding}"]
    raw = "\r\n".join(header).encode("ascii") + b"\r\n\r\n" + content
    _prove(raw, letter, files, message_id)
    return raw


def _header(letter: Letter, message_id: str, date: float, tz_offset_minutes: int) -> list[str]:
    when = datetime.fromtimestamp(date, UTC).astimezone(timezone(timedelta(minutes=tz_offset_minutes)))
    lines = [f"Date: {format_datetime(when)}", f"From: {wire.mailbox(letter.sender)}"]
    if letter.to:
        lines.append(f"To: {wire.mailboxes(letter.to)}")
    elif not letter.cc and letter.bcc:
        lines.append("To: undisclosed-recipients:;")
    if letter.cc:
        lines.append(f"Cc: {wire.mailboxes(letter.cc)}")
    wire.mailboxes(letter.bcc)  # checked like the others, written nowhere
    lines.append(f"Subject: {wire.unstructured(wire.checked(letter.subject, 'subject'), 9)}".rstrip(" "))
    lines.append(f"Message-ID: {message_id}")
    if _ID.fullmatch(letter.in_reply_to):
        lines.append(f"In-Reply-To: {letter.in_reply_to}")
    chain = [one for one in letter.references if _ID.fullmatch(one)]
    if chain:
        lines.append("References: " + "\r\n ".join(chain))
    lines.append("MIME-Version: 1.0")
    return lines


def _boundaries(seed: int) -> Iterator[str]:
    number = 0
    while True:
        yield "=_" + hashlib.sha256(f"{seed}/{number}".encode()).hexdigest()[:28]
        number += 1


def _entity(letter: Letter, files: Sequence[File], boundaries: Iterator[str]) -> tuple[str, str, bytes]:
    """(encoding, Content-Type, content) of the whole letter."""
    entity = _text("text/plain", letter.text)
    forms = [_part(entity)]
    if letter.html:
        forms.append(_part(_text("text/html", letter.html)))
    if letter.calendar:  # RFC 6047 2.4
        forms.append(_part(_calendar(letter.calendar)))
    if len(forms) > 1:
        entity = _multipart("alternative", forms, boundaries)
    if files:
        entity = _multipart("mixed", [_part(entity), *[_attachment(*file) for file in files]], boundaries)
    return entity


def _text(content_type: str, text: str) -> tuple[str, str, bytes]:
    encoding, content = wire.body(text)
    return encoding, f"{content_type}; charset=utf-8", content


def _calendar(text: str) -> tuple[str, str, bytes]:
    return "base64", "text/calendar; charset=utf-8; method=REPLY", wire.base64_lines(text.encode())


def _part(entity: tuple[str, str, bytes]) -> bytes:
    encoding, content_type, content = entity
    return f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode("ascii") + content


def _multipart(kind: str, parts: list[bytes], boundaries: Iterator[str]) -> tuple[str, str, bytes]:
    boundary = next(boundaries)
    while any(boundary.encode() in part for part in parts):
        boundary = next(boundaries)
    line = b"--" + boundary.encode()
    content = b"".join([line + b"\r\n" + part + b"\r\n" for part in parts]) + line + b"--\r\n"
    encoding = "7bit" if all(part.isascii() for part in parts) else "8bit"
    return encoding, f'multipart/{kind};\r\n boundary="{boundary}"', content


def _attachment(name: str, content_type: str, data: bytes) -> bytes:
    name = _file_name(name)
    content_type = _file_type(content_type)
    encoding, content = "base64", b""
    if content_type == "message/rfc822":
        lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if b"\0" not in data and max(map(len, lines)) <= 998:  # base64 is forbidden here (RFC 2046 5.2.1)
            encoding, content = ("7bit" if data.isascii() else "8bit"), b"\r\n".join(lines)
        else:  # it cannot travel as it is: as a file it can
            content_type = "application/octet-stream"
    if encoding == "base64":
        content = wire.base64_lines(data)
    head = f"Content-Type: {content_type}{wire.parameter('name', name)}\r\n"
    head += f"Content-Disposition: attachment{wire.parameter('filename', name)}\r\n"
    head += f"Content-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + content


def _file_name(name: str) -> str:
    """One line without folders; what looks like an encoded word would be taken for one by half of the readers."""
    name = legible(name).replace("/", "_").replace("\\", "_").replace("=?", "=_").strip()
    return name or "attachment"


def _file_type(content_type: str) -> str:
    content_type = content_type.partition(";")[0].strip().lower()
    usable = _TYPE.fullmatch(content_type) and not content_type.startswith(("multipart/", "message/"))
    return content_type if usable or content_type == "message/rfc822" else "application/octet-stream"


def _prove(raw: bytes, letter: Letter, files: Sequence[File], message_id: str) -> None:
    """Read the bytes with two readers that know nothing of the writer, and compare with what was asked for."""
    head = BytesHeaderParser(policy=compat32).parsebytes(raw)
    names = [name.lower() for name in head]
    if len(set(names)) != len(names) or not set(names) <= _MAY_BE or "subject" not in names or names.count("from") != 1:
        raise BuiltWrong(f"header fields {names}")
    for name, asked in (("From", (letter.sender,)), ("To", letter.to), ("Cc", letter.cc)):
        found = [email for _, email in getaddresses([_unfolded(head.get(name, ""))]) if email]
        if found != _emails(asked):
            raise BuiltWrong(f"{name}: the standard library reads other recipients")
    parsed = read_message(raw)
    envelope = parsed.envelope
    for name, read, asked in (
        ("From", envelope.senders, (letter.sender,)),
        ("To", envelope.to, letter.to),
        ("Cc", envelope.cc, letter.cc),
    ):
        if [address.email for address in read] != _emails(asked):
            raise BuiltWrong(f"{name}: our reader reads other recipients")
    if unword(_unfolded(head.get("Subject", ""))) != letter.subject and letter.subject.strip(" "):
        raise BuiltWrong("the subject reads differently")
    if envelope.message_id != message_id:
        raise BuiltWrong("the Message-ID reads differently")
    if not _same_text(parsed.text, letter.text) and letter.text.strip():
        raise BuiltWrong("the text reads differently")
    first = 1
    if letter.calendar:
        if part_content(raw, 1)[1] != letter.calendar.encode():
            raise BuiltWrong("the calendar reads differently")
        first = 2
    if len(parsed.parts) != len(files) + first - 1:
        raise BuiltWrong(f"{len(parsed.parts)} attachments instead of {len(files)}")
    for number, (name, content_type, data) in enumerate(files, first):
        part, content = part_content(raw, number)
        if part.name != _file_name(name):
            raise BuiltWrong(f"attachment {number} is called otherwise")
        if content != data and content_type.partition(";")[0].strip().lower() != "message/rfc822":
            raise BuiltWrong(f"attachment {number} has other bytes")


def _emails(addresses: Sequence[Address]) -> list[str]:
    return [wire.email_address(address.email) for address in addresses]


def _unfolded(value: object) -> str:
    return str(value).replace("\r\n", "").replace("\n", "")


def _same_text(one: str, other: str) -> bool:
    """Equal but for line ends, control characters and white space at the ends, which no mail carries faithfully.

    Of a very long text the beginning is compared.
    """

    def plain(text: str) -> list[str]:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return ["".join(c for c in line if c == "\t" or c.isprintable()) for line in lines]

    other = other.encode("utf-8", "replace").decode("utf-8")
    if len(other) > _COMPARED:
        return plain(one[: _COMPARED + 1000])[:100] == plain(other[: _COMPARED + 1000])[:100]
    return "\n".join(plain(one)).strip() == "\n".join(plain(other)).strip()
