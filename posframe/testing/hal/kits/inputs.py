"""Kits of the devices that an operator or a customer presents something to: they send unasked.

Their simulators send without pauses here, so that the suite takes no longer than it must; their
pace has tests of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from posframe.hal.drivers import (
    hid_scanner,
    ibutton_reader,
    keylock,
    number_reader,
    serial_scanner,
    stripe_reader,
    wedge_scanner,
)
from posframe.hal.facts import (
    CardRead,
    CardRefused,
    KeylockTurned,
    Scan,
    ScanRejected,
)
from posframe.hal.simulators.hid_scanner import SimulatedHidScanner
from posframe.hal.simulators.ibutton_reader import SimulatedIButtonReader
from posframe.hal.simulators.keylock import SimulatedKeylock
from posframe.hal.simulators.number_reader import SimulatedNumberReader
from posframe.hal.simulators.serial_scanner import SimulatedSerialScanner
from posframe.hal.simulators.stripe_reader import SimulatedStripeReader
from posframe.hal.simulators.wedge_scanner import SimulatedWedgeScanner
from posframe.testing.hal.kit import Kit

if TYPE_CHECKING:
    from posframe.hal.progress import Progress

CODE = "4006381333931"
GS1 = "0109501101530003392299\x1d10AB-123"
_TEST_NUMBER = "4111" + "1" * 12
"""The number that card schemes publish for tests."""


async def _nothing(driver: Any, progress: Progress) -> None:  # noqa: ANN401 - any input device
    """Ask for nothing: these devices send when somebody presents something."""
    del driver, progress


def _no_effect(_simulator: object) -> int:
    return 0


SCANNER = Kit(
    spec=serial_scanner.DRIVER,
    simulator=lambda: SimulatedSerialScanner(aim=True),
    options={"aim": "yes", "good": "42", "bad": "07", "enable": "45", "disable": "44"},
    golden=_nothing,
    effects=_no_effect,
    stimulus=f"scan {CODE}",
    expected=(Scan(CODE, "]E0"),),
    cases={
        "scan ]C1 0109501101530003392299<GS>10AB-123": (Scan(GS1, "]C1"),),
        "scan ]E4 01234565": (Scan("01234565", "]E4"),),
        "scan ]E0 01234565": (Scan("01234565", "]E0"),),
        "send 34303036 0D": (ScanRejected("It came without an AIM identifier", 4),),
    },
)

HIDPOS = Kit(
    spec=hid_scanner.DRIVER,
    simulator=SimulatedHidScanner,
    golden=_nothing,
    effects=_no_effect,
    stimulus=f"scan {CODE}",
    expected=(Scan(CODE, "]E0"),),
    cases={
        "scan ]C1 0109501101530003392299<GS>10AB-123": (Scan(GS1, "]C1"),),
        f"scan ]Q0 {'https://example.org/' * 6}": (Scan("https://example.org/" * 6, "]Q0"),),
    },
)

WEDGE = Kit(
    spec=wedge_scanner.DRIVER,
    simulator=lambda: SimulatedWedgeScanner(layout="de", aim=True),
    options={"layout": "de", "aim": "yes"},
    golden=_nothing,
    effects=_no_effect,
    stimulus="scan ]E4 96385074",
    expected=(Scan("96385074", "]E4"),),
    cases={
        "scan ]C1 0109501101530003392299<GS>10AB-123": (Scan(GS1, "]C1"),),
        "type ]A0XYZ-@": (Scan("XYZ-@", "]A0"),),
    },
)

MSR = Kit(
    spec=stripe_reader.DRIVER,
    simulator=SimulatedStripeReader,
    golden=_nothing,
    effects=_no_effect,
    stimulus="swipe ;12345678?",
    expected=(CardRead("12345678", "msr"),),
    cases={"swipe %E? ;E?": (CardRefused("The card could not be read; swipe it again"),)},
    secret_act=f"swipe %B{_TEST_NUMBER}^DOE/JANE^30121010? ;{_TEST_NUMBER}=30121010?",
    secrets=(_TEST_NUMBER, "DOE/JANE"),
)

NFC = Kit(
    spec=number_reader.DRIVER,
    simulator=lambda: SimulatedNumberReader(layout=""),
    options={"source": "serial"},
    golden=_nothing,
    effects=_no_effect,
    stimulus="touch 00D507D0",
    expected=(CardRead("00D507D0", "nfc"),),
)

IBUTTON = Kit(
    spec=ibutton_reader.DRIVER,
    simulator=SimulatedIButtonReader,
    golden=_nothing,
    effects=_no_effect,
    stimulus="touch 012BC5FB000000",
    expected=(CardRead("012BC5FB00000066", "ibutton"),),
)

KEYLOCK = Kit(
    spec=keylock.DRIVER,
    simulator=SimulatedKeylock,
    golden=_nothing,
    effects=_no_effect,
    stimulus="turn SUPERVISOR",
    expected=(KeylockTurned(3),),
    cases={"turn LOCK": (KeylockTurned(1),)},
)
