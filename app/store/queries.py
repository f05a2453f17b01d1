"""The search language, turned into SQL: words and phrases, and `from: to: subject: has: is: in: before: after: larger:`.

Words are looked up as prefixes in the full-text index, accents and case folded; several words must all be there.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field

_TOKEN = re.compile(r'(-?)(?:([a-z]+):)?("[^"]*"?|\S+)', re.I)
_COLUMNS = {"from": "sender", "to": "people", "cc": "people", "subject": "subject"}
_SIZE = re.compile(r"^(\d+)\s*([kmg]?)b?$", re.I)


@dataclass(slots=True)
class Query:
    match: list[str] = field(default_factory=list)
    """Terms for the full-text index, joined by AND."""
    without: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    values: list[object] = field(default_factory=list)

    def sql(self) -> tuple[str, list[object]]:
        """Ids, newest first; one parameter for the limit is left to the caller."""
        where, values = list(self.where), list(self.values)
        if self.match:
            where.append("m.id IN (SELECT rowid FROM find WHERE find MATCH ?)")
            values.append(" AND ".join(self.match))
        for term in self.without:
            where.append("m.id NOT IN (SELECT rowid FROM find WHERE find MATCH ?)")
            values.append(term)
        where.append("EXISTS (SELECT 1 FROM shown s WHERE s.message = m.id)")
        return f"SELECT m.id FROM message m WHERE {' AND '.join(where)} ORDER BY m.date DESC, m.id DESC LIMIT ?", values


def read_query(text: str) -> Query:
    """Never fails: what is not an operator is a word."""
    query = Query()
    for minus, key, value in _TOKEN.findall(text):
        word = value.strip('"')
        key = key.lower()
        if key and _operator(query, key, word, negated=bool(minus)):
            continue
        term = _term(f"{key}:{word}" if key else word, phrase=value.startswith('"'))
        if term:
            (query.without if minus else query.match).append(term)
    return query


def _operator(query: Query, key: str, word: str, *, negated: bool) -> bool:
    yes_no = "NOT " if negated else ""
    if key in _COLUMNS:
        term = _term(word, phrase=" " in word)
        if term:
            (query.without if negated else query.match).append(f"{_COLUMNS[key]} : {term}")
        return True
    match key, word.lower():
        case "has", "attachment" | "attachments" | "file":
            query.where.append(f"{yes_no}m.attachments > 0")
        case "is", "unread" | "read" | "flagged" | "starred" | "answered" as state:
            flag, there = {
                "unread": ("\\Seen", False),
                "read": ("\\Seen", True),
                "flagged": ("\\Flagged", True),
                "starred": ("\\Flagged", True),
                "answered": ("\\Answered", True),
            }[state]
            query.where.append(
                "EXISTS (SELECT 1 FROM placement p WHERE p.message = m.id AND p.local IS NOT NULL"
                f" AND (instr(' ' || p.local || ' ', ?) > 0) = {int(there != negated)})"
            )
            query.values.append(f" {flag} ")
        case "in", name:
            query.where.append(
                f"{yes_no}EXISTS (SELECT 1 FROM shown s JOIN folder f ON f.id = s.folder"
                " WHERE s.message = m.id AND (lower(f.name) = ? OR f.role = ?))"
            )
            query.values += [name, name]
        case ("before" | "after") as side, day:
            try:
                start = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp()
            except ValueError:
                return False
            query.where.append(f"{yes_no}m.date {'<' if side == 'before' else '>='} ?")
            query.values.append(start)
        case ("larger" | "smaller") as side, amount:
            size = _SIZE.match(amount)
            if size is None:
                return False
            query.where.append(f"{yes_no}m.size {'>' if side == 'larger' else '<'} ?")
            query.values.append(int(size[1]) * 1024 ** " kmg".index(size[2].lower() or " "))
        case _:
            return False
    return True


def _term(word: str, *, phrase: bool) -> str:
    """Quoted for FTS5, so that nothing typed is taken for its syntax. Words match as prefixes, phrases exactly."""
    if not any(character.isalnum() for character in word):
        return ""
    quoted = '"' + word.replace('"', '""') + '"'
    return quoted if phrase else quoted + " *"
