"""What Tandem calls itself at a provider: the user's own settings, else the environment, else what the packager filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from app.core.resources import resource
from app.core.trouble import AskUser, Fix
from app.core.values import Provider
from app.remote.oauth.grant import NAMES, Client

GOOGLE_ID, MICROSOFT_ID, TENANT = "oauth.google.client_id", "oauth.microsoft.client_id", "oauth.microsoft.tenant"
"""Settings of the profile."""
GOOGLE_SECRET = "client:google"
"""In the store of secrets, though Google itself says that a desktop program's is none."""
_IDS = {Provider.GOOGLE: GOOGLE_ID, Provider.MICROSOFT: MICROSOFT_ID}


def client_of(
    provider: Provider,
    setting: Callable[[str], str],
    secret: Callable[[str], str | None],
    environ: Mapping[str, str],
) -> Client:
    """`setting` and `secret` give what is kept under a name. Raises AskUser with Fix.CLIENT_ID where there is none."""
    name = provider.name
    own = setting(_IDS[provider]).strip()
    if own:
        return Client(id=own, secret=secret(GOOGLE_SECRET) or "", tenant=setting(TENANT).strip())
    told = environ.get(f"TANDEM_{name}_CLIENT_ID", "").strip()
    if told:
        return Client(
            id=told,
            secret=environ.get(f"TANDEM_{name}_CLIENT_SECRET", "").strip(),
            tenant=environ.get(f"TANDEM_{name}_TENANT", "").strip() or setting(TENANT).strip(),
        )
    shipped = _shipped().get(provider.value, {})
    if not shipped.get("id"):
        raise none_here(provider)
    return Client(
        id=shipped["id"],
        secret=shipped.get("secret", ""),
        tenant=setting(TENANT).strip() or shipped.get("tenant", ""),
    )


def none_here(provider: Provider) -> AskUser:
    return AskUser(
        f"This copy of Tandem is not registered at {NAMES[provider]} yet, so its sign-in page cannot be opened. "
        "You can register it yourself in some minutes.",
        Fix.CLIENT_ID,
    )


def _shipped() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(resource("signin", "clients.json").read_text(encoding="utf-8"))
    return found
