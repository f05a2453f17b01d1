"""`oidc-provider` in a process of its own, which ends with this one."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from app.core.values import Provider
from app.engine.proofs import SignInPages
from app.remote.oauth import google, microsoft
from app.remote.oauth.grant import Authority, Client
from servers.certificates import Certificates
from servers.dovecot_conf import TokenCheck

HERE = Path(__file__).parent


class NoProvider(Exception):
    """It is not here or does not start."""


class OAuthProvider:
    """Runs from construction to `close`. Plays both providers; whoever names an address is that person."""

    def __init__(self, folder: Path, certificates: Certificates) -> None:
        self.keys = folder / "keys"
        self.ca_file = str(certificates.ca)
        node = Path(sys.executable).parent / "node"
        if not node.exists() or not (HERE / "node_modules" / "oidc-provider").exists():
            raise NoProvider("The OAuth provider for tests is missing: run ./dev setup.")
        command = [str(node), str(HERE / "provider.mjs"), str(certificates.cert), str(certificates.key), str(self.keys)]
        with (folder / "provider.err").open("wb") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                break
        else:
            raise NoProvider((folder / "provider.err").read_text()[-2000:])
        told = json.loads(line)
        self.google_port, self.microsoft_port = int(told["google"]), int(told["microsoft"])
        self.tenant = str(told["tenant"])
        self._admin = int(told["admin"])

    def close(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._process.stdout.close()

    def client(self, provider: Provider) -> Client:
        if provider is Provider.GOOGLE:
            return Client(id="desktop.apps.googleusercontent.test", secret="not-really-secret")
        return Client(id="99999999-aaaa-bbbb-cccc-dddddddddddd", tenant=self.tenant)

    def authorities(self, clock: Callable[[], float]) -> dict[Provider, Authority]:
        """Tandem's own two, told where these servers are."""
        at = f"https://127.0.0.1:{self.google_port}"
        own = google.Endpoints(
            authorise=f"{at}/o/oauth2/v2/auth",
            token=f"{at}/token",
            userinfo=f"{at}/v1/userinfo",
            revoke=f"{at}/revoke",
        )
        other = microsoft.Endpoints(host=f"https://127.0.0.1:{self.microsoft_port}", is_microsofts=False)
        return {
            Provider.GOOGLE: google.Google(clock, own),
            Provider.MICROSOFT: microsoft.Microsoft(clock, other),
        }

    def pages(self, clock: Callable[[], float]) -> SignInPages:
        """For the engine: it signs in here, registered as `client` says."""
        return SignInPages(authorities=self.authorities(clock), client=lambda provider, _, __: self.client(provider))

    def check(self, relay: int, mechanisms: str) -> TokenCheck:
        """For a mail server that shall take this provider's tokens."""
        return TokenCheck(
            google_port=self.google_port,
            microsoft_port=self.microsoft_port,
            tenant=self.tenant,
            keys=self.keys,
            ca_file=self.ca_file,
            relay=relay,
            mechanisms=mechanisms,
        )

    # --- as an administrator -------------------------------------------------------------------------------

    def tokens_last(self, seconds: int) -> None:
        """Access tokens given from now on."""
        self._ask(f"/lasts?seconds={seconds}")

    def refuse_with(self, error: str = "", description: str = "") -> None:
        """Whatever the user presses, the page ends so; "" = as usual again."""
        answer = {"error": error, "error_description": description} if error else None
        self._ask("/refuse?with=" + urllib.parse.quote(json.dumps(answer)))

    def revoke_all(self) -> None:
        """The user took all programs off their list."""
        self._ask("/revoke-all")

    def log(self) -> list[dict[str, str]]:
        """What happened since the last look: {name, event, kind, error}."""
        events: list[dict[str, str]] = json.loads(self._ask("/log"))
        return events

    def behave(self) -> None:
        self.tokens_last(3600)
        self.refuse_with()
        self.log()

    def _ask(self, path: str) -> bytes:
        with urllib.request.urlopen(f"http://127.0.0.1:{self._admin}{path}", timeout=10) as answer:
            content: bytes = answer.read()
            return content
