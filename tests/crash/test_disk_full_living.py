"""The engine as a window has it, while its disk is full: it says so, and goes on by itself as soon as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import SaveDraft
from app.core.events import CommandFailed, ConnectionChanged, DraftSaved, Link, Remedy
from app.core.ids import AccountId
from app.core.trouble import Fix
from app.core.values import Address, Letter
from crash.agreement import agrees
from crash.small_disk import SmallDisk, small_disk
from household import Home, mail
from living import Living
from pouring import pour
from servers.mailbox import Mailbox
from servers.provider import Provider


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = small_disk(tmp_path / "disk")
    yield disk
    disk.end()


def test_a_full_disk_is_waited_out(disk: SmallDisk, mailbox: Mailbox, mail_servers: Provider) -> None:
    pour(mailbox, mail_servers, (mail(f"m {n}", body="A line of text.\r\n" * 400) for n in range(60)))
    home = Home(disk.folder / "profile", mailbox)
    draft = SaveDraft(
        draft=None,
        account=home.account,
        letter=Letter(sender=Address(email=mailbox.email), subject="Plan", text="x" * 200_000),
        origin="composer",
    )
    living = Living(home.profile, home.secrets)
    with living:
        disk.leave(3 * 65_536)
        waits = living.ears.wait(ConnectionChanged, lambda event: event.link is Link.WAITING)
        assert waits.fix is Fix.LIBRARY and waits.reason.startswith("The disk is full.") and waits.retry_at > 0
        disk.leave(0)
        living.do(draft)
        failed = living.ears.wait(CommandFailed, lambda event: event.command == draft)
        assert failed.remedy is Remedy.WAIT and failed.reason.startswith("The disk is full.")

        disk.make_room()
        before = living.ears.count()
        living.do(draft)

        living.ears.wait(DraftSaved, since=before)
        living.link(Link.LIVE, since=before)
        living.ears.until(lambda: len(living.rows()) == 60 and living.settled())
        agrees(home.profile, {AccountId(1): mailbox})
    assert not [event for event in living.ears.heard(CommandFailed) if event.remedy is Remedy.REPORT_BUG]
    home.close()
