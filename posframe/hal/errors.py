"""Why a device did not do what was asked, and what became of it meanwhile.

::

    DeviceError
    ├── DeviceOffline                 try again when it is back
    │   ├── TransportError                the line failed (hal.transports)
    │   ├── Unanswered                    it did not answer in time
    │   └── Expired                       its turn did not come in time: nothing was sent
    ├── DeviceNeedsAttention          a person has to act: paper, cover, motion, overload
    ├── ProtocolError                 it answers, but not in its protocol; wrong device or settings
    ├── Unsupported                   this model cannot do that
    ├── DeviceHeld                    another process or another part of the till has it
    └── AccessDenied                  the system refuses the till's user

``outcome`` decides what may be done next: only ``NOT_STARTED`` may be tried again unasked.
"""

from __future__ import annotations

from posframe.errors import DeviceError, DeviceNeedsAttention, DeviceOffline
from posframe.hal.progress import Outcome


class Unanswered(DeviceOffline):
    """The device was asked and did not answer in time."""

    outcome = Outcome.UNKNOWN


class Expired(DeviceOffline):
    """The device was not ready, or busy, until too late: nothing was sent."""

    outcome = Outcome.NOT_STARTED


class DeviceFault(DeviceNeedsAttention):
    """The device says what keeps it: ``fault`` is one of the words its class knows."""

    def __init__(
        self,
        message: str,
        *,
        fault: str,
        outcome: Outcome = Outcome.NOT_STARTED,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.fault = fault
        self.outcome = outcome


class ProtocolError(DeviceError):
    """What came back is not what this protocol says; the wrong driver, or wrong line settings."""

    outcome = Outcome.UNKNOWN


class Unsupported(DeviceError):
    """This model cannot do what was asked; nothing was sent."""

    outcome = Outcome.NOT_STARTED


class DeviceHeld(DeviceError):
    """Somebody else has the device, named in the message; nothing was sent."""

    outcome = Outcome.NOT_STARTED


class AccessDenied(DeviceError):
    """The system does not let the till's user at the device; the hint says how to allow it."""

    outcome = Outcome.NOT_STARTED


def outcome_of(error: BaseException) -> Outcome:
    """Return what became of the effect that ``error`` ended; unknown where it does not say."""
    found = getattr(error, "outcome", Outcome.UNKNOWN)
    return found if isinstance(found, Outcome) else Outcome.UNKNOWN
