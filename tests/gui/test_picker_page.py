"""The picker as a page: keyboard, mouse, search, and the question about local mail."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.commands import ChooseFolders, Command
from app.core.events import CommandFailed, Remedy
from app.core.ids import AccountId, FolderId
from app.core.values import Role
from app.gui.look.theme import Theme
from app.gui.picker.page import FolderPicker
from app.store.rows import FolderRow

ACCOUNT = AccountId(3)
TREE: list[tuple[str, Role, bool, int | None, int | None, bool, int]] = [
    ("INBOX", Role.INBOX, True, 412, 1284, True, 412),
    ("Sent Items", Role.SENT, True, 307, 912, True, 307),
    ("Clients", Role.NONE, False, None, None, False, 0),
    ("Clients/Meridian", Role.NONE, True, 61, 148, True, 61),
    ("Clients/Closed 2023", Role.NONE, True, 0, 1906, True, 1906),
    ("Newsletters", Role.NONE, True, 388, 2417, False, 0),
]


def rows() -> list[FolderRow]:
    return [
        FolderRow(
            id=FolderId(number),
            account=ACCOUNT,
            name=name,
            label=name.rpartition("/")[2],
            parent=name.rpartition("/")[0],
            depth=name.count("/"),
            role=role,
            selectable=selectable,
            selected=ticked,
            total=local,
            unread=0,
            server_count=total,
            recent_count=recent,
            window_days=60,
        )
        for number, (name, role, selectable, recent, total, ticked, local) in enumerate(TREE, 1)
    ]


class Desk:
    def __init__(self) -> None:
        self.posted: list[Command] = []

    def post(self, command: Command) -> None:
        self.posted.append(command)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Numbers as in Britain, wherever the tests run."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom))
    yield
    QLocale.setDefault(before)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def open_picker(qapp: QApplication, qtbot: QtBot, desk: Desk, *, keep_all: bool, scale: float = 1.0) -> FolderPicker:
    theme = Theme("light", scale)
    theme.apply(qapp)
    page = FolderPicker(ACCOUNT, rows(), desk.post, theme, keep_all=keep_all, days=60, account_name="Fernhill")
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    return page


@pytest.fixture
def page(qapp: QApplication, qtbot: QtBot, desk: Desk) -> FolderPicker:
    return open_picker(qapp, qtbot, desk, keep_all=False)


def select(page: FolderPicker, name: str) -> None:
    page.panel.tree.setCurrentIndex(page.panel.model.find(name))


def spoken(page: FolderPicker, name: str) -> str:
    return str(page.panel.model.find(name).data(Qt.ItemDataRole.AccessibleTextRole))


def foot(page: FolderPicker) -> str:
    return f"{page._count.text()} {page._sum.text()}".strip()


def test_the_model_keeps_qt_s_promises(page: FolderPicker) -> None:
    tester = QAbstractItemModelTester(page.panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    page.panel.finder.setText("clo")
    page.panel.model.turn(page.panel.model.find("Clients"))
    page.panel.finder.clear()
    assert tester.model() is page.panel.model


def test_the_foot_sums_the_choice(page: FolderPicker) -> None:
    assert foot(page) == "4 of 5 folders · 780 messages from the last 60 days"


def test_space_presses_the_box_and_apply_posts_the_ticked_folders(page: FolderPicker, qtbot: QtBot, desk: Desk) -> None:
    select(page, "Newsletters")
    QTest.keyClick(page.panel.tree, Qt.Key.Key_Space)
    assert foot(page) == "5 of 5 folders · 1,168 messages from the last 60 days"

    with qtbot.waitSignal(page.finished):
        page.apply.click()

    posted = desk.posted[0]
    assert posted == ChooseFolders(
        account=ACCOUNT,
        folders=(FolderId(1), FolderId(2), FolderId(4), FolderId(5), FolderId(6)),
        keep_local=True,
        origin=posted.origin,
    )


def test_a_parent_s_box_turns_all_below_it(page: FolderPicker) -> None:
    select(page, "Clients")

    QTest.keyClick(page.panel.tree, Qt.Key.Key_Space)

    assert page.panel.choice.names() == ("INBOX", "Sent Items")
    assert page.panel.ask.title == "Keep the local copies of 2 folders?"
    assert page.panel.ask.detail.startswith("1,967 messages on this computer.")


def test_unticking_asks_in_place_and_remove_is_a_choice(page: FolderPicker, desk: Desk) -> None:
    assert page.panel.ask.isHidden()
    select(page, "Clients/Closed 2023")
    QTest.keyClick(page.panel.tree, Qt.Key.Key_Space)
    assert page.panel.ask.title == "Keep the local copy of “Closed 2023”?"

    page.panel.ask.button("remove").click()
    page.apply.click()

    posted = desk.posted[0]
    assert isinstance(posted, ChooseFolders)
    assert not posted.keep_local


def test_without_an_answer_local_mail_is_kept(page: FolderPicker, desk: Desk) -> None:
    select(page, "Clients/Closed 2023")
    QTest.keyClick(page.panel.tree, Qt.Key.Key_Space)

    page.apply.click()

    posted = desk.posted[0]
    assert isinstance(posted, ChooseFolders)
    assert posted.keep_local


def test_an_answer_about_one_folder_is_no_answer_about_the_next(page: FolderPicker) -> None:
    page.panel.model.turn(page.panel.model.find("Clients/Closed 2023"))
    page.panel.ask.button("remove").click()
    answers = [page.panel.keep_local]

    page.panel.model.turn(page.panel.model.find("INBOX"))

    answers.append(page.panel.keep_local)
    assert answers == [False, True]
    assert page.panel.ask.title == "Keep the local copies of 2 folders?"


def test_ticking_again_takes_the_question_back(page: FolderPicker) -> None:
    index = page.panel.model.find("Clients/Closed 2023")
    page.panel.model.turn(index)
    page.panel.model.turn(index)

    assert page.panel.ask.isHidden()


def test_all_folders_post_no_list(page: FolderPicker, desk: Desk) -> None:
    page.panel.which.chosen.emit(0)

    page.apply.click()

    posted = desk.posted[0]
    assert isinstance(posted, ChooseFolders)
    assert posted.folders is None


def test_taking_a_tick_from_all_turns_to_only_ticked_ones(qapp: QApplication, qtbot: QtBot, desk: Desk) -> None:
    page = open_picker(qapp, qtbot, desk, keep_all=True)
    assert page.panel.which.current() == 0

    page.panel.model.turn(page.panel.model.find("Newsletters"))

    assert page.panel.which.current() == 1
    assert page.panel.choice.names() == ("INBOX", "Sent Items", "Clients/Meridian", "Clients/Closed 2023")


def test_nothing_ticked_cannot_be_applied_and_says_why(page: FolderPicker) -> None:
    page.panel.model.turn()
    page.panel.model.turn()

    assert not page.apply.isEnabled()
    assert foot(page) == "Tick at least one folder."


def test_clicking_the_box_ticks_and_clicking_the_name_only_selects(page: FolderPicker) -> None:
    tree = page.panel.tree
    rect = tree.visualRect(page.panel.model.find("Newsletters"))
    viewport = tree.viewport()

    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, rect.center().y()))
    assert "Newsletters" not in (page.panel.choice.names() or ())
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(44, rect.center().y()))

    assert "Newsletters" in (page.panel.choice.names() or ())


def test_arrows_fold_and_the_fold_survives_a_search(page: FolderPicker) -> None:
    tree, model = page.panel.tree, page.panel.model
    select(page, "Clients")
    QTest.keyClick(tree, Qt.Key.Key_Left)
    assert not tree.isExpanded(model.find("Clients"))

    page.panel.finder.setText("s")
    assert model.key(tree.currentIndex()) == "Sent Items"
    assert tree.isExpanded(model.find("Clients"))
    assert not model.find("INBOX").isValid()
    page.panel.finder.clear()

    assert not tree.isExpanded(model.find("Clients"))
    assert model.find("INBOX").isValid()


def test_tick_all_during_a_search_turns_only_what_was_found(page: FolderPicker) -> None:
    page.panel.finder.setText("news")

    page.panel.model.turn()

    assert page.panel.choice.sum().ticked == 5
    page.panel.model.turn()
    assert page.panel.choice.names() == ("INBOX", "Sent Items", "Clients/Meridian", "Clients/Closed 2023")


def test_a_search_without_a_hit_says_so(page: FolderPicker) -> None:
    page.panel.finder.setText("zzz")

    assert page.panel._nothing.text() == "No folder is called “zzz”."
    assert page.panel._nothing.isVisible()


def test_enter_and_escape_in_the_search_stay_on_the_page(page: FolderPicker, qtbot: QtBot, desk: Desk) -> None:
    page.panel.finder.setFocus()
    QTest.keyClicks(page.panel.finder, "news")

    QTest.keyClick(page.panel.finder, Qt.Key.Key_Return)
    assert (desk.posted, page.panel.tree.hasFocus()) == ([], True)
    page.panel.finder.setFocus()
    with qtbot.assertNotEmitted(page.cancelled):
        QTest.keyClick(page.panel.finder, Qt.Key.Key_Escape)
    assert page.panel.finder.text() == ""
    with qtbot.waitSignal(page.cancelled):
        QTest.keyClick(page.panel.finder, Qt.Key.Key_Escape)


def test_rows_speak_one_sentence(page: FolderPicker) -> None:
    assert spoken(page, "Sent Items") == (
        "Sent Items, used as Sent, ticked, 307 from the last 60 days, 912 in the mailbox"
    )
    assert spoken(page, "INBOX").startswith("Inbox, ticked")
    page.panel.model.turn(page.panel.model.find("Clients/Meridian"))
    assert spoken(page, "Clients") == "Clients, some folders below are ticked"


def test_a_choice_that_could_not_be_stored_keeps_the_ticks(page: FolderPicker, desk: Desk) -> None:
    page.panel.model.turn(page.panel.model.find("Newsletters"))
    page.apply.click()

    page.on_event(CommandFailed(command=desk.posted[0], remedy=Remedy.WAIT, reason="The disk is full."))

    assert page.trouble.title == "The disk is full."
    assert page.panel.choice.sum().ticked == 5


def test_rows_grow_with_the_text_size(qapp: QApplication, qtbot: QtBot, desk: Desk) -> None:
    page = open_picker(qapp, qtbot, desk, keep_all=False, scale=2.0)

    assert page.panel.tree.visualRect(page.panel.model.find("INBOX")).height() == 66
