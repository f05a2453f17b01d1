"""Which folder is for what: what the server says first, then what folders are called in the world's languages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from app.core.values import Role
from app.remote.folder_names import NAMES
from app.remote.items import ListedFolder

_PROVIDERS = {"[gmail]", "[google mail]"}
_PARENTS = {"inbox"} | _PROVIDERS
"""Below these, names count as if they were at the top: `INBOX.Sent`, `[Gmail]/Sent Mail`."""


def _plain(text: str) -> str:
    """Without case, accents and doubled blanks. Combining marks of scripts that need them (が) are kept by NFC."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    spread = unicodedata.normalize("NFD", folded)
    latin = "".join(char for char in spread if not "\u0300" <= char <= "\u036f")
    return " ".join(unicodedata.normalize("NFC", latin).replace("_", " ").replace("’", "'").split())


_RANKS: dict[Role, dict[str, int]] = {
    role: {_plain(name): rank for rank, name in reversed(list(enumerate(names)))} for role, names in NAMES.items()
}


def find_roles(listed: Sequence[ListedFolder]) -> dict[str, Role]:
    """Folder name → role, each role at most once. SPECIAL-USE (RFC 6154) wins, then the best name, top-level first.

    INBOX is always the Inbox. A folder that cannot be opened gets no role.
    """
    found: dict[str, Role] = {}
    taken: set[Role] = set()
    usable = [folder for folder in listed if folder.selectable]
    for folder in usable:
        if folder.name.upper() == "INBOX":
            found[folder.name] = Role.INBOX
            taken.add(Role.INBOX)
            break
    for folder in sorted(usable, key=_depth):
        if folder.role not in taken | {Role.NONE, Role.INBOX} and folder.name not in found:
            found[folder.name] = folder.role
            taken.add(folder.role)
    candidates = sorted(
        (_depth(folder), rank, position, folder.name, role)
        for position, folder in enumerate(usable)
        if folder.name not in found and folder.role is Role.NONE
        for role, rank in _named(folder)
    )
    for _, _, _, name, role in candidates:
        if role not in taken and name not in found:
            found[name] = role
            taken.add(role)
    return found


def equivalent(folders: Iterable[tuple[str, str, Role]], role: Role) -> str:
    """A folder (name, separator, what it is used as) that could serve for `role` by its name and serves for nothing yet;
    "" = there is none."""
    for name, separator, used in folders:
        folder = ListedFolder(name=name, wire=b"", separator=separator)
        if used is role or (used is Role.NONE and any(role is each for each, _ in _named(folder))):
            return name
    return ""


def _parts(folder: ListedFolder) -> list[str]:
    return folder.name.split(folder.separator) if folder.separator else [folder.name]


def _depth(folder: ListedFolder) -> int:
    """0 at the top and directly below the Inbox or `[Gmail]`."""
    parts = _parts(folder)
    return len(parts) - (2 if len(parts) > 1 and parts[0].casefold() in _PARENTS else 1)


def _named(folder: ListedFolder) -> list[tuple[Role, int]]:
    """Roles whose names fit. A folder deep inside the user's own ones is theirs, whatever it is called."""
    if _depth(folder) > 0:
        return []
    parts = _parts(folder)
    label = _plain(parts[-1])
    provider = len(parts) > 1 and parts[0].casefold() in _PROVIDERS
    return [
        (role, ranks[label])
        for role, ranks in _RANKS.items()
        if label in ranks and (role is not Role.ALL or provider)  # "All" at the top may be anything
    ]
