"""What a file is by its first bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.kinds import Kind, contradicts, kind_of


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"\x89PNG\r\n\x1a\nrest", Kind.PNG),
        (b"\xff\xd8\xff\xe0", Kind.JPEG),
        (b"RIFF\0\0\0\0WEBPVP8 ", Kind.WEBP),
        (b"RIFF\0\0\0\0WAVE", Kind.MEDIA),
        (b"BM\x10\0\0\0\0\0\0\0" + b"\0" * 40, Kind.BMP),
        (b"BMW is a car.", Kind.TEXT),
        (b"\n%PDF-1.7", Kind.PDF),
        (b"PK\x03\x04", Kind.ZIP),
        (b"MZ\x90\0", Kind.PROGRAM),
        (b"\x7fELF", Kind.PROGRAM),
        (b"#!/bin/sh\n", Kind.SCRIPT),
        (b"\xef\xbb\xbf[Desktop Entry]\nExec=x", Kind.SCRIPT),
        (b"# c\n\n[Desktop Entry]", Kind.SCRIPT),
        (b" <!DOCTYPE html><p>", Kind.HTML),
        (b"<svg onload=x>", Kind.XML),
        ("größer".encode(), Kind.TEXT),
        ("größer".encode("utf-16"), Kind.TEXT),
        (b"a\0b", Kind.UNKNOWN),
    ],
)
def test_first_bytes_tell(data: bytes, kind: Kind) -> None:
    assert kind_of(data) is kind


@given(st.binary(max_size=3000))
def test_any_bytes_are_some_kind(data: bytes) -> None:
    assert isinstance(kind_of(data), Kind)


@pytest.mark.parametrize(
    ("name", "kind", "lies"),
    [
        ("a.pdf", Kind.PDF, False),
        ("a.pdf", Kind.PROGRAM, True),
        ("a.pdf", Kind.TEXT, True),
        ("a.JPG", Kind.PNG, True),
        ("a.docx", Kind.ZIP, False),
        ("a.doc", Kind.RTF, False),
        ("a.unheard", Kind.PROGRAM, False),
        ("a", Kind.PNG, False),
        ("a.pdf", Kind.EMPTY, False),
        ("a.csv", Kind.TEXT, False),
    ],
)
def test_a_name_that_says_something_else_is_noticed(name: str, kind: Kind, lies: bool) -> None:
    assert contradicts(name, kind) is lies
