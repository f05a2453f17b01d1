"""What keeps the windows from opening is said in one, and so is what breaks under them."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.disk import closed, full
from app.core.events import CommandFailed, Remedy
from app.core.trouble import Trouble
from app.engine.house import Chances, House
from app.gui.application import SILENCE, Slips, Start, begin
from app.gui.hindrance import Hindrance
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.remote.secrets import MemorySecrets


def start(profile: Path) -> Start:
    chances = Chances(clock=time.time, jitter=lambda: 0.5, random=os.urandom)
    return Start(
        profile=profile,
        make_house=lambda emit, carry: House(profile, MemorySecrets(), chances, emit, carry),
        clock=time.time,
    )


def test_a_damaged_library_is_said_and_tried_again(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    file = profile / "library.db"
    file.write_bytes(b"this is not a database, " * 1000)
    heard: list[str] = []

    def mend(trouble: Trouble) -> bool:
        heard.append(str(trouble))
        file.unlink()
        return True

    application = begin(start(profile), mend)

    assert len(heard) == 1 and heard[0].startswith("The library file is damaged. Your mail in the mailbox is safe.")
    application.close()
    application.window.deleteLater()


def test_whoever_does_not_try_again_gets_the_reason(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "profile").write_text("a file where the folder should be")
    with pytest.raises(Trouble, match="something else has its name"):
        begin(start(tmp_path / "profile"), lambda _trouble: False)


@pytest.mark.parametrize(("press", "answer"), [("hindrance-again", True), ("hindrance-close", False), ("", False)])
def test_the_window_says_what_happened_and_what_is_safe(
    qapp: QApplication, qtbot: QtBot, press: str, answer: bool
) -> None:
    dialog = Hindrance(Theme(), closed())
    dialog.show()
    sentence, detail = (dialog.findChild(Label, f"hindrance-{part}") for part in ("sentence", "detail"))
    assert isinstance(sentence, Label) and sentence.text() == "Tandem may not write into its own folder."
    assert isinstance(detail, Label) and detail.text().startswith("Your mail is safe, and nothing was changed.")
    if press:
        button = dialog.findChild(Button, press)
        assert isinstance(button, Button)
        button.click()
    else:
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible() and (dialog.result() == 1) is answer
    dialog.deleteLater()


def test_trouble_in_a_slot_is_said_once_in_a_while_and_a_mistake_is_not_hidden(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told: list[CommandFailed] = []
    now = 0.0
    slips = Slips(told.append, lambda: now)
    trouble, mistake = full(), KeyError("x")
    slips(type(trouble), trouble, None)
    slips(type(trouble), trouble, None)
    now = SILENCE
    slips(type(trouble), trouble, None)
    slips(type(mistake), mistake, None)

    assert [(event.remedy, event.fix) for event in told] == [(Remedy.WAIT, trouble.fix)] * 2
    assert "KeyError" in capsys.readouterr().err
