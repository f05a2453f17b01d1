"""What one sync did, counted as it goes."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.core.events import Synced
from app.core.ids import AccountId
from app.core.trouble import Fix, Trouble
from app.core.values import AccountState

NETWORK, LIBRARY, CERTIFICATE, SIGN_IN = 69, 74, 76, 77


@dataclass(slots=True)
class Report:
    """`flags` and `removed` count changes that came in, `pushed` those that went out, `waiting` what is still owed."""

    email: str = ""
    fetched: int = 0
    bytes: int = 0
    flags: int = 0
    removed: int = 0
    pushed: int = 0
    waiting: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)
    exit_code: int = 0
    """For the command line: 0, 69, 74, 76 or 77."""
    state: AccountState = AccountState.LIVE
    """Of the account, at the end."""

    def trouble(self, sentence: str) -> None:
        if sentence not in self.errors:
            self.errors.append(sentence)

    def stopped_by(self, trouble: Trouble) -> None:
        """The sync ended here: say why, and with which exit code."""
        self.trouble(str(trouble))
        self.exit_code = exit_code(trouble)

    def as_event(self, account: AccountId, origin: str) -> Synced:
        return Synced(
            account=account,
            origin=origin,
            email=self.email,
            fetched=self.fetched,
            bytes=self.bytes,
            flags=self.flags,
            removed=self.removed,
            pushed=self.pushed,
            waiting=self.waiting,
            seconds=round(self.seconds, 3),
            errors=tuple(self.errors),
            exit_code=self.exit_code,
            state=self.state,
        )


def exit_code(trouble: Trouble) -> int:
    """What scripts get for trouble with a server, or with the disk."""
    match trouble.fix:
        case Fix.CERTIFICATE:
            return CERTIFICATE
        case Fix.PASSWORD | Fix.PASSPHRASE | Fix.KEYCHAIN:
            return SIGN_IN
        case Fix.LIBRARY:
            return LIBRARY
        case _:
            return NETWORK
