"""Events: facts in the past tense, sent up only after the commit that made them true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.core.commands import Command
from app.core.ids import AccountId, DraftId, FolderId, MessageId, OutboxId
from app.core.trouble import Fix
from app.core.values import AccountState, FoundServers, Provider, Role


class Topic(Enum):
    """The parts of the library that a view may show."""

    ACCOUNTS = auto()
    FOLDERS = auto()
    """Names, roles, counts."""
    MESSAGES = auto()
    """Which messages are in which folder, and their flags."""
    BODIES = auto()
    OUTBOX = auto()
    QUEUE = auto()
    DRAFTS = auto()
    SETTINGS = auto()
    HISTORY = auto()


class Remedy(Enum):
    """What helps against a failure."""

    WAIT = auto()
    ASK_USER = auto()
    REPORT_BUG = auto()


class Link(Enum):
    """How an account stands with its server."""

    OFFLINE = auto()
    CONNECTING = auto()
    FETCHING = auto()
    LIVE = auto()
    """Connected, caught up, and listening."""
    WAITING = auto()
    """Will try again by itself; `reason` says why it could not."""
    SIGN_IN_NEEDED = auto()
    PAUSED = auto()


class Stage(Enum):
    HEADERS = auto()
    BODIES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed(Event):
    """Says what kind of thing changed; views read the truth from `store.views` when they are visible."""

    topics: frozenset[Topic]
    origin: str = ""
    folders: frozenset[FolderId] = frozenset()
    """The folders whose list changed; empty = any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Event):
    """A desk command was carried out and can be taken back with `Undo(token)`; `sentence` is for the toast."""

    token: int
    sentence: str
    origin: str = ""
    command: Command | None = None
    """What was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone(Event):
    token: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandFailed(Event):
    """`reason` is the sentence to show; `fix` names the one act that helps."""

    command: Command | None
    remedy: Remedy
    reason: str
    fix: Fix = Fix.NONE
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailArrived(Event):
    """New mail since the last look; never said of mail fetched by a first sync."""

    account: AccountId
    folder: FolderId
    messages: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionChanged(Event):
    """`at`: Unix seconds of the last successful check, 0 = never. `page`: where `fix` is done, at the provider, "" = not there."""

    account: AccountId
    link: Link
    reason: str = ""
    fix: Fix = Fix.NONE
    page: str = ""
    at: float = 0.0
    retry_at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(Event):
    """`rate` in messages a second over the last seconds, 0 = not known yet. `done == total` ends it."""

    account: AccountId
    folder: str
    stage: Stage
    done: int
    total: int
    rate: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced(Event):
    """A `Sync` that somebody waits for came to its end. `flags` and `removed` came in, `pushed` went out, `waiting` is still owed.

    `exit_code` as in the command line's contract: 0, 69, 76 or 77.
    """

    account: AccountId
    origin: str
    email: str
    fetched: int = 0
    bytes: int = 0
    flags: int = 0
    removed: int = 0
    pushed: int = 0
    waiting: int = 0
    seconds: float = 0.0
    errors: tuple[str, ...] = ()
    exit_code: int = 0
    state: AccountState = AccountState.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCompared(Event):
    """One of `total` folders of an `AuditFolders`: messages `there` (in the mailbox) and `here`.

    `missing` should be here and are not, `extra` are here and gone over there, `new` arrived since the last sync.
    `trouble`: why it could not be looked at, in words.
    """

    account: AccountId
    folder: str
    origin: str = ""
    there: int = 0
    here: int = 0
    missing: int = 0
    extra: int = 0
    new: int = 0
    trouble: str = ""
    number: int = 0
    total: int = 0

    @property
    def agrees(self) -> bool:
        return not (self.missing or self.extra or self.trouble)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldersCompared(Event):
    """An `AuditFolders` came to its end; `reason`: what ended it early."""

    account: AccountId
    origin: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxTried(Event):
    """A `SendNow` with an origin came to its end: everything that was due has been tried."""

    account: AccountId
    origin: str
    pushed: int = 0
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyReady(Event):
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyComing(Event):
    """`done` of `total` octets of a large message that was asked for; `total` as the mailbox tells it."""

    message: MessageId
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyStopped(Event):
    """It is not fetched any more, as was asked for; nothing of it was kept."""

    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved(Event):
    draft: DraftId
    origin: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterQueued(Event):
    letter: OutboxId
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterMoved(Event):
    """A letter changed its state in the outbox (sent, failed, uncertain …); `reason` is for the user."""

    letter: OutboxId
    state: str
    subject: str
    reason: str = ""
    fix: Fix = Fix.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAdded(Event):
    account: AccountId
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFolder:
    """A folder as the server lists it, before an account exists. `depth` counts parents; counts are None if unknown."""

    name: str
    label: str
    depth: int
    role: Role
    selectable: bool
    recent: int | None
    """Messages inside the chosen window of days."""
    total: int | None
    parent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInTried(Event):
    """Both servers were tried.

    `reason` is empty when both accepted; `server` names the one that did not (imap, smtp).
    """

    origin: str
    reason: str = ""
    fix: Fix = Fix.NONE
    detail: str = ""
    server: str = ""
    folders: tuple[FoundFolder, ...] = ()
    link: str = ""
    """The page on which `fix` is done."""
    email: str = ""
    """Of a sign-in by the browser: whose mailbox it opened."""
    ticket: str = ""
    """What `AddAccount` takes instead of a password."""
    provider: Provider = Provider.OTHER
    """Whose servers they are, as far as that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked(Event):
    """One step of a `FindServers`. `step`: table, file, srv, mx, exchange or knock; `where`: the domain or server that was
    asked; `detail` in few words; `seconds` since that kind of question was asked."""

    origin: str
    step: str
    where: str
    found: bool
    detail: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersFound(Event):
    """A `FindServers` came to its end. `found` None: nobody knows; `reason`: the address itself cannot be one."""

    origin: str
    email: str
    found: FoundServers | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserWanted(Event):
    """The user has to see this page in the browser; what they do there is waited for until `until` (Unix seconds)."""

    origin: str
    url: str
    provider: Provider
    until: float

    def __repr__(self) -> str:
        return f"BrowserWanted(origin={self.origin!r}, provider={self.provider!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFetched(Event):
    """A remote picture is here; `data` is empty, and `reason` says why, when it is not."""

    origin: str
    url: str
    content_type: str = ""
    data: bytes = b""
    reason: str = ""

    def __repr__(self) -> str:
        return f"PictureFetched(origin={self.origin!r}, {len(self.data)} octets, reason={self.reason!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerSearched(Event):
    """The mailbox was searched. `fetched` messages were not here before and are now; `more`: others were left there."""

    account: AccountId
    origin: str
    fetched: int = 0
    more: bool = False
    reason: str = ""
    """Why it came to nothing; "" = it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLeft(Event):
    """The list's server took a `LeaveList`; `reason` says, for support, why it did not."""

    origin: str
    url: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Event):
    """What a `Search` found, newest first; `searched` = how many messages were looked at."""

    origin: str
    query: str
    messages: tuple[MessageId, ...]
    searched: int
    more: bool = False
    """There are more than were asked for."""
    since: float = 0.0
    """Unix seconds: date of the oldest message that was looked at; 0 = unknown."""
    waiting: int = 0
    """Messages that are here and cannot be found yet."""
    mistake: str = ""
    """Why nothing was looked up: a sentence about the query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowWanted(Event):
    """The program was started a second time: show the window, and with a `mailto:` link a composer for it."""

    mailto: str = ""
