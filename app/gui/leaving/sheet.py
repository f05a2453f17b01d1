"""A dialog that says in words what will happen before it does: a question, some points, perhaps a choice, two buttons."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.look.parts.buttons import Button, Kind
from app.gui.look.parts.labels import Hairline, IconLabel, Label
from app.gui.look.theme import Theme
from app.gui.look.tokens import Colour

Point = tuple[str, Colour, str]
"""Icon, its colour, a sentence."""


def tr(text: str) -> str:
    return QCoreApplication.translate("Leaving", text)


class Sheet(QDialog):
    """`name` names the dialog, `name-cancel` and `name-do` its buttons. `choice` stands between the points and the foot."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        points: Sequence[Point],
        verb: str,
        act: Callable[[], None],
        parent: QWidget,
        *,
        name: str,
        kind: Kind = "primary",
        choice: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._act = act
        self.setObjectName(name)
        self.setWindowTitle(verb)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        px = theme.px
        width = min(px(520), int(parent.screen().availableGeometry().width() * 0.9))
        self.setFixedWidth(width)
        page = QVBoxLayout()
        page.setContentsMargins(px(24), px(20), px(24), px(16))
        page.setSpacing(px(10))
        page.addWidget(Label(theme, title, "title", 600, wrap=True, name=f"{name}-title"))
        page.addSpacing(px(2))
        for icon, colour, sentence in points:
            page.addLayout(_line(theme, icon, colour, sentence))
        if choice is not None:
            page.addSpacing(px(4))
            page.addWidget(choice)
        cancel = Button(theme, tr("Cancel"), name=f"{name}-cancel")
        cancel.clicked.connect(self.reject)
        do = Button(theme, verb, kind, name=f"{name}-do")
        do.clicked.connect(self._do)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(12), px(24), px(12))
        foot.setSpacing(px(8))
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(do)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(page, 1)
        column.addWidget(Hairline(theme))
        column.addLayout(foot)
        self.setAccessibleDescription(" ".join(sentence for _, _, sentence in points))
        self.resize(width, column.totalHeightForWidth(width))

    def _do(self) -> None:
        self.accept()
        self._act()


def _line(theme: Theme, icon: str, colour: Colour, sentence: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.px(10))
    row.addWidget(IconLabel(theme, icon, colour, side=16), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(paragraph(theme, sentence), 1)
    return row


class Paragraph(Label):
    """Words that begin at the top of the room they get."""

    def _restyle(self) -> None:
        super()._restyle()
        self.setAlignment((self.alignment() & ~Qt.AlignmentFlag.AlignVCenter) | Qt.AlignmentFlag.AlignTop)


def paragraph(theme: Theme, text: str = "", *, name: str = "") -> Paragraph:
    return Paragraph(theme, text, "body", 400, "text2", wrap=True, name=name)


def day(at: float) -> str:
    """A date in words, Unix seconds."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)).date(), "d MMMM yyyy")


def counted(count: int, one: str, many: str) -> str:
    """`many` holds {n}."""
    return one if count == 1 else many.format(n=QLocale().toString(count))


def listed(parts: Sequence[str]) -> str:
    """ "3 changes and 1 letter"."""
    return tr(" and ").join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)
