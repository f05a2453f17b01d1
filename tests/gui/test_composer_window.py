"""The composer sends exactly what it shows, keeps drafts, and loses nothing when something fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.commands import Command, DiscardDraft, SaveDraft, SendLetter
from app.core.events import CommandFailed, DraftSaved, LetterQueued, Remedy
from app.core.ids import AccountId, DraftId, OutboxId
from app.core.trouble import Fix
from app.core.values import AccountState, Address, Attachment, Letter, Security, Server
from app.gui.composer.letters import new_letter, sender_of
from app.gui.composer.window import Composer
from app.gui.look.theme import Theme
from app.store.rows import AccountRow, IdentityRow

NOW = 1_763_892_000.0
AMIRA = Address(name="Amira Haddad", email="amira@oasis.example")
LENA = Address(email="lena@fernhill.example")


def account(number: int, email: str, signature: str = "") -> AccountRow:
    server = Server(host="mail.example", port=993, security=Security.TLS, user=email)
    return AccountRow(
        id=AccountId(number),
        email=email,
        name="Mara",
        color="",
        state=AccountState.LIVE,
        imap=server,
        smtp=server,
        ca_file="",
        days=60,
        all_folders=True,
        delete_in=True,
        delete_out=True,
        archive_in=True,
        archive_out=True,
        last_sync=0.0,
        identity=IdentityRow(email=email, name="Mara Lindqvist", signature=signature),
    )


MARA = account(1, "mara@fernhill.example", "Mara\nFernhill")
HOME = account(2, "mara@home.example", "M.")
GOOD = Letter(sender=sender_of(MARA), to=(AMIRA,), subject="Plan", text="Hi Amira\n")


class Desk:
    def __init__(self) -> None:
        self.posted: list[Command] = []

    def post(self, command: Command) -> None:
        self.posted.append(command)

    def last(self) -> Command:
        return self.posted[-1]


Open = Callable[..., Composer]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def opened(qapp: QApplication, qtbot: QtBot, desk: Desk) -> Open:
    theme = Theme("light")
    theme.apply(qapp)

    def open_one(
        letter: Letter = GOOD, draft: DraftId | None = None, accounts: tuple[AccountRow, ...] = (MARA, HOME)
    ) -> Composer:
        window = Composer(letter, accounts, desk.post, theme, lambda typed: [], draft, lambda: NOW)
        qtbot.addWidget(window, before_close_func=_finish)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        return window

    return open_one


def _finish(window: Composer) -> None:
    window._is_over = True


def send_failed(window: Composer, letter: Letter, fix: Fix = Fix.RETRY) -> CommandFailed:
    command = SendLetter(account=MARA.id, letter=letter, origin=window.origin)
    return CommandFailed(command=command, remedy=Remedy.ASK_USER, reason="The disk is full.", fix=fix)


def test_an_untouched_letter_is_sent_as_it_was_handed_over(opened: Open, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "plan.txt"
    file.write_text("x")
    letter = replace(
        GOOD,
        cc=(LENA,),
        bcc=(Address(email="boss@fernhill.example"),),
        text="Zahl\u00a0: 40\n\n\t> quoted\n-- \nMara",
        attachments=(Attachment(path=str(file), name="plan.txt", content_type="text/plain"),),
        in_reply_to="<1@x>",
        references=("<0@x>", "<1@x>"),
        answers=7,
        carries=((7, 1),),
    )

    opened(letter).send.click()

    assert desk.posted == [SendLetter(account=MARA.id, letter=letter, origin=desk.last().origin)]


def test_what_is_typed_is_what_is_sent(opened: Open, desk: Desk) -> None:
    window = opened(Letter(sender=sender_of(MARA)))
    QTest.keyClicks(window.form.to.input, "Lena <lena@fernhill.example>, amira@oasis.example")
    QTest.keyClicks(window.form.subject, "Plan")
    QTest.keyClicks(window.body, "Hello")
    QTest.keyClick(window.body, Qt.Key.Key_Return)
    QTest.keyClicks(window.body, "there")

    QTest.keyClick(window.body, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert sent.letter == Letter(
        sender=sender_of(MARA),
        to=(Address(name="Lena", email="lena@fernhill.example"), Address(email="amira@oasis.example")),
        subject="Plan",
        text="Hello\nthere",
    )
    assert sent.letter == window.letter()


def test_cc_and_bcc_open_from_their_buttons(opened: Open, desk: Desk) -> None:
    window = opened()
    assert window.form.cc.isHidden() or not window.form.cc.isVisible()

    window.form.show_cc.click()
    assert window.form.cc.input.hasFocus()
    QTest.keyClicks(window.form.cc.input, "lena@fernhill.example")
    window.form.show_bcc.click()
    QTest.keyClicks(window.form.bcc.input, "boss@fernhill.example")
    window.send.click()

    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert sent.letter.cc == (LENA,)
    assert sent.letter.bcc == (Address(email="boss@fernhill.example"),)


def test_the_window_closes_once_the_letter_is_in_the_outbox(opened: Open, qtbot: QtBot, desk: Desk) -> None:
    window = opened()
    window.send_now()
    assert not window.send.isEnabled()
    assert not window.body.isEnabled()

    window.on_event(LetterQueued(letter=OutboxId(1), origin="another"))
    assert window.isVisible()
    with qtbot.waitSignal(window.closed):
        window.on_event(LetterQueued(letter=OutboxId(1), origin=window.origin))

    assert not window.isVisible()


def test_a_failure_keeps_everything_and_says_what_happened(opened: Open, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "More. ")
    window.send_now()

    window.on_event(send_failed(window, window.letter()))

    assert window.ask.title == "The disk is full."
    assert "still here" in window.ask.detail
    assert window.letter().text == "More. Hi Amira\n"
    assert window.send.isEnabled()
    assert window.body.isEnabled()
    assert window.isVisible()


def test_a_refused_recipient_offers_the_recipients(opened: Open, desk: Desk) -> None:
    window = opened()
    window.send_now()
    window.on_event(send_failed(window, GOOD, Fix.ADDRESS))

    window.ask.button("to").click()

    assert window.form.to.input.hasFocus()


def test_without_a_recipient_nothing_is_posted_and_send_waits(opened: Open, desk: Desk) -> None:
    window = opened(replace(GOOD, to=()))

    window.send.click()

    assert desk.posted == []
    assert window.ask.title == "Nobody is named to receive this."
    assert not window.send.isEnabled()
    QTest.keyClicks(window.form.to.input, "lena@fernhill.example ")
    assert window.ask.isHidden()
    assert window.send.isEnabled()


def test_an_invalid_recipient_blocks_and_can_be_corrected_in_place(opened: Open, desk: Desk) -> None:
    window = opened(replace(GOOD, to=(AMIRA,), cc=(Address(email="lena@fernhill"),)))

    window.send.click()
    window.ask.button("bad").click()

    assert desk.posted == []
    assert window.form.cc.input.text() == "lena@fernhill"
    QTest.keyClicks(window.form.cc.input, ".example")
    window.send.click()
    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert sent.letter.cc == (LENA,)


def test_a_missing_subject_and_a_promised_file_are_asked_once_each(opened: Open, desk: Desk) -> None:
    window = opened(replace(GOOD, subject="", text="The plan is attached."))

    window.send.click()
    assert window.ask.title == "Send without a subject?"
    assert not window.send.isEnabled()
    window.ask.button("send-anyway").click()
    assert window.ask.title == "Send without a file?"
    assert "“attached”" in window.ask.detail
    assert desk.posted == []
    window.ask.button("send-anyway").click()

    assert isinstance(desk.last(), SendLetter)
    assert len(desk.posted) == 1


def test_a_file_that_vanished_stops_the_letter_until_it_is_removed(opened: Open, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "plan.pdf"
    file.write_bytes(b"x" * 10)
    window = opened()
    window.attachments.add([str(file)])
    file.unlink()

    window.send.click()
    assert "“plan.pdf” is not there any more" in window.ask.title
    assert not any(isinstance(command, SendLetter) for command in desk.posted)
    window.ask.button("gone").click()
    window.send.click()

    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert sent.letter.attachments == ()


def test_folders_and_absent_files_are_refused_in_words(opened: Open, tmp_path: Path) -> None:
    window = opened()

    window.attachments.add([str(tmp_path), str(tmp_path / "none.txt")])

    assert window.attachments.attachments == ()
    assert "is a folder" in window.note.title
    assert "“none.txt” is not there." in window.note.title


def test_more_than_twenty_megabytes_are_said_at_once_and_do_not_block(opened: Open, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "film.mp4"
    with file.open("wb") as stream:
        stream.truncate(21 * 1024 * 1024)
    window = opened()

    window.attachments.add([str(file), str(file)])

    assert "20 MB" in window.note.title
    assert [each.name for each in window.attachments.attachments] == ["film.mp4"]
    window.send.click()
    assert isinstance(desk.last(), SendLetter)


def test_pasted_files_are_attached_and_pasted_text_is_plain(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("x")
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(file))])
    rich = QMimeData()
    rich.setHtml("<b>bold</b>")
    rich.setText("bold\u202e\x00\r\nnext")
    window = opened()

    window.body.insertFromMimeData(files)
    window.body.insertFromMimeData(rich)

    assert [each.name for each in window.attachments.attachments] == ["a.txt"]
    assert window.letter().text == "bold\nnextHi Amira\n"


def test_a_pasted_subject_stays_one_line_as_shown(opened: Open, desk: Desk) -> None:
    window = opened()

    window.form.subject.setText("Hello\r\nBcc: spy@evil.example\u202e")

    assert window.form.subject.text() == "Hello Bcc: spy@evil.example"
    window.send.click()
    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert sent.letter.subject == "Hello Bcc: spy@evil.example"
    assert sent.letter.bcc == ()


def test_a_hostile_letter_is_made_harmless_before_it_is_shown(opened: Open) -> None:
    hostile = Address(name="Amira\r\nBcc: x@y.example", email="amira@oasis.example\n")
    window = opened(replace(GOOD, to=(hostile,), subject="a\nb"))

    assert window.letter().to == (Address(name="Amira Bcc: x@y.example", email="amira@oasis.example"),)
    assert window.letter().subject == "a b"


def test_a_draft_is_saved_when_typing_stops(opened: Open, desk: Desk) -> None:
    window = opened()
    assert not window.keeper.timer.isActive()

    QTest.keyClicks(window.body, "x")
    assert window.keeper.timer.isActive()
    assert desk.posted == []
    window.keeper.timer.timeout.emit()

    saved = desk.last()
    assert saved == SaveDraft(draft=None, account=MARA.id, letter=window.letter(), origin=saved.origin)
    window.on_event(DraftSaved(draft=DraftId(5), origin=saved.origin, at=NOW))
    assert window.status.text().startswith("Draft saved on this computer ")


def test_typing_during_a_save_makes_one_draft_not_two(opened: Open, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")
    window.keeper.timer.timeout.emit()
    QTest.keyClicks(window.body, "y")
    window.keeper.timer.timeout.emit()
    assert len(desk.posted) == 1

    window.on_event(DraftSaved(draft=DraftId(5), origin=desk.last().origin, at=NOW))

    saved = desk.last()
    assert isinstance(saved, SaveDraft)
    assert (len(desk.posted), saved.draft) == (2, DraftId(5))
    assert saved.letter.text == "xyHi Amira\n"


def test_sending_during_a_save_waits_for_the_number_of_the_draft(opened: Open, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")
    window.keeper.timer.timeout.emit()
    origin = desk.last().origin

    window.send_now()
    assert len(desk.posted) == 1
    window.on_event(DraftSaved(draft=DraftId(5), origin=origin, at=NOW))

    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert sent.draft == DraftId(5)
    assert sum(isinstance(command, SendLetter) for command in desk.posted) == 1


def test_a_save_that_fails_does_not_stop_the_letter(opened: Open, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")
    window.keeper.timer.timeout.emit()
    window.send_now()

    window.on_event(CommandFailed(command=desk.last(), remedy=Remedy.WAIT, reason="The disk is full."))

    assert isinstance(desk.last(), SendLetter)


def test_a_failed_save_says_that_nothing_is_stored_yet(opened: Open, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")
    window.keeper.timer.timeout.emit()

    window.on_event(CommandFailed(command=desk.last(), remedy=Remedy.WAIT, reason="The disk is full."))

    assert window.ask.title == "The disk is full."
    assert window.status.text() == "Draft not saved"
    window.ask.button("save").click()
    assert len(desk.posted) == 2


def test_closing_keeps_the_draft_and_says_so(opened: Open, qtbot: QtBot, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")

    window.close()
    assert isinstance(desk.last(), SaveDraft)
    assert not window.isVisible()
    with qtbot.waitSignal(window.closed) as told:
        window.on_event(DraftSaved(draft=DraftId(5), origin=desk.last().origin, at=NOW))

    assert told.args == ["Draft “Plan” kept on this computer."]


def test_a_window_whose_draft_cannot_be_kept_comes_back(opened: Open, desk: Desk) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")
    window.close()

    window.on_event(CommandFailed(command=desk.last(), remedy=Remedy.WAIT, reason="The disk is full."))

    assert window.isVisible()
    assert window.letter().text == "xHi Amira\n"
    assert window.ask.title == "The disk is full."


def test_closing_an_untouched_letter_stores_nothing(opened: Open, qtbot: QtBot, desk: Desk) -> None:
    window = opened()
    with qtbot.waitSignal(window.closed):
        window.close()

    assert desk.posted == []


def test_escape_closes_only_what_was_not_touched(opened: Open, qtbot: QtBot, desk: Desk) -> None:
    touched = opened(Letter(sender=sender_of(MARA)))
    QTest.keyClicks(touched.form.subject, "Plan")
    QTest.keyClick(touched.form.subject, Qt.Key.Key_Escape)
    assert touched.isVisible()
    fresh = opened(Letter(sender=sender_of(MARA)))
    with qtbot.waitSignal(fresh.closed):
        QTest.keyClick(fresh.form.to.input, Qt.Key.Key_Escape)
    assert desk.posted == []


def test_discarding_asks_and_drops_the_stored_draft(opened: Open, qtbot: QtBot, desk: Desk) -> None:
    window = opened(draft=DraftId(5))

    window.trash.click()
    assert window.ask.title == "Discard this message?"
    assert desk.posted == []
    window.ask.button("keep").click()
    assert window.send.isEnabled()
    window.trash.click()
    with qtbot.waitSignal(window.closed):
        window.ask.button("discard").click()

    dropped = desk.last()
    assert isinstance(dropped, DiscardDraft)
    assert dropped.draft == DraftId(5)


def test_another_sender_brings_its_signature_and_its_account(opened: Open, desk: Desk) -> None:
    window = opened(new_letter(MARA, to=(AMIRA,), subject="Plan"))
    QTest.keyClicks(window.body, "Hi")

    window.form.sender_choice.choose(HOME)
    window.send.click()

    sent = desk.last()
    assert isinstance(sent, SendLetter)
    assert (sent.account, sent.letter.sender) == (HOME.id, sender_of(HOME))
    assert sent.letter.text == "Hi\n\n-- \nM."
    window.body.undo()


def test_tab_writes_a_tab_and_shift_tab_leaves_the_text(opened: Open, desk: Desk) -> None:
    window = opened()
    window.body.setFocus()
    QTest.keyClick(window.body, Qt.Key.Key_Tab)
    assert window.letter().text == "\tHi Amira\n"

    QTest.keyClick(window.body, Qt.Key.Key_Backtab)

    assert not window.body.hasFocus()


def test_typing_can_be_undone_but_not_the_letter_itself(opened: Open) -> None:
    window = opened()
    QTest.keyClicks(window.body, "x")

    for _ in range(5):
        window.body.undo()

    assert window.letter().text == "Hi Amira\n"


def test_every_control_has_a_name_for_screen_readers(opened: Open) -> None:
    window = opened()

    for control in (window.send, window.attach, window.trash, window.leave, window.body, window.form.subject):
        assert control.accessibleName()
    assert window.form.to.input.accessibleName() == "To"
    assert window.form.sender_choice.accessibleName() == "From Mara Lindqvist <mara@fernhill.example>"
