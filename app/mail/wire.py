"""Pieces of a message in the form they travel in: encoded words, addresses, file names, bodies (RFC 5322, 2045–2047, 2231)."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from urllib.parse import quote

from app.core.trouble import Fix, WrongUse
from app.core.values import Address

_PLAIN_HEADER = re.compile(r"[!-~]+(?: [!-~]+)*")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-][A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{0,63}|\"[!#-\[\]-~ ]{1,62}\"")
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LITERAL = re.compile(r"\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]")
_BREAKING = re.compile("[\r\n\0]")
_UNSAFE_TEXT = re.compile(rb"[^\t\n -~]|[ \t](?:\n|\Z)|(?:\A|\n)(?:From |\.)|[^\n]{77}")
_TO_QUOTE = re.compile(rb"[^\t !-<>-~]")


def checked(text: str, what: str) -> str:
    """Refuse what could start a new line in a header. WrongUse names the field."""
    if _BREAKING.search(text):
        raise WrongUse(f"The {what} contains a line break. Nothing was sent; write it on one line.")
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise WrongUse(f"The {what} contains broken characters. Nothing was sent; type it again.")
    return text


def unstructured(text: str, indent: int) -> str:
    """A header value, folded, that decodes to exactly this text. `indent`: what stands before it on its first line."""
    words = text.split(" ")
    if not text:
        return ""
    if _PLAIN_HEADER.fullmatch(text) and "=?" not in text and max(map(len, words)) < 66 and len(text) < 900:
        lines = [""]
        for word in words:
            room = 76 - (indent if len(lines) == 1 else 1)
            if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
                lines.append(word)
            else:
                lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
        return "\r\n ".join(lines)
    return "\r\n ".join(encoded_words(text))


def encoded_words(text: str) -> list[str]:
    """UTF-8 encoded words, never splitting a character (RFC 2047 5)."""
    out: list[str] = []
    chunk = b""
    for character in text:
        data = character.encode()
        if len(chunk) + len(data) > 39:
            out.append(chunk.decode())
            chunk = b""
        chunk += data
    out.append(chunk.decode())
    return [f"=?utf-8?B?{base64.b64encode(piece.encode()).decode()}?=" for piece in out if piece]


def email_address(email: str) -> str:
    """The address as servers want it, its domain in ASCII (IDNA). WrongUse in words where it is none."""
    email = checked(email, "address").strip()
    local, at, domain = email.rpartition("@")
    if not at or not local or not domain or len(email) > 320:
        raise WrongUse(f"“{email[:100]}” is not a complete mail address.", Fix.ADDRESS)
    if not local.isascii():
        raise WrongUse(
            f"“{email[:100]}” has letters before the @ that cannot be sent to yet. Nothing was sent.", Fix.ADDRESS
        )
    if not _LITERAL.fullmatch(domain):
        if not domain.isascii():
            try:
                domain = domain.lower().encode("idna").decode("ascii")
            except UnicodeError:
                domain = ""
        if len(domain) > 253 or not all(_LABEL.fullmatch(label) for label in domain.split(".")):
            raise WrongUse(f"“{email[:100]}” has no valid server name after the @.", Fix.ADDRESS)
    if not _LOCAL.fullmatch(local):
        raise WrongUse(f"“{email[:100]}” is not a valid mail address.", Fix.ADDRESS)
    return f"{local}@{domain}"


def mailbox(address: Address) -> str:
    """`Name <address>`, the name quoted or encoded as it must be."""
    email = email_address(address.email)
    name = checked(address.name, "name of a recipient").strip()
    if not name:
        return email
    if len(name) <= 60 and "=?" not in name and _PLAIN_NAME.fullmatch(name):
        return f"{name} <{email}>"
    if len(name) <= 60 and "=?" not in name and name.isascii() and name.isprintable():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{email}>'
    return "\r\n ".join([*encoded_words(name), f"<{email}>"])


def mailboxes(addresses: Iterable[Address]) -> str:
    return ",\r\n ".join(mailbox(address) for address in addresses)


def parameter(name: str, value: str) -> str:
    """`; name=value` on lines of its own; long or non-ASCII values as RFC 2231 wants them."""
    if value.isascii() and value.isprintable() and len(value) <= 60 and "=?" not in value:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{escaped}"'
    coded = quote(value.encode("utf-8", "replace"), safe="")
    if len(coded) <= 60:
        return f";\r\n {name}*=utf-8''{coded}"
    pieces: list[str] = [""]
    for character in value:
        piece = quote(character.encode("utf-8", "replace"), safe="")
        if len(pieces[-1]) + len(piece) > 54:
            pieces.append("")
        pieces[-1] += piece
    pieces[0] = "utf-8''" + pieces[0]
    return "".join(f";\r\n {name}*{index}*={piece}" for index, piece in enumerate(pieces))


def body(text: str) -> tuple[str, bytes]:
    """(Content-Transfer-Encoding, encoded body with CRLF) of a text; single carriage returns become line ends."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if text and not text.endswith("\n"):
        text += "\n"
    data = text.encode("utf-8", "replace")
    if not _UNSAFE_TEXT.search(data):
        return "7bit", data.replace(b"\n", b"\r\n")
    if len(_TO_QUOTE.findall(data)) - data.count(b"\n") > len(data) // 4:
        return "base64", base64_lines(data.replace(b"\n", b"\r\n"))
    return "quoted-printable", _quoted_printable(data)


def base64_lines(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n") if data else b""


def _quoted_printable(data: bytes) -> bytes:
    """RFC 2045 6.7, with dots and `From ` at the start of a line quoted, since gateways change them."""
    out: list[bytes] = []
    lines = data.split(b"\n")
    if not lines[-1]:
        lines.pop()
    for line in lines:
        coded = _TO_QUOTE.sub(lambda m: b"=%02X" % m[0][0], line)
        if coded.endswith((b" ", b"\t")):
            coded = coded[:-1] + b"=%02X" % coded[-1]
        while True:
            if coded.startswith(b"."):
                coded = b"=2E" + coded[1:]
            elif coded.startswith(b"From "):
                coded = b"=46" + coded[1:]
            if len(coded) <= 76:
                out.append(coded)
                break
            cut = 75
            if coded[cut - 1 : cut] == b"=":
                cut -= 1
            elif coded[cut - 2 : cut - 1] == b"=":
                cut -= 2
            out.append(coded[:cut] + b"=")
            coded = coded[cut:]
    return b"".join([line + b"\r\n" for line in out])
