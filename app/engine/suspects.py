"""Folders in which the answers of the server made no sense, so that the connection had to end: they are left out until the
next look at all folders, and come last in it, so that one damaged folder does not keep the others from being in step."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from app.core.ids import FolderId
from app.core.trouble import Trouble
from app.remote.answers import Nonsense
from app.store.folders import Cursor

MOST = 5
"""New connections for the sake of other folders in one look at all; more are a damaged server."""
Done = TypeVar("Done")


class Suspects:
    """Of one account, for its mailroom's thread."""

    def __init__(self) -> None:
        self._left_out: dict[FolderId, str] = {}
        self._last: frozenset[FolderId] = frozenset()

    def begin(self) -> None:
        """A look at all folders: nobody is left out any more."""
        self._last = frozenset(self._left_out)
        self._left_out.clear()

    def leaves_out(self, folder: FolderId) -> bool:
        return folder in self._left_out

    def in_order(self, cursors: Iterable[Cursor]) -> list[Cursor]:
        """Those last that ended a connection the last time."""
        return sorted(cursors, key=lambda cursor: cursor.id in self._last)

    def judge(self, cursor: Cursor, trouble: Trouble) -> bool:
        """`trouble` ended the connection while this folder was asked about: whether the folder is left out from now on."""
        if isinstance(trouble, Nonsense):
            self._left_out[cursor.id] = cursor.name
        return isinstance(trouble, Nonsense)

    def undeterred(self, step: Callable[[], Done]) -> Done:
        """Take the step again, as long as each time another folder is to blame that it failed."""
        while True:
            known = len(self._left_out)
            try:
                return step()
            except Nonsense:
                if len(self._left_out) in (known, MOST):
                    raise

    def in_words(self) -> str:
        """For people; empty when no folder is left out."""
        if not self._left_out:
            return ""
        names = ", ".join(sorted(self._left_out.values()))
        return f"Not up to date: {names}. What the server answers there makes no sense; Tandem tries again by itself."
