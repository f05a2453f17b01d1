"""The demo's IMAP side: pymap with a mailbox kept in memory, filled before the first connection.

In memory because the whole profile is thrown away with the demo, and because filling a pymap Maildir is slow.
"""

from __future__ import annotations

import asyncio
import io
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, closing, suppress
from datetime import datetime

from proxyprotocol.sock import SocketInfo
from pymap.backend.dict import Config, Identity, Login, Session
from pymap.backend.dict.filter import FilterSet
from pymap.backend.dict.mailbox import MailboxData, MailboxSet
from pymap.config import BackendCapability
from pymap.context import connection_exit
from pymap.imap import IMAPConnection
from pymap.imap.state import ConnectionState
from pymap.parsing.message import AppendMessage
from pymap.parsing.response import Response
from pymap.parsing.specials import ObjectId
from pymap.parsing.specials.flag import Flag, Wildcard
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl import SASLAuth
from pysasl.hashing import Cleartext
from pysasl.mechanism.plain import PlainMechanism

SPECIAL_USE: Mapping[str, bytes] = {
    "Archive": b"Archive",
    "Drafts": b"Drafts",
    "Junk": b"Junk",
    "Sent": b"Sent",
    "Trash": b"Trash",
}
"""Mailbox name → attribute of RFC 6154 that LIST shows for it."""

_LINE_LIMIT = 1 << 20
"""Longest command line in bytes; asyncio's own 64 KiB would cut a long set of UIDs."""


class _Config(Config):
    """What pymap would otherwise take from its command line, the environment or installed plug-ins."""

    @property
    def backend_capability(self) -> BackendCapability:
        return BackendCapability(idle=True, object_id=True, multi_append=True, custom=[b"SPECIAL-USE"])

    @property
    def tls_auth(self) -> SASLAuth:
        # Named here: found by entry points, it would be missing from a frozen program.
        return SASLAuth([PlainMechanism()])

    @property
    def greeting(self) -> bytes:
        # The default asks the resolver for this machine's name, which can take seconds.
        return b"Fernhill mail ready"


class _Mailbox(MailboxData):
    @property
    def permanent_flags(self) -> frozenset[Flag]:
        """Any keyword may be stored ($Forwarded, $Junk, labels)."""
        return super().permanent_flags | {Wildcard}


class _Mailboxes(MailboxSet):
    """The tree of mailboxes, each a `_Mailbox`."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox = _Mailbox(self._content_cache, self._thread_cache)

    async def add_mailbox(self, name: str) -> ObjectId:
        if name in self._set:
            raise ValueError(name)
        self._set[name] = mailbox = _Mailbox(self._content_cache, self._thread_cache)
        self._subscribed[name] = True
        return mailbox.mailbox_id


class _Session(Session):
    async def list_mailboxes(
        self, ref_name: str, filter_: str, subscribed: bool = False, selected: SelectedMailbox | None = None
    ) -> tuple[Iterable[tuple[str, str | None, Sequence[bytes]]], SelectedMailbox | None]:
        listed, selected = await super().list_mailboxes(ref_name, filter_, subscribed, selected)
        marked = [
            (name, separator, [*flags, SPECIAL_USE[name]] if name in SPECIAL_USE else flags)
            for name, separator, flags in listed
        ]
        return marked, selected


class _Identity(Identity):
    def __init__(self, name: str, login: Login, session: _Session) -> None:
        super().__init__(name, login, None, frozenset())
        self._session = session

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Session]:
        yield self._session


class _Login(Login):
    """One user. Every connection sees the same mailboxes."""

    def __init__(self, config: Config, session: _Session) -> None:
        super().__init__(config)
        self._session = session

    async def authorize(self, authenticated: object, authzid: str) -> Identity:
        await super().authorize(authenticated, authzid)  # type: ignore[arg-type]
        return _Identity(authzid, self, self._session)


class _Connection(IMAPConnection):
    async def write_response(self, resp: Response) -> None:
        """Write each response at once. pymap writes it in small pieces, and a client that waits in IDLE without
        blocking (imapclient's `idle_check`) takes a piece of a line for the line.
        """
        whole = io.BytesIO()
        await resp.async_write(whole)
        with suppress(ConnectionError):
            self.writer.write(whole.getvalue())
            await self.writer.drain()


class MailServer:
    """The mailbox of one user, and the IMAP server that shows it. Lives on one asyncio loop."""

    def __init__(self, user: str, password: str) -> None:
        arguments = Namespace(passlib_cfg=None, proxy_protocol=None)
        config = _Config(
            arguments,
            host="127.0.0.1",
            port=0,
            tls_enabled=False,  # no STARTTLS: the listening socket itself speaks TLS
            hash_context=Cleartext(),
            demo_data=False,
            demo_user=user,
            demo_password=password,
            invalid_user_sleep=0.0,
            reject_dnsbl=False,
        )
        config.apply_context()
        self._mailboxes = _Mailboxes()
        self._login = _Login(config, _Session(user, config, self._mailboxes, FilterSet()))
        self._login.users_dict[user] = UserMetadata(config, user, password=password)
        self._config = config

    async def add_folder(self, name: str) -> None:
        """Make a mailbox unless it is there. Subscribed, as a provider's own folders are."""
        if name not in self._mailboxes._set and name != "INBOX":
            await self._mailboxes.add_mailbox(name)

    async def deliver(
        self, folder: str, raw: bytes, received: datetime, flags: Iterable[str] = (), *, fresh: bool = True
    ) -> int:
        """Put `raw` into `folder` exactly as it is and wake every connection that idles there; returns its UID.

        `fresh`: shown as \\Recent to the next connection. Raises KeyError if there is no such folder.
        """
        mailbox = await self._mailboxes.get_mailbox(folder)
        stored = frozenset(Flag(flag.encode("ascii")) for flag in flags)
        message = await mailbox.append(AppendMessage(raw, received, stored), recent=fresh)
        return int(message.uid)

    async def listen(self, context: ssl.SSLContext) -> asyncio.Server:
        """Accept connections under implicit TLS on a free port of 127.0.0.1."""
        return await asyncio.start_server(self._accept, host="127.0.0.1", port=0, ssl=context, limit=_LINE_LIMIT)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(
            self._config.commands, self._config, reader, writer, SocketInfo.get(writer, None, unique_id=b"demo")
        )
        async with AsyncExitStack() as stack:
            connection_exit.set(stack)
            stack.enter_context(closing(connection))
            await connection.run(ConnectionState(self._login, self._config))
