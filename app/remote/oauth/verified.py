"""How `requests` is made to trust what Tandem trusts, and nothing else."""

from __future__ import annotations

import ssl
from typing import Any

from requests.adapters import HTTPAdapter


class Verified(HTTPAdapter):
    """Trusts what the mail connections of the account trust, whatever the library underneath would."""

    def __init__(self, context: ssl.SSLContext, seconds: float) -> None:
        """`seconds`: the longest silence, where the caller names none."""
        self._context, self._seconds = context, seconds
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)

    def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:
        """The context alone decides: the bundle that `requests` brings is not added to it."""
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._seconds
        return super().send(request, *args, **kwargs)
