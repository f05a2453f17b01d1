"""A small dialog: the name and the signature an account writes with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app.core.commands import ChangeIdentity, Command
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.store.rows import AccountRow


def tr(text: str) -> str:
    return QCoreApplication.translate("Identity", text)


class IdentityDialog(QDialog):
    """Posts `ChangeIdentity` when it is saved."""

    def __init__(self, theme: Theme, account: AccountRow, post: Callable[[Command], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._account, self._post = account, post
        self.setObjectName("identity")
        self.setWindowTitle(tr("Name and signature"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        self._name = LineEdit(theme, account.identity.name, label=tr("Your name"), name="identity-name")
        self._signature = QPlainTextEdit(account.identity.signature)
        self._signature.setProperty("field", True)
        self._signature.setObjectName("identity-signature")
        self._signature.setAccessibleName(tr("Signature"))
        self._signature.setFont(theme.font("body"))
        self._signature.setTabChangesFocus(True)
        self._signature.setMinimumHeight(px(110))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(6))
        column.addWidget(Label(theme, account.email, "meta", 400, "text3"))
        column.addSpacing(px(8))
        for words, field in ((tr("Your name"), self._name), (tr("Signature"), self._signature)):
            label = Label(theme, words, "body", 500)
            label.setBuddy(field)
            column.addWidget(label)
            column.addWidget(field)
            column.addSpacing(px(8))
        hint = tr("It stands below what you write in new messages, replies and forwarded mail.")
        column.addWidget(Label(theme, hint, "meta", 400, "text3", wrap=True))
        column.addSpacing(px(12))
        cancel = Button(theme, tr("Cancel"), name="identity-cancel")
        cancel.clicked.connect(self.reject)
        save = Button(theme, tr("Save"), "primary", name="identity-save")
        save.clicked.connect(self._save)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(save)
        column.addLayout(foot)
        self.resize(px(440), px(400))

    def _save(self) -> None:
        self._post(
            ChangeIdentity(
                origin="window",
                account=self._account.id,
                name=" ".join(self._name.text().split()),
                signature=self._signature.toPlainText().strip("\n"),
            )
        )
        self.accept()
