"""File names out of mails."""

import json
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pathvalidate import validate_filename

from app.mail.names import MOST_BYTES, numbered, safe_filename

NAUGHTY = Path(__file__).parents[3] / "shared" / "corpora" / "strings-blns" / "payloads.jsonl"


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
        ("-rf", "rf"),
        ("--help.txt", "help.txt"),
        ("a.txt:evil.exe", "a.txt_evil.exe"),
        ("a.exe::$DATA", "a.exe__$DATA"),
        ("CON", "_CON"),
        ("com¹.txt", "_com¹.txt"),
        ("Desktop.ini", "_Desktop.ini"),
        ("autorun.inf", "_autorun.inf"),
        (".desktop", "desktop"),
        ("\u200fa\u200e.txt", "a.txt"),
        ("~/.ssh/authorized_keys", "authorized_keys"),
        ("...", "attachment"),
        ("e\u0301.txt", "é.txt"),
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


@given(st.text(max_size=400))
def test_a_library_of_others_finds_nothing_wrong_with_it_on_any_system(name: str) -> None:
    for platform in ("windows", "linux", "macos", "universal"):
        validate_filename(safe_filename(name), platform=platform)


@given(st.text(alphabet="./\\:-_ ~a\u202e\u200fnul\0\ré", max_size=60), st.integers(1, 9_999))
def test_names_of_what_systems_take_for_more_than_a_letter_stay_in_their_folder(name: str, number: int) -> None:
    safe = numbered(safe_filename(name), number)
    assert (PurePosixPath("/there") / safe).parent == PurePosixPath("/there")
    assert (PureWindowsPath("C:/there") / safe).parent == PureWindowsPath("C:/there")
    assert not PureWindowsPath(safe).is_reserved()
    assert safe[0] not in ".- " and safe[-1] not in ". "
    assert len(safe.encode()) <= 255 and len(safe.encode("utf-16-le")) <= 2 * 255


@pytest.mark.parametrize(
    ("name", "number", "other"),
    [
        ("plan.pdf", 1, "plan.pdf"),
        ("plan.pdf", 2, "plan (2).pdf"),
        ("README", 3, "README (3)"),
        ("a.tar.gz", 2, "a.tar (2).gz"),
    ],
)
def test_a_taken_name_gets_a_number_before_its_extension(name: str, number: int, other: str) -> None:
    assert numbered(name, number) == other


def names_in_corpora() -> list[str]:
    """What others test names with, and what is in mail that came."""
    return [json.loads(line)["payload"] for line in NAUGHTY.read_text(encoding="utf-8").splitlines() if line]


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the corpora are not here")
def test_naughty_strings_make_files_that_can_be_written(tmp_path: Path) -> None:
    for name in names_in_corpora():
        path = tmp_path / safe_filename(name)
        path.write_bytes(b"")
        assert path.parent == tmp_path and path.is_file() and not path.is_symlink()
    assert len(list(tmp_path.iterdir())) > 100
