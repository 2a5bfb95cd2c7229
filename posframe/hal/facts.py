"""What devices report by themselves: scans, cards, weights, drawers, paper, and their own state.

A fact says what happened, never what to do about it. `DeviceEvent` is a fact on its way, with the
device's name and a number without gaps.
"""

from __future__ import annotations

import enum

import attrs


class DeviceState(enum.Enum):
    """Where a device stands."""

    CLOSED = "closed"
    """Not in use."""
    CONNECTING = "connecting"
    READY = "ready"
    DEGRADED = "warning"
    """Usable, with something to look after soon: paper near its end."""
    BLOCKED = "blocked"
    """Connected; a person has to act before it goes on: paper out, cover open."""
    OFFLINE = "offline"
    """Not there; it comes back by itself when its cable or its power does."""
    FAILED = "failed"
    """A setting, a right or the hardware has to be mended; it is tried again once a minute."""

    @property
    def is_usable(self) -> bool:
        """Whether work can be given to it now."""
        return self in {DeviceState.READY, DeviceState.DEGRADED}


@attrs.frozen
class StateChanged:
    """A device came, went, or wants something."""

    state: DeviceState
    reason: str = ""
    """A sentence for the operator; empty when all is well."""
    hint: str = ""
    """What to do about it."""


@attrs.frozen
class Scan:
    """A barcode was read."""

    code: str
    """Its data, without AIM identifier, prefix and suffix; FNC1 inside is GS (0x1D)."""
    aim: str = ""
    """AIM identifier such as ``]E0``; empty where the scanner sends none."""


@attrs.frozen
class ScanRejected:
    """Something was read that is no code; the characters are counted, never passed on."""

    reason: str
    length: int


@attrs.frozen
class CardRead:
    """A loyalty or staff card, tag or key was presented."""

    token: str = attrs.field(repr=False)
    """Number on the card, normalised; never that of a payment card. It stands in no log."""
    kind: str
    """``msr``, ``nfc`` or ``ibutton``."""


@attrs.frozen
class CardRefused:
    """A card was refused; nothing of what it holds was kept."""

    reason: str


@attrs.frozen
class TokenRemoved:
    """A key or tag was taken away from its reader."""

    kind: str


@attrs.frozen
class KeylockTurned:
    """The keylock is in another position: 1 locked, 2 normal, 3 supervisor (UnifiedPOS)."""

    position: int


@attrs.frozen
class DrawerChanged:
    """The drawer was opened or closed."""

    open: bool


@attrs.frozen
class PaperChanged:
    """The paper of a printer: ``ok``, ``near end`` or ``out``."""

    paper: str


@attrs.frozen
class CoverChanged:
    """The cover of a printer was opened or closed."""

    open: bool


@attrs.frozen
class WireNoise:
    """Bytes came that are no message of this protocol; they were skipped."""

    length: int
    sample: bytes = b""
    """How they begin, for whoever looks for their cause; nothing where they may be secret."""


SAMPLE_BYTES = 16


def noise_of(data: bytes | bytearray) -> WireNoise:
    """Return bytes that are no message as the noise they are."""
    return WireNoise(len(data), bytes(data[:SAMPLE_BYTES]))


@attrs.frozen
class Overrun:
    """Input came faster than it was taken; the newest was dropped."""

    dropped: int


Fact = (
    StateChanged | Scan | ScanRejected | CardRead | CardRefused | TokenRemoved | KeylockTurned
    | DrawerChanged | PaperChanged | CoverChanged | WireNoise | Overrun
)  # fmt: skip
INPUT = (Scan, ScanRejected, CardRead, CardRefused, TokenRemoved, KeylockTurned)
"""Facts that an operator caused: they go to whoever holds the newest lease, once."""


@attrs.frozen
class DeviceEvent:
    """A fact, the device it comes from, and its number among that device's facts."""

    device: str
    sequence: int
    fact: Fact
