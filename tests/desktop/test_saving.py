"""Files out of mails, written into folders of the user."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.desktop.saving import Shelf, save_new, save_over


def test_nothing_that_is_there_is_written_over(tmp_path: Path) -> None:
    paths = [save_new(tmp_path, "plan.pdf", data) for data in (b"1", b"2", b"3")]
    assert [path.name for path in paths] == ["plan.pdf", "plan (2).pdf", "plan (3).pdf"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2", b"3"]


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_not_followed(tmp_path: Path, there: bool) -> None:
    victim = tmp_path / "victim"
    if there:
        victim.write_bytes(b"mine")
    (tmp_path / "plan.pdf").symlink_to(victim)
    assert save_new(tmp_path, "plan.pdf", b"theirs").name == "plan (2).pdf"
    save_over(tmp_path / "plan.pdf", b"theirs")
    assert (tmp_path / "plan.pdf").read_bytes() == b"theirs" and not (tmp_path / "plan.pdf").is_symlink()
    assert victim.read_bytes() == b"mine" if there else not victim.exists()


def test_what_is_replaced_is_replaced_in_one_step_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "plan.pdf"
    target.mkdir()
    with pytest.raises(OSError):
        save_over(target, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.pdf"]


def test_what_others_open_may_be_read_by_this_user_only_and_goes_at_the_end() -> None:
    shelf = Shelf()
    before = os.umask(0)
    try:
        first, second = shelf.put("a.txt", b"1"), shelf.put("a.txt", b"2")
    finally:
        os.umask(before)
    assert first.name == second.name == "a.txt"
    assert first.stat().st_mode & 0o777 == 0o600
    assert all(folder.stat().st_mode & 0o777 == 0o700 for folder in (first.parent, first.parent.parent))
    shelf.clear()
    assert not first.parent.parent.exists()


def test_nothing_saved_can_be_run(tmp_path: Path) -> None:
    assert save_new(tmp_path, "a.sh", b"#!/bin/sh", mode=0o777).stat().st_mode & 0o111 == 0
