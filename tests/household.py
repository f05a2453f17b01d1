"""The engine on a real mailbox, driven step by step: what engine tests share."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import formatdate
from functools import partial
from pathlib import Path

from app.core.commands import AddAccount, Command
from app.core.events import Event
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import AccountSettings, Security, Server
from app.engine.desk import Desk
from app.engine.letters import Stationery
from app.engine.mailroom import Mailroom, Surroundings
from app.engine.post import Post
from app.engine.proofs import Proofs
from app.engine.report import Report
from app.engine.worker import Inbox
from app.remote.imap import connect
from app.remote.secrets import MemorySecrets
from app.store.connection import Gate
from app.store.library import Library
from app.store.rows import FolderRow, MessageRow
from app.store.views import Reader
from servers.mailbox import Mailbox

_serial = itertools.count(1)


def mail(subject: str, *, body: str = "Hello\r\n", sender: str = "Zoë <zoe@client.test>", **headers: str) -> bytes:
    """A small message with its own Message-ID; further headers by name, `_` for `-`."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, "me@example.test", subject
    letter["Date"] = formatdate(1_790_000_000)
    letter["Message-ID"] = headers.pop("message_id", f"<{next(_serial)}.{subject.replace(' ', '')}@client.test>")
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content(body)
    return letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))


class Home:
    """One account of a real mailbox: the desk, the mailroom and the post, without threads."""

    def __init__(
        self,
        profile: Path,
        box: Mailbox,
        *,
        days: int = 0,
        folders: tuple[str, ...] | None = None,
        security: Security = Security.STARTTLS,
        timeout: float = 30.0,
    ) -> None:
        self.profile, self.box = profile, box
        self._security = security
        self.events: list[Event] = []
        self.now: Callable[[], float] = time.time
        self.secrets = MemorySecrets()
        self._gate = Gate()
        self.inbox = Inbox()
        around = Surroundings(
            open_library=self.library,
            proofs=Proofs(self.secrets, {}, lambda: self.now()),
            clock=lambda: self.now(),
            jitter=lambda: 0.5,
            connect=partial(connect, transcript=box.heard.append, timeout=timeout),
        )
        counter = itertools.count(1)
        stationery = Stationery(lambda: self.now(), lambda n: next(counter).to_bytes(n, "big"))
        self.around, self._stationery = around, stationery
        self.desk = Desk(around, stationery, self.events.append)
        self.account = AccountId(1)
        if not self.reader().accounts():
            self.desk.handle(AddAccount(settings=self.settings(days, folders), password=box.password))
        else:
            self.secrets.set(f"imap:{box.email}", box.password)

    def settings(self, days: int = 0, folders: tuple[str, ...] | None = None) -> AccountSettings:
        box = self.box
        return AccountSettings(
            email=box.email,
            name="Me",
            imap=Server(
                host=box.imap_host,
                port=box.imaps_port if self._security is Security.TLS else box.imap_port,
                security=self._security,
                user=box.email,
            ),
            smtp=Server(host=box.host, port=box.smtp_port, security=Security.STARTTLS, user=box.email),
            ca_file=box.ca,
            days=days,
            folders=folders,
        )

    def library(self) -> Library:
        return Library(self.profile, self.events.append, lambda: self.now(), self._gate, durable=False)

    def reader(self) -> Reader:
        return Reader(self.profile)

    def do(self, command: Command) -> None:
        self.desk.handle(command)

    def sync(self) -> Report:
        """What `tandem sync` does."""
        post = Post(self.account, self.around, self.events.append, self.inbox)
        mailroom = Mailroom(self.account, self.around, self.events.append, self.inbox)
        try:
            sent = Report()
            post.empty(sent)
            report = mailroom.sync_to_the_end()
            report.pushed += sent.pushed
            report.errors += sent.errors
            return report
        finally:
            post.close()
            mailroom.close()

    def folder(self, name: str) -> FolderRow:
        found = [row for row in self.reader().folders(self.account) if name in (row.name, row.role)]
        assert found, f"no folder {name}"
        return found[0]

    def list(self, name: str = "inbox") -> list[MessageRow]:
        reader = self.reader()
        ids, _ = reader.listing(FolderId(self.folder(name).id))
        return reader.rows([MessageId(ident) for ident in ids])

    def subjects(self, name: str = "inbox") -> Sequence[str]:
        return [row.subject for row in self.list(name)]

    def one(self, subject: str, name: str = "inbox") -> MessageRow:
        found = [row for row in self.list(name) if row.subject == subject]
        assert len(found) == 1, f"{len(found)} messages “{subject}” in {name}"
        return found[0]

    def close(self) -> None:
        self.desk.close()
