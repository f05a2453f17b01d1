"""Which folders are ticked: a tree with three-state boxes, free of Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from app.core.events import FoundFolder
from app.core.ids import FolderId
from app.core.values import Role
from app.store.rows import FolderRow


class Tick(Enum):
    OFF = 0
    SOME = 1
    ON = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRow:
    """One folder to choose from. `key` is its full name; counts are None where nobody has counted yet.

    `local`: messages of it that are on this computer. `folder` is None before the account exists.
    """

    key: str
    label: str
    parent: str
    depth: int
    role: Role
    is_selectable: bool
    recent: int | None
    total: int | None
    local: int = 0
    is_ticked: bool = True
    folder: FolderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What the foot says. `recent` is None when a ticked folder has not been counted."""

    ticked: int
    folders: int
    recent: int | None


class Choice:
    """The rows in tree order and what is ticked. Parents that hold no mail only mirror their children."""

    def __init__(self, rows: Sequence[PickRow], *, keep_all: bool) -> None:
        self._rows = {row.key: row for row in rows}
        known = self._rows.keys()
        self._children: dict[str, list[str]] = {"": []}
        for row in rows:
            # a parent that the server does not list leaves its children at the top
            self._children.setdefault(row.parent if row.parent in known else "", []).append(row.key)
        self._before = frozenset(row.key for row in rows if row.is_selectable and (keep_all or row.is_ticked))
        self._ticked = set(self._before)
        self.keeps_all = keep_all

    def row(self, key: str) -> PickRow:
        return self._rows[key]

    def children(self, key: str = "") -> list[str]:
        return self._children.get(key, [])

    def parent(self, key: str) -> str:
        parent = self._rows[key].parent
        return parent if parent in self._rows else ""

    def is_ticked(self, key: str) -> bool:
        """The folder itself, whatever its children."""
        return self._rows[key].is_selectable and (self.keeps_all or key in self._ticked)

    def tick(self, key: str = "") -> Tick:
        """The box of a folder, or of the header for ""."""
        states = {self.is_ticked(each) for each in self._selectable_below(key)}
        return Tick.ON if states == {True} else Tick.SOME if len(states) == 2 else Tick.OFF

    def turn(self, key: str = "", *, alone: bool = False) -> None:
        """Press a box: all below it come on unless they already are. `alone`: only the folder itself.

        Taking a tick away while all folders are kept means "only ticked ones" from then on.
        """
        chosen = [key] if alone else self._selectable_below(key)
        chosen = [each for each in chosen if self._rows[each].is_selectable]
        wanted = not all(self.is_ticked(each) for each in chosen)
        if self.keeps_all:
            self.keeps_all = False
            self._ticked = {each for each, row in self._rows.items() if row.is_selectable}
        if wanted:
            self._ticked.update(chosen)
        else:
            self._ticked.difference_update(chosen)

    def recount(self, rows: Iterable[PickRow]) -> None:
        """New counts for folders that are known; ticks stay, folders that are new to us are ignored."""
        for row in rows:
            if row.key in self._rows:
                self._rows[row.key] = row

    def names(self) -> tuple[str, ...] | None:
        """Full names of the ticked folders in tree order; None = all."""
        return None if self.keeps_all else tuple(row.key for row in self._rows.values() if self.is_ticked(row.key))

    def ids(self) -> tuple[FolderId, ...] | None:
        """As `names`, for an account that exists."""
        if self.keeps_all:
            return None
        return tuple(row.folder for row in self._rows.values() if row.folder is not None and self.is_ticked(row.key))

    def leaving(self) -> list[PickRow]:
        """Folders that lose their tick while mail of them is on this computer."""
        return [
            row
            for row in self._rows.values()
            if row.key in self._before and not self.is_ticked(row.key) and row.local > 0
        ]

    def sum(self) -> Sum:
        rows = [row for row in self._rows.values() if row.is_selectable]
        ticked = [row for row in rows if self.is_ticked(row.key)]
        counts = [row.recent for row in ticked]
        known = [count for count in counts if count is not None]
        return Sum(ticked=len(ticked), folders=len(rows), recent=sum(known) if len(known) == len(counts) else None)

    def matching(self, words: str) -> set[str]:
        """Folders whose full name contains every word, and their parents, so that the tree hangs together."""
        wanted = words.casefold().split()
        found: set[str] = set()
        for row in self._rows.values():
            if all(word in f"{row.key} {row.label}".casefold() for word in wanted):
                key = row.key
                while key and key not in found:
                    found.add(key)
                    key = self.parent(key)
        return found

    def _selectable_below(self, key: str) -> list[str]:
        found = [key] if key and self._rows[key].is_selectable else []
        for child in self.children(key):
            found.extend(self._selectable_below(child))
        return found


def from_found(folders: Iterable[FoundFolder]) -> list[PickRow]:
    """What `SignInTried` listed."""
    return [
        PickRow(
            key=folder.name,
            label=folder.label,
            parent=folder.parent,
            depth=folder.depth,
            role=folder.role,
            is_selectable=folder.selectable,
            recent=folder.recent,
            total=folder.total,
        )
        for folder in folders
    ]


def from_rows(folders: Iterable[FolderRow]) -> list[PickRow]:
    """What `Reader.folders(account)` gave."""
    return [
        PickRow(
            key=folder.name,
            label=folder.label,
            parent=folder.parent,
            depth=folder.depth,
            role=folder.role,
            is_selectable=folder.selectable,
            recent=folder.recent_count,
            total=folder.server_count,
            local=folder.total,
            is_ticked=folder.selected,
            folder=folder.id,
        )
        for folder in folders
    ]
