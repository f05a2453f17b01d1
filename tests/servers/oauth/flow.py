"""One sign-in through the browser, step by step, as the engine does it."""

from __future__ import annotations

import queue
import time
from collections.abc import Mapping
from typing import Any

from app.core.values import Provider
from app.remote.oauth.grant import Grant
from app.remote.oauth.receiver import Receiver
from servers.oauth.provider import OAuthProvider


class Flow:
    """Inside `with`. `visit.url` is what the browser has to open."""

    def __init__(self, oauth: OAuthProvider, provider: Provider, who: str) -> None:
        self._oauth, self._authority = oauth, oauth.authorities(time.time)[provider]
        self._answers: queue.SimpleQueue[Mapping[str, str]] = queue.SimpleQueue()
        self._receiver = Receiver(self._answers.put)
        self.visit = self._authority.begin(oauth.client(provider), self._receiver.port, who, oauth.ca_file)
        self._receiver.expect(self.visit.state)

    def __enter__(self) -> Flow:
        return self

    def __exit__(self, *_: object) -> None:
        self._receiver.close()

    def finish(self) -> Grant:
        return self._authority.finish(self.visit, self._answers.get(timeout=5), self._oauth.ca_file)

    def access_without_mail(self) -> str:
        """What a program would get that does not look at what was granted."""
        authority: Any = self._authority
        flow, _client = self.visit.flow
        return str(authority._token(flow, self._answers.get(timeout=5)["code"])["access_token"])
