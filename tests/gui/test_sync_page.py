"""The Sync page: cards, history, what waits; clicked through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import (
    ArchiveMessages,
    AuditFolders,
    ChangeSetting,
    CopyMessages,
    CreateFolder,
    DeleteFolder,
    DiscardOwed,
    MoveMessages,
    RetryLetter,
    RetryOwed,
    SettleLetter,
    Sync,
    UndoHistory,
)
from app.core.events import (
    CommandFailed,
    ConnectionChanged,
    FolderCompared,
    FoldersCompared,
    Link,
    Progress,
    Remedy,
    Stage,
    Topic,
)
from app.core.trouble import Fix, WrongUse
from app.gui.look.parts.buttons import Button, ToolButton
from app.gui.look.parts.chips import FoldButton
from app.gui.look.parts.labels import Label
from app.gui.sync.counts import CountsDialog
from app.gui.sync.lines import Day, Line, gather, of_many
from app.gui.sync.page import SyncPage
from app.gui.window.main import MainWindow
from app.store.folder_owed import note_left_open, note_lost, owed_deeds
from app.store.rows import HistoryRow
from gui.conftest import Answers
from gui.happened import ONE, TWO, ask_guard, fill_history, fill_waiting, inbox, shows_in
from gui.scene import NOW, Scene

Opened = Callable[[], SyncPage]


@pytest.fixture
def page(window: MainWindow, scene: Scene, qtbot: QtBot) -> SyncPage:
    """The page, opened on three days of history and on things that wait."""
    fill_history(scene)
    fill_waiting(scene)
    return open_page(window, scene, qtbot)


def open_page(window: MainWindow, scene: Scene, qtbot: QtBot) -> SyncPage:
    window.folders.load(scene.reader)
    QTest.keyClick(window, Qt.Key.Key_F9)
    page = window.panes.sync
    qtbot.waitUntil(page.isVisible)
    qtbot.waitUntil(lambda: page.history.stack.isVisible() and not page.history._asked)
    return page


def told(page: SyncPage) -> list[str]:
    """Days and lines as they are spoken."""
    model = page.history.model
    return [model.title(item) if isinstance(item, Day) else f"{item.what}: {item.cause}" for item in model.items]


def row_of(page: SyncPage, words: str) -> int:
    (row,) = [row for row, item in enumerate(page.history.model.items) if isinstance(item, Line) and words in item.what]
    return row


def click(page: SyncPage, name: str) -> None:
    button = page.findChild(Button, name)
    assert isinstance(button, Button) and button.isVisible(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def titles(page: SyncPage) -> list[str]:
    """The cards from above to below."""
    page.waiting.grab()  # lays out what was just added
    found = [label for label in page.waiting.findChildren(Label) if label.objectName().endswith("-title")]
    shown = [label for label in found if label.isVisible()]
    return [label.text() for label in sorted(shown, key=lambda label: label.mapTo(page, QPoint(0, 0)).y())]


# --- the way there and back


def test_the_status_line_opens_the_page_and_escape_leaves_it(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    QTest.mouseClick(window.folders.foot, Qt.MouseButton.LeftButton)
    assert window.frame.on_sync and not window.messages.isVisible()
    window.run("back")
    assert window.frame.on_mail and window.messages.isVisible()


def test_a_folder_of_the_sidebar_leaves_the_page(page: SyncPage, window: MainWindow) -> None:
    archive = next(folder for folder in window.folders.folders if folder.name == "Archive")
    window.panes.show_folder(archive)
    assert window.frame.on_mail and window.messages.folder == archive


def test_acts_for_messages_reach_nothing_while_the_page_is_open(page: SyncPage, window: MainWindow) -> None:
    window.messages.view.select_rows([1], 1)
    assert window.panes.selected() == ()
    assert not window.acts["archive"].isEnabled()


# --- cards


def test_a_card_tells_state_age_and_progress_in_words(page: SyncPage, window: MainWindow) -> None:
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW - 6))
    window.on_event(ConnectionChanged(account=TWO, link=Link.FETCHING, at=NOW - 600))
    window.on_event(Progress(account=TWO, folder="Labels", stage=Stage.HEADERS, done=500, total=2000, rate=25))
    assert (
        page.cards[ONE].text()
        == "Fernhill Studio | Live | Inbox by push · all folders every 5 min | Last checked 6 s ago"
    )
    assert page.cards[TWO].text() == ("Personal | Fetching | Labels · headers 500 of 2,000 · 25 a second | 1 min left")


def test_check_now_asks_that_account_alone(page: SyncPage, scene: Scene) -> None:
    click(page, "account-card-2-check")
    assert [command.account for command in scene.sent(Sync)] == [TWO]  # type: ignore[attr-defined]


def test_sign_in_from_a_card_asks_for_the_password_over_the_list(page: SyncPage, window: MainWindow) -> None:
    reason = "The password was not accepted."
    window.on_event(ConnectionChanged(account=ONE, link=Link.SIGN_IN_NEEDED, fix=Fix.PASSWORD, reason=reason))
    click(page, "account-card-1-sign-in")
    assert window.frame.on_mail and not window.notices._secret.isHidden()


def test_the_age_of_the_last_check_grows_by_itself(
    page: SyncPage, window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW - 6))
    scene.now = NOW + 60
    qtbot.waitUntil(lambda: page.cards[ONE].text().endswith("Last checked 1 min ago"))


# --- history


def test_lines_of_a_kind_and_cause_fall_together_day_by_day(page: SyncPage) -> None:
    assert told(page) == [
        "Today",
        "Archived “Introduction: Elliot and Mara” here: It was archived in the mailbox.",
        "Moved 2 messages to Trash here: They were deleted in the mailbox.",
        "Marked 6 messages read here: They were marked in the mailbox.",
        "Kept “Offer Halden” in Clients/Kestrel: It was moved here and in the mailbox at the same time; the mailbox wins.",
        "Stopped before removing 412 messages from Labels: That is 31 % of the folder at once. Sync asks first.",
        "Yesterday",
        "One copy of “Pricing page copy” is in Sent: So that you find it on every device.",
        "Sent “Pricing page copy”: You wrote it here.",
        "Saturday 21 November",
        "Connection lost for 4 minutes: The network changed. 6 messages fetched.",
    ]


def test_search_and_filter_narrow_the_history(page: SyncPage, qtbot: QtBot) -> None:
    page.history.search.setText("TRASH deleted")
    qtbot.waitUntil(lambda: len(page.history.model.items) == 2)
    page.history.search.setText("nothing like this")
    qtbot.waitUntil(page.history.empty.isVisible)
    assert page.history.empty.sentence() == "Nothing matches “nothing like this”"
    page.history.search.clear()
    qtbot.waitUntil(page.history.view.isVisible)
    personal = next(action for action in page.history.filter_menu().actions() if action.text() == "Personal")
    personal.trigger()
    qtbot.waitUntil(lambda: len(page.history.model.items) == 4)
    assert [line for line in told(page) if ":" in line] == [
        "Stopped before removing 412 messages from Labels: That is 31 % of the folder at once. Sync asks first.",
        "Connection lost for 4 minutes: The network changed. 6 messages fetched.",
    ]


def test_undo_takes_a_whole_line_back_says_so_and_can_itself_be_undone(
    page: SyncPage, scene: Scene, window: MainWindow, qtbot: QtBot
) -> None:
    row = row_of(page, "Trash")
    line = page.history.model.line(row)
    assert line is not None
    spot = page.history.view.undo_spot(row).center().toPoint()
    QTest.mouseClick(page.history.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    (undo,) = scene.sent(UndoHistory)
    assert undo == UndoHistory(origin="window", entries=line.reversible) and len(line.reversible) == 2
    assert all(shows_in(scene, change.message) == ["INBOX"] for change in line.rows)
    qtbot.waitUntil(lambda: page.history.model.line(row).newest.undone == NOW)  # type: ignore[union-attr]
    assert page.history.model.line(row).reversible == ()  # type: ignore[union-attr]
    window.run("undo")
    assert all(shows_in(scene, change.message) == ["Trash"] for change in line.rows)
    qtbot.waitUntil(lambda: page.history.model.line(row).reversible == line.reversible)  # type: ignore[union-attr]


def test_an_undo_that_cannot_be_says_why_on_the_page(page: SyncPage, window: MainWindow, scene: Scene) -> None:
    row = row_of(page, "Introduction")
    line = page.history.model.line(row)
    assert line is not None
    scene.desk.handle(MoveMessages(messages=(line.newest.message,), target=scene.folder("Clients/Kestrel")))
    command = UndoHistory(origin="window", entries=line.reversible)
    with pytest.raises(WrongUse) as why:
        scene.desk.handle(command)
    window.on_event(CommandFailed(command=command, remedy=Remedy.ASK_USER, reason=str(why.value)))
    assert page.failure.isVisible()
    assert (
        page.failure.sentence()
        == "“Introduction: Elliot and Mara” was moved again since and is in Clients/Kestrel now."
    )
    assert page.failure.detail() == "Nothing was changed."
    assert window.notices.shown is None
    click(page, "sync-failure-action")
    assert not page.failure.isVisible()


def test_the_keyboard_goes_through_the_lines_and_z_takes_one_back(page: SyncPage, scene: Scene) -> None:
    view = page.history.view
    assert view.hasFocus()
    for _ in range(2):
        QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Z)
    (undo,) = scene.sent(UndoHistory)
    assert undo.entries == page.history.model.line(row_of(page, "Trash")).reversible  # type: ignore[union-attr,attr-defined]


def test_enter_shows_the_message_of_a_line(page: SyncPage, window: MainWindow, qtbot: QtBot) -> None:
    line = page.history.model.line(row_of(page, "Introduction"))
    assert line is not None
    page.history.view.opened.emit(line)
    qtbot.waitUntil(lambda: window.messages.view.selected() == (line.newest.message,))
    assert window.messages.folder is not None and window.messages.folder.label == "Archive"


def test_news_come_in_above_and_older_lines_when_the_end_is_near(page: SyncPage, scene: Scene, qtbot: QtBot) -> None:
    view = page.history.view
    with scene.library.transaction() as unit:
        unit.many(
            "INSERT INTO history(account, at, side, kind, what, cause) VALUES (1, ?, 'here', 'x', ?, 'c')",
            [(NOW - 5 * 86_400 + n, f"Line {n}") for n in range(900)],
        )
        unit.touch(Topic.HISTORY)
    qtbot.waitUntil(lambda: len(page.history.model.items) > 250)
    before = len(page.history.model.items)
    assert before < 400
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: len(page.history.model.items) > before)


def test_the_cause_of_many_is_told_of_many() -> None:
    assert of_many("It was deleted in the mailbox.") == "They were deleted in the mailbox."
    assert of_many("It is new in the mailbox.") == "They are new in the mailbox."
    assert of_many("You archived it here.") == "You archived them here."


def test_lines_of_another_sync_another_cause_or_another_account_stay_apart() -> None:
    def row(ident: int, at: float, **other: object) -> HistoryRow:
        values: dict[str, object] = {
            "id": ident,
            "account": ONE,
            "at": at,
            "side": "here",
            "kind": "deleted",
            "what": "Deleted “x” here",
            "cause": "It was deleted in the mailbox.",
            "folder": "INBOX",
            "message": ident,
            "message_id": "",
            "reversible": False,
            "pattern": "Deleted {} here",
        }
        return HistoryRow(**(values | other))  # type: ignore[arg-type]

    rows = [
        row(9, NOW),
        row(8, NOW, account=TWO),
        row(7, NOW - 1),
        row(6, NOW - 2, cause="You asked for it."),
        row(5, NOW - 1000),
        row(4, NOW - 1000, message=0),
    ]
    assert [[each.id for each in line.rows] for line in gather(rows)] == [[9, 7], [8], [6], [5], [4]]


# --- what waits


def test_what_waits_stands_in_the_order_of_its_urgency(page: SyncPage) -> None:
    assert titles(page) == [
        "Re: Offer Halden",
        "Move “Keys for the archive room” to Trash in the mailbox",
        "Pilot agreement, signed",
        "Change the marks of 2 messages in the mailbox",
        "Move “Can we move Thursday to 14:00?” to Archive in the mailbox",
    ]
    words = [label.text() for label in page.waiting.findChildren(Label) if label.objectName().endswith("-words")]
    assert (
        words[1]
        == "The mailbox has no folder Trash any more. Tried 3 times, again in 4 min. Nothing else waits for this."
    )


def test_one_change_of_a_card_is_retried_or_discarded_alone(
    page: SyncPage, scene: Scene, answers: Answers, qtbot: QtBot
) -> None:
    rows = [row for row in scene.reader.queue() if row.kind == "flags"]
    fold = page.waiting.findChild(FoldButton)
    assert isinstance(fold, FoldButton)
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    for act in ("retry", "discard"):
        button = page.waiting.findChild(ToolButton, f"wait-{rows[0].id}-{act}")
        assert isinstance(button, ToolButton)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert scene.sent(RetryOwed) == [RetryOwed(origin="window", entries=(rows[0].id,))]
    assert answers.questions == ["Discard this change?"]
    assert scene.sent(DiscardOwed) == [DiscardOwed(origin="window", entries=(rows[0].id,))]
    qtbot.waitUntil(lambda: any("Change the marks of “" in title for title in titles(page)))


def test_a_card_that_stays_the_same_stays_unfolded_when_others_change(
    page: SyncPage, scene: Scene, qtbot: QtBot
) -> None:
    fold = page.waiting.findChild(FoldButton)
    assert isinstance(fold, FoldButton)
    QTest.mouseClick(fold, Qt.MouseButton.LeftButton)
    scene.desk.handle(ArchiveMessages(messages=(inbox(scene)[-2],)))
    qtbot.waitUntil(lambda: any("Move 2 messages to Archive" in title for title in titles(page)))
    assert fold.isVisible() and fold.isChecked()


def test_a_no_keeps_what_would_be_discarded(page: SyncPage, scene: Scene, answers: Answers) -> None:
    answers.yes = False
    held = next(row for row in scene.reader.queue() if row.reason)
    click(page, f"wait-{held.id}-discard")
    assert answers.questions and not scene.sent(DiscardOwed)


def test_retry_all_never_says_yes_to_the_guard(page: SyncPage, scene: Scene, qtbot: QtBot) -> None:
    lost = ask_guard(scene, 60)
    qtbot.waitUntil(lambda: any("60 messages" in title for title in titles(page)))
    click(page, "retry-all")
    (retry,) = scene.sent(RetryOwed)
    asked = next(row for row in scene.reader.queue() if row.asked is not None)
    assert asked.id not in retry.entries  # type: ignore[attr-defined]
    assert len(scene.reader.rows(lost)) == 60


def test_letters_are_decided_here_too(page: SyncPage, scene: Scene, answers: Answers) -> None:
    uncertain = next(row for row in scene.reader.outbox() if row.state.value == "uncertain")
    click(page, f"wait-letter-{uncertain.id}-settle")
    click(page, f"wait-letter-{uncertain.id}-retry")
    assert scene.sent(SettleLetter) == [SettleLetter(origin="window", letter=uncertain.id)]
    assert scene.sent(RetryLetter) == [RetryLetter(origin="window", letter=uncertain.id)]
    assert answers.questions == ["Send this letter again?"]


def test_nothing_waiting_says_so(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    page = open_page(window, scene, qtbot)
    assert page.waiting.empty.isVisible() and page.waiting.empty.sentence() == "Nothing waits"
    assert page.history.empty.isVisible() and page.history.empty.sentence() == "Nothing has changed yet"


# --- the mass-change guard


@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_the_guard_is_answered_on_its_card(answer: str, window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    lost = ask_guard(scene, 60)
    page = open_page(window, scene, qtbot)
    assert titles(page) == ["Delete 60 messages of Archive here too?"]
    (asked,) = scene.reader.queue()
    click(page, f"wait-{asked.id}-{answer}")
    qtbot.waitUntil(page.waiting.empty.isVisible)
    assert len(scene.reader.rows(lost)) == (0 if answer == "apply" else 60)


def test_look_lists_exactly_the_messages_that_are_asked_about(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    lost = ask_guard(scene, 60)
    page = open_page(window, scene, qtbot)
    (asked,) = scene.reader.queue()
    click(page, f"wait-{asked.id}-look")
    assert window.frame.on_mail and window.messages.searching
    assert sorted(window.messages.model.keys) == sorted(lost)
    scene.desk.handle(DiscardOwed(entries=(asked.id,)))
    qtbot.waitUntil(lambda: not window.messages.searching, timeout=3000)
    assert not set(inbox(scene)) & set(lost)


def click_in(window: MainWindow, name: str) -> None:
    button = next(button for button in window.findChildren(Button, name) if button.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_guard_asks_over_the_list_as_long_as_it_waits(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    lost = ask_guard(scene, 60)
    qtbot.waitUntil(lambda: window.notices.shown is not None)
    notice = window.notices.shown
    assert notice is not None
    assert notice.sentence == "Stopped: one sync would remove 60 messages (31 %) from Archive."
    assert notice.detail == "Fernhill Studio: Nothing has been removed."
    click_in(window, "trouble-action-first")
    assert sorted(window.messages.model.keys) == sorted(lost)
    click_in(window, "trouble-choice-1")
    qtbot.waitUntil(lambda: window.notices.shown is None)
    assert scene.reader.queue() == [] and len(scene.reader.rows(lost)) == 60


def test_the_guard_is_told_yes_over_the_list(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    lost = ask_guard(scene, 60)
    qtbot.waitUntil(lambda: window.notices.shown is not None)
    click_in(window, "trouble-choice-0")
    qtbot.waitUntil(lambda: window.notices.shown is None)
    assert scene.reader.rows(lost) == []


def test_an_account_without_its_mailbox_is_graver_than_a_question(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    ask_guard(scene, 60)
    qtbot.waitUntil(lambda: window.notices.shown is not None)
    window.on_event(ConnectionChanged(account=ONE, link=Link.SIGN_IN_NEEDED, fix=Fix.PASSWORD, reason="Refused."))
    assert window.notices.shown is not None and "sign in again" in window.notices.shown.sentence
    assert not any(button.isVisible() for button in window.findChildren(Button, "trouble-choice-0"))
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW))
    assert window.notices.shown.sentence.startswith("Stopped")


# --- the counts of both sides


def counts(window: MainWindow) -> CountsDialog:
    dialog = window.findChild(CountsDialog)
    assert isinstance(dialog, CountsDialog)
    return dialog


def words_in(dialog: CountsDialog) -> list[str]:
    """What its visible labels say, in order; rows of folders by what they are spoken as."""
    rows = [
        child.accessibleName()
        for child in dialog.findChildren(QWidget)
        if " in the mailbox, " in child.accessibleName()
    ]
    title = dialog.findChild(Label, "counts-title")
    assert isinstance(title, Label)
    return [title.text(), *(row for row in rows if row.count(". ") == 1)]


def test_counts_are_compared_told_in_words_and_repaired(page: SyncPage, window: MainWindow, scene: Scene) -> None:
    click(page, "account-card-1-counts")
    (asked,) = scene.sent(AuditFolders)
    assert asked.account == ONE and not asked.repair  # type: ignore[attr-defined]
    dialog = counts(window)
    assert words_in(dialog) == ["Comparing Fernhill Studio with its mailbox"]

    def tell(folder: str, number: int, **counts: Any) -> None:
        window.on_event(
            FolderCompared(account=ONE, origin=asked.origin, folder=folder, number=number, total=3, **counts)
        )

    tell("INBOX", 1, there=214, here=60)
    tell("Archive", 2, there=12, here=10, missing=2, new=0)
    window.on_event(FolderCompared(account=TWO, origin="another", folder="Elsewhere", missing=9))
    tell("Clients/Kestrel", 3, there=4, here=4, extra=1, new=1)
    window.on_event(FoldersCompared(account=ONE, origin=asked.origin))

    assert words_in(dialog) == [
        "2 folders differ",
        "Archive: 2 are missing here. 12 in the mailbox, 10 here",
        "Clients/Kestrel: 1 here is gone from the mailbox, 1 came since the last check. 4 in the mailbox, 4 here",
        "INBOX: They agree; 154 older ones are not fetched. 214 in the mailbox, 60 here",
    ]
    repair = dialog.findChild(Button, "counts-repair")
    assert isinstance(repair, Button) and repair.isVisible()
    QTest.mouseClick(repair, Qt.MouseButton.LeftButton)
    again = scene.sent(AuditFolders)[-1]
    assert again.repair and words_in(dialog)[0] == "Repairing Fernhill Studio"  # type: ignore[attr-defined]
    for number, folder in enumerate(("INBOX", "Archive", "Clients/Kestrel"), 1):
        event = FolderCompared(account=ONE, origin=again.origin, folder=folder, there=3, here=3, number=number, total=3)
        window.on_event(event)
    window.on_event(FoldersCompared(account=ONE, origin=again.origin))
    assert words_in(dialog)[0] == "Both sides agree" and not repair.isVisible()


def test_a_comparison_that_ended_early_says_why(page: SyncPage, window: MainWindow, scene: Scene) -> None:
    click(page, "account-card-2-counts")
    (asked,) = scene.sent(AuditFolders)
    window.on_event(FoldersCompared(account=TWO, origin=asked.origin, reason="The server could not be reached."))
    dialog = counts(window)
    detail = dialog.findChild(Label, "counts-detail")
    assert words_in(dialog) == ["The folders could not all be compared"]
    assert isinstance(detail, Label) and detail.text() == "The server could not be reached."


# --- folders that went


def test_a_lost_folder_is_a_question_of_its_own(page: SyncPage, scene: Scene, qtbot: QtBot) -> None:
    with scene.library.transaction() as unit:
        for name in ("Clients/Kestrel", "Clients/Meridian"):
            what = f'{{"folder": {scene.folder(name)}}}'
            unit.run("INSERT INTO operation(account, kind, what, since) VALUES (1, 'folder-lost', ?, ?)", what, NOW)
        unit.touch(Topic.QUEUE)
    qtbot.waitUntil(lambda: titles(page)[:2] == ["A folder is gone from the mailbox"] * 2)
    lost = [row.id for row in scene.reader.queue() if row.kind == "folder-lost"]
    click(page, "retry-all")
    assert not set(scene.sent(RetryOwed)[-1].entries) & set(lost)  # type: ignore[attr-defined]


# --- widths


def test_a_narrow_page_shows_one_half_at_a_time(page: SyncPage, window: MainWindow) -> None:
    assert page.history.isVisible() and page.waiting.isVisible() and not page.halves.isVisible()
    window.resize(700, 800)
    assert page.halves.isVisible() and page.history.isVisible() and not page.waiting.isVisible()
    page.halves.choose(1)
    page.halves.chosen.emit(1)
    assert page.waiting.isVisible() and not page.history.isVisible()


def test_folders_and_copies_that_wait_are_told_as_what_they_are(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    two = tuple(inbox(scene)[:2])
    scene.post(CopyMessages(messages=two, target=scene.folder("Archive")))
    scene.post(MoveMessages(messages=two, target=scene.folder("INBOX", TWO)))
    for name in ("First", "Second"):
        scene.post(CreateFolder(account=ONE, name=name))
    page = open_page(window, scene, qtbot)
    qtbot.waitUntil(lambda: len(titles(page)) == 4)

    assert set(titles(page)) == {
        "Copy 2 messages in the mailbox",
        "Move 2 messages from another account",
        "Make the folder First in the mailbox",
        "Make the folder Second in the mailbox",
    }


@pytest.mark.parametrize("answer", ["apply", "keep"])
def test_questions_about_folders_are_answered_on_their_cards_and_not_by_retry_all(
    window: MainWindow, scene: Scene, qtbot: QtBot, answer: str
) -> None:
    kestrel, meridian = scene.folder("Clients/Kestrel"), scene.folder("Clients/Meridian")
    scene.post(DeleteFolder(folder=meridian))
    message = inbox(scene)[0]
    scene.post(MoveMessages(messages=(message,), target=kestrel))
    with scene.library.transaction() as unit:
        note_lost(unit, kestrel)
        (delete,) = owed_deeds(unit, ONE, "folder-delete")
        note_left_open(unit, delete.operation, 1, 9)
    page = open_page(window, scene, qtbot)
    qtbot.waitUntil(lambda: len(titles(page)) >= 3)
    questions = {row.kind: row.id for row in scene.reader.queue() if row.question}
    assert set(questions) == {"folder-delete", "folder-lost"}

    page.waiting._on_retry_all()
    assert questions.items() <= {row.kind: row.id for row in scene.reader.queue() if row.question}.items()
    click(page, f"wait-{questions['folder-delete']}-{answer}")
    click(page, f"wait-{questions['folder-lost']}-{'retry' if answer == 'apply' else 'discard'}")

    left = {row.kind for row in scene.reader.queue()}
    if answer == "apply":
        assert "folder-create" in left and "folder-lost" not in left
        assert scene.reader.folders_of(message) == [kestrel]
    else:
        assert not left & {"folder-delete", "folder-lost"}  # what went to Trash with the folder stays there
        assert scene.reader.folders_of(message) == [scene.folder("INBOX")]
        assert scene.folder("Clients/Meridian") == meridian


def test_how_often_all_folders_are_looked_at_is_seen_on_the_card_and_chosen_in_its_menu(
    page: SyncPage, window: MainWindow, scene: Scene
) -> None:
    def choices() -> dict[str, QAction]:
        menu = window.popups.account_menu(ONE)
        found = menu.findChildren(QMenu)
        (every,) = [each for each in found if each.title() == "Check all folders every"]
        return {action.text(): action for action in every.actions()}

    assert [words for words, action in choices().items() if action.isChecked()] == ["5 minutes"]
    choices()["15 minutes"].trigger()

    assert scene.sent(ChangeSetting) == [ChangeSetting(origin="window", key="poll_seconds", value="900")]
    assert [words for words, action in choices().items() if action.isChecked()] == ["15 minutes"]
    window.on_event(ConnectionChanged(account=ONE, link=Link.LIVE, at=NOW))
    assert "all folders every 15 min" in page.cards[ONE].text()
