"""How far one effect on a device has come: enough to judge it whenever and however it ends."""

from __future__ import annotations

import enum

import attrs


class Outcome(enum.Enum):
    """What became of something that was sent to a device: it decides what may be done next."""

    NOT_STARTED = "not started"
    """Not one byte can have reached it: trying again is safe."""
    PARTIAL = "partial"
    """It was cut short: some of it may be there, all of it cannot be."""
    DONE = "done"
    """The device has done it."""
    UNKNOWN = "unknown"
    """All of it may be there, or less: a person or the device must be asked."""


@attrs.define
class Progress:
    """The bytes of one effect on their way. Kept beside the work: a cancelled task still tells.

    Only bytes that have an effect count: questions asked beforehand do not.
    """

    length: int = 0
    """Bytes the whole effect takes."""
    least: int = 0
    """Bytes the device has for certain."""
    most: int = 0
    """Bytes the device can have."""
    confirmed: bool = False
    """The device has said that it processed them all."""
    discarded: bool = False
    """What the device had not yet done was taken back from its buffer."""

    @property
    def outcome(self) -> Outcome:
        """Return what may be claimed of the effect now."""
        if self.confirmed:
            return Outcome.DONE
        if not self.most:
            return Outcome.NOT_STARTED
        if self.most < self.length or self.discarded:
            return Outcome.PARTIAL
        return Outcome.UNKNOWN

    @property
    def sent(self) -> bool:
        """Whether every byte was handed over for certain."""
        return 0 < self.length <= self.least
