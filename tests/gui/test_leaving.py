"""An account is turned off and on, disconnected and read further back: words, numbers and what is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import (
    ArchiveMessages,
    ChangeDays,
    LoadGap,
    LoadOlder,
    PauseAccount,
    RemoveAccount,
    ResumeAccount,
    SaveDraft,
    SendLetter,
)
from app.core.events import Topic
from app.core.ids import AccountId, MessageId
from app.core.values import AccountState, Address, Letter
from app.gui.composer.window import Composer
from app.gui.folders.tree import Entry, Kind
from app.gui.forms.ask import Ask
from app.gui.leaving.waiting import Waiting
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.choices import CheckBox, Segmented
from app.gui.look.theme import Theme
from app.gui.messages.end import end_words
from app.gui.window.main import MainWindow
from app.store.rows import FolderRow
from gui.conftest import Answers
from gui.scene import NOW, Scene

DAY = 86_400.0
ONE = AccountId(1)
ME = Address(name="Mara", email="mara@fernhill.example")
AMIRA = Address(name="Amira", email="amira@meridian.example")


def dialog(window: QWidget, name: str) -> QDialog:
    (found,) = [each for each in window.findChildren(QDialog, name) if each.isVisible()]
    assert isinstance(found, QDialog)
    return found


def said(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def press(widget: QWidget, name: str) -> None:
    button = widget.findChild(Button, name)
    assert isinstance(button, Button), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def header(window: MainWindow, account: AccountId = ONE) -> Entry:
    return next(
        entry for entry in window.folders.model.entries if entry.kind is Kind.ACCOUNT and entry.account == account
    )


def menu_words(window: MainWindow) -> list[str]:
    return [action.text() for action in window.popups.folder_menu(header(window)).actions() if action.text()]


def some_wait(scene: Scene) -> None:
    scene.post(SendLetter(account=ONE, letter=Letter(sender=ME, to=(AMIRA,), subject="Waits", text="Hello")))
    scene.post(SaveDraft(draft=None, account=ONE, letter=Letter(sender=ME, subject="Half", text="Per")))
    ids, _dates = scene.reader.listing(scene.folder("INBOX"))
    scene.post(ArchiveMessages(messages=(MessageId(ids[0]),)))


def test_an_account_is_turned_off_and_on_with_words_before_and_a_word_in_the_sidebar(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    some_wait(scene)
    assert "Turn off…" in menu_words(window)
    window.run("turn-off-or-on")
    asked = dialog(window, "turn-off")
    assert "connections end" in said(asked) and "Now: 1 change and 1 letter." in said(asked)
    assert "the last 60 days" in said(asked)
    press(asked, "turn-off-cancel")
    assert scene.sent(PauseAccount) == []
    scene.now = NOW - 100 * DAY
    window.run("turn-off-or-on")
    press(dialog(window, "turn-off"), "turn-off-do")
    scene.now = NOW
    qtbot.waitUntil(lambda: header(window).note == "Turned off")
    assert window.folders.status.accessibleName().startswith("Turned off")
    assert "Turn on…" in menu_words(window)

    window.run("turn-off-or-on")
    asked = dialog(window, "turn-on")
    assert "Then what waits here goes out: 1 change and 1 letter." in said(asked)
    assert "each folder offers it at the end of its list" in said(asked) and "stops and asks" in said(asked)
    press(asked, "turn-on-do")
    assert len(scene.sent(ResumeAccount)) == 1
    qtbot.waitUntil(lambda: header(window).note == "")


def test_an_account_is_disconnected_only_after_saying_what_goes(
    window: MainWindow, scene: Scene, answers: Answers, qtbot: QtBot
) -> None:
    some_wait(scene)
    window.run("remove-account")
    asked = dialog(window, "disconnect")
    assert "1 change has not been told" in said(asked) and "to Archive in the mailbox" in said(asked)
    assert "1 letter is not sent." in said(asked)
    says, keep = asked.findChild(QLabel, "disconnect-says"), asked.findChild(CheckBox, "disconnect-keep")
    assert isinstance(says, QLabel) and isinstance(keep, CheckBox)
    assert keep.isChecked() and "archive" in says.text()
    keep.setChecked(False)
    assert "1 letter is lost. 1 draft kept only here is lost." in says.text()
    press(asked, "disconnect-cancel")
    assert scene.sent(RemoveAccount) == []
    window.run("remove-account")
    press(dialog(window, "disconnect"), "disconnect-do")
    assert scene.reader.accounts()[0].state is AccountState.DISCONNECTED
    qtbot.waitUntil(lambda: header(window).note == "Disconnected")
    assert menu_words(window) == ["Connect again…", "Delete its mail here…"]

    answers.yes = False
    window.run("remove-account")  # of an archive
    assert answers.questions == ["Delete the mail of mara@fernhill.example from this computer?"]
    assert "1 draft kept only here is lost." in answers.details[0] and len(scene.sent(RemoveAccount)) == 1
    answers.yes = True
    window.run("remove-account")
    entries = window.folders.model
    qtbot.waitUntil(lambda: [row.label for row in entries.entries if row.kind is Kind.ACCOUNT] == ["Personal"])


def test_the_mail_goes_with_the_account_if_that_is_chosen(window: MainWindow, scene: Scene) -> None:
    window.run("remove-account")
    asked = dialog(window, "disconnect")
    assert "the mailbox has heard of everything" in said(asked)
    keep = asked.findChild(CheckBox, "disconnect-keep")
    assert isinstance(keep, CheckBox)
    keep.setChecked(False)
    press(asked, "disconnect-do")
    assert [row.email for row in scene.reader.accounts()] == ["mara.lindqvist@gmail.example"]


def test_another_period_says_what_it_means(window: MainWindow, scene: Scene) -> None:
    window.run("period")
    asked = dialog(window, "period")
    choice = asked.findChild(Segmented, "period-days")
    assert isinstance(choice, Segmented)
    assert "As it is" in said(asked)
    choice.choose(0)
    choice.chosen.emit(0)
    assert "Nothing goes: mail that is here stays." in said(asked)
    choice.choose(4)
    choice.chosen.emit(4)
    assert "365 days back" in said(asked) and "fetched again" in said(asked)
    press(asked, "period-do")
    assert [command for command in scene.posted if isinstance(command, ChangeDays)] == [
        ChangeDays(origin="window", account=ONE, days=365)
    ]


# --- the end of a list


def reach(scene: Scene, *, days: float = 60, gap: int = 0, server: int = 1240) -> None:
    """The Inbox goes back so many days; the mailbox holds more."""
    with scene.library.transaction() as unit:
        unit.run(
            "UPDATE folder SET uidvalidity = 1, uidnext = 99, window_done = 1, window_from = ?, server_count = ? WHERE id = ?",
            NOW - days * DAY,
            server,
            scene.folder("INBOX"),
        )
        if gap:
            until = NOW - 70 * DAY
            unit.run("INSERT INTO gap(folder, low, high, until, count) VALUES (1, 5, 9, ?, ?)", until, gap)
        unit.touch(*Topic)


def test_the_end_of_a_list_loads_older_mail(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    end = window.messages.end
    assert not end.isVisible()
    count = len(scene.reader.listing(scene.folder("INBOX"))[0])
    reach(scene, gap=36)
    window.messages.view.scrollToBottom()
    qtbot.waitUntil(end.isVisible)
    assert f"{count} messages from the last 60 days" in said(end) and "36 messages from before" in said(end)

    press(end, "load-gap")
    assert scene.sent(LoadGap) == [LoadGap(origin="window", folder=scene.folder("INBOX"))]
    qtbot.waitUntil(lambda: "comes as soon as the mailbox can be reached" in said(end))
    reach(scene)
    qtbot.waitUntil(lambda: "from the last 60 days" in said(end))
    actions = [action for action in end.menu().actions() if action.text()]
    assert [action.text() for action in actions] == [
        "The last 90 days",
        "The last 180 days",
        "The last 365 days",
        f"All: {1240 - count:,} older messages",
    ]
    actions[1].trigger()
    assert scene.sent(LoadOlder) == [LoadOlder(origin="window", folder=scene.folder("INBOX"), days=180)]

    window.messages.search.setText("offer")
    qtbot.waitUntil(lambda: window.messages.searching and not end.isVisible())


def test_the_end_of_a_long_list_shows_only_there(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    window.resize(1440, 420)
    reach(scene)
    qtbot.waitUntil(lambda: window.messages.end.says_something)
    bar = window.messages.view.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0 and not window.messages.end.isVisible())
    bar.setValue(bar.maximum())
    qtbot.waitUntil(window.messages.end.isVisible)
    bar.setValue(0)
    assert not window.messages.end.isVisible()


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ({}, AccountState.LIVE, "7 messages from the last 60 days"),
        ({"window_from": NOW - 900 * DAY}, AccountState.LIVE, "7 messages since "),
        ({"window_from": 0.0}, AccountState.LIVE, ""),
        ({"server_count": 7}, AccountState.LIVE, ""),
        ({"server_count": None}, AccountState.LIVE, ""),
        ({"reading_back": True}, AccountState.PAUSED, "More mail comes when the account is turned on."),
        ({"reading_back": True}, AccountState.LIVE, "More mail comes as soon as the mailbox can be reached."),
        ({"looked_at": False}, AccountState.LIVE, ""),
        ({}, AccountState.DISCONNECTED, ""),
        ({"total": 1}, AccountState.LIVE, "1 message from the last 60 days"),
    ],
)
def test_the_end_of_a_list_in_words(
    window: MainWindow, scene: Scene, change: dict[str, object], state: AccountState, words: str
) -> None:
    row = next(row for row in scene.reader.folders(ONE) if row.name == "INBOX")
    folder: FolderRow = replace(row, total=7, server_count=1240, window_from=NOW - 60 * DAY, looked_at=True)
    folder = replace(folder, **change)  # type: ignore[arg-type]
    found = end_words(folder, state, NOW)
    assert found.sentence.startswith(words) if words else found.sentence == ""
    assert found.older == (" from the last " in found.sentence or " since " in found.sentence)


# --- writing


def test_a_letter_from_an_account_that_is_turned_off_says_that_it_waits(
    scene: Scene, light: Theme, qtbot: QtBot, window: MainWindow
) -> None:
    scene.post(PauseAccount(account=ONE))
    letter = Letter(sender=ME, to=(AMIRA,), subject="Offer")
    one, two = scene.reader.accounts()
    composer = Composer(letter, [one, two], scene.post, light, lambda _typed: [], None, scene.clock)
    qtbot.addWidget(composer)
    composer.show()
    note = composer.findChild(Ask, "composerNote")
    assert isinstance(note, Ask)
    assert note.title == "mara@fernhill.example is turned off" and "outbox" in note.detail
    composer.form.sender_choice.choose(two)
    assert note.title == ""


def test_numbers_of_what_waits_are_words() -> None:
    assert Waiting().words == ""
    assert Waiting(what=("a", "b"), letters=1).words == "2 changes and 1 letter"
