"""Commands: wishes in the imperative, sent down from windows to the engine. Ids and plain values only."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.ids import AccountId, DraftId, FolderId, MessageId, OutboxId
from app.core.values import AccountSettings, Flags, Identity, Letter, Provider, Role, Server


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """`origin` comes back in the events it causes, so that the asker knows its own."""

    origin: str = ""


# --- to the desk: done here at once, owed to the server -------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFlags(Command):
    """Read, unread, flag, unflag, answered, keywords."""

    messages: tuple[MessageId, ...]
    add: Flags = frozenset()
    remove: Flags = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFolderRead(Command):
    folder: FolderId


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveMessages(Command):
    """Into another folder. `source` limits it to the copy in that folder. To another account: it leaves its own once its copy
    was found in the other mailbox."""

    messages: tuple[MessageId, ...]
    target: FolderId
    source: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyMessages(Command):
    """Into another folder, of any account; the originals stay where they are."""

    messages: tuple[MessageId, ...]
    target: FolderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveMessages(Command):
    messages: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteMessages(Command):
    """To Trash; what already is in Trash stays there."""

    messages: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteForGood(Command):
    """Cannot be undone; windows ask before they send this."""

    messages: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmptyFolder(Command):
    """Delete these messages of a folder for good: those that were shown and counted when the user was asked, so that what
    arrives meanwhile stays. None = all that show in it now. Only Trash and Junk are emptied."""

    folder: FolderId
    messages: tuple[MessageId, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkSpam(Command):
    """To Junk with `$Junk`, or back to the Inbox with `$NotJunk`."""

    messages: tuple[MessageId, ...]
    spam: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitConversation(Command):
    """This message and what answers it become a conversation of their own, which stays so whatever they refer to."""

    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeConversations(Command):
    """The conversations of these messages, all of one account, become one, which stays so."""

    messages: tuple[MessageId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateFolder(Command):
    """A folder called `name` below `parent` (None = at the top). `role`: what it shall be used as.

    With a role it is refused while a folder that could serve as well is there.
    """

    account: AccountId
    name: str
    parent: FolderId | None = None
    role: Role = Role.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameFolder(Command):
    """Call it `name`, below `parent` (None = at the top): its subfolders go along."""

    folder: FolderId
    name: str
    parent: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteFolder(Command):
    """With its subfolders; their messages go to Trash. Windows ask before they send this."""

    folder: FolderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Take back what `Done(token)` announced."""

    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoHistory(Command):
    """Take back what these lines of the history tell (`views.HistoryRow.id`): here at once, owed to the mailbox.

    All of them that can still be taken back; fails with a sentence when none can. Answered by `Done`.
    """

    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveDraft(Command):
    """Keep the composer's content on this computer. Answered by `DraftSaved`."""

    draft: DraftId | None
    account: AccountId
    letter: Letter


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardDraft(Command):
    draft: DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDraft(Command):
    """Go on with a draft that is in the mailbox, wherever it was written. Answered by `DraftSaved` with its number."""

    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadDraft(Command):
    """Nobody writes on it any more for now: put it into the mailbox."""

    draft: DraftId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendLetter(Command):
    """Into the outbox; `draft` is dropped in the same transaction. Answered by `LetterQueued`."""

    account: AccountId
    letter: Letter
    draft: DraftId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryLetter(Command):
    """Send again a letter that failed or is uncertain: the user's decision."""

    letter: OutboxId


