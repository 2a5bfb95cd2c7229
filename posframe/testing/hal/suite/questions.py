"""What a driver of each class can be asked, each with a time in which it has to end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio

from posframe.errors import DeviceError
from posframe.hal.driver import CANCEL_S, WRITE_S
from posframe.kernel.domain.receipt import Cut, ReceiptDocument, Section, Text

if TYPE_CHECKING:
    from posframe.hal.progress import Progress
    from posframe.testing.hal.kit import Kit

Ask = Callable[[Any, "Progress", float], Awaitable[Any]]
"""Driver, progress and deadline in seconds."""
SHORT = ReceiptDocument(sections=(Section("conformance", (Text("posframe"), Cut())),))
"""A receipt of one line."""


def questions(kit: Kit) -> dict[str, Ask]:
    """Return what the kit's driver can be asked that may wait, by name."""
    can = kit.spec.capabilities
    optional = {name: ask for name, ask in _OPTIONAL.items() if name.split()[-1] in can}
    return _BY_CLASS.get(kit.spec.device_class, {}) | optional | {"check": _check}


def allowed_s(kit: Kit, deadline_s: float) -> float:
    """Return when a question with a deadline has to have ended, with a fifth for good measure.

    What has no deadline of its own ends as soon as a write gives up. A printer may need a moment
    to take back what it has not printed.
    """
    cleaning_s = CANCEL_S if kit.spec.device_class in {"printer", "drawer"} else 0.0
    return 1.2 * (max(deadline_s, WRITE_S) + cleaning_s)


async def _check(driver: Any, progress: Progress, deadline_s: float) -> None:  # noqa: ANN401
    """Check as a supervisor does: it breaks off what takes too long."""
    del progress
    with anyio.move_on_after(deadline_s) as limit:
        await driver.check()
    if limit.cancelled_caught:
        raise DeviceError("checking took too long")


_OF_INPUTS: dict[str, Ask] = {
    "feedback": lambda driver, _, __: driver.feedback(good=True),
    "enable": lambda driver, _, __: driver.enable(on=False),
}
_BY_CLASS: dict[str, dict[str, Ask]] = {
    "printer": {"print_receipt": lambda driver, done, s: driver.print_receipt(SHORT, done, s)},
    "drawer": {"kick": lambda driver, progress, s: driver.kick(progress, s)},
    "display": {
        "show": lambda driver, _, __: driver.show(("posframe", "0.00")),
        "clear": lambda driver, _, __: driver.clear(),
    },
    "scale": {"read": lambda driver, _, s: driver.read(s)},
    "tone": {"sound": lambda driver, _, __: driver.sound(((50, 50),))},
    "scanner": _OF_INPUTS,
    "card": _OF_INPUTS,
    "keylock": _OF_INPUTS,
}
_OPTIONAL: dict[str, Ask] = {
    "zero": lambda driver, _, s: driver.zero(s),
    "tare": lambda driver, _, s: driver.tare(None, s),
    "known tare": lambda driver, _, s: driver.tare(50, s),
    "price": lambda driver, _, s: driver.price(199, "Apples", s),
}
