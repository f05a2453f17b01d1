"""What an IMAP answer means: without its order, its wording, and the numbers that each server gives as it likes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from app.remote.wire import parse

Response = tuple[bytes, list[bytes]]
"""A line with `{n}` marks, and the literals that belong there."""
CODES = frozenset(
    "COPYUID APPENDUID READ-ONLY READ-WRITE TRYCREATE NONEXISTENT ALREADYEXISTS MODIFIED HIGHESTMODSEQ UIDVALIDITY UIDNEXT"
    " PERMANENTFLAGS CANNOT".split()
)
_CODE = re.compile(rb"\[([A-Z-]+)(?: ([^\]]*))?\]", re.IGNORECASE)
_SYSTEM = frozenset("\\answered \\flagged \\deleted \\seen \\draft \\*".split())
_LISTED = frozenset("\\haschildren \\hasnochildren \\subscribed \\noselect".split())
_USES = frozenset("\\archive \\drafts \\junk \\sent \\trash".split())


class Ear:
    """Hears one server's answers to a script, through all its clients. `offered`: what is not in there does not count."""

    def __init__(self, offered: Iterable[str]) -> None:
        self._offered = frozenset(offered)
        self._validities: set[int] = set()
        self._modseqs: dict[str, int] = {}
        self._folder: dict[str, str] = {}
        self.values: dict[tuple[str, str], int] = {}
        """(client, `V`, `H` or `0`) → for the next commands of the script."""

    def understood(self, client: str, command: str, responses: Sequence[Response]) -> list[str]:
        """Sorted sentences."""
        if command.split()[0] in ("SELECT", "EXAMINE"):
            self._folder[client] = command.split()[1].upper().replace('"', "")
        meant: set[str] = set()
        fetched: dict[str, dict[str, str]] = {}
        gone, places = [], list(range(1, 1000))
        for text, literals in responses:
            prose = not text.startswith(b"* ") or text[2:5].upper() in (b"OK ", b"BYE", b"NO ", b"BAD")
            words: list[Any] = list(text.split()) if prose else parse(text, literals)
            head = words[0]
            if head != b"*":
                meant.add(f"{words[1].decode()} {self._code(client, text)}".strip())
                continue
            kind = words[1].upper() if not words[1].isdigit() else words[2].upper()
            if kind == b"EXPUNGE":
                gone.append(places.pop(int(words[1]) - 1))
            elif kind == b"EXISTS":
                meant = {each for each in meant if not each.startswith("EXISTS")} | {f"EXISTS {int(words[1])}"}
            elif kind == b"FETCH":
                self._fetch(int(words[1]), words[3], fetched)
            elif kind == b"OK":
                code = self._code(client, text)
                meant |= {f"* {code}"} if code else set()
            elif kind == b"VANISHED":
                meant.add(f"VANISHED {'earlier ' * (len(words) > 3)}{_numbers(words[-1])}")
            elif kind in (b"BYE", b"ENABLED"):
                meant.add(b" ".join(_flat(words[1:] if kind != b"BYE" else words[1:2])).decode())
            elif kind in (b"SEARCH", b"ESEARCH"):
                found = [word for word in words[2:] if isinstance(word, bytes) and word[:1].isdigit()]
                meant.add(f"{kind.decode()} {_numbers(b','.join(found))}")
            elif kind in (b"LIST", b"LSUB"):
                meant.add(self._listed(kind.decode(), words))
            elif kind == b"STATUS":
                meant.add(self._status(words))
            elif kind == b"FLAGS":
                meant.add(f"FLAGS {_flags(words[2], _SYSTEM)}")
        meant |= {f"FETCH {name} {sorted(items.items())}" for name, items in fetched.items() if items}
        meant |= {f"EXPUNGE {sorted(gone)}"} if gone else set()
        return sorted(meant)

    def _fetch(self, number: int, words: list[Any], fetched: dict[str, dict[str, str]]) -> None:
        items: dict[str, str] = {}
        for key, value in zip(words[::2], words[1::2], strict=True):
            name = key.decode().upper()
            if name == "FLAGS":
                items[name] = _flags(value)
            elif name == "MODSEQ":
                items |= {name: "told"} if "CONDSTORE" in self._offered else {}
            elif name == "INTERNALDATE":
                items[name] = (
                    dt.datetime.strptime(value.decode().strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(dt.UTC).isoformat()
                )
            elif name != "UID":
                items[name.replace('"', "")] = repr(value)
        uid = dict(zip(words[::2], words[1::2], strict=True)).get(b"UID")
        fetched.setdefault(f"UID {int(uid)}" if uid else f"number {number}", {}).update(items)

    def _code(self, client: str, text: bytes) -> str:
        match = _CODE.search(text)
        if match is None:
            return ""
        name, rest = match[1].decode().upper(), match[2] or b""
        if name not in CODES or self._is_extra(name):
            return ""
        if name == "UIDVALIDITY":
            self.values[client, "V"] = int(rest)
            return f"{name} {self._validity(int(rest))}"
        if name == "HIGHESTMODSEQ":
            self.values[client, "H"] = int(rest)
            self.values.setdefault((client, "0"), int(rest))
            return f"{name} {self._modseq(self._folder.get(client, ''), int(rest))}"
        if name == "PERMANENTFLAGS":
            return f"{name} {_flags(rest.strip(b'()').split(), _SYSTEM)}"
        if name in ("COPYUID", "APPENDUID"):
            return f"{name} {' '.join(str(_numbers(word)) for word in rest.split()[1:])}"
        return f"{name} {_numbers(rest) if name == 'MODIFIED' else rest.decode()}".strip()

    def _is_extra(self, name: str) -> bool:
        needed = {"COPYUID": "UIDPLUS", "APPENDUID": "UIDPLUS", "HIGHESTMODSEQ": "CONDSTORE"}.get(name)
        return needed is not None and needed not in self._offered

    def _listed(self, kind: str, words: list[Any]) -> str:
        told = _LISTED | (_USES if "SPECIAL-USE" in self._offered else frozenset())
        return f"{kind} {words[4].decode()} {words[3].decode()} {_flags(words[2], told) if kind == 'LIST' else ''}"

    def _status(self, words: list[Any]) -> str:
        name, counts = words[2].decode(), words[3]
        pairs = {key.decode().upper(): int(value) for key, value in zip(counts[::2], counts[1::2], strict=True)}
        told: dict[str, object] = dict(pairs)
        if "UIDVALIDITY" in pairs:
            told["UIDVALIDITY"] = self._validity(pairs["UIDVALIDITY"])
        if "HIGHESTMODSEQ" in pairs:
            told["HIGHESTMODSEQ"] = self._modseq(name.upper(), pairs["HIGHESTMODSEQ"])
        return f"STATUS {name} {sorted(told.items())}"

    def _validity(self, value: int) -> str:
        known = value in self._validities
        self._validities.add(value)
        return "known" if known else "new"

    def _modseq(self, folder: str, value: int) -> str:
        before = self._modseqs.get(folder)
        self._modseqs[folder] = value
        return "first" if before is None else "same" if value == before else "higher" if value > before else "lower"


def _flags(words: Iterable[bytes], only: frozenset[str] | None = None) -> str:
    flags = {word.decode().lower() for word in words} - {"\\recent"}
    return " ".join(sorted(flags if only is None else flags & only))


def _numbers(text: bytes) -> list[int]:
    found: list[int] = []
    for part in text.split(b",") if text else ():
        ends = [int(end) for end in part.split(b":")]
        found += range(min(ends), max(ends) + 1)
    return sorted(found)


def _flat(words: Iterable[Any]) -> list[bytes]:
    return [word if isinstance(word, bytes) else b"(" + b" ".join(word) + b")" for word in words]
