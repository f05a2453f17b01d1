"""The built-in provider table (`resources/signin/providers.json`, made from the public ISPDB and our own facts)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.core.resources import resource
from app.core.values import FoundServers, Provider, Security
from app.remote.providers.clientconfig import ClientConfig, Told, only_pop


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    name: str
    provider: Provider
    imap: tuple[Told, ...]
    smtp: tuple[Told, ...]
    app_password: str
    switch_on: str
    admin: str
    """The page on which an administrator lets mail programs in."""
    obstacle: str

    def of(self, email: str) -> FoundServers:
        return FoundServers(
            provider=self.provider,
            name=self.name,
            imap=tuple(told.of(email) for told in self.imap),
            smtp=tuple(told.of(email) for told in self.smtp),
            app_password=self.app_password,
            switch_on=self.switch_on,
            obstacle=self.obstacle,
        )


class Table:
    def __init__(self, told: dict[str, Any]) -> None:
        self._domains: dict[str, Entry] = {}
        self._mx: dict[str, Entry] = {}
        self._hosts: dict[str, Entry] = {}
        for each in told["providers"]:
            entry = _entry(each)
            self._domains.update(dict.fromkeys(each["domains"], entry))
            self._mx.update(dict.fromkeys([*each["domains"], *each.get("mx", ())], entry))
            for server in (*entry.imap, *entry.smtp):
                self._hosts.setdefault(server.host, entry)

    def by_domain(self, domain: str) -> Entry | None:
        """`domain` in ASCII."""
        return self._domains.get(domain.lower().rstrip("."))

    def by_mail_exchanger(self, host: str) -> Entry | None:
        """Whose mail record points to this host, or a host below."""
        return next((self._mx[name] for name in _above(host) if name in self._mx), None)

    def by_server(self, host: str) -> Entry | None:
        return self._hosts.get(host.lower().rstrip("."))

    def found(self, config: ClientConfig, email: str) -> FoundServers:
        """What a settings file tells, and what the table knows of the servers that it names."""
        known = next((entry for told in config.imap if (entry := self.by_server(told.host)) is not None), None)
        return FoundServers(
            provider=known.provider if known else Provider.OTHER,
            name=config.name or (known.name if known else ""),
            imap=tuple(told.of(email) for told in config.imap),
            smtp=tuple(told.of(email) for told in config.smtp),
            app_password=known.app_password if known else "",
            switch_on=config.switch_on or (known.switch_on if known else ""),
            obstacle="" if config.imap else only_pop(config.name or email.rpartition("@")[2]),
        )


@cache
def builtin() -> Table:
    return Table(json.loads(resource("signin", "providers.json").read_text(encoding="utf-8")))


def _above(host: str) -> Iterator[str]:
    """The name itself, and every domain it lies in, the longest first; never a top-level domain alone."""
    labels = host.lower().rstrip(".").split(".")
    for start in range(len(labels) - 1):
        yield ".".join(labels[start:])


def _entry(told: dict[str, Any]) -> Entry:
    return Entry(
        name=told["name"],
        provider=Provider(told.get("sign_in", Provider.OTHER)),
        imap=tuple(map(_server, told["imap"])),
        smtp=tuple(map(_server, told["smtp"])),
        app_password=told.get("app_password", ""),
        switch_on=told.get("switch_on", ""),
        admin=told.get("admin", ""),
        obstacle=told.get("obstacle", ""),
    )


def _server(line: str) -> Told:
    host, port, security, user = line.split()
    return Told(host=host, port=int(port), security=Security(security), user=user)
