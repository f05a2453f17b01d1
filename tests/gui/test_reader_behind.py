"""What stands behind a message, in the window: honest senders, links, lists, invitations, seals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QLocale, QUrl
from PySide6.QtWebEngineCore import QWebEnginePage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.core.commands import Command, LeaveList, SendLetter
from app.core.events import ListLeft
from app.core.ids import MessageId
from app.core.values import Address
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import ElidedLabel
from app.gui.reader.behind import HELD_AGAINST, Watcher
from app.gui.reader.content import read_content
from app.gui.reader.invitation import SETTING, InvitationCard
from app.gui.reader.invitation_words import headline, people_in_words, repeat_in_words, when_in_words
from app.gui.reader.link_line import LinkGate, LinkLine
from app.gui.reader.sheet import Sheet
from app.gui.reader.shield import Shield
from app.gui.reader.web.view import WebSheet
from app.gui.window.main import MainWindow
from app.mail.authentication import State
from app.mail.invitation import Answer, Repeat, read_invitation
from app.mail.parse import read_message
from gui.conftest import Answers
from gui.scene import NOW, Scene, letter
from gui.web import text_of

Wish = TypeVar("Wish", bound=Command)
MINE = "mara@fernhill.example"
PASS = "Authentication-Results: mx.fernhill.example; dkim=pass header.d={0}; dmarc=pass header.from={0}\r\n"
INVITE = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:7@meridian.example
SUMMARY:Rollout call
DTSTART:20261201T130000Z
DTEND:20261201T140000Z
LOCATION:Room 4
ORGANIZER;CN=Amira Haddad:mailto:amira.haddad@meridian.example
ATTENDEE;CN=Mara L.:mailto:mara@fernhill.example
ATTENDEE;PARTSTAT=ACCEPTED:mailto:jonas@fernhill.example
END:VEVENT
END:VCALENDAR
"""


def arrive(
    scene: Scene, sender: str, text: str = "Hello", *, head: str = "", html: str = "", at: float = NOW
) -> MessageId:
    return scene.arrive(head.encode() + letter(sender, "Hello", text, html=html, at=at, key=head), at)


def checked(scene: Scene) -> None:
    """Mail of several senders that the mailbox's server took in and checked."""
    for number in range(HELD_AGAINST):
        domain = f"sender{number}.example"
        arrive(scene, f"x@{domain}", head=PASS.format(domain), at=NOW + 100 + number)


def read(window: MainWindow, qtbot: QtBot, message: MessageId) -> None:
    qtbot.waitUntil(lambda: window.messages.model.row_of(message) >= 0)
    row = window.messages.model.row_of(message)
    window.messages.view.select_rows([row], row)
    qtbot.waitUntil(lambda: window.reader.content is not None and window.reader.content.row.id == message)


def the(scene: Scene, kind: type[Wish]) -> Wish:
    """The only command of its kind."""
    (command,) = scene.sent(kind)
    assert isinstance(command, kind)
    return command


def part(window: MainWindow, name: str) -> QWidget:
    found = window.reader.findChild(QWidget, name)
    assert found is not None
    return found


def shield(window: MainWindow) -> Shield:
    found = window.reader.findChild(Shield)
    assert isinstance(found, Shield)
    return found


def warning(window: MainWindow) -> str:
    banner = part(window, "sender-warning")
    return banner.accessibleName() if banner.isVisible() else ""


# --- the shield


