"""Google, through google-auth-oauthlib: code flow with PKCE (RFC 7636), refresh, revocation."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.remote.oauth import grant, web
from app.remote.oauth.grant import Client, Grant, Visit

logging.getLogger(
    "requests_oauthlib.oauth2_session"
).disabled = True  # it writes whole tokens into whatever log there is

NAME = "Google"
MAIL = "https://mail.google.com/"
# not “email”: Google answers with the long name, which oauthlib takes for another scope
SCOPES = ("openid", "https://www.googleapis.com/auth/userinfo.email", MAIL)
_LASTS = 3000.0
"""Seconds of an access token whose life was not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    """developers.google.com/identity/protocols/oauth2/native-app"""

    authorise: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token: str = "https://oauth2.googleapis.com/token"
    userinfo: str = "https://openidconnect.googleapis.com/v1/userinfo"
    revoke: str = "https://oauth2.googleapis.com/revoke"


class Google:
    def __init__(self, clock: Callable[[], float], endpoints: Endpoints | None = None) -> None:
        """`clock` gives Unix seconds."""
        self._clock, self._at = clock, endpoints or Endpoints()

    def begin(self, client: Client, port: int, email: str, ca_file: str) -> Visit:
        from google_auth_oauthlib.flow import Flow

        told = {"client_id": client.id, "client_secret": client.secret}
        told |= {"auth_uri": self._at.authorise, "token_uri": self._at.token}
        flow = Flow.from_client_config({"installed": told}, SCOPES, autogenerate_code_verifier=True)
        web.secure(flow.oauth2session, ca_file)
        flow.redirect_uri = f"http://127.0.0.1:{port}/"
        # “offline” and “consent”: without them a second sign-in brings no refresh token
        url, state = flow.authorization_url(access_type="offline", prompt="consent", login_hint=email)
        return Visit(url=url, state=state, flow=(flow, client))

    def finish(self, visit: Visit, answer: Mapping[str, str], ca_file: str) -> Grant:
        flow, client = visit.flow
        if "error" in answer:
            raise _page_trouble(answer)
        token = self._token(flow, answer["code"])
        granted = token.get("scope", ())
        granted = granted.split() if isinstance(granted, str) else granted
        if MAIL not in granted:
            self._let_go(str(token.get("refresh_token") or token.get("access_token", "")), ca_file)
            raise grant.no_mail(NAME, "granted: " + " ".join(granted)[:200])
        access, kept = str(token.get("access_token", "")), str(token.get("refresh_token", ""))
        if not access or not kept:
            raise TryLater("Google did not give a lasting sign-in. Sign in again.", Fix.SIGN_IN, "no refresh token")
        email = self._who(flow.oauth2session)
        lasts = self._clock() + float(token.get("expires_in", _LASTS))
        return Grant(email=email, client=client, kept=kept, access=access, expires=lasts)

    def refresh(self, grant_: Grant, ca_file: str) -> Grant:
        import requests
        from google.auth.exceptions import RefreshError, TransportError
        from google.auth.transport.requests import Request
        from google.oauth2.credentials import Credentials

        client = grant_.client
        credentials = Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=grant_.kept,
            token_uri=self._at.token,
            client_id=client.id,
            client_secret=client.secret,
        )
        session = web.secure(requests.Session(), ca_file)
        try:
            credentials.refresh(Request(session=session))  # type: ignore[no-untyped-call]
        except TransportError as error:
            raise _in_words(error) from None
        except RefreshError as error:
            raise _refresh_trouble(error) from None
        expiry = credentials.expiry
        lasts = self._clock() + (_LASTS if expiry is None else _seconds_until(expiry))
        kept = str(credentials.refresh_token or grant_.kept)
        return Grant(email=grant_.email, client=client, kept=kept, access=str(credentials.token), expires=lasts)

    def revoke(self, grant_: Grant, ca_file: str) -> None:
        self._let_go(grant_.kept, ca_file)

    def _token(self, flow: Any, code: str) -> dict[str, Any]:
        from oauthlib.oauth2.rfc6749.errors import OAuth2Error

        with web.in_words(NAME):
            try:
                return dict(flow.fetch_token(code=code, timeout=web.SECONDS))
            except OAuth2Error as error:
                raise AskUser(
                    "Google did not complete the sign-in. Nothing was changed. Sign in again.",
                    Fix.SIGN_IN,
                    f"{error.error}: {error.description or ''}"[:300],
                ) from None
            except Warning as changed:  # oauthlib, about scopes that were not granted; the token comes with it
                token = getattr(changed, "token", None)
                if not isinstance(token, dict):
                    raise grant.no_mail(NAME, str(changed)[:200]) from None
                flow.oauth2session.token = token
                return token

    def _who(self, session: Any) -> str:
        with web.in_words(NAME):
            answer = session.get(self._at.userinfo, timeout=web.SECONDS)
            answer.raise_for_status()
            email = answer.json().get("email")
        if not isinstance(email, str) or "@" not in email:
            raise TryLater("Google did not say whose mailbox this is. Sign in again.", Fix.SIGN_IN)
        return email

    def _let_go(self, token: str, ca_file: str) -> None:
        import requests

        if not token:
            return
        with web.in_words(NAME), web.secure(requests.Session(), ca_file) as session:
            session.post(self._at.revoke, data={"token": token}, timeout=web.SECONDS)


def _page_trouble(answer: Mapping[str, str]) -> Trouble:
    detail = f"{answer['error']}: {answer.get('error_description', '')}"[:300]
    if answer["error"] in ("access_denied", "consent_required", "interaction_required"):
        return grant.denied(NAME, detail)
    if answer["error"] in ("admin_policy_enforced", "org_internal"):
        return AskUser(
            "Your organisation does not allow Tandem at Google yet. Ask its administrator to allow it.",
            Fix.NONE,
            detail,
        )
    return AskUser("Google did not let Tandem sign in. Nothing was changed. Sign in again.", Fix.SIGN_IN, detail)


def _refresh_trouble(error: Exception) -> Trouble:
    """Google's words: developers.google.com/identity/protocols/oauth2#expiration"""
    said = " ".join(str(part) for part in error.args)[:300]
    if getattr(error, "retryable", False) or "rate_limit" in said or "internal_failure" in said:
        return TryLater("Google is busy. Tandem tries again by itself.", Fix.NONE, said)
    if "invalid_client" in said or "unauthorized_client" in said or "deleted_client" in said:
        return AskUser(
            "Google does not know this copy of Tandem any more. Check the client ID in the settings.",
            Fix.CLIENT_ID,
            said,
        )
    return grant.ended(NAME, said)


def _in_words(error: Exception) -> Trouble:
    """google-auth wraps what `requests` raised."""
    cause = next((arg for arg in error.args if isinstance(arg, Exception)), error.__cause__ or error)
    try:
        with web.in_words(NAME):
            raise cause
    except Trouble as trouble:
        return trouble
    except Exception as other:  # noqa: BLE001 - whatever else a transport may raise
        return TryLater("Google could not be reached. Tandem tries again by itself.", Fix.NETWORK, type(other).__name__)


def _seconds_until(expiry: dt.datetime) -> float:
    """google-auth gives UTC by its own clock, without saying so."""
    return (expiry.replace(tzinfo=dt.UTC) - dt.datetime.now(dt.UTC)).total_seconds()
