"""Lists by conversation, smart folders, narrowing and sorting, in the window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import ArchiveMessages, ChangeFlags, ChangeSetting
from app.core.ids import AccountId, MessageId
from app.core.values import FLAGGED, SEEN
from app.gui.look.theme import Theme
from app.gui.messages.listing import HEAD
from app.gui.messages.model import dragged_messages
from app.gui.messages.people import writers
from app.gui.window.main import MainWindow
from app.store.rows import MessageRow
from gui.fernhill import add_talk
from gui.scene import NOW, Scene, letter


def subjects(window: MainWindow) -> list[str]:
    model = window.messages.model
    rows = [model.message(row) for row in range(model.rowCount()) if not model.is_group(row)]
    return [row.subject for row in rows if row is not None]


def settled(window: MainWindow, qtbot: QtBot) -> None:
    listing = window.messages.listing
    qtbot.waitUntil(lambda: listing.whole and not listing._asked and not listing._timer.isActive())


def start_talk(window: MainWindow, scene: Scene, qtbot: QtBot) -> tuple[MessageId, MessageId, MessageId, MessageId]:
    """A conversation of four in the Inbox and Sent; its row is selected."""
    talk = add_talk(scene)
    qtbot.waitUntil(lambda: window.messages.model.row_of(talk[3]) >= 0)
    settled(window, qtbot)
    row = window.messages.model.row_of(talk[3])
    window.messages.view.select_rows([row], row)
    return talk


def test_a_conversation_is_one_row_that_names_who_wrote_and_how_often(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    talk = start_talk(window, scene, qtbot)
    model = window.messages.model
    row = model.row_of(talk[3])
    assert model.sentence(row) == "Unread, me, Jonas, Lena, 4 messages, Re: Pricing page copy, 08:44"
    assert model.row_of(talk[0]) == model.row_of(talk[2]) == -1


def test_a_conversation_opens_at_its_first_unread_message(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    talk = start_talk(window, scene, qtbot)
    qtbot.waitUntil(lambda: window.reader.message == talk[2])
    window.run("reply")
    assert scene.composed[-1].message == talk[2]


def test_what_is_done_to_a_conversation_is_done_to_its_messages_in_this_folder(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    talk = start_talk(window, scene, qtbot)
    window.run("archive")
    archived = scene.sent(ArchiveMessages)[-1]
    assert isinstance(archived, ArchiveMessages) and set(archived.messages) == {talk[0], talk[2], talk[3]}
    assert scene.reader.folders_of(talk[1]) == [scene.folder("Sent")]
    qtbot.waitUntil(lambda: window.messages.model.row_of(talk[3]) < 0)
    window.run("undo")
    qtbot.waitUntil(lambda: window.messages.model.row_of(talk[3]) >= 0)


def test_a_flag_is_for_the_open_message_and_read_is_for_all(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    talk = start_talk(window, scene, qtbot)
    qtbot.waitUntil(lambda: window.reader.message == talk[2])
    window.run("flag")
    flagged = scene.sent(ChangeFlags)[-1]
    assert isinstance(flagged, ChangeFlags) and (flagged.messages, flagged.add) == ((talk[2],), frozenset({FLAGGED}))
    window.run("unread")
    read = scene.sent(ChangeFlags)[-1]
    assert isinstance(read, ChangeFlags) and set(read.messages) == {talk[0], talk[2], talk[3]} and read.add == {SEEN}
    window.run("unread")
    unread = scene.sent(ChangeFlags)[-1]
    assert isinstance(unread, ChangeFlags) and (unread.messages, unread.remove) == ((talk[2],), frozenset({SEEN}))
    # Over a row that is not the open one, the newest message stands for the conversation.
    other = next(n for n in range(1, 9) if window.messages.model.message_id(n) not in (None, talk[3]))
    window.messages.view.select_rows([other], other)
    window.messages.view.acted.emit("flag", int(talk[3]))
    taken = scene.sent(ChangeFlags)[-1]
    assert isinstance(taken, ChangeFlags) and (taken.messages, taken.remove) == ((talk[2],), frozenset({FLAGGED}))
    window.messages.view.acted.emit("flag", int(talk[3]))
    newest = scene.sent(ChangeFlags)[-1]
    assert isinstance(newest, ChangeFlags) and (newest.messages, newest.add) == ((talk[3],), frozenset({FLAGGED}))


def test_a_conversation_that_goes_on_stays_selected_and_what_is_read_stays_open(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    talk = start_talk(window, scene, qtbot)
    qtbot.waitUntil(lambda: window.reader.message == talk[2])
    answered = letter(
        "Jonas Weber <jonas@meridian.example>",
        "Re: Pricing page copy",
        "One more.",
        at=NOW,
        answers=_raw(scene, talk[3]),
    )
    newest = scene.arrive(answered, NOW)
    qtbot.waitUntil(lambda: window.messages.model.row_of(newest) >= 0)
    assert window.messages.view.selected() == (newest,) and window.messages.model.row_of(talk[3]) < 0
    assert window.reader.message == talk[2]


def _raw(scene: Scene, message: MessageId) -> bytes:
    raw = scene.reader.raw(message)
    assert raw is not None
    return raw


def test_dragging_a_row_drags_the_conversation(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    talk = start_talk(window, scene, qtbot)
    model = window.messages.model
    data = model.mimeData([model.index(model.row_of(talk[3]), 0)])
    assert set(dragged_messages(data)) == {talk[0], talk[2], talk[3]}


def test_single_messages_are_listed_when_that_is_wished_and_remembered(
    window: MainWindow, scene: Scene, qtbot: QtBot, light: Theme
) -> None:
    talk = start_talk(window, scene, qtbot)
    window.run("list-messages")
    qtbot.waitUntil(lambda: all(window.messages.model.row_of(talk[n]) >= 0 for n in (0, 2, 3)))
    assert subjects(window).count("Re: Pricing page copy") == 2
    assert window.acts["list-messages"].isChecked()
    other = scene.window(light)
    assert not other.messages.grouped
    other.stop()
    window.run("list-conversations")
    qtbot.waitUntil(lambda: window.messages.model.row_of(talk[0]) < 0)


def test_a_message_asked_for_by_name_is_found_in_its_conversation(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    talk = add_talk(scene)
    assert window.panes.show_message(talk[0])
    qtbot.waitUntil(lambda: window.messages.view.selected() == (talk[3],))
    assert window.reader.message == talk[0]


def test_smart_folders_stand_above_the_accounts_and_are_remembered(
    window: MainWindow, scene: Scene, qtbot: QtBot, light: Theme
) -> None:
    scene.arrive(letter("Sofia <s@there.example>", "Dinner?", "x", at=NOW - 60), NOW - 60, account=2)
    window.run("go-all-inboxes")
    qtbot.waitUntil(lambda: {"Dinner?", "Invoice 2026-1187 is ready"} <= set(subjects(window)))
    assert scene.sent(ChangeSetting)[-1] == ChangeSetting(origin="window", key="last_folder", value="smart-inboxes")
    assert window.panes.listed() is None and window.messages.head.title.text() == "All inboxes"
    colours = window.messages.model.colours
    assert set(colours) == {AccountId(1), AccountId(2)}
    other = scene.window(light)
    assert other.messages.head.title.text() == "All inboxes"
    other.stop()
    window.run("go-flagged")
    qtbot.waitUntil(lambda: subjects(window) == ["Pilot feedback, week two"])
    window.run("flag")  # nothing is selected: nothing happens
    window.messages.view.select_rows([1], 1)
    window.run("flag")
    settled(window, qtbot)
    assert subjects(window) == ["Pilot feedback, week two"]  # it does not go from under one's eyes
    window.run("go-unread")
    window.run("go-flagged")
    qtbot.waitUntil(lambda: window.messages.stack.currentWidget() is window.messages.empty)
    assert window.messages.empty.accessibleName().startswith("Nothing is flagged")


def test_a_list_is_narrowed_by_its_button_and_says_so(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    whole = subjects(window)
    head = window.messages.head
    asked: list[QPoint] = []
    head.filter_asked.connect(asked.append)
    QTest.mouseClick(head.filter_button, Qt.MouseButton.LeftButton)
    assert len(asked) == 1 and not head.filter_button.isChecked()
    window.run("only-unread")
    qtbot.waitUntil(lambda: 0 < len(subjects(window)) < len(whole))
    assert head.count.text() == "unread" and head.filter_button.isChecked()
    first = window.messages.model.message_id(1)
    assert first is not None
    window.deeds.mark_read([first], read=True)
    settled(window, qtbot)
    assert window.messages.model.row_of(first) == 1  # still there while one looks
    window.run("only-flagged")
    qtbot.waitUntil(lambda: window.messages.stack.currentWidget() is window.messages.empty)
    assert window.messages.empty.accessibleName() == "Nothing here is unread, flagged The list is narrowed."
    window.messages.empty.acted.emit()
    qtbot.waitUntil(lambda: subjects(window) == whole)
    assert not window.acts["only-unread"].isChecked() and not window.acts["only-flagged"].isChecked()
    window.run("only-unread")
    window.panes.go_to_folder(scene.folder("Clients/Meridian"))
    assert window.messages.filters == frozenset()


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("oldest", lambda row: row.date),
        ("sender", lambda row: (row.sender.name or row.sender.email).casefold()),
        ("size", lambda row: -row.size),
    ],
)
def test_a_folder_keeps_how_it_is_sorted(
    window: MainWindow, scene: Scene, qtbot: QtBot, sort: str, key: Callable[[MessageRow], str | float]
) -> None:
    model = window.messages.model
    ids, _dates = scene.reader.listing(scene.folder("INBOX"))
    rows = sorted(scene.reader.rows([MessageId(ident) for ident in ids]), key=key)
    window.run(f"sort-{sort}")
    qtbot.waitUntil(lambda: [model.message_id(n) for n in range(model.rowCount())] == [row.id for row in rows])
    window.panes.go_to_folder(scene.folder("Clients/Meridian"))
    assert window.acts["sort-newest"].isChecked()
    window.panes.go_to_folder(scene.folder("INBOX"))
    assert window.acts[f"sort-{sort}"].isChecked()
    qtbot.waitUntil(lambda: model.message_id(0) == rows[0].id)


def test_a_long_list_is_shown_before_all_of_it_is_read(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    target = scene.folder("Archive")
    with scene.library.transaction() as unit:
        unit.many(
            "INSERT INTO message(id, account, fingerprint, subject, date, conversation) VALUES (?, 1, ?, ?, ?, ?)",
            ((n, f"f{n}", f"Subject {n}", NOW - n, n) for n in range(10_000, 10_000 + HEAD + 300)),
        )
        unit.many(
            "INSERT INTO placement(message, folder, uid, server, base, local) VALUES (?, ?, ?, '', '', '')",
            ((n, target, n) for n in range(10_000, 10_000 + HEAD + 300)),
        )
    counts: list[int] = []
    window.messages.listing.filled.connect(counts.append)
    last = MessageId(10_000 + HEAD + 299)
    assert window.panes.show_message(last)
    qtbot.waitUntil(lambda: window.messages.view.selected() == (last,))
    assert counts[:2] == [HEAD, HEAD + 300]


def test_writers_are_named_as_people_call_them() -> None:
    people = [("Weber, Jonas", "j@x.test"), ("Corvid Cloud Billing Team", "b@x.test"), ("", "zoe@x.test")]
    assert writers(people, (), "me") == "Jonas, Corvid Cloud Billing Team, zoe"
    people = [("Ann Lee", "a@x.test"), ("Bo", "b@x.test"), ("Cy", "c@x.test"), ("Mara", "ME@x.test")]
    assert writers(people, ("me@x.test",), "me") == "Bo, Cy, me"
    assert writers([("Ann Lee", "a@x.test"), ("Ann Lee", "ann@y.test")], (), "me") == "Ann"
