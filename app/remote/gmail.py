"""Gmail's labels (X-GM-EXT-1, developers.google.com/gmail/imap/imap-extensions): a folder there is a label, and a message is
in All Mail, in Spam or in Trash. Labels are read and changed where the message is: in All Mail."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.core.labels import ALL_MAIL, DRAFT, INBOX, SENT
from app.core.trouble import WrongUse
from app.core.values import Role
from app.remote.items import ListedFolder
from app.remote.talk import Talk
from app.remote.wire import decode_mailbox, encode_mailbox, parse, string, uid_set

EXTENSION = "X-GM-EXT-1"
ITEM = b"X-GM-LABELS"
_WORDS = rb'((?:[^()"{\r\n]|"(?:[^"\\\r\n]|\\.)*")*)'
_LABELS = re.compile(rb"(?<=\()X-GM-LABELS \(" + _WORDS + rb"\) | X-GM-LABELS \(" + _WORDS + rb"\)", re.IGNORECASE)
_OF_ROLE = {Role.INBOX: INBOX, Role.SENT: SENT, Role.DRAFTS: DRAFT}
_SPELT = {"\\drafts": DRAFT}
"""Google's page says `\\Drafts`, the server `\\Draft`."""
_MARKS = frozenset({"flagged", "important"})
"""Folders that only show what is marked: Starred is the flag `\\Flagged`."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A listing as labels. `labels`: folder name → its label, `ALL_MAIL` for All Mail; Spam and Trash are none. Empty when
    All Mail is not listed (“Show in IMAP” is off): every folder must then be fetched as it is."""

    folders: list[ListedFolder]
    roles: Mapping[str, Role]
    labels: Mapping[str, str]


def read_listing(listed: Sequence[ListedFolder], roles: Mapping[str, Role]) -> Labelled:
    """Which folder is which label. No label is the archive: to archive is to take the Inbox label off."""
    folders = [folder for folder in listed if not folder.flags & _MARKS]
    if not any(folder.selectable and roles.get(folder.name) is Role.ALL for folder in folders):
        return Labelled(folders, roles, {})
    kept = {name: role for name, role in roles.items() if role is not Role.ARCHIVE}
    labels: dict[str, str] = {}
    for folder in folders:
        role = kept.get(folder.name, Role.NONE)
        if role is Role.ALL:
            labels[folder.name] = ALL_MAIL
        elif folder.selectable and role not in (Role.TRASH, Role.JUNK):
            labels[folder.name] = _OF_ROLE.get(role, folder.name)
    return Labelled(folders, kept, labels)


def read_labels(value: Any) -> frozenset[str] | None:
    """The value of X-GM-LABELS, system labels in one spelling; None when it was not told."""
    if not isinstance(value, list):
        return None
    found = set()
    for word in value:
        if isinstance(word, bytes) and word:
            label = decode_mailbox(word)
            if label.startswith("\\"):
                label = _SPELT.get(label.lower(), "\\" + label[1:].capitalize())
            found.add(label)
    return frozenset(found)


def cut_labels(text: bytes) -> tuple[bytes, frozenset[str] | None]:
    """A FETCH line without its labels, and these; they are the same for many messages, so each list is read once."""
    match = _LABELS.search(text)
    if match is None:
        return text, None
    return text[: match.start()] + text[match.end() :], _labels_in(match[1] or match[2] or b"")


@lru_cache(4096)
def _labels_in(words: bytes) -> frozenset[str] | None:
    try:
        return read_labels(parse(b"(" + words + b")")[0])
    except ValueError:
        return None


def store_label(talk: Talk, uids: Sequence[int], label: str, *, add: bool) -> None:
    """Put one label on messages of the selected folder, or take it off. On Gmail that is one change of the message."""
    sign = b"+" if add else b"-"
    wire = label.encode("ascii") if label in _OF_ROLE.values() else string(encode_mailbox(label))
    if not isinstance(wire, bytes):
        raise WrongUse("That cannot be the name of a label.", detail=ascii(label))
    for text in uid_set(sorted(set(uids))):
        talk.run(b"UID STORE", text.encode("ascii"), sign + ITEM + b".SILENT", b"(" + wire + b")")
