"""Which rows the sidebar has: accounts, folders below them, and the local rows for letters and drafts. No widgets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from app.core.ids import AccountId, FolderId
from app.core.values import OutboxState, Role
from app.gui.folders.quota import quota_words, share_words
from app.store.listing import Smart
from app.store.rows import AccountRow, DraftRow, FolderRow, OutboxRow


class Kind(Enum):
    SMART = auto()
    """A list over all accounts."""
    ACCOUNT = auto()
    FOLDER = auto()
    OUTBOX = auto()
    DRAFTS_HERE = auto()
    EXTRA = auto()
    """Another answer than a folder, in a chooser."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. `key` stays the same over refreshes; `count` is shown at the trailing edge if not 0."""

    key: str
    kind: Kind
    account: AccountId
    label: str
    depth: int = 0
    folder: FolderRow | None = None
    smart: Smart | None = None
    color: str = ""
    count: int = 0
    strong: bool = False
    """The count is of unread mail, so that label and count are bold."""
    alarming: bool = False
    """Something here needs a decision."""
    children: bool = False
    folded: bool = False
    note: str = ""
    """How the account stands, in a word, where that is unusual."""
    tip: str = ""
    """What else there is to say of it."""

    @property
    def folder_id(self) -> FolderId | None:
        return self.folder.id if self.folder else None


ICONS = {
    Role.INBOX: "inbox",
    Role.DRAFTS: "file-text",
    Role.SENT: "send",
    Role.ARCHIVE: "archive",
    Role.JUNK: "shield-alert",
    Role.TRASH: "trash-2",
    Role.ALL: "mail",
}


SMART_ICONS = {
    Smart.INBOXES: "inbox",
    Smart.UNREAD: "mail",
    Smart.FLAGGED: "flag",
    Smart.FILES: "paperclip",
    Smart.WAITING: "hourglass",
}


def entry_icon(entry: Entry) -> str:
    if entry.smart is not None:
        return SMART_ICONS[entry.smart]
    if entry.kind is Kind.OUTBOX:
        return "send"
    if entry.kind is Kind.DRAFTS_HERE:
        return "pen-line"
    if entry.kind is Kind.EXTRA:
        return "folder-input"
    if entry.folder is not None and entry.folder.role in ICONS:
        return ICONS[entry.folder.role]
    return "folder-open" if entry.children and not entry.folded else "folder"


def sidebar_entries(
    accounts: Iterable[AccountRow],
    folders: Iterable[FolderRow],
    outbox: Iterable[OutboxRow],
    drafts: Iterable[DraftRow],
    folded: Collection[str],
    label_of: dict[str, str],
) -> list[Entry]:
    """`folded` holds keys of folded rows; `label_of` the words for roles and for "outbox" and "drafts-here"."""
    by_account: dict[AccountId, list[FolderRow]] = {}
    for folder in folders:
        if folder.selected or folder.role or folder.total or not folder.selectable:
            by_account.setdefault(folder.account, []).append(folder)
    waiting = [letter for letter in outbox if letter.state is not OutboxState.SENT]
    written = list(drafts)
    entries: list[Entry] = []
    for account in accounts:
        key = f"account-{account.id}"
        closed = key in folded
        name = account.name or account.email
        entries.append(
            Entry(
                key,
                Kind.ACCOUNT,
                account.id,
                name,
                color=account.color,
                children=True,
                folded=closed,
                note=label_of.get(account.state, "") or (share_words(account.quota) if account.quota else ""),
                tip=quota_words(account.quota) if account.quota else "",
            )
        )
        if closed:
            continue
        mine = _without_empty_parents(by_account.get(account.id, []))
        local = [
            *_outbox_entry(account.id, [letter for letter in waiting if letter.account == account.id], label_of),
            *_drafts_entry(account.id, [draft for draft in written if draft.account == account.id], label_of),
        ]
        rows = _folder_entries(mine, folded, label_of)
        roles = sum(1 for row in rows if row.folder is not None and row.folder.role)
        # What waits here stands after the Inbox and its kin, before the tree.
        entries += rows[:roles] + local + rows[roles:]
    return entries


def smart_entries(inboxes: int, counts: Mapping[Smart, int], label_of: Mapping[str, str]) -> list[Entry]:
    """Above the accounts, once there is mail to be in them: one Inbox needs no row for all inboxes."""
    places = [place for place in Smart if inboxes > 1 or (inboxes and place is not Smart.INBOXES)]
    return [
        Entry(
            f"smart-{place}",
            Kind.SMART,
            AccountId(0),
            label_of[f"smart-{place}"],
            smart=place,
            count=counts.get(place, 0),
            strong=place is Smart.INBOXES and counts.get(place, 0) > 0,
        )
        for place in places
    ]


def _without_empty_parents(folders: list[FolderRow]) -> list[FolderRow]:
    """A parent that holds no mail itself is only worth a row above children that are shown."""
    parents = {folder.parent for folder in folders if folder.selectable}
    grown = True
    while grown:
        more = {folder.parent for folder in folders if folder.name in parents} - parents
        parents |= more
        grown = bool(more)
    return [folder for folder in folders if folder.selectable or folder.name in parents]


def _folder_entries(folders: list[FolderRow], folded: Collection[str], label_of: dict[str, str]) -> list[Entry]:
    tree = {folder.name for folder in folders if not folder.role}
    parents = {folder.parent for folder in folders if not folder.role}
    hidden: set[str] = set()
    depths: dict[str, int] = {}
    entries: list[Entry] = []
    for folder in folders:
        if folder.role:
            depth = 0
        else:
            depth = depths.get(folder.parent, -1) + 1 if folder.parent in tree else 0
            depths[folder.name] = depth
        key = f"folder-{folder.id}"
        closed = key in folded
        inside = not folder.role and folder.parent in hidden
        children = not folder.role and folder.name in parents
        if inside or (closed and children):
            hidden.add(folder.name)
        if inside:
            continue
        counts_items = folder.role is Role.DRAFTS
        quiet = folder.role in (Role.TRASH, Role.JUNK, Role.SENT)
        count = folder.total if counts_items else folder.unread
        entries.append(
            Entry(
                key,
                Kind.FOLDER,
                folder.account,
                label_of.get(folder.role, folder.label) if folder.role else folder.label,
                depth,
                folder,
                count=count,
                strong=bool(count) and not counts_items and not quiet,
                children=children,
                folded=closed,
            )
        )
    return entries


def _outbox_entry(account: AccountId, letters: list[OutboxRow], label_of: dict[str, str]) -> list[Entry]:
    if not letters:
        return []
    alarming = any(letter.state in (OutboxState.FAILED, OutboxState.UNCERTAIN) for letter in letters)
    return [Entry(f"outbox-{account}", Kind.OUTBOX, account, label_of["outbox"], count=len(letters), alarming=alarming)]


def _drafts_entry(account: AccountId, drafts: list[DraftRow], label_of: dict[str, str]) -> list[Entry]:
    if not drafts:
        return []
    return [Entry(f"drafts-{account}", Kind.DRAFTS_HERE, account, label_of["drafts-here"], count=len(drafts))]
