"""The two-way rules in the running program, against a real Dovecot with a second client: done, read in the history, taken back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.core.ids import MessageId
from app.gui.application import Application
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.choices import Switch
from app.gui.look.parts.labels import Label
from app.gui.rules.dialog import RulesDialog
from app.gui.sync.lines import Line
from app.store.connection import open_writer
from gui.person import Person
from household import mail
from scenes import mark, take, there
from servers.mailbox import Mailbox


def shown(person: Person, kind: type[QWidget], name: str) -> QWidget:
    (found,) = [each for each in person.window.findChildren(kind, name) if each.isVisible()]
    return found


def press(person: Person, name: str) -> None:
    QTest.mouseClick(shown(person, Button, name), Qt.MouseButton.LeftButton)


def rules(person: Person) -> RulesDialog:
    account = person.window.folders.accounts[0].id
    person.window.care.change_rules(account)
    person.wait(lambda: any(each.isVisible() for each in person.window.findChildren(RulesDialog)))
    dialog = shown(person, RulesDialog, "rules")
    assert isinstance(dialog, RulesDialog)
    return dialog


def turn(dialog: RulesDialog, name: str) -> str:
    """Turn a switch, and read what it says of it."""
    switch, count = dialog.findChild(Switch, f"rule-{name}"), dialog.findChild(Label, f"rule-{name}-count")
    assert isinstance(switch, Switch) and isinstance(count, Label)
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
    return count.text()


def use(dialog: RulesDialog) -> None:
    button = dialog.findChild(Button, "rules-use")
    assert isinstance(button, Button)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def lines(person: Person) -> list[str]:
    """The Sync page's history from above to below, as it stands there."""
    model = person.window.panes.sync.history.model
    return [f"{item.what}: {item.cause}" for item in model.items if isinstance(item, Line)]


def there_is(person: Person, line: str) -> None:
    person.wait(lambda: line in lines(person))


def test_both_sides_follow_each_other_and_the_history_says_why(
    program: Application, qtbot: QtBot, mailbox: Mailbox
) -> None:
    for name in ("Read here", "Archived here", "Deleted here", "Read there", "Archived there", "Binned there", "Lost"):
        mailbox.append("INBOX", mail(name))
    mailbox.append("Work", mail("Other"))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: len(person.subjects()) == 7)

    person.open("Archived here")
    person.window.run("archive")
    person.open("Deleted here")
    person.window.run("delete")
    mark(mailbox, "Read there", "\\Seen")
    take(mailbox, "Archived there", "Archive")
    take(mailbox, "Binned there", "Trash")
    take(mailbox, "Lost", None)
    person.wait(lambda: there(mailbox, "Trash") == ["Binned there", "Deleted here"])
    person.wait(lambda: there(mailbox, "Archive") == ["Archived here", "Archived there"])
    person.wait(lambda: sorted(person.subjects()) == ["Read here", "Read there"])

    person.window.run("sync-page")
    page = person.window.panes.sync
    person.wait(page.isVisible)
    there_is(person, "Archived “Archived here” in the mailbox: You archived it here.")
    there_is(person, "Moved “Deleted here” to Trash in the mailbox: You deleted it here.")
    there_is(person, "Marked “Read there” read here: It was marked in the mailbox.")
    there_is(person, "Archived “Archived there” here: It was archived in the mailbox.")
    there_is(person, "Moved “Binned there” to Trash here: It was deleted in the mailbox.")
    there_is(person, "Deleted “Lost” here: It was deleted in the mailbox.")

    # Undo of what the other phone did, by its line
    model = page.history.model
    (row,) = [
        n for n, item in enumerate(model.items) if isinstance(item, Line) and "“Archived there” here" in item.what
    ]
    page.history.view.scrollTo(model.index(row, 0))
    spot = page.history.view.undo_spot(row).center().toPoint()
    QTest.mouseClick(page.history.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    person.wait(lambda: there(mailbox, "Archive") == ["Archived here"])
    assert "Archived there" in there(mailbox, "INBOX")
    there_is(person, "Moved “Archived there” to INBOX in the mailbox: You moved it here.")


def test_a_rule_says_what_it_would_do_and_does_just_that(program: Application, qtbot: QtBot, mailbox: Mailbox) -> None:
    for name in ("Stays", "Lost", "Only here archived"):
        mailbox.append("INBOX", mail(name))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: len(person.subjects()) == 3)

    dialog = rules(person)
    assert turn(dialog, "delete_in") == turn(dialog, "archive_out") == "Nothing changes at once"
    use(dialog)
    take(mailbox, "Lost", None)
    person.open("Only here archived")
    person.window.run("archive")
    person.window.run("sync-page")
    there_is(
        person,
        "Kept “Lost” in INBOX: It was deleted in the mailbox, and “Delete here when deleted in the mailbox” is off.",
    )
    assert sorted(person.subjects()) == ["Lost", "Stays"]
    assert there(mailbox, "INBOX") == ["Only here archived", "Stays"]

    dialog = rules(person)
    assert "1 message" in turn(dialog, "delete_in") and "1 message" in turn(dialog, "archive_out")
    use(dialog)
    person.wait(lambda: person.subjects() == ["Stays"])
    person.wait(lambda: there(mailbox, "Archive") == ["Only here archived"])
    assert there(mailbox, "INBOX") == ["Stays"]


def test_very_many_that_go_at_once_are_asked_about_over_the_list(
    program: Application, qtbot: QtBot, mailbox: Mailbox
) -> None:
    for number in range(60):
        mailbox.append("INBOX", mail(f"Mail {number}"))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(lambda: len(person.subjects()) == 60)
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages(list(range(1, 56)))
    client.expunge()

    person.wait(lambda: person.window.notices.shown is not None)
    notice = person.window.notices.shown
    assert notice is not None
    assert notice.sentence == "Stopped: one sync would remove 55 messages (92 %) from INBOX."
    assert len(person.subjects()) == 60
    press(person, "trouble-choice-1")  # keep
    person.wait(lambda: person.window.notices.shown is None)
    person.window.run("sync")
    qtbot.wait(500)
    assert len(person.subjects()) == 60 and len(there(mailbox, "INBOX")) == 5


def test_a_difference_is_seen_in_words_and_repaired(
    program: Application, qtbot: QtBot, mailbox: Mailbox, tmp_path: Path
) -> None:
    for name in ("One", "Two", "Three"):
        mailbox.append("INBOX", mail(name))
    person = Person(program, qtbot, mailbox)
    person.add_mailbox()
    person.wait(
        lambda: len(person.subjects()) == 3 and all(row.fetched for row in program.reader.rows(shown_ids(person)))
    )
    db = open_writer(tmp_path / "profile", durable=False)  # a message leaves the library behind the engine's back
    db.execute("DELETE FROM placement WHERE message IN (SELECT id FROM message WHERE subject = 'Two')")
    db.execute("DELETE FROM message WHERE subject = 'Two'")
    db.close()

    person.window.run("sync-page")
    person.window.panes.sync.counts_asked.emit(person.window.folders.accounts[0].id)
    title = shown(person, Label, "counts-title")
    assert isinstance(title, Label)
    person.wait(lambda: title.text() == "1 folder differs")
    press(person, "counts-repair")
    person.wait(lambda: title.text() == "Both sides agree")
    press(person, "counts-close")
    person.wait(lambda: sorted(person.subjects()) == ["One", "Three", "Two"])


def shown_ids(person: Person) -> list[MessageId]:
    model = person.window.messages.model
    return [found for row in range(model.rowCount()) if (found := model.message_id(row)) is not None]
