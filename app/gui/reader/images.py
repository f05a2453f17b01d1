"""Remote images: the bar that says they are held back, and from whom they are always shown."""

from __future__ import annotations

import json
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.core.commands import ChangeSetting, Command
from app.gui.look.parts.buttons import Button
from app.gui.look.parts.labels import IconLabel, Label, Surface
from app.gui.look.theme import Theme

SETTING = "remote_images"
"""A list of addresses, and of domains with an @ before them, in lower case, as JSON."""
_MOST = 5000


def tr(text: str) -> str:
    return QCoreApplication.translate("RemoteImages", text)


class Allowed:
    """From whom remote images are always shown. `setting` reads a setting of the profile."""

    def __init__(self, setting: Callable[[str], str], post: Callable[[Command], None]) -> None:
        self._setting, self._post = setting, post

    def allows(self, sender: str) -> bool:
        sender = sender.lower()
        known = self._known()
        return bool(sender) and (sender in known or domain_of(sender) in known)

    def add(self, who: str) -> None:
        known = self._known()
        self._keep([*[each for each in known if each != who.lower()], who.lower()][-_MOST:])

    def remove(self, sender: str) -> None:
        """The sender, and the whole domain where that was allowed."""
        gone = {sender.lower(), domain_of(sender)}
        self._keep([each for each in self._known() if each not in gone])

    def _known(self) -> list[str]:
        try:
            told = json.loads(self._setting(SETTING) or "[]")
        except ValueError:
            return []
        return [str(each) for each in told] if isinstance(told, list) else []

    def _keep(self, known: list[str]) -> None:
        self._post(ChangeSetting(origin="images", key=SETTING, value=json.dumps(known)))


def domain_of(sender: str) -> str:
    """With its @; "" without one."""
    _, at, domain = sender.lower().rpartition("@")
    return f"@{domain}" if at and domain else ""


class ImagesBar(Surface):
    """`once` for this message alone; `always` with an address or a domain; `never` again for this sender."""

    once = Signal()
    always = Signal(str)
    never = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "sunken", line="line", radius=8, name="remote-images", parent=parent)
        self._theme, self._sender = theme, ""
        self._sentence = Label(theme, "", "body", wrap=True, name="remote-images-sentence")
        self.show_once = Button(theme, tr("Show once"), "link", height=28, name="remote-images-once")
        self.show_always = Button(theme, tr("Always…"), "link", height=28, name="remote-images-always")
        self.stop = Button(theme, tr("Stop showing them"), "link", height=28, name="remote-images-stop")
        self._row = QHBoxLayout(self)
        self._row.addWidget(IconLabel(theme, "image-off", "text2"), 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._sentence, 1)
        for button in (self.show_once, self.show_always, self.stop):
            self._row.addWidget(button)
        self.show_once.clicked.connect(self.once)
        self.show_always.clicked.connect(self._ask)
        self.stop.clicked.connect(self.never)
        theme.changed.connect(self._measure)
        self._measure()

    def tell(self, sender: str, trackers: int, *, shown: bool, always: bool) -> None:
        """`shown`: they are on screen; `always`: because this sender's always are."""
        self._sender = sender
        words = tr("Remote images of this sender are shown.") if always else tr("Remote images are shown this once.")
        if not shown:
            words = tr("Remote images not loaded.")
        if trackers == 1:
            words += " " + tr("1 tracker blocked.")
        elif trackers:
            words += " " + tr("{n} trackers blocked.").format(n=trackers)
        self._sentence.setText(words)
        self.show_once.setVisible(not shown)
        self.show_always.setVisible(not always and bool(sender))
        self.stop.setVisible(always)
        self.setAccessibleName(words)

    def menu(self) -> QMenu:
        """Whose images are always shown."""
        menu = QMenu(self)
        menu.addAction(tr("From {sender}").format(sender=self._sender), lambda: self.always.emit(self._sender))
        domain = domain_of(self._sender)
        menu.addAction(tr("From everybody at {domain}").format(domain=domain[1:]), lambda: self.always.emit(domain))
        return menu

    def _ask(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.show_always.mapToGlobal(QPoint(0, self.show_always.height())))

    def _measure(self) -> None:
        px = self._theme.px
        self.setMinimumHeight(px(36))
        self._row.setContentsMargins(px(12), px(4), px(8), px(4))
        self._row.setSpacing(px(10))
