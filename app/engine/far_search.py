"""Searches the mailbox itself: for mail that is older than what is kept here. What is found becomes a part of the library,
like mail that was fetched for any other reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.core.ids import AccountId, MessageId
from app.core.search.read import read
from app.core.search.tree import Node
from app.core.trouble import WrongUse
from app.core.values import Role
from app.engine.arrivals import arrival, body
from app.engine.compare import doubtful
from app.remote.backend import Session
from app.remote.items import HeaderItem
from app.remote.searching import criteria
from app.store.arrivals import add_arrivals
from app.store.bodies import StoredBody, store_bodies, write_raw
from app.store.folders import Cursor, synced_folders
from app.store.library import Library
from app.store.mailbox import held_of
from app.store.search_index import catch_up

MOST = 100
"""Messages taken over from one folder, the newest."""
SMALL = 1 << 20
"""Octets up to which a message comes with its content at once; others come when their turn is, or when they are opened."""
AT_ONCE = 20
LEFT_OUT = (Role.JUNK, Role.TRASH, Role.DRAFTS)


@dataclass(slots=True)
class Harvest:
    """`fetched` messages were not here before; `more`: the server has found others, which were left there."""

    fetched: int = 0
    more: bool = False


def search_far(
    account: AccountId,
    session: Session,
    library: Library,
    query: str,
    now: float,
    breathe: Callable[[], None],
    harvest: Harvest,
) -> None:
    """Adds to `harvest`, also where trouble ends it early. Raises Misunderstood, and WrongUse where a server can look for
    nothing of it. `breathe` may end it by raising."""
    node = read(query, now=now)
    if criteria(node) is None:
        raise WrongUse(
            "The server cannot look for this alone. It knows words, people, dates, sizes and flags: add one of them."
        )
    for cursor in synced_folders(library.look(), account):
        if cursor.role in LEFT_OUT or not cursor.window_done:
            continue
        breathe()
        if not doubtful(cursor, session.select(cursor.name)):
            _search(account, session, library, cursor, node, harvest, breathe)


def _search(
    account: AccountId,
    session: Session,
    library: Library,
    cursor: Cursor,
    node: Node,
    harvest: Harvest,
    breathe: Callable[[], None],
) -> None:
    # What came since the last look is left to the next one, which tells the user of it.
    found = {uid for uid in session.uids_found(node) if uid < cursor.uidnext}
    unknown = sorted(found - held_of(library.look(), cursor.id, found).keys())
    harvest.more = harvest.more or len(unknown) > MOST
    wanted = unknown[-MOST:]
    for start in range(0, len(wanted), AT_ONCE):
        breathe()
        items = list(session.fetch_headers(wanted[start : start + AT_ONCE]))
        with library.transaction() as unit:
            fresh = add_arrivals(unit, account, cursor.id, [arrival(item) for item in items])
            catch_up(unit, [message for message, _ in fresh])
        harvest.fetched += len(fresh)
        _fetch_contents(session, library, items, {item.uid: message for message, item in fresh})


def _fetch_contents(
    session: Session, library: Library, items: list[HeaderItem], messages: dict[int, MessageId]
) -> None:
    small = sorted(item.uid for item in items if item.uid in messages and item.size <= SMALL)
    bodies: list[StoredBody] = []
    for item in session.fetch_bodies(small) if small else ():
        if item.uid in messages:
            digest = write_raw(library.profile, item.raw, durable=False)
            bodies.append(body(messages[item.uid], digest, item.raw))
    if bodies:
        with library.transaction() as unit:
            store_bodies(unit, bodies)
