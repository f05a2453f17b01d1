"""The rules of one account in a dialog: nothing changes before they are used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from app.core.commands import ChangeSwitches, Command
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Hairline, Label
from app.gui.look.theme import Theme
from app.gui.rules.groups import RuleGroups
from app.gui.rules.words import rule_words, tr
from app.store.rows import AccountRow


class RulesDialog(QDialog):
    """Posts `ChangeSwitches` with what was changed. `held`: switch → messages that it holds back."""

    def __init__(
        self,
        theme: Theme,
        account: AccountRow,
        held: Mapping[str, int],
        post: Callable[[Command], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._account, self._post = account, post
        self.setObjectName("rules")
        self.setWindowTitle(tr("Two-way rules"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        self._was = {name: bool(getattr(account, name)) for name in rule_words()}
        self._groups = RuleGroups(theme, self._was, held)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(px(24), px(20), px(24), px(16))
        inside.setSpacing(px(6))
        inside.addWidget(Label(theme, tr("What should stay in step?"), "title", 600))
        inside.addWidget(
            Label(
                theme,
                tr("Four rules for {account}, each on its own.").format(account=account.email),
                "body",
                400,
                "text2",
            )
        )
        inside.addSpacing(px(8))
        inside.addWidget(self._groups)
        inside.addStretch(1)
        room = parent.screen().availableGeometry().size() * 0.9
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(page if room.height() >= px(660) else self._scrolled(page), 1)
        column.addWidget(Hairline(theme))
        column.addLayout(self._foot(theme))
        # Wrapped words ask for the height that they would take in the narrowest window.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        width = min(px(720), room.width())
        self.setMinimumWidth(min(px(520), width))
        self.resize(width, min(column.totalHeightForWidth(width), room.height()))

    def _scrolled(self, page: QWidget) -> QScrollArea:
        """Small screens and large text."""
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return scroll

    def _foot(self, theme: Theme) -> QHBoxLayout:
        px = theme.px
        cancel = Button(theme, tr("Cancel"), name="rules-cancel")
        cancel.clicked.connect(self.reject)
        use = Button(theme, tr("Use these rules"), "primary", name="rules-use")
        use.clicked.connect(self._use)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(12), px(24), px(12))
        foot.setSpacing(px(8))
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(use)
        return foot

    def _use(self) -> None:
        now = self._groups.on()
        if now != self._was:
            self._post(
                ChangeSwitches(
                    origin="window",
                    account=self._account.id,
                    delete_in=now["delete_in"],
                    delete_out=now["delete_out"],
                    archive_in=now["archive_in"],
                    archive_out=now["archive_out"],
                )
            )
        self.accept()
