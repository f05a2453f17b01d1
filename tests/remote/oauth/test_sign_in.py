"""The code flow with a provider of somebody else and a real browser."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import pytest

from app.core.trouble import AskUser, Fix
from app.core.values import Provider
from servers.oauth import browser
from servers.oauth.flow import Flow
from servers.oauth.provider import OAuthProvider

BOTH = pytest.mark.parametrize("provider", [Provider.GOOGLE, Provider.MICROSOFT])
WHO = "ann@example.test"


@pytest.fixture
def begin(oauth: OAuthProvider) -> Iterator[Callable[[Provider], Flow]]:
    with contextlib.ExitStack() as flows:
        yield lambda provider: flows.enter_context(Flow(oauth, provider, WHO))


@BOTH
def test_allowed_in_the_browser_it_gives_tokens_and_an_address(
    oauth: OAuthProvider, begin: Callable[[Provider], Flow], provider: Provider
) -> None:
    flow = begin(provider)

    page = browser.answer(flow.visit.url, WHO)
    grant = flow.finish()

    assert "Tandem goes on by itself" in page
    assert grant.email == WHO and grant.access and grant.kept
    assert grant.expires > time.time() + 3000
    fresh = oauth.authorities(time.time)[provider].refresh(grant, oauth.ca_file)
    assert fresh.access != grant.access and fresh.kept != grant.kept  # rotated


@BOTH
def test_cancel_on_the_page_is_said_in_words(begin: Callable[[Provider], Flow], provider: Provider) -> None:
    flow = begin(provider)

    page = browser.answer(flow.visit.url, WHO, "deny")

    assert "Not signed in" in page
    with pytest.raises(AskUser, match="was not allowed on") as told:
        flow.finish()
    assert told.value.fix is Fix.SIGN_IN


@pytest.mark.parametrize(
    ("provider", "scope"),
    [
        (Provider.GOOGLE, "https://mail.google.com/"),
        (Provider.MICROSOFT, "https://outlook.office.com/IMAP.AccessAsUser.All"),
    ],
)
def test_mail_left_unticked_is_noticed(begin: Callable[[Provider], Flow], provider: Provider, scope: str) -> None:
    flow = begin(provider)

    browser.answer(flow.visit.url, WHO, "allow", scope)

    with pytest.raises(AskUser, match="without allowing Tandem to read") as told:
        flow.finish()
    assert told.value.fix is Fix.SIGN_IN


def test_consent_that_only_an_administrator_can_give_brings_a_link(
    oauth: OAuthProvider, begin: Callable[[Provider], Flow]
) -> None:
    flow = begin(Provider.MICROSOFT)
    oauth.refuse_with("consent_required", "AADSTS90094: An administrator of contoso has set a policy …")

    browser.answer(flow.visit.url, WHO)

    with pytest.raises(AskUser, match="must allow Tandem first") as told:
        flow.finish()
    assert told.value.fix is Fix.ADMIN
    assert told.value.link.startswith(f"https://127.0.0.1:{oauth.microsoft_port}/{oauth.tenant}/v2.0/adminconsent?")
    assert oauth.client(Provider.MICROSOFT).id in told.value.link


@BOTH
def test_what_was_revoked_asks_to_sign_in_again(
    oauth: OAuthProvider, begin: Callable[[Provider], Flow], provider: Provider
) -> None:
    flow = begin(provider)
    browser.answer(flow.visit.url, WHO)
    grant = flow.finish()

    oauth.revoke_all()

    with pytest.raises(AskUser, match="no longer accepts the earlier sign-in") as told:
        oauth.authorities(time.time)[provider].refresh(grant, oauth.ca_file)
    assert told.value.fix is Fix.SIGN_IN


def test_google_is_told_when_the_account_goes(oauth: OAuthProvider, begin: Callable[[Provider], Flow]) -> None:
    flow = begin(Provider.GOOGLE)
    browser.answer(flow.visit.url, WHO)
    grant = flow.finish()
    google = oauth.authorities(time.time)[Provider.GOOGLE]

    google.revoke(grant, oauth.ca_file)

    with pytest.raises(AskUser, match="no longer accepts"):
        google.refresh(grant, oauth.ca_file)
