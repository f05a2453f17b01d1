"""Looks for the servers of an address, step by step, and says what each step came to. No password is needed or sent.

Order: the built-in table, the domain's own settings file, SRV records (RFC 6186, RFC 8314 5.1), the mail record, Exchange's
autodiscover, and at last knocking at likely names. The first that knows is believed. What does not depend on another's answer
is asked at the same time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar
from urllib.parse import quote

from app.core.trouble import Stopped, Trouble
from app.core.values import FoundServers, Provider, Security, Server
from app.remote.discovery import exchange
from app.remote.discovery.knock import answers_imap, answers_smtp
from app.remote.discovery.net import Net, NoAnswer
from app.remote.providers.clientconfig import LARGEST, ClientConfig, Told, Unreadable, is_host, ordered, parse
from app.remote.providers.table import Table, builtin

Found = TypeVar("Found")


class Step(StrEnum):
    TABLE = "table"
    FILE = "file"
    SRV = "srv"
    MX = "mx"
    EXCHANGE = "exchange"
    KNOCK = "knock"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one step came to. `where`: the domain or server asked; `detail` in few words; `seconds` since the step began."""

    step: Step
    where: str
    found: bool
    detail: str
    seconds: float


LOOK_UP = 0.1
"""Seconds after which it is looked whether anybody still waits."""
IMAP = ((993, Security.TLS), (143, Security.STARTTLS))
SMTP = ((465, Security.TLS), (587, Security.STARTTLS))


