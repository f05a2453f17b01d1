"""The message list in the window: what it shows, keys, staying in place."""

from __future__ import annotations

from array import array

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDragMoveEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    DeleteForGood,
    DeleteMessages,
    MarkFolderRead,
    MoveMessages,
    Search,
    Undo,
)
from app.core.events import Found
from app.core.ids import MessageId
from app.core.values import FLAGGED, SEEN
from app.gui.look.parts.fields import LineEdit
from app.gui.look.theme import Theme
from app.gui.messages.keys import TODAY, YESTERDAY
from app.gui.messages.listing import PAUSE_MS
from app.gui.messages.model import PAGE, MessageModel, dragged_messages
from app.gui.messages.view import MessageView
from app.gui.window.main import MainWindow
from gui.conftest import Answers
from gui.scene import NOW, Scene, letter


def pick(window: MainWindow, qtbot: QtBot, subject: str) -> MessageId:
    """Select the message with this subject and give the list the focus."""
    model = window.messages.model
    row = next(n for n in range(model.rowCount()) if (m := model.message(n)) is not None and subject in m.subject)
    window.messages.view.select_rows([row], row)
    window.messages.view.setFocus()
    message = model.message_id(row)
    assert message is not None
    qtbot.waitUntil(lambda: window.reader.content is not None and window.reader.content.row.id == message)
    return message


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.messages.view, key, modifier)


def test_rows_read_as_one_spoken_sentence(window: MainWindow) -> None:
    model = window.messages.model
    assert model.sentence(0) == "Today"
    assert model.sentence(2) == "Unread, Tomás Rivera, Signed order form attached, attachment, 09:17"
    role = Qt.ItemDataRole.AccessibleTextRole
    assert model.data(model.index(2, 0), role) == model.sentence(2)


def test_j_and_k_go_through_messages_and_pass_over_headers(window: MainWindow, qtbot: QtBot) -> None:
    pick(window, qtbot, "Invoice")
    press(window, Qt.Key.Key_J)
    view = window.messages.view
    shown = window.messages.model.message(view.currentIndex().row())
    assert shown is not None and shown.sender.email == "sora@tanaka.example"
    press(window, Qt.Key.Key_K)
    press(window, Qt.Key.Key_Up)
    shown = window.messages.model.message(view.currentIndex().row())
    assert shown is not None and shown.subject == "Pilot feedback, week two"


def test_archive_goes_to_the_next_message_and_can_be_undone(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    message = pick(window, qtbot, "Can we move Thursday")
    count = window.messages.model.rowCount()
    press(window, Qt.Key.Key_E)
    assert scene.sent(ArchiveMessages) == [ArchiveMessages(origin="window", messages=(message,))]
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == count - 1)
    row = window.messages.model.message(window.messages.view.currentIndex().row())
    assert row is not None and row.subject == "Pilot feedback, week two"
    assert window.toast.isVisible()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(scene.sent(Undo)) == 1
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == count)


