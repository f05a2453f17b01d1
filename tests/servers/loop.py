"""An asyncio loop in a thread of its own, so that a test stays a plain function while servers run beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Loop:
    """Lives from construction to `close`. What `run` starts is finished when `run` returns."""

    def __init__(self, name: str) -> None:
        self.asyncio = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.asyncio.run_forever, name=name, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.asyncio).result(seconds)

    def close(self) -> None:
        self.run(self._end_all())
        self.asyncio.call_soon_threadsafe(self.asyncio.stop)
        self._thread.join(10)
        self.asyncio.close()

    async def _end_all(self) -> None:
        """A task left pending would be reported as a warning when it is collected."""
        tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.asyncio.shutdown_asyncgens()
        await self.asyncio.shutdown_default_executor()
