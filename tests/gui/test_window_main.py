"""The window as a whole: folders, status, trouble, widths, what is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu
from pytestqt.qtbot import QtBot

from app import __version__
from app.core.commands import (
    ArchiveMessages,
    ChangePassword,
    ChangeSetting,
    DropLetter,
    RetryLetter,
    SaveDraft,
    SendLetter,
    SetRole,
    SettleLetter,
    SignInAgain,
    Sync,
)
from app.core.disk import full
from app.core.events import (
    BrowserWanted,
    Changed,
    CommandFailed,
    ConnectionChanged,
    LetterMoved,
    Link,
    Progress,
    Remedy,
    SignInTried,
    Stage,
    Topic,
)
from app.core.ids import AccountId, MessageId, OutboxId
from app.core.trouble import Fix, NotFound
from app.core.values import Address, Letter, OutboxState, Provider, Role
from app.gui.folders.standing import Standing
from app.gui.folders.tree import Entry, Kind
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.choices import Switch
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.window.acts import all_menus, every_act
from app.gui.window.main import MainWindow
from app.gui.window.notices import split_sentence
from app.gui.window.undo import UndoHistory
from app.store import outbox
from app.store.folders import note_counts
from gui.conftest import Answers
from gui.scene import NOW, Scene, hold_some, letter

ONE = AccountId(1)
ME = Address(name="Mara", email="mara@fernhill.example")
AMIRA = Address(name="Amira", email="amira@meridian.example")


def labels(window: MainWindow) -> list[str]:
    return [entry.label for entry in window.folders.model.entries]


def click(window: MainWindow, name: str) -> None:
    button = window.findChild(Button, name)
    assert isinstance(button, Button), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


# --- folders


def test_roles_come_first_then_the_tree_with_its_counts(window: MainWindow) -> None:
    assert labels(window) == [
        "All inboxes",
        "Unread",
        "Flagged",
        "Attachments",
        "Waiting for reply",
        "Fernhill Studio",
        "Inbox",
        "Drafts",
        "Sent",
        "Archive",
        "Junk",
        "Trash",
        "Clients",
        "Kestrel",
        "Meridian",
        "Oasis Clinics",
        "Personal",
        "Inbox",
        "Labels",
    ]
    entries = {entry.key: entry for entry in window.folders.model.entries}
    inbox = next(entry for entry in entries.values() if entry.label == "Inbox")
    meridian = next(entry for entry in entries.values() if entry.label == "Meridian")
    assert (inbox.count, inbox.strong, meridian.count, meridian.depth) == (3, True, 2, 1)


def test_folding_is_remembered(window: MainWindow, scene: Scene, qtbot: QtBot, light: Theme) -> None:
    clients = next(entry for entry in window.folders.model.entries if entry.label == "Clients")
    window.folders.view.folding.emit(clients.key)
    assert "Meridian" not in labels(window)
    other = scene.window(light)
    assert "Meridian" not in labels(other)
    other.stop()
    window.folders.view.folding.emit("account-1")
    assert labels(window)[5:7] == ["Fernhill Studio", "Personal"]


def test_the_keyboard_goes_through_folders_and_opens_one(window: MainWindow, qtbot: QtBot) -> None:
    view = window.folders.view
    view.setFocus()
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    folder = window.messages.folder
    assert folder is not None and folder.label == "Archive"
    qtbot.waitUntil(window.messages.empty.isVisible)
    assert window.messages.empty.sentence() == "The archive is empty"


def test_counts_follow_what_happens(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    scene.arrive(letter("New <n@there.example>", "Just in", "x", at=NOW), NOW)
    qtbot.waitUntil(lambda: next(e for e in window.folders.model.entries if e.label == "Inbox").count == 4)
    assert window.windowTitle() == "Tandem (5)"


# --- how things stand


def test_the_status_line_tells_the_state_in_words(window: MainWindow) -> None:
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW - 6))
    assert window.folders.status.text() == "Live checked 6 s ago"
    window.on_event(Progress(account=ONE, folder="Personal", stage=Stage.BODIES, done=1204, total=3810, rate=42))
    assert window.folders.status.text() == (
        "Live checked 6 s ago Personal · bodies 1,204 of 3,810 42 a second · 1 min left"
    )
    window.on_event(Progress(account=ONE, folder="", stage=Stage.BODIES, done=3810, total=3810))
    assert window.folders.status.text() == "Live checked 6 s ago"


def test_the_worst_account_is_shown() -> None:
    standing = Standing()
    standing.on_connection(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW), NOW)
    standing.on_connection(ConnectionChanged(account=AccountId(2), link=Link.SIGN_IN_NEEDED), NOW)
    line = standing.line({ONE: "Work", AccountId(2): "Home"}, 0, NOW)
    assert (line.dot, line.word, line.rest) == ("danger", "Sign-in needed", "Home")
    standing.on_connection(ConnectionChanged(account=AccountId(2), link=Link.OFFLINE), NOW)
    assert standing.line({ONE: "Work", AccountId(2): "Home"}, 3, NOW).rest == "since 09:43 · 3 changes wait"


def test_a_wrong_password_is_asked_again_in_place(window: MainWindow, scene: Scene) -> None:
    reason = "The password was not accepted by imap.fernhill.example. Nothing was changed."
    window.on_event(ConnectionChanged(account=ONE, link=Link.SIGN_IN_NEEDED, fix=Fix.PASSWORD, reason=reason))
    assert window.notices.isVisible()
    click(window, "trouble-action")
    field = window.findChild(LineEdit, "password-field")
    assert isinstance(field, LineEdit) and field.echoMode() == LineEdit.EchoMode.Password
    QTest.keyClicks(field, "correct horse")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert scene.sent(ChangePassword) == [ChangePassword(origin="window", account=ONE, password="correct horse")]
    assert field.text() == "" and not window.notices.isVisible()


def test_an_account_of_a_provider_is_signed_in_to_again_in_the_browser(
    window: MainWindow, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(window.notices, "_by_browser", lambda _account: True)
    monkeypatch.setattr(window.notices, "_open_page", opened.append)
    window.on_event(ConnectionChanged(account=ONE, link=Link.SIGN_IN_NEEDED, fix=Fix.SIGN_IN, reason="Revoked."))
    click(window, "trouble-action")
    (asked,) = scene.sent(SignInAgain)
    window.on_event(BrowserWanted(origin=asked.origin, url="https://p.example", provider=Provider.GOOGLE, until=9.0))
    assert opened == ["https://p.example"]
    notice = window.notices.shown
    assert notice is not None and (notice.sentence, notice.action) == ("Go on in your browser", "Cancel")

    window.on_event(SignInTried(origin=asked.origin, reason="You cancelled the sign-in. Nothing was changed."))
    notice = window.notices.shown
    assert notice is not None and notice.sentence == "You cancelled the sign-in." and notice.action == "Sign in…"

    click(window, "trouble-action")
    window.on_event(SignInTried(origin=asked.origin, email="me@x.example", ticket="t"))
    assert not window.notices.isVisible()


def test_trouble_goes_when_the_account_is_live_again(window: MainWindow, scene: Scene) -> None:
    reason = "The server did not answer for 60 seconds. 3 changes wait here and go out by themselves."
    window.on_event(ConnectionChanged(account=ONE, link=Link.WAITING, fix=Fix.NETWORK, reason=reason))
    notice = window.notices.shown
    assert notice is not None
    assert (notice.sentence, notice.action) == ("The server did not answer for 60 seconds.", "Try now")
    click(window, "trouble-action")
    assert scene.sent(Sync) == [Sync(origin="window", account=ONE)]
    window.on_event(ConnectionChanged(account=ONE, link=Link.CONNECTING))
    assert window.notices.isVisible(), "it is not known yet whether this try helps"
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW))
    assert not window.notices.isVisible()


def test_a_full_disk_is_said_until_there_is_room(window: MainWindow, scene: Scene) -> None:
    trouble = full()
    window.on_event(ConnectionChanged(account=ONE, link=Link.WAITING, fix=trouble.fix, reason=str(trouble)))
    notice = window.notices.shown
    assert notice is not None and (notice.tone, notice.sentence, notice.action) == (
        "danger", "The disk is full.", "Try now"
    )  # fmt: skip
    assert notice.detail.startswith("What was stored is safe") and "Free space" in notice.detail
    draft = SaveDraft(draft=None, account=ONE, letter=Letter(sender=Address(email="me@fernhill.example")))
    window.on_event(CommandFailed(command=draft, remedy=Remedy.WAIT, reason=str(trouble), fix=trouble.fix))
    assert window.notices.shown is not None and window.notices.shown.action == "Try again"

    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW))

    assert window.notices.shown is None


def test_a_command_that_failed_offers_the_one_thing_that_helps(window: MainWindow, scene: Scene) -> None:
    failed = ArchiveMessages(messages=(MessageId(1),))
    window.on_event(CommandFailed(command=failed, remedy=Remedy.WAIT, reason="The disk is full. Nothing was changed."))
    click(window, "trouble-action")
    assert scene.posted[-1] == failed and not window.notices.isVisible()


def test_without_an_archive_folder_one_is_chosen_and_the_mail_archived(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    archive = scene.folder("Archive")
    scene.post(SetRole(folder=archive, role=Role.NONE))
    message = MessageId(window.messages.model.keys[1])
    try:
        scene.post(ArchiveMessages(origin="window", messages=(message,)))
    except NotFound as trouble:
        failed = CommandFailed(command=scene.posted[-1], remedy=Remedy.ASK_USER, reason=str(trouble), fix=trouble.fix)
    window.on_event(failed)
    notice = window.notices.shown
    assert notice is not None and notice.sentence == "No folder of this account is used as Archive."
    click(window, "trouble-action")
    field = window.chooser.findChild(LineEdit, "chooser-search")
    assert isinstance(field, LineEdit) and field.placeholderText() == "Use as Archive…"
    QTest.keyClicks(field, "oasis")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert scene.reader.folders_of(message) == [scene.folder("Clients/Oasis Clinics")]
    assert not window.notices.isVisible() and window.toast.isVisible()


def test_the_passphrase_is_asked_where_the_trouble_is_shown(light: Theme, scene: Scene, qtbot: QtBot) -> None:
    scene.add_account("mara@fernhill.example", "Fernhill")
    given: list[str] = []
    window = scene.window(light, give_passphrase=given.append)
    qtbot.addWidget(window)
    window.show()
    reason = "The passphrase does not open the stored passwords, or their file is damaged. Nothing was changed."
    window.on_event(ConnectionChanged(account=ONE, link=Link.WAITING, fix=Fix.PASSPHRASE, reason=reason))
    click(window, "trouble-action")
    field = window.findChild(LineEdit, "password-field")
    assert isinstance(field, LineEdit) and field.accessibleName() == "Passphrase"
    QTest.keyClicks(field, "correct horse")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert given == ["correct horse"] and scene.sent(Sync) == [Sync(origin="window", account=ONE)]
    assert not window.notices.isVisible()
    change = ChangePassword(account=ONE, password="secret")
    window.on_event(CommandFailed(command=change, remedy=Remedy.ASK_USER, reason=reason, fix=Fix.PASSPHRASE))
    click(window, "trouble-action")
    QTest.keyClicks(field, "battery")
    click(window, "password-ok")
    assert given[-1] == "battery" and scene.sent(ChangePassword) == [change]
    window.stop()


# --- accounts


def entry_of(window: MainWindow, label: str) -> Entry:
    return next(entry for entry in window.folders.model.entries if entry.label == label)


def roles_of(window: MainWindow, label: str) -> QMenu:
    menu = window.popups.folder_menu(entry_of(window, label))
    return next(found for found in menu.findChildren(QMenu) if found.title() == "Use as")


def test_a_folder_can_be_given_another_use(window: MainWindow, scene: Scene) -> None:
    roles = roles_of(window, "Oasis Clinics")
    assert [action.text() for action in roles.actions() if action.isChecked()] == ["No special use"]
    next(action for action in roles.actions() if action.text() == "Archive").trigger()
    assert scene.sent(SetRole) == [
        SetRole(origin="window", folder=scene.folder("Clients/Oasis Clinics"), role=Role.ARCHIVE)
    ]
    assert [action.text() for action in roles_of(window, "Archive").actions() if action.isChecked()] == ["Archive"]
    assert not roles_of(window, "Inbox").isEnabled()


def test_settings_open_at_the_account_that_is_looked_at(window: MainWindow, scene: Scene) -> None:
    window.run("settings")
    window.run("identity")
    menu = window.popups.account_menu(ONE)
    for text in ("Settings…", "Names and signatures…", "Servers and sign-in…"):
        next(action for action in menu.actions() if action.text() == text).trigger()
    pages = ["account", "identities", "account", "identities", "servers"]
    assert scene.settings == [(ONE, page) for page in pages]


def test_two_way_rules_say_what_they_would_change_and_change_nothing_before_they_are_used(
    window: MainWindow, scene: Scene
) -> None:
    hold_some(scene)
    window.run("rules")
    dialog = window.findChild(QDialog, "rules")
    assert isinstance(dialog, QDialog)
    archive_out, delete_in = dialog.findChild(Switch, "rule-archive_out"), dialog.findChild(Switch, "rule-delete_in")
    count = dialog.findChild(Label, "rule-archive_out-count")
    assert isinstance(archive_out, Switch) and isinstance(delete_in, Switch) and isinstance(count, Label)
    assert not archive_out.isChecked() and delete_in.isChecked()
    assert count.text() == "If you turn it on: 2 messages move in the mailbox"

    archive_out.click()
    delete_in.click()
    assert count.text() == "Right now: 2 messages move in the mailbox"
    assert archive_out.accessibleDescription().endswith(count.text())
    before = scene.reader.accounts()[0]
    assert before.delete_in and not before.archive_out

    click(window, "rules-use")
    row = scene.reader.accounts()[0]
    assert (row.delete_in, row.delete_out, row.archive_in, row.archive_out) == (False, True, True, True)
    assert scene.reader.held_back(row.id) == {} and len(scene.reader.queue()) == 2


def test_about_names_the_licences_of_qt(window: MainWindow) -> None:
    window.run("about")
    about = window.findChild(QDialog, "about")
    assert isinstance(about, QDialog)
    words = " ".join(label.text() for label in about.findChildren(QLabel))
    assert "PySide6 under the LGPL 3" in words and __version__ in words
    path = about.findChild(QLabel, "about-licences")
    assert isinstance(path, QLabel) and (Path(path.text()) / "LGPL-3.0.txt").is_file()


# --- the first fetch


def test_keys_go_to_the_list_when_the_first_mail_is_there(light: Theme, scene: Scene, qtbot: QtBot) -> None:
    window = scene.window(light)
    qtbot.addWidget(window)
    window.show()
    assert window.focusWidget() is window.messages.empty
    scene.add_account("mara@fernhill.example", "Fernhill")
    scene.arrive(letter("New <n@there.example>", "Just in", "x", at=NOW), NOW)
    qtbot.waitUntil(lambda: window.messages.view.isVisible())
    assert window.focusWidget() is window.messages.view
    window.stop()


def test_while_a_folder_is_fetched_for_the_first_time_it_is_not_called_empty(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    # The sidebar's second look, with its counts, is from before.
    qtbot.waitUntil(lambda: not window.folders._timer.isActive() and not window.folders._asked)
    junk = scene.folder("Junk")
    with scene.library.transaction() as unit:
        unit.run("UPDATE folder SET server_count = -1 WHERE id = ?", junk)
    window.on_event(ConnectionChanged(account=ONE, link=Link.FETCHING))
    fresh = scene.reader.folder(junk)
    assert fresh is not None
    with qtbot.waitSignal(window.messages.listing.filled):
        window.panes.show_folder(fresh)
    assert window.messages.empty.sentence() == "Fetching Junk"
    window.on_event(Progress(account=ONE, folder="Junk", stage=Stage.HEADERS, done=0, total=3810))
    assert window.messages.empty.detail() == "0 of 3,810 messages"
    window.on_event(ConnectionChanged(account=ONE, link=Link.WAITING, fix=Fix.NETWORK, reason="No answer."))
    assert window.messages.empty.sentence() == "Not fetched yet"
    with scene.library.transaction() as unit:
        note_counts(unit, junk, 0, 0)
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW))
    qtbot.waitUntil(lambda: window.messages.empty.sentence() == "No junk")


def test_sentences_are_split_for_the_banner() -> None:
    assert split_sentence("It failed. Nothing was changed.") == ("It failed.", "Nothing was changed.")
    assert split_sentence("Only one sentence.") == ("Only one sentence.", "")


# --- outbox and drafts


def test_letters_wait_in_the_outbox_with_their_choices(
    window: MainWindow, scene: Scene, qtbot: QtBot, answers: Answers
) -> None:
    for subject in ("Uncertain one", "Failed one"):
        text = Letter(sender=ME, to=(AMIRA,), subject=subject, text="Hello")
        scene.post(SendLetter(account=ONE, letter=text))
    with scene.library.transaction() as unit:
        outbox.give_up(unit, OutboxId(1), OutboxState.UNCERTAIN, "")
        outbox.give_up(unit, OutboxId(2), OutboxState.FAILED, "The server does not know amira@meridian.example.")
    qtbot.waitUntil(lambda: "Outbox" in labels(window))
    entry = next(entry for entry in window.folders.model.entries if entry.kind is Kind.OUTBOX)
    assert (entry.count, entry.alarming) == (2, True)
    window.on_event(LetterMoved(letter=OutboxId(1), state=OutboxState.UNCERTAIN, subject="Uncertain one"))
    click(window, "trouble-action")
    assert window.frame.on_outbox
    click(window, "letter-1-settle")
    assert scene.sent(SettleLetter) == [SettleLetter(origin="window", letter=OutboxId(1))]
    answers.yes = False
    click(window, "letter-1-retry")
    assert scene.sent(RetryLetter) == [] and answers.questions == ["Send this letter again?"]
    answers.yes = True
    click(window, "letter-2-other-server")
    assert scene.settings == [(ONE, "second-server")]
    click(window, "letter-2-drop")
    assert scene.sent(DropLetter) == [DropLetter(origin="window", letter=OutboxId(2))]


def test_message_keys_do_nothing_while_the_outbox_is_shown(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    window.messages.view.select_rows([2], 2)
    window.panes.show_box("outbox-1")
    window.run("archive")
    assert scene.sent(ArchiveMessages) == []


def test_drafts_kept_here_can_be_gone_on_with(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    scene.post(SaveDraft(draft=None, account=ONE, letter=Letter(sender=ME, subject="Half a thought", text="Per")))
    qtbot.waitUntil(lambda: "Drafts on this computer" in labels(window))
    window.panes.show_box("drafts-1")
    click(window, "draft-1-open")
    assert scene.composed[-1].kind.name == "DRAFT" and scene.composed[-1].draft == 1


# --- the window itself


@pytest.mark.parametrize(("width", "kind"), [(1300, "wide"), (900, "folded"), (600, "narrow")])
def test_the_panes_follow_the_width(window: MainWindow, qtbot: QtBot, width: int, kind: str) -> None:
    window.resize(width, 800)
    qtbot.waitUntil(lambda: window.frame.width_class == kind)
    assert window.folders.isVisible() == (kind == "wide")
    assert window.messages.head.fold_button.isVisible() == (kind != "wide")
    assert window.reader.isVisible() == (kind != "narrow")


def test_text_size_counts_as_width(window: MainWindow, light: Theme) -> None:
    light.scale = 1.5
    assert window.frame.width_class == "folded"


def test_in_a_narrow_window_the_reader_takes_the_lists_place(window: MainWindow, qtbot: QtBot) -> None:
    window.resize(600, 800)
    qtbot.waitUntil(lambda: window.frame.width_class == "narrow")
    window.messages.view.go(1)
    window.messages.view.go(1)
    window.messages.view.setFocus()
    QTest.keyClick(window.messages.view, Qt.Key.Key_Return)
    assert window.reader.isVisible() and not window.messages.isVisible()
    window.run("back")
    assert window.messages.isVisible() and not window.reader.isVisible()


def test_choices_are_remembered(window: MainWindow, scene: Scene, light: Theme) -> None:
    for act in ("theme-dark", "density-compact", "layout-classic", "text-larger"):
        window.run(act)
    window.close()
    kept = {command.key for command in scene.sent(ChangeSetting) if isinstance(command, ChangeSetting)}
    assert {"theme", "density", "layout", "text_size", "window_geometry", "pane_sizes"} <= kept
    again = scene.window(light)
    assert (again.messages.view.density, again.frame.layout_name) == ("compact", "classic")
    again.stop()


def test_when_mail_counts_as_read_can_be_chosen(window: MainWindow, scene: Scene, light: Theme) -> None:
    assert window.acts["read-1"].isChecked()
    window.acts["read-never"].trigger()
    assert scene.reader.setting("read_after_seconds") == "-1"
    window.acts["read-10"].trigger()
    assert scene.reader.setting("read_after_seconds") == "10"
    again = scene.window(light)
    assert again.acts["read-10"].isChecked()
    again.stop()


def test_quitting_while_a_mail_is_being_sent_says_so(window: MainWindow, scene: Scene, answers: Answers) -> None:
    scene.post(SendLetter(account=ONE, letter=Letter(sender=ME, to=(AMIRA,), subject="Now", text="Hello")))
    with scene.library.transaction() as unit:
        outbox.mark(unit, OutboxId(1), "sending")
    answers.yes = False
    closing = QCloseEvent()
    QApplication.sendEvent(window, closing)
    assert answers.questions == ["A mail is being sent. Quit now?"] and not closing.isAccepted()


def test_a_hidden_window_reads_nothing_until_it_is_seen(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    qtbot.waitUntil(lambda: not window.folders._timer.isActive())
    window.hide()
    read = window.messages.model.pages_read
    window.on_changed(Changed(topics=frozenset({Topic.MESSAGES, Topic.FOLDERS})))
    assert not window.folders._timer.isActive() and window.messages.model.pages_read == read
    window.show()
    assert window.folders._timer.isActive()


def test_without_an_account_there_is_one_thing_to_do(light: Theme, scene: Scene, qtbot: QtBot) -> None:
    window = scene.window(light)
    qtbot.addWidget(window)
    window.show()
    assert window.messages.empty.sentence() == "No account yet"
    QTest.mouseClick(window.messages.empty.button(), Qt.MouseButton.LeftButton)
    window.run("write")
    assert scene.adds == [True, True]
    window.stop()


def test_every_action_stands_in_the_menu_with_its_words_and_its_key(window: MainWindow) -> None:
    acts = list(every_act(all_menus()))
    for act in acts:
        assert window.acts[act.name].text().partition("\t")[0] == act.words
    assert len({act.name for act in acts}) == len(acts)
    assert window.acts["archive"].shortcut().toString() == "E"
    assert window.acts["go-inbox"].text() == "Go to Inbox\tG then I"


def test_the_history_of_undo_is_a_stack() -> None:
    history = UndoHistory()
    for token in (1, 2, 3):
        history.add(token)
    history.drop(3)
    assert (history.take(), history.take(), history.take()) == (2, 1, None)
