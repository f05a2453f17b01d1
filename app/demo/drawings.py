"""Small files for attachments and inline images, drawn here: valid, a few kilobytes, the same bytes every time."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

Row = Sequence[str]

_INK = ((255, 255, 255), (243, 244, 247), (56, 84, 204), (47, 143, 131), (200, 120, 44), (139, 58, 120), (40, 46, 60))
"""Palette: paper, mist, indigo, teal, amber, plum, slate."""


@lru_cache(maxsize=64)
def bars(values: tuple[int, ...], ink: int = 2, width: int = 480, height: int = 160) -> bytes:
    """A bar chart as PNG; the last bar stands out."""
    top = max(values)
    slot = width // len(values)
    gap = max(2, slot // 5)
    lines = []
    for y in range(height):
        line = bytearray()
        for index, value in enumerate(values):
            filled = height - y <= value * (height - 12) // top
            colour = (ink + 2 if index == len(values) - 1 else ink) if filled else (1 if y % 40 == 0 else 0)
            line += bytes([1 if y % 40 == 0 else 0]) * gap + bytes([colour]) * (slot - gap)
        lines.append(bytes(line.ljust(width, b"\0")))
    return _png(width, lines)


@lru_cache(maxsize=64)
def scene(variant: int, width: int = 560, height: int = 180) -> bytes:
    """A header picture as PNG: hills and a sun, in other colours and shapes for each `variant`."""
    sky, near, far, sun = ((1, 3, 2, 4), (6, 2, 5, 4), (1, 5, 4, 2), (3, 6, 2, 0), (0, 2, 3, 5))[variant % 5]
    centre, radius = width * (2 + variant % 6) // 9, 26 + variant * 7 % 20
    canvas = bytearray(width * height)
    for x in range(width):
        column = bytearray(bytes([sky]) * height)
        reach = math.isqrt(max(0, radius * radius - (x - centre) ** 2))
        column[58 - reach : 58 + reach] = bytes([sun]) * (2 * reach)
        for ink, level, turn in ((far, 0.55, variant), (near, 0.75, variant * 2 + 1)):
            wave = 18 * math.sin(x / (40 + 9 * (variant % 4)) + turn) + 9 * math.sin(x / 17 + variant)
            edge = int(height * level + wave)
            column[edge:] = bytes([ink]) * (height - edge)
        canvas[x::width] = column
    return _png(width, [bytes(canvas[y * width : (y + 1) * width]) for y in range(height)])


@lru_cache(maxsize=16)
def badge(ink: int, size: int = 48) -> bytes:
    """A round logo as PNG."""
    lines = []
    for y in range(size):
        reach = math.isqrt(max(0, (size // 2) ** 2 - (y - size // 2) ** 2))
        hole = math.isqrt(max(0, (size // 5) ** 2 - (y - size // 2) ** 2))
        line = bytearray(size)
        line[size // 2 - reach : size // 2 + reach] = bytes([ink]) * (2 * reach)
        line[size // 2 - hole : size // 2 + hole] = bytes(2 * hole)
        lines.append(bytes(line))
    return _png(size, lines)


def _png(width: int, lines: Sequence[bytes]) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, len(lines), 8, 3, 0, 0, 0)
    palette = b"".join(bytes(colour) for colour in _INK)
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), 6)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"PLTE", palette)
        + chunk(b"IDAT", pixels)
        + chunk(b"IEND", b"")
    )


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One A4 page of text in Helvetica (PDF 1.4)."""

    def shown(text: str) -> str:
        return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

    page = [f"BT /F2 20 Tf 60 770 Td ({shown(title)}) Tj ET", "0.85 w 60 756 m 535 756 l S"]
    page += [f"BT /F1 11 Tf 60 {728 - 18 * i} Td ({shown(line)}) Tj ET" for i, line in enumerate(lines)]
    stream = "\n".join(page).encode("cp1252", "replace")
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%b /Encoding /WinAnsiEncoding >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()


_OFFICE = "http://schemas.openxmlformats.org"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def xlsx(rows: Sequence[Row]) -> bytes:
    """A workbook with one sheet of text and numbers (ECMA-376, inline strings)."""

    def cell(text: str) -> str:
        if text.replace(".", "", 1).isdigit():
            return f"<c><v>{text}</v></c>"
        return f'<c t="inlineStr"><is><t>{escape(text)}</t></is></c>'

    sheet = "".join(f"<row>{''.join(cell(text) for text in row)}</row>" for row in rows)
    package = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OFFICE}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{package}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{package}.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship Id="r1"'
        f' Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_OFFICE}/spreadsheetml/2006/main"'
        f' xmlns:r="{_OFFICE}/officeDocument/2006/relationships"><sheets>'
        '<sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OFFICE}/package/2006/relationships"><Relationship'
        f' Id="r1" Type="{_OFFICE}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_OFFICE}/spreadsheetml/2006/main">'
        f"<sheetData>{sheet}</sheetData></worksheet>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), _XML + text, zipfile.ZIP_DEFLATED)
    return out.getvalue()
