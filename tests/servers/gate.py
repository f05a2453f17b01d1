"""A TCP proxy in front of a server, whose wire a test can cut, block or spoil."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from types import TracebackType

from servers.loop import Loop

CHUNK = 64 * 1024


class Gate:
    """Forwards `port` (a free one on loopback) to `target`. What a method does is done when it returns.

    `tls`: speak TLS with clients under this context (a second certificate in front of a server).
    `target_tls`: speak TLS with the server.
    """

    def __init__(self, target: int, *, tls: ssl.SSLContext | None = None, target_tls: ssl.SSLContext | None = None):
        self._target = target
        self._tls = tls
        self._target_tls = target_tls
        self._wires: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._fuse: int | None = None
        self._speed: float | None = None
        self._said = bytearray()
        self.port = 0
        self.connections = 0
        """How many clients have come so far."""
        self.passed = 0
        """Octets that have come through so far, either way."""
        self._loop = Loop("gate")
        self._loop.run(self._listen())

    def __enter__(self) -> Gate:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._loop.run(self._refuse())
        self._loop.run(self._cut())
        self._loop.close()

    def cut(self) -> None:
        """All connections end at once, without a goodbye. New ones are let in."""
        self._loop.run(self._cut())

    def refuse(self) -> None:
        """New connections are refused by the system; those that are there stay."""
        self._loop.run(self._refuse())

    def open(self) -> None:
        """Ends `refuse`, on the same port."""
        self._loop.run(self._listen())

    def stall(self) -> None:
        """Nothing passes any more in either direction, and nobody is told."""
        self._loop.run(self._set(False))

    def resume(self) -> None:
        """Ends `stall`; what was held back passes."""
        self._loop.run(self._set(True))

    def slow_down(self, octets: float | None) -> None:
        """The server's words pass at so many octets a second and connection; None = as fast as they come."""
        self._loop.run(self._set_speed(octets))

    def cut_after(self, count: int) -> None:
        """Cut all connections once the server has sent `count` more bytes; exactly so many get through. Works once."""
        self._loop.run(self._lay_fuse(count))

    def said(self) -> bytes:
        """All that clients have sent so far, as it was on their wire (with `tls`: inside it)."""
        return bytes(self._said)

    @property
    def wires(self) -> int:
        """Connections that are open now."""
        return len(self._wires) // 2

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
            self.port = int(self._server.sockets[0].getsockname()[1])

    async def _refuse(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self) -> None:
        for writer in tuple(self._wires):
            _abort(writer)

    async def _set(self, flowing: bool) -> None:
        if flowing:
            self._flowing.set()
        else:
            self._flowing.clear()

    async def _set_speed(self, octets: float | None) -> None:
        self._speed = octets

    async def _lay_fuse(self, count: int) -> None:
        self._fuse = count

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        name = "localhost" if self._target_tls else None
        try:
            far_reader, far_writer = await asyncio.open_connection(
                "127.0.0.1", self._target, ssl=self._target_tls, server_hostname=name
            )
        except OSError:
            _abort(writer)
            return
        except asyncio.CancelledError:  # the gate closes before the other half is there
            _abort(writer)
            raise
        pair = {writer, far_writer}
        self._wires |= pair
        try:
            up = asyncio.ensure_future(self._pass(reader, far_writer, upwards=True))
            down = asyncio.ensure_future(self._pass(far_reader, writer, upwards=False))
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
        finally:
            for end in pair:
                end.close()
            try:
                for end in pair:
                    with contextlib.suppress(OSError):
                        await end.wait_closed()
            finally:
                # What nobody reads is never flushed, and a transport that waits for that is never closed.
                for end in pair:
                    _abort(end)
                self._wires -= pair

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, upwards: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK):
                await self._flowing.wait()
                if upwards:
                    self._said += chunk
                elif self._fuse is not None:
                    if len(chunk) >= self._fuse:
                        chunk, self._fuse = chunk[: self._fuse], None
                        sink.write(chunk)
                        await sink.drain()
                        await self._end_after_flush()
                        return
                    self._fuse -= len(chunk)
                sink.write(chunk)
                self.passed += len(chunk)
                await sink.drain()
                if self._speed is not None and not upwards:
                    await asyncio.sleep(len(chunk) / self._speed)

    async def _end_after_flush(self) -> None:
        """`abort` would drop what was just written; closing sends it first."""
        for writer in tuple(self._wires):
            writer.close()


def _abort(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(AttributeError):  # Python 3.11.2 cannot abort a TLS transport that is closed already
        writer.transport.abort()
