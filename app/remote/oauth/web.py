"""HTTPS for the libraries that sign in: certificates are always verified, and what goes wrong is said in words."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from app.core.trouble import AskUser, Fix, TryLater
from app.core.values import Security, Server
from app.remote import reach

if TYPE_CHECKING:
    import requests

SECONDS = 30.0
Session = TypeVar("Session", bound="requests.Session")


def secure(session: Session, ca_file: str) -> Session:
    """HTTPS only, verified against `ca_file` or the system's authorities, with a time limit for every answer."""
    from app.remote.oauth.verified import Verified  # `requests` takes a tenth of a second to import

    session.mount("https://", Verified(reach.secure_context(ca_file), SECONDS))
    session.adapters.pop("http://", None)
    session.max_redirects = 5
    return session


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """`name`: whose answers are waited for."""
    import requests

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
