"""Hears from the system whether there is a net, and that it is another one now (Wi-Fi, cable, VPN)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtNetwork import QNetworkInformation

from app.core.commands import CheckConnections, Command
from app.core.ids import AccountId

Reach = QNetworkInformation.Reachability


class Information(Protocol):
    """What is needed of QNetworkInformation."""

    @property
    def reachabilityChanged(self) -> SignalInstance: ...

    @property
    def transportMediumChanged(self) -> SignalInstance: ...

    def reachability(self) -> Reach: ...


class Network(QObject):
    """`servers()`: the accounts and the names of their servers; those on this computer need no net."""

    def __init__(
        self,
        post: Callable[[Command], None],
        servers: Callable[[], Iterable[tuple[AccountId, str]]],
        information: Information | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._post, self._servers = post, servers
        self._online = True
        if information is None:
            return  # nobody tells on this system: each try finds out for itself
        information.reachabilityChanged.connect(self._reach)
        information.transportMediumChanged.connect(self._changed)
        self._reach(information.reachability())

    def _reach(self, reach: Reach) -> None:
        """Anything but a plain no counts as a net: a mail server may be on the local one, and systems err."""
        online = reach is not Reach.Disconnected
        if online and not self._online:
            self._changed()
        elif not online and self._online:
            for account, host in self._servers():
                if not is_this_computer(host):
                    self._post(CheckConnections(account=account, online=False))
        self._online = online

    def _changed(self) -> None:
        self._post(CheckConnections())


def system_information() -> QNetworkInformation | None:
    """None where Qt has nobody to ask."""
    return QNetworkInformation.instance() if QNetworkInformation.loadDefaultBackend() else None


def is_this_computer(host: str) -> bool:
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
