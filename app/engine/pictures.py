"""What the user wants of the web, away from everything that speaks with mailboxes: remote pictures, and leaving a list."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from app.core.commands import Command, FetchPictures, LeaveList
from app.core.events import ListLeft, PictureFetched
from app.engine.worker import Emit, Inbox
from app.remote.one_click import NotTaken, leave
from app.remote.pictures import Fetcher, NotFetched

AT_ONCE = 4


class Pictures:
    """`PictureFetched` for each address, in whatever order they come; `ListLeft` for each list."""

    def __init__(self, emit: Emit, inbox: Inbox, fetcher: Fetcher | None = None) -> None:
        self._emit, self._inbox, self._fetcher = emit, inbox, fetcher or Fetcher()
        self._pool: ThreadPoolExecutor | None = None

    def handle(self, command: Command) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pictures")
        match command:
            case FetchPictures():
                for url in command.urls:
                    self._pool.submit(self._fetch, url, command.origin)
            case LeaveList():
                self._pool.submit(self._leave, command.url, command.origin)
            case _:
                raise TypeError(f"not a command for the pictures: {type(command).__name__}")

    def idle(self) -> float | None:
        return None

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _fetch(self, url: str, origin: str) -> None:
        if self._inbox.stopping():
            return
        try:
            picture = self._fetcher.fetch(url)
        except NotFetched as why:
            self._emit(PictureFetched(origin=origin, url=url, reason=str(why)))
        else:
            self._emit(PictureFetched(origin=origin, url=url, content_type=picture.content_type, data=picture.data))

    def _leave(self, url: str, origin: str) -> None:
        try:
            leave(self._fetcher, url)
        except NotTaken as why:
            self._emit(ListLeft(origin=origin, url=url, reason=str(why)))
        else:
            self._emit(ListLeft(origin=origin, url=url))
