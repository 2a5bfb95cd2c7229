"""Cash drawers through supervised devices: on a printer's connector, or a device of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from posframe.hal.devices import CashDrawer, JobResult
from posframe.hal.effect import have_done

if TYPE_CHECKING:
    from posframe.hal.driver_classes import DrawerDriver
    from posframe.hal.progress import Progress
    from posframe.hal.supervisor import SupervisedDevice


@attrs.frozen(kw_only=True)
class ConnectorOptions:
    """Options of ``drawer+on://PRINTER``: a drawer whose cable is in a printer."""

    pin: int = attrs.field(default=2, validator=attrs.validators.in_((2, 5)))
    """Line of the cable that opens it."""
    on_ms: int = attrs.field(default=50, validator=attrs.validators.in_(range(2, 511)))
    """Length of the pulse."""
    off_ms: int = attrs.field(default=500, validator=attrs.validators.in_(range(2, 511)))
    """Rest after the pulse; a longer one helps drawers that open every second time."""


class ConnectorDrawer(CashDrawer):
    """A drawer on a printer's connector."""

    def __init__(self, printer: SupervisedDevice, options: ConnectorOptions) -> None:
        self.printer, self._options = printer, options

    async def kick(self, *, deadline_s: float) -> JobResult:
        """Open the drawer within ``deadline_s`` seconds."""
        options = self._options

        async def work(driver: Any, progress: Progress, left_s: float) -> str:  # noqa: ANN401 - any printer's
            remarks: str = await driver.kick(
                progress, left_s, pin=options.pin, on_ms=options.on_ms, off_ms=options.off_ms
            )
            return remarks

        return await have_done(self.printer, work, deadline_s)


class OwnDrawer(CashDrawer):
    """A drawer that is a device of its own, such as one on a relay."""

    def __init__(self, device: SupervisedDevice) -> None:
        self._device = device

    async def kick(self, *, deadline_s: float) -> JobResult:
        """Open the drawer within ``deadline_s`` seconds."""

        async def work(driver: DrawerDriver, progress: Progress, left_s: float) -> str:
            return await driver.kick(progress, left_s)

        return await have_done(self._device, work, deadline_s)
