"""Microsoft, through MSAL: code flow with PKCE, answers by form_post, silent refresh from MSAL's own cache."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from app.core.trouble import AskUser, Fix, Trouble, TryLater
from app.remote.oauth import grant, web
from app.remote.oauth.grant import Client, Grant, Visit

if TYPE_CHECKING:
    import msal

NAME = "Microsoft"
SCOPES = ["https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"]
"""MSAL adds openid, profile and offline_access by itself."""
TENANTS = ("common", "organizations", "consumers")
_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,100}")
_CODE = re.compile(r"AADSTS(\d+)")

_ADMIN = {"65001", "65005", "90094", "90093", "90095", "500014", "650057", "700016", "7000112"}
"""Consent that only an administrator can give, or a program that the organisation does not have (yet)."""
_DECLINED = {"65004"}
_BLOCKED = {"53000", "53001", "53002", "53003", "530003", "50105", "50057", "530034"}
"""Conditional access, a user who is not assigned, or one who is disabled."""
_BUSY = {"90033", "90038", "50196", "90025"}
"""learn.microsoft.com/entra/identity-platform/reference-error-codes"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoints:
    host: str = "https://login.microsoftonline.com"
    is_microsofts: bool = True
    """Whether the host is asked which others are Microsoft's, too."""


class Microsoft:
    def __init__(self, clock: Callable[[], float], endpoints: Endpoints | None = None) -> None:
        """`clock` gives Unix seconds."""
        self._clock, self._at = clock, endpoints or Endpoints()

    def begin(self, client: Client, port: int, email: str, ca_file: str) -> Visit:
        with web.in_words(NAME):
            app, cache = self._app(client, ca_file)
            flow = app.initiate_auth_code_flow(
                SCOPES,
                redirect_uri=f"http://localhost:{port}",
                prompt="select_account",
                response_mode="form_post",
                login_hint=email,
            )
        return Visit(url=flow["auth_uri"], state=flow["state"], flow=(flow, client, app, cache))

    def finish(self, visit: Visit, answer: Mapping[str, str], ca_file: str) -> Grant:  # noqa: ARG002 - as `Authority`
        flow, client, app, cache = visit.flow
        if "error" in answer:
            raise self._trouble(answer, client)
        with web.in_words(NAME):
            try:
                told = app.acquire_token_by_auth_code_flow(flow, dict(answer))
            except ValueError as error:
                raise AskUser(
                    "Microsoft did not complete the sign-in. Nothing was changed. Sign in again.",
                    Fix.SIGN_IN,
                    str(error)[:200],
                ) from None
        if "error" in told:
            raise self._trouble(told, client)
        granted = str(told.get("scope", "")).lower().split()
        if not any("imap.accessasuser.all" in scope for scope in granted):
            raise grant.no_mail(NAME, "granted: " + " ".join(granted)[:200])
        email = told.get("id_token_claims", {}).get("preferred_username") or ""
        if "@" not in email:
            raise TryLater("Microsoft did not say whose mailbox this is. Sign in again.", Fix.SIGN_IN)
        return self._grant(email, client, cache, told)

    def refresh(self, grant_: Grant, ca_file: str) -> Grant:
        with web.in_words(NAME):
            app, cache = self._app(grant_.client, ca_file, grant_.kept)
            accounts = app.get_accounts()
            told = (
                app.acquire_token_silent_with_error(SCOPES, account=accounts[0], force_refresh=True)
                if accounts
                else None
            )
        if not told:
            raise grant.ended(NAME, "nothing to refresh with")
        if "error" in told:
            raise self._trouble(told, grant_.client, again=True)
        return self._grant(grant_.email, grant_.client, cache, told)

    def revoke(self, grant_: Grant, ca_file: str) -> None:
        """Microsoft has no way to end one program's tokens; they are forgotten here, and end there by themselves."""

    def _app(
        self, client: Client, ca_file: str, kept: str = ""
    ) -> tuple[msal.PublicClientApplication, msal.SerializableTokenCache]:
        import msal
        import requests

        tenant = client.tenant or TENANTS[0]
        if not _TENANT.fullmatch(tenant):
            raise AskUser(
                f"“{tenant[:60]}” cannot be the tenant of an organisation. Check it in the settings.", Fix.CLIENT_ID
            )
        cache = msal.SerializableTokenCache()
        if kept:
            cache.deserialize(kept)
        try:
            app = msal.PublicClientApplication(
                client.id,
                authority=f"{self._at.host}/{tenant}",
                token_cache=cache,
                http_client=web.secure(requests.Session(), ca_file),
                **({} if self._at.is_microsofts else {"instance_discovery": False}),
            )
        except ValueError as error:  # no such tenant
            raise AskUser(
                f"Microsoft does not know the organisation “{tenant}”. Check the tenant in the settings.",
                Fix.CLIENT_ID,
                str(error)[:200],
            ) from None
        return app, cache

    def _grant(self, email: str, client: Client, cache: Any, told: Mapping[str, Any]) -> Grant:
        return Grant(
            email=email,
            client=client,
            kept=cache.serialize(),
            access=str(told["access_token"]),
            expires=self._clock() + float(told.get("expires_in", 3000)),
        )

    def _trouble(self, told: Mapping[str, Any], client: Client, *, again: bool = False) -> Trouble:
        said = str(told.get("error_description", ""))
        detail = f"{told.get('error')}: {said}"[:400]
        found = _CODE.search(said)
        code = found[1] if found else ""
        if code in _ADMIN or (told.get("error") == "consent_required" and not again):
            return AskUser(
                "Your company must allow Tandem first. Send this link to your administrator.",
                Fix.ADMIN,
                detail,
                link=self.consent_link(client),
            )
        if code in _BLOCKED:
            return AskUser(
                "Your company does not let this account sign in from here. Ask its administrator.", Fix.NONE, detail
            )
        if code in _BUSY or told.get("error") in ("temporarily_unavailable", "server_error"):
            return TryLater("Microsoft is busy. Tandem tries again by itself.", Fix.NONE, detail)
        if told.get("error") in ("invalid_client", "unauthorized_client"):
            return AskUser(
                "Microsoft does not know this copy of Tandem. Check the client ID in the settings.",
                Fix.CLIENT_ID,
                detail,
            )
        if again:
            return grant.ended(NAME, detail)
        if code in _DECLINED or told.get("error") == "access_denied":
            return grant.denied(NAME, detail)
        return AskUser("Microsoft did not let Tandem sign in. Nothing was changed. Sign in again.", Fix.SIGN_IN, detail)

    def consent_link(self, client: Client) -> str:
        """The page on which an administrator allows a program for everyone
        (learn.microsoft.com/entra/identity-platform/v2-admin-consent)."""
        tenant = client.tenant if client.tenant not in ("", *TENANTS) else "organizations"
        asked = {"client_id": client.id, "scope": " ".join(SCOPES), "redirect_uri": "http://localhost"}
        return f"{self._at.host}/{tenant}/v2.0/adminconsent?{urlencode(asked)}"
