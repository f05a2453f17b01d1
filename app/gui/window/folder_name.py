"""A small dialog that asks for a folder's name, and says at once what cannot be one."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from app.gui.look.parts.buttons import Button
from app.gui.look.parts.fields import LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("FolderName", text)


def what_is_wrong(label: str, separator: str, siblings: Collection[str]) -> str:
    """Why a folder cannot be called so beside its `siblings`, in a sentence; "" = it can, as far as is known here."""
    label = " ".join(label.split())
    if separator and separator in label:
        words = tr("A name cannot hold “{sign}”: it stands between a folder and its subfolders here.")
        return words.format(sign=separator)
    unfit = next((sign for sign in label if sign in "*%"), "")
    if unfit:
        return tr("A name cannot hold “{sign}”.").format(sign=unfit)
    if label in siblings or (label.upper() == "INBOX" and "INBOX" in siblings):
        return tr("There is a folder “{name}” here already.").format(name=label)
    return ""


class FolderNameDialog(QDialog):
    """`check` says what is wrong with a name, "" = nothing; `then` gets the name that was typed."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        detail: str,
        verb: str,
        check: Callable[[str], str],
        then: Callable[[str], None],
        parent: QWidget,
        text: str = "",
    ) -> None:
        super().__init__(parent)
        self._check, self._then = check, then
        self.setObjectName("folder-name")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        self._field = LineEdit(theme, text, label=tr("Name of the folder"), name="folder-name-field")
        self._field.selectAll()
        self._field.textChanged.connect(self._on_typed)
        self._trouble = Label(theme, "", "meta", 400, "danger", wrap=True, name="folder-name-trouble")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(6))
        column.addWidget(Label(theme, title, "title", 600, wrap=True))
        if detail:
            column.addWidget(Label(theme, detail, "body", 400, "text2", wrap=True))
        column.addSpacing(px(6))
        column.addWidget(self._field)
        column.addWidget(self._trouble)
        cancel = Button(theme, tr("Cancel"), name="folder-name-cancel")
        cancel.clicked.connect(self.reject)
        self._use = Button(theme, verb, "primary", name="folder-name-use")
        self._use.clicked.connect(self._on_use)
        self._use.setDefault(True)
        column.addSpacing(px(6))
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self._use)
        column.addLayout(foot)
        # Wrapped words ask for the height that they would take in the narrowest window.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._column = column
        self.resize(px(440), px(200))
        self._on_typed()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_typed(self) -> None:
        typed = self._field.text()
        wrong = self._check(typed)
        self._trouble.setText(wrong)
        self._field.set_invalid(bool(wrong))
        self._field.setAccessibleDescription(wrong)
        self._trouble.setVisible(bool(wrong))
        self._use.setEnabled(bool(typed.strip()) and not wrong)
        self.resize(self.width(), self._column.totalHeightForWidth(self.width()))

    def _on_use(self) -> None:
        name = " ".join(self._field.text().split())
        if name and not self._check(name):
            self.accept()
            self._then(name)
