"""What a server's refusal means, in words: pure functions from (host, answer) to the right kind of trouble."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.remote import pauses

LONGEST_SAID = 200
"""Characters of a server's own words that a sentence of ours repeats."""
_ENHANCED = re.compile(r"(?<!\S)[245]\.\d{1,3}\.\d{1,3}(?!\S)")
"""Codes within the text of an SMTP answer (RFC 2034)."""
_CODE = re.compile(r"\[([A-Za-z][A-Za-z0-9-]*)(?: ([^\]]*))?\]")

_BUSY_CODES = {"UNAVAILABLE", "EXPUNGEISSUED", "SYS"}
_WORDS_OF_CODES = {
    "LIMIT": "{} has reached one of its limits with this.",
    "INUSE": "Another program is using this at {}.",
    "SERVERBUG": "{} met a fault of its own.",
    "CONTACTADMIN": "{} cannot do this before its administrator has helped.",
}
"""RFC 5530; one request is concerned, not the account."""
_GONE_CODES = {"NONEXISTENT", "TRYCREATE"}

BUSY_WORDS = re.compile(
    r"temporar|try again|too many|later|unavailable|internal (?:server )?error|time(?:d )?out|overload|rate limit|\b4\.[37]\.\d",
    re.IGNORECASE,
)
_NOT_CONNECTED = re.compile("authenticated but not connected", re.IGNORECASE)
"""Exchange, when a token is somebody else's or IMAP is switched off for the mailbox; at times only for a while."""
_CLOSING = re.compile(r"shut(?:ting)? ?down|restart|maintenance|going down", re.IGNORECASE)
_NO_FOLDER = re.compile(
    r"(?:mailbox|folder)[^.]{0,80}(?:doesn'?t exist|does not exist|not found|unknown|not exist)|no such (?:mailbox|folder)"
    r"|(?:unknown|nonexistent|non-existent) (?:mailbox|folder)",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"over ?quota|quota (?:is |has been )?exceeded|mailbox (?:is )?full|not enough (?:disk )?(?:quota|space)",
    re.IGNORECASE,
)


class FolderGone(TryLater):
    """The folder that a command named is not there (any more): look at the list of folders again."""


def response_code(text: str) -> tuple[str, str]:
    """The code in brackets at the start of an answer (RFC 5530) and what it says; ("", "") without one."""
    match = _CODE.match(text.lstrip())
    return (match[1].upper(), match[2] or "") if match else ("", "")


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Some servers echo a bad command back: nothing of it may be shown or kept."""
    for secret in secrets:
        if len(secret) > 1:
            text = text.replace(secret, "…")
    return text[:500]


def unprotected(host: str, text: str = "") -> AskUser:
    return AskUser(
        f"{host} accepts a password only over a protected connection. Your password was not sent. "
        "Choose TLS or STARTTLS for this server.",
        Fix.SERVER,
        text,
    )


def stripped(host: str, detail: str) -> AskUser:
    """STARTTLS was wanted and something stood in its way: a wrong setting, or someone on the line."""
    return AskUser(
        f"{host} did not offer a protected connection (STARTTLS). Your password was not sent. "
        "Check the security setting, or whether someone interferes with this network.",
        Fix.SERVER,
        detail,
    )


def says(text: str) -> str:
    """What a server said, as its words and not ours, on one line: “The server says: ‘…’.” Without its codes; "" for nothing."""
    shown = "".join(c if c.isprintable() else " " for c in _ENHANCED.sub("", _CODE.sub("", text[:2000])))
    line = " ".join(shown.split())
    line = line[:LONGEST_SAID].rstrip() + "…" if len(line) > LONGEST_SAID else line.rstrip(".")
    return f"The server says: ‘{line}’." if line else ""


def busy(host: str, text: str = "") -> TryLater:
    """It would do it another time; where it says why, or for how long it wants to be left alone, that is kept."""
    if pauses.is_crowded(text):
        return pauses.crowded(host, text)
    if pauses.is_throttled(response_code(text)[0], text):
        return pauses.throttled(host, text)
    return TryLater(f"{host} is busy. Tandem tries again by itself.", Fix.NONE, text, wait=pauses.asked_pause(text))


def wants_rest(code: str, text: str) -> bool:
    return pauses.is_crowded(text) or pauses.is_throttled(code, text)


def goodbye(host: str, text: str) -> TryLater:
    """BYE: the server ends the connection, perhaps with a reason."""
    code, _ = response_code(text)
    if code in {"UNAVAILABLE", "INUSE", "THROTTLED"} or wants_rest(code, text):
        return busy(host, text)
    if _CLOSING.search(text):
        return TryLater(f"{host} is being restarted. Tandem connects again by itself.", Fix.NETWORK, text)
    return lost(host, text)


def lost(host: str, detail: str = "") -> TryLater:
    return TryLater(f"The connection to {host} was closed. Tandem connects again by itself.", Fix.NETWORK, detail)


def silent(host: str, seconds: float) -> TryLater:
    return TryLater(f"{host} did not answer for {seconds:.0f} seconds. Tandem tries again by itself.", Fix.NETWORK)


class Nonsense(TryLater):
    """An answer against the protocol, or one too large or too slow to be true. The connection ends with it."""


def nonsense(host: str, detail: str = "") -> Nonsense:
    return Nonsense(f"{host} gave an answer that makes no sense. Tandem tries again by itself.", Fix.NONE, detail)


def refusal(host: str, status: str, text: str) -> Trouble:
    """A NO or BAD to anything but signing in."""
    code, _ = response_code(text)
    if wants_rest(code, text):  # before all else: Gmail says it with [OVERQUOTA], Exchange with BAD
        return busy(host, text)
    if _NOT_CONNECTED.search(text):
        return TryLater(
            f"{host} took the sign-in but does not open the mailbox. IMAP may be switched off for it, or the sign-in was "
            "somebody else’s. Tandem tries again by itself.",
            Fix.RETRY,
            text,
        )
    if status == "BAD":
        return TryLater(f"{host} did not understand a request. Tandem tries again by itself.", Fix.NONE, text)
    if code in _GONE_CODES or (code in {"", "CANNOT"} and _NO_FOLDER.search(text)):
        return FolderGone("The folder is no longer in the mailbox.", Fix.FOLDER, text)
    if code == "OVERQUOTA" or (not code and _FULL.search(text)):
        return AskUser(
            f"The mailbox at {host} is full. Nothing was lost: make room there, then try again.", Fix.RETRY, text
        )
    if code == "TOOBIG":
        return AskUser(f"The message is larger than {host} accepts. It stays here.", Fix.NONE, text)
    if code in {"NOPERM", "READ-ONLY"}:
        return AskUser(f"{host} does not allow this change. Nothing was changed there.", Fix.NONE, text)
    if code in {"CANNOT", "ALREADYEXISTS", "HASCHILDREN"}:
        return AskUser(f"{host} refused this change to a folder. Nothing was changed there.", Fix.FOLDER, text)
    if code in _BUSY_CODES:
        return busy(host, text)
    if code in _WORDS_OF_CODES:
        words = _WORDS_OF_CODES[code].format(host)
        return TryLater(f"{words} Tandem tries again by itself.", Fix.NONE, text, wait=pauses.asked_pause(text))
    said = says(text)
    return TryLater(
        f"{host} refused a request. {said + ' ' if said else ''}Tandem tries again by itself.", Fix.NONE, text
    )
