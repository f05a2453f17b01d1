"""Acts on messages: the list goes ahead, comes back when an act fails, goes on as one chose; and every act is undone in turn."""

from __future__ import annotations

import random
import time
from array import array

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.commands import ArchiveMessages, ChangeFlags, Command, MoveMessages, Undo
from app.core.events import CommandFailed, Remedy
from app.core.ids import FolderId, MessageId
from app.gui.messages.away import moved_up, next_row, steps_without, without
from app.gui.messages.model import MessageModel
from app.gui.window import ahead
from app.gui.window.main import MainWindow
from app.store.listing import Smart
from gui.scene import NOW, Scene, letter

FAILED = "The disk is full. Nothing was changed."


def subjects(window: MainWindow) -> list[str]:
    model = window.messages.model
    rows = [model.message(row) for row in range(model.rowCount())]
    return [row.subject for row in rows if row is not None]


def pick(window: MainWindow, subject: str) -> MessageId:
    """Select it as a click does; the subject's beginning is enough."""
    model, view = window.messages.model, window.messages.view
    for row in range(model.rowCount()):
        message = model.message(row)
        if message is not None and message.subject.startswith(subject):
            view.select_rows([row], row)
            view.setFocus()
            return message.id
    raise AssertionError(subject)


def selected(window: MainWindow) -> str:
    chosen = window.messages.view.selected()
    row = window.messages.model.message(window.messages.model.row_of(chosen[0])) if chosen else None
    return row.subject if row is not None else ""


class Slow:
    """Keeps commands until the test lets the desk have them."""

    def __init__(self, scene: Scene) -> None:
        self._scene, self._handle = scene, scene.desk.handle
        self.waiting: list[Command] = []
        scene.desk.handle = self.waiting.append  # type: ignore[method-assign, assignment]

    def work(self) -> None:
        waiting = self.waiting[:]
        self.waiting.clear()
        for command in waiting:
            self._handle(command)


# --- undo


