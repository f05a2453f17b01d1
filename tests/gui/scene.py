"""A small mailbox in a real library, with the content of the design's screens; and a window on it."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from app.core import commands as ask
from app.core.commands import Command
from app.core.events import Changed, Event
from app.core.ids import AccountId, FolderId, MessageId
from app.core.values import AccountSettings, Role, Security, Server
from app.engine.desk import Desk
from app.engine.letters import Stationery
from app.engine.mailroom import Surroundings
from app.engine.proofs import Proofs
from app.engine.seeker import look_up
from app.gui.look.theme import Theme
from app.gui.outside import Outside
from app.gui.window.main import MainWindow
from app.gui.window.request import ComposeRequest
from app.mail.envelope import read_envelope
from app.mail.parse import read_message
from app.remote.secrets import MemorySecrets
from app.store import accounts
from app.store.arrivals import Arrival, add_arrivals
from app.store.bodies import StoredBody, StoredPart, store_bodies, store_excerpt, write_raw
from app.store.connection import Gate
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.views import Reader

NOW = dt.datetime(2026, 11, 23, 9, 43).timestamp()
"""A Monday morning, local time."""
ME = "Mara Lindqvist <mara@fernhill.example>"

FOLDERS = (
    ("INBOX", Role.INBOX),
    ("Drafts", Role.DRAFTS),
    ("Sent", Role.SENT),
    ("Archive", Role.ARCHIVE),
    ("Junk", Role.JUNK),
    ("Trash", Role.TRASH),
    ("Clients", Role.NONE),
    ("Clients/Meridian", Role.NONE),
    ("Clients/Oasis Clinics", Role.NONE),
    ("Clients/Kestrel", Role.NONE),
)


def letter(
    sender: str,
    subject: str,
    text: str = "",
    *,
    html: str = "",
    to: str = ME,
    cc: str = "",
    at: float = NOW,
    files: tuple[tuple[str, str, bytes], ...] = (),
    inline: tuple[tuple[str, str, bytes], ...] = (),
    answers: bytes = b"",
    key: str = "",
) -> bytes:
    """A message as bytes. `files`: (name, type, data); `inline`: (Content-ID, type, data); `answers`: another one; `key`
    tells it from one that is alike."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    if cc:
        mail["Cc"] = cc
    mail["Date"] = format_datetime(dt.datetime.fromtimestamp(at).astimezone())
    mail["Message-ID"] = f"<{zlib.crc32(repr((sender, subject, at, text, html, files, key)).encode())}@there.example>"
    if answers:
        earlier = read_envelope(answers)
        mail["In-Reply-To"] = earlier.message_id
        mail["References"] = " ".join((*earlier.references, earlier.message_id))
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
        rich = mail.get_payload()[1]  # type: ignore[index]
        for cid, kind, data in inline:
            rich.add_related(data, *kind.split("/"), cid=f"<{cid}>")  # type: ignore[union-attr]
    for name, kind, data in files:
        mail.add_attachment(data, *kind.split("/"), filename=name)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n"))


