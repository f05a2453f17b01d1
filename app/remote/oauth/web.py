"""HTTPS for the libraries that sign in: certificates are always verified, and what goes wrong is said in words."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from app.core.trouble import AskUser, Fix, TryLater
from app.core.values import Security, Server
from app.remote import reach

SECONDS = 30.0


class _Verified(HTTPAdapter):
    """Trusts what the mail connections of the account trust, whatever the library underneath would."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
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
            kwargs["timeout"] = SECONDS
        return super().send(request, *args, **kwargs)


def secure(session: requests.Session, ca_file: str) -> requests.Session:
    """HTTPS only, verified against `ca_file` or the system's authorities, with a time limit for every answer."""
    session.mount("https://", _Verified(reach.secure_context(ca_file)))
    session.adapters.pop("http://", None)
    session.max_redirects = 5
    return session


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """`name`: whose answers are waited for."""
    try:
        yield
    except requests.exceptions.SSLError as error:
        raise _certificate(error) from None
    except requests.exceptions.Timeout as error:
        raise TryLater(f"{name} did not answer for {SECONDS:.0f} seconds.", Fix.NETWORK, type(error).__name__) from None
    except requests.exceptions.InvalidSchema:
        raise AskUser(f"{name} wanted an unprotected connection. Tandem did not follow.", Fix.CERTIFICATE) from None
    except (requests.exceptions.ConnectionError, OSError) as error:
        raise TryLater(
            f"{name} could not be reached. Check whether this computer is online.", Fix.NETWORK, type(error).__name__
        ) from None
    except requests.exceptions.RequestException as error:
        raise TryLater(f"{name} gave an answer that makes no sense.", Fix.NONE, type(error).__name__) from None


def _certificate(error: requests.exceptions.SSLError) -> Exception:
    host = str(urlsplit(str(error.request.url)).hostname) if error.request is not None else ""
    cause: BaseException | None = error
    seen = 0
    while cause is not None and seen < 10:
        for each in (cause, *(arg for arg in getattr(cause, "args", ()) if isinstance(arg, BaseException))):
            reason = getattr(each, "reason", each)
            for found in (each, reason):
                if isinstance(found, ssl.SSLError):
                    server = Server(host=host, port=443, security=Security.TLS, user="")
                    return reach.unreachable(server, found)
        cause, seen = cause.__cause__ or cause.__context__, seen + 1
    return AskUser(f"{host} could not prove who it is. Tandem did not sign in.", Fix.CERTIFICATE, "TLS")