def test_every_act_has_its_key(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    message = pick(window, qtbot, "Invoice")
    press(window, Qt.Key.Key_S)
    assert scene.sent(ChangeFlags)[-1] == ChangeFlags(origin="window", messages=(message,), add=frozenset({FLAGGED}))
    press(window, Qt.Key.Key_U)
    assert scene.sent(ChangeFlags)[-1] == ChangeFlags(origin="window", messages=(message,), remove=frozenset({SEEN}))
    press(window, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    assert len(scene.sent(MarkFolderRead)) == 1
    press(window, Qt.Key.Key_R)
    press(window, Qt.Key.Key_F)
    press(window, Qt.Key.Key_N)
    assert [request.kind.name for request in scene.composed] == ["REPLY", "FORWARD", "NEW"]
    assert scene.composed[0].message == message
    press(window, Qt.Key.Key_Delete)
    assert scene.sent(DeleteMessages) == [DeleteMessages(origin="window", messages=(message,))]


def test_deleting_for_good_asks_and_no_means_no(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    pick(window, qtbot, "Invoice")
    window.messages.view.selectAll()
    many = len(window.panes.selected())
    answers.yes = False
    press(window, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert answers.questions == [f"Delete {many} messages for good?"] and scene.sent(DeleteForGood) == []
    answers.yes = True
    press(window, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert len(scene.sent(DeleteForGood)) == 1


def test_select_all_leaves_headers_out(window: MainWindow) -> None:
    window.messages.view.selectAll()
    assert len(window.panes.selected()) == 13 == sum(key > 0 for key in window.messages.model.keys)


def test_letters_typed_into_the_search_field_are_not_actions(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    pick(window, qtbot, "Invoice")
    press(window, Qt.Key.Key_Slash)
    QTest.keyClicks(window.messages.search, "areas")
    assert window.messages.search.text() == "areas" and scene.composed == []
    assert scene.sent(ArchiveMessages) == []


def test_search_shows_what_was_found_and_escape_returns(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    before = window.messages.model.rowCount()
    window.run("search")
    QTest.keyClicks(window.messages.search, "invoice")
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    assert isinstance(scene.sent(Search)[-1], Search)
    QTest.keyClick(window.messages.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == before)


def test_an_answer_to_an_older_search_is_dropped(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    window.messages.search.setText("invoice")
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == 1)
    late = Found(origin="list-0", query="in", messages=(MessageId(1), MessageId(2)), searched=16)
    window.on_event(late)
    assert window.messages.model.rowCount() == 1


def test_an_empty_search_says_how_much_was_searched(window: MainWindow, qtbot: QtBot) -> None:
    window.messages.search.setText("nowherefound")
    qtbot.waitUntil(window.messages.empty.isVisible)
    assert window.messages.empty.sentence() == "No mail matches “nowherefound”"
    assert window.messages.empty.detail().startswith("Searched 16 messages since ")


def test_new_mail_keeps_the_selection_and_what_is_on_screen(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    message = pick(window, qtbot, "Autumn workshop")
    view = window.messages.view
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    row = window.messages.model.row_of(message)
    place = view.rowViewportPosition(row)
    count = window.messages.model.rowCount()
    scene.arrive(letter("New <new@there.example>", "Just in", "Hello", at=NOW), NOW)
    qtbot.waitUntil(lambda: window.messages.model.rowCount() == count + 1)
    assert window.panes.selected() == (message,)
    assert view.rowViewportPosition(window.messages.model.row_of(message)) == place


def test_a_list_at_its_top_shows_new_mail(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    pick(window, qtbot, "Signed order form")
    window.messages.view.scrollToTop()
    scene.arrive(letter("New <new@there.example>", "Just in", "Hello", at=NOW), NOW)
    qtbot.waitUntil(lambda: window.messages.model.message_id(1) is not None and "Just in" in _subject(window, 1))
    assert window.messages.view.verticalScrollBar().value() == 0


def _subject(window: MainWindow, row: int) -> str:
    message = window.messages.model.message(row)
    return message.subject if message else ""


def test_a_hover_action_acts_on_its_row_without_selecting_it(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    view = window.messages.view
    rect = view.visualRect(window.messages.model.index(3, 0))
    QTest.mouseMove(view.viewport(), QPoint(rect.center().x(), rect.center().y()))
    spot = QPoint(rect.right() - 16 - 8, rect.top() + 19)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert scene.sent(ChangeFlags)[-1] == ChangeFlags(
        origin="window", messages=(MessageId(window.messages.model.keys[3]),), add=frozenset({FLAGGED})
    )
    assert window.panes.selected() == ()


def test_the_drag_carries_the_messages_to_a_folder(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    message = pick(window, qtbot, "Invoice")
    model = window.messages.model
    data = model.mimeData([model.index(0, 0), model.index(model.row_of(message), 0)])
    assert dragged_messages(data) == (message,)
    entry = next(e for e in window.folders.model.entries if e.label == "Meridian")
    window.folders.view.dropped.emit(entry, b"%d" % message)
    assert scene.sent(MoveMessages)[-1] == MoveMessages(
        origin="window", messages=(message,), target=scene.folder("Clients/Meridian")
    )


def test_messages_cannot_be_dropped_on_another_accounts_folder(window: MainWindow, qtbot: QtBot) -> None:
    message = pick(window, qtbot, "Invoice")
    model, view = window.messages.model, window.folders.view
    data = model.mimeData([model.index(model.row_of(message), 0)])
    rows = [row for row, entry in enumerate(window.folders.model.entries) if entry.label in ("Meridian", "Labels")]
    accepted = []
    for row in rows:
        spot = view.visualRect(window.folders.model.index(row, 0)).center()
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        move = QDragMoveEvent(spot, Qt.DropAction.MoveAction, data, left, none)
        view.dragMoveEvent(move)
        accepted.append(move.isAccepted())
    assert accepted == [True, False]


def test_moving_by_keyboard_finds_a_folder_by_some_letters(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    message = pick(window, qtbot, "Invoice")
    window.run("move")
    field = window.chooser.findChild(LineEdit, "chooser-search")
    assert isinstance(field, LineEdit)
    QTest.keyClicks(field, "kest")
    QTest.keyClick(field, Qt.Key.Key_Return)
    move = scene.sent(MoveMessages)[-1]
    assert isinstance(move, MoveMessages)
    assert (move.messages, move.target) == ((message,), scene.folder("Clients/Kestrel"))
    assert window.chooser.isHidden()


def test_escape_closes_the_folder_chooser_and_moves_nothing(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    pick(window, qtbot, "Invoice")
    window.run("move")
    field = window.chooser.findChild(LineEdit, "chooser-search")
    assert isinstance(field, LineEdit)
    QTest.keyClicks(field, "nrf")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert window.chooser.isHidden() and scene.sent(MoveMessages) == [] and scene.composed == []


def test_only_pages_on_screen_are_read(light: Theme, qtbot: QtBot) -> None:
    model = MessageModel(lambda ids: [], lambda: NOW)
    view = MessageView(light, model)
    qtbot.addWidget(view)
    view.resize(368, 800)
    model.show(array("q", [TODAY, *range(1, 200_001)]))
    view.show()
    view.grab()
    assert 1 <= model.pages_read <= 2
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    view.grab()
    assert model.pages_read <= 4
    assert model.rowCount() == 200_001 and PAGE == 32


def test_densities_change_the_height_of_rows(window: MainWindow) -> None:
    view = window.messages.view
    for name, height in (("compact", 30), ("cosy", 56), ("roomy", 74)):
        window.run(f"density-{name}")
        assert view.rowHeight(1) == height and view.rowHeight(0) == 32


def test_the_model_knows_its_headers_after_every_change() -> None:
    model = MessageModel(lambda ids: [], lambda: NOW)
    model.show(array("q", [TODAY, 9, 8, YESTERDAY, 7, 6]))
    model.change([(4, 1, array("q")), (0, 2, array("q")), (0, 0, array("q", [TODAY, 12, 11]))])
    assert list(model.keys) == [TODAY, 12, 11, 8, YESTERDAY, 6]
    assert model.groups == [row for row, key in enumerate(model.keys) if key < 0]


def test_header_heights_follow_their_rows(light: Theme, qtbot: QtBot) -> None:
    model = MessageModel(lambda ids: [], lambda: NOW)
    view = MessageView(light, model)
    qtbot.addWidget(view)
    for keys in ([TODAY, 9, 8, YESTERDAY, 7, 6], [TODAY, 9, YESTERDAY, 8, 7, 6]):
        view.apply(None, array("q", keys), -1)
        assert [view.rowHeight(row) for row in range(6)] == [32 if key < 0 else 74 for key in keys]


def test_a_change_after_a_quiet_while_is_looked_at_at_once_and_one_that_follows_waits(
    window: MainWindow, qtbot: QtBot
) -> None:
    listing = window.messages.listing
    qtbot.waitUntil(lambda: listing._last.elapsed() > 2 * PAUSE_MS and not listing._asked)

    with qtbot.waitSignal(listing.filled):
        listing.refresh()
        assert listing._timer.interval() == 0
        listing.refresh()  # the same look serves both

    qtbot.waitUntil(lambda: listing._last.elapsed() > 2 * PAUSE_MS)
    listing._ask()
    listing.refresh()
    assert 0 < listing._timer.interval() <= PAUSE_MS
