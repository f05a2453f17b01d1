"""Why signing in was refused: a table from what servers answer to a sentence and the one act that helps (A7).

The texts are those of Gmail, Microsoft, Yahoo, iCloud, Yandex, Zoho, NetEase, QQ, Dovecot, Cyrus, Courier and Exchange, as their
users report them. What the provider table knows (`providers.table`) turns a bare "LOGIN failed" into what is meant by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from app.core.trouble import AskUser, Fix, Trouble
from app.core.values import Provider
from app.remote import answers, pauses
from app.remote.providers.table import Entry, builtin


class _Page(StrEnum):
    """Which of a provider's pages the act is done on."""

    APP_PASSWORD = "app_password"
    SWITCH_ON = "switch_on"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class _Reason:
    """The sentence for an answer with these words. `{kind}` is IMAP or "Sending by SMTP", `{who}` the provider's name."""

    words: re.Pattern[str]
    sentence: str
    fix: Fix
    page: _Page | None = None
    for_tokens: bool = True
    """Also where a token was refused, not a password."""


def _if(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_TABLE = (
    _Reason(
        _if(
            r"app(?:lication)?[- ]?(?:specific)?[- ]passwor[dt]|application[- ]specific|InvalidSecondFactor"
            r"|two[- ](?:step|factor)|authori[sz](?:ation|ed) code|parol prilozheniya|пароль приложения|授权码"
        ),
        "This account needs an app password, because it uses two-step sign-in. Create one at the provider.",
        Fix.APP_PASSWORD,
        _Page.APP_PASSWORD,
        for_tokens=False,
    ),
    _Reason(
        _if(r"WEBALERT|web ?login required|log ?in via your web browser"),
        "{who} stopped this sign-in: from a mail program it wants an app password, not the password of the account. "
        "Create one at the provider.",
        Fix.APP_PASSWORD,
        _Page.APP_PASSWORD,
        for_tokens=False,
    ),
    _Reason(
        _if(r"basic ?auth(?:entication)? is disabled|BasicAuth(?:Blocked|Disabled)"),
        "{who} no longer takes a password from mail programs. Sign in in the browser instead. Nothing was changed.",
        Fix.SIGN_IN,
        for_tokens=False,
    ),
    _Reason(
        _if(r"SmtpClientAuthentication is disabled"),
        "Your organisation has switched off sending by SMTP. Only its administrator can switch it on.",
        Fix.ADMIN,
        _Page.ADMIN,
    ),
    _Reason(
        _if(
            r"security defaults policy|did not meet the criteria|conditional access|blocked by[^.]{0,40} polic"
            r"|(?:disabled|not (?:enabled|allowed)|yet to enable)[^.]{0,60}(?:domain|organi[sz]ation|administrator)"
            r"|(?:imap|smtp)[^.]{0,60}\. (?:please )?contact your (?:domain )?administrator"
        ),
        "Your organisation does not let mail programs in by {kind}. Only its administrator can allow it.",
        Fix.ADMIN,
        _Page.ADMIN,
    ),
    _Reason(
        _if(r"credentials or IMAP is disabled|service is not open"),
        "{host} did not accept the password, or IMAP is switched off for this account. Check both at the provider.",
        Fix.SWITCH_ON,
        _Page.SWITCH_ON,
        for_tokens=False,
    ),
    _Reason(
        _if(
            r"(?:imap|smtp)[^.]{0,40}(?:disabled|not enabled|switched off|turned off|deactivated|not activated)"
            r"|(?:enable|activate|turn on) imap|not enabled for imap|imap access is"
            r"|does not have access rights to this service|user has no permission"
        ),
        "{kind} is switched off for this account. Switch it on in the provider’s settings, then try again.",
        Fix.SWITCH_ON,
        _Page.SWITCH_ON,
    ),
    _Reason(
        _if(
            r"(?:account|user|mailbox)[^.]{0,40}\b(?:locked|suspended|blocked|disabled|deactivated|inactive|frozen|banned)"
            r"|too many (?:bad|failed|invalid)"
        ),
        "{host} has locked this account. Sign in on the provider’s web page: it says why. Then try again here.",
        Fix.PASSWORD,
    ),
    _Reason(
        _if(
            r"password (?:has |is |was )?expired|expired password|EXPIRED\b(?! token)|must change (?:your|the) password"
        ),
        "The password for {host} has expired. Set a new one at the provider, then type it here.",
        Fix.PASSWORD,
        for_tokens=False,
    ),
    _Reason(
        _if(
            r"only available under a layer|plain ?text auth\w* (?:is )?(?:disallowed|disabled)|encryption (?:is )?required"
        ),
        "{host} accepts a password only over a protected connection. Choose TLS or STARTTLS for this server.",
        Fix.SERVER,
        for_tokens=False,
    ),
    _Reason(
        _if(r"CONTACTADMIN"),
        "{host} wants you to speak with its administrator before it lets you in.",
        Fix.ADMIN,
        _Page.ADMIN,
    ),
)
_WRONG_CODES = {"AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED"}
_BUSY_CODES = {"UNAVAILABLE", "LIMIT", "THROTTLED", "INUSE", "SERVERBUG", "SYS"}
_WRONG = _if(
    r"(?:invalid|incorrect|wrong|bad|unknown)\b[^.]{0,40}\b(?:credentials?|user\w*|password|login|name)"
    r"|(?:credentials?|password|user\w*|login|auth\w*)\b[^.]{0,40}\b(?:invalid|incorrect|wrong|fail\w*|unsuccessful|not accepted"
    r"|denied|rejected|unknown|not found|error|mismatch)"
)


def login_trouble(host: str, text: str, *, kind: str = "IMAP", definite: bool = False) -> Trouble:
    """Why signing in with a password was refused. A server that is merely busy must never look like a wrong password.

    `definite`: the protocol itself says that it is no passing fault (SMTP's 535, RFC 4954), whatever the words are.
    """
    code, _ = answers.response_code(text)
    if not definite and (waits := _passing(host, code, text)) is not None:
        return waits
    if code == "PRIVACYREQUIRED":
        return answers.unprotected(host, text)
    entry = builtin().by_server(host)
    known = _known(host, text, kind, entry, is_token=False)
    if known is not None:
        return known
    if not definite and code not in _WRONG_CODES and answers.BUSY_WORDS.search(text):
        return answers.busy(host, text)
    if code in _WRONG_CODES or not answers.says(text) or _WRONG.search(text):
        return _wrong_at(entry, host, text)
    return AskUser(f"{host} refused the sign-in. {answers.says(text)} Nothing was changed.", Fix.PASSWORD, text)


def token_refused(host: str, rejection: str, text: str, kind: str = "IMAP") -> Trouble:
    """A token was refused: revoked, expired, for another mailbox, or without the right to read mail."""
    detail = "; ".join(part for part in (rejection, text) if part)
    if (waits := _passing(host, answers.response_code(text)[0], text)) is not None:
        return waits
    known = _known(host, text, kind, builtin().by_server(host), is_token=True)
    if known is not None:
        return known
    return AskUser(f"{host} no longer accepts this sign-in. Nothing was changed. Sign in again.", Fix.SIGN_IN, detail)


def wrong_password(host: str, text: str = "", fix: Fix = Fix.PASSWORD, *, link: str = "", more: str = "") -> AskUser:
    sentence = f"The password was not accepted by {host}. Nothing was changed."
    return AskUser(f"{sentence} {more}" if more else sentence, fix, text, link=link)


def _passing(host: str, code: str, text: str) -> Trouble | None:
    if code == "LIMIT" and not pauses.is_throttled(code, text):
        return pauses.crowded(host, text)
    return answers.busy(host, text) if code in _BUSY_CODES or answers.wants_rest(code, text) else None


def _known(host: str, text: str, kind: str, entry: Entry | None, *, is_token: bool) -> AskUser | None:
    reason = next((each for each in _TABLE if (each.for_tokens or not is_token) and each.words.search(text)), None)
    if reason is None:
        return None
    link = str(getattr(entry, reason.page)) if entry is not None and reason.page is not None else ""
    who = entry.name if entry is not None else host
    fix = Fix.SIGN_IN if is_token and reason.fix is Fix.PASSWORD else reason.fix
    sentence = reason.sentence.format(host=host, kind=kind, who=who)
    if reason.fix is Fix.ADMIN and link:
        sentence += " Send this link to them."
    return AskUser(sentence, fix, text, link=link)


def _wrong_at(entry: Entry | None, host: str, text: str) -> AskUser:
    """A password that was not accepted: what this provider means by it."""
    if entry is None:
        return wrong_password(host, text)
    if entry.provider is Provider.MICROSOFT:  # "LOGIN failed." is all that is said since passwords were switched off
        more = f"{entry.name} no longer takes passwords from mail programs: sign in in the browser instead."
        return wrong_password(host, text, Fix.SIGN_IN, more=more)
    if entry.app_password:
        more = f"{entry.name} wants an app password here as a rule, not the password of the account."
        return wrong_password(host, text, Fix.APP_PASSWORD, link=entry.app_password, more=more)
    if entry.switch_on:
        more = f"{entry.name} refuses every password as long as IMAP is switched off in its settings."
        return wrong_password(host, text, link=entry.switch_on, more=more)
    return wrong_password(host, text)
