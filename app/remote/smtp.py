"""Handing a letter to a mail server (RFC 5321, RFC 6409): signing in, and delivering at most once.

The steps are sent one by one, so that it is always known on which side of the final dot something happened: before it
nothing was sent and trying again is safe, after it only the server's answer tells.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator, Sequence

from app.core.trouble import Fix, Trouble
from app.core.values import Server
from app.remote.credentials import Secret
from app.remote.envelope import Envelope, bare
from app.remote.submission import Submission

SLICE = 1 << 16
END = b"\r\n.\r\n"


class Uncertain(Trouble):
    """The connection broke after the text was handed over: it may or may not have been sent. Only the user may decide."""


def try_sign_in(server: Server, secret: Secret, *, ca_file: str = "", timeout: float = 30.0) -> None:
    """Sign in and say goodbye. Returns if the server accepted; otherwise raises the reason in words."""
    submission = Submission(server, ca_file, timeout, stop=None)
    with submission.closing():
        submission.sign_in(secret)
        submission.goodbye()


def deliver(
    server: Server,
    secret: Secret,
    *,
    ca_file: str,
    sender: str,
    recipients: Sequence[str],
    raw: bytes,
    committing: Callable[[], None],
    timeout: float = 60.0,
    patience: float | None = None,
    stop: Callable[[], bool] | None = None,
) -> dict[str, str]:
    """Send `raw` to all `recipients` or to none. Returns an empty dictionary: no recipient was refused.

    `committing` is called exactly once, just before the final dot is written; whatever goes wrong before it was called
    means that nothing was sent. `patience`: seconds the server may take to answer the final dot (None = `timeout`); giving
    up early would make a letter uncertain that was sent. Afterwards a lost connection raises `Uncertain`; the server's own
    refusal is definite.
    """
    envelope = Envelope.of(sender, recipients, bare(raw))
    submission = Submission(server, ca_file, timeout, stop)
    with submission.closing():
        submission.sign_in(secret)
        submission.address(envelope)
        submission.begin_data()
        with submission.in_words():
            for piece in stuffed(envelope.raw):
                submission.write(piece)
        committing()
        _commit(submission, server.host, timeout if patience is None else patience)
    return {}


def _commit(submission: Submission, host: str, patience: float) -> None:
    """The point of no return."""
    try:
        submission.smtp.send(END)
        if submission.smtp.sock is not None:
            submission.smtp.sock.settimeout(patience)
        code, text = submission.smtp.getreply()
        if not 200 <= code < 300 and not 400 <= code < 600:
            raise ValueError(f"an answer that is none: {code}")
    except (OSError, EOFError, ValueError, smtplib.SMTPException) as error:
        raise Uncertain(
            f"This letter may or may not have been sent: the connection to {host} broke after the text was handed over.",
            Fix.NONE,
            submission.clean(str(error)),
        ) from None
    if code >= 400:
        raise submission.refusal(code, text)
    submission.goodbye()


def stuffed(raw: bytes) -> Iterator[bytes]:
    """`raw` with dots doubled at line starts (RFC 5321 4.5.2), in slices, without its last line end: `END` brings it."""
    view = raw[:-2] if raw.endswith(b"\r\n") else raw
    if view.startswith(b"."):
        yield b"."
    start = 0
    while start < len(view):
        end = min(start + SLICE, len(view))
        # a slice must not end inside CR LF dot
        while end < len(view) and view[end - 1 : end] in (b"\r", b"\n"):
            end += 1
        yield view[start:end].replace(b"\r\n.", b"\r\n..")
        start = end
