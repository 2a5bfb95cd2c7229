"""What a device in software is: bytes in, bytes out, time passing, and a person's hands.

It is written from the protocol's tables and imports no codec, so that a mistake in one is seen by
the other. Serving it on a line is `serving`'s business, spoiling its bytes is `faults`'.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

import attrs

from posframe.errors import DataError
from posframe.hal.uri import unknown_name


class Simulator(ABC):
    """A device in software. Pure: the same bytes, acts and times give the same answers."""

    room_bytes: int | None = None
    """How much it takes now, 0 or more; None: it has no buffer that can fill."""

    @abstractmethod
    def feed(self, data: bytes, now_s: float) -> bytes:
        """Take bytes from the host, in pieces of any size; return what is answered at once."""

    def due_s(self) -> float | None:
        """Return when `tick` is due next; None: not before something happens."""
        return None

    def tick(self, now_s: float) -> bytes:
        """Let time pass until ``now_s``; return what is sent unasked."""
        del now_s
        return b""

    def connected(self, now_s: float) -> bytes:
        """Note that a host has opened the line; return what is sent as a greeting."""
        del now_s
        return b""

    def disconnected(self) -> None:  # noqa: B027 - most devices do not notice
        """Note that the host has gone; what was half received is lost."""

    @abstractmethod
    def acts(self) -> Mapping[str, Act]:
        """Return what a person can do to the device, by name."""

    def act(self, words: str, now_s: float) -> bytes:
        """Do what a person does: ``put 1.250``, ``cover open``, ``scan 4006381333931``.

        Returns what the device sends because of it.

        Raises:
            DataError: there is no such act, or its words mean nothing.
        """
        name, _, rest = words.strip().partition(" ")
        found = self.acts().get(name)
        if found is None:
            raise DataError(
                f"This device knows no {name!r}", hint=unknown_name("acts", name, self.acts())
            )
        return found.do(rest.strip(), now_s)

    @abstractmethod
    def view(self) -> tuple[str, ...]:
        """Return the device's state as short lines, for a panel or a log."""


@attrs.frozen
class Act:
    """One thing a person can do to a device."""

    usage: str
    """How it is written, with an example: ``put KILOGRAMS, as put 1.250``."""
    do: Callable[[str, float], bytes]


@attrs.frozen(kw_only=True)
class SimulatorSpec:
    """What the entry point of a simulator leads to (group ``posframe.simulators``)."""

    name: str
    title: str
    make: Callable[[Mapping[str, str]], Simulator]
    """Makes one from options given as text.

    Raises:
        ConfigurationError: an option is unknown or cannot be read.
    """
    options: Mapping[str, str] = attrs.field(factory=dict)
    """What each option means."""
    secret: bool = False
