"""Signing in through the browser, and what happens to tokens afterwards: the whole engine, somebody else's OAuth provider,
a real Chromium, and a Dovecot that asks that provider."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from app.core.commands import (
    AddAccount,
    CancelSignIn,
    ChangeFlags,
    RemoveAccount,
    SendLetter,
    SignInByBrowser,
)
from app.core.events import AccountAdded, BrowserWanted, ConnectionChanged, Event, LetterMoved, Link, SignInTried
from app.core.ids import MessageId
from app.core.trouble import AskUser, Fix
from app.core.values import SEEN, AccountSettings, Address, Letter, Provider, Security, Server
from app.desktop.logbook import close_log, keep_log
from app.engine.door import LONGEST_VISIT
from app.remote.oauth.grant import Grant
from app.remote.oauth.tokens import Tokens, grant_name
from app.remote.secret_file import Passphrase, SecretFile
from app.remote.secrets import MemorySecrets, Secrets
from canaries import all_that_is_logged, hits
from living import FIRST, Living
from servers.dovecot import Dovecot
from servers.oauth import browser
from servers.oauth.flow import Flow
from servers.oauth.provider import OAuthProvider

BOTH = pytest.mark.parametrize("provider", [Provider.GOOGLE, Provider.MICROSOFT])
MAIL = b"From: Ines <ines@client.test>\r\nTo: me\r\nSubject: %s\r\nMessage-ID: <%s@x>\r\n\r\nHello\r\n"
_count = iter(range(1, 1000))


class Desk:
    """Someone at Tandem, with a mailbox at a provider whose page they sign in on."""

    def __init__(self, living: Living, oauth: OAuthProvider, dovecot: Dovecot, secrets: Secrets) -> None:
        self.living, self.oauth, self.dovecot, self.secrets = living, oauth, dovecot, secrets
        self.email = dovecot.add_user(f"sam{next(_count)}", "not used")

    def settings(self, provider: Provider) -> AccountSettings:
        def at(port: int) -> Server:
            return Server(host="localhost", port=port, security=Security.TLS, user=self.email)

        return AccountSettings(
            email=self.email,
            imap=at(self.dovecot.ports.imaps),
            smtp=at(self.dovecot.ports.submissions),
            ca_file=self.oauth.ca_file,
            provider=provider,
        )

    def page(self, provider: Provider, account: bool = False) -> BrowserWanted:
        since = self.living.ears.count()
        self.living.do(
            SignInByBrowser(settings=self.settings(provider), account=FIRST if account else None, origin="here")
        )
        return self.living.ears.wait(BrowserWanted, since=since)

    def tried(self, since: int = 0) -> SignInTried:
        return self.living.ears.wait(SignInTried, since=since)

    def sign_in(self, provider: Provider, *, account: bool = False) -> SignInTried:
        since = self.living.ears.count()
        browser.answer(self.page(provider, account).url, self.email)
        return self.tried(since)

    def add(self, provider: Provider) -> None:
        tried = self.sign_in(provider)
        assert not tried.reason, tried
        self.living.do(AddAccount(settings=self.settings(provider), ticket=tried.ticket, origin="here"))
        self.living.ears.wait(AccountAdded)
        self.living.house.open_account(FIRST)
        self.living.link(Link.LIVE)

    def receive(self, subject: str) -> None:
        import smtplib

        with smtplib.LMTP("127.0.0.1", self.dovecot.ports.lmtp, timeout=30) as post:
            post.sendmail("ines@client.test", [self.email], MAIL % (subject.encode(), subject.encode()))

    def letter(self, subject: str) -> None:
        me, other = Address(email=self.email), Address(email="far@client.test")
        self.living.do(SendLetter(account=FIRST, letter=Letter(sender=me, to=(other,), subject=subject, text="Hello")))

    def access(self) -> str:
        """The token kept now."""
        grant = Grant.from_text(self.secrets.get(grant_name(self.email)) or "")
        assert grant is not None
        return grant.access


@pytest.fixture
def desk(oauth: OAuthProvider, token_dovecot: Dovecot, tmp_path: Path) -> Iterator[Desk]:
    secrets = MemorySecrets()
    with Living(tmp_path / "profile", secrets, pages=oauth.pages) as living:
        yield Desk(living, oauth, token_dovecot, secrets)


@BOTH
def test_signed_in_by_browser_the_mailbox_syncs_and_sends(desk: Desk, provider: Provider) -> None:
    desk.receive("First")
    desk.add(provider)

    desk.living.ears.until(lambda: desk.living.subjects() == ["First"])
    desk.letter("By token")
    desk.living.ears.wait(LetterMoved, lambda event: event.state == "sent")

    assert desk.living.read(lambda reader: reader.accounts())[0].email == desk.email
    assert desk.secrets.get(f"imap:{desk.email}") is None


def test_cancelled_here_the_page_is_of_no_interest_any_more(desk: Desk) -> None:
    page = desk.page(Provider.GOOGLE)

    desk.living.do(CancelSignIn(origin="here"))

    assert desk.tried().reason == "You cancelled the sign-in. Nothing was changed."
    assert "Tandem goes on" not in browser.answer(page.url, desk.email)
    assert len(desk.living.ears.heard(SignInTried)) == 1


def test_nothing_comes_back_for_minutes(desk: Desk) -> None:
    desk.page(Provider.MICROSOFT)

    desk.living.slept = LONGEST_VISIT + 1
    desk.living.do(CancelSignIn(origin="another"))  # whatever wakes the door

    assert desk.tried().reason.startswith("Nothing came back from the browser for 5 minutes.")


@BOTH
def test_denied_on_the_page(desk: Desk, provider: Provider) -> None:
    browser.answer(desk.page(provider).url, desk.email, "deny")

    assert "was not allowed" in desk.tried().reason
    assert desk.tried().fix is Fix.SIGN_IN


def test_a_second_sign_in_gives_up_the_first(desk: Desk) -> None:
    first = desk.page(Provider.GOOGLE)
    second = desk.page(Provider.GOOGLE)

    assert "Tandem goes on" not in browser.answer(first.url, desk.email)
    browser.answer(second.url, desk.email)
    assert desk.tried().email == desk.email


def test_signed_in_as_somebody_else_it_is_their_mailbox(desk: Desk) -> None:
    browser.answer(desk.page(Provider.GOOGLE).url, "other@example.test")

    assert desk.tried().email == "other@example.test" and not desk.tried().reason


@BOTH
def test_a_token_that_ends_is_renewed_in_silence(desk: Desk, provider: Provider) -> None:
    desk.add(provider)
    before, since = desk.access(), desk.living.ears.count()

    desk.living.slept = 3600.0
    desk.receive("An hour later")
    desk.letter("An hour later")

    desk.living.ears.wait(LetterMoved, lambda event: event.state == "sent", since=since)
    desk.living.ears.until(lambda: desk.living.subjects() == ["An hour later"])
    assert desk.access() != before
    links = {event.link for event in desk.living.ears.heard(ConnectionChanged, since)}
    assert Link.SIGN_IN_NEEDED not in links


def test_a_token_that_is_refused_before_its_end_is_renewed_once(desk: Desk) -> None:
    desk.add(Provider.GOOGLE)
    tokens = desk.living.house._proofs.tokens
    good = tokens._known[desk.email]
    tokens._keep(desk.email, replace(good, access="a-token-that-ended-early"))
    desk.oauth.log()

    desk.letter("Renewed")

    desk.living.ears.wait(LetterMoved, lambda event: event.state == "sent")
    renewals = [entry for entry in desk.oauth.log() if entry["event"] == "grant.success"]
    assert len(renewals) == 1 and desk.access() not in ("a-token-that-ended-early", good.access)


@BOTH
def test_two_workers_that_need_a_new_token_at_once_ask_for_one(
    oauth: OAuthProvider, provider: Provider, tmp_path: Path
) -> None:
    """The provider takes a second use of an old refresh token for theft, and ends them all."""
    with Flow(oauth, provider, "race@example.test") as flow:
        browser.answer(flow.visit.url, "race@example.test")
        grant = flow.finish()
    secrets, now = MemorySecrets(), [grant.expires]
    tokens = Tokens(secrets, oauth.authorities(lambda: now[0]), lambda: now[0])
    tokens.redeem(tokens.hold(grant), "race@example.test")
    oauth.log()
    start = threading.Barrier(8)

    def ask(_: int) -> str:
        start.wait(5)
        return tokens.access(provider, "race@example.test", oauth.ca_file)

    with ThreadPoolExecutor(8) as pool:
        got = set(pool.map(ask, range(8)))

    assert len(got) == 1 and grant.access not in got
    refreshed = [entry for entry in oauth.log() if entry["kind"] == "refresh_token"]
    assert [entry["event"] for entry in refreshed if entry["event"].startswith("grant.")] == ["grant.success"]


def test_what_another_process_renewed_is_taken(oauth: OAuthProvider) -> None:
    with Flow(oauth, Provider.GOOGLE, "two@example.test") as flow:
        browser.answer(flow.visit.url, "two@example.test")
        grant = flow.finish()
    secrets, clock = MemorySecrets(), lambda: grant.expires
    ours = Tokens(secrets, oauth.authorities(clock), clock)
    ours.redeem(ours.hold(grant), "two@example.test")
    theirs = Tokens(secrets, oauth.authorities(clock), clock)

    first = theirs.access(Provider.GOOGLE, "two@example.test", oauth.ca_file)

    assert ours.access(Provider.GOOGLE, "two@example.test", oauth.ca_file) == first


@BOTH
def test_revoked_it_asks_to_sign_in_again_and_waiting_work_goes_on(desk: Desk, provider: Provider) -> None:
    desk.receive("Unread")
    desk.add(provider)
    desk.living.ears.until(lambda: desk.living.subjects() == ["Unread"])
    message = MessageId(desk.living.one("Unread").id)

    desk.oauth.revoke_all()
    since = desk.living.ears.count()
    desk.living.slept = 3600.0
    desk.letter("Written meanwhile")
    desk.living.do(ChangeFlags(messages=(message,), add=frozenset({SEEN})))
    asked = desk.living.link(Link.SIGN_IN_NEEDED, since=since)

    assert asked.fix is Fix.SIGN_IN
    assert "What you did here waits" in asked.reason or "Sign in again" in asked.reason
    since = desk.living.ears.count()
    again = desk.sign_in(provider, account=True)
    assert not again.reason
    desk.living.ears.wait(LetterMoved, lambda event: event.state == "sent", since=since)
    desk.living.ears.until(lambda: desk.living.settled() and desk.living.subjects("sent") == ["Written meanwhile"])
    assert desk.living.subjects() == ["Unread"]


def test_tokens_are_nowhere_but_in_the_encrypted_file(
    oauth: OAuthProvider, token_dovecot: Dovecot, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    secrets = SecretFile(profile / "secrets.bin", Passphrase(lambda: "a passphrase of a canary"))
    keep_log(profile)
    try:
        with (
            all_that_is_logged(tmp_path / "everything.log"),
            Living(profile, secrets, pages=oauth.pages) as living,
        ):
            desk = Desk(living, oauth, token_dovecot, secrets)
            browser.answer(desk.page(Provider.GOOGLE).url, desk.email, "deny")
            assert desk.tried().reason
            desk.add(Provider.GOOGLE)
            kept = Grant.from_text(secrets.get(grant_name(desk.email)) or "")
            assert kept is not None
            desk.letter("By token")
            living.ears.wait(LetterMoved, lambda event: event.state == "sent")
            oauth.revoke_all()
            since = living.ears.count()
            living.slept = 3600.0
            desk.letter("Refused")
            living.link(Link.SIGN_IN_NEEDED, since=since)
            said = repr(living.ears.heard(Event)).encode()
    finally:
        close_log()
    assert hits([kept.access, kept.kept, "a passphrase of a canary"], tmp_path, said) == []


def test_signing_in_again_as_somebody_else_changes_nothing(desk: Desk) -> None:
    desk.add(Provider.GOOGLE)
    before, since = desk.access(), desk.living.ears.count()

    browser.answer(desk.page(Provider.GOOGLE, account=True).url, "other@example.test")

    tried = desk.tried(since)
    assert tried.reason.startswith("On Google’s page you signed in as other@example.test, but this account is sam")
    assert desk.access() == before


def test_disconnected_the_grant_ends_at_google_too(desk: Desk) -> None:
    desk.add(Provider.GOOGLE)
    grant = Grant.from_text(desk.secrets.get(grant_name(desk.email)) or "")
    assert grant is not None
    desk.oauth.log()

    desk.living.do(RemoveAccount(account=FIRST))

    events: list[dict[str, str]] = []

    def revoked() -> bool:
        events.extend(desk.oauth.log())
        return any(entry["event"] == "grant.revoked" for entry in events)

    desk.living.ears.until(revoked)
    assert desk.secrets.get(grant_name(desk.email)) is None
    with pytest.raises(AskUser, match="no longer accepts"):
        desk.oauth.authorities(lambda: 0.0)[Provider.GOOGLE].refresh(grant, desk.oauth.ca_file)


def test_without_a_client_id_the_reason_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE", "MICROSOFT"):
        monkeypatch.delenv(f"TANDEM_{name}_CLIENT_ID", raising=False)
    server = Server(host="localhost", port=1, security=Security.TLS, user="a@gmail.com")
    with Living(tmp_path / "profile", MemorySecrets()) as living:
        settings = AccountSettings(email="a@gmail.com", imap=server, smtp=server, provider=Provider.GOOGLE)
        living.do(SignInByBrowser(settings=settings, origin="here"))

        tried = living.ears.wait(SignInTried)

    assert tried.fix is Fix.CLIENT_ID
    assert tried.reason.startswith("This copy of Tandem is not registered at Google yet")
