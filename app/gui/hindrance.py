"""Why Tandem cannot begin, said before there is any window: what happened, what is safe, and another try."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout

from app.core.trouble import Trouble
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("Hindrance", text)


class Hindrance(QDialog):
    """Accepted: try again. Rejected, also by Esc or by closing it: end."""

    def __init__(self, theme: Theme, trouble: Trouble) -> None:
        super().__init__()
        px = theme.px
        self.setObjectName("hindrance")
        self.setWindowTitle("Tandem")
        self.setFixedWidth(px(520))
        sentence, _, rest = str(trouble).partition(". ")
        title = Label(theme, sentence + ("." if rest else ""), "title", 600, wrap=True, name="hindrance-sentence")
        detail = Label(theme, rest, "body", 400, "text2", wrap=True, name="hindrance-detail")
        self.setAccessibleName(str(trouble))
        again = Button(theme, tr("Try again"), "primary", name="hindrance-again")
        again.clicked.connect(self.accept)
        end = Button(theme, tr("Close Tandem"), name="hindrance-close")
        end.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(end)
        foot.addWidget(again)
        page = QVBoxLayout(self)
        page.setContentsMargins(px(24), px(20), px(24), px(16))
        page.setSpacing(px(12))
        page.addWidget(title)
        page.addWidget(detail)
        page.addLayout(foot)
        again.setFocus(Qt.FocusReason.OtherFocusReason)


def try_again(trouble: Trouble) -> bool:
    """Ask, and wait for the answer."""
    theme = Theme()
    dialog = Hindrance(theme, trouble)
    answer = dialog.exec()
    dialog.deleteLater()
    return answer == QDialog.DialogCode.Accepted
