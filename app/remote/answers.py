"""What a server's refusal means, in words: pure functions from (host, answer) to the right kind of trouble."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.remote import pauses

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

_APP_PASSWORD = re.compile(
    r"app(?:lication)?[- ]?(?:specific)?[- ]passwor[dt]|web ?login required|WEBALERT|two[- ](?:step|factor)"
    r"|authori[sz]ation code|app-passwor|appspecificpassword|InvalidSecondFactor",
    re.IGNORECASE,
)
_SWITCHED_OFF = re.compile(
    r"(?:imap|smtp|smtpclientauthentication)[^.]{0,40}"
    r"(?:disabled|not enabled|switched off|turned off|deactivated)"
    r"|(?:enable|activate|turn on) imap|not enabled for imap|imap access is|5\.7\.139",
    re.IGNORECASE,
)
_BUSY = re.compile(
    r"temporar|try again|too many|later|unavailable|internal (?:server )?error|time(?:d )?out|overload|rate limit|\b4\.[37]\.\d",
    re.IGNORECASE,
)
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


def login_trouble(host: str, text: str, *, kind: str = "IMAP") -> Trouble:
    """Why signing in was refused. A server that is merely busy must never look like a wrong password."""
    code, _ = response_code(text)
    if code == "LIMIT" and not pauses.is_throttled(code, text):
        return pauses.crowded(host, text)
    if code in {"UNAVAILABLE", "LIMIT", "THROTTLED", "INUSE", "SERVERBUG", "SYS"} or _wants_rest(code, text):
        return busy(host, text)
    if code == "EXPIRED":
        return AskUser(f"The password for {host} has expired. Set a new one at the provider.", Fix.PASSWORD, text)
    if code == "PRIVACYREQUIRED":
        return unprotected(host, text)
    if _APP_PASSWORD.search(text):
        return AskUser(
            "This account needs an app password, because it uses two-step sign-in. Create one at the provider.",
            Fix.PASSWORD,
            text,
        )
    if _SWITCHED_OFF.search(text):
        return _switched_off(kind, text)
    if code not in {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED"} and _BUSY.search(text):
        return busy(host, text)
    return wrong_password(host, text)


def _switched_off(kind: str, text: str) -> AskUser:
    return AskUser(
        f"{kind} is switched off for this account. Switch it on in the provider’s settings, then try again.",
        Fix.RETRY,
        text,
    )


def token_refused(host: str, rejection: str, text: str, kind: str = "IMAP") -> Trouble:
    """A token was refused: revoked, expired, for another mailbox, or without the right to read mail."""
    detail = "; ".join(part for part in (rejection, text) if part)
    code, _ = response_code(text)
    if code in {"UNAVAILABLE", "LIMIT", "THROTTLED", "INUSE", "SERVERBUG", "SYS"} or _wants_rest(code, text):
        return busy(host, text)
    if _SWITCHED_OFF.search(text):
        return _switched_off(kind, text)
    return AskUser(f"{host} no longer accepts this sign-in. Nothing was changed. Sign in again.", Fix.SIGN_IN, detail)


def wrong_password(host: str, text: str = "") -> AskUser:
    return AskUser(f"The password was not accepted by {host}. Nothing was changed.", Fix.PASSWORD, text)


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


def busy(host: str, text: str = "") -> TryLater:
    """It would do it another time; where it says why, or for how long it wants to be left alone, that is kept."""
    if pauses.is_crowded(text):
        return pauses.crowded(host, text)
    if pauses.is_throttled(response_code(text)[0], text):
        return pauses.throttled(host, text)
    return TryLater(f"{host} is busy. Tandem tries again by itself.", Fix.NONE, text, wait=pauses.asked_pause(text))


def _wants_rest(code: str, text: str) -> bool:
    return pauses.is_crowded(text) or pauses.is_throttled(code, text)


def goodbye(host: str, text: str) -> TryLater:
    """BYE: the server ends the connection, perhaps with a reason."""
    code, _ = response_code(text)
    if code in {"UNAVAILABLE", "INUSE", "THROTTLED"} or _wants_rest(code, text):
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
    if _wants_rest(code, text):  # before all else: Gmail says it with [OVERQUOTA], Exchange with BAD
        return busy(host, text)
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
    return TryLater(f"{host} refused a request. Tandem tries again by itself.", Fix.NONE, text)
