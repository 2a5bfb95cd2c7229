"""The event loop beside the engine: devices and outside effects live on it, in one thread."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal


class LoopThread:
    """An event loop in a thread of its own, begun when somebody first needs it."""

    def __init__(self) -> None:
        self._context: Any = None
        self._portal: BlockingPortal | None = None
        self._beginning = threading.Lock()
        self._closed = False

    def portal(self) -> BlockingPortal:
        """Return the way onto the loop; loading it takes longer than ten commits.

        Raises:
            RuntimeError: it was closed: another would outlive whoever closed it.
        """
        with self._beginning:  # two threads may come first
            if self._closed:
                raise RuntimeError("The event loop was closed")
            if self._portal is None:
                import anyio.from_thread

                self._context = anyio.from_thread.start_blocking_portal("asyncio")
                self._portal = self._context.__enter__()
            return self._portal

    def close(self) -> None:
        """Wait for what still runs on the loop, and end it. Idempotent."""
        with self._beginning:
            self._closed = True
            if self._portal is not None:
                self._context.__exit__(None, None, None)
                self._portal = None
