"""Leaving a mailing list by one post (RFC 8058 3.1), so that nobody learns more than which list is left."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from app.remote.pictures import SECONDS, Fetcher, NotFetched

BODY = b"List-Unsubscribe=One-Click"
_FORM = "application/x-www-form-urlencoded"


class NotTaken(Exception):
    """The list's server did not confirm it; the words say why, for support."""


def leave(fetcher: Fetcher, url: str) -> None:
    """Post once, over https, to an address on the public net. No cookie, no referrer, no name of a program is sent, and no
    redirect is followed: it could lead anywhere. Raises NotTaken."""
    try:
        if urlsplit(url).scheme.lower() != "https":
            raise NotTaken("not an https address")
        wire, path = fetcher.connect(url, fetcher.steady() + SECONDS)
        try:
            wire.request("POST", path, BODY, {"Content-Type": _FORM, "Accept-Encoding": "identity"})
            status = wire.getresponse().status
        finally:
            wire.close()
    except (NotFetched, OSError, http.client.HTTPException, ValueError) as error:
        raise NotTaken(str(error)) from None
    if not 200 <= status < 300:
        raise NotTaken(f"answered {status}")
