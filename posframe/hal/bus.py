"""The bus: what devices report reaches who wants to know; input reaches one taker, once.

Everything here runs on the devices' event loop. A listener must not wait.
"""

from __future__ import annotations

import contextlib
import logging
from collections import deque
from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.hal.facts import INPUT, DeviceEvent, Overrun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INPUT_KEPT_MAX = 100
_log = logging.getLogger(__name__)


@attrs.define(eq=False)
class InputLease:
    """Takes all input of one device class until given back, instead of the sale.

    ``async for event in lease`` yields scans, cards and keys in their order.
    """

    owner: str
    device_class: str
    _waiting: deque[DeviceEvent] = attrs.field(factory=deque)
    _news: anyio.Event = attrs.field(factory=anyio.Event)

    def __aiter__(self) -> InputLease:
        return self

    async def __anext__(self) -> DeviceEvent:
        while not self._waiting:
            self._news = anyio.Event()
            await self._news.wait()
        return self._waiting.popleft()

    def put(self, event: DeviceEvent) -> bool:
        """Take an event as it arrives; False when too many wait and it was dropped."""
        if len(self._waiting) >= INPUT_KEPT_MAX:
            return False
        self._waiting.append(event)
        self._news.set()
        return True


class DeviceBus:
    """Delivers events. Input goes to the newest lease of its class, else to the listeners."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[DeviceEvent], None]] = []
        self._leases: list[InputLease] = []

    def listen(self, take: Callable[[DeviceEvent], None]) -> Callable[[], None]:
        """Call ``take`` with every event that no lease takes; return what ends that."""
        self._listeners.append(take)
        return lambda: self._listeners.remove(take)

    @contextlib.contextmanager
    def lease(self, device_class: str, owner: str) -> Iterator[InputLease]:
        """Take the input of ``device_class`` while the block runs; the newest lease comes first."""
        lease = InputLease(owner, device_class)
        self._leases.append(lease)
        try:
            yield lease
        finally:
            self._leases.remove(lease)  # this one, wherever it stands: dialogs close in any order

    def publish(self, event: DeviceEvent, device_class: str) -> None:
        """Deliver an event to who has the right to it at this moment."""
        lease = self._taker(event, device_class)
        if lease is None:
            self._tell(event)
        elif not lease.put(event):
            self._tell(attrs.evolve(event, fact=Overrun(1)))

    def _taker(self, event: DeviceEvent, device_class: str) -> InputLease | None:
        if not isinstance(event.fact, INPUT):
            return None
        return next(
            (each for each in reversed(self._leases) if each.device_class == device_class), None
        )

    def _tell(self, event: DeviceEvent) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001 - whatever somebody else's listener raises
                # One that fails must not end the device, nor keep the event from the others.
                _log.exception("a listener failed at %s", event)
