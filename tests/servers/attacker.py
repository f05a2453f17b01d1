"""Somebody on the line between the program and a real server, who answers in the clear as a scenario says and lets the
handshake through to the real server, as one has to who has no certificate."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from servers.certificates import Certificates
from servers.loop import Loop
from servers.scenarios import Named, Scenario

HELLO = "EHLO attacker.test"


class Attacker:
    """Listens on `port` from construction to `close`; `target` is the real server's port where STARTTLS is spoken."""

    def __init__(self, scenario: Scenario, target: int, certificates: Certificates) -> None:
        self._scenario = scenario
        self._target = target
        self._certificates = certificates
        self.heard = bytearray()
        """What clients said in the clear."""
        self.relayed = 0
        """How many connections were let through to the real server: those whose client began a handshake."""
        self._loop = Loop("attacker")
        self._server = self._loop.run(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def __enter__(self) -> Attacker:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._stop())
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            try:
                await self._converse(reader, writer)
                await writer.drain()
            finally:
                writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Until the client leaves, or has been let through."""
        raise NotImplementedError

    async def _let_through(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Sequence[str]
    ) -> None:
        """Ask the real server for STARTTLS, and pass on octets from there."""
        certificate = self._scenario.certificate
        if "expired" in certificate or "self-signed" in certificate or "unknown-root" in certificate:
            bad = self._certificates.expired() if "expired" in certificate else self._certificates.untrusted()
            await writer.start_tls(bad)
            self.heard += await reader.read(1)
            return
        if not (first := await reader.read(1 << 16)):
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        try:
            await _answer(far_reader)
            for command in asked:
                far_writer.write(command.encode() + b"\r\n")
                await _answer(far_reader)
            self.relayed += 1
            far_writer.write(first)
            ways = [asyncio.ensure_future(_pass(*way)) for way in ((reader, far_writer), (far_reader, writer))]
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in ways:
                way.cancel()
        finally:
            far_writer.close()


class ImapAttacker(Attacker):
    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say, said = writer.write, self._scenario.get
        overridden = said("override_response", {})
        say(_raw(overridden.get("greeting", "")) or _greeting(said("greeting")))
        say(_raw(said("response_after_greeting", "")))
        while line := await reader.readline():
            self.heard += line
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            verb = rest.partition(" ")[0].lower()
            if verb in said("ignore_commands", []):
                return  # what it does not answer it would not answer for ever
            if verb in overridden:
                say(_raw(overridden[verb], tag))
            elif verb in said("hide_commands", []):
                say(f"{tag} BAD unknown\r\n".encode())
            elif verb == "capability":
                say(f"* CAPABILITY {_atoms(said('caps'))}\r\n{tag} OK done\r\n".encode())
            elif verb == "starttls":
                say(_raw(said("starttls_response", "<tag> OK begin TLS\r\n"), tag))
                if said("starttls_transition", True):
                    await self._let_through(reader, writer, ["a STARTTLS"])
                    return
            else:
                say(f"{tag} OK whatever you want\r\n".encode())


class SmtpAttacker(Attacker):
    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        say, said = writer.write, self._scenario.get
        overridden = {verb.lower(): answer for verb, answer in said("override_response", {}).items()}
        say(_raw(said("greeting", "220 mail.example ESMTP\r\n")))
        while line := await reader.readline():
            self.heard += line
            verb = line.decode("utf-8", "replace").strip().partition(" ")[0].lower()
            if verb in overridden:
                say(_raw(overridden[verb]))
            elif verb in said("hide_commands", []):
                say(b"500 unknown\r\n")
            elif verb == "ehlo":
                offered = "".join(f"250-{word.upper()}\r\n" for word in said("capabilities"))
                say(f"250-mail.example\r\n{offered}250 HELP\r\n".encode())
            elif verb == "starttls":
                say(_raw(said("stls_response", "220 go ahead\r\n")))
                if said("stls_make_transition", True):
                    await self._let_through(reader, writer, [HELLO, "STARTTLS"])
                    return
            elif verb == "data":
                say(b"354 go on\r\n")
            else:
                say(b"235 fine\r\n" if verb == "auth" else b"250 whatever you want\r\n")


async def _answer(reader: asyncio.StreamReader) -> None:
    """One greeting or answer; of SMTP's several lines the last has no hyphen (RFC 5321 4.2.1)."""
    while (line := await reader.readline())[3:4] == b"-":
        pass
    assert line


async def _pass(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while octets := await source.read(1 << 16):
            sink.write(octets)
            await sink.drain()


def _raw(answer: str, tag: str = "") -> bytes:
    return answer.replace("<tag>", tag).encode()


def _greeting(greeting: dict[str, Any]) -> bytes:
    code = greeting.get("code")
    words = ""
    if code is not None and code.name == "Capability":
        words = f"[CAPABILITY {_atoms(code.inside[0].inside[0])}] "
    elif code is not None:
        words = f"[{code.name.upper()} ({code.inside['allowed'][0].inside[0].inside[0]})] "
    return f"* {greeting['kind'].upper()} {words}{greeting['text'].inside[0]}\r\n".encode()


def _atoms(names: list[Any]) -> str:
    return " ".join(map(_atom, names))


def _atom(name: Any) -> str:
    """The notation's name of a capability, as it is spelt on the wire (RFC 9051 7.2.2)."""
    if isinstance(name, Named):
        inner = name.inside["inner"] if isinstance(name.inside, dict) else name.inside[0]
        return ("AUTH=" if name.name == "Auth" else "") + _atom(inner)
    return "MAILBOX-REFERRALS" if name == "MailboxReferrals" else str(name).upper()