@dataclass(frozen=True, slots=True, kw_only=True)
class DropLetter(Command):
    """Take a letter that is not being sent out of the outbox."""

    letter: OutboxId


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleLetter(Command):
    """The user says that an uncertain letter was sent."""

    letter: OutboxId


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryOwed(Command):
    """Try waiting changes now; entries as in `views.QueueRow.id`. Of a mass change: it shall happen."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscardOwed(Command):
    """Give up waiting changes: what is here goes back to what the mailbox holds. Of a mass change: keep the messages."""

    entries: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseFolders(Command):
    """Which folders are kept in step: None = all, otherwise exactly these.

    Unticked ones keep their local copy if asked.
    """

    account: AccountId
    folders: tuple[FolderId, ...] | None
    keep_local: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSwitches(Command):
    """The four switches of an account; None = as it is. One turned on catches up with what it held back."""

    account: AccountId
    delete_in: bool | None = None
    delete_out: bool | None = None
    archive_in: bool | None = None
    archive_out: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRole(Command):
    """Use this folder as Sent, Archive …; the role leaves the folder that had it."""

    folder: FolderId
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetting(Command):
    """A setting of the whole profile, such as `theme` or `read_after_seconds`."""

    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount(Command):
    """Store an account that `TrySignIn` or `SignInByBrowser` has proved, the latter with the `ticket` of its `SignInTried`
    instead of a password. `smtp_password` None = the same. Answered by `AccountAdded`."""

    settings: AccountSettings
    password: str = ""
    smtp_password: str | None = None
    ticket: str = ""
    switches: tuple[bool, bool, bool, bool] | None = None
    """delete in, delete out, archive in, archive out; None: all on, or as they were when it was here before."""

    def __repr__(self) -> str:
        return f"AddAccount(settings={self.settings!r}, password=…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword(Command):
    """Sign in again in place: waiting work goes on."""

    account: AccountId
    password: str

    def __repr__(self) -> str:
        return f"ChangePassword(account={self.account!r}, password=…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInAgain(Command):
    """The user signed in again on the provider's page: waiting work goes on. Sent by the door."""

    account: AccountId
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeClient(Command):
    """What Tandem calls itself at a provider: the user's own registration there. `id` "" = the one that came with Tandem.
    Answered by `Changed`."""

    provider: Provider
    id: str
    secret: str = ""
    tenant: str = ""

    def __repr__(self) -> str:
        return f"ChangeClient(provider={self.provider!r}, id=…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeIdentities(Command):
    """All addresses that the account writes from, the usual one first."""

    account: AccountId
    identities: tuple[Identity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLook(Command):
    """What an account is called here, the colour of its dot, and its place among the accounts, from 0."""

    account: AccountId
    name: str
    color: str
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeServers(Command):
    """Other servers for an account that is here; what waits goes on with them. Passwords None = as they are; `smtp_password`
    and `fallback_password` "" = the same as for reading. `ca_file` None = as it is."""

    account: AccountId
    imap: Server
    smtp: Server | None
    fallback: Server | None = None
    ca_file: str | None = None
    password: str | None = None
    smtp_password: str | None = None
    fallback_password: str | None = None

    def __repr__(self) -> str:
        return f"ChangeServers(account={self.account!r}, imap={self.imap!r}, smtp={self.smtp!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAccount(Command):
    """The account and its secrets leave this computer; the mailbox is not touched. What had not been told to it is given up.

    `keep_mail`: what is here stays readable, as an archive. `wipe_activities`: what was logged of the account's mail goes, too.
    """

    account: AccountId
    keep_mail: bool = False
    wipe_activities: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseAccount(Command):
    """No connections until `ResumeAccount`. All mail stays readable, what is changed or written here waits."""

    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAccount(Command):
    """Go on where `PauseAccount` stopped: what the mailbox did meanwhile comes first, then what waits here goes out."""

    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDays(Command):
    """How many days folders are read back; 0 = all. More: the older mail is fetched. Fewer: nothing goes."""

    account: AccountId
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOlder(Command):
    """Read this one folder so many days back from now; 0 = all."""

    folder: FolderId
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadGap(Command):
    """Fetch what came into this folder while its account was turned off."""

    folder: FolderId


# --- to the door: sign-in, before an account exists ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TrySignIn(Command):
    """Sign in to both servers and list the folders; nothing is stored. Answered by `SignInTried`. `ticket`: of an earlier
    sign-in by the browser, instead of a password. `account`: one that is here; what it has is taken where no password is given.
    """

    settings: AccountSettings
    password: str = ""
    smtp_password: str | None = None
    ticket: str = ""
    account: AccountId | None = None

    def __repr__(self) -> str:
        return f"TrySignIn(settings={self.settings!r}, password=…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindServers(Command):
    """Look for the servers of an address; no password is needed. Answered by `Looked` for each step, then by `ServersFound`,
    both with this origin. Any later wish to the door ends it without an answer."""

    email: str
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInByBrowser(Command):
    """Sign in on the page of the settings' provider, then to both servers, and list the folders; nothing is stored.

    Answered by `BrowserWanted` with the page, and at the end by `SignInTried`. A later one gives up an earlier one.
    `account`: sign in again to one that is here; it goes on by itself when it worked.
    """

    settings: AccountSettings
    account: AccountId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAgain(Command):
    """`SignInByBrowser` for an account that is here, with the same answers; it goes on by itself when it worked."""

    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeGrant(Command):
    """An account is gone: what its provider gave out ends there, too. Nobody waits for it."""

    settings: AccountSettings
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSignIn(Command):
    """Whatever the browser still brings is of no interest. Answered by `SignInTried` of the sign-in with this origin."""


# --- to an account's mailroom and post -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync(Command):
    """Push and pull until nothing is left. `folder` alone where given: something stirred there.

    `tell`: somebody waits for the end, which is then announced by `Synced` with the same origin.
    """

    account: AccountId
    folder: FolderId | None = None
    tell: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckConnections(Command):
    """The network changed, or the computer slept: whoever holds a connection finds out at once whether it still lives.

    `account` None = all. `online` False: there is no net; nothing is tried by itself until there is, or for a minute.
    `resumed`: time went by unseen, so that all folders are looked at.
    """

    account: AccountId | None = None
    online: bool = True
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRoom(Command):
    """Another worker of the account needs a connection: whoever holds the one needed least gives it up."""

    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class Push(Command):
    """Something is owed to the mailbox: carry it over now."""

    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class SendNow(Command):
    """Look into the outbox."""

    account: AccountId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFolders(Command):
    """Hold what is here against what the mailbox holds, folder by folder. Answered by `FolderCompared` for each, then by
    `FoldersCompared`, both with this origin. `repair`: what differs is put right by a sync, then compared once more.
    """

    account: AccountId
    repair: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchServer(Command):
    """Look for `query` in the mailbox itself, and fetch what is not here. Answered by `ServerSearched`, `origin` the same."""

    account: AccountId
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchBody(Command):
    """The user is looking at a message that is not here yet. Answered by `BodyReady`; a large one tells `BodyComing`."""

    account: AccountId
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class StopFetching(Command):
    """The user does not want to wait for the message any more. Answered by `BodyStopped` where it was on its way."""

    account: AccountId
    message: MessageId


# --- to the worker for remote pictures -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPictures(Command):
    """The user wants to see these pictures of other computers (http, https). Answered by `PictureFetched` for each."""

    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveList(Command):
    """The user wants no more mail of a list: post to its address (RFC 8058), once. Answered by `ListLeft`."""

    url: str


# --- to the search worker --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Search(Command):
    """Answered by `Found` with the same `origin`. `limit` newest first."""

    query: str
    limit: int = 500
    typing: bool = False
    """The query may not be finished: what its last value may still become is no mistake."""