def test_every_act_is_taken_back_in_turn_the_last_one_first(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    before = subjects(window)
    acts = (
        ("archive", "Rollout", "1 message archived"),
        ("delete", "Signed order", "1 message moved to Trash"),
        ("flag", "Can we move", "1 message flagged"),
        ("spam", "Invoice", "1 message moved to Junk"),
        ("unread", "Introduction", "1 message marked as unread"),
    )
    done: list[tuple[MessageId, str]] = []
    for act, subject, sentence in acts:
        message = pick(window, "Re: Rollout" if subject == "Rollout" else subject)
        window.run(act)
        assert window.toast.sentence() == sentence
        done.append((message, sentence))
    moved = pick(window, "Pricing")
    window.deeds.move([moved], scene.folder("Clients/Kestrel"))
    done.append((moved, "1 message moved to Clients/Kestrel"))
    qtbot.waitUntil(lambda: len(subjects(window)) == len(before) - 4)

    states = [_state(scene, message) for message, _ in done]
    for place, (message, sentence) in reversed(list(enumerate(done))):
        press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert window.toast.sentence() == f"Undone: {sentence}"
        assert _state(scene, message) != states[place], "this one is back"
        for (other, _), state in list(zip(done, states, strict=True))[:place]:
            assert _state(scene, other) == state, "what was done before stays done"
    assert len(scene.sent(Undo)) == len(done)
    qtbot.waitUntil(lambda: subjects(window) == before)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.toast.sentence() == "Nothing to undo"


def _state(scene: Scene, message: MessageId) -> tuple[list[FolderId], bool, bool]:
    (row,) = scene.reader.rows([message])
    return scene.reader.folders_of(message), row.seen, row.flagged


def press(window: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.messages.view, key, modifier)


def test_reading_does_not_push_out_what_can_be_undone(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    pick(window, "Invoice")
    window.run("archive")
    message = pick(window, "Signed order")
    for number in range(120):
        flags = frozenset({"\\Seen"})
        scene.post(
            ChangeFlags(origin="reading", messages=(message,), add=flags)
            if number % 2
            else ChangeFlags(origin="reading", messages=(message,), remove=flags)
        )
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.toast.sentence() == "Undone: 1 message archived"


# --- what comes next


@pytest.mark.parametrize(
    ("advance", "after"),
    [("next", "Pilot feedback, week two"), ("previous", "Signed order form attached"), ("list", "")],
)
@pytest.mark.parametrize("act", ["archive", "delete", "spam", "move"])
def test_after_an_act_one_goes_on_as_chosen(
    window: MainWindow, scene: Scene, qtbot: QtBot, advance: str, after: str, act: str
) -> None:
    window.acts[f"advance-{advance}"].trigger()
    message = pick(window, "Can we move Thursday")
    if act == "move":
        window.deeds.move([message], scene.folder("Clients/Kestrel"))
    else:
        window.run(act)
    assert selected(window) == after
    qtbot.waitUntil(lambda: window.toast.isVisible() and not window.messages.listing._away)
    qtbot.wait(250)
    assert selected(window) == after and "Can we move Thursday to 14:00?" not in subjects(window)
    if advance == "list":
        assert window.reader.message is None


def test_the_choice_is_remembered_and_nonsense_means_the_next(
    window: MainWindow, scene: Scene, light: object, qtbot: QtBot
) -> None:
    assert window.acts["advance-next"].isChecked()
    window.acts["advance-previous"].trigger()
    assert scene.reader.setting("advance") == "previous"
    with scene.library.transaction() as unit:
        unit.run("UPDATE setting SET value = 'sideways' WHERE key = 'advance'")
    pick(window, "Can we move")
    window.run("archive")
    assert selected(window) == "Pilot feedback, week two"


def test_at_the_end_one_goes_on_the_other_way(window: MainWindow, qtbot: QtBot) -> None:
    window.acts["advance-previous"].trigger()
    pick(window, subjects(window)[0])
    second = subjects(window)[1]
    window.run("archive")
    assert selected(window) == second


def test_what_was_not_selected_goes_and_the_selection_stays(window: MainWindow, qtbot: QtBot) -> None:
    pick(window, "Signed order")
    other = window.messages.model.keys[1]
    window.messages.view.acted.emit("archive", other)
    assert selected(window) == "Signed order form attached" and other not in window.messages.model.keys


# --- ahead of the desk


def test_rows_go_before_the_desk_has_worked_and_stay_away(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    slow = Slow(scene)
    before = subjects(window)
    window.messages.view.select_rows([1, 2, 3], 3)
    gone = set(window.messages.view.selected())
    window.run("archive")
    assert subjects(window) == before[3:] and len(slow.waiting) == 1
    assert window.toast.isHidden(), "nothing is said to be done before it is"

    window.messages.refresh()  # something else changed meanwhile
    qtbot.wait(300)
    assert subjects(window) == before[3:]
    slow.work()
    assert window.toast.sentence() == "3 messages archived"
    qtbot.wait(300)
    assert subjects(window) == before[3:] and not gone & set(window.messages.model.keys)


def test_an_act_that_fails_brings_the_rows_back_in_place_and_says_why(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    slow = Slow(scene)
    before, keys = subjects(window), window.messages.model.keys[:]
    pick(window, "Pilot feedback, week two")
    window.run("delete")
    assert len(subjects(window)) == len(before) - 1
    window.on_event(CommandFailed(command=slow.waiting[0], remedy=Remedy.WAIT, reason=FAILED))
    qtbot.waitUntil(lambda: window.messages.model.keys == keys)
    assert subjects(window) == before
    notice = window.notices.shown
    assert notice is not None and notice.sentence == "The disk is full." and notice.action == "Try again"


def test_two_acts_under_way_are_told_apart(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    slow = Slow(scene)
    first = pick(window, "Signed order")
    window.run("archive")
    second = pick(window, "Invoice")
    window.run("archive")
    window.on_event(CommandFailed(command=slow.waiting[0], remedy=Remedy.WAIT, reason=FAILED))
    qtbot.waitUntil(lambda: first in window.messages.model.keys)
    assert second not in window.messages.model.keys


def test_undo_takes_back_what_was_seen_to_go_even_before_the_desk_has_worked(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    first = pick(window, "Signed order")
    window.run("archive")
    slow = Slow(scene)
    second = pick(window, "Invoice")
    window.run("delete")
    window.run("undo")
    assert scene.sent(Undo) == []
    slow.work()
    slow.work()  # the undo that waited for it
    assert window.toast.sentence() == "Undone: 1 message moved to Trash"
    qtbot.waitUntil(lambda: second in window.messages.model.keys)
    assert first not in window.messages.model.keys

    window.run("archive")
    window.run("undo")
    window.on_event(CommandFailed(command=slow.waiting[0], remedy=Remedy.WAIT, reason=FAILED))
    assert len(scene.sent(Undo)) == 1, "what failed needs no undo, and what went before it stays"


def test_what_the_desk_did_not_change_is_shown_again(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    slow = Slow(scene)
    window._ahead._patience.setInterval(100)
    message = pick(window, "Invoice")
    window.run("archive")
    assert message not in window.messages.model.keys
    slow.waiting.clear()
    qtbot.waitUntil(lambda: message in window.messages.model.keys)


def test_an_answer_from_before_the_act_does_not_put_rows_in_wrong_places(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    slow = Slow(scene)
    listing, model = window.messages.listing, window.messages.model
    qtbot.wait(300)  # nothing is under way
    message = pick(window, "Signed order")
    orders: list[list[str]] = []
    listing.filled.connect(lambda _count: orders.append(subjects(window)))
    held = window.panes._lists
    held.ask(lambda _reader: time.sleep(0.15), lambda _none: None)
    at = NOW - 58 * 60
    late = letter("Ana <ana@there.example>", "Came meanwhile", "x", at=at)
    scene.listener, hear = None, scene.listener
    new = scene.arrive(late, at)
    scene.listener = hear
    listing._ask()  # reads with the new one while the row goes
    window.run("archive")
    qtbot.waitUntil(lambda: new in model.keys)
    qtbot.wait(300)
    wanted = [row.subject for row in scene.reader.rows([m for m in _inbox(scene) if m != message])]
    assert orders[-1] == wanted and all(
        order in (wanted, [each for each in wanted if each != "Came meanwhile"]) for order in orders
    )
    slow.work()


def _inbox(scene: Scene) -> list[MessageId]:
    ids, _dates = scene.reader.listing(scene.folder("INBOX"))
    return [MessageId(ident) for ident in ids]


def test_only_what_surely_leaves_the_folder_goes_ahead(window: MainWindow, scene: Scene) -> None:
    def goes(command: Command, folder: str | Smart) -> bool:
        rows = {row.id: row for row in scene.reader.folders()}
        place = folder if isinstance(folder, Smart) else rows[scene.folder(folder)]
        return bool(ahead.leaving(command, place, lambda target: rows[target].role))

    some = (MessageId(1),)
    kestrel, inbox = scene.folder("Clients/Kestrel"), scene.folder("INBOX")
    assert goes(ArchiveMessages(messages=some), "INBOX") and not goes(ArchiveMessages(messages=some), "Archive")
    assert goes(MoveMessages(messages=some, target=kestrel), "INBOX")
    assert not goes(MoveMessages(messages=some, target=kestrel), "Clients/Kestrel")
    assert not goes(MoveMessages(messages=some, target=kestrel, source=inbox), "Archive")
    assert goes(ArchiveMessages(messages=some), Smart.INBOXES) and not goes(
        ArchiveMessages(messages=some), Smart.FLAGGED
    )
    assert goes(MoveMessages(messages=some, target=kestrel), Smart.INBOXES)
    assert not goes(MoveMessages(messages=some, target=inbox), Smart.INBOXES)


def test_a_row_of_all_inboxes_goes_at_once_too(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    window.run("go-all-inboxes")
    qtbot.waitUntil(lambda: window.messages.listing.shown.place is Smart.INBOXES)
    slow = Slow(scene)
    before = subjects(window)
    window.messages.view.select_rows([1], 1)
    window.run("archive")
    assert subjects(window) == before[1:] and len(slow.waiting) == 1
    slow.work()
    qtbot.wait(300)
    assert subjects(window) == before[1:]


# --- the arithmetic


def test_rows_are_taken_out_with_the_headers_that_have_nothing_below_any_more() -> None:
    """Against a plain list, for 500 random lists."""
    chance = random.Random(7)
    for _ in range(500):
        keys: array[int] = array("q")
        number = 0
        for group in range(chance.randint(0, 4)):
            keys.append(-1 - group)
            for _ in range(chance.randint(1, 4)):
                number += 1
                keys.append(number)
        away = {key for key in range(1, number + 3) if chance.random() < 0.5}
        model = MessageModel(lambda _ids: [], lambda: 0.0)
        model.show(keys[:])
        steps = steps_without(keys, away)
        model.change(steps)
        assert list(model.keys) == _plainly(keys, away), (keys, away)
        row = chance.randrange(len(keys)) if keys else -1
        for advance in ("next", "previous"):
            chosen = next_row(keys, row, away, advance)
            if chosen >= 0:
                assert model.keys[moved_up(chosen, steps)] == keys[chosen] and keys[chosen] not in away
            else:
                assert not any(key > 0 for key in model.keys) or row < 0


def _plainly(keys: array[int], away: set[int]) -> list[int]:
    left = [key for key in keys if key not in away]
    return [key for n, key in enumerate(left) if key > 0 or (n + 1 < len(left) and left[n + 1] > 0)]


def test_a_listing_without_some() -> None:
    ids, dates = array("q", [5, 4, 3]), array("d", [50.0, 40.0, 30.0])
    assert without(ids, dates, ()) == (ids, dates)
    assert without(ids, dates, {4}) == (array("q", [5, 3]), array("d", [50.0, 30.0]))


def test_taking_out_of_a_long_list_is_quick() -> None:
    keys = array("q", range(1, 200_001))
    start = time.perf_counter()
    steps = steps_without(keys, {199_990, 100_000})
    assert time.perf_counter() - start < 0.1 and [step[:2] for step in steps] == [(199_989, 1), (99_999, 1)]
