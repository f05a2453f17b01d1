"""What can be taken back, and the toast that says so."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QPoint
from PySide6.QtWidgets import QWidget

from app.core.commands import Command, Undo
from app.core.events import Done, Undone
from app.gui.look.parts.toast import Toast
from app.gui.look.theme import Theme
from app.gui.window.deeds import ORIGIN

DEPTH = 100


def tr(text: str) -> str:
    return QCoreApplication.translate("Undo", text)


class UndoHistory:
    """Tokens of `Done` events, the newest first."""

    def __init__(self) -> None:
        self._tokens: list[int] = []

    def add(self, token: int) -> None:
        self._tokens.append(token)
        del self._tokens[:-DEPTH]

    def take(self) -> int | None:
        """The newest; it is not there any more afterwards."""
        return self._tokens.pop() if self._tokens else None

    def drop(self, token: int) -> None:
        """It was taken back some other way."""
        if token in self._tokens:
            self._tokens.remove(token)


class Teller(QObject):
    """Says what happened in a toast over the pane that `pane()` names, and takes it back when asked."""

    def __init__(
        self, theme: Theme, frame: QWidget, pane: Callable[[], QWidget], post: Callable[[Command], None]
    ) -> None:
        super().__init__(frame)
        self._theme, self._frame, self._pane, self._post = theme, frame, pane, post
        self._history = UndoHistory()
        self.toast = Toast(theme, frame)
        self.toast.undone.connect(self._on_undone)

    def tell(self, sentence: str, well: bool = True, icon_name: str = "") -> None:
        """A sentence without anything to take back."""
        self.toast.tell(sentence, icon_name=icon_name or ("check" if well else "circle-alert"))
        self.place()

    def on_done(self, event: Done) -> None:
        self._history.add(event.token)
        self.toast.tell(event.sentence, action=tr("Undo"), key="Ctrl+Z", token=event.token)
        self.place()

    def on_undone(self, event: Undone) -> None:
        self._history.drop(event.token)
        self.tell(event.sentence, icon_name="undo-2")

    def undo(self) -> None:
        """Take back the newest thing that can be."""
        token = self._history.take()
        if token is None:
            self.tell(tr("Nothing to undo"), icon_name="undo-2")
        else:
            self._post(Undo(origin=ORIGIN, token=token))

    def _on_undone(self, token: int) -> None:
        self._history.drop(token)
        self._post(Undo(origin=ORIGIN, token=token))

    def place(self) -> None:
        """Over the foot of the pane where the act happened."""
        pane = self._pane()
        left = pane.mapTo(self._frame, QPoint(0, 0)).x()
        self.toast.place_in(left, left + max(pane.width(), self._theme.px(300)), self._frame.height())
