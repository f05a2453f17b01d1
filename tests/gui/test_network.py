from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QNetworkInformation

from app.core.commands import CheckConnections, Command
from app.core.ids import AccountId
from app.gui.network import Network, Reach, is_this_computer, system_information

ACCOUNTS = [(AccountId(1), "imap.fernhill.example"), (AccountId(2), "127.0.0.1"), (AccountId(3), "10.0.0.7")]


class System(QObject):
    reachabilityChanged = Signal(Reach)
    transportMediumChanged = Signal(QNetworkInformation.TransportMedium)

    def __init__(self, reach: Reach) -> None:
        super().__init__()
        self._reach = reach

    def reachability(self) -> Reach:
        return self._reach


def test_losing_and_finding_the_net_is_told_to_the_accounts_that_need_one(qapp: object) -> None:
    posted: list[Command] = []
    system = System(Reach.Online)
    network = Network(posted.append, lambda: ACCOUNTS, system)
    assert posted == []

    system.reachabilityChanged.emit(Reach.Disconnected)
    system.reachabilityChanged.emit(Reach.Disconnected)

    assert posted == [CheckConnections(account=account, online=False) for account, _ in (ACCOUNTS[0], ACCOUNTS[2])]
    posted.clear()
    system.reachabilityChanged.emit(Reach.Local)
    system.reachabilityChanged.emit(Reach.Online)
    assert posted == [CheckConnections()]
    system.transportMediumChanged.emit(QNetworkInformation.TransportMedium.Cellular)
    assert posted == [CheckConnections()] * 2
    network.deleteLater()


def test_starting_without_a_net_is_told_at_once(qapp: object) -> None:
    posted: list[Command] = []
    system = System(Reach.Disconnected)
    Network(posted.append, lambda: ACCOUNTS, system)
    assert len(posted) == 2


def test_a_system_that_tells_nothing_changes_nothing(qapp: object) -> None:
    posted: list[Command] = []
    Network(posted.append, lambda: ACCOUNTS, None)
    assert posted == []


def test_the_real_system_can_be_asked(qapp: object) -> None:
    information = system_information()
    assert information is None or isinstance(information.reachability(), Reach)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.3.4.5", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("x.test", False),
    ],
)
def test_servers_on_this_computer_are_known(host: str, here: bool) -> None:
    assert is_this_computer(host) is here
