"""Star receipt printers in Star Line Mode, and the drawers that hang on them.

The printer is asked for its state, which works while it is off line. It confirms by counting the
``ETB`` in what it has printed, modulo 32; the count is part of its state. What an earlier
connection left in the printer counts as well: so the count begins anew, with a number that it does
not have now and that no receipt is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import anyio
import attrs

from posframe.errors import ConfigurationError
from posframe.hal.codecs.star import QUIT_RASTER, RESET, RESYNC, StarEncoder, drawer_kick
from posframe.hal.codecs.star_status import (
    COUNT,
    COUNTER_VALUES,
    STATUS_REQUEST,
    StarStatus,
    StarStatusCodec,
    automatic_status_request,
)
from posframe.hal.driver import DriverSpec
from posframe.hal.errors import Unanswered
from posframe.hal.marks import Mark
from posframe.hal.profiles import load_profile
from posframe.hal.receipt_printer import ASK_S, SHORT_PAD, ReceiptPrinter, logo_files

if TYPE_CHECKING:
    from posframe.hal.driver import DeviceSetup


FIND_S = 2.0
"""Longest wait for an answer behind what completes a broken command, on a slow line."""
COUNT_POLL_S = 0.05
SYNCHRONISE_S = (0.6, 2.5)
"""Longest waits for the new count: at first, and after what completes a broken command."""
BEGINNINGS = (1, 2)
"""Counts that show that the printer has begun anew; receipts get those from 3 to 31."""


@attrs.frozen(kw_only=True)
class StarOptions:
    """Options of ``star+…`` addresses."""

    profile: str = "star-tsp650"
    """What this model can do: `posframe.hal.profiles`."""
    overrides: Mapping[str, Any] = attrs.field(factory=dict)
    """Settings of the profile that are otherwise on this printer, as a table."""
    fence: Literal["auto", "etb", "none"] = "auto"
    """How it confirms what it has printed; ``auto``: as its profile says."""
    answers: bool = True
    """No: nothing is ever asked, as the line has no way back."""
    logo: str = ""
    """Picture file of the logo."""
    sense: Literal["learn", "high_open", "low_open", "none"] = "learn"
    """What the sensor line of the drawer says when it stands open; ``learn`` finds out."""


class StarDriver(ReceiptPrinter[StarStatus]):
    """One Star printer on one line."""

    poll_s = 0.1
    state_confirms = True

    def __init__(self, setup: DeviceSetup) -> None:
        options: StarOptions = setup.options
        profile = load_profile(options.profile, options.overrides)
        encoder = StarEncoder(profile, logo_files(setup, options.logo))
        if profile.buffer_clear or profile.real_time_pulse or profile.buzzer:
            raise ConfigurationError(
                f"Printer {profile.name!r}: Star Line Mode has no buffer_clear, real_time_pulse"
                " or buzzer",
                hint="leave them out of its profile",
            )
        super().__init__(
            setup,
            StarStatusCodec(),
            encoder,
            answers=options.answers,
            sense=options.sense,
        )
        fence = profile.fence if options.fence == "auto" else options.fence
        self._fence = fence if options.answers else "none"
        self._reset = QUIT_RASTER + RESET + automatic_status_request(on=profile.asb)
        self._synchronised = False
        self._marked = 0
        self._counted: int | None = None

    async def start(self) -> None:
        """See how the printer is, and drop what a line that broke may have left.

        Raises:
            Unanswered: it does not answer, and its profile promises that it does.
        """
        await super().start()
        if self.line.confirms:
            return
        await self.send(SHORT_PAD)
        if self.is_asked:
            await self._find()
        if not self.heard or self._fence == "none" or self._counted is None:
            await self.send(RESYNC + self._reset)
        elif not self.is_blocked:
            await self.synchronise()

    async def ask_status(self) -> None:
        """Ask for the status block."""
        await self.ask(STATUS_REQUEST, self._heard_now, ASK_S)

    async def synchronise(self) -> None:
        """Have the count begin anew, behind whatever the printer still holds."""
        if self._synchronised or self._fence == "none" or self._counted is None:
            return
        first = BEGINNINGS[self._counted == BEGINNINGS[0]]
        for before, wait_s in zip((b"", RESYNC), SYNCHRONISE_S, strict=True):
            await self.send(before + self._reset + COUNT * first)
            with anyio.move_on_after(wait_s):
                while self._counted != first:
                    await anyio.sleep(COUNT_POLL_S)
                    await self.ask_status()
            if self._counted == first:
                self._marked, self._synchronised = first, True
                return

    def mark(self) -> Mark | None:
        """Return ``ETB`` with its place in the count, repeated to pass over what is kept free."""
        if self.line.confirms or not self._synchronised:
            return None
        before, number = self._marked, self._marked + 1
        if number not in range(BEGINNINGS[-1] + 1, COUNTER_VALUES):
            number = BEGINNINGS[-1] + 1
        self._marked = number
        return Mark(COUNT * ((number - before) % COUNTER_VALUES), lambda: self._counted == number)

    def pulse(self, pin: int, on_ms: int, off_ms: int) -> bytes:
        """Return ``ESC BEL`` and ``BEL``, or ``SUB``."""
        return drawer_kick(pin, on_ms, off_ms)

    def received(self, message: StarStatus) -> None:
        """Take the state of the printer, asked for or not."""
        if not self.is_asked:
            return
        self._counted = message.counter
        self.learn(message.printer_status())

    async def _find(self) -> None:
        try:
            return await self.ask_status()
        except Unanswered:
            await self.send(RESYNC)  # the question may have been taken for the rest of a command
        try:
            await self.ask(STATUS_REQUEST, self._heard_now, FIND_S)
        except Unanswered as error:
            if self._fence != "none":
                raise Unanswered(
                    f"{self.setup.name} does not answer",
                    hint="check that it is switched on, its cable, and that it is in"
                    " Star Line Mode",
                ) from error

    def _heard_now(self, message: StarStatus) -> bool:
        """Take an answer in its turn: what the printer tells behind it is newer."""
        self.received(message)
        return True


DRIVER = DriverSpec(
    name="star",
    device_class="printer",
    title="Star receipt printer in Star Line Mode, with the cash drawer on its connector",
    transports=("tcp", "serial", "usb", "file", "memory", "virtual"),
    make=StarDriver,
    options=StarOptions,
    capabilities=frozenset({"fence", "status"}),
    simulator="star",
)