def test_a_verified_sender_has_the_mark_and_words_for_it(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    checked(scene)
    read(window, qtbot, arrive(scene, "Ana <ana@shop.example>", head=PASS.format("shop.example")))
    assert shield(window).isVisible()
    assert shield(window).toolTip().startswith("Verified: this comes from shop.example.")
    assert shield(window).accessibleName() == shield(window).toolTip()
    assert warning(window) == ""


def test_a_forged_result_of_a_server_that_never_checks_is_not_believed(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    read(window, qtbot, arrive(scene, "Ana <ana@shop.example>", head=PASS.format("shop.example")))
    assert not shield(window).isVisible()


def test_one_sender_cannot_teach_us_to_believe_them(scene: Scene) -> None:
    scene.add_account(MINE, "Fernhill")
    for number in range(20):
        arrive(scene, f"x@mail{number}.evil.example", head=PASS.format("evil.example"), at=NOW - number)
    message = arrive(scene, "x@bank.example", head=PASS.format("bank.example"))
    content = read_content(scene.reader, message, watcher=Watcher(scene.clock))
    assert content is not None and content.behind is not None
    assert content.behind.verdict.state is State.UNKNOWN and not content.behind.watched


def test_a_mail_that_failed_is_called_out(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    checked(scene)
    head = "Authentication-Results: mx.fernhill.example; dmarc=fail header.from=bank.example\r\n"
    read(window, qtbot, arrive(scene, "Bank <x@bank.example>", head=head + PASS.format("bank.example")))
    assert warning(window).startswith("This may not come from bank.example")
    assert shield(window).toolTip().startswith("Failed:")


def test_a_failed_look_alike_is_called_by_the_name_it_wants_to_be_taken_for(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    checked(scene)
    head = "Authentication-Results: mx.fernhill.example; dmarc=fail header.from=paypa1.com\r\n"
    read(window, qtbot, arrive(scene, "PayPal <x@paypa1.com>", head=head))
    assert warning(window).startswith("This is not paypal.com, but looks like it")
    assert warning(window).endswith("Your mail server found no proof of that either.")


def test_what_i_wrote_myself_is_not_doubted(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    checked(scene)
    read(window, qtbot, arrive(scene, "Ana <ana@shop.example>"))
    assert shield(window).isVisible() and shield(window).toolTip().startswith("Not known:")
    read(window, qtbot, arrive(scene, f"Mara <{MINE}>"))
    assert not shield(window).isVisible()


# --- the sender


def test_a_look_alike_is_called_out_before_the_message_itself_is_here(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    read(window, qtbot, scene.arrive(letter("PayPal <x@paypa1.com>", "Hello", "x", at=NOW), NOW, body=False))
    assert warning(window).startswith("This is not paypal.com, but looks like it")


def test_a_look_alike_of_somebody_i_wrote_to_is_called_out(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    raw = letter("mara@fernhill.example", "Hi", "x", to="lang@meridian-group.example", at=NOW)
    scene.arrive(raw, NOW, "Sent")
    read(window, qtbot, arrive(scene, "Dr Lang <lang@rneridian-group.example>"))
    assert warning(window) == (
        "This is not meridian-group.example, but looks like it This mail was written from lang@rneridian-group.example."
    )


def test_the_address_is_shown_in_plain_letters_where_they_deceive(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    read(window, qtbot, arrive(scene, "Shop <x@xn--pypal-4ve.com>"))
    label = part(window, "sender-address")
    assert isinstance(label, ElidedLabel) and "x@xn--pypal-4ve.com" in label.text()
    assert warning(window).startswith("This is not paypal.com, but looks like it")


def test_the_longest_name_leaves_the_address_in_sight(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(window, qtbot, arrive(scene, f"{'Very Trustworthy Bank ' * 10} <x@evil.example>"))
    label = part(window, "sender-address")
    assert label.isVisible() and label.width() >= min(label.sizeHint().width(), 100)


def test_answers_that_go_elsewhere_are_said_quietly_but_not_on_lists(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    head = "Reply-To: y@elsewhere.example\r\n"
    read(window, qtbot, arrive(scene, "x@shop.example", head=head))
    assert warning(window) == "Answers go to y@elsewhere.example."
    read(window, qtbot, arrive(scene, "x@shop.example", head=head + "List-Id: <news.shop.example>\r\n"))
    assert warning(window) == ""


# --- links


@pytest.mark.parametrize("html", ["", '<p><a href="https://evil.example/x">https://paypal.com</a></p>'])
def test_a_link_that_says_another_place_is_asked_about(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers, html: str
) -> None:
    message = arrive(scene, "x@shop.example", "https://shop.example/a", html=html)
    read(window, qtbot, message)
    gate = window.reader._beside.gate
    answers.yes = False
    gate.open("https://evil.example/x")
    assert answers.questions == (["This link says paypal.com but leads to evil.example"] if html else [])
    assert answers.links == ([] if html else ["https://evil.example/x"])
    answers.yes = True
    gate.open(QUrl("https://EVIL.example/x").toString())
    assert answers.links[-1] == "https://evil.example/x"


def test_a_mail_address_in_a_message_opens_our_composer(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    read(window, qtbot, arrive(scene, "x@shop.example", "Write to lang@meridian.example today"))
    sheet = window.reader.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    sheet.anchorClicked.emit(QUrl("mailto:lang@meridian.example?subject=Hi&attach=/etc/passwd"))
    assert scene.composed[-1].to == "mailto:lang@meridian.example?subject=Hi&attach=/etc/passwd"
    assert answers.links == []


def test_the_target_of_a_link_is_shown_at_the_foot_and_goes_with_the_pointer(
    window: MainWindow, qtbot: QtBot, scene: Scene
) -> None:
    read(window, qtbot, arrive(scene, "x@shop.example", "https://shop.example/a"))
    sheet = window.reader.findChild(Sheet)
    assert isinstance(sheet, Sheet)
    line = window.reader.findChild(LinkLine)
    assert isinstance(line, LinkLine) and not line.isVisible()
    sheet.highlighted.emit(QUrl("https://xn--pypal-4ve.com/a"))
    assert line.isVisible() and line.text() == "https://xn--pypal-4ve.com/a"
    assert line.geometry().bottom() <= window.reader.height() and window.reader.rect().contains(line.geometry())
    sheet.highlighted.emit(QUrl())
    assert not line.isVisible()


def test_the_web_engine_tells_its_links_the_same_way(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    html = '<p style="color: red"><a href="https://evil.example/x">www.paypal.com</a></p>'
    read(window, qtbot, arrive(scene, "x@shop.example", html=html))
    qtbot.waitUntil(lambda: window.reader.findChild(WebSheet) is not None)
    web = window.reader.findChild(WebSheet)
    assert isinstance(web, WebSheet)
    qtbot.waitUntil(lambda: "paypal" in text_of(web, qtbot), timeout=20_000)
    page, line = web.page, window.reader.findChild(LinkLine)
    assert page is not None and isinstance(line, LinkLine)
    page.linkHovered.emit("https://evil.example/x")
    assert line.isVisible() and line.text() == "https://evil.example/x"
    page.linkHovered.emit("")
    assert not line.isVisible()
    kind = QWebEnginePage.NavigationType.NavigationTypeLinkClicked
    assert not page.acceptNavigationRequest(QUrl("https://evil.example/x"), kind, True)
    assert answers.questions == ["This link says www.paypal.com but leads to evil.example"]


def test_another_message_asks_nothing_about_the_links_of_the_last(answers: Answers) -> None:
    followed: list[str] = []
    gate = LinkGate(answers.outside(), followed.append)
    answers.yes = False
    gate.know({"https://evil.example": "paypal.com"})
    gate.open("https://evil.example/")
    assert followed == []
    gate.know({})
    gate.open("https://evil.example/")
    assert followed == ["https://evil.example/"]


# --- lists

LIST = "List-Unsubscribe: {0}\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
SIGNED = "DKIM-Signature: v=1; d=shop.example; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x\r\n"


def leave(window: MainWindow) -> None:
    button = part(window, "unsubscribe")
    assert isinstance(button, Button) and button.isVisible()
    button.click()


def test_a_list_is_left_by_one_post_after_a_question(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    checked(scene)
    head = PASS.format("shop.example") + SIGNED + LIST.format("<https://shop.example/leave?id=7>")
    read(window, qtbot, arrive(scene, "Shop News <news@shop.example>", head=head))
    answers.yes = False
    leave(window)
    assert answers.questions == ["Unsubscribe from the mail of Shop News?"] and scene.sent(LeaveList) == []
    answers.yes = True
    window.run("leave-list")  # from the menu, too
    command = the(scene, LeaveList)
    assert command.url == "https://shop.example/leave?id=7"
    window.on_event(ListLeft(origin=command.origin, url=command.url))
    assert window.toast.accessibleName().startswith("Unsubscribed: shop.example has confirmed it.")
    window.on_event(ListLeft(origin=command.origin, url=command.url, reason="answered 500"))
    assert answers.links == []  # that post was answered already


def test_where_it_was_not_confirmed_the_page_is_offered(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    checked(scene)
    head = PASS.format("shop.example") + SIGNED + LIST.format("<https://shop.example/leave?id=7>")
    read(window, qtbot, arrive(scene, "Shop News <news@shop.example>", head=head))
    leave(window)
    command = the(scene, LeaveList)
    window.on_event(ListLeft(origin=command.origin, url=command.url, reason="answered 500"))
    assert answers.questions[-1] == "shop.example did not confirm it"
    assert answers.links == ["https://shop.example/leave?id=7"]


def test_a_list_without_a_signature_is_left_by_a_letter_from_the_address_it_came_to(
    window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers
) -> None:
    head = LIST.format("<https://shop.example/leave>, <mailto:leave@shop.example?subject=out&cc=x@evil.example>")
    read(window, qtbot, arrive(scene, "Shop News <news@shop.example>", head=head))
    leave(window)
    command = the(scene, SendLetter)
    assert scene.sent(LeaveList) == [] and answers.links == []
    assert command.letter.sender.email == MINE and command.letter.subject == "out"
    assert command.letter.to == (Address(email="leave@shop.example"),) and command.letter.cc == ()
    assert [row.subject for row in scene.reader.outbox()] == ["out"]


def test_only_a_page_opens_after_a_question(window: MainWindow, qtbot: QtBot, scene: Scene, answers: Answers) -> None:
    read(window, qtbot, arrive(scene, "x@shop.example", head=LIST.format("<http://shop.example/leave>")))
    leave(window)
    assert answers.links == ["http://shop.example/leave"] and "shop.example" in answers.details[0]


def test_mail_that_came_through_no_list_offers_nothing(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(window, qtbot, arrive(scene, "x@shop.example"))
    assert not part(window, "unsubscribe").isVisible()
    window.run("leave-list")
    assert window.toast.accessibleName().startswith("This message does not say how to unsubscribe.")
    window.run("save-files")
    assert window.toast.accessibleName().startswith("This message has no attachments.")


# --- invitations


def invite(scene: Scene, calendar: str = INVITE) -> MessageId:
    data = calendar.replace("\n", "\r\n").encode()
    files = (("invite.ics", "text/calendar", data),)
    return scene.arrive(letter("Amira <amira.haddad@meridian.example>", "Rollout call", "x", at=NOW, files=files), NOW)


def card(window: MainWindow) -> InvitationCard:
    found = window.reader.findChild(InvitationCard)
    assert isinstance(found, InvitationCard)
    return found


def test_accepting_mails_the_organiser_and_is_remembered(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(window, qtbot, invite(scene))
    assert card(window).isVisible() and card(window).accessibleName() == "Invitation: Rollout call"
    card(window).buttons[Answer.ACCEPTED].click()
    command = the(scene, SendLetter)
    assert command.letter.to == (Address(name="Amira Haddad", email="amira.haddad@meridian.example"),)
    assert command.letter.subject == "Accepted: Rollout call" and "METHOD:REPLY" in command.letter.calendar
    (row,) = scene.reader.outbox()
    raw = next(path.read_bytes() for path in Path(scene.profile).rglob("*.eml") if b"method=REPLY" in path.read_bytes())
    assert row.subject == "Accepted: Rollout call"
    sent = read_message(raw)
    assert [each.content_type for each in sent.parts] == ["text/calendar"]
    assert json.loads(scene.reader.setting(SETTING)) == {"7@meridian.example/0": "ACCEPTED"}
    assert part(window, "invitation-answered").isVisible()


def test_no_answer_is_offered_to_a_cancellation_or_to_oneself(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(window, qtbot, invite(scene, INVITE.replace("REQUEST", "CANCEL")))
    assert card(window).accessibleName() == "Cancelled: Rollout call"
    assert not card(window).buttons[Answer.ACCEPTED].isVisible()
    read(window, qtbot, invite(scene, INVITE.replace("amira.haddad@meridian.example", MINE)))
    assert card(window).isVisible() and not card(window).buttons[Answer.ACCEPTED].isVisible()
    assert scene.reader.setting(SETTING) == ""


def test_the_nameless_calendar_of_the_card_is_no_attachment_besides(scene: Scene) -> None:
    scene.add_account(MINE, "Fernhill")
    data = INVITE.replace("\n", "\r\n").encode()
    files = (("", "text/calendar", data), ("invite.ics", "application/ics", data))
    message = scene.arrive(letter("amira@meridian.example", "Call", "x", at=NOW, files=files), NOW)
    content = read_content(scene.reader, message, watcher=Watcher(scene.clock))
    assert content is not None and [each.name for each in content.attachments] == ["invite.ics"]
    bare = read_content(scene.reader, message)
    assert bare is not None and len(bare.attachments) == 2


def test_a_message_without_an_invitation_shows_no_card(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(window, qtbot, invite(scene, "BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\n"))
    assert not card(window).isVisible()


def test_an_answer_is_told_in_its_headline_alone() -> None:
    text = INVITE.replace("REQUEST", "REPLY").replace("ATTENDEE;CN=Mara L.:mailto:mara@fernhill.example\n", "")
    answer, asked = read_invitation(text.encode()), read_invitation(INVITE.encode())
    assert answer is not None and asked is not None
    assert (headline(answer), people_in_words(answer)) == ("jonas@fernhill.example accepted", "")
    assert (headline(asked), people_in_words(asked)) == ("Invitation", "2 invited: 1 accepted")


def test_when_and_how_often_in_words() -> None:
    locale = QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    day = INVITE.replace("DTSTART:20261201T130000Z", "DTSTART;VALUE=DATE:20261201")
    whole = read_invitation(day.replace("DTEND:20261201T140000Z", "DTEND;VALUE=DATE:20261204").encode())
    assert whole is not None and when_in_words(whole, locale) == "Tue 1 Dec 2026 – Thu 3 Dec 2026, all day"
    hour = read_invitation(INVITE.replace("T130000Z", "T130000").replace("T140000Z", "T140000").encode())
    assert hour is not None and when_in_words(hour, locale) == "Tue 1 Dec 2026, 13:00 – 14:00"
    assert repeat_in_words(Repeat("week", 2, (1, 3)), locale) == "Every 2 weeks on Tuesday, Thursday"
    assert repeat_in_words(Repeat("day", count=5), locale) == "Every day, 5 times"
    assert repeat_in_words(Repeat("day", odd=True), locale) == "Repeats on days of its own"


# --- seals and receipts


def test_encrypted_mail_gets_a_sentence(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    read(
        window,
        qtbot,
        arrive(scene, "x@shop.example", "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----\n"),
    )
    notes = part(window, "message-notes")
    assert notes.isVisible() and "is encrypted (OpenPGP); Tandem cannot read it" in notes.accessibleName()


def test_a_receipt_is_never_sent_and_the_wish_is_told(window: MainWindow, qtbot: QtBot, scene: Scene) -> None:
    head = "Disposition-Notification-To: boss@shop.example\r\n"
    read(window, qtbot, arrive(scene, "x@shop.example", head=head))
    assert part(window, "message-notes").accessibleName() == "boss@shop.example asked for a receipt; none was sent."
    assert scene.sent(SendLetter) == [] and scene.reader.outbox() == []
    read(window, qtbot, arrive(scene, "x@shop.example"))
    assert not part(window, "message-notes").isVisible()
