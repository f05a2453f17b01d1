"""How full a mailbox is: in the sidebar, in the settings, and over the list when there is little room left."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.ids import AccountId
from app.core.values import Quota, QuotaKind
from app.gui.folders.quota import quota_words, share_words
from app.gui.look.parts.banner import Banner
from app.gui.look.parts.buttons import Button
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.settings.window import SettingsWindow
from app.gui.window.main import MainWindow
from app.gui.window.quota_notice import HEARD, heard_in
from app.store.quota import note_quota
from gui.scene import Scene

ONE = AccountId(1)
GB = 1024**3


def fill(scene: Scene, share: float, kind: QuotaKind = QuotaKind.STORAGE) -> None:
    most = 15 * GB if kind is QuotaKind.STORAGE else 1000
    with scene.library.transaction() as unit:
        note_quota(unit, ONE, Quota(kind=kind, used=math.ceil(most * share), most=most))


def account_row(window: MainWindow) -> int:
    return next(row for row, entry in enumerate(window.folders.model.entries) if entry.key == "account-1")


def said(window: MainWindow) -> tuple[str, str]:
    notice = window.notices.shown
    return (notice.sentence, notice.detail) if notice is not None else ("", "")


def press(window: MainWindow, words: str) -> None:
    banner = window.notices.findChild(Banner)
    assert isinstance(banner, Banner)
    button = next(each for each in banner.findChildren(Button) if each.text() == words and each.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(
    ("used", "most", "words"),
    [
        (8598323 * 1024, 15 * GB, "8.2 of 15 GB used"),
        (0, 15 * GB, "0 of 15 GB used"),
        (97 * 1024, 100_000, "97 of 97.7 KB used"),
        (300 * 1024**2, 512 * 1024**2, "300 of 512 MB used"),
        (1000 * 1024**2, 1024**3, "1 of 1 GB used"),
        (3 * 1024**4, 5 * 1024**4, "3 of 5 TB used"),
        (16 * GB, 15 * GB, "16 of 15 GB used"),
    ],
)
def test_octets_are_told_in_the_unit_of_the_limit(used: int, most: int, words: str, light: Theme) -> None:
    assert quota_words(Quota(kind=QuotaKind.STORAGE, used=used, most=most)) == words


def test_words_follow_the_language_and_count_messages_too(light: Theme) -> None:
    quota = Quota(kind=QuotaKind.MESSAGES, used=8120, most=10_000)
    assert quota_words(quota) == "8,120 of 10,000 messages used" and share_words(quota) == ""
    QLocale.setDefault(QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert quota_words(Quota(kind=QuotaKind.STORAGE, used=8598323 * 1024, most=15 * GB)) == "8,2 of 15 GB used"


def test_the_sidebar_tells_it_in_the_tooltip_and_beside_the_name_when_it_matters(
    window: MainWindow, scene: Scene, qtbot: QtBot
) -> None:
    model = window.folders.model
    assert model.data(model.index(account_row(window)), Qt.ItemDataRole.ToolTipRole) is None
    fill(scene, 0.5)
    qtbot.waitUntil(lambda: model.entries[account_row(window)].tip == "7.5 of 15 GB used")
    index = model.index(account_row(window))
    assert model.data(index, Qt.ItemDataRole.ToolTipRole) == "Fernhill Studio\n7.5 of 15 GB used"
    assert model.entries[account_row(window)].note == "" and not window.notices.isVisible()
    fill(scene, 0.92)
    qtbot.waitUntil(lambda: model.entries[account_row(window)].note == "92 % full")
    spoken = model.data(model.index(account_row(window)), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Fernhill Studio, 92 % full, 13.8 of 15 GB used, open"


def test_a_nearly_full_mailbox_is_said_with_one_thing_to_do(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    fill(scene, 0.92)
    qtbot.waitUntil(window.notices.isVisible)
    assert said(window) == (
        "The mailbox of Fernhill Studio is nearly full",
        "13.8 of 15 GB used. When it is full, new mail goes back to its senders.",
    )
    press(window, "Show large messages")
    assert window.messages.search.text() == "larger:5M account:mara@fernhill.example"
    qtbot.waitUntil(lambda: window.messages.searching)
    assert window.notices.isVisible(), "there is no more room than before"
    fill(scene, 0.5)
    qtbot.waitUntil(lambda: not window.notices.isVisible())


def test_what_was_waved_away_comes_back_only_when_it_is_worse(
    window: MainWindow, scene: Scene, light: Theme, qtbot: QtBot
) -> None:
    fill(scene, 0.91)
    qtbot.waitUntil(window.notices.isVisible)
    press(window, "Not now")
    assert not window.notices.isVisible() and scene.reader.setting(HEARD) == "1:90"
    hear = scene.listener
    again = scene.window(light)
    scene.listener = hear
    assert again.notices.shown is None
    again.stop()
    fill(scene, 0.94)
    qtbot.waitUntil(
        lambda: window.folders.accounts[0].quota is not None and window.folders.accounts[0].quota.share > 0.93
    )
    assert not window.notices.isVisible()
    fill(scene, 1.0)
    qtbot.waitUntil(window.notices.isVisible)
    assert said(window)[0] == "The mailbox of Fernhill Studio is full"
    press(window, "Not now")
    fill(scene, 0.2)
    qtbot.waitUntil(
        lambda: window.folders.accounts[0].quota is not None and window.folders.accounts[0].quota.share < 0.3
    )
    fill(scene, 0.91)
    qtbot.waitUntil(window.notices.isVisible)


def test_a_limit_of_messages_leads_to_old_ones(window: MainWindow, scene: Scene, qtbot: QtBot) -> None:
    fill(scene, 0.95, QuotaKind.MESSAGES)
    qtbot.waitUntil(window.notices.isVisible)
    assert said(window)[1].startswith("950 of 1,000 messages used.")
    press(window, "Show old messages")
    assert window.messages.search.text() == "older_than:2y account:mara@fernhill.example"


def test_a_setting_of_nonsense_waves_nothing_away() -> None:
    assert heard_in("") == {} == heard_in("x:y,,7,:,3:-1") and heard_in("1:90,2:100") == {1: 90, 2: 100}


def test_the_settings_tell_it_of_the_account(scene: Scene, light: Theme, qtbot: QtBot) -> None:
    scene.add_account("mara@fernhill.example", "Fernhill Studio")
    scene.add_account("other@fernhill.example", "Other")
    fill(scene, 0.92)
    window = SettingsWindow(
        light,
        scene.reader,
        scene.post,
        scene.clock,
        outside=Outside(),
        open_picker=lambda _account: None,
        open_add_account=lambda: None,
        close_composers=lambda _account: None,
    )
    qtbot.addWidget(window)
    window.open(ONE)
    page = window.account_page
    assert page._room.isVisible() and page._room.text.text() == "13.8 of 15 GB used (92 % full)."
    assert round(page.room.value(), 2) == 0.92
    window.open(AccountId(2))
    assert not page._room.isVisible(), "its server tells nothing"
