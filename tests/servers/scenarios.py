"""The public collection of attacks on STARTTLS (fake-mail-server), read: what an attacker says in the clear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "../shared/corpora/fake-mail-server"
_TOKEN = re.compile(r'\s*(?://[^\n]*|("(?:\\.|[^"\\])*")|([\w.<>-]+)|([()\[\]{}:,]))')
_ADVISED = re.compile(r"(?m)^(\s*)//\s*((?:starttls|stls)_response:.*)$")
"""A line that the collection asks its reader to switch on in a second step."""


@dataclass(frozen=True, slots=True)
class Named:
    """`Name(…)` of the notation, with its arguments in order or its fields."""

    name: str
    inside: Any


@dataclass(frozen=True, slots=True)
class Scenario:
    """One way to cheat; `said` has the notation's fields, without those that are None."""

    name: str
    said: Mapping[str, Any]

    def get(self, field: str, default: Any = None) -> Any:
        return self.said.get(field, default)

    @property
    def certificate(self) -> str:
        """What the server shows in the handshake: the file's name in the collection."""
        return str(self.said["cert"].inside["crt_path"])


def scenarios(protocol: str) -> Iterator[Scenario]:
    """All that are there for "imap" or "smtp", in a fixed order; advised lines as scenarios of their own."""
    for path in sorted(FOLDER.rglob("*.ron")):
        place = path.relative_to(FOLDER)
        if protocol not in place.parts:
            continue
        name, text = "/".join((*place.parts[2:-1], place.stem)), path.read_text(encoding="utf-8")
        yield Scenario(name, read(text))
        for number, line in enumerate(_ADVISED.finditer(text), 1):
            yield Scenario(
                f"{name}, step {number}", read(text[: line.start()] + line[1] + line[2] + text[line.end() :])
            )


def read(text: str) -> dict[str, Any]:
    """Rusty Object Notation, as much of it as the collection uses."""
    tokens = [next(filter(None, found)) for found in _TOKEN.findall(text) if any(found)]
    value = _value(tokens)
    assert not tokens and isinstance(value, dict)
    return value


def _value(tokens: list[str]) -> Any:
    token = tokens.pop(0)
    if token == "(":
        return _inside(tokens, ")")
    if token in "[{":
        return _inside(tokens, "]" if token == "[" else "}")
    if token.startswith('"'):
        return re.sub(r"\\(.)", lambda found: {"r": "\r", "n": "\n"}.get(found[1], found[1]), token[1:-1])
    if tokens and tokens[0] == "(":
        tokens.pop(0)
        inside = _inside(tokens, ")")
        return inside[0] if token == "Some" else Named(token, inside)
    return {"true": True, "false": False, "None": None}.get(token, token)


def _inside(tokens: list[str], end: str) -> Any:
    """A list, or a dictionary where the values have names."""
    values: list[Any] = []
    fields: dict[str, Any] = {}
    while tokens[0] != end:
        value = _value(tokens)
        if tokens[0] == ":":
            tokens.pop(0)
            named = _value(tokens)
            if named is not None:
                fields[value] = named
        else:
            values.append(value)
        if tokens[0] == ",":
            tokens.pop(0)
    tokens.pop(0)
    return fields if fields or end == "}" else values
