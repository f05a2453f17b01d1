"""What every test may ask for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from servers.capabilities import FULL, presumed
from servers.dovecot import Dovecot
from servers.gate import Gate
from servers.gmail import Gmail
from servers.mailbox import Mailbox
from servers.oauth.provider import OAuthProvider
from servers.provider import Provider

# Off screen unless told otherwise, so that no run depends on a display or opens windows on one.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def mail_servers() -> Iterator[Provider]:
    """Real servers, started once per run (per worker with -n)."""
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture(scope="session")
def _oauth(mail_servers: Provider) -> Iterator[OAuthProvider]:
    provider = mail_servers.oauth()
    yield provider
    provider.close()


@pytest.fixture
def oauth(_oauth: OAuthProvider) -> OAuthProvider:
    """Somebody else's OAuth provider, playing Google and Microsoft; it behaves."""
    _oauth.behave()
    return _oauth


@pytest.fixture(scope="session")
def token_dovecot(mail_servers: Provider, _oauth: OAuthProvider) -> Iterator[Dovecot]:
    """A real server that takes the tokens of `oauth` (XOAUTH2, OAUTHBEARER), and has mail sent on."""
    server = mail_servers.token_dovecot(_oauth, "xoauth2 oauthbearer")
    yield server
    server.close()


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> str:
    """What the mailbox's server can: give it by `parametrize("profile", […], indirect=True)`."""
    return getattr(request, "param", FULL)


@pytest.fixture
def mailbox(mail_servers: Provider, profile: str) -> Iterator[Mailbox]:
    """A fresh person with an empty mailbox; the SMTP server behaves and has seen nothing. At the end, the program must
    not have used what the profile does not offer."""
    mail_servers.submission.conduct.behave()
    box = mail_servers.mailbox(profile=profile)
    yield box
    box.close()
    assert presumed(profile, box.heard) == []


@pytest.fixture
def another_mailbox(mail_servers: Provider) -> Iterator[Mailbox]:
    """A second person on the same servers."""
    box = mail_servers.mailbox("other")
    yield box
    box.close()


@pytest.fixture
def gate() -> Iterator[Callable[[int], Gate]]:
    """`gate(port)` puts a proxy before a port, which can be cut, blocked or spoiled."""
    gates: list[Gate] = []

    def put(target: int) -> Gate:
        gates.append(Gate(target))
        return gates[-1]

    yield put
    for each in gates:
        each.close()


@pytest.fixture
def imaps_with_wrong_name(mail_servers: Provider) -> Iterator[int]:
    """A port with IMAP over TLS whose certificate is for another machine."""
    with mail_servers.imaps_behind(mail_servers.certificates.wrong_name()) as wrong:
        yield wrong.port


@pytest.fixture
def imaps_untrusted(mail_servers: Provider) -> Iterator[int]:
    """A port with IMAP over TLS whose certificate comes from an unknown authority."""
    with mail_servers.imaps_behind(mail_servers.certificates.untrusted()) as wrong:
        yield wrong.port


@pytest.fixture
def gmail(mail_servers: Provider) -> Iterator[Gmail]:
    """A fresh person at a small Gmail, with two labels of their own."""
    box = Gmail(mail_servers.certificates)
    box.create("Work")
    box.create("Clients/Büro & Söhne")
    yield box
    box.close()