@dataclass
class Scene:
    """A library, a desk that works at once, and what the window asked for."""

    profile: Path
    now: float = NOW
    posted: list[Command] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    composed: list[ComposeRequest] = field(default_factory=list)
    pickers: list[AccountId] = field(default_factory=list)
    settings: list[tuple[AccountId | None, str]] = field(default_factory=list)
    adds: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._gate = Gate()
        self._uid = 0
        self.listener: Callable[[Event], None] | None = None
        self.library = self._library()
        around = Surroundings(
            open_library=self._library,
            proofs=Proofs(MemorySecrets(), {}, self.clock),
            clock=self.clock,
            jitter=lambda: 0.5,
        )
        self.desk = Desk(around, Stationery(self.clock, lambda n: b"\x01" * n), self._emit)
        self.reader = Reader(self.profile)

    def _library(self) -> Library:
        return Library(self.profile, self._emit, self.clock, self._gate, durable=False)

    def clock(self) -> float:
        return self.now

    def _emit(self, event: Event) -> None:
        self.events.append(event)
        if self.listener is not None:
            self.listener(event)

    def close(self) -> None:
        self.listener = None
        self.reader.close()
        self.desk.close()
        self.library.close()

    # --- filling it

    def add_account(
        self, email: str, name: str, folders: tuple[tuple[str, Role], ...] = FOLDERS, color: str = ""
    ) -> AccountId:
        server = Server(host="imap.test", port=993, security=Security.TLS, user=email)
        with self.library.transaction() as unit:
            settings = AccountSettings(email=email, name=name, imap=server, smtp=server, color=color)
            account = accounts.add_account(unit, settings)
            listed = [
                Listed(name=full, separator="/", role=role, selectable=full != "Clients") for full, role in folders
            ]
            record_folders(unit, account, listed)
            unit.run("UPDATE folder SET server_count = 0, recent_count = 0 WHERE account = ?", account)  # looked at
        return account

    def folder(self, name: str, account: int = 1) -> FolderId:
        return next(row.id for row in self.reader.folders(AccountId(account)) if row.name == name)

    def arrive(
        self, raw: bytes, at: float, folder: str = "INBOX", *, flags: str = "", account: int = 1, body: bool = True
    ) -> MessageId:
        self._uid += 1
        head = read_envelope(raw)
        arrival = Arrival(
            uid=self._uid,
            flags=frozenset(flags.split()),
            received=at,
            size=len(raw),
            fingerprint=f"print-{self._uid}",
            message_id=head.message_id,
            in_reply_to=head.in_reply_to,
            references=head.references,
            subject=head.subject,
            sender=head.sender,
            people={"to": head.to, "cc": head.cc, "bcc": head.bcc, "reply_to": head.reply_to},
            sent=at,
        )
        with self.library.transaction() as unit:
            ((message, _),) = add_arrivals(unit, AccountId(account), self.folder(folder, account), [arrival])
        if body:
            self.bring_body(message, raw)
        return message

    def bring_body(self, message: MessageId, raw: bytes) -> None:
        parsed = read_message(raw)
        digest = write_raw(self.profile, raw, durable=False)
        parts = [
            StoredPart(number=p.number, name=p.name, content_type=p.content_type, size=p.size, inline=p.inline)
            for p in parsed.parts
        ]
        stored = StoredBody(
            message=message,
            digest=digest,
            size=len(raw),
            text=parsed.index_text,
            snippet=parsed.snippet,
            parts=parts,
            problems="",
        )
        with self.library.transaction() as unit:
            store_bodies(unit, [stored])

    def bring_excerpt(self, message: MessageId, raw: bytes) -> None:
        """What is here of a large message that nobody has asked for yet."""
        parsed = read_message(raw)
        parts = [
            StoredPart(number=p.number, name=p.name, content_type=p.content_type, size=p.size, inline=p.inline)
            for p in parsed.parts
        ]
        with self.library.transaction() as unit:
            store_excerpt(
                unit,
                StoredBody(
                    message=message,
                    digest="",
                    size=0,
                    text=parsed.text,
                    snippet=parsed.snippet,
                    parts=parts,
                    problems="",
                ),
            )

    # --- what the window is given

    def post(self, command: Command) -> None:
        """Commands to the desk are carried out at once, a search is answered; the rest is only noted."""
        self.posted.append(command)
        match command:
            case ask.Search():
                self._emit(look_up(self.reader, command, NOW))
            case ask.FetchBody() | ask.StopFetching() | ask.Sync() | ask.ChangePassword():
                pass
            case ask.RetryLetter() | ask.SettleLetter() | ask.LeaveList():
                pass
            case ask.SearchServer() | ask.FetchPictures() | ask.AuditFolders():
                pass
            case ask.SignInAgain() | ask.CancelSignIn() | ask.TrySignIn():
                pass
            case _:
                self.desk.handle(command)

    def sent(self, kind: type[Command]) -> list[Command]:
        return [command for command in self.posted if type(command) is kind]

    def window(
        self, theme: Theme, outside: Outside | None = None, give_passphrase: Callable[[str], None] | None = None
    ) -> MainWindow:
        window = MainWindow(
            self.reader,
            self.post,
            theme,
            self.clock,
            open_reader=lambda: Reader(self.profile),
            open_composer=self.composed.append,
            open_add_account=lambda: self.adds.append(True),
            open_picker=self.pickers.append,
            open_settings=lambda account, page: self.settings.append((account, page)),
            give_passphrase=give_passphrase,
            outside=outside,
        )

        def hear(event: Event) -> None:
            if isinstance(event, Changed):
                window.on_changed(event)
            else:
                window.on_event(event)

        self.listener = hear
        return window


def hold_some(scene: Scene) -> None:
    """Archiving here is not told to the mailbox, and some of it is held back already."""
    account = scene.reader.accounts()[0].id
    scene.desk.handle(ask.ChangeSwitches(account=account, archive_out=False))
    ids, _dates = scene.reader.listing(scene.folder("INBOX"))
    scene.desk.handle(ask.ArchiveMessages(messages=tuple(MessageId(ident) for ident in ids[-2:])))
