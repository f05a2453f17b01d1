"""A link between a program and a server, with a length and a width, that counts what passes. In a process of its own, so that
it takes no time from the program.

Octets are never changed. Given a certificate it ends TLS and speaks it to nobody else, so that it can read along: commands,
and the moments at which news of arrivals passed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

sys.path.insert(0, str(Path(__file__).parents[1]))

from servers.certificates import Certificates

CHUNK = 1 << 18
UNDER_WAY = 64 << 20
"""Octets on the way at most: more than any bandwidth times delay."""
_COMMAND = re.compile(rb"^[A-Za-z0-9.]+ ((?:UID )?[A-Za-z]+)([^\r\n]*)")
_EXISTS = re.compile(rb"^\* \d+ EXISTS", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """`turns`: how often the client spoke after the server had, on any connection: its round trips. `commands` and `exists`
    (the moments, by `time.monotonic`) are known only where TLS ends here, or there is none."""

    connections: int
    turns: int
    up: int
    down: int
    commands: list[str]
    exists: list[float]


class Link:
    """Forwards `port` (a free one on loopback) to `target`. Lives from construction to `close`.

    `round_trip` in seconds, of connecting as well; `speed` in octets a second each way, None = as fast as it can.
    """

    def __init__(
        self,
        target: int,
        *,
        round_trip: float = 0.0,
        speed: float | None = None,
        certificates: Certificates | None = None,
    ) -> None:
        shown = [str(certificates.cert), str(certificates.key)] if certificates is not None else []
        self._process = subprocess.Popen(
            [sys.executable, __file__, str(target), str(round_trip), str(speed or 0), *shown],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._read())

    def __enter__(self) -> Link:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def traffic(self) -> Traffic:
        """Since the last time it was asked for."""
        assert self._process.stdin is not None
        self._process.stdin.write("traffic\n")
        self._process.stdin.flush()
        return Traffic(**json.loads(self._read()))

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class Carrier:
    """The other process: what passes, and how."""

    def __init__(self, target: int, round_trip: float, speed: float, tls: ssl.SSLContext | None) -> None:
        self._target, self._delay, self._speed, self._tls = target, round_trip / 2, speed, tls
        self.forget()

    def forget(self) -> None:
        self.connections = self.turns = self.up = self.down = 0
        self.commands: list[str] = []
        self.exists: list[float] = []

    def traffic(self) -> str:
        told = json.dumps(
            {
                "connections": self.connections,
                "turns": self.turns,
                "up": self.up,
                "down": self.down,
                "commands": self.commands,
                "exists": self.exists,
            }
        )
        self.forget()
        return told

    async def run(self) -> None:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls, limit=CHUNK)
        print(server.sockets[0].getsockname()[1], flush=True)
        asked = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(asked), sys.stdin)
        while await asked.readline():
            print(self.traffic(), flush=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        heard = [True]  # the server has spoken since the client did
        with contextlib.suppress(OSError):
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target, limit=CHUNK)
            await asyncio.sleep(2 * self._delay)  # connecting takes one round trip
            await asyncio.gather(
                self._pass(reader, far_writer, heard, upwards=True),
                self._pass(far_reader, writer, heard, upwards=False),
            )

    def _note(self, chunk: bytes, heard: list[bool], *, upwards: bool) -> None:
        if not upwards:
            heard[0] = True
            self.down += len(chunk)
            if self._tls is not None:
                self.exists += [time.monotonic()] * len(_EXISTS.findall(chunk))
            return
        self.turns += heard[0]
        heard[0] = False
        self.up += len(chunk)
        for line in chunk.splitlines():
            found = _COMMAND.match(line)
            if found is not None and self._tls is not None:
                verb = found[1].upper().decode()
                hidden = verb in ("LOGIN", "AUTHENTICATE")
                self.commands.append(verb if hidden else verb + found[2].decode("ascii", "replace"))

    async def _pass(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, heard: list[bool], *, upwards: bool
    ) -> None:
        """Each octet leaves so long after it came, and not before those ahead of it have left at `speed`."""
        loop = asyncio.get_running_loop()
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        room = asyncio.Event()
        room.set()
        held = 0
        free = 0.0

        async def arrive() -> None:
            nonlocal held
            while True:
                due, chunk = await on_the_way.get()
                if (wait := due - loop.time()) > 0:
                    await asyncio.sleep(wait)
                if not chunk:
                    break
                if not upwards:
                    self._note(chunk, heard, upwards=False)
                sink.write(chunk)
                await sink.drain()
                held -= len(chunk)
                if held < UNDER_WAY:
                    room.set()
            sink.close()

        arriving = asyncio.ensure_future(arrive())
        try:
            while True:
                chunk = await source.read(CHUNK)
                if upwards and chunk:
                    self._note(chunk, heard, upwards=True)
                now = loop.time()
                free = max(free, now) + (len(chunk) / self._speed if self._speed else 0.0)
                held += len(chunk)
                on_the_way.put_nowait((free + self._delay, chunk))
                if not chunk:
                    break
                if held >= UNDER_WAY:
                    room.clear()
                    await room.wait()
        finally:
            await arriving


def main() -> None:
    target, round_trip, speed, *shown = sys.argv[1:]
    tls: ssl.SSLContext | None = None
    if shown:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(*shown)
    asyncio.run(Carrier(int(target), float(round_trip), float(speed), tls).run())


if __name__ == "__main__":
    main()
