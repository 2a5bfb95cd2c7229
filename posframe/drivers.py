"""What a driver for a device is written with. Authors import from here and nowhere deeper.

::

    from posframe.drivers import CodecDriver, DriverSpec, ScaleDriver

What each name means stands where it is defined, and in docs/drivers/contracts.md. The suite that a
finished driver is put to is `posframe.testing.hal`; receipts are described by `posframe.receipt`.
"""

from __future__ import annotations

from posframe.errors import (
    ConfigurationError,
    DataError,
    DeviceError,
    DeviceNeedsAttention,
    DeviceOffline,
)
from posframe.hal.codecs.framing import MORE, FrameCodec
from posframe.hal.driver import (
    CANCEL_S,
    WRITE_S,
    Codec,
    CodecDriver,
    Conditions,
    DeviceSetup,
    Driver,
    DriverSpec,
)
from posframe.hal.driver_classes import (
    DisplayDriver,
    DrawerDriver,
    InputDriver,
    PrinterDriver,
    ScaleDriver,
    ToneDriver,
)
from posframe.hal.errors import (
    AccessDenied,
    DeviceFault,
    DeviceHeld,
    Expired,
    ProtocolError,
    Unanswered,
    Unsupported,
    outcome_of,
)
from posframe.hal.facts import (
    CardRead,
    CardRefused,
    CoverChanged,
    DeviceEvent,
    DeviceState,
    DrawerChanged,
    Fact,
    KeylockTurned,
    Overrun,
    PaperChanged,
    Scan,
    ScanRejected,
    StateChanged,
    TokenRemoved,
    WireNoise,
)
from posframe.hal.options import read_options
from posframe.hal.polled_scale import PolledScale, until_zero
from posframe.hal.progress import Outcome, Progress
from posframe.hal.simulators.simulator import Act, Simulator, SimulatorSpec
from posframe.hal.transports import Transport, TransportError, transport_from_uri
from posframe.hal.uri import unknown_name
from posframe.hal.weights import Load, Reading, Weight, at_rest, weight_of

__all__ = [
    "CANCEL_S",
    "MORE",
    "WRITE_S",
    "AccessDenied",
    "Act",
    "CardRead",
    "CardRefused",
    "Codec",
    "CodecDriver",
    "Conditions",
    "ConfigurationError",
    "CoverChanged",
    "DataError",
    "DeviceError",
    "DeviceEvent",
    "DeviceFault",
    "DeviceHeld",
    "DeviceNeedsAttention",
    "DeviceOffline",
    "DeviceSetup",
    "DeviceState",
    "DisplayDriver",
    "DrawerChanged",
    "DrawerDriver",
    "Driver",
    "DriverSpec",
    "Expired",
    "Fact",
    "FrameCodec",
    "InputDriver",
    "KeylockTurned",
    "Load",
    "Outcome",
    "Overrun",
    "PaperChanged",
    "PolledScale",
    "PrinterDriver",
    "Progress",
    "ProtocolError",
    "Reading",
    "ScaleDriver",
    "Scan",
    "ScanRejected",
    "Simulator",
    "SimulatorSpec",
    "StateChanged",
    "TokenRemoved",
    "ToneDriver",
    "Transport",
    "TransportError",
    "Unanswered",
    "Unsupported",
    "Weight",
    "WireNoise",
    "at_rest",
    "outcome_of",
    "read_options",
    "transport_from_uri",
    "unknown_name",
    "until_zero",
    "weight_of",
]
