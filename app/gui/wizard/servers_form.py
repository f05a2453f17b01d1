"""Servers entered by hand: two of them, with port and protection."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIntValidator, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from app.core.hosts import is_host, read_host
from app.core.values import Security, Server
from app.gui.forms.neutral import one_line
from app.gui.look.parts.fields import ComboBox, LineEdit
from app.gui.look.parts.labels import Label
from app.gui.look.theme import Theme
from app.gui.wizard.tries import IMAP_PORTS, SMTP_PORTS

_SECURITIES = (Security.STARTTLS, Security.TLS, Security.NONE)
"""The first is the default for settings made by hand."""


class ServerLine(QWidget):
    """Host, port, protection of one server. The port follows the protection until it is changed by hand."""

    changed = Signal()

    def __init__(self, theme: Theme, title: str, ports: dict[Security, int], *, name: str) -> None:
        super().__init__()
        self._theme, self._ports = theme, ports
        self._previous = _SECURITIES[0]
        host_label, port_label, security_label = self.tr("Server"), self.tr("Port"), self.tr("Protection")
        self.host = LineEdit(theme, label=f"{title}: {host_label}", name=f"{name}Host")
        self.port = LineEdit(theme, label=f"{title}: {port_label}", name=f"{name}Port")
        self.port.setValidator(QIntValidator(1, 65535, self))
        self.security = ComboBox(theme, label=f"{title}: {security_label}", name=f"{name}Security")
        self.security.addItems([self.tr("STARTTLS"), self.tr("TLS"), self.tr("None")])
        self.port.setText(str(ports[_SECURITIES[0]]))
        self._title = Label(theme, title, "body", 600)
        self._labels = [Label(theme, text, "meta", colour="text2") for text in (host_label, port_label, security_label)]
        for label, control in zip(self._labels, (self.host, self.port, self.security), strict=True):
            label.setBuddy(control)
        self._grid = QGridLayout()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self._title)
        self._whole.addLayout(self._grid)
        self._is_narrow: bool | None = None
        self.security.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.security.currentIndexChanged.connect(self._on_security)
        self.host.textChanged.connect(self.changed)
        self.host.editingFinished.connect(self._tidy)
        self.port.textChanged.connect(self.changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def value(self, user: str) -> Server:
        """What is entered; port 0 where none is."""
        return Server(
            host=read_host(self.host.text()).host,
            port=int(self.port.text() or 0),
            security=_SECURITIES[self.security.currentIndex()],
            user=user,
        )

    def fill(self, server: Server) -> None:
        self.host.setText(server.host)
        self.security.setCurrentIndex(_SECURITIES.index(server.security))
        self.port.setText(str(server.port))

    def problem(self) -> str:
        """What must be entered or corrected first, in words; "" when it can be tried."""
        host = read_host(self.host.text()).host
        if not host or not self.port.hasAcceptableInput():
            return self.tr("Server and port are missing.")
        if not is_host(host):
            shown = host if len(host) <= 40 else host[:40] + "…"
            return self.tr("“{host}” cannot be the name of a server.").format(host=one_line(shown))
        return ""

    def _tidy(self) -> None:
        """A scheme or a port that was pasted with the name goes where it belongs."""
        typed = read_host(self.host.text())
        if typed.host != self.host.text():
            self.host.setText(typed.host)
        if typed.security is not None:
            self.security.setCurrentIndex(_SECURITIES.index(typed.security))
        if typed.port:
            self.port.setText(str(typed.port))
        self.host.set_invalid(bool(typed.host) and not is_host(typed.host))

    def retry(self) -> None:
        self.host.set_invalid(True)
        self.host.setFocus(Qt.FocusReason.OtherFocusReason)
        self.host.selectAll()

    def _on_security(self, number: int) -> None:
        security = _SECURITIES[number]
        if self.port.text() in ("", str(self._ports[self._previous])):
            self.port.setText(str(self._ports[security]))
        self._previous = security
        self.changed.emit()

    def _arrange(self) -> None:
        is_narrow = self.width() < self._theme.px(420)
        if is_narrow == self._is_narrow:
            return
        self._is_narrow = is_narrow
        host_label, port_label, security_label = self._labels
        # narrow: the host has a line of its own
        low = 2 if is_narrow else 0
        span = 2 if is_narrow else 1
        first = 0 if is_narrow else 1
        self._grid.addWidget(host_label, 0, 0, 1, span)
        self._grid.addWidget(self.host, 1, 0, 1, span)
        self._grid.addWidget(port_label, low, first)
        self._grid.addWidget(self.port, low + 1, first)
        self._grid.addWidget(security_label, low, first + 1)
        self._grid.addWidget(self.security, low + 1, first + 1)
        for column, stretch in enumerate((1, 1, 0) if is_narrow else (6, 2, 3)):
            self._grid.setColumnStretch(column, stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()
        super().resizeEvent(event)

    def _restyle(self) -> None:
        px = self._theme.px
        self._whole.setSpacing(px(6))
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(4))
        self._arrange()


class ServersForm(QWidget):
    """Both servers. `changed` after every change."""

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.imap = ServerLine(theme, self.tr("Receiving (IMAP)"), IMAP_PORTS, name="imap")
        self.smtp = ServerLine(theme, self.tr("Sending (SMTP)"), SMTP_PORTS, name="smtp")
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.addWidget(self.imap)
        self._whole.addWidget(self.smtp)
        self.imap.changed.connect(self.changed)
        self.smtp.changed.connect(self.changed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def problem(self) -> str:
        return self.imap.problem() or self.smtp.problem()

    def _restyle(self) -> None:
        self._whole.setSpacing(self._theme.px(16))
