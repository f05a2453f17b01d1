"""Gmail's labels on the wire: as its pages and its server write them, and what is left of nonsense."""

from __future__ import annotations

import pytest

from app.core.labels import ALL_MAIL
from app.core.trouble import WrongUse
from app.core.values import Role
from app.remote.gmail import read_listing, store_label
from app.remote.items import ListedFolder
from app.remote.streaming import read_flags, read_header
from app.remote.talk import Line

MANY = {"\\Inbox", "\\Sent", "Important", "Muy Importante", "foo"}


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (b'(X-GM-LABELS ("\\\\Inbox" \\Sent Important "Muy Importante" foo) UID 7 MODSEQ (9) FLAGS (\\Seen))', MANY),
        (b'(UID 7 MODSEQ (9) FLAGS (\\Seen) X-GM-LABELS ("\\\\inbox" \\Sent Important "Muy Importante" foo))', MANY),
        (b"(UID 7 FLAGS (\\Seen) X-GM-LABELS ())", set()),
        (b'(UID 7 FLAGS (\\Seen) X-GM-LABELS (\\Drafts "\\\\Draft"))', {"\\Draft"}),
        (b'(UID 7 FLAGS (\\Seen) X-GM-LABELS (B&APw-ro "a (b) \\"c\\" {3}" NIL))', {"Büro", 'a (b) "c" {3}'}),
        (b"(UID 7 FLAGS (\\Seen))", None),
    ],
)
def test_labels_are_read_in_whatever_form_they_come(text: bytes, labels: set[str] | None) -> None:
    found = read_flags(Line(b"* 1 FETCH " + text + b"\r\n", ()))
    assert found is not None
    uid, item = found
    assert uid == 7 and item.flags == {"\\Seen"}
    assert item.labels == (None if labels is None else frozenset(labels))


def test_a_label_may_come_as_a_literal() -> None:
    line = Line(b"* 1 FETCH (UID 7 FLAGS () X-GM-LABELS ({4}\r\n foo) X-GM-MSGID 12)\r\n", (b"W(rk",))
    found = read_flags(line)
    assert found is not None and found[1].labels == frozenset({"W(rk", "foo"})
    whole = Line(b"* 1 FETCH (UID 7 FLAGS () X-GM-MSGID 12 X-GM-LABELS (foo) BODY[HEADER]<0> {4}\r\n)\r\n", (b"A: b",))
    header = read_header(whole)
    assert header is not None and (header[1].gm_msgid, header[1].labels) == ("12", frozenset({"foo"}))


def test_a_label_without_end_costs_no_time() -> None:
    line = Line(b'* 1 FETCH (UID 7 FLAGS () X-GM-LABELS ("' + b"\\\\" * 50_000 + b" \r\n", ())
    assert read_flags(line) is None


def listed(name: str, *flags: str, role: Role = Role.NONE) -> ListedFolder:
    return ListedFolder(name=name, wire=name.encode(), separator="/", flags=frozenset(flags), role=role)


def test_folders_are_told_apart_by_what_they_are_for() -> None:
    folders = [
        listed("INBOX", role=Role.INBOX),
        listed("[Gmail]", "noselect"),
        listed("[Gmail]/Alle Nachrichten", "all", role=Role.ALL),
        listed("[Gmail]/Gesendet", "sent", role=Role.SENT),
        listed("[Gmail]/Papierkorb", "trash", role=Role.TRASH),
        listed("[Gmail]/Markiert", "flagged"),
        listed("[Gmail]/Wichtig", "important"),
        listed("Archive"),
    ]
    roles = {folder.name: folder.role for folder in folders} | {"Archive": Role.ARCHIVE}
    found = read_listing(folders, roles)
    assert found.labels == {
        "INBOX": "\\Inbox",
        "[Gmail]/Alle Nachrichten": ALL_MAIL,
        "[Gmail]/Gesendet": "\\Sent",
        "Archive": "Archive",
    }
    assert Role.ARCHIVE not in found.roles.values() and len(found.folders) == 6
    assert read_listing([each for each in folders if each.role is not Role.ALL], roles).labels == {}


class Said:
    """Takes the place of a conversation."""

    def __init__(self) -> None:
        self.parts: list[object] = []

    def run(self, *parts: object) -> None:
        self.parts += parts


def test_nothing_in_a_label_becomes_a_command() -> None:
    said = Said()
    for label in ("Work\r\na1 DELETE INBOX", 'a"b) (\\Trash', "\\Trash"):
        store_label(said, [1], label, add=True)  # type: ignore[arg-type]
    labels = said.parts[3::4]
    assert labels == [b'("Work&AA0ACg-a1 DELETE INBOX")', b'("a\\"b) (\\\\Trash")', b'("\\\\Trash")']
    with pytest.raises(WrongUse):
        store_label(said, [1], "x" * 2000, add=True)  # type: ignore[arg-type]
