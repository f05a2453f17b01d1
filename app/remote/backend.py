"""What the engine asks of a mailbox, whatever speaks with it: IMAP (`imap.Session`) today, another protocol beside it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from app.core.search import tree
from app.core.values import Flags, Quota, Role
from app.mail import mime
from app.remote.changes import Changes
from app.remote.idling import Stir
from app.remote.items import BodyItem, FlagItem, FolderStatus, HeaderItem, ListedFolder, Selected, WholeItem


class Session(Protocol):
    """One connection, one thread. At most one folder is selected; streams must be read before the next command.

    Folders are named in Unicode; messages by numbers that grow and never change as long as the folder's `uidvalidity` does not
    (RFC 9051 2.3.1.1). Everything raises `Trouble`.
    """

    capabilities: frozenset[str]
    """What the server can, in upper case, in IMAP's words."""
    selected: str | None
    tells_vanished: bool
    """What vanished is told with what changed (QRESYNC, RFC 7162)."""

    @property
    def stirred(self) -> bool:
        """The selected folder changed by another hand since this was last set to False."""

    @stirred.setter
    def stirred(self, value: bool) -> None: ...

    @property
    def broken(self) -> bool:
        """The connection is no more: nothing else can be asked of this session."""

    @property
    def uidvalidity(self) -> int:
        """Of the selected folder; 0 when the server knows none, or nothing is selected."""

    def folders(self) -> list[ListedFolder]: ...

    def statuses(self, names: Sequence[str]) -> dict[str, FolderStatus]:
        """Counts of many folders in few round trips; one that cannot be asked about is left out."""

    def status(self, name: str) -> FolderStatus: ...

    def quota(self) -> Quota | None:
        """How full the mailbox is (RFC 9208). None: it has no limit, or its server does not tell."""

    def select(self, name: str, *, readonly: bool = False) -> Selected:
        """Open a folder. `uidvalidity` 0 means that the server knows none."""

    def create(self, name: str, role: Role = Role.NONE) -> None:
        """Make a folder; that it is there already is no failure the caller must fear (`AskUser`). `role` is told where the
        server keeps such things (RFC 6154 3)."""

    def leave(self) -> None:
        """No folder is open for changes any more: some servers refuse to delete the open one. CLOSE would expunge."""

    def subscribe(self, name: str) -> None: ...

    def delete(self, name: str) -> None:
        """Remove a folder with all its messages from the mailbox."""

    def rename(self, name: str, new: str) -> None: ...

    def all_uids(self) -> list[int]: ...

    def uids_between(self, low: int, high: int | None) -> list[int]:
        """`low` ≤ UID ≤ `high` (None = no end)."""

    def uids_at(self, numbers: Iterable[int]) -> list[int]:
        """UIDs of the messages with these sequence numbers, as far as there are such."""

    def undeleted_uids(self) -> list[int]:
        """Without those that are marked `\\Deleted`."""

    def uids_since(self, day: datetime.date) -> list[int]:
        """Those received on `day` or later, by the server's calendar (INTERNALDATE without its zone)."""

    def uids_found(self, node: tree.Node) -> list[int]:
        """What the server finds for a search, as far as it can look for it; [] where it can look for nothing of it."""

    def uids_with_message_id(self, message_id: str) -> list[int]:
        """Candidates: a server compares by containment, some without case."""

    def uids_with_message_ids(self, message_ids: Sequence[str]) -> list[int]:
        """Candidates for any of them; one that can be in no header is passed over."""

    @property
    def has_labels(self) -> bool:
        """Folders are labels of messages in All Mail (Gmail's X-GM-EXT-1)."""

    @property
    def tells_modseq(self) -> bool:
        """Counts tell of flag changes, too (CONDSTORE, RFC 7162)."""

    def still_there(self, uids: Sequence[int]) -> set[int]:
        """Those of `uids` that the selected folder holds now."""

    def changes(self, since: int) -> Changes:
        """What changed, came and, where the server `tells_vanished`, went after the mod-sequence `since` (RFC 7162); for a
        folder that told its highest one."""

    def fetch_flags(self, low: int, high: int | None) -> Iterator[FlagItem]:
        """Flags of all messages with `low` ≤ UID ≤ `high` (None = no end); one that is not there is not told."""

    def fetch_headers(self, uids: Sequence[int]) -> Iterator[HeaderItem]:
        """Batches in the order given; within one the server's order."""

    def fetch_wholes(self, uids: Sequence[int]) -> Iterator[WholeItem]:
        """Headers and bodies in one; batches in the order given, and a message that went away meanwhile is left out."""

    def fetch_bodies(self, uids: Sequence[int]) -> Iterator[BodyItem]:
        """Batches in the order given; a message that went away meanwhile is left out."""

    def fetch_structure(self, uid: int) -> tuple[mime.Node, dict[int, str]] | None:
        """The parts of a message without their content, and the section of each leaf by `id` of its node; None = gone."""

    def fetch_piece(self, uid: int, section: str, start: int, most: int) -> bytes | None:
        """At most `most` octets of a section ("" = the whole message) from `start`; fewer at its end. None = gone."""

    def store_flags(self, uids: Sequence[int], *, add: Flags = frozenset(), remove: Flags = frozenset()) -> set[int]:
        """Returns those that had left the folder before, as far as the server tells of it: it says OK all the same (RFC 9051
        6.4.9), but they may not have got the flags."""

    @property
    def moves(self) -> bool:
        """MOVE is one step for the server (RFC 6851)."""

    def move(self, uids: Sequence[int], target: str, *, uidvalidity: int | None = None) -> dict[int, int]:
        """Old → new UID as far as the server tells. Without MOVE and UIDPLUS the originals stay, marked `\\Deleted`.

        `uidvalidity`: of the target, where the caller will use the new UIDs; those given under another one are not told.
        """

    def store_label(self, uids: Sequence[int], label: str, *, add: bool) -> None:
        """Put a label of Gmail's on messages of the selected folder, or take it off."""

    def copy(self, uids: Sequence[int], target: str, *, uidvalidity: int | None = None) -> dict[int, int]:
        """As for `move`."""

    def expunge(self, uids: Sequence[int]) -> bool:
        """Remove exactly these for good. False: the server has no UIDPLUS, they are only marked `\\Deleted`."""

    def append(self, name: str, raw: bytes, flags: Flags, received: float | None) -> int | None:
        """The new UID where the server tells it (APPENDUID, RFC 4315); for the open folder, under its `uidvalidity`."""

    def idle(self, seconds: float, stop: Callable[[], bool], answer: float | None = None) -> Stir:
        """What stirred, as soon as something does, or at once if it did before; clears `stirred`.

        `answer`: seconds after which a server that does not even take the end of the wait is taken for dead. Ask again well
        below 29 minutes (RFC 2177): a longer silence is taken for death by servers.
        """

    @property
    def hears(self) -> bool:
        """Whether the server tells by itself what happens in the selected folder (IDLE)."""

    def notify(self, watched: Iterable[str], known: Iterable[str]) -> bool:
        """Hear of these folders as well from now on, and of ones that are not `known` (NOTIFY, RFC 5465). False: the server
        does not tell; then only the selected folder is heard."""

    def doubt(self, seconds: float) -> None:
        """The net may have changed: so many seconds of silence from now on end the connection. Any thread."""

    def noop(self, answer: float | None = None) -> bool:
        """Ask for news: whether the selected folder stirred (since `stirred` was last cleared)."""

    def close(self) -> None:
        """Say goodbye if that costs no time; never raises."""

    def __enter__(self) -> Session: ...

    def __exit__(self, *_: object) -> None: ...
