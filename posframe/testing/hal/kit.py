"""What a driver's author hands to the conformance suite: the driver, its twin, and one exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from posframe.hal.driver import DriverSpec
from posframe.hal.facts import Fact
from posframe.hal.progress import Progress
from posframe.hal.simulators.simulator import Simulator
from posframe.hal.weights import Reading

if TYPE_CHECKING:
    from posframe.hal.driver import Driver

Golden = Callable[[Any, Progress], Any]
CAPABILITIES = {
    "fence": "confirms a print by an answer that comes after the last byte",
    "confirms": "confirms a print or a pulse in another way",
    "status": "tells what keeps it: paper, cover, motion, overload",
    "clear": "takes back what it has not yet printed",
    "checksum": "its answers carry a checksum",
    "sensor": "tells whether the drawer is open",
    "stable": "says by itself when a load rests",
    "same": "says by itself that a load was weighed already",
    "zero": "can be set to zero from the till",
    "tare": "takes a tare from the till: a known one, what lies on it, or both",
    "price": "shows a unit price, and computes the amount",
    "aim": "sends the AIM identifier of a code",
    "feedback": "can beep or blink for a code",
    "enable": "can be told not to read",
}
"""The words a `DriverSpec` may declare. They choose tests, and say what is offered."""


@attrs.frozen(kw_only=True)
class Kit:
    """One driver under test. ``pytest --posframe-driver=package.module:NAME`` names one of these.

    Capabilities of the driver's spec choose the tests, see `CAPABILITIES`; so does what is given
    below: each field that is left out leaves out the points that need it.
    """

    spec: DriverSpec
    simulator: Callable[[], Simulator]
    """A fresh twin, switched on and at rest."""
    options: dict[str, str] = attrs.field(factory=dict)
    """Options of the driver, as in its address."""
    golden: Golden
    """``await golden(driver, progress)``: one exchange with an effect, or one reading, done well.

    For a device that only sends, it waits for nothing and returns at once.
    """
    effects: Callable[[Any], int]
    """How often the golden exchange really happened at the device."""
    touched: Callable[[Any], bool] = lambda _simulator: False
    """Whether anything a customer could see or hear has happened."""
    stimulus: str = ""
    """For devices that send unasked: an act of the simulator that makes it send one message."""
    expected: tuple[Fact, ...] = ()
    """The facts that ``stimulus`` leads to."""
    bad_acts: dict[str, str] = attrs.field(factory=dict)
    """Act of the simulator, and a word of the error or reading the golden exchange then gives."""
    undo: dict[str, str] = attrs.field(factory=dict)
    """Act that ends the trouble of each of ``bad_acts``: ``{"paper out": "paper in"}``."""
    warnings: dict[str, str] = attrs.field(factory=dict)
    """Act after which the device still works, and a word of the warning it then gives."""
    refresh: tuple[str, ...] = ()
    """Acts that make the device state its condition anew: after noise, its driver may be misled."""
    readings: dict[str, Reading] = attrs.field(factory=dict)
    """Scales: act of the simulator, and the reading of a load that rests after it."""
    cases: dict[str, tuple[Fact, ...]] = attrs.field(factory=dict)
    """Devices that send unasked: further acts, and the facts each leads to on a fresh device."""
    printed: Callable[[Any], str] | None = None
    """Printers: the text that stands on the paper, without what commands do to it."""
    secret_act: str = ""
    """Act that presents something personal, such as a payment card, which has to be refused."""
    secrets: tuple[str, ...] = ()
    """Words of it that may never be kept or shown."""


def drive(kit: Kit, driver: Driver, progress: Progress | None = None) -> Any:  # noqa: ANN401 - awaitable
    """Return the awaitable of one golden exchange."""
    return kit.golden(driver, progress or Progress())
