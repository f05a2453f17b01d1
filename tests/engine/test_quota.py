"""How full the mailbox is, asked of real servers: seldom, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.commands import RemoveAccount
from app.core.events import Changed, Topic
from app.core.values import Quota, QuotaKind
from app.engine.mailroom import Mailroom
from app.engine.quota import PAUSE
from app.store.quota import note_quota
from household import Home, mail
from labelled import LabelHome
from servers.capabilities import QUOTA, TELLING
from servers.gmail import Gmail
from servers.mailbox import Mailbox

telling = pytest.mark.parametrize("profile", [TELLING], indirect=True)
KIB = 1024


@pytest.fixture
def home(tmp_path: Path, mailbox: Mailbox) -> Iterator[Home]:
    mailbox.append("INBOX", mail("One"))
    home = Home(tmp_path / "profile", mailbox)
    yield home
    home.close()


def quota_of(home: Home) -> Quota | None:
    return home.reader().accounts()[0].quota


def asked(home: Home) -> int:
    return sum("GETQUOTAROOT" in line for line in home.box.heard if line.startswith("C: "))


@telling
def test_dovecot_tells_it_and_it_grows_with_the_mail(home: Home, mailbox: Mailbox) -> None:
    home.sync()
    first = quota_of(home)
    assert first is not None and first.kind is QuotaKind.STORAGE
    assert abs(first.most - QUOTA) <= KIB and 0 <= first.used < 10 * KIB

    mailbox.append("INBOX", mail("Large", body="x" * 70 + "\r\n" + ("y" * 70 + "\r\n") * 700))
    home.events.clear()
    home.sync()

    second = quota_of(home)
    assert second is not None and 45 * KIB < second.used - first.used < 60 * KIB
    assert any(isinstance(event, Changed) and Topic.ACCOUNTS in event.topics for event in home.events)


@telling
def test_it_is_asked_once_an_hour_however_often_one_syncs(home: Home) -> None:
    start = home.now()
    moment = [start]
    home.now = lambda: moment[0]
    room = Mailroom(home.account, home.around, home.events.append, home.inbox)
    try:
        for seconds, times in ((0, 1), (60, 1), (PAUSE - 1, 1), (PAUSE, 2), (PAUSE + 60, 2), (2 * PAUSE, 3)):
            moment[0] = start + seconds
            room.sync_to_the_end()
            assert asked(home) == times, seconds
    finally:
        room.close()


def test_a_server_that_does_not_offer_it_is_not_asked(home: Home) -> None:
    home.sync()
    assert asked(home) == 0 and quota_of(home) is None


@telling
def test_what_the_server_does_not_tell_any_more_is_forgotten(home: Home) -> None:
    home.sync()
    library = home.library()
    with library.transaction() as unit:
        note_quota(unit, home.account, None)
    assert quota_of(home) is None
    with library.transaction() as unit:
        note_quota(unit, home.account, Quota(kind=QuotaKind.MESSAGES, used=7, most=9))
    assert quota_of(home) == Quota(kind=QuotaKind.MESSAGES, used=7, most=9)
    home.events.clear()
    with library.transaction() as unit:
        note_quota(unit, home.account, Quota(kind=QuotaKind.MESSAGES, used=7, most=9))
    assert home.events == [], "nothing changed, nobody has to look"
    home.do(RemoveAccount(account=home.account))
    assert library.look().one("SELECT count(*) FROM quota") == (0,)
    library.close()


def test_gmail_tells_it(tmp_path: Path, gmail: Gmail) -> None:
    home = LabelHome(tmp_path / "profile", gmail)
    home.sync()
    quota = quota_of(home)
    assert quota is not None and f"{quota.used / 1e9:.1f} of {quota.most / 1e9:.1f}" == "8.8 of 16.1"
    home.close()
