"""What only one side has is marked in the list and explained in the reader."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.core.commands import ArchiveMessages, ChangeSwitches, DeleteMessages
from app.gui.look.parts.chips import Chip
from app.gui.look.parts.labels import Label
from app.gui.window.main import MainWindow
from app.store import overlay
from app.sync.switches import Cause
from gui.happened import ONE, inbox
from gui.scene import Scene


def seen(window: MainWindow) -> tuple[str, list[str]]:
    """The reader's sentence about the message on screen, and its tags."""
    label = window.reader.findChild(Label, "message-mark")
    assert isinstance(label, Label)
    return (label.text() if label.isVisible() else ""), [chip.text() for chip in window.reader.findChildren(Chip)]


@pytest.mark.parametrize("act", ["delete", "archive"])
def test_what_was_done_here_only_says_so(act: str, window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    scene.desk.handle(ChangeSwitches(account=ONE, delete_out=False, archive_out=False))
    message = inbox(scene)[0]
    if act == "delete":
        scene.desk.handle(DeleteMessages(messages=(message,)))
    else:
        scene.desk.handle(ArchiveMessages(messages=(message,)))
    assert window.panes.show_message(message)
    qtbot.waitUntil(lambda: window.messages.view.selected() == (message,))
    row = window.messages.model.row_of(message)
    assert ", Only here, " in window.messages.model.sentence(row)
    qtbot.waitUntil(lambda: bool(seen(window)[0]))
    sentence, tags = seen(window)
    assert sentence == f"You {act}d it here only. In the mailbox it stays where it is, as your rules say."
    assert "Only here" in tags


@pytest.mark.parametrize("held", [True, False])
def test_what_the_mailbox_no_longer_has_says_so(held: bool, window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    message = inbox(scene)[0]
    with scene.library.transaction() as unit:
        overlay.cover(unit, message, scene.folder("INBOX"), Cause.DELETE_IN, "\\Seen")
        if not held:
            unit.run("DELETE FROM placement WHERE message = ?", message)
    assert window.panes.show_message(message)
    qtbot.waitUntil(lambda: "No longer in the mailbox" in seen(window)[1])
    row = window.messages.model.row_of(message)
    assert ", No longer in the mailbox, " in window.messages.model.sentence(row)
    assert seen(window)[0] == (
        "It was deleted in the mailbox and lies in its Trash. It stays here as your rules say."
        if held
        else "It was deleted in the mailbox. This copy stays here, and is never put back there."
    )


def test_what_both_sides_have_alike_has_no_mark(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    message = inbox(scene)[0]
    window.panes.show_message(message)
    qtbot.waitUntil(lambda: window.reader.content is not None)
    assert seen(window)[0] == "" and "Only here" not in seen(window)[1]
