"""Real Dovecot behind somebody who tells lies about one folder: what is asked about the others is passed on."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable

from servers.loop import Loop

LITERAL = re.compile(rb"\{(\d+)(\+?)\}\r\n$")
OPENING = re.compile(rb'(\S+) (?:SELECT|EXAMINE) "?([^"\r\n ]+)', re.IGNORECASE)
Lie = Callable[[bytes, bytes], AsyncIterator[bytes]]
"""Told the tag and the command, gives what is answered, piece by piece; without a piece the truth is told."""


class Liar:
    """Listens on `port` from construction to `close`. `lie` is asked for each command while `folder` is open."""

    def __init__(self, target: int, folder: str, lie: Lie) -> None:
        self._target, self._folder, self._lie = target, folder.encode(), lie
        self.lied = 0
        """Octets of lies that were taken."""
        self.connections = 0
        self._loop = Loop("liar")
        self._server = self._loop.run(asyncio.start_server(self._serve, "127.0.0.1", 0, limit=1 << 24))
        self.port = int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._loop.run(self._stop())
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=1 << 24)
        opened = b""
        try:
            writer.write(await far_reader.readline())
            while command := await _command(reader, writer):
                tag = command.split(b" ", 1)[0]
                if (opening := OPENING.match(command)) is not None:
                    opened = opening[2]
                lies = 0
                if opened == self._folder:
                    async for piece in self._lie(tag, command):
                        lies += 1
                        writer.write(piece)
                        await writer.drain()
                        self.lied += len(piece)
                if not lies:
                    await _ask(far_reader, far_writer, writer, tag, command)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the client left
        finally:
            for end in (writer, far_writer):
                with contextlib.suppress(OSError):
                    end.close()


async def _command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """One whole command with its literals, all of them as ones that nobody waits for."""
    command = b""
    while line := await reader.readline():
        match = LITERAL.search(line)
        if match is None:
            return command + line
        if not match[2]:
            writer.write(b"+ go on\r\n")
        command += line[: match.start()] + b"{%s+}\r\n" % match[1] + await reader.readexactly(int(match[1]))
    return b""


async def _ask(
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
    writer: asyncio.StreamWriter,
    tag: bytes,
    command: bytes,
) -> None:
    """Pass on a command and what the real server says until it is answered."""
    far_writer.write(command)
    while line := await far_reader.readline():
        writer.write(line)
        if (match := LITERAL.search(line)) is not None:
            writer.write(await far_reader.readexactly(int(match[1])))
        elif line.startswith((tag + b" ", b"+ ")):
            break
    await writer.drain()
