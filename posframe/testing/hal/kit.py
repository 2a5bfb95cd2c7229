"""What a driver's author hands to the conformance suite: the driver, its twin, and one exchange."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from posframe.hal.driver import DriverSpec
from posframe.hal.facts import Fact
from posframe.hal.progress import Progress
from posframe.hal.simulators.simulator import Simulator

if TYPE_CHECKING:
    from posframe.hal.driver import Driver

Golden = Callable[[Any, Progress], Any]


@attrs.frozen(kw_only=True)
class Kit:
    """One driver under test. ``pytest --posframe-driver=package.module:NAME`` names one of these.

    Capabilities of the driver's spec choose the tests: ``fence`` (confirms a print), ``status``,
    ``checksum``, ``sensor``, ``stable``, ``same`` (same-weight protection), ``zero``, ``tare``,
    ``price``, ``aim``, ``confirms``.
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
    effects: Callable[[Simulator], int]
    """How often the golden exchange really happened at the device."""
    touched: Callable[[Simulator], bool] = lambda _simulator: False
    """Whether anything a customer could see or hear has happened."""
    stimulus: str = ""
    """For devices that send unasked: an act of the simulator that makes it send one message."""
    expected: tuple[Fact, ...] = ()
    """The facts that ``stimulus`` leads to."""
    bad_acts: dict[str, str] = attrs.field(factory=dict)
    """Act of the simulator, and a word of the error or reading the golden exchange then gives."""


def drive(kit: Kit, driver: Driver, progress: Progress | None = None) -> Any:  # noqa: ANN401 - awaitable
    """Return the awaitable of one golden exchange."""
    return kit.golden(driver, progress or Progress())
