"""The user renames a folder while the mailroom is in the middle of looking at all of them."""

from __future__ import annotations

from pathlib import Path

from app.core.commands import Push, RenameFolder, Sync
from app.core.events import Event, Progress
from app.engine.mailroom import Mailroom
from household import Home, mail
from pouring import pour
from servers.mailbox import Mailbox
from servers.provider import Provider


def names(home: Home) -> set[str]:
    return {row.name for row in home.reader().folders(home.account)}


def test_a_folder_renamed_between_two_batches_does_not_vanish(
    tmp_path: Path, mailbox: Mailbox, mail_servers: Provider
) -> None:
    home = Home(tmp_path / "profile", mailbox)
    mailbox.append("Work", mail("In there"))
    home.sync()
    pour(mailbox, mail_servers, (mail(f"Mail {number}") for number in range(1300)))
    mailbox.append("Work", mail("New in there"))
    work = home.folder("Work").id
    vanished: list[Event] = []

    def hear(event: Event) -> None:
        if isinstance(event, Progress) and names(home) & {"Work"}:
            home.do(RenameFolder(folder=work, name="Plans"))
            home.inbox.put(Push(account=home.account))
        if not names(home) & {"Work", "Plans"}:
            vanished.append(event)

    mailroom = Mailroom(home.account, home.around, hear, home.inbox)
    mailroom.handle(Sync(account=home.account))
    mailroom.idle()
    mailroom.close()

    assert vanished == []
    assert "Plans" in mailbox.folders() and sorted(home.subjects("Plans")) == ["In there", "New in there"]
    home.close()
