"""The wish to leave a list finds its worker, whatever the mailboxes are doing."""

from __future__ import annotations

from pathlib import Path

from app.core.commands import LeaveList
from app.core.events import ListLeft
from app.remote.secrets import MemorySecrets
from living import Living


def test_the_house_hands_the_wish_to_who_can_do_it_and_says_how_it_went(tmp_path: Path) -> None:
    with Living(tmp_path / "profile", MemorySecrets()) as living:
        living.house.post(LeaveList(origin="me", url="http://list.example/leave"))
        told = living.ears.wait(ListLeft)
    assert told == ListLeft(origin="me", url="http://list.example/leave", reason="not an https address")
