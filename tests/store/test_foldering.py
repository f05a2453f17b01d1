"""What may be done to folders here, whatever the mailbox's separator and shape, without a mailbox."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.ids import AccountId, FolderId
from app.core.trouble import WrongUse
from app.core.values import AccountSettings, Role, Security, Server
from app.store import accounts, folder_names, foldering
from app.store.connection import Gate
from app.store.folder_owed import next_to_tell, note_made, note_renamed, owed_deeds
from app.store.library import Library
from app.store.listed import Listed, record_folders
from app.store.views import Reader


class Shelf:
    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.library = Library(profile, lambda _event: None, time.time, Gate(), durable=False)
        server = Server(host="imap.test", port=993, security=Security.TLS, user="me")
        with self.library.transaction() as unit:
            self.account = accounts.add_account(unit, AccountSettings(email="me@there.test", imap=server))

    def listed(self, *names: str, separator: str = "/") -> None:
        with self.library.transaction() as unit:
            record_folders(
                unit,
                self.account,
                [
                    Listed(
                        name=name,
                        separator=separator,
                        role=Role.INBOX if name == "INBOX" else Role.NONE,
                        selectable=True,
                    )
                    for name in names
                ],
            )

    def names(self) -> set[str]:
        reader = Reader(self.profile)
        try:
            return {row.name for row in reader.folders(self.account)}
        finally:
            reader.close()

    def folder(self, name: str) -> FolderId:
        (row,) = self.library.look().all("SELECT id FROM folder WHERE name = ? AND gone = 0", name)
        return FolderId(row[0])

    def make(self, name: str, parent: str = "") -> FolderId:
        with self.library.transaction() as unit:
            return foldering.create_folder(unit, self.account, name, self.folder(parent) if parent else None)

    def rename(self, name: str, new: str, parent: str = "") -> None:
        with self.library.transaction() as unit:
            foldering.rename_folder(unit, self.folder(name), new, self.folder(parent) if parent else None)

    def tell(self) -> list[tuple[str, str]]:
        """What the mailbox would be told, in order: (old name, new name)."""
        told = []
        with self.library.transaction() as unit:
            tried: set[int] = set()
            while (deed := next_to_tell(unit, self.account, tried)) is not None:
                tried.add(deed.operation)
                told.append((deed.told, deed.name))
                if deed.told:
                    note_renamed(unit, deed.folder, deed.told, deed.name)
                else:
                    note_made(unit, deed.folder)
        return told


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path / "profile")
    yield shelf
    shelf.library.close()


def test_where_every_folder_is_below_the_inbox_a_new_one_is_as_well(shelf: Shelf) -> None:
    shelf.listed("INBOX", "INBOX.Sent", "INBOX.Trash", separator=".")
    shelf.make("Work")
    assert shelf.names() >= {"INBOX.Work"} and shelf.tell() == [("", "INBOX.Work")]
    with pytest.raises(WrongUse, match=r"A name cannot hold “\.”"):
        shelf.make("a.b")
    shelf.make("a/b")  # no separator here: whether it takes it is the mailbox's business


def test_a_mailbox_without_a_tree_takes_no_subfolders(shelf: Shelf) -> None:
    shelf.listed("INBOX", "Work", separator="")
    shelf.make("Other")
    with pytest.raises(WrongUse, match="This mailbox has no subfolders"):
        shelf.make("Sub", "Work")


def test_names_are_put_together_and_composed(shelf: Shelf) -> None:
    shelf.listed("INBOX", "Büro")
    shelf.make("  Neue \t Kunden ")
    assert "Neue Kunden" in shelf.names()
    with pytest.raises(WrongUse, match="There is a folder “Büro” already"):
        shelf.make("Bu\N{COMBINING DIAERESIS}ro")


def test_a_folder_cannot_be_moved_into_itself(shelf: Shelf) -> None:
    shelf.listed("INBOX", "A", "A/b")
    with pytest.raises(WrongUse, match="A folder cannot be moved into itself"):
        shelf.rename("A", "A", "A/b")


def test_parents_are_told_first_and_a_name_only_once_it_is_free(shelf: Shelf) -> None:
    shelf.listed("INBOX", "A", "A/x")
    shelf.rename("A/x", "y", "A")
    shelf.make("New")
    shelf.rename("A", "B", "New")
    shelf.make("A")
    assert shelf.names() >= {"New", "New/B", "New/B/y", "A"}
    assert shelf.tell() == [("", "New"), ("A", "New/B"), ("New/B/x", "New/B/y"), ("", "A")]
    assert shelf.tell() == [] and owed_deeds(shelf.library.look(), shelf.account, "folder-rename") == []


def test_a_folder_that_appears_below_a_renamed_parent_follows_it(shelf: Shelf) -> None:
    shelf.listed("INBOX", "A", "A/x")
    shelf.rename("A", "B")
    shelf.listed("INBOX", "A", "A/x", "A/new")
    assert shelf.names() == {"INBOX", "B", "B/x", "B/new"}
    assert shelf.tell() == [("A", "B")]
    shelf.listed("INBOX", "B", "B/x", "B/new")
    assert shelf.names() == {"INBOX", "B", "B/x", "B/new"}
    assert len(shelf.library.look().all("SELECT 1 FROM folder")) == 4


def test_a_rename_that_the_mailbox_had_already_carried_out_is_owed_no_more(shelf: Shelf) -> None:
    shelf.listed("INBOX", "A", "A/x")
    a, x = shelf.folder("A"), shelf.folder("A/x")
    shelf.rename("A", "B")
    shelf.listed("INBOX", "B", "B/x")  # it was done, and the answer was lost
    assert (shelf.folder("B"), shelf.folder("B/x")) == (a, x)
    assert owed_deeds(shelf.library.look(), shelf.account, "folder-rename") == []


def test_a_name_of_a_folder_that_went_can_be_used_again(shelf: Shelf) -> None:
    shelf.listed("INBOX", "A", "B")
    shelf.listed("INBOX", "B")
    shelf.rename("B", "A")
    assert shelf.tell() == [("B", "A")]
    shelf.listed("INBOX", "A")
    assert shelf.names() == {"INBOX", "A"}


def test_two_thousand_folders_are_listed_and_a_tree_of_them_renamed_quickly(shelf: Shelf) -> None:
    names = [f"Top/Folder {number}" for number in range(2000)]
    shelf.listed("INBOX", "Top", *names)
    began = time.perf_counter()
    shelf.listed("INBOX", "Top", *names)
    again = time.perf_counter() - began
    began = time.perf_counter()
    shelf.rename("Top", "Peak")
    assert shelf.tell() == [("Top", "Peak")]
    renamed = time.perf_counter() - began
    assert "Peak/Folder 1999" in shelf.names() and "Top" not in shelf.names()
    # of the order of hundredths of a second; generous, since others may work on this computer
    assert again < 0.5 and renamed < 1.0
    assert folder_names.server_names(shelf.library.look(), AccountId(1)) == {
        "INBOX",
        "Peak",
        *(f"Peak/Folder {number}" for number in range(2000)),
    }
