"""How lists are arranged: narrowed, sorted, by conversation or by message. Chosen in the menu or above the list, remembered."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint

from app.core.commands import ChangeSetting, Command
from app.core.ids import FolderId
from app.gui.messages.pane import MessagePane
from app.gui.window import settings
from app.gui.window.deeds import ORIGIN
from app.gui.window.menus import Actions
from app.store.listing import Filter, Smart, Sort
from app.store.views import Reader


class Arranging:
    """Each folder keeps how it is sorted; conversations are for all of them; what a list is narrowed to ends with it."""

    def __init__(self, pane: MessagePane, reader: Reader, post: Callable[[Command], None]) -> None:
        self._pane, self._post = pane, post
        self._sorts = read_sorts(reader.setting(settings.SORTS))
        pane.grouped = reader.setting(settings.GROUPED, "1") != "0"
        pane.sort_of = lambda place: self._sorts.get(str(place), Sort.NEWEST)

    def acts(self) -> dict[str, Callable[[], object]]:
        return {
            **{f"only-{each}": partial(self._toggle, each) for each in Filter},
            "only-nothing": lambda: self._narrow(frozenset()),
            **{f"sort-{each}": partial(self._sort, each) for each in Sort},
            "list-conversations": partial(self._group, True),
            "list-messages": partial(self._group, False),
        }

    def tie(self, actions: Actions, pop: Callable[[tuple[str, ...], QPoint], None]) -> None:
        """Show in the menus what holds; `pop` opens a menu of acts."""
        self._actions = actions
        head = self._pane.head
        head.filter_asked.connect(partial(pop, (*(f"only-{each}" for each in Filter), "", "only-nothing")))
        sorts = tuple(f"sort-{each}" for each in Sort)
        head.sort_asked.connect(partial(pop, (*sorts, "", "list-conversations", "list-messages")))
        self._pane.placed.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        pane, actions = self._pane, self._actions
        actions.check(f"sort-{self._sort_here()}")
        actions.check("list-conversations" if pane.grouped else "list-messages")
        for each in Filter:
            actions[f"only-{each}"].setChecked(each in pane.filters)
        actions["only-nothing"].setEnabled(bool(pane.filters))

    def _here(self) -> FolderId | Smart | None:
        place = self._pane.place
        return place if place is None or isinstance(place, Smart) else place.id

    def _sort_here(self) -> Sort:
        here = self._here()
        return Sort.NEWEST if here is None else self._pane.sort_of(here)

    def _toggle(self, each: Filter) -> None:
        self._narrow(self._pane.filters ^ {each})

    def _narrow(self, filters: frozenset[Filter]) -> None:
        self._pane.narrow(filters)
        self._tell()

    def _sort(self, sort: Sort) -> None:
        here = self._here()
        if here is None:
            return
        self._sorts[str(here)] = sort
        self._remember(
            settings.SORTS, json.dumps({place: each for place, each in self._sorts.items() if each != Sort.NEWEST})
        )
        self._pane.rearrange()
        self._tell()

    def _group(self, grouped: bool) -> None:
        self._pane.grouped = grouped
        self._remember(settings.GROUPED, str(int(grouped)))
        self._pane.rearrange()
        self._tell()

    def _remember(self, key: str, value: str) -> None:
        self._post(ChangeSetting(origin=ORIGIN, key=key, value=value))


def read_sorts(setting: str) -> dict[str, Sort]:
    """Place → order, as it was remembered; what cannot be read is left out."""
    try:
        stored = json.loads(setting or "{}")
    except ValueError:
        return {}
    if not isinstance(stored, dict):
        return {}
    return {str(place): Sort(each) for place, each in stored.items() if each in list(Sort)}
