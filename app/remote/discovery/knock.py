"""Whether a server speaks IMAP or SMTP, over a protected connection whose certificate is right. No one signs in."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from app.core.trouble import Trouble
from app.core.values import Server
from app.remote import signin
from app.remote.discovery.net import SECONDS
from app.remote.submission import Submission


def answers_imap(server: Server, ca_file: str, stop: Callable[[], bool]) -> None:
    """Raises what is wrong in words."""
    talk, _ = signin.open_talk(server, ca_file, SECONDS, stop, None)
    with contextlib.suppress(Trouble):
        talk.begin(b"LOGOUT")
    talk.close()


def answers_smtp(server: Server, ca_file: str, stop: Callable[[], bool]) -> None:
    """Raises what is wrong in words."""
    submission = Submission(server, ca_file, SECONDS, stop)
    with submission.closing():
        submission.goodbye()
