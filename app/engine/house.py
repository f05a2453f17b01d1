"""The engine as a whole: its workers, who runs them, and which command goes to whom.

Threads: one desk, one door, one search; per account one mailroom, one post and two watches (Inbox and Sent, the second
idle where one connection hears of all folders): at most four connections, which `Connections` counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from app.core import commands as ask
from app.core.commands import Command
from app.core.events import Event, LetterMoved
from app.core.ids import AccountId, FolderId
from app.core.values import AccountSettings, Role
from app.engine.access import Pulse, pause_of
from app.engine.connections import Connections
from app.engine.desk import Desk
from app.engine.door import Door
from app.engine.letters import Stationery
from app.engine.mailroom import Mailroom, Surroundings
from app.engine.pictures import Pictures
from app.engine.post import Post
from app.engine.proofs import Proofs, SignInPages
from app.engine.seeker import Seeker
from app.engine.watch import Watch
from app.engine.worker import Emit, Inbox, Stop, Worker
from app.remote.discovery.net import Net
from app.remote.pictures import Fetcher
from app.remote.secrets import Secrets
from app.store.accounts import account_ids, settings_of
from app.store.connection import Gate
from app.store.drafts import setting
from app.store.files import sweep_unfinished
from app.store.library import Library
from app.store.outbox import settle_after_crash
from app.store.pausing import resting_accounts
from app.store.views import Reader


class Carrier(Protocol):
    """A thread that runs one worker: a QThread under windows, `threading.Thread` without."""

    def start(self) -> None: ...

    def join(self, seconds: float) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """Clock and randomness, handed in."""

    clock: Callable[[], float]
    """Unix seconds."""
    jitter: Callable[[], float]
    random: Callable[[int], bytes]


class House:
    def __init__(
        self,
        profile: Path,
        secrets: Secrets,
        chances: Chances,
        emit: Emit,
        carry: Callable[[Worker], Carrier],
        pulse: Pulse | None = None,
        pages: SignInPages | None = None,
        net: Net | None = None,
        fetcher: Fetcher | None = None,
    ) -> None:
        """`emit` is called from any worker's thread; `carry` makes the thread for a worker. `pages` (of providers) and `net`
        (names and web servers, to find mail servers with) and `fetcher` (of remote pictures): None = the real ones."""
        self.profile, self._pulse = profile, pulse or Pulse()
        self._chances, self._emit, self._carry = chances, emit, carry
        self._net, self._fetcher = net, fetcher
        self._pages = pages or SignInPages.real(chances.clock)
        self._proofs = Proofs(secrets, self._pages.authorities, chances.clock)
        self._gate = Gate()
        self._running: dict[str, tuple[Worker, Carrier]] = {}
        self._leaving: list[Carrier] = []
        self._connections: dict[AccountId, Connections] = {}

    # --- opening and closing -------------------------------------------------------------------------------

    def open(self, only: Collection[AccountId] | None = None) -> None:
        """Settle what a crash left in the middle, then start every worker; those of the accounts in `only`, if given."""
        library = self._library(hurried=True)
        try:
            with library.transaction() as unit:
                caught = settle_after_crash(unit)
            sweep_unfinished(self.profile, unit.now)
            accounts = account_ids(library.look())
            asleep = resting_accounts(library.look())
            paused = [pause_of(library.look(), account) for account in accounts]
        finally:
            library.close()
        self._start(Worker("desk", self._desk, self._emit))
        self._start(Worker("door", self._door, self._emit))
        self._start(Worker("search", self._seeker, self._emit))
        self._start(Worker("pictures", self._pictures, self._emit))
        for account in accounts:
            if account not in asleep and (only is None or account in only):
                self.open_account(account)
        for event in paused:
            if event is not None:
                self._emit(event)
        for letter, state, subject in caught:
            self._emit(LetterMoved(letter=letter, state=state, subject=subject))

    def open_account(self, account: AccountId) -> None:
        """Start an account's workers; nothing happens if they run."""
        if f"mailroom {account}" in self._running:
            return
        ordinary = self._around(durable=False)
        ordinary.connections.make_room = lambda: self._to_account(account, ask.MakeRoom(account=account))
        self._connections[account] = ordinary.connections
        durable = replace(ordinary, open_library=lambda: self._library(durable=True))
        self._start(
            Worker(
                f"mailroom {account}",
                lambda emit, inbox: Mailroom(
                    account,
                    ordinary,
                    emit,
                    inbox,
                    lambda: self._wake_watch(account),
                    lambda: self._woke(account),
                    self._owed,
                ),
                self._emit,
            )
        )
        self._start(
            Worker(f"post {account}", lambda emit, inbox: Post(account, durable, emit, inbox, self._filed), self._emit)
        )
        for name, role in (("watch", Role.INBOX), ("sentry", Role.SENT)):
            self._start(
                Worker(
                    f"{name} {account}",
                    lambda emit, inbox, role=role: Watch(account, ordinary, emit, inbox, self.post, role),  # type: ignore[misc]
                    self._emit,
                )
            )

    def runs(self, account: AccountId) -> bool:
        """Whether the account has its workers."""
        return f"mailroom {account}" in self._running

    def library(self) -> Library:
        """For the calling thread, which closes it."""
        return self._library()

    def keep_up(self, only: Collection[AccountId] | None = None) -> None:
        """Accounts may have been added, removed, turned off or on, also by another process: start and end workers. `only`
        as for `open`."""
        library = self._library()
        try:
            accounts = set(account_ids(library.look())) - resting_accounts(library.look())
            accounts &= accounts if only is None else set(only)
            paused = [pause_of(library.look(), account) for account in account_ids(library.look())]
        finally:
            library.close()
        running = {AccountId(int(name.split()[1])) for name in self._running if name.startswith("mailroom ")}
        for account in running - accounts:
            self._dismiss_account(account)
        for event in paused:
            if event is not None and event.account in running:
                self._emit(event)
        for account in accounts - running:
            self.open_account(account)

    def close(self, seconds: float = 10.0) -> bool:
        """End every worker. False when one did not end in time."""
        return self._join([*self._leaving, *self._dismiss(list(self._running))], seconds)

    def _start(self, worker: Worker) -> None:
        carrier = self._carry(worker)
        self._running[worker.name] = (worker, carrier)
        carrier.start()

    def _dismiss_account(self, account: AccountId) -> None:
        self._connections.pop(account, None)
        self._leaving += self._dismiss(_workers_of(account))

    def _dismiss(self, names: Iterable[str]) -> list[Carrier]:
        """Tell them to stop; nobody is waited for."""
        ending = [self._running.pop(name) for name in names if name in self._running]
        for worker, _ in ending:
            worker.post(Stop())
        return [carrier for _, carrier in ending]

    @staticmethod
    def _join(ending: Iterable[Carrier], seconds: float) -> bool:
        ended = [carrier.join(seconds) for carrier in ending]
        return all(ended)

    # --- commands ------------------------------------------------------------------------------------------

    def post(self, command: Command) -> None:
        """Hand a command to whom it concerns; returns at once. Any thread may call this."""
        match command:
            case ask.Sync(account=account):
                self._to(f"mailroom {account}", command)
                if command.folder is None and not command.tell:
                    self._to(f"post {account}", ask.SendNow(account=account))
            case (
                ask.Push(account=account)
                | ask.FetchBody(account=account)
                | ask.StopFetching(account=account)
                | ask.AuditFolders(account=account)
                | ask.SearchServer(account=account)
            ):
                self._to(f"mailroom {account}", command)
            case ask.SendNow(account=account):
                self._to(f"post {account}", command)
            case ask.CheckConnections(account=account):
                for each, connections in list(self._connections.items()):
                    if account is None or each == account:
                        connections.doubt(self._pulse.doubt)
                        self._to_account(each, command)
            case (
                ask.FindServers()
                | ask.TrySignIn()
                | ask.SignInByBrowser()
                | ask.SignInAgain()
                | ask.CancelSignIn()
                | ask.RevokeGrant()
            ):
                self._to("door", command)
            case ask.Search():
                self._to("search", command)
            case ask.FetchPictures() | ask.LeaveList():
                self._to("pictures", command)
            case ask.RemoveAccount(account=account) | ask.PauseAccount(account=account):
                # Not waited for: whoever posts is drawing a window. What they still write goes with the account.
                self._dismiss_account(account)
                self._to("desk", command)
            case _:
                self._to("desk", command)

    def _to(self, name: str, command: Command) -> None:
        running = self._running.get(name)
        if running is not None:
            running[0].post(command)

    def _to_account(self, account: AccountId, command: Command) -> None:
        for name in _workers_of(account):
            self._to(name, command)

    # --- what workers get ----------------------------------------------------------------------------------

    def _around(self, *, durable: bool) -> Surroundings:
        return Surroundings(
            open_library=lambda: self._library(durable=durable),
            proofs=self._proofs,
            clock=self._chances.clock,
            jitter=self._chances.jitter,
            pulse=self._pulse,
        )

    def _library(self, *, durable: bool = True, hurried: bool = False) -> Library:
        return Library(self.profile, self._emit, self._chances.clock, self._gate, durable=durable, hurried=hurried)

    def _desk(self, emit: Emit, _inbox: Inbox) -> Desk:
        around = Surroundings(
            open_library=lambda: self._library(hurried=True),
            proofs=self._proofs,
            clock=self._chances.clock,
            jitter=self._chances.jitter,
        )
        stationery = Stationery(self._chances.clock, self._chances.random)
        return Desk(
            around,
            stationery,
            emit,
            owed=self._owed,
            posted=self._posted,
            signed_in=self._signed_in,
            revoke=lambda settings, ticket: self.post(ask.RevokeGrant(settings=settings, ticket=ticket)),
        )

    def _seeker(self, emit: Emit, inbox: Inbox) -> Seeker:
        library = self._library(durable=False)
        return Seeker(Reader(self.profile), library, self._chances.clock, emit, inbox)

    def _pictures(self, emit: Emit, inbox: Inbox) -> Pictures:
        return Pictures(emit, inbox, self._fetcher)

    def _door(self, emit: Emit, inbox: Inbox) -> Door:
        return Door(
            emit,
            self._chances.clock,
            inbox,
            self._pages,
            self._proofs,
            self._setting,
            self._settings,
            self.post,
            self._net,
        )

    def _setting(self, key: str) -> str:
        with closing(self._library()) as library:
            return setting(library.look(), key)

    def _settings(self, account: AccountId) -> AccountSettings:
        with closing(self._library()) as library:
            return settings_of(library.look(), account)

    def _owed(self, account: AccountId) -> None:
        self._to(f"mailroom {account}", ask.Push(account=account))

    def _posted(self, account: AccountId) -> None:
        self._to(f"post {account}", ask.SendNow(account=account))

    def _signed_in(self, account: AccountId) -> None:
        """The account lives again, or its folders were chosen anew: everyone looks at once."""
        for name in ("mailroom", "watch", "sentry"):
            self._to(f"{name} {account}", ask.Sync(account=account))

    def _wake_watch(self, account: AccountId) -> None:
        for name in ("watch", "sentry"):
            self._to(f"{name} {account}", ask.Sync(account=account))

    def _woke(self, account: AccountId) -> None:
        self.post(ask.CheckConnections(account=account, resumed=True))

    def _filed(self, account: AccountId, folder: FolderId) -> None:
        self._to(f"mailroom {account}", ask.Sync(account=account, folder=folder))


def _workers_of(account: AccountId) -> list[str]:
    return [f"{name} {account}" for name in ("mailroom", "post", "watch", "sentry")]


def silent(_event: Event) -> None:
    """For runs in which nobody listens."""
