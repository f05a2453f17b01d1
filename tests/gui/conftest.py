"""Windows without a display, and a small mailbox to look at."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.house import Chances, House
from app.gui.application import Application, Start
from app.gui.look.fonts import load_fonts
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.window.main import MainWindow
from app.remote.secrets import MemorySecrets
from gui.fernhill import fill_fernhill
from gui.scene import Scene

QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)  # as the program does, for the web engine


@pytest.fixture
def light(qapp: QApplication) -> Theme:
    """The light theme at 100 %, worn by the application."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    theme = Theme("light")
    theme.apply(qapp)
    theme.reduced_motion = True
    return theme


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An empty library with a desk."""
    scene = Scene(tmp_path / "profile")
    yield scene
    scene.close()


class Answers:
    """Answers for what the window asks of the desktop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.yes = True
        self.questions: list[str] = []
        self.details: list[str] = []
        self.links: list[str] = []
        self.files: list[Path] = []

    def outside(self) -> Outside:
        return Outside(
            open_link=lambda link: self._note(self.links, link),
            open_file=lambda path: self._note(self.files, path),
            ask_file=lambda title, name: self.folder / name,
            ask_folder=lambda title: self.folder,
            ask_yes=self._ask,
        )

    @staticmethod
    def _note(where: list[Any], what: object) -> bool:
        where.append(what)
        return True

    def _ask(self, question: str, detail: str, verb: str) -> bool:
        self.questions.append(question)
        self.details.append(detail)
        return self.yes


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    folder = tmp_path / "saved"
    folder.mkdir()
    return Answers(folder)


@pytest.fixture
def window(light: Theme, scene: Scene, answers: Answers, qtbot: QtBot) -> Iterator[MainWindow]:
    """The main window on Fernhill Studio's mail, shown, its Inbox listed."""
    fill_fernhill(scene)
    window = scene.window(light, answers.outside())
    window.resize(1300, 850)
    with qtbot.waitSignal(window.messages.listing.filled):
        window.show()
    yield window
    window.stop()
    window.close()
    shiboken6.delete(window)  # at once: a later test's style sheet would polish it again


@pytest.fixture
def program(tmp_path: Path, qapp: QApplication, qtbot: QtBot) -> Iterator[Application]:
    """The whole program on an empty profile; nothing is shown yet."""
    load_fonts()
    profile = tmp_path / "profile"
    chances = Chances(clock=time.time, jitter=random.Random(1).random, random=os.urandom)
    application = Application(
        Start(
            profile=profile,
            make_house=lambda emit, carry: House(profile, MemorySecrets(), chances, emit, carry),
            clock=time.time,
        )
    )
    application.theme.reduced_motion = True
    yield application
    application.window.hide()
    application.close()
    application.window.deleteLater()