class _Asker:
    """Asks in a thread of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def __call__(self, question: Callable[[], Found]) -> Future[Found]:
        return self._pool.submit(question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeker:
    """`tell` hears every step as it ends; `stop` is looked at between them. `steady` gives seconds."""

    tell: Callable[[Look], None]
    stop: Callable[[], bool] = lambda: False
    net: Net = field(default_factory=Net)
    steady: Callable[[], float] = time.monotonic
    table: Callable[[], Table] = builtin
    imap: Sequence[tuple[int, Security]] = IMAP
    smtp: Sequence[tuple[int, Security]] = SMTP
    """Ports to knock at, in this order."""

    def seek(self, email: str) -> FoundServers | None:
        """`email` with its domain in ASCII. None when nothing was found. Raises Stopped."""
        domain = email.rpartition("@")[2].lower()
        with self._asking() as ask:
            began = self.steady()
            entry = self.table().by_domain(domain)
            self._say(Step.TABLE, domain, began, entry.name if entry else "", "not listed")
            if entry is not None:
                return entry.of(email)
            file, srv = ask(lambda: self._file(domain, email)), ask(lambda: self._srv(domain, email))
            mx, autodiscover = ask(lambda: self.net.names(domain, "MX")), ask(lambda: exchange.find(self.net, email))
            config = self._heard(Step.FILE, domain, began, file, lambda found: found.name or domain)
            if config is not None:
                return self.table().found(config, email)
            found = self._heard(Step.SRV, domain, began, srv, lambda found: found.imap[0].host)
            if found is not None:
                return found
            found = self._by_mail_record(domain, email, began, mx)
            if found is not None:
                return found
            found = self._heard(Step.EXCHANGE, domain, began, autodiscover, lambda found: found.imap[0].host)
            if found is not None:
                return found
            return self._knock(domain, email)

    @contextmanager
    def _asking(self) -> Iterator[_Asker]:
        pool = ThreadPoolExecutor(5, thread_name_prefix="seek")
        try:
            yield _Asker(pool)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)  # each ends by its own time limit

    def _say(self, step: Step, where: str, began: float, found: str, otherwise: str) -> None:
        if self.stop():
            raise Stopped
        self.tell(
            Look(step=step, where=where, found=bool(found), detail=found or otherwise, seconds=self.steady() - began)
        )

    def _heard(
        self, step: Step, where: str, began: float, asked: Future[Found], name: Callable[[Found], str]
    ) -> Found | None:
        try:
            found = self._wait(asked)
        except NoAnswer as nothing:
            self._say(step, where, began, "", str(nothing))
            return None
        self._say(step, where, began, name(found), "")
        return found

    def _wait(self, asked: Future[Found]) -> Found:
        """Its answer; raises Stopped as soon as nobody wants it any more."""
        while True:
            try:
                return asked.result(timeout=LOOK_UP)
            except TimeoutError:
                if asked.done():
                    raise
                if self.stop():
                    raise Stopped from None

    # --- the steps -------------------------------------------------------------------------------------------

    def _file(self, domain: str, email: str) -> ClientConfig:
        """Where a provider puts it (Mozilla's autoconfiguration); HTTPS alone, since it decides where the password goes."""
        why = NoAnswer("no file there")
        for url in (
            f"https://autoconfig.{domain}/mail/config-v1.1.xml?emailaddress={quote(email)}",
            f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress={quote(email)}",
        ):
            try:
                page = self.net.get(url, LARGEST)
                if page.status == 200:
                    return parse(page.content)
            except NoAnswer as nothing:
                why = nothing
            except Unreadable:
                why = NoAnswer("a file that cannot be read")
        raise why

    def _srv(self, domain: str, email: str) -> FoundServers:
        """RFC 6186; a target of “.” says that there is none."""
        imap = self._records(domain, (("_imaps._tcp", Security.TLS), ("_imap._tcp", Security.STARTTLS)))
        if not imap:
            raise NoAnswer("no record")
        smtp = self._records(domain, (("_submissions._tcp", Security.TLS), ("_submission._tcp", Security.STARTTLS)))
        entry = self.table().by_server(imap[0].host)
        return FoundServers(
            provider=entry.provider if entry else Provider.OTHER,
            name=entry.name if entry else "",
            imap=tuple(told.of(email) for told in imap),
            smtp=tuple(told.of(email) for told in smtp),
            app_password=entry.app_password if entry else "",
        )

    def _records(self, domain: str, kinds: Sequence[tuple[str, Security]]) -> tuple[Told, ...]:
        found = []
        for service, security in kinds:
            try:
                rows = self.net.names(f"{service}.{domain}", "SRV")
            except NoAnswer:
                continue
            for row in rows:
                host, _, port = row.partition(" ")
                if host and is_host(host) and port.isdigit() and 0 < int(port) < 65_536:
                    found.append(Told(host=host, port=int(port), security=security, user="%EMAILADDRESS%"))
        return ordered(found)

    def _by_mail_record(self, domain: str, email: str, began: float, asked: Future[list[str]]) -> FoundServers | None:
        try:
            hosts = [host for host in self._wait(asked) if is_host(host)]
        except NoAnswer as nothing:
            self._say(Step.MX, domain, began, "", str(nothing))
            return None
        for host in hosts:
            entry = self.table().by_mail_exchanger(host)
            if entry is not None:
                self._say(Step.MX, domain, began, entry.name, "")
                return entry.of(email)
        _, _, above = (hosts[0] if hosts else "").partition(".")
        if "." in above and above != domain:
            try:
                config = self._file(above, email)
            except NoAnswer:
                self._say(Step.MX, domain, began, "", above)
                return None
            self._say(Step.MX, domain, began, config.name or above, "")
            return self.table().found(config, email)
        self._say(Step.MX, domain, began, "", hosts[0] if hosts else "no record")
        return None

    def _knock(self, domain: str, email: str) -> FoundServers | None:
        imap = self._answering(answers_imap, [f"imap.{domain}", f"mail.{domain}", domain], self.imap, email)
        if imap is None:
            return None
        near = [imap.host] if imap.host.startswith("mail.") else []
        smtp = self._answering(
            answers_smtp, dict.fromkeys([*near, f"smtp.{domain}", f"mail.{domain}", domain]), self.smtp, email
        )
        return FoundServers(provider=Provider.OTHER, imap=(imap,), smtp=(smtp,) if smtp else ())

    def _answering(
        self,
        answers: Callable[[Server, str, Callable[[], bool]], None],
        hosts: Sequence[str] | dict[str, None],
        ports: Sequence[tuple[int, Security]],
        email: str,
    ) -> Server | None:
        """The first in order that speaks the protocol and proves who it is. All are knocked at together; nothing is said."""
        servers = [Server(host=h, port=port, security=how, user=email) for h in hosts for port, how in ports]
        with self._asking() as ask:
            began = self.steady()
            asked = [ask(lambda each=each: answers(each, self.net.ca_file, self.stop)) for each in servers]  # type: ignore[misc]
            for server, answer in zip(servers, asked, strict=True):
                where = f"{server.host} {server.port}"
                try:
                    self._wait(answer)
                except Stopped:
                    raise
                except Trouble as trouble:
                    self._say(Step.KNOCK, where, began, "", trouble.fix.value or "no answer")
                else:
                    self._say(Step.KNOCK, where, began, server.security.value, "")
                    return server
        return None
