"""File names out of mails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.names import MOST_BYTES, is_dangerous, safe_filename


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ("/", "attachment"),
        ("..", "attachment"),
        ("", "attachment"),
        (".bashrc", "bashrc"),
        ("a. .", "a"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("nul .pdf", "_nul .pdf"),
        ("a\r\nb\0c.txt", "a bc.txt"),
        ("x\u202egpj.exe", "xgpj.exe"),
        ("a:b|c?.txt", "a_b_c_.txt"),
        ("\ud800.txt", "_.txt"),
    ],
)
def test_names_become_safe(name: str, safe: str) -> None:
    assert safe_filename(name) == safe


def test_long_names_keep_their_extension() -> None:
    name = safe_filename("ü" * 300 + ".docx")
    assert name.endswith("ü.docx")
    assert len(name.encode()) <= MOST_BYTES


@given(st.text(max_size=400))
def test_whatever_the_name_the_result_is_one_plain_name(name: str) -> None:
    safe = safe_filename(name)
    assert 0 < len(safe.encode()) <= MOST_BYTES
    assert not set(safe) & set('/\\:*?"<>|\0\r\n')
    assert safe == safe.strip(" .")
    assert safe_filename(safe) == safe


@pytest.mark.parametrize(
    "name",
    [
        "a.exe",
        "a.pdf.exe",
        "a.exe.pdf",
        "a.EXE ",
        "a.desktop",
        "a.js",
        "a.lnk",
        "a.jar",
        "a.vbs",
        "a.docm",
        "x.\u202escr",
    ],
)
def test_programs_are_dangerous(name: str) -> None:
    assert is_dangerous(name, "application/octet-stream")


@pytest.mark.parametrize(
    "name", ["a.pdf", "a.html", "exe", "example.com.pdf", "a.docx", "photo.jpg", "", "archive.zip"]
)
def test_documents_are_not(name: str) -> None:
    assert not is_dangerous(name, "application/octet-stream")


def test_a_dangerous_type_is_enough() -> None:
    assert is_dangerous("readme.txt", "Application/X-MSDownload; name=x")
