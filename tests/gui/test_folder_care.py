"""Folders in the window: made, renamed, moved, deleted, emptied; and one for a role that none has."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import (
    ArchiveMessages,
    CopyMessages,
    CreateFolder,
    DeleteFolder,
    DeleteForGood,
    DeleteMessages,
    EmptyFolder,
    RenameFolder,
    SetRole,
)
from app.core.events import CommandFailed, Remedy
from app.core.ids import AccountId, MessageId
from app.core.trouble import NotFound
from app.core.values import Role
from app.gui.folders.tree import Entry
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.window.folder_name import FolderNameDialog, what_is_wrong
from app.gui.window.main import MainWindow
from gui.conftest import Answers
from gui.scene import Scene

ONE = AccountId(1)


def entry_of(window: MainWindow, label: str) -> Entry:
    return next(entry for entry in window.folders.model.entries if entry.label == label)


def do_in_menu(window: MainWindow, label: str, words: str) -> None:
    menu = window.popups.folder_menu(entry_of(window, label))
    next(action for action in menu.actions() if action.text() == words).trigger()


def menu_words(window: MainWindow, label: str) -> list[str]:
    return [action.text() for action in window.popups.folder_menu(entry_of(window, label)).actions()]


def dialog_of(window: MainWindow) -> tuple[FolderNameDialog, LineEdit, Button, Label]:
    dialog = window.findChild(FolderNameDialog, "folder-name")
    assert isinstance(dialog, FolderNameDialog)
    field = dialog.findChild(LineEdit, "folder-name-field")
    use = dialog.findChild(Button, "folder-name-use")
    trouble = dialog.findChild(Label, "folder-name-trouble")
    assert isinstance(field, LineEdit) and isinstance(use, Button) and isinstance(trouble, Label)
    return dialog, field, use, trouble


def test_a_folder_is_made_inside_another_and_shows_at_once(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    do_in_menu(window, "Clients", "New folder inside…")
    _, field, use, trouble = dialog_of(window)
    assert not use.isEnabled()
    QTest.keyClicks(field, "Meridian")
    assert trouble.text() == "There is a folder “Meridian” here already." and not use.isEnabled()
    QTest.keyClicks(field, "/2026")
    assert trouble.text() == "A name cannot hold “/”: it stands between a folder and its subfolders here."
    field.setText("  Neue   Kunden ")
    assert trouble.text() == "" and use.isEnabled()
    QTest.keyClick(field, Qt.Key.Key_Return)
    parent = scene.folder("Clients")
    assert scene.sent(CreateFolder) == [CreateFolder(origin="window", account=ONE, name="Neue Kunden", parent=parent)]
    qtbot.waitUntil(lambda: any(entry.label == "Neue Kunden" for entry in window.folders.model.entries))
    assert window.toast.isVisible()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("50%", "A name cannot hold “%”."), ("inbox", "There is a folder “inbox” here already."), ("Büro", ""), ("", "")],
)
def test_what_cannot_be_a_name_is_said_while_it_is_typed(window: MainWindow, name: str, wrong: str) -> None:
    assert what_is_wrong(name, "/", {"INBOX", "Work"}) == wrong


def test_the_listed_folder_is_renamed_by_its_key_and_the_toast_takes_it_back(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    window.panes.show_folder(next(row for row in window.folders.folders if row.label == "Kestrel"))
    window.run("rename-folder")
    _, field, use, _ = dialog_of(window)
    assert field.text() == "Kestrel" and field.selectedText() == "Kestrel"
    QTest.keyClicks(field, "Falcon")
    QTest.mouseClick(use, Qt.MouseButton.LeftButton)
    (sent,) = scene.sent(RenameFolder)
    assert isinstance(sent, RenameFolder)
    assert (sent.name, sent.parent) == ("Falcon", scene.folder("Clients"))
    qtbot.waitUntil(lambda: any(entry.label == "Falcon" for entry in window.folders.model.entries))
    window.run("undo")
    assert scene.folder("Clients/Kestrel") == sent.folder


def test_a_folder_is_moved_to_the_top_or_into_another_one(window: MainWindow, scene: Scene) -> None:
    do_in_menu(window, "Kestrel", "Move into…")
    field = window.chooser.findChild(LineEdit, "chooser-search")
    assert isinstance(field, LineEdit) and field.placeholderText() == "Move Kestrel into…"
    QTest.keyClicks(field, "oasis")
    QTest.keyClick(field, Qt.Key.Key_Return)
    kestrel = scene.folder("Clients/Oasis Clinics/Kestrel")
    do_in_menu(window, "Kestrel", "Move into…")
    QTest.keyClicks(field, "no such folder")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert scene.folder("Kestrel") == kestrel


def test_deleting_a_folder_says_how_many_messages_go_to_trash(
    window: MainWindow, scene: Scene, answers: Answers
) -> None:
    folder = next(row for row in window.folders.folders if row.label == "Meridian")
    answers.yes = False
    do_in_menu(window, "Meridian", "Delete folder…")
    assert scene.sent(DeleteFolder) == []
    answers.yes = True
    do_in_menu(window, "Meridian", "Delete folder…")
    assert answers.questions[-1] == "Delete the folder “Meridian”?"
    count = max(folder.total, folder.server_count or 0)
    expected = "It is empty. It goes here and in the mailbox."
    if count == 1:
        expected = "Its message goes to Trash. The folder goes here and in the mailbox."
    elif count:
        expected = f"Its {count} messages go to Trash. The folder goes here and in the mailbox."
    assert answers.details[-1] == expected
    assert scene.sent(DeleteFolder) == [DeleteFolder(origin="window", folder=folder.id)]
    do_in_menu(window, "Clients", "Delete folder…")
    assert answers.questions[-1] == "Delete the folder “Clients” and the 2 inside it?"


def test_system_folders_cannot_be_deleted_and_the_inbox_not_even_renamed(window: MainWindow) -> None:
    assert not {"Delete folder…", "Rename…", "Move into…"} & set(menu_words(window, "Inbox"))
    assert "Delete folder…" not in menu_words(window, "Trash") and "Empty Trash…" in menu_words(window, "Trash")
    assert "Empty Junk…" in menu_words(window, "Junk") and "Empty Junk…" not in menu_words(window, "Kestrel")


def test_trash_is_emptied_with_its_count_and_only_of_what_was_counted(
    window: MainWindow, scene: Scene, answers: Answers
) -> None:
    window.run("empty-trash")
    assert answers.questions == []  # there is nothing in it
    two = tuple(MessageId(ident) for ident in window.messages.model.keys if ident > 0)[:2]
    scene.post(DeleteMessages(messages=two))
    window.run("empty-trash")
    assert answers.questions == ["Delete 2 messages in Trash for good?"]
    assert answers.details == ["They are removed here and in the mailbox. This cannot be undone."]
    (sent,) = scene.sent(EmptyFolder)
    assert isinstance(sent, EmptyFolder) and sent.messages is not None and set(sent.messages) == set(two)
    assert list(scene.reader.listing(scene.folder("Trash"))[0]) == []


def test_deleting_for_good_asks(window: MainWindow, scene: Scene, answers: Answers) -> None:
    answers.yes = False
    window.messages.view.select_rows([1], 1)
    window.run("delete-for-good")
    assert answers.questions == ["Delete 1 message for good?"] and scene.sent(DeleteForGood) == []


def fail_to_archive(window: MainWindow, scene: Scene) -> MessageId:
    message = MessageId(window.messages.model.keys[1])
    try:
        scene.post(ArchiveMessages(origin="window", messages=(message,)))
    except NotFound as trouble:
        window.on_event(
            CommandFailed(command=scene.posted[-1], remedy=Remedy.ASK_USER, reason=str(trouble), fix=trouble.fix)
        )
    button = window.notices.findChild(Button, "trouble-action")
    assert isinstance(button, Button) and button.text() == "Choose one…"
    button.click()
    return message


@pytest.mark.parametrize("yes", [True, False])
def test_without_an_archive_folder_one_is_made_after_asking_and_nothing_is_archived_before(
    window: MainWindow, scene: Scene, answers: Answers, yes: bool
) -> None:
    answers.yes = yes
    archive = scene.folder("Archive")
    scene.post(SetRole(folder=archive, role=Role.NONE))
    scene.post(RenameFolder(folder=archive, name="Misc"))
    before = set(scene.reader.folders_of(MessageId(window.messages.model.keys[1])))
    message = fail_to_archive(window, scene)
    assert set(scene.reader.folders_of(message)) == before
    field = window.chooser.findChild(LineEdit, "chooser-search")
    assert isinstance(field, LineEdit)
    QTest.keyClicks(field, "zzz")  # only the offer to make one is left
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert answers.questions == ["Make a folder “Archive”?"]
    if yes:
        made = scene.folder("Archive")
        row = scene.reader.folder(made)
        assert row is not None and row.role is Role.ARCHIVE and made != archive
        assert scene.reader.folders_of(message) == [made]
    else:
        assert set(scene.reader.folders_of(message)) == before and scene.sent(CreateFolder) == []


def test_messages_are_copied_to_a_folder_of_another_account(window: MainWindow, scene: Scene) -> None:
    window.messages.view.select_rows([1], 1)
    (message,) = window.panes.selected()
    before = scene.reader.folders_of(message)
    window.run("copy")
    field = window.chooser.findChild(LineEdit, "chooser-search")
    assert isinstance(field, LineEdit) and field.placeholderText() == "Copy to…"
    other = next(row for row in scene.reader.accounts() if row.id != 1)
    target = next(row for row in scene.reader.folders(other.id) if row.role is Role.INBOX)
    count = len(scene.reader.listing(target.id)[0])
    QTest.keyClicks(field, f"{other.name} inbox")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert scene.sent(CopyMessages) == [CopyMessages(origin="window", messages=(message,), target=target.id)]
    assert scene.reader.folders_of(message) == before and len(scene.reader.listing(target.id)[0]) == count + 1
    assert window.toast.isVisible()


def test_messages_are_moved_to_another_account_and_back_by_undo(window: MainWindow, scene: Scene) -> None:
    window.messages.view.select_rows([1], 1)
    (message,) = window.panes.selected()
    before = scene.reader.folders_of(message)
    other = next(row for row in scene.reader.accounts() if row.id != 1)
    target = next(row for row in scene.reader.folders(other.id) if row.role is Role.INBOX)
    count = len(scene.reader.listing(target.id)[0])
    window.deeds.move((message,), target.id)
    assert scene.reader.folders_of(message) == [] and len(scene.reader.listing(target.id)[0]) == count + 1
    window.run("undo")
    assert scene.reader.folders_of(message) == before and len(scene.reader.listing(target.id)[0]) == count
