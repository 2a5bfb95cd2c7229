"""A weight that may be sold: at rest, above zero, and of a load that was not sold already.

What is decided is pure (`judge`); a `Weigher` asks the scale again and again until there is such a
weight or no time is left. How scales speak is the business of their drivers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import anyio
import attrs

from posframe.hal.errors import DeviceFault, Unanswered
from posframe.hal.weights import LIFTED, Load, Reading, Weight

if TYPE_CHECKING:
    from posframe.hal.driver_classes import ScaleDriver

READ_S = 1.5
"""Longest wait for one answer of the scale, while there is time for more."""
SAME_WITHIN = 10
"""Two weights that differ by no more of their last digits can be one load: two divisions of a scale
in steps of five, which drift and a touch of the platter move."""


async def weigh(
    driver: ScaleDriver,
    *,
    deadline_s: float,
    unit: str = "",
    minimum_milli: int = 1,
    require_change: bool = True,
    last: Reading | None = None,
) -> Reading:
    """Return a weight that may be sold, for a caller that keeps no `Weigher`; ``last`` is its last.

    Raises:
        DeviceFault: there was none within ``deadline_s`` seconds, see `Weigher.weigh`.
        Unanswered: the scale did not answer.
    """
    return await Weigher(last).weigh(
        driver,
        deadline_s=deadline_s,
        unit=unit,
        minimum_milli=minimum_milli,
        require_change=require_change,
    )


class Weigher:
    """What is to be kept of one scale between two weighings. Over a reconnect, keep ``last``."""

    def __init__(self, last: Reading | None = None) -> None:
        self.last = last
        """The latest weight that was given out."""
        self._trail = Trail(last)
        self._watches = True

    @property
    def waits_for_lift(self) -> bool:
        """Whether it has to be seen that the load given out last is taken away."""
        return self._watches and self._trail.given is not None and not self._trail.moved

    async def weigh(
        self,
        driver: ScaleDriver,
        *,
        deadline_s: float,
        unit: str = "",
        minimum_milli: int = 1,
        require_change: bool = True,
    ) -> Reading:
        """Return a weight that may be sold, as soon as the scale has one.

        Args:
            driver: the scale; its `read` is asked every ``poll_s`` seconds.
            deadline_s: how long at most.
            unit: of the item to be sold; empty takes any.
            minimum_milli: smallest weight, in thousandths of ``unit``, or of the scale's own.
            require_change: refuse the load that was given out last, until it was lifted or moved.

        Raises:
            DeviceFault: there was none in time; ``fault`` names what is in the way.
            Unanswered: the scale did not answer.
            DataError: the scale weighs in a unit of another system.
        """
        rules = Rules(unit, minimum_milli, require_change)
        self._watches = not driver.refuses_same
        ends_s = anyio.current_time() + deadline_s
        trouble: DeviceFault | Unanswered | None = None
        while True:
            left_s = ends_s - anyio.current_time()
            try:
                reading = await self.read(driver, min(READ_S, left_s))
            except Unanswered as error:
                # At the very end there was hardly time for an answer: what was seen before counts.
                trouble = error if trouble is None or left_s >= READ_S else trouble
            else:
                self._trail, verdict = judge(self._trail, reading, rules)
                if isinstance(verdict, Reading):
                    self.last = verdict
                    return verdict
                trouble = verdict.error()
                if verdict.final:
                    raise trouble
            if ends_s - anyio.current_time() <= driver.poll_s:
                raise trouble
            await anyio.sleep(driver.poll_s)

    async def read(self, driver: ScaleDriver, deadline_s: float) -> Reading:
        """Look at the scale once, for a display or to see that it is there, and learn from it.

        All readings go through here: some scales state each weight only once, and a load seen
        lifted between two weighings need not be lifted again.

        Raises:
            DeviceError: what the driver met.
        """
        try:
            reading = await driver.read(deadline_s)
        except BaseException:
            self._trail = self._trail.blind()  # it may have been told a weight that is lost now
            raise
        self._trail = self._trail.seen(reading)
        return reading

    def tared(self) -> None:
        """Note that the scale takes off another tare: its weights do not compare with earlier."""
        self._trail = attrs.evolve(self._trail.blind(), comparable=False)


@attrs.frozen
class Rules:
    """What may be sold."""

    unit: str = ""
    minimum_milli: int = 1
    require_change: bool = True


@attrs.frozen
class Refusal:
    """Why a reading may not be sold: a word of the class, and a sentence with the next step."""

    fault: str
    message: str
    hint: str
    final: bool = False
    """Waiting does not help."""

    def error(self) -> DeviceFault:
        """Return it as the error that a cashier reads."""
        return DeviceFault(self.message, fault=self.fault, hint=self.hint)


@attrs.frozen
class Trail:
    """What was seen of a scale since its latest weight was given out."""

    given: Reading | None = None
    """The latest weight given out."""
    moved: bool = False
    """Since then the scale was seen empty or in motion, or vouched for another load."""
    held: Reading | None = None
    """The weight the scale stated last, if it was heard for certain that nothing changed since."""
    comparable: bool = True
    """Weights stated now compare with the one given out."""

    def seen(self, reading: Reading) -> Trail:
        """Return the trail with one more reading."""
        if reading.load is Load.SAME:
            return self
        moved = self.moved or reading.moved or reading.load in LIFTED or self._differs(reading)
        return attrs.evolve(
            self, moved=moved, held=reading if reading.load is Load.STABLE else None
        )

    def blind(self) -> Trail:
        """Return the trail after a reading that may have been lost on its way."""
        return attrs.evolve(self, held=None)

    def _differs(self, reading: Reading) -> bool:
        """Tell whether a weight at rest cannot be the load that was given out."""
        given = self.given
        if reading.load is not Load.STABLE or given is None or not self.comparable:
            return False
        if given.weight is None or reading.weight is None or given.net != reading.net:
            return False
        return _apart(given.weight, reading.weight)


def judge(trail: Trail, reading: Reading, rules: Rules) -> tuple[Trail, Reading | Refusal]:
    """Decide whether a reading, already on the ``trail``, may be sold.

    A scale that says "same" means the weight it stated last; it is sold if it was heard and not
    given out yet, or if no change is required.

    Raises:
        DataError: it might, but for the unit.
    """
    load = reading.load
    if load is Load.SAME and trail.held is not None:
        reading = trail.held
    weight = reading.weight
    if reading.load is not Load.STABLE or weight is None or weight.digits <= 0:
        return trail, _refusal(reading)
    if weight.milli(rules.unit or weight.unit) < rules.minimum_milli:
        return trail, REFUSALS[Load.BELOW_MINIMUM]
    if rules.require_change and trail.given is not None and not trail.moved:
        return trail, REFUSALS[Load.SAME]
    return Trail(given=reading, held=reading), reading


def _refusal(reading: Reading) -> Refusal:
    found = REFUSALS.get(reading.load, REFUSALS[Load.ZERO])
    if not reading.detail:
        return found
    return attrs.evolve(found, message=f"{found.message}: {reading.detail}")


def _apart(one: Weight, other: Weight) -> bool:
    """Tell whether two weights are more than `SAME_WITHIN` of the coarser one's digits apart."""
    if one.unit != other.unit:
        return False
    step = int(10 ** abs(one.decimals - other.decimals))
    coarse, fine = sorted((one, other), key=lambda each: each.decimals)
    difference = coarse.digits * step - fine.digits
    return abs(difference) > SAME_WITHIN * step


