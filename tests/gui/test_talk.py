"""Conversations in the reader: one message is open, the others are rows around it; keys, updates, split and merge."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import QLocale, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from app.core.commands import (
    ArchiveMessages,
    ChangeFlags,
    DeleteMessages,
    MergeConversations,
    SplitConversation,
    Undo,
)
from app.core.events import CommandFailed, Remedy
from app.core.ids import MessageId
from app.core.trouble import WrongUse
from app.core.values import SEEN, Address
from app.gui.look.theme import Theme
from app.gui.reader.talk_items import NEAR, Item, Run, earlier_items, later_items
from app.gui.reader.talk_row import day_time, span
from app.gui.reader.talk_strip import TalkStrip
from app.gui.reader.web.view import WebSheet
from app.gui.window.main import MainWindow
from app.store.talk import TalkRow
from gui.fernhill import fill_fernhill
from gui.scene import NOW, Scene
from gui.talks import PEOPLE, fill_talk, say
from gui.web import text_of


@pytest.fixture
def window(scene: Scene, light: Theme, qtbot: QtBot) -> MainWindow:
    fill_fernhill(scene)
    window = scene.window(light)
    qtbot.addWidget(window, before_close_func=lambda _: window.stop())
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    window.run("read-never")
    window.run("list-messages")
    return window


def read(window: MainWindow, qtbot: QtBot, message: MessageId) -> None:
    """Select a message in the list and wait until the reader shows it."""
    qtbot.waitUntil(lambda: window.messages.model.row_of(message) >= 0)
    row = window.messages.model.row_of(message)
    window.messages.view.select_rows([row], row)
    wait_open(window, qtbot, message)


def wait_open(window: MainWindow, qtbot: QtBot, message: MessageId) -> None:
    qtbot.waitUntil(lambda: window.reader.content is not None and window.reader.content.row.id == message)


def ids(strip: TalkStrip) -> list[int]:
    """The messages of the rows, 0 for a line that unfolds some."""
    return [0 if isinstance(item, Run) else item.id for item in strip.items]


def click(strip: TalkStrip, row: int) -> None:
    spot = strip.visualRect(strip.model().index(row, 0)).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def scrolled(window: MainWindow) -> QScrollArea:
    area = window.reader.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    return area


def top_of_open(window: MainWindow) -> int:
    """Where the open message begins, below the upper edge of what is on screen."""
    area = scrolled(window)
    return window.reader._header.sender_line.mapTo(area.viewport(), QPoint(0, 0)).y()


# --- which rows there are


def rows(count: int, unread: tuple[int, ...] = ()) -> list[TalkRow]:
    return [
        TalkRow(
            id=MessageId(n + 1),
            sender=Address(email=f"p{n}@there.example"),
            snippet="",
            date=NOW + n,
            seen=n not in unread,
            flagged=False,
            attachments=0,
        )
        for n in range(count)
    ]


def shape(items: list[Item]) -> list[object]:
    return [(len(item.rows), item.unread) if isinstance(item, Run) else item.id for item in items]


@pytest.mark.parametrize(
    ("count", "unfolded", "before", "after"),
    [
        (0, False, [], []),
        (NEAR + 1, False, [1, 2, 3, 4], [1, 2, 3, 4]),
        (5, False, [(2, 1), 3, 4, 5], [1, 2, 3, (2, 0)]),
        (5, True, [(2, 1), 1, 2, 3, 4, 5], [1, 2, 3, (2, 0), 4, 5]),
        (300, False, [(297, 1), 298, 299, 300], [1, 2, 3, (297, 0)]),
    ],
)
def test_long_runs_become_one_line_and_the_nearest_stay(
    count: int, unfolded: bool, before: list[object], after: list[object]
) -> None:
    some = rows(count, unread=(1,))
    assert shape(earlier_items(some, unfolded=unfolded)) == before
    assert shape(later_items(some, unfolded=unfolded)) == after


def test_rows_say_the_day_and_runs_the_days() -> None:
    english, german = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom), QLocale("de_DE")

    def at(year: int, month: int, day: int) -> float:
        return dt.datetime(year, month, day, 18, 5).timestamp()

    now = dt.datetime(2026, 11, 23, 9, 43).timestamp()
    times = [
        day_time(at(*when), now, english) for when in ((2026, 11, 22), (2026, 11, 12), (2025, 11, 22), (1970, 1, 1))
    ]
    assert times == ["Sun 18:05", "12 Nov", "22 Nov 2025", ""]
    assert day_time(dt.datetime(2026, 11, 23, 9, 2).timestamp(), now, english) == "09:02"
    spans = [
        span(at(*one), at(*other), now, english)
        for one, other in (
            ((2026, 11, 19), (2026, 11, 19)),
            ((2026, 11, 19), (2026, 11, 21)),
            ((2026, 10, 28), (2026, 11, 3)),
            ((2024, 12, 28), (2025, 1, 3)),
            ((1970, 1, 1), (2025, 1, 3)),
        )
    ]
    assert spans == ["19 Nov", "19–21 Nov", "28 Oct – 3 Nov", "28 Dec 2024 – 3 Jan 2025", ""]
    assert span(at(2026, 11, 19), at(2026, 11, 21), now, german) == "19–21 Nov."


# --- opening


def test_the_others_are_rows_above_and_below_with_own_answers_among_them(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    said = fill_talk(scene, 5, unread=(1,))
    read(window, qtbot, said[2])
    talk = window.reader.talk
    assert ids(talk.earlier) == said[:2] and ids(talk.later) == said[3:]
    assert talk.earlier.isVisible() and talk.later.isVisible()
    assert talk.earlier.height() == 2 * talk.later.height() // 2
    sentences = [talk.later.model().index(row, 0).data() for row in range(2)]
    assert sentences[0].startswith("Me, 07:13, attachment, ") and "number 3" in sentences[0]
    unread = talk.earlier.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert unread.startswith("Unread, Amira Haddad, 02:13, ")


def test_a_message_alone_has_no_rows(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 2)
    read(window, qtbot, said[0])
    assert window.reader.talk.later.isVisible()
    read(window, qtbot, next(MessageId(key) for key in window.messages.model.keys if key > 0 and key not in said))
    assert not window.reader.talk.earlier.isVisible() and not window.reader.talk.later.isVisible()
    window.reader.show_nothing()
    assert window.reader.talk.rows == ()


def test_a_click_opens_in_place_and_the_list_goes_along(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 5)
    read(window, qtbot, said[0])
    with qtbot.waitSignal(window.reader.opened) as told:
        click(window.reader.talk.later, 1)
    assert told.args == [said[2]]
    wait_open(window, qtbot, said[2])
    assert window.panes.selected() == (said[2],)
    # One's own answer is not in this list: it is open, and what was selected stays so.
    click(window.reader.talk.later, 0)
    wait_open(window, qtbot, said[3])
    assert window.panes.selected() == (said[2],)
    assert window.reader.message == said[3] and window.panes.meant() == (said[3],)


def test_enter_opens_the_row_and_the_keyboard_goes_to_the_text(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 6)
    read(window, qtbot, said[4])
    strip = window.reader.talk.earlier
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    assert strip.stand(0).ringed
    QTest.keyClick(strip, Qt.Key.Key_Down)
    QTest.keyClick(strip, Qt.Key.Key_Down)
    assert strip.stand(2).ringed and not strip.stand(0).ringed
    QTest.keyClick(strip, Qt.Key.Key_Return)
    wait_open(window, qtbot, said[2])
    focus = window.focusWidget()
    assert focus is not None and focus.objectName() == "message-body"


def test_keys_go_through_the_conversation(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 4)
    read(window, qtbot, said[1])
    qtbot.waitUntil(window.isActiveWindow)
    window.messages.view.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    both = shift | Qt.KeyboardModifier.ControlModifier
    for key, modifier, expected in (
        (Qt.Key.Key_Down, both, said[2]),
        ("j", shift, said[3]),
        (Qt.Key.Key_Up, both, said[2]),
        ("k", shift, said[1]),
    ):
        QTest.keyClick(window.messages.view, key, modifier)  # type: ignore[arg-type]
        wait_open(window, qtbot, expected)
    window.run("previous-in-conversation")
    wait_open(window, qtbot, said[0])
    window.run("previous-in-conversation")  # there is none
    assert window.reader.message == said[0]


def test_what_is_opened_in_place_counts_as_read_like_any_other(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    window.run("read-0")
    said = fill_talk(scene, 3, unread=(0, 1))
    read(window, qtbot, said[2])
    click(window.reader.talk.earlier, 1)
    wait_open(window, qtbot, said[1])
    qtbot.waitUntil(lambda: ChangeFlags(origin="reading", messages=(said[1],), add=frozenset({SEEN})) in scene.posted)
    assert [row.seen for row in scene.reader.rows(said)] == [False, True, True]


def test_a_long_run_unfolds_on_a_click_and_folds_again(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 30, unread=(4, 7))
    read(window, qtbot, said[14])
    strip = window.reader.talk.earlier
    assert ids(strip) == [0, *said[11:14]]
    words = strip.model().index(0, 0).data()
    assert words.startswith("11 earlier messages, 2 unread, ") and words.endswith(", folded")
    click(strip, 0)
    assert ids(strip) == [0, *said[:14]]
    click(strip, 0)
    assert ids(strip) == [0, *said[11:14]]
    # Unfolded by key, the open message stays where it is on screen.
    QTest.qWait(50)
    before = top_of_open(window)
    window.run("unfold-conversation")
    assert ids(strip) == [0, *said[:14]]
    QTest.qWait(50)
    assert top_of_open(window) == before
    # Within the conversation it stays unfolded, another one begins folded.
    click(strip, 10)
    wait_open(window, qtbot, said[9])
    assert len(ids(strip)) == 10 and 0 <= top_of_open(window) < 400
    assert len(ids(window.reader.talk.later)) == 21
    other = fill_talk(scene, 9, name="other")
    read(window, qtbot, other[8])
    assert len(ids(strip)) == 1 + NEAR


def test_three_hundred_rows_cost_no_widget_each(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    alone = len(window.reader.findChildren(QObject))
    said = fill_talk(scene, 60)
    read(window, qtbot, said[58])
    before = len(window.reader.findChildren(QObject))
    window.run("unfold-conversation")
    assert len(ids(window.reader.talk.earlier)) == 59
    assert len(window.reader.findChildren(QObject)) - before < 5
    assert before - alone < 100


# --- while things change


def test_an_answer_that_comes_appears_below_and_what_is_read_stays(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    said = fill_talk(scene, 30)
    read(window, qtbot, said[28])
    window.run("unfold-conversation")
    area = scrolled(window)
    bar = area.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    bar.triggerAction(bar.SliderAction.SliderMove)
    body = window.reader._sheet
    body.selectAll()
    chosen, value, before = body.textCursor().selectedText(), bar.value(), top_of_open(window)
    new = say(scene, "late", ("m28", "m29"), who=PEOPLE[1], at=NOW + 60, words="One more")
    qtbot.waitUntil(lambda: ids(window.reader.talk.later) == [said[29], new])
    assert window.reader.message == said[28]
    assert (bar.value(), top_of_open(window)) == (value, before)
    assert body.textCursor().selectedText() == chosen != ""
    # One that comes in above moves everything down, and the page along with it.
    early = say(scene, "early", ("m0",), who=PEOPLE[1], at=NOW - 70 * 3600.0, words="Found late")
    qtbot.waitUntil(lambda: early in ids(window.reader.talk.earlier))
    assert top_of_open(window) == before
    assert bar.value() == value + window.reader.talk.later.height() // 2


def test_flags_and_departures_reach_the_rows(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 4, unread=(0,))
    read(window, qtbot, said[2])
    talk = window.reader.talk
    scene.post(ChangeFlags(messages=(said[0],), add=frozenset({SEEN, "\\Flagged"})))
    qtbot.waitUntil(lambda: talk.rows[0].flagged)
    assert talk.rows[0].seen and talk.earlier.items[0] == talk.rows[0]
    scene.post(DeleteMessages(messages=(said[1],)))
    qtbot.waitUntil(lambda: ids(talk.earlier) == [said[0]])
    scene.post(ArchiveMessages(messages=(said[0],)))
    QTest.qWait(300)
    assert ids(talk.earlier) == [said[0]], "archived mail is still of the conversation"
    assert window.reader.message == said[2]


def test_news_of_the_list_do_not_close_what_is_open_beside_it(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 4)
    read(window, qtbot, said[2])
    click(window.reader.talk.later, 0)  # one's own, in Sent
    wait_open(window, qtbot, said[3])
    came = say(scene, "else", who=PEOPLE[2], at=NOW + 5)
    qtbot.waitUntil(lambda: window.messages.model.row_of(came) >= 0)
    assert window.panes.selected() == (said[2],) and window.reader.message == said[3]
    # Enter in the list shows the one that is selected there again.
    window.messages.view.opened.emit(said[2])
    wait_open(window, qtbot, said[2])


def test_a_list_of_conversations_leaves_open_what_is_open_of_the_one_selected(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    window.run("list-conversations")
    said = fill_talk(scene, 4)
    qtbot.waitUntil(lambda: window.messages.model.row_of(said[2]) >= 0)
    read(window, qtbot, said[2])
    talk = window.reader.talk
    assert ids(talk.earlier) == said[:2] and ids(talk.later) == [said[3]]
    click(talk.later, 0)  # one's own, in Sent
    wait_open(window, qtbot, said[3])
    came = say(scene, "news", ("m2", "m3"), who=PEOPLE[2], at=NOW + 5)
    qtbot.waitUntil(lambda: window.messages.model.row_of(came) >= 0)
    qtbot.waitUntil(lambda: ids(talk.later) == [came])
    assert window.reader.message == said[3]
    window.run("flag")
    assert scene.sent(ChangeFlags)[-1].messages == (said[3],)  # type: ignore[attr-defined]
    window.run("split-conversation")
    qtbot.waitUntil(lambda: not talk.earlier.items)
    assert window.reader.message == said[3] and ids(talk.later) == [came]


# --- acts


def test_acts_are_about_the_message_that_is_open(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 4)
    read(window, qtbot, said[2])
    click(window.reader.talk.later, 0)
    wait_open(window, qtbot, said[3])
    window.run("reply")
    assert scene.composed[-1].message == said[3]
    window.run("flag")
    assert scene.sent(ChangeFlags)[-1].messages == (said[3],)  # type: ignore[attr-defined]
    rows = [window.messages.model.row_of(message) for message in (said[0], said[2])]
    window.messages.view.select_rows(rows, rows[0])
    window.run("flag")
    assert set(scene.sent(ChangeFlags)[-1].messages) == {said[0], said[2]}  # type: ignore[attr-defined]
    composed = len(scene.composed)
    window.run("reply")
    assert len(scene.composed) == composed, "several are selected"


def test_split_here_and_undo(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 6)
    read(window, qtbot, said[4])
    window.run("split-conversation")
    assert scene.sent(SplitConversation) == [SplitConversation(origin="window", message=said[4])]
    talk = window.reader.talk
    qtbot.waitUntil(lambda: not talk.earlier.items)
    assert ids(talk.later) == [said[5]] and window.reader.message == said[4]
    assert window.toast.isVisible()
    window.run("undo")
    assert isinstance(scene.posted[-1], Undo)
    qtbot.waitUntil(lambda: ids(talk.earlier) == said[:4])


def test_merge_needs_several_and_makes_one(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    one, other = fill_talk(scene, 2, name="one"), fill_talk(scene, 2, name="other", until=NOW - 30)
    read(window, qtbot, one[0])
    assert not window.acts["merge-conversations"].isEnabled()
    assert window.acts["split-conversation"].isEnabled()
    chosen = [window.messages.model.row_of(message) for message in (one[0], other[1])]
    window.messages.view.select_rows(chosen, chosen[0])
    assert window.acts["merge-conversations"].isEnabled()
    assert not window.acts["split-conversation"].isEnabled()
    window.run("merge-conversations")
    (merged,) = scene.sent(MergeConversations)
    assert set(merged.messages) == {one[0], other[1]}  # type: ignore[attr-defined]
    read(window, qtbot, one[0])
    assert {row.id for row in window.reader.talk.rows} == {*one, *other}
    window.run("undo")
    qtbot.waitUntil(lambda: {row.id for row in window.reader.talk.rows} == set(one))


# --- HTML


def is_whole(sheet: WebSheet) -> bool:
    """Nothing of what it shows is out of its sight."""
    size = sheet.page.contentsSize() if sheet.page is not None else None
    return size is not None and size.width() > 300 and 0 < size.height() <= sheet.height() + 1


HTML = "<p>Page {n}</p>" + "<p>Some more words that make it long enough to scroll.</p>" * 40


def test_a_long_html_message_is_as_high_as_it_is_long_and_one_view_serves_all(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    said = fill_talk(scene, 6, html=HTML)
    read(window, qtbot, said[2])
    qtbot.waitUntil(lambda: window.reader.findChild(WebSheet) is not None)
    sheet = window.reader.findChild(WebSheet)
    assert isinstance(sheet, WebSheet)
    qtbot.waitUntil(lambda: "Page 2" in text_of(sheet, qtbot), timeout=20_000)
    bar = scrolled(window).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > sheet.height() // 4 > 200 and is_whole(sheet), timeout=10_000)
    # Space turns the page around it, up to the rows below.
    window.reader.page(1)
    assert bar.value() > 0
    for _ in range(20):
        window.reader.page(1)
    assert bar.value() == bar.maximum()
    assert not window.reader.talk.later.visibleRegion().isEmpty()
    click(window.reader.talk.later, 1)
    wait_open(window, qtbot, said[4])
    qtbot.waitUntil(lambda: "Page 4" in text_of(sheet, qtbot), timeout=20_000)
    assert len(window.reader.findChildren(WebSheet)) == 1
    qtbot.waitUntil(lambda: 0 <= top_of_open(window) < 60, timeout=5_000)
    # While something is sought the engine scrolls in itself, for only it knows where.
    window.run("find")
    qtbot.waitUntil(lambda: sheet.minimumHeight() < scrolled(window).viewport().height(), timeout=5_000)
    window.reader.end_find()
    qtbot.waitUntil(lambda: sheet.height() > scrolled(window).viewport().height(), timeout=5_000)
    # Alone, it scrolls in itself.
    lone = say(scene, "lone", html=HTML.format(n=99), at=NOW + 5)
    read(window, qtbot, lone)
    qtbot.waitUntil(lambda: "Page 99" in text_of(sheet, qtbot), timeout=20_000)
    qtbot.waitUntil(lambda: sheet.height() < scrolled(window).viewport().height(), timeout=5_000)


def test_what_cannot_be_split_is_said(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    said = fill_talk(scene, 2)
    read(window, qtbot, said[0])
    with pytest.raises(WrongUse, match="begins with this message") as refused:
        window.run("split-conversation")
    failed = CommandFailed(command=scene.posted[-1], remedy=Remedy.ASK_USER, reason=str(refused.value))
    window.on_event(failed)
    assert "begins with this message" in window.toast.sentence()
    assert not window.notices.isVisible()
