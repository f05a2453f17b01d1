"""What a provider gave: a program's id there, and what its user allowed it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.core.trouble import AskUser, Fix
from app.core.values import Provider

NAMES = {Provider.GOOGLE: "Google", Provider.MICROSOFT: "Microsoft"}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Client:
    """Who Tandem is at a provider. Google's “secret” of a desktop program is none (RFC 8252 8.5), but has to be sent.

    `tenant`: at Microsoft, who may sign in: common, organizations, consumers, or one organisation.
    """

    id: str
    secret: str = ""
    tenant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Grant:
    """`kept` is what new access tokens are got with; both end when the user or an administrator says so."""

    email: str
    client: Client
    kept: str
    access: str
    expires: float
    """Unix seconds."""

    def to_text(self) -> str:
        """For the store of secrets."""
        told: dict[str, Any] = {"email": self.email, "kept": self.kept, "access": self.access, "expires": self.expires}
        told["client"] = [self.client.id, self.client.secret, self.client.tenant]
        return json.dumps(told)

    @classmethod
    def from_text(cls, text: str) -> Grant | None:
        """None if it cannot be read: the user signs in again."""
        try:
            told = json.loads(text)
            id_, secret, tenant = (str(part) for part in told["client"])
            return cls(
                email=str(told["email"]),
                client=Client(id=id_, secret=secret, tenant=tenant),
                kept=str(told["kept"]),
                access=str(told["access"]),
                expires=float(told["expires"]),
            )
        except (ValueError, KeyError, TypeError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Visit:
    """A page that the user has to see in the browser. `state` is what its answer must carry."""

    url: str
    state: str
    flow: Any
    """The library's own."""


class Authority(Protocol):
    """One provider. Every call but `begin` at Google speaks to the net; each raises what is wrong in words."""

    def begin(self, client: Client, port: int, email: str, ca_file: str) -> Visit:
        """`port`: where the browser comes back to."""

    def finish(self, visit: Visit, answer: Mapping[str, str], ca_file: str) -> Grant:
        """`answer`: what the browser brought back, with the right state."""

    def refresh(self, grant: Grant, ca_file: str) -> Grant:
        """A new access token. AskUser with Fix.SIGN_IN where the user has to sign in again."""

    def revoke(self, grant: Grant, ca_file: str) -> None:
        """What was granted ends at the provider too, where it can be asked to."""


def denied(name: str, detail: str = "") -> AskUser:
    return AskUser(
        f"Signing in was not allowed on {name}’s page. Nothing was changed. Sign in again when you want to.",
        Fix.SIGN_IN,
        detail,
    )


def no_mail(name: str, detail: str = "") -> AskUser:
    """The box beside mail was left empty on the page of consent."""
    return AskUser(
        f"You signed in at {name}, but without allowing Tandem to read and send mail. Nothing was changed. "
        "Sign in again and leave the box beside mail ticked.",
        Fix.SIGN_IN,
        detail,
    )


def ended(name: str, detail: str = "") -> AskUser:
    return AskUser(
        f"{name} no longer accepts the earlier sign-in. What you did here waits. Sign in again.", Fix.SIGN_IN, detail
    )
