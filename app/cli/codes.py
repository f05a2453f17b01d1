"""What a script gets for trouble: the exit codes of the command line."""

from __future__ import annotations

from app.core.trouble import AskUser, Fix, NotFound, Trouble, WrongUse

DONE = 0
USAGE = 64
NOT_FOUND = 66
NETWORK = 69
BUG = 70
LIBRARY = 74
"""The library cannot be read or written: disk full, no rights, damaged."""
WAITING = 75
CERTIFICATE = 76
SIGN_IN = 77
_SIGN_IN = frozenset(
    {
        Fix.PASSWORD,
        Fix.APP_PASSWORD,
        Fix.SWITCH_ON,
        Fix.SIGN_IN,
        Fix.ADMIN,
        Fix.CLIENT_ID,
        Fix.PASSPHRASE,
        Fix.KEYCHAIN,
    }
)


def code_of(trouble: Trouble) -> int:
    """The code for trouble that ended a command."""
    match trouble:
        case WrongUse():
            return USAGE
        case NotFound():
            return NOT_FOUND
    match trouble.fix:
        case Fix.CERTIFICATE:
            return CERTIFICATE
        case _ if trouble.fix in _SIGN_IN:
            return SIGN_IN
        case Fix.FOLDER:
            return NOT_FOUND
        case Fix.ADDRESS:
            return USAGE
        case Fix.LIBRARY | Fix.RETRY:
            return LIBRARY
        case Fix.NONE if isinstance(trouble, AskUser):
            return LIBRARY
        case _:
            return NETWORK
