"""What stays in step: the four switches, before anything is fetched."""

from __future__ import annotations

from app.gui.look.theme import Theme
from app.gui.rules.groups import RuleGroups
from app.gui.rules.words import rule_words
from app.gui.wizard.page import Page


class RulesPage(Page):
    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self.ask(
            self.tr("What should stay in step?"),
            self.tr("Four rules, each on its own. All on means: both sides always show the same."),
        )
        self.groups = RuleGroups(theme, dict.fromkeys(rule_words(), True), {})
        self.groups.changed.connect(self.ready_changed)
        self.body.addWidget(self.groups)

    @property
    def primary(self) -> str:
        return self.tr("Use these rules")

    @property
    def is_ready(self) -> bool:
        return True

    def enter(self) -> None:
        self.groups.setFocus()
