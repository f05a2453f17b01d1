"""The four rules in their two groups, and the promise below them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.parts.labels import Hairline, IconLabel, Label, Surface
from app.gui.look.theme import Theme
from app.gui.rules.row import RuleRow
from app.gui.rules.words import rule_words, tr


class RuleGroups(QWidget):
    """`on`: switch → whether it is on; `held`: switch → messages that it holds back. `changed` after every change."""

    changed = Signal()

    def __init__(self, theme: Theme, on: Mapping[str, bool], held: Mapping[str, int]) -> None:
        super().__init__()
        px = theme.px
        self._rows = {
            name: RuleRow(theme, words, name=name, inward=name.endswith("_in"), on=on[name], held=held.get(name, 0))
            for name, words in rule_words().items()
        }
        inside = QVBoxLayout(self)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(px(6))
        for title, icon, names in (
            (tr("When mail is deleted"), "trash-2", ("delete_in", "delete_out")),
            (tr("When mail is archived"), "archive", ("archive_in", "archive_out")),
        ):
            inside.addLayout(_head(theme, title, icon))
            inside.addWidget(_group(theme, [self._rows[name] for name in names]))
            inside.addSpacing(px(8))
        guard = QHBoxLayout()
        guard.setSpacing(px(8))
        guard.addWidget(IconLabel(theme, "shield-check", "ok", side=16), 0, Qt.AlignmentFlag.AlignTop)
        promise = tr("Before one sync removes over 20 % of a folder (and over 50 messages), Tandem stops and asks.")
        guard.addWidget(Label(theme, promise, "meta", 400, "text2", wrap=True), 1)
        inside.addLayout(guard)
        for row in self._rows.values():
            row.toggled.connect(self.changed)

    def on(self) -> dict[str, bool]:
        return {name: row.is_on() for name, row in self._rows.items()}


def _head(theme: Theme, title: str, icon: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    row.addWidget(IconLabel(theme, icon, "text2", side=16))
    row.addWidget(Label(theme, title, "strong", 600))
    row.addStretch(1)
    return row


def _group(theme: Theme, rows: list[RuleRow]) -> Surface:
    group = Surface(theme, "surface", line="edge", radius=12)
    column = QVBoxLayout(group)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for number, row in enumerate(rows):
        if number:
            column.addWidget(Hairline(theme))
        column.addWidget(row)
    return group
