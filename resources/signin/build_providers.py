"""Makes providers.json, the built-in provider table: from a checkout of the public ISPDB, and our own facts.toml.

usage: build_providers.py ISPDB-FOLDER        (the folder `ispdb` of Thunderbird's autoconfig repository)

The data of the ISPDB is under the Mozilla Public License 2.0; providers.json, made from it, stays under that licence.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from app.core.values import Security  # noqa: E402 - found beside this script
from app.remote.providers.clientconfig import ClientConfig, Told, only_pop, ordered, parse  # noqa: E402

LICENCE = "Made from Mozilla's ISPDB (github.com/thunderbird/autoconfig), Mozilla Public License 2.0, and facts.toml."


def build(folder: Path, facts: str) -> dict[str, Any]:
    """The table. Providers that let mail programs in by POP3 alone are there, with that sentence."""
    providers: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.xml")):
        providers[file.stem] = _entry(parse(file.read_bytes()))
    for fact in tomllib.loads(facts)["provider"]:
        _add(providers, fact)
    taken: set[str] = set()
    for entry in providers.values():  # a domain belongs to one entry alone: what facts.toml says goes before
        entry.setdefault("own", [])
    owned = {domain for entry in providers.values() for domain in entry["own"]}
    for entry in providers.values():
        own = entry.pop("own")
        entry["domains"] = sorted({*own, *(d for d in entry["domains"] if d not in owned)} - taken)
        taken.update(entry["domains"])
    return {"licence": LICENCE, "providers": [{"id": key, **providers[key]} for key in sorted(providers)]}


def _entry(config: ClientConfig) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": config.name, "domains": list(config.domains)}
    entry["imap"] = [_line(each) for each in config.imap]
    entry["smtp"] = [_line(each) for each in config.smtp]
    if not config.imap:
        entry["obstacle"] = only_pop(config.name)
    if config.switch_on:
        entry["switch_on"] = config.switch_on
    return entry


def _add(providers: dict[str, dict[str, Any]], fact: dict[str, Any]) -> None:
    entry = providers.setdefault(fact["of"], {"name": "", "domains": [], "imap": [], "smtp": []})
    entry["own"] = list(fact.get("domains", []))
    for kind in ("imap", "smtp"):
        if kind in fact:
            entry[kind] = [_line(each) for each in ordered(_read(line) for line in fact[kind])]
    for key in ("name", "sign_in", "app_password", "switch_on", "admin", "obstacle", "mx"):
        if key in fact:
            entry[key] = fact[key]


def _line(told: Told) -> str:
    return f"{told.host} {told.port} {told.security} {told.user}"


def _read(line: str) -> Told:
    host, port, security = line.split()
    return Told(host=host, port=int(port), security=Security(security), user="%EMAILADDRESS%")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    table = build(Path(sys.argv[1]), (HERE / "facts.toml").read_text(encoding="utf-8"))
    text = json.dumps(table, ensure_ascii=False, indent=1)
    (HERE / "providers.json").write_text(text + "\n", encoding="utf-8")
    print(f"{len(table['providers'])} providers, {sum(len(each['domains']) for each in table['providers'])} domains")