_OR_KEY = "or key the weight"
REFUSALS = {
    Load.MOTION: Refusal(
        "motion", "The scale is not at rest", f"wait until it is, {_OR_KEY}"
    ),
    Load.SAME: Refusal(
        "same_weight",
        "This load was weighed already",
        f"lift it once and put it back, {_OR_KEY}",
    ),
    Load.SILENT: Refusal(
        "silent",
        "The scale has no new weight",
        f"put the goods on it anew and see that it is switched on, {_OR_KEY}",
    ),
    Load.ZERO: Refusal(
        "empty", "There is nothing on the scale", f"put the goods on it, {_OR_KEY}"
    ),
    Load.UNDER_ZERO: Refusal(
        "under_zero",
        "The scale is below zero",
        f"take everything off, see that its plate lies well and set it to zero, {_OR_KEY}",
    ),
    Load.OVERLOAD: Refusal(
        "overload", "The scale is overloaded", f"weigh the goods in parts, {_OR_KEY}"
    ),
    Load.BELOW_MINIMUM: Refusal(
        "below_minimum",
        "This is too light for the scale",
        f"weigh more at once or use a finer scale, {_OR_KEY}",
    ),
    Load.NOT_READY: Refusal(
        "not_ready",
        "The scale is not ready",
        f"take everything off and wait until it shows zero, {_OR_KEY}",
    ),
    Load.FAULT: Refusal(
        "out_of_order",
        "The scale is out of order",
        f"switch it off and on again, {_OR_KEY}",
        final=True,
    ),
}  # fmt: skip
"""Why a reading is refused, by what the scale says of its platter."""
