"""Three kinds of trouble: wait, ask the user, or a bug. Whatever is neither of these two is a bug and says so.

Every message is one or two plain sentences for the person in front of the window (`design.md`, "Words"): what happened,
what is safe. No codes first, no addresses of other people, no secrets.
"""

from __future__ import annotations

from enum import StrEnum


class Fix(StrEnum):
    """The one act that helps; a window turns it into a button, the command line into an exit code."""

    NONE = ""
    PASSWORD = "password"
    """Type the password again."""
    APP_PASSWORD = "app-password"
    """Make an app password at the provider (`link`), then type that one."""
    SWITCH_ON = "switch-on"
    """Switch IMAP (or sending by SMTP) on at the provider (`link`), then try again."""
    SIGN_IN = "sign-in"
    """Sign in again in the browser, at the provider."""
    ADMIN = "admin"
    """Send the link to the administrator of one's organisation."""
    CLIENT_ID = "client-id"
    """Check what Tandem calls itself at the provider (the settings of one's own client id)."""
    SERVER = "server"
    """Check server name, port or security."""
    CERTIFICATE = "certificate"
    """The server could not prove who it is."""
    NETWORK = "network"
    """The server could not be reached."""
    FOLDER = "folder"
    """Choose a folder for a role."""
    ADDRESS = "address"
    """Correct a recipient or the sender."""
    PASSPHRASE = "passphrase"
    """Name the passphrase of the encrypted file with the passwords."""
    KEYCHAIN = "keychain"
    """Unlock the system's keychain."""
    LIBRARY = "library"
    """Free space, or give Tandem the right to write: what it keeps here cannot be read or written."""
    RETRY = "retry"
    """Try again once the cause is gone (mailbox full, a file that cannot be read …)."""


class Trouble(Exception):
    """Something that may happen to a correct program. `str()` is the sentence a person reads."""

    def __init__(self, sentence: str, fix: Fix = Fix.NONE, detail: str = "", *, link: str = "") -> None:
        super().__init__(sentence)
        self.fix = fix
        self.detail = detail
        """For support: the server's own words, without secrets."""
        self.link = link
        """The page on which `fix` is done: one that Tandem knows, never one that a server named."""

    @property
    def is_at_home(self) -> bool:
        """The library or its disk, not the server: whatever is tried next meets the same, so nothing is tried."""
        return self.fix is Fix.LIBRARY


class TryLater(Trouble):
    """The net, the server or the disk is busy: waiting helps, and the program waits by itself."""

    def __init__(
        self, sentence: str, fix: Fix = Fix.NONE, detail: str = "", wait: float = 0.0, *, link: str = ""
    ) -> None:
        super().__init__(sentence, fix, detail, link=link)
        self.wait = wait
        """Seconds that the server wants to be left alone, 0 = it named none."""


class Stopped(TryLater):
    """The program is closing: nothing is wrong, and nothing was tried in vain."""

    def __init__(self) -> None:
        super().__init__("Stopped: Tandem is closing.")


class AskUser(Trouble):
    """Only the user can help: a wrong password, a refused recipient, no folder for a role. Never retried by itself."""


class WrongUse(Trouble):
    """Asked for something that cannot be meant; the command line exits 64."""


class NotFound(Trouble):
    """What was named is not there, or no folder has the role wanted; the command line exits 66."""
