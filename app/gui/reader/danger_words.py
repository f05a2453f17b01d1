"""Why a file is only saved, in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.mail.dangers import Danger


def tr(text: str) -> str:
    return QCoreApplication.translate("DangerWords", text)


def why_only_saved(danger: Danger) -> str:
    words = {
        Danger.PROGRAM: tr("Not opened from here: it is a program and could take over this computer."),
        Danger.SCRIPT: tr("Not opened from here: it is a script, which runs like a program."),
        Danger.INSTALLER: tr("Not opened from here: it installs software."),
        Danger.SHORTCUT: tr("Not opened from here: it only points to something else, which could be a program."),
        Danger.MACROS: tr("Not opened from here: it is a document that can carry a program (macros)."),
        Danger.DISK: tr("Not opened from here: it is a disk image, and warnings do not reach what is on it."),
        Danger.SETTINGS: tr("Not opened from here: it changes settings of this computer."),
        Danger.DISGUISE: tr("Not opened from here: its name hides what kind of file it is."),
    }
    return words[danger]
