"""The engine on a mailbox with labels: what tests of Gmail share."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from app.core.values import AccountSettings, Security, Server
from app.store.health import examine
from household import Home
from servers.gmail import Gmail
from servers.mailbox import Mailbox


class LabelHome(Home):
    """One account of a small Gmail, without a server for sending."""

    def __init__(self, profile: Path, gmail: Gmail, *, days: int = 0, folders: tuple[str, ...] | None = None) -> None:
        self.gmail = gmail
        super().__init__(profile, cast(Mailbox, gmail), days=days, folders=folders)

    def settings(self, days: int = 0, folders: tuple[str, ...] | None = None) -> AccountSettings:
        server = Server(host=self.gmail.host, port=self.gmail.imap_port, security=Security.TLS, user=self.gmail.email)
        return AccountSettings(
            email=self.gmail.email,
            name="Me",
            imap=server,
            smtp=None,
            ca_file=self.gmail.ca,
            days=days,
            folders=folders,
        )

    def shows(self, subject: str) -> set[str]:
        """The folders it shows in here; it must be one message."""
        reader = self.reader()
        found = [row.id for row in reader.rows(reader.recent(self.account)) if row.subject == subject]
        assert len(found) <= 1, f"{len(found)} messages “{subject}”"
        return set(reader.where(found[0]).folders) if found else set()

    def ident(self, subject: str) -> int:
        reader = self.reader()
        (found,) = [row.id for row in reader.rows(reader.recent(self.account)) if row.subject == subject]
        return int(found)

    def told(self) -> list[str]:
        """The history's sentences, oldest first."""
        library = self.library()
        rows = library.look().all("SELECT what, side FROM history ORDER BY id")
        library.close()
        return [f"{side}: {what}" for what, side in rows]

    def settled(self) -> None:
        """A second sync finds nothing to do, every list is what it should be, and labels agree with the mailbox."""
        report = self.sync()
        counts = (report.fetched, report.flags, report.removed, report.pushed, report.waiting)
        assert counts == (0, 0, 0, 0, 0) and report.errors == [], report
        library = self.library()
        wrong = [finding for finding in examine(library, alone=True) if not finding.ok]
        library.close()
        assert wrong == []
