"""The demo's own process: both servers, the sample mailbox, and the mail that arrives meanwhile.

The order to start comes over standard input as one line of JSON, so that the password is in no argument list; the answer
goes to standard output the same way. The process lives exactly as long as standard input is open.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.demo.author import Author
from app.demo.certificate import make_identity
from app.demo.imap import MailServer
from app.demo.mailbox import FOLDERS, RESOURCES, build_mailbox
from app.demo.moments import Calendar
from app.demo.postman import Postman
from app.demo.smtp import SubmissionServer


def serve(argv: Sequence[str]) -> int:
    """Run the demo's servers until standard input closes. `argv` is what follows the flag; there is nothing to say."""
    del argv
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in a terminal is for the window; it then closes the pipe
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    # aiosmtpd warns of every connection that it sees no STARTTLS, not knowing that all of it is inside TLS.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    # By number: a windowed program on Windows may have no sys.stdin, but it has the pipes it was started with.
    orders = open(0, "rb", closefd=False)  # noqa: SIM115 - stays open as long as the process lives
    order = json.loads(orders.readline())

    def watch() -> None:
        orders.read()
        os._exit(0)

    threading.Thread(target=watch, name="demo-parent-watch", daemon=True).start()
    asyncio.run(_run(order, _announce))
    return 0


def _announce(answer: dict[str, Any]) -> None:
    os.write(1, json.dumps(answer).encode("ascii") + b"\n")


async def _run(order: dict[str, Any], announce: Callable[[dict[str, Any]], None]) -> None:
    started = time.monotonic()

    def clock() -> float:
        return float(order["now"]) + time.monotonic() - started

    author = Author(RESOURCES, Calendar(order["now"]), order["seed"])
    user = author.owner.email
    mail = MailServer(user, order["password"])
    for folder in FOLDERS:
        await mail.add_folder(folder)
    for sample in build_mailbox(order["now"], order["seed"]):
        await mail.deliver(sample.folder, sample.raw, sample.received, sample.flags, fresh=False)

    tasks: set[asyncio.Task[None]] = set()

    def keep(work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def inbox(raw: bytes, received: datetime) -> None:
        await mail.deliver("INBOX", raw, received)

    async def later(delay: float, write: Callable[[], bytes]) -> None:
        await asyncio.sleep(delay * order["pace"])
        await inbox(write(), datetime.fromtimestamp(clock(), tz=UTC))

    async def deliver(recipients: tuple[str, ...], raw: bytes) -> None:
        await postman.deliver(recipients, raw)
        if answer := postman.answer_to(recipients, raw):
            keep(later(*answer))

    async def arrive() -> None:
        for delay, write in postman.arrivals():
            await later(delay, write)

    postman = Postman(author, inbox, clock)
    # The certificate lives by the real clock: that is what those who check it go by.
    identity = make_identity(Path(order["folder"]), now=datetime.now(UTC))
    imap = await mail.listen(identity.context)
    smtp = await SubmissionServer(user, order["password"], deliver).listen(identity.context)
    announce({"imap": _port(imap), "smtp": _port(smtp), "ca_file": str(identity.ca_file)})
    if order["arrivals"]:
        keep(arrive())
    async with imap, smtp:
        await asyncio.gather(imap.serve_forever(), smtp.serve_forever())


def _port(server: asyncio.Server) -> int:
    return int(server.sockets[0].getsockname()[1])
