"""What Outlook packs into a `winmail.dat`: its files and words, and nothing it can do to us."""

from __future__ import annotations

import contextlib
import struct
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail import tnef
from app.mail.parse import part_content, read_for_index, read_message
from app.mail.tnef import NotTnef, unpack

SAMPLES = Path(__file__).parents[3] / "shared" / "corpora" / "mimekit" / "UnitTests" / "TestData" / "tnef"
here = pytest.mark.skipif(not SAMPLES.exists(), reason="the corpora are not here")


def thing(name: int, data: bytes, level: int = 2) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def packed(*files: tuple[str, bytes], body: bytes = b"", more: bytes = b"") -> bytes:
    out = tnef.SIGNATURE + b"\1\0" + more
    if body:
        out += thing(0x800C, body, level=1)
    for name, data in files:
        out += thing(0x9002, b"\0" * 14) + thing(0x8010, name.encode() + b"\0") + thing(0x800F, data)
    return out + b"\0" * 12


def mail(data: bytes, text: str = "", name: str = "winmail.dat", kind: str = "ms-tnef") -> bytes:
    letter = EmailMessage()
    letter["Subject"] = "Packed"
    letter.set_content(text)
    letter.add_attachment(b"before", "text", "plain", filename="before.txt")
    letter.add_attachment(data, "application", kind, filename=name)
    return letter.as_bytes()


def test_its_files_stand_in_the_place_of_the_packet() -> None:
    raw = mail(packed(("plan.pdf", b"%PDF-1.7"), ("../evil.exe", b"MZ")), "Hello")
    parts = read_message(raw).parts
    assert [part.name for part in parts] == ["before.txt", "plan.pdf", "../evil.exe"]
    assert parts[1].content_type == "application/pdf" and parts[1].size == 8
    assert [part_content(raw, part.number)[1] for part in parts] == [b"before", b"%PDF-1.7", b"MZ"]
    assert [part.name for part in read_for_index(raw).parts] == [part.name for part in parts]
    assert "plan.pdf" in read_for_index(raw).index_text


def test_its_words_are_read_where_the_mail_has_none_of_its_own() -> None:
    alone = mail(packed(body=b"Words from inside"))
    assert read_message(alone).text.strip() == "Words from inside"
    assert read_for_index(alone).snippet == "Words from inside"
    assert read_message(mail(packed(body=b"Words from inside"), "Outside")).text.strip() == "Outside"


@pytest.mark.parametrize("data", [b"", b"no such thing", tnef.SIGNATURE, tnef.SIGNATURE + b"\0" * 40])
def test_what_cannot_be_opened_is_shown_as_the_file_it_is(data: bytes) -> None:
    (_, part) = read_message(mail(data, "Hello")).parts
    assert part.name == "winmail.dat" and part_content(mail(data, "Hello"), part.number)[1] == data


def test_it_is_known_by_its_name_as_well() -> None:
    raw = mail(packed(("a.txt", b"x")), kind="octet-stream", name="WINMAIL.DAT")
    assert [part.name for part in read_message(raw).parts] == ["before.txt", "a.txt"]


@here
def test_what_others_unpack_is_unpacked() -> None:
    seen = 0
    for listing in SAMPLES.glob("*.list"):
        sample = listing.with_suffix(".tnef")
        if not sample.exists():
            continue
        found = unpack(sample.read_bytes())
        names = {file.name for file in found.files}
        wanted = {name for name in listing.read_text().split("\n") if name and not name.startswith("body.")}
        assert wanted <= names, sample.name
        for file in found.files:
            true = SAMPLES / listing.stem / file.name
            if true.exists():
                assert file.data.splitlines() == true.read_bytes().splitlines()
        seen += 1
    assert seen >= 5


def bombs() -> list[bytes]:
    many = struct.pack("<I", 0xFFFFFFFF)
    short = struct.pack("<IHHI", 1, 0x1002, 0x10, 0xFFFFFFFF)
    values = struct.pack("<IHHI", 1, 0x1E, 0x10, 0xFFFFFFFF)
    inner = packed(("x", b"y"))
    for _ in range(tnef.MOST_DEPTH + 2):
        block = tnef._EMBEDDED + inner
        block += b"\0" * (-len(block) % 4)
        properties = struct.pack("<IHHII", 1, 0x0D, 0x3701, 1, len(block)) + block
        inner = packed(more=thing(0x9002, b"\0" * 14) + thing(0x9005, properties))
    return [
        packed(more=thing(0x9003, many + b"\0" * 64, level=1)),
        packed(more=thing(0x9003, short + b"\0" * 64, level=1)),
        packed(more=thing(0x9003, values + b"\0" * 64, level=1)),
        packed(more=thing(0x9004, many * 20, level=1)),
        packed(more=thing(0x9002, b"") * 200_000),
        inner,
        packed(*((f"{n}", b"") for n in range(tnef.MOST_FILES + 5))),
        b"\0" * (tnef.MOST_BYTES + 1),
    ]


@pytest.mark.parametrize("number", range(len(bombs())))
def test_a_bomb_costs_little(number: int) -> None:
    started = time.perf_counter()
    with contextlib.suppress(NotTnef):
        assert unpack(bombs()[number]).files == ()
    assert time.perf_counter() - started < 1.0


def test_a_message_inside_a_message_gives_its_files() -> None:
    block = tnef._EMBEDDED + packed(("inner.txt", b"deep"), body=b"Letter")
    block += b"\0" * (-len(block) % 4)
    properties = struct.pack("<IHHII", 1, 0x0D, 0x3701, 1, len(block)) + block
    found = unpack(packed(more=thing(0x9002, b"\0" * 14) + thing(0x9005, properties)))
    assert [(file.name, file.data) for file in found.files] == [("message.txt", b"Letter"), ("inner.txt", b"deep")]


@settings(max_examples=150, deadline=1000)
@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
def test_broken_ones_are_refused_and_nothing_else_happens(noise: bytes, at: int, value: int) -> None:
    whole = bytearray(packed(("a.txt", b"abc"), body=b"Hello", more=thing(0x9003, noise, level=1)))
    whole[at % len(whole)] = value
    with contextlib.suppress(NotTnef):
        unpack(bytes(whole))
