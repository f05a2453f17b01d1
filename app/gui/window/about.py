"""What this program is, in which version, and under which licences."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app import __version__
from app.core.resources import resource
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme


def tr(text: str) -> str:
    return QCoreApplication.translate("About", text)


class About(QDialog):
    """Names Qt and PySide6 and their licence, as the LGPL 3 asks (section 4)."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("about")
        self.setWindowTitle(tr("About Tandem"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(4))
        column.addWidget(Label(theme, "Tandem", "page", 600))
        column.addWidget(
            Label(theme, tr("Version {number}").format(number=__version__), colour="text2", name="about-version")
        )
        column.addSpacing(px(10))
        lines = (
            tr("A mail client that keeps a mailbox and this computer in step."),
            tr("Tandem is under the Apache License 2.0."),
            tr("Uses Qt {number} through PySide6 under the LGPL 3.").format(number=qVersion()),
            tr("These and all other licences are in:"),
        )
        for line in lines:
            column.addWidget(Label(theme, line, "body", 400, "text2", wrap=True))
        path = Label(
            theme, str(resource("licenses")), "meta", 400, "text3", wrap=True, selectable=True, name="about-licences"
        )
        column.addWidget(path)
        column.addSpacing(px(16))
        close = Button(theme, tr("Close"), name="about-close")
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        self.setFixedSize(px(420), column.heightForWidth(px(420)))
