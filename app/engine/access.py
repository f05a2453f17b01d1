"""What a worker of an account gets from outside, and how it signs in to the mailbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.core.events import ConnectionChanged, Link
from app.core.ids import AccountId
from app.core.trouble import AskUser, Fix, Stopped, Trouble, TryLater
from app.core.values import AccountState
from app.engine.connections import Connections, Place
from app.engine.proofs import Proofs
from app.engine.report import Report
from app.engine.worker import Emit
from app.remote.backend import Session
from app.remote.imap import connect
from app.remote.pauses import Crowded
from app.remote.quirks import connections_of
from app.remote.smtp import deliver
from app.store.accounts import last_synced, set_state, settings_of, state_of
from app.store.library import Library
from app.store.owed import count_waiting
from app.store.pausing import RESTING
from app.store.unit import Unit

SIGN_IN_AGAIN = frozenset({Fix.PASSWORD, Fix.APP_PASSWORD, Fix.SIGN_IN, Fix.ADMIN, Fix.CLIENT_ID})
"""What only a new sign-in helps against: until then nobody tries."""
TURNS = 300
"""How often another worker's connection is waited for, a tenth of a second each time."""
PATIENCE = 10
"""How often a server is asked again that has not noticed yet that a connection ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How a dead connection is told from a quiet one, in seconds: together less than a minute."""

    heartbeat: float = 25.0
    """The longest silence after which something is asked that takes no server long."""
    answer: float = 20.0
    """The longest wait for that answer."""
    doubt: float = 5.0
    """The longest silence that is believed after the computer slept or its network changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a worker of the engine gets from outside, so that a run can be replayed."""

    open_library: Callable[[], Library]
    proofs: Proofs
    clock: Callable[[], float]
    jitter: Callable[[], float]
    """0..1"""
    connect: Callable[..., Session] = connect
    deliver: Callable[..., dict[str, str]] = deliver
    turn: threading.Lock = field(default_factory=threading.Lock)
    """Held while signing in; shared by the workers of one account."""
    connections: Connections = field(default_factory=Connections)
    """Of one account."""
    pulse: Pulse = field(default_factory=Pulse)
    steady: Callable[[], float] = time.monotonic
    """Seconds that nobody can set, and that stand still while the computer sleeps."""


class NoRoom(TryLater):
    """The account holds as many connections as it may, and none is needed less."""


def sign_in(
    account: AccountId,
    library: Library,
    around: Surroundings,
    emit: Emit,
    stop: Callable[[], bool],
    place: Place = Place.POST,
) -> Session:
    """A new session. Workers of one account try one after the other, and none after a refusal: providers lock accounts
    whose wrong password comes again and again. Where the account holds as many connections as it may, one that is needed
    less than `place` is waited for to end.

    Raises AskUser with a fix of `SIGN_IN_AGAIN` while the account waits for its user, NoRoom, and Throttled while the server
    wants to be left alone.
    """
    connections = around.connections
    refused = 0
    try:
        for _ in range(TURNS):
            try:
                session = _try(account, library, around, emit, stop, place)
            except Crowded:
                refused += 1
                if refused == 1:
                    connections.refused(around.clock())
                if refused > PATIENCE or not connections.wait_for_room(place):
                    raise
                continue
            if session is not None:
                return session
            if stop():
                raise Stopped
            if not connections.wait_for_room(place):
                break
        raise NoRoom("The account holds as many connections as its provider takes. Tandem tries again by itself.")
    finally:
        connections.stop_asking(place)


def _try(
    account: AccountId, library: Library, around: Surroundings, emit: Emit, stop: Callable[[], bool], place: Place
) -> Session | None:
    """None: there is no room for it now."""
    with around.turn:
        look = library.look()
        state = state_of(look, account)
        if state is not AccountState.LIVE:
            raise resting(state)
        settings = settings_of(look, account)
        host, now = settings.imap.host, around.clock()
        around.connections.must_be_quiet(host, now)
        if not around.connections.has_room(connections_of(host), now):
            return None
        try:
            session = around.proofs.proven(
                settings,
                "imap",
                lambda secret: around.connect(settings.imap, secret, ca_file=settings.ca_file, stop=stop),
            )
        except AskUser as trouble:
            if trouble.fix in SIGN_IN_AGAIN:
                lock_out(account, library, emit, trouble)
            raise
        around.connections.opened(place, session)
        return session


def resting(state: AccountState) -> AskUser:
    """Why nobody signs in to an account in this state."""
    if state is AccountState.PAUSED:
        return AskUser("This account is turned off. What you change here waits until you turn it on.")
    if state is AccountState.DISCONNECTED:
        return AskUser("This account is disconnected. Its mail here is an archive.")
    return AskUser("This account needs you to sign in again. What you did here waits.", Fix.PASSWORD)


def pause_of(unit: Unit, account: AccountId) -> ConnectionChanged | None:
    """What is said of an account that is turned off; None: it is not."""
    if state_of(unit, account) is not AccountState.PAUSED:
        return None
    return ConnectionChanged(account=account, link=Link.PAUSED, at=last_synced(unit, account))


def resting_report(library: Library, account: AccountId) -> Report | None:
    """What a sync of an account that is turned off or disconnected has to say; None: it can be synced."""
    look = library.look()
    state = state_of(look, account)
    if state not in RESTING:
        return None
    return Report(email=settings_of(look, account).email, waiting=count_waiting(look, account), state=state)


def lock_out(account: AccountId, library: Library, emit: Emit, why: Trouble) -> None:
    """A password or a token was refused: nobody tries it again. Said once, whoever comes across it first."""
    with library.transaction() as unit:
        live = state_of(unit, account) is AccountState.LIVE
        fresh = live and set_state(unit, account, AccountState.SIGN_IN_NEEDED)
        checked = last_synced(unit, account)
    if fresh:
        emit(
            ConnectionChanged(
                account=account, link=Link.SIGN_IN_NEEDED, reason=str(why), fix=why.fix, page=why.link, at=checked
            )
        )
