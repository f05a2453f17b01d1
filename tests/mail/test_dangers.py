"""Which attachments never open by a click."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.dangers import Danger, danger_of, dangers, is_dangerous
from app.mail.names import safe_filename

UNKNOWN = "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "danger"),
    [
        ("a.exe", Danger.PROGRAM),
        ("invoice.pdf.exe", Danger.PROGRAM),
        ("invoice.pdf                                        .exe", Danger.PROGRAM),
        ("a.exe.pdf", Danger.DISGUISE),
        ("a.EXE ", Danger.PROGRAM),
        ("a.exe. .", Danger.PROGRAM),
        ("a.exe/", Danger.PROGRAM),
        ("a.txt:b.exe", Danger.PROGRAM),
        ("a.exe\u200b", Danger.PROGRAM),
        ("a.e\u00adxe", Danger.PROGRAM),
        ("a.ｅｘｅ.exe", Danger.PROGRAM),
        ("a.desktop", Danger.SHORTCUT),
        ("a.js", Danger.SCRIPT),
        ("a.lnk", Danger.SHORTCUT),
        ("a.jar", Danger.PROGRAM),
        ("a.vbs", Danger.SCRIPT),
        ("a.docm", Danger.MACROS),
        ("a.iso", Danger.DISK),
        ("a.msi", Danger.INSTALLER),
        ("a.reg", Danger.SETTINGS),
        ("x.\u202escr", Danger.DISGUISE),
        ("photo\u202egpj.exe", Danger.DISGUISE),
        ("photo\u202eexe.jpg", Danger.DISGUISE),
        ("Desktop.ini", Danger.SETTINGS),
    ],
)
def test_what_runs_is_dangerous_and_says_why(name: str, danger: Danger) -> None:
    assert danger_of(name, UNKNOWN) is danger


@pytest.mark.parametrize(
    "name",
    [
        "a.pdf",
        "a.html",
        "exe",
        "example.com.pdf",
        "a.docx",
        "photo.jpg",
        "",
        "archive.zip",
        "a.exe_notes.txt",
        "report.bin",
    ],
)
def test_documents_are_not(name: str) -> None:
    assert danger_of(name, UNKNOWN) is None


def test_a_dangerous_type_is_enough() -> None:
    assert is_dangerous("readme.txt", "Application/X-MSDownload; name=x")


def test_the_lists_hold_what_other_programs_block() -> None:
    known = dangers()
    assert len(known.extensions) >= 60 and len(known.types) >= 60
    gmail = """ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img
    ins iso isp jar
    jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc wsf wsh xll"""
    data = {
        "lib",
        "ex",
        "ex_",
        "nsh",
    }  # sent as plain data; what is packed or only means something to its own installer
    assert set(gmail.split()) - data <= known.extensions.keys()
    assert all(each == each.lower().strip(". ") for each in known.extensions)
    assert all("/" in each and each == each.lower() for each in known.types)


@given(st.text(max_size=60), st.sampled_from(sorted(dangers().extensions)))
def test_whatever_stands_before_it_an_extension_that_runs_is_seen(name: str, extension: str) -> None:
    assert is_dangerous(f"{name}.{extension}", UNKNOWN) or not name.strip(" .")


@given(st.text(max_size=60))
def test_making_a_name_safe_makes_no_program_of_it(name: str) -> None:
    if is_dangerous(safe_filename(name), UNKNOWN):
        assert is_dangerous(name, UNKNOWN)
